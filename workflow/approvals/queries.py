"""Queries that other rooms may make on the tables of approval."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from ..cases.amending import last_amendment, last_changes, last_text
from ..cases.steps import history
from ..kernel.context import Written
from ..kernel.tables import approvals as t

_SHEET, _ACTION, _ASIDE = t.sheet.c, t.action.c, t.aside.c
LEFT_OUT = "leave_out"
"""The act by which a review was left out, since nobody else could sign it."""


class SheetBrief(NamedTuple):
    """A sheet in a few words, as ``show`` prints it.

    ``in_force``: the step is as this sheet approved it, no amendment of it or of the registration has come since; None
    before the step was made.
    """

    sheet: str
    move: str
    status: str
    drafter: str | None
    event: int | None
    created_at: str
    in_force: bool | None = None


class ApprovedDraft(NamedTuple):
    """The draft that the signatures of a sheet are bound to."""

    sheet: str
    draft: str


class Signature(NamedTuple):
    """One act of signing on a sheet: the step's title, who, who recorded it, what was done, the opinion, the day.

    ``post`` and ``basis`` are those of an acting appointment. Of a review that was left out: its post, and for
    ``name`` those who had signed the other one.
    """

    step: str
    name: str
    recorder: str
    verb: str
    opinion: str
    on: date
    post: str = ""
    basis: str = ""


class ApprovalForm(NamedTuple):
    """What an approval form shows of the last sheet of a case; its text is erased where there are no data.

    ``produced`` is what the data give where the draft says something else, ``row`` the sheet's own row.
    """

    drafter: str
    draft: str
    signatures: tuple[Signature, ...]
    data: Mapping[str, object]
    produced: str | None
    row: Any


def sheets_of(connection: Connection, agency: str, number: str) -> list[SheetBrief]:
    """The sheets of a case in a few words each."""
    columns = (_SHEET.sheet_no, _SHEET.move, _SHEET.status, _SHEET.drafter_name, _SHEET.event_seq, _SHEET.created_at)
    where = (_SHEET.agency == agency, _SHEET.case_no == number)
    rows = connection.execute(
        select(*columns, _SHEET.case_id, _SHEET.data).where(*where).order_by(_SHEET.sheet_no)
    ).all()
    changes = last_changes(history(connection, rows[0].case_id)) if rows else {}
    return [SheetBrief(f"{number}#{row.sheet_no}", *row[1:6], is_in_force(row, changes)) for row in rows]


def is_in_force(row: Any, changes: Mapping[int, int]) -> bool | None:
    """Whether a step, and the registration on which it rests, are as at the approval; None where the sheet made none.

    ``changes`` are the last changes of each step.
    """
    return None if row.event_seq is None else last_text(changes, _approves(row)) == row.event_seq


def sheet_names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The names of sheets, by their rows."""
    rows = connection.execute(select(_SHEET.id, _SHEET.case_no, _SHEET.sheet_no).where(_SHEET.id.in_(list(ids))))
    return {row.id: f"{row.case_no}#{row.sheet_no}" for row in rows}


def actions_of(connection: Connection, agency: str, number: str) -> list[tuple[int, Sequence[Row[Any]]]]:
    """The actions of each sheet of a case as they are stored, with the number of the sheet."""
    where = (_SHEET.agency == agency, _SHEET.case_no == number)
    sheets = connection.execute(select(_SHEET.id, _SHEET.sheet_no).where(*where).order_by(_SHEET.sheet_no)).all()
    return [
        (
            row.sheet_no,
            connection.execute(select(t.action).where(_ACTION.sheet_id == row.id).order_by(_ACTION.seq)).all(),
        )
        for row in sheets
    ]


def last_day(connection: Connection, agency: str, number: str) -> date | None:
    """The day of the latest action on a sheet of a case."""
    statement = (
        select(func.max(_ACTION.on_date))
        .join(t.sheet, _SHEET.id == _ACTION.sheet_id)
        .where(_SHEET.agency == agency, _SHEET.case_no == number)
    )
    found: date | None = connection.scalar(statement)
    return found


def approving_sheet(connection: Connection, case_id: int, event_seq: int) -> Any:
    """The row of the last sheet by which a step, or an amendment of it, was approved; None where there was none."""
    columns = (_SHEET.id, _SHEET.case_no, _SHEET.sheet_no, _SHEET.revision, _SHEET.config_id, _SHEET.event_seq)
    where = (_SHEET.case_id == case_id, _SHEET.status == "done", _SHEET.event_seq.is_not(None))
    rows = connection.execute(select(*columns, _SHEET.move, _SHEET.data).where(*where).order_by(_SHEET.event_seq)).all()
    found = [row for row in rows if _approves(row) == event_seq]
    return found[-1] if found else None


def _approves(row: Any) -> int:
    """The step whose text a sheet has approved: the one that it made, or the one that this amends."""
    data = row.data if isinstance(row.data, dict) else json.loads(row.data)
    return int(data.get("seq") or 0) if row.move == "amend" else int(row.event_seq)


def approved_draft(connection: Connection, case_id: int, event_seq: int) -> ApprovedDraft | None:
    """What was approved for a step, blank or not; None where it had no sheet, or its draft has been erased."""
    sheet = approving_sheet(connection, case_id, event_seq)
    if sheet is None:
        return None
    content = (_ASIDE.sheet_id == sheet.id, _ASIDE.kind == "content", _ASIDE.no == sheet.revision)
    payload = connection.execute(select(_ASIDE.payload).where(*content)).scalar()
    if payload is None:
        return None
    return ApprovedDraft(f"{sheet.case_no}#{sheet.sheet_no}", json.loads(payload)["draft"])


def last_sheet(connection: Connection, case_id: int) -> Any:
    """The row of the sheet that an approval form shows; None where the case has none."""
    columns = (_SHEET.id, _SHEET.case_id, _SHEET.case_no, _SHEET.sheet_no, _SHEET.move, _SHEET.revision, _SHEET.is_open)
    amended = last_amendment(_SHEET.case_id).label("amended")
    where = (_SHEET.case_id == case_id, _SHEET.status != "void")
    statement = select(*columns, _SHEET.drafter_name, amended).where(*where).order_by(_SHEET.sheet_no.desc())
    return connection.execute(statement).first()


def approval_form(connection: Connection, case_id: int, verbs: Sequence[str]) -> ApprovalForm | None:
    """The last sheet of a case with who signed what; None where it has none."""
    sheet = last_sheet(connection, case_id)
    if sheet is None:
        return None
    apart = {
        (row.kind, row.no): json.loads(row.payload)
        for row in connection.execute(select(t.aside).where(_ASIDE.sheet_id == sheet.id))
        if row.payload is not None
    }
    titles = _step_titles(connection, sheet.id)
    keys = _titles_by_key(connection, sheet.id)
    found = []
    for row in connection.execute(select(t.action).where(_ACTION.sheet_id == sheet.id).order_by(_ACTION.seq)):
        data = json.loads(row.data)
        if row.verb == LEFT_OUT:
            names = "、".join(data["names"])
            found.append(Signature(keys.get(data["step"], ""), names, names, row.verb, "", row.on_date, data["post"]))
        if row.verb in verbs:
            written = Written.of(row.actor)
            acting = data.get("acting", {})
            opinion = apart.get(("opinion", row.seq), "")
            post, basis = acting.get("post", ""), acting.get("basis", "")
            step = titles.get(data.get("task"), "")
            found.append(Signature(step, *written, row.verb, opinion, row.on_date, post, basis))
    text = apart.get(("content", sheet.revision), {})
    draft, data, produced = text.get("draft", ""), text.get("data", {}), text.get("produced")
    return ApprovalForm(sheet.drafter_name or "", draft, tuple(found), data, produced, sheet)


def _step_titles(connection: Connection, sheet_id: int) -> dict[int, str]:
    """The title of the step that each task belongs to."""
    task, step = t.task.c, t.step.c
    found = connection.execute(
        select(task.no, step.plan)
        .join_from(t.task, t.step, (step.sheet_id == task.sheet_id) & (step.no == task.step_no))
        .where(task.sheet_id == sheet_id)
    )
    return {row.no: str(json.loads(row.plan).get("title", "")) for row in found}


def _titles_by_key(connection: Connection, sheet_id: int) -> dict[str, str]:
    """The title of each step by its key."""
    plans = connection.execute(select(t.step.c.plan).where(t.step.c.sheet_id == sheet_id)).scalars()
    return {plan["key"]: str(plan["title"]) for plan in map(json.loads, plans)}


def stand_ins_of(connection: Connection, agency: str, user: str, on: date) -> list[tuple[str, tuple[str, ...]]]:
    """Who has been named to stand in for a person on a day, with the moves (none for all of them)."""
    columns = t.substitute.c
    where = (
        columns.agency == agency,
        columns.principal == user,
        columns.from_on <= on,
        columns.until_on >= on,
        columns.ended_at.is_(None),
    )
    rows = connection.execute(select(columns.stand_in, columns.moves).where(*where).order_by(columns.id))
    return [(row.stand_in, tuple(json.loads(row.moves))) for row in rows]
