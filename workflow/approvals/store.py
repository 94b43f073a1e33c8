"""Reading and writing a sheet, on the host's connection.

A sheet is read whole and written by what has changed of it. Its row has a version: who writes an older
one has lost the race and gets a ``Conflict``.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ...states.errors import BadData, Conflict, UnknownSheet
from ..cases.amending import last_amendment
from ..cases.store import add_open_sheets, number_of
from ..kernel.chains import GENESIS, canonical, digest
from ..kernel.context import Actor, Context
from ..kernel.tables import approvals as t
from ..kernel.unit import Message, enqueue
from ..kernel.versions import LATEST
from .items import Status, TodoItem
from .procedure import StepPlan
from .sheet import Act, Sheet, Step, Task

_AMENDED = last_amendment(t.sheet.c.case_id).label("amended")
_SHEET = select(t.sheet, LATEST.label("latest"), _AMENDED).where(t.sheet.c.agency == bindparam("agency"))
_BY_NAME = _SHEET.where(t.sheet.c.case_no == bindparam("case_no"), t.sheet.c.sheet_no == bindparam("sheet_no"))
_OF_CASE = (
    select(t.sheet.c.sheet_no, t.sheet.c.is_open)
    .where(t.sheet.c.agency == bindparam("agency"), t.sheet.c.case_no == bindparam("case_no"))
    .order_by(t.sheet.c.sheet_no)
)
_STEPS = select(t.step).where(t.step.c.sheet_id == bindparam("sheet_id")).order_by(t.step.c.no)
_TASKS = select(t.task).where(t.task.c.sheet_id == bindparam("sheet_id")).order_by(t.task.c.no)
_LAST_NO = select(func.coalesce(func.max(t.sheet.c.sheet_no), 0)).where(
    t.sheet.c.agency == bindparam("agency"), t.sheet.c.case_no == bindparam("case_no")
)
_LAST_ACT = (
    select(t.action.c.actor, t.action.c.verb, t.action.c.recorded_at)
    .where(t.action.c.sheet_id == bindparam("sheet_id"))
    .order_by(t.action.c.seq.desc())
)
_HEAD = (
    "status",
    "is_open",
    "matter",
    "drafter",
    "drafter_name",
    "authors",
    "config_id",
    "revision",
    "content_hash",
    "data",
    "head_hash",
    "step_no",
    "length",
    "due_on",
    "trouble",
    "event_seq",
    "seal_role",
    "sealed_hash",
    "closed_at",
    "urged_at",
    "last_act",
)
_STEP = ("place", "plan", "state", "started_on", "level")
_TASK = (
    "user_id",
    "user_name",
    "kind",
    "state",
    "box",
    "position",
    "parent_no",
    "verdict",
    "signed",
    "acted_by",
    "saved",
    "due_on",
    "opened_at",
    "done_at",
)
_UPDATE_SHEET = (
    update(t.sheet)
    .where(t.sheet.c.id == bindparam("b_id"), t.sheet.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _HEAD} | {"version": bindparam("next_version")})
)
_UPDATE_STEP = (
    update(t.step)
    .where(t.step.c.sheet_id == bindparam("b_id"), t.step.c.no == bindparam("b_no"))
    .values({name: bindparam(name) for name in _STEP})
)
_UPDATE_TASK = (
    update(t.task)
    .where(t.task.c.sheet_id == bindparam("b_id"), t.task.c.no == bindparam("b_no"))
    .values({name: bindparam(name) for name in _TASK})
)
_INSERT_SHEET = insert(t.sheet)
_INSERT_STEP = insert(t.step)
_INSERT_TASK = insert(t.task)
_INSERT_ACTION = insert(t.action)
_INSERT_ASIDE = insert(t.aside)
_INSERT_URGE = insert(t.urge)
_READ_URGE = update(t.urge).where(
    t.urge.c.sheet_id == bindparam("b_id"), t.urge.c.task_no == bindparam("b_no"), t.urge.c.read_at.is_(None)
)


@dataclass(slots=True)
class Kept:
    """A sheet as it was read, with the original rows, so that a write knows what has changed."""

    sheet: Sheet
    latest: int
    last_act: int = 0
    was_open: bool = True
    steps: dict[int, dict[str, object]] = field(default_factory=dict)
    tasks: dict[int, dict[str, object]] = field(default_factory=dict)


def find_name(connection: Connection, agency: str, name: str) -> tuple[str, int]:
    """A sheet's case and number from its name; a bare case number means the only open one, or the last.

    Raises:
        UnknownSheet; BadData: several are open, so that one must be named.
    """
    case, mark, number = name.rpartition("#")
    if mark and number.isascii() and number.isdecimal() and len(number) < 10:
        return number_of(connection, agency, case), int(number)
    name = number_of(connection, agency, name)
    rows = connection.execute(_OF_CASE, {"agency": agency, "case_no": name}).all()
    if not rows:
        raise UnknownSheet(sheet=name)
    going = [row.sheet_no for row in rows if row.is_open]
    if len(going) > 1:
        names = "、".join(f"{name}#{number}" for number in going)
        raise BadData({"field": "sheet", "problem": "several_sheets", "value": names})
    return name, going[0] if going else rows[-1].sheet_no


def load_sheet(connection: Connection, agency: str, name: str) -> Kept:
    """The sheet of that name with its steps and tasks.

    Raises:
        UnknownSheet; BadData.
    """
    case, number = find_name(connection, agency, name)
    row = connection.execute(_BY_NAME, {"agency": agency, "case_no": case, "sheet_no": number}).first()
    if row is None:
        raise UnknownSheet(sheet=name)
    kept = _kept(connection, row)
    kept.sheet.named = name.endswith(f"#{number}")
    return kept


def _kept(connection: Connection, row: Any) -> Kept:
    sheet = Sheet(
        id=row.id,
        agency=row.agency,
        case_id=row.case_id,
        case=row.case_no,
        no=row.sheet_no,
        version=row.version,
        status=row.status,
        move=row.move,
        matter=row.matter,
        drafter=row.drafter,
        drafter_name=row.drafter_name or row.drafter,
        department=row.department or "",
        authors=json.loads(row.authors),
        config_id=row.config_id,
        revision=row.revision,
        content_hash=row.content_hash,
        data=json.loads(row.data),
        head_hash=row.head_hash,
        step_no=row.step_no,
        length=row.length,
        due_on=row.due_on,
        trouble=row.trouble,
        event_seq=row.event_seq,
        seal_role=row.seal_role,
        sealed_hash=row.sealed_hash,
        created_at=row.created_at,
        closed_at=row.closed_at,
        urged_at=row.urged_at,
        amended=row.amended,
    )
    where = {"sheet_id": row.id}
    sheet.steps = [
        Step(item.no, item.place, plan_of(item.plan), item.state, item.started_on, item.level)
        for item in connection.execute(_STEPS, where)
    ]
    sheet.tasks = [_task(item) for item in connection.execute(_TASKS, where)]
    kept = Kept(sheet, row.latest, row.last_act, bool(row.is_open))
    _remember(kept)
    return kept


def plan_of(text: str) -> StepPlan:
    """The plan of a step as it is stored."""
    plan = json.loads(text)
    return StepPlan.model_construct(**(plan | {"people": tuple(plan["people"])}))


def _task(row: Any) -> Task:
    return Task(
        row.no,
        row.step_no,
        row.user_id,
        row.user_name or row.user_id,
        row.kind,
        row.state,
        row.created_at,
        row.position,
        row.parent_no,
        row.verdict,
        row.signed,
        row.acted_by,
        row.saved,
        row.opened_at,
        row.done_at,
    )


def _remember(kept: Kept) -> None:
    sheet = kept.sheet
    kept.steps = {step.no: _step_row(step) for step in sheet.steps}
    kept.tasks = {task.no: _task_row(sheet, task) for task in sheet.tasks}


def _step_row(step: Step) -> dict[str, object]:
    return {
        "place": step.place,
        "plan": canonical(step.plan.model_dump()),
        "state": step.state,
        "started_on": step.started_on,
        "level": step.level,
    }


def _task_row(sheet: Sheet, task: Task) -> dict[str, object]:
    return {
        "user_id": task.user_id,
        "user_name": task.name or None,
        "kind": task.kind,
        "state": task.state,
        "box": task.box or "none",
        "position": task.position,
        "parent_no": task.parent_no,
        "verdict": task.verdict,
        "signed": task.signed,
        "acted_by": task.acted_by,
        "saved": task.saved,
        "due_on": sheet.due_on,
        "opened_at": task.opened_at,
        "done_at": task.done_at,
    }


def new_number(connection: Connection, agency: str, case: str) -> int:
    """The number of the next sheet of a case."""
    return int(connection.execute(_LAST_NO, {"agency": agency, "case_no": case}).scalar_one()) + 1


def content_hash(salt: str, move: str, data: dict[str, object], draft: str) -> str:
    """The hash that an approval signs: over the move with all its data, and the draft of the notice."""
    return digest(salt, move, canonical(data), draft)


class Aside(NamedTuple):
    """A text that may name people, kept apart from the sheet, with its salted hash."""

    kind: str
    no: int
    payload: object
    salt: str
    hash: str


class Proposed(NamedTuple):
    """What a sheet proposes: the data of the move, the draft, and where this says something else, what the data give.

    ``produced`` is None where the draft says what the notice of the move would say, empty where there is none.
    """

    data: dict[str, object]
    draft: str
    produced: str | None = None


def put_content(connection: Connection, sheet: Sheet, proposed: Proposed, salt: str) -> None:
    """Stores one revision of the proposed move apart from the sheet, so that it can be erased."""
    payload = {name: value for name, value in proposed._asdict().items() if value is not None}
    put_aside(connection, sheet.id, Aside("content", sheet.revision, payload, salt, sheet.content_hash))


def put_aside(connection: Connection, sheet_id: int, aside: Aside) -> None:
    """Stores a text apart from the sheet, so that it can be erased."""
    row = aside._asdict() | {"sheet_id": sheet_id, "payload": canonical(aside.payload), "erased_at": None}
    connection.execute(_INSERT_ASIDE, row)


def content(connection: Connection, sheet: Sheet) -> tuple[dict[str, object], str]:
    """What the sheet proposes now: the data of the move and the draft.

    Raises:
        UnknownSheet: it has been erased.
    """
    return proposed_by(connection, sheet)[:2]


def proposed_by(connection: Connection, sheet: Sheet) -> Proposed:
    """What the sheet proposes now, and what its data give where the draft says something else.

    Raises:
        UnknownSheet: it has been erased.
    """
    statement = select(t.aside.c.payload).where(
        t.aside.c.sheet_id == sheet.id, t.aside.c.kind == "content", t.aside.c.no == sheet.revision
    )
    text = connection.execute(statement).scalar()
    if text is None:
        raise UnknownSheet("sheet_erased", sheet=sheet.ref)
    return Proposed(**json.loads(text))


def insert_sheet(connection: Connection, sheet: Sheet) -> Kept:
    """Writes a new sheet's own row; what hangs on it is written by ``save_sheet``."""
    row = _head(sheet, 0) | {
        "agency": sheet.agency,
        "case_id": sheet.case_id,
        "case_no": sheet.case,
        "sheet_no": sheet.no,
        "version": 0,
        "move": sheet.move,
        "department": sheet.department or None,
        "created_at": sheet.created_at,
    }
    sheet.head_hash = GENESIS
    row["head_hash"] = GENESIS
    sheet.id = int(connection.execute(_INSERT_SHEET, row).inserted_primary_key[0])  # type: ignore[index]
    add_open_sheets(connection, sheet.case_id, 1)
    return Kept(sheet, sheet.config_id)


def _head(sheet: Sheet, last_act: int) -> dict[str, object]:
    return {
        "status": sheet.status,
        "is_open": int(sheet.is_open),
        "matter": sheet.matter,
        "drafter": sheet.drafter,
        "drafter_name": sheet.drafter_name or None,
        "authors": canonical(sheet.authors),
        "config_id": sheet.config_id,
        "revision": sheet.revision,
        "content_hash": sheet.content_hash,
        "data": canonical(sheet.data),
        "head_hash": sheet.head_hash,
        "step_no": sheet.step_no,
        "length": sheet.length,
        "due_on": sheet.due_on,
        "trouble": sheet.trouble,
        "event_seq": sheet.event_seq,
        "seal_role": sheet.seal_role,
        "sealed_hash": sheet.sealed_hash,
        "closed_at": sheet.closed_at,
        "urged_at": sheet.urged_at,
        "last_act": last_act,
    }


def save_sheet(context: Context, kept: Kept, at: str) -> None:
    """Writes what has changed in a sheet, the new acts, and the messages for other systems.

    Raises:
        Conflict: somebody else has acted on the sheet since it was read.
    """
    connection, sheet = context.connection, kept.sheet
    _write_acts(context, kept, at)
    where = {"b_id": sheet.id, "b_version": sheet.version, "next_version": sheet.version + 1}
    if connection.execute(_UPDATE_SHEET, _head(sheet, kept.last_act) | where).rowcount != 1:
        raise sheet_conflict(connection, sheet)
    sheet.version += 1
    _write_steps(connection, kept)
    changed = _write_tasks(connection, kept)
    for urge in sheet.urges:
        row = {
            "sheet_id": sheet.id,
            "task_no": urge.task_no,
            "user_id": urge.user_id,
            "urged_by": urge.urged_by,
            "urged_at": urge.urged_at,
            "read_at": None,
        }
        connection.execute(_INSERT_URGE, row)
    if kept.was_open and not sheet.is_open:
        add_open_sheets(connection, sheet.case_id, -1)
    if changed and not context.past:
        _tell(connection, sheet, changed, at, context.actor)
    sheet.acts, sheet.urges = [], []


def _write_acts(context: Context, kept: Kept, at: str) -> None:
    connection = context.connection
    for act in kept.sheet.acts:
        kept.last_act += 1
        row = action_row(context, kept.sheet, act, kept.last_act, at)
        if act.opinion:
            salt = secrets.token_hex(16)
            sum_ = digest(salt, act.opinion)
            row["data"] = canonical(act.data | {"opinion": sum_})
            put_aside(connection, kept.sheet.id, Aside("opinion", kept.last_act, act.opinion, salt, sum_))
        kept.sheet.head_hash = row["hash"] = action_hash(kept.sheet, row)
        connection.execute(_INSERT_ACTION, row)


def action_row(context: Context, sheet: Sheet, act: Act, seq: int, at: str) -> dict[str, object]:
    """One action as it is stored, without its own hash."""
    return {
        "sheet_id": sheet.id,
        "seq": seq,
        "verb": act.verb,
        "on_date": act.on,
        "recorded_at": at,
        "user_id": act.actor.user_id,
        "on_behalf_of": act.on_behalf_of,
        "actor": context.written(act.actor),
        "content_hash": act.content_hash,
        "data": canonical(act.data),
        "prev_hash": sheet.head_hash,
    }


class SheetIdentity(Protocol):
    """The fields that identify a sheet in its chain."""

    @property
    def agency(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def no(self) -> int: ...


def action_hash(sheet: SheetIdentity, row: Mapping[str, object]) -> str:
    """The hash of one action: over its own texts as stored and the hash of the action before."""
    on = row["on_date"]
    return digest(
        str(row["prev_hash"]),
        sheet.agency,
        sheet.case,
        str(sheet.no),
        str(row["seq"]),
        str(row["verb"]),
        on.isoformat() if isinstance(on, date) else str(on),
        str(row["recorded_at"]),
        str(row["user_id"]),
        str(row["on_behalf_of"] or ""),
        str(row["actor"]),
        str(row["content_hash"]),
        str(row["data"]),
    )


def _write_steps(connection: Connection, kept: Kept) -> None:
    for step in kept.sheet.steps:
        row = _step_row(step)
        if step.no not in kept.steps:
            connection.execute(_INSERT_STEP, row | {"sheet_id": kept.sheet.id, "no": step.no})
        elif row != kept.steps[step.no]:
            connection.execute(_UPDATE_STEP, row | {"b_id": kept.sheet.id, "b_no": step.no})
        kept.steps[step.no] = row


def _write_tasks(connection: Connection, kept: Kept) -> list[Task]:
    sheet = kept.sheet
    changed = []
    for task in sheet.tasks:
        row = _task_row(sheet, task)
        before = kept.tasks.get(task.no)
        if before is None:
            fixed = {
                "sheet_id": sheet.id,
                "no": task.no,
                "step_no": task.step_no,
                "agency": sheet.agency,
                "move": sheet.move,
                "created_at": task.created_at,
            }
            connection.execute(_INSERT_TASK, row | fixed)
        elif row != before:
            connection.execute(_UPDATE_TASK, row | {"b_id": sheet.id, "b_no": task.no})
        else:
            continue
        if before is None or before["box"] != row["box"] or before["opened_at"] != row["opened_at"]:
            if row["box"] != "none" or (before is not None and before["box"] != "none"):
                changed.append(task)
            if sheet.urged_at is not None and row["opened_at"] is not None:
                connection.execute(_READ_URGE.values(read_at=row["opened_at"]), {"b_id": sheet.id, "b_no": task.no})
        kept.tasks[task.no] = row
    return changed


def _tell(connection: Connection, sheet: Sheet, changed: Iterable[Task], at: str, sender: Actor) -> None:
    """Writes one message for all changed entries, in the same transaction; titles are added on delivery."""
    changed_items = todo_items(sheet, changed, at, sender)
    items = [item.model_dump(mode="json", exclude={"title"}) | {"move": sheet.move} for item in changed_items]
    key = f"{sheet.agency}/todo-{sheet.id}/{sheet.version}"
    enqueue(connection, Message(key, "todo.changed", sheet.agency, canonical({"items": items})), at)


_STATUS: dict[str, Status] = {"todo": "todo", "toread": "cc", "done": "done", "read": "done", "": "closed"}


def todo_items(sheet: Sheet, tasks: Iterable[Task], at: str, sender: Actor) -> list[TodoItem]:
    """Entries of other systems' lists for tasks, without a title: numbers and names of steps, no applicant."""
    steps = {step.no: step.plan.title for step in sheet.steps}
    return [
        TodoItem.model_construct(
            id=f"{sheet.agency}/{sheet.id}/{task.no}",
            rev=sheet.version,
            receiver=task.user_id,
            status=_STATUS[task.box],
            title="",
            kind=task.kind,
            step=steps.get(task.step_no, ""),
            case=sheet.case,
            sheet=sheet.ref,
            sender=sender.user_id,
            sender_name=sender.name or sender.user_id,
            read=task.opened_at is not None,
            due_on=None if sheet.due_on == date.max else sheet.due_on,
            created_at=task.created_at,
            changed_at=at,
        )
        for task in tasks
    ]


def sheet_conflict(connection: Connection, sheet: Sheet) -> Conflict:
    """The error that says who acted on the sheet meanwhile, and when."""
    return Conflict("sheet_conflict", sheet=sheet.ref, **last_act(connection, sheet.id))


def last_act(connection: Connection, sheet_id: int, *verbs: str) -> dict[str, str]:
    """Who acted last on a sheet, what it was and when."""
    statement = _LAST_ACT.where(t.action.c.verb.in_(verbs)) if verbs else _LAST_ACT
    row = connection.execute(statement.limit(1), {"sheet_id": sheet_id}).first()
    if row is None:
        return {}
    actor = json.loads(row.actor)
    return {"by": actor.get("name") or actor["user_id"], "did": row.verb, "at": row.recorded_at}


def urges_of(connection: Connection, sheet_id: int) -> Sequence[Any]:
    """Every urging of a sheet with the moment at which it was read."""
    return connection.execute(select(t.urge).where(t.urge.c.sheet_id == sheet_id).order_by(t.urge.c.id)).all()
