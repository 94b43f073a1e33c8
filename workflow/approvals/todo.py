"""To-do entries on their way to other systems: pushed through the outbox, or pulled.

Every change of a sheet writes one message with the entries that it changed, in the same transaction. A
host relays them with ``TodoSender(sink)``; a host that pulls asks ``pull``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from ...states import admission
from ..kernel.context import Actor, Context, OfPeople
from ..kernel.tables import approvals as t
from ..kernel.tables.base import NEVER
from .items import TOPIC, TodoItem, TodoSink, title_of
from .sheet import Sheet, Task
from .store import todo_items

Deliver = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where an entry opens: ``{sheet}`` and ``{case}`` stand for the names, escaped for an address."""

    pc: str = ""
    mobile: str = ""

    def of(self, item: TodoItem) -> TodoItem:
        """The entry with its addresses."""
        names = {"sheet": quote(item.sheet, safe=""), "case": quote(item.case, safe="")}
        return item.model_copy(
            update={"pc_url": self.pc.format_map(names), "mobile_url": self.mobile.format_map(names)}
        )


class TodoSender:
    """Delivers to-do messages to a sink and everything else to another sender; for ``relay``."""

    def __init__(self, sink: TodoSink, others: Deliver | None = None, addresses: Addresses | None = None) -> None:
        self.sink, self.others = sink, others
        self.addresses = addresses or Addresses()

    def __call__(self, topic: str, key: str, payload: str) -> None:
        """Takes one message of the outbox; whatever the sink raises makes it wait and come again."""
        if topic != TOPIC:
            if self.others is not None:
                self.others(topic, key, payload)
            return
        for item in json.loads(payload)["items"]:
            self.sink.push(self.addresses.of(TodoItem.model_validate(item)))


def pull(
    context: Context,
    user_id: str,
    *,
    done: bool = False,
    after: str = "",
    most: int = 200,
    addresses: Addresses | None = None,
) -> list[TodoItem]:
    """A person's entries as a pulling system wants them: open ones, or (``done``) those settled.

    ``after`` is the id of the last entry of the page before; entries come in the order of their ids. A person asks for
    the own ones, the host's to-do sender (``operate``) for anybody's.
    Raises:
        NotPermitted; BadData: nothing that could be an id.
    """
    user_id = admission.key("user", user_id)
    context.require("operate", touched=OfPeople((user_id,)))
    boxes = ("done", "read") if done else ("todo", "toread")
    sheet_id, task_no = _position(admission.key("after", after) if after else "")
    task = t.task.c
    rows = context.connection.execute(
        select(t.sheet, *(column.label(f"t_{column.name}") for column in task), t.step.c.plan)
        .join_from(t.task, t.sheet, t.sheet.c.id == task.sheet_id)
        .outerjoin(t.step, (t.step.c.sheet_id == task.sheet_id) & (t.step.c.no == task.step_no))
        .where(task.user_id == user_id, task.agency == context.agency, task.box.in_(boxes))
        .where((task.sheet_id > sheet_id) | ((task.sheet_id == sheet_id) & (task.no > task_no)))
        .order_by(task.sheet_id, task.no)
        .limit(most)
    )
    place = addresses or Addresses()
    return [place.of(_item(row)) for row in rows]


def _position(after: str) -> tuple[int, int]:
    parts = after.rsplit("/", 2)
    return (int(parts[-2]), int(parts[-1])) if len(parts) == 3 and parts[-1].isdecimal() else (0, 0)


def _item(row: Any) -> TodoItem:
    task = Task(
        row.t_no,
        row.t_step_no,
        row.t_user_id,
        row.t_user_name or row.t_user_id,
        row.t_kind,
        row.t_state,
        row.t_created_at,
        opened_at=row.t_opened_at,
        done_at=row.t_done_at,
    )
    sheet = Sheet(
        agency=row.agency,
        case_id=row.case_id,
        case=row.case_no,
        no=row.sheet_no,
        move=row.move,
        matter=row.matter,
        drafter=row.drafter,
        drafter_name=row.drafter_name or row.drafter,
        department="",
        config_id=row.config_id,
        created_at=row.created_at,
        due_on=row.due_on or NEVER,
        length=row.length,
        id=row.id,
        version=row.version,
    )
    sender = Actor(user_id=row.drafter, name=row.drafter_name or "")
    changed = row.t_done_at or row.t_opened_at or row.t_created_at
    (item,) = todo_items(sheet, [task], changed, sender)
    step = json.loads(row.plan)["title"] if row.plan else ""
    return item.model_copy(update={"step": step, "title": title_of(row.case_no, row.move, row.t_kind)})
