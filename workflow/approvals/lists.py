"""Each person's lists: to do, done, to read, read, mine, drafts, and monitored sheets.

The most urgent by law comes first. A substitute finds the work of those stood in for in the own list.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, TypedDict

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from ...states import admission
from ...states.remark import Remark
from ..cases.due_list import bucket
from ..cases.queries import STAGE, STAGED, departments_by_id, handled_by, stage_in
from ..kernel.context import SIGHT, WORK, Actor, Context, Directory, StandIn, sight
from ..kernel.tables import approvals as t
from ..kernel.tables.base import NEVER
from ..kernel.versions import LATEST, law_at
from .procedure import REVIEWS, StepPlan
from .remedies import post_needed, remedy_of
from .sheet import ActingPerson
from .standing import CurrentOffice, principals
from .store import load_sheet, plan_of
from .verbs.signing import can_sign

Box = Literal["todo", "done", "toread", "read", "mine", "drafts", "monitor"]
BOXES: tuple[Box, ...] = ("todo", "done", "toread", "read", "mine", "drafts", "monitor")
_TASK_BOXES = ("todo", "done", "toread", "read")
MOST = 500


class Entry(BaseModel):
    """One line of a list; ``light`` and ``stage`` as in the list of due cases, ``days_left`` in working days."""

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
    stage: str | None


class Page(BaseModel):
    """One page of a list, with how many there are in all."""

    model_config = ConfigDict(frozen=True)
    box: str
    page: int
    size: int
    total: int
    entries: tuple[Entry, ...]


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
_SHEETS = select(*_SHEET_COLUMNS, *STAGE).join_from(t.sheet, STAGED, STAGED.c.of_case == _S.case_id)
_BY_TASK = and_(_T.user_id == bindparam("user"), _T.agency == bindparam("agency"), _T.box == bindparam("box"))
_OPEN_DRAFTS = ("draft", "recalled", "returned")


def _tasks(where: ColumnElement[bool], *order: ColumnElement[str | None]) -> Executable:
    """One page of tasks, each row with how many there are in all."""
    total = _how_many(where).scalar_subquery().correlate(None).label("total")
    joined = select(*_TASK_COLUMNS, total, *STAGE).join_from(t.task, t.sheet, _S.id == _T.sheet_id)
    staged = joined.join(STAGED, STAGED.c.of_case == _S.case_id).where(where)
    sorted_ = staged.order_by(*(order or (_T.due_on,)), _T.sheet_id, _T.no)
    return sorted_.limit(bindparam("most")).offset(bindparam("skip"))


def _how_many(where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(t.task).where(where)


_OWN_TASKS = _tasks(_BY_TASK)
_OWN_LATEST = _tasks(_BY_TASK, _T.done_at.desc())


def _mine(*more: ColumnElement[bool]) -> tuple[Executable, Select[int]]:
    where = and_(_S.drafter == bindparam("user"), _S.agency == bindparam("agency"), *more)
    rows = _SHEETS.where(where).order_by(_S.is_open.desc(), _S.due_on, _S.id)
    return rows.limit(bindparam("most")).offset(bindparam("skip")), select(func.count()).where(where)


_SENT = _mine(_S.status != "draft")
_DRAFTS = _mine(_S.is_open == 1, _S.status.in_(_OPEN_DRAFTS))
_WATCHED = and_(_S.agency == bindparam("agency"), _S.is_open == 1, _S.status != "draft")


class _Asked(TypedDict):
    """The parameters of a list's statements."""

    user: str
    agency: str
    box: str
    most: int
    skip: int


Rows = Sequence[Any]
"""What the statements of a list find, one row for each entry."""


def worklist(context: Context, box: Box = "todo", *, page: int = 1, size: int = 50) -> Page:
    """One page of one of the person's lists.

    ``monitor`` holds the open sheets that the person may see: of the whole agency, or of the departments
    that are the person's own or granted.
    Raises:
        NotPermitted: the person works on no cases, or nothing may be watched over.
    """
    context.require(*WORK)
    admission.one_of("box", box, BOXES)
    size, page = max(1, min(size, MOST)), max(page, 1)
    asked = _Asked(user=context.actor.user_id, agency=context.agency, box=box, most=size, skip=(page - 1) * size)
    of_tasks = box in _TASK_BOXES
    rows, total = _task_rows(context, asked) if of_tasks else _sheet_rows(context, asked)
    entries = [_task_entry(row, context.actor) if of_tasks else _sheet_entry(row) for row in rows]
    if rows:
        law, on = law_at(context.connection, rows[0].latest, context.agency), context.today
        for row, (entry, due_on) in zip(rows, entries, strict=True):
            entry["stage"] = stage_in(row)
            day = None if due_on == NEVER else due_on
            entry["light"], entry["days_left"] = bucket(day, None, False, on, law)
            entry["due_on"] = day
    found = [entry for entry, _ in entries]  # checked at once: fifty models made one by one cost as much as the query
    return Page.model_validate({"box": box, "page": page, "size": size, "total": total, "entries": found})


def _task_rows(context: Context, asked: _Asked) -> tuple[Rows, int]:
    others = principals(context) if asked["box"] == "todo" else []
    where, statement = _BY_TASK, _OWN_TASKS if asked["box"] in ("todo", "toread") else _OWN_LATEST
    if others:
        where = and_(_T.agency == bindparam("agency"), _T.box == bindparam("box"), _whose(context.actor, others))
        statement = _tasks(where)
    rows = context.connection.execute(statement, dict(asked)).all()
    if rows:
        return rows, rows[0].total
    return rows, _number(context.connection, _how_many(where), asked) if asked["skip"] else 0


def _number(connection: Connection, statement: Select[int], asked: _Asked) -> int:
    return connection.execute(statement, dict(asked)).scalar_one()


def _whose(actor: Actor, others: Sequence[StandIn]) -> ColumnElement[bool]:
    """Tasks of the person, and those of people stood in for, in the matters for which that holds."""
    parts: list[ColumnElement[bool]] = [_T.user_id == actor.user_id]
    for item in others:
        owner = _T.user_id == item.principal
        parts.append(and_(owner, _T.move.in_(item.moves)) if item.moves else owner)
    return or_(*parts)


def _sheet_rows(context: Context, asked: _Asked) -> tuple[Rows, int]:
    if asked["box"] == "monitor":
        where = _watched(context.departments())
        found = _SHEETS.where(where).order_by(_S.due_on, _S.id)
        rows: Executable = found.limit(bindparam("most")).offset(bindparam("skip"))
        count = select(func.count()).where(where)
    else:
        rows, count = _DRAFTS if asked["box"] == "drafts" else _SENT
    read = context.connection.execute(rows, dict(asked)).all()
    if len(read) < asked["most"] and not asked["skip"]:
        return read, len(read)
    return read, _number(context.connection, count, asked)


def _watched(seen: frozenset[str] | None) -> ColumnElement[bool]:
    """Open sheets on cases of these departments; on every case where none is given."""
    return _WATCHED if seen is None else and_(_WATCHED, handled_by(_S.case_id, seen))


def _task_entry(row: Any, actor: Actor) -> tuple[dict[str, object], date]:
    """The fields of an entry but for its day and light, and its statutory day."""
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
        "read": opened_at is not None,
        "trouble": trouble,
    }, due_on


def _sheet_entry(row: Any) -> tuple[dict[str, object], date]:
    """The fields of an entry that stands for a whole sheet, and its statutory day."""
    return {
        "sheet": f"{row.case_no}#{row.sheet_no}",
        "case": row.case_no,
        "move": row.move,
        "kind": "sheet",
        "task": None,
        "status": row.status,
        "drafter": row.drafter_name or "",
        "on_behalf_of": None,
        "read": True,
        "trouble": row.trouble,
    }, row.due_on


_BOX_COUNTS = (
    select(_T.box.label("box"), func.count().label("n"))
    .where(_T.user_id == bindparam("user"), _T.agency == bindparam("agency"), _T.box.in_(_TASK_BOXES))
    .group_by(_T.box)
)
_MINE_COUNTS = select(literal_column("'mine'", String).label("box"), func.count().label("n")).where(
    _S.drafter == bindparam("user"), _S.agency == bindparam("agency"), _S.status != "draft"
)
_DRAFT_COUNTS = select(literal_column("'drafts'", String).label("box"), func.count().label("n")).where(
    _S.drafter == bindparam("user"), _S.agency == bindparam("agency"), _S.is_open == 1, _S.status.in_(_OPEN_DRAFTS)
)


def _counts_with(where: ColumnElement[bool]) -> Executable:
    watched = select(literal_column("'monitor'", String).label("box"), func.count().label("n")).where(where)
    return union_all(_BOX_COUNTS, _MINE_COUNTS, _DRAFT_COUNTS, watched)


_COUNTS = union_all(_BOX_COUNTS, _MINE_COUNTS, _DRAFT_COUNTS)
_COUNTS_OF_ALL = _counts_with(_WATCHED)


class Counters(BaseModel):
    """How many entries each of the person's lists holds."""

    model_config = ConfigDict(frozen=True)
    todo: int = 0
    done: int = 0
    toread: int = 0
    read: int = 0
    mine: int = 0
    drafts: int = 0
    monitor: int = 0


def counters(context: Context) -> Counters:
    """How many entries each of the person's lists holds, from one query.

    Raises:
        NotPermitted: the person works on no cases.
    """
    context.require(*WORK)
    connection = context.connection
    values = {"user": context.actor.user_id, "agency": context.agency}
    statement: Executable = _COUNTS
    if any(context.may(action) for action in SIGHT):
        seen = context.departments()
        statement = _COUNTS_OF_ALL if seen is None else _counts_with(_watched(seen))
    found: dict[str, int] = {row.box: row.n for row in connection.execute(statement, values)}
    for item in principals(context):
        where = and_(_BY_TASK, _T.move.in_(item.moves)) if item.moves else _BY_TASK
        more = {"user": item.principal, "agency": context.agency, "box": "todo"}
        number = connection.execute(select(func.count()).where(where), more).scalar_one()
        found["todo"] = found.get("todo", 0) + number
    return Counters(**found)


class Stuck(BaseModel):
    """A sheet that waits for an administrator: why, and what would settle it.

    ``post`` is the one that somebody has to be given, where the law asks for it.
    """

    model_config = ConfigDict(frozen=True)
    sheet: str
    move: str
    status: str
    trouble: str
    remedy: Remark
    post: str | None

    @property
    def remark(self) -> Remark:
        """Why nobody can act."""
        return Remark(code=f"trouble_{self.trouble}")


def stuck(context: Context) -> list[Stuck]:
    """The administrator's list: every sheet on which nobody can act.

    Raises:
        NotPermitted.
    """
    context.require("administer")
    connection = context.connection
    people = CurrentOffice(context, 0).directory
    plan = t.step.c.plan
    rows = connection.execute(
        select(
            *(_S.id, _S.case_id, _S.case_no, _S.sheet_no, _S.move, _S.status, _S.is_open),
            *(_S.trouble, _S.drafter, _S.department, plan),
        )
        .outerjoin(t.step, (t.step.c.sheet_id == _S.id) & (t.step.c.no == _S.step_no))
        .where(_S.agency == context.agency, or_(_S.trouble.is_not(None), _S.is_open == 1))
        .order_by(_S.due_on, _S.id)
    ).all()
    holders, doubtful = _holders(connection, context.agency), _doubtful(context)
    elsewhere = _drafted_elsewhere(context, people, rows)
    found = []
    for row in rows:
        step = plan_of(row.plan) if row.plan and row.status == "running" else None
        drafter = None if row.status == "running" else row.drafter
        trouble = row.trouble or _why_stuck(_Hands(context, people, step), holders.get(row.id, ()), drafter)
        unsure = row.id in doubtful or (step is not None and step.role in REVIEWS)
        if trouble is None and unsure and _no_hand(context, f"{row.case_no}#{row.sheet_no}"):
            trouble = "no_candidate"
        if trouble is None and row.id not in elsewhere:
            continue
        trouble = trouble or "draft_elsewhere"
        found.append(
            Stuck(
                sheet=f"{row.case_no}#{row.sheet_no}",
                move=row.move,
                status=row.status,
                trouble=trouble,
                remedy=remedy_of(trouble, step),
                post=post_needed(trouble, step),
            )
        )
    return found


def _drafted_elsewhere(context: Context, people: Directory, rows: Rows) -> set[int]:
    """Open sheets whose case another department handles now, so that the drafter does not see it: none can end so."""
    going = [row for row in rows if row.is_open]
    handled = departments_by_id(context.connection, [row.case_id for row in going])
    found = set()
    for row in going:
        department = handled[row.case_id]
        drafter = people.person(row.drafter, context.today) if department != row.department else None
        seen = sight(context.authorizer, drafter, context.agency) if drafter is not None else None
        if seen is not None and department not in seen:
            found.add(row.id)
    return found


def _no_hand(context: Context, name: str) -> bool:
    """Whether signatures alone are asked for, and nobody who is asked may sign."""
    kept = load_sheet(context.connection, context.agency, name)
    office = CurrentOffice(context, kept.sheet.config_id, kept.latest)
    acting = ActingPerson(context.actor, office, context.today, context.stamp, context.may_do)
    asked = [task for task in kept.sheet.tasks if task.state == "open"]
    return bool(asked) and all(task.kind == "approve" and not can_sign(kept.sheet, acting, task) for task in asked)


class _Hands(NamedTuple):
    """Whom to ask whether somebody can act: the office's people, and the step that is to be signed."""

    context: Context
    people: Directory
    step: StepPlan | None

    def can_act(self, user: str, kind: str) -> bool:
        """Whether that person is there, and may sign where a signature is asked for."""
        person = self.people.person(user, self.context.today)
        if person is None or kind != "approve":
            return person is not None
        lacks_post = self.step is not None and self.step.floor and self.step.role not in person.roles
        return self.context.may_do(person, "approve") and not lacks_post


def _holders(connection: Connection, agency: str) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    waiting = (_T.agency == agency, _T.box == "todo", _T.state == "open")
    for row in connection.execute(select(_T.sheet_id, _T.user_id, _T.kind).where(*waiting)):
        found.setdefault(row.sheet_id, []).append((row.user_id, row.kind))
    return found


def _doubtful(context: Context) -> set[int]:
    """Sheets on which somebody is asked to sign who has acted on it before, or signs for a post that is not the own."""
    earlier, asked = t.task.alias(), (_T.agency == context.agency, _T.kind == "approve", _T.state == "open")
    acted = exists().where(earlier.c.sheet_id == _T.sheet_id, earlier.c.acted_by == _T.user_id)
    wrote = exists().where(_S.id == _T.sheet_id, _S.authors.contains(_T.user_id))
    acting = [post.user for post in CurrentOffice(context, 0).acting_posts]
    rows = context.connection.execute(select(_T.sheet_id).where(*asked, or_(acted, wrote, _T.user_id.in_(acting))))
    return set(rows.scalars())


def _why_stuck(hands: _Hands, holders: Sequence[tuple[str, str]], drafter: str | None) -> str | None:
    """Why nobody can act: the drafter, where the sheet waits for that one, is gone; or all who hold a task are."""
    if drafter is not None:
        return None if hands.can_act(drafter, "revise") else "drafter_gone"
    return None if any(hands.can_act(user, kind) for user, kind in holders) else "holders_gone"
