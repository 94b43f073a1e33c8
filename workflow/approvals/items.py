"""One entry of a person's to-do list, as it is sent to other systems."""

import json
from datetime import date
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from ...notifications.messages.catalogue import say
from ..kernel.chains import canonical

Status = Literal["todo", "done", "closed", "cc"]


class TodoItem(BaseModel):
    """One entry: nothing in it tells who the applicant is.

    ``id`` never changes, ``rev`` only grows: a receiver that keeps the highest one seen is never put
    back by a message that comes late. ``cc`` is an entry to be read only, ``closed`` one that others
    have settled. ``due_on`` is the statutory day of the case (Asia/Shanghai), ``created_at`` and
    ``changed_at`` are ISO instants in UTC; addresses are empty where the office has set none.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    rev: int
    receiver: str
    status: Status
    title: str
    kind: str
    step: str
    case: str
    sheet: str
    sender: str
    sender_name: str
    read: bool = False
    due_on: date | None = None
    created_at: str
    changed_at: str
    pc_url: str = ""
    mobile_url: str = ""


class TodoSink(Protocol):
    """Receives entries and writes them to the office's own to-do list."""

    def push(self, item: TodoItem) -> None:
        """Takes one entry; the same one may arrive twice, and an older ``rev`` after a newer one.

        Raises:
            anything: the entry is kept and tried again.
        """
        ...


TOPIC = "todo.changed"


def title_of(case: str, move: str, kind: str) -> str:
    """The Chinese title of an entry."""
    return say("todo_title", case=case, move=say(f"move_{move}"), kind=say(f"task_{kind}"))


def with_titles(payload: str) -> str:
    """A message of changed entries as it leaves: each entry with its title, unless it was written with one."""
    items = json.loads(payload)["items"]
    for item in items:
        move = item.pop("move", "")
        if "title" not in item:
            item["title"] = title_of(item["case"], move, item["kind"])
    return canonical({"items": items})
