"""Each person's lists: to do, done, to read, read, mine, drafts, and what may be watched over.

The most urgent by law comes first. A substitute finds the work of those stood in for in the own list.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal_column, or_, select, union_all

from ...notifications.messages.catalogue import say
from ..cases.due_list import bucket
from ..cases.store import NEVER
from ..kernel.context import (
    Actor,
    Authorizer,
    Context,
    Directory,
    RoleAuthorizer,
    StandIn,
    SystemClock,
    departments_seen,
)
from ..kernel.directory import directory_of
from ..kernel.tables import approvals as t
from ..kernel.versions import LATEST, latest, law_at
from .commands import principals

Box = Literal["todo", "done", "toread", "read", "mine", "drafts", "monitor"]
BOXES: tuple[Box, ...] = ("todo", "done", "toread", "read", "mine", "drafts", "monitor")
_TASK_BOXES = ("todo", "done", "toread", "read")
MOST = 500
_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


class Entry(BaseModel):
    """One line of a list; ``light`` as in the list of due cases, ``days_left`` in working days."""

    model_config = ConfigDict(frozen=True)
    sheet: str
    case: str
    move: str
    kind: str
    task: int | None
    status: str
    drafter: str
    on_behalf_of: str | None
    due_on: date | None
    light: str
    days_left: int | None
    read: bool
    trouble: str | None


class Page(BaseModel):
    """One page of a list, with how many there are in all."""

    model_config = ConfigDict(frozen=True)
    box: str
    page: int
    size: int
    total: int
    entries: tuple[Entry, ...]


_ENTRIES = TypeAdapter(tuple[Entry, ...])
_S, _T = t.sheet.c, t.task.c
_TASK_COLUMNS = (
    _S.case_no,
    _S.sheet_no,
    _S.move,
    _T.kind,
    _T.no,
    _S.status,
    _S.drafter_name,
    _T.user_id,
    _T.due_on,
    _T.opened_at,
    _S.trouble,
    LATEST.label("latest"),
)
_SHEET_COLUMNS = (
    _S.case_no,
    _S.sheet_no,
    _S.move,
    _S.status,
    _S.drafter_name,
    _S.due_on,
    _S.trouble,
    LATEST.label("latest"),
)
_BY_TASK = and_(_T.user_id == bindparam("user"), _T.agency == bindparam("agency"), _T.box == bindparam("box"))
_OPEN_DRAFTS = ("draft", "recalled", "returned")


def _tasks(where: ColumnElement[bool], *order: Any) -> Select[Any]:
    """One page of tasks, each row with how many there are in all."""
    total = _how_many(where).scalar_subquery().correlate(None)
    joined = select(*_TASK_COLUMNS, total).join_from(t.task, t.sheet, _S.id == _T.sheet_id).where(where)
    order = order or (_T.due_on,)
    return joined.order_by(*order, _T.sheet_id, _T.no).limit(bindparam("most")).offset(bindparam("skip"))


def _how_many(where: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(t.task).where(where)


_OWN_TASKS = _tasks(_BY_TASK)
_OWN_LATEST = _tasks(_BY_TASK, _T.done_at.desc())


def _mine(*more: Any) -> tuple[Select[Any], Select[Any]]:
    where = and_(_S.drafter == bindparam("user"), _S.agency == bindparam("agency"), *more)
    rows = select(*_SHEET_COLUMNS).where(where).order_by(_S.is_open.desc(), _S.due_on, _S.id)
    return rows.limit(bindparam("most")).offset(bindparam("skip")), select(func.count()).where(where)


_SENT = _mine(_S.status != "draft")
_DRAFTS = _mine(_S.is_open == 1, _S.status.in_(_OPEN_DRAFTS))
_WATCHED = and_(_S.agency == bindparam("agency"), _S.is_open == 1, _S.status != "draft")


def worklist(
    context: Context,
    box: Box = "todo",
    *,
    page: int = 1,
    size: int = 50,
) -> Page:
    """One page of one of the person's lists.

    ``monitor`` holds the open sheets that the person may see: of the whole agency, or of the departments
    that are the person's own or granted.
    Raises:
        NotPermitted: nothing may be watched over.
    """
    connection = context.connection
    on = context.today
    size = max(1, min(size, MOST))
    values = {
        "user": context.actor.user_id,
        "agency": context.agency,
        "box": box,
        "most": size,
        "skip": (max(page, 1) - 1) * size,
    }
    if box in _TASK_BOXES:
        rows, total = _task_rows(connection, context.actor, box, values, on, context.directory)
        entries = [_task_entry(row, context.actor) for row in rows]
    else:
        rows, total = _sheet_rows(connection, context.actor, box, values, context.authorizer)
        entries = [_sheet_entry(row) for row in rows]
    law = law_at(connection, rows[0].latest) if rows else None
    for entry in entries:
        due_on = None if entry["due_on"] == NEVER else entry["due_on"]
        light, left = bucket(due_on, None, False, on, law) if law is not None else ("awaiting", None)
        entry |= {"due_on": due_on, "light": light, "days_left": left}
    return Page(box=box, page=max(page, 1), size=size, total=total, entries=_ENTRIES.validate_python(entries))


def _task_rows(
    connection: Connection, actor: Actor, box: str, values: dict[str, Any], on: date, directory: Directory | None
) -> tuple[Sequence[Any], int]:
    others = principals(connection, values["agency"], actor.user_id, on, directory) if box == "todo" else []
    if others:
        where = and_(_T.agency == bindparam("agency"), _T.box == bindparam("box"), _whose(actor, others))
        rows = connection.execute(_tasks(where), values).all()
    else:
        where = _BY_TASK
        rows = connection.execute(_OWN_TASKS if box in ("todo", "toread") else _OWN_LATEST, values).all()
    if rows:
        return rows, rows[0][-1]
    return rows, int(connection.execute(_how_many(where), values).scalar_one()) if values["skip"] else 0


def _whose(actor: Actor, others: Sequence[StandIn]) -> ColumnElement[bool]:
    """Tasks of the person, and those of people stood in for, in the matters for which that holds."""
    parts: list[ColumnElement[bool]] = [_T.user_id == actor.user_id]
    for item in others:
        owner = _T.user_id == item.principal
        parts.append(and_(owner, _T.move.in_(item.moves)) if item.moves else owner)
    return or_(*parts)


def _sheet_rows(
    connection: Connection, actor: Actor, box: str, values: dict[str, Any], authorizer: Authorizer
) -> tuple[Sequence[Any], int]:
    if box == "monitor":
        seen = departments_seen(authorizer, actor, values["agency"])
        where = _WATCHED if seen is None else and_(_WATCHED, or_(_S.department.is_(None), _S.department.in_(seen)))
        rows = select(*_SHEET_COLUMNS).where(where).order_by(_S.due_on, _S.id)
        rows = rows.limit(bindparam("most")).offset(bindparam("skip"))
        count = select(func.count()).where(where)
    else:
        rows, count = _DRAFTS if box == "drafts" else _SENT
    found = connection.execute(rows, values).all()
    if len(found) < values["most"] and not values["skip"]:
        return found, len(found)
    return found, int(connection.execute(count, values).scalar_one())


def _task_entry(row: Sequence[Any], actor: Actor) -> dict[str, Any]:
    case, number, move, kind, task, status, drafter, user, due_on, opened_at, trouble, *_ = row
    return {
        "sheet": f"{case}#{number}",
        "case": case,
        "move": move,
        "kind": kind,
        "task": task,
        "status": status,
        "drafter": drafter or "",
        "on_behalf_of": user if user != actor.user_id else None,
        "due_on": due_on,
        "read": opened_at is not None,
        "trouble": trouble,
    }


def _sheet_entry(row: Any) -> dict[str, Any]:
    return {
        "sheet": f"{row.case_no}#{row.sheet_no}",
        "case": row.case_no,
        "move": row.move,
        "kind": "sheet",
        "task": None,
        "status": row.status,
        "drafter": row.drafter_name or "",
        "on_behalf_of": None,
        "due_on": row.due_on,
        "read": True,
        "trouble": row.trouble,
    }


_BOX_COUNTS = (
    select(_T.box.label("box"), func.count().label("n"))
    .where(_T.user_id == bindparam("user"), _T.agency == bindparam("agency"), _T.box.in_(_TASK_BOXES))
    .group_by(_T.box)
)
_MINE_COUNTS: Any = select(literal_column("'mine'").label("box"), func.count().label("n")).where(
    _S.drafter == bindparam("user"), _S.agency == bindparam("agency"), _S.status != "draft"
)
_DRAFT_COUNTS: Any = select(literal_column("'drafts'").label("box"), func.count().label("n")).where(
    _S.drafter == bindparam("user"), _S.agency == bindparam("agency"), _S.is_open == 1, _S.status.in_(_OPEN_DRAFTS)
)


def _monitor(where: ColumnElement[bool]) -> Any:
    found: Any = select(literal_column("'monitor'").label("box"), func.count().label("n"))
    return found.where(where)


_COUNTS: Any = union_all(_BOX_COUNTS, _MINE_COUNTS, _DRAFT_COUNTS)
_COUNTS_OF_ALL: Any = union_all(_BOX_COUNTS, _MINE_COUNTS, _DRAFT_COUNTS, _monitor(_WATCHED))


def counters(
    context: Context,
) -> dict[str, int]:
    """How many entries each of the person's lists holds, from one query."""
    connection = context.connection
    found: dict[str, int] = dict.fromkeys(BOXES, 0)
    values = {"user": context.actor.user_id, "agency": context.agency}
    statement: Any = _COUNTS
    watches = context.may("see_all") or context.authorizer.allows(context.actor, "see", context.agency)
    if watches:
        seen = context.departments()
        where = _WATCHED if seen is None else and_(_WATCHED, or_(_S.department.is_(None), _S.department.in_(seen)))
        watched = _monitor(where)
        statement = _COUNTS_OF_ALL if seen is None else union_all(_BOX_COUNTS, _MINE_COUNTS, _DRAFT_COUNTS, watched)
    for row in connection.execute(statement, values):
        found[row.box] += row.n
    for item in principals(connection, context.agency, context.actor.user_id, context.today, context.directory):
        where = and_(_BY_TASK, _T.move.in_(item.moves)) if item.moves else _BY_TASK
        more = {"user": item.principal, "agency": context.agency, "box": "todo"}
        found["todo"] += int(connection.execute(select(func.count()).where(where), more).scalar_one())
    return found


class Stuck(BaseModel):
    """A sheet that waits for an administrator: why, and what would settle it."""

    model_config = ConfigDict(frozen=True)
    sheet: str
    move: str
    status: str
    trouble: str
    message: str


def stuck(
    context: Context,
) -> list[Stuck]:
    """The administrator's list: every sheet on which nobody can act.

    Raises:
        NotPermitted.
    """
    context.require("administer")
    connection = context.connection
    people = (
        context.directory
        if context.directory is not None
        else directory_of(connection, context.agency, latest(connection))
    )
    on = context.today
    rows = connection.execute(
        select(_S.id, _S.case_no, _S.sheet_no, _S.move, _S.status, _S.trouble, _S.drafter)
        .where(_S.agency == context.agency, or_(_S.trouble.is_not(None), _S.is_open == 1))
        .order_by(_S.due_on, _S.id)
    ).all()
    holders = _holders(connection, context.agency)
    found = []
    for row in rows:
        trouble = row.trouble or _why_stuck(
            row, holders.get(row.id, ()), people, on, context.authorizer, context.agency
        )
        if trouble is not None:
            ref = f"{row.case_no}#{row.sheet_no}"
            text = say(f"trouble_{trouble}")
            found.append(Stuck(sheet=ref, move=row.move, status=row.status, trouble=trouble, message=text))
    return found


def _holders(connection: Connection, agency: str) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    waiting = (_T.agency == agency, _T.box == "todo", _T.state == "open")
    for row in connection.execute(select(_T.sheet_id, _T.user_id, _T.kind).where(*waiting)):
        found.setdefault(row.sheet_id, []).append((row.user_id, row.kind))
    return found


def _why_stuck(
    row: Any, holders: Sequence[tuple[str, str]], people: Directory, on: date, authorizer: Authorizer, agency: str
) -> str | None:
    if row.status != "running":
        return None if people.person(row.drafter, on) is not None else "drafter_gone"
    for user, kind in holders:
        person = people.person(user, on)
        if person is not None and (kind != "approve" or authorizer.allows(person, "approve", agency)):
            return None
    return "holders_gone"
