"""Erases and verifies sheets, and updates the due day of open ones.

Law: 条例 art. 33 para 2; separation of duties is judged from the actions alone, not from what the rows say.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from ..cases.queries import due_days, moves_at
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context
from ..kernel.owners import ApprovedStep, CaseRow, Holding, IntegrityFault, Verified
from ..kernel.tables import approvals as t
from .procedure import REVIEWS
from .queries import LEFT_OUT, approving_sheet
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
        t.action.c.on_date,
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
    return Verified({"sheets": sheets}, (*faults, *_made(connection, done), *_asides(connection, agency)))


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
    yield from _duties(rows, ref)
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
        if row.payload is not None and _sum(row) != row.hash:
            yield IntegrityFault("sheet_text_altered", ref, row.no)
        if row.kind == "opinion" and json.loads(row.data or "{}").get("opinion") != row.hash:
            yield IntegrityFault("sheet_text_altered", ref, row.no)
        if row.kind == "content" and row.no == row.revision and row.hash != row.content_hash:
            yield IntegrityFault("sheet_text_altered", ref, None)


def _sum(row: Any) -> str:
    found = json.loads(row.payload)
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
