"""Erases and verifies sheets, and updates the due day of open ones.

Law: 条例 art. 33 para 2; separation of duties is judged from the actions alone, not from what the rows say.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, String, Table, case, func, select, type_coerce, update

from ..cases.queries import due_days, moves_at
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context
from ..kernel.owners import UNREADABLE, ApprovedStep, CaseRow, Erasure, Holding, IntegrityFault, Verified
from ..kernel.tables import approvals as t
from .copies import copied_faults
from .copies import copies as copies
from .procedure import REVIEWS
from .queries import LEFT_OUT, approving_sheet
from .sheet import TO_READ
from .store import action_hash, content_hash

PORTION = 1000


_ROWS = (
    select(
        t.sheet.c.id,
        t.sheet.c.agency,
        t.sheet.c.case_no,
        t.sheet.c.sheet_no,
        t.sheet.c.status,
        t.sheet.c.move,
        t.sheet.c.matter,
        t.sheet.c.head_hash,
        t.sheet.c.content_hash.label("text_now"),
        t.sheet.c.sealed_hash,
        t.sheet.c.event_seq,
        t.sheet.c.case_id,
        t.action.c.seq,
        t.action.c.verb,
        type_coerce(t.action.c.on_date, String).label("on_date"),
        t.action.c.recorded_at,
        t.action.c.user_id,
        t.action.c.on_behalf_of,
        t.action.c.actor,
        t.action.c.content_hash,
        t.action.c.data,
        t.action.c.prev_hash,
        t.action.c.hash,
    )
    .join_from(t.sheet, t.action, t.action.c.sheet_id == t.sheet.c.id, isouter=True)
    .order_by(t.sheet.c.id, t.action.c.seq)
)


def approved_step(connection: Connection, case_id: int, seq: int) -> ApprovedStep | None:
    """By which sheet a step, or its last amendment that had one, was approved; None where nobody has approved it."""
    sheet = approving_sheet(connection, case_id, seq)
    if sheet is None:
        return None
    made = (t.action.c.sheet_id == sheet.id, t.action.c.verb == "carry_out")
    on = connection.execute(select(t.action.c.on_date).where(*made)).scalars().first()
    return ApprovedStep(f"{sheet.case_no}#{sheet.sheet_no}", sheet.config_id, on) if on is not None else None


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every sheet with all of its actions, what was put aside, and the moves that the sheets have made."""
    statement = _ROWS if agency is None else _ROWS.where(t.sheet.c.agency == agency)
    rows = connection.execute(statement, execution_options={"yield_per": PORTION})
    sheets = 0
    faults: list[IntegrityFault] = []
    done: list[Any] = []
    for _, found in groupby(rows, key=lambda row: row.id):
        sheets += 1
        actions = list(found)
        faults += _sheet(actions)
        if actions[0].status == "done":
            done.append(actions[0])
    more = (*_made(connection, done), *_asides(connection, agency), *copied_faults(connection, agency))
    return Verified({"sheets": sheets}, (*faults, *more))


def _made(connection: Connection, done: list[Any]) -> Iterator[IntegrityFault]:
    """Checks that every sheet that is done has made its move, and that the history agrees."""
    made = moves_at(connection, [(row.case_id, row.event_seq) for row in done if row.event_seq is not None])
    for row in done:
        found = made.get((row.case_id, row.event_seq))
        if found != row.move and (row.move, found) != ("reply", "decide"):
            yield IntegrityFault("sheet_and_history_differ", f"{row.case_no}#{row.sheet_no}", None)


def _sheet(rows: list[Any]) -> Iterator[IntegrityFault]:
    first = rows[0]
    ref = f"{first.case_no}#{first.sheet_no}"
    if first.seq is None:
        yield IntegrityFault("sheet_without_actions", ref, None)
        return
    yield from _chain(rows, ref)
    try:
        yield from list(_duties(rows, ref))
    except UNREADABLE:
        yield IntegrityFault("row_unreadable", ref, None)
    if first.status != "done" and first.event_seq is not None:
        yield IntegrityFault("sheet_and_history_differ", ref, None)
    if first.sealed_hash is not None and first.sealed_hash != first.text_now:
        yield IntegrityFault("sealed_another_text", ref, None)


def _chain(rows: list[Any], ref: str) -> Iterator[IntegrityFault]:
    head = GENESIS
    sheet = _Named(rows[0].agency, rows[0].case_no, rows[0].sheet_no)
    for place, row in enumerate(rows, 1):
        if row.seq != place or row.prev_hash != head or row.hash != action_hash(sheet, row._asdict()):
            yield IntegrityFault("sheet_action_altered", ref, row.seq)
            return
        head = row.hash
    if head != rows[0].head_hash:
        yield IntegrityFault("sheet_actions_cut", ref, None)


class _Named(NamedTuple):
    agency: str
    case: str
    no: int


def _duties(rows: list[Any], ref: str) -> Iterator[IntegrityFault]:
    """Checks that no author has signed, nobody both reviews, and that a finished sheet has signatures of its text.

    A refusal that was carried out has passed the reviews whose posts were held then.
    """
    authors: set[str] = set()
    signed: dict[int, Any] = {}
    for row in rows:
        data = json.loads(row.data)
        authors.update(_writers(row, data))
        for number in data.get("voided", ()):
            signed.pop(number, None)
        if row.verb == "approve":
            signed[data["task"]] = row
    for row in signed.values():
        if authors & {row.user_id, row.on_behalf_of}:
            yield IntegrityFault("drafter_approved", ref, row.seq)
        if row.content_hash != rows[0].text_now:
            yield IntegrityFault("signature_of_another_text", ref, row.seq)
    for post in REVIEWS[1:]:
        both = _reviewed(signed, REVIEWS[0]) & _reviewed(signed, post)
        if both:
            yield IntegrityFault("both_reviews_by_one", ref, min(row.seq for row in signed.values()))
    if rows[0].status == "done" and not signed:
        yield IntegrityFault("done_without_signature", ref, None)
    passed = {post for post in REVIEWS if _reviewed(signed, post)}
    passed |= {json.loads(row.data).get("post") for row in rows if row.verb == LEFT_OUT}
    if rows[0].matter == "refusal" and not passed.issuperset(_held(rows)):
        yield IntegrityFault("review_passed_over", ref, None)


def _held(rows: list[Any]) -> list[str]:
    """The posts of the reviews held when the sheet was carried out, as its last act notes; earlier ones do not."""
    made = next((row for row in rows if row.verb == "carry_out"), None)
    return json.loads(made.data).get("held", []) if made is not None else []


def _reviewed(signed: Mapping[int, Any], post: str) -> set[str]:
    """Who has signed a review, by the post that the signature names."""
    return {row.user_id for row in signed.values() if json.loads(row.data).get("post") == post}


def _writers(row: Any, data: dict[str, str]) -> list[str]:
    if row.verb in ("propose", "edit"):
        return [row.user_id]
    return [data["drafter"]] if "drafter" in data else []


def _asides(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """Checks that opinions and contents kept apart match the hashes in the actions and sheets."""
    columns = t.aside.c
    statement = (
        select(
            columns.kind,
            columns.no,
            columns.hash,
            columns.salt,
            columns.payload,
            columns.erased_at,
            t.sheet.c.case_no,
            t.sheet.c.sheet_no,
            t.sheet.c.move,
            t.sheet.c.revision,
            t.sheet.c.content_hash,
            t.action.c.data,
        )
        .join_from(t.aside, t.sheet, t.sheet.c.id == columns.sheet_id)
        .outerjoin(t.action, (t.action.c.sheet_id == columns.sheet_id) & (t.action.c.seq == columns.no))
    )
    if agency is not None:
        statement = statement.where(t.sheet.c.agency == agency)
    for row in connection.execute(statement, execution_options={"yield_per": PORTION}):
        ref = f"{row.case_no}#{row.sheet_no}"
        try:
            whole = _text_is_whole(row)
        except UNREADABLE:
            whole = False
        if not whole:
            yield IntegrityFault("sheet_text_altered", ref, row.no)
        if row.kind == "content" and row.no == row.revision and row.hash != row.content_hash:
            yield IntegrityFault("sheet_text_altered", ref, None)


def _text_is_whole(row: Any) -> bool:
    """Whether a text is the one whose hash its act noted; an erased one has no salt any more."""
    noted = row.kind != "opinion" or json.loads(row.data or "{}").get("opinion") == row.hash
    if row.payload is None:
        return noted and row.salt is None
    return noted and row.erased_at is None and _sum(row) == row.hash


_CONTENT = {"data", "draft", "produced"}


def _sum(row: Any) -> str:
    found = json.loads(row.payload)
    if row.kind != "opinion" and not found.keys() <= _CONTENT:
        return ""
    if row.kind == "opinion":
        return digest(row.salt or "", found)
    return content_hash(row.salt or "", row.move, found["data"], found["draft"])


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """The drafts and opinions of the case's sheets, and the notes that people have saved on their tasks."""
    mine = select(t.sheet.c.id).where(t.sheet.c.case_id == case.id)
    count = select(func.count())
    asides = count.where(t.aside.c.sheet_id.in_(mine), t.aside.c.payload.is_not(None))
    notes = count.where(t.task.c.sheet_id.in_(mine), t.task.c.saved.is_not(None))
    return (
        Holding(t.aside.name, context.connection.scalar(asides) or 0),
        Holding(t.task.name, context.connection.scalar(notes) or 0),
    )


def erase(context: Context, case: CaseRow) -> None:
    """Erases drafts, opinions and saved notes, which may name people."""
    mine = select(t.sheet.c.id).where(t.sheet.c.case_id == case.id)
    values = {"payload": None, "salt": None, "erased_at": context.stamp}
    context.connection.execute(update(t.aside).where(t.aside.c.sheet_id.in_(mine)).values(values))
    context.connection.execute(update(t.task).where(t.task.c.sheet_id.in_(mine)).values(saved=None))


def erasures(connection: Connection) -> Iterator[Erasure]:
    """The drafts and opinions that say of themselves that they were erased."""
    erased = select(t.sheet.c.case_id, t.aside.c.erased_at).join(t.sheet, t.sheet.c.id == t.aside.c.sheet_id)
    found = erased.where(t.aside.c.erased_at.is_not(None)).distinct().order_by(t.sheet.c.case_id)
    for row in connection.execute(found):
        yield Erasure(*row)


_BY_ACTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (
        t.sheet,
        (
            *("agency", "case_id", "case_no", "sheet_no", "status", "is_open", "move", "matter", "drafter"),
            *("drafter_name", "department", "authors", "config_id", "revision", "content_hash", "data", "head_hash"),
            *("step_no", "length", "event_seq", "seal_role", "sealed_hash", "created_at", "closed_at", "last_act"),
        ),
    ),
    (t.step, ("no", "place", "plan", "state", "started_on")),
    (
        t.task,
        (
            *("no", "step_no", "agency", "move", "user_id", "user_name", "kind", "position", "parent_no"),
            *("verdict", "signed", "acted_by", "created_at", "state", "done_at"),
        ),
    ),
    (t.aside, ("kind", "no", "hash")),
)
"""The columns that nothing but an act changes: what is only read, urged or noted leaves them as they are."""


def _by_act(column: Column[Any]) -> ColumnElement[Any]:
    """The column as it is stored; what is only to be read is done by whoever looks at it, without an act."""
    if column is t.task.c.state or column is t.task.c.done_at:
        return case((t.task.c.kind.in_(TO_READ), None), else_=type_coerce(column, String))
    return type_coerce(column, String)


def states(connection: Connection, refs: Sequence[int]) -> Mapping[int, list[object]]:
    """The rows of sheets, steps, tasks and texts as their acts have left them, for the register-wide chain."""
    found: dict[int, list[object]] = {ref: [] for ref in refs}
    for table, names in _BY_ACTS:
        sheet = t.sheet.c.id if table is t.sheet else table.c.sheet_id
        columns = [_by_act(table.c[name]) for name in names]
        rows = connection.execute(select(sheet, *columns).where(sheet.in_(refs)).order_by(*table.primary_key.columns))
        for ref, *values in rows:
            found[ref] += [table.name, *values]
    return found


_OPEN_SHEETS = select(t.sheet.c.id, t.sheet.c.case_id, t.sheet.c.due_on).where(t.sheet.c.is_open == 1)


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Gives open sheets and their tasks the statutory day of their case: of one case or of all."""
    mine = _OPEN_SHEETS if case is None else _OPEN_SHEETS.where(t.sheet.c.case_id == case.id)
    sheets = connection.execute(mine).all()
    days = due_days(connection, [row.case_id for row in sheets])
    for row in sheets:
        if days[row.case_id] != row.due_on:
            connection.execute(update(t.sheet).where(t.sheet.c.id == row.id).values(due_on=days[row.case_id]))
            connection.execute(update(t.task).where(t.task.c.sheet_id == row.id).values(due_on=days[row.case_id]))
