"""Resolves who receives a message: handlers, heads and leaders, their substitutes, holders of entries."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ...notifications.channels.config import LEVELS, Level, Plan, Route
from ...notifications.channels.port import NotDelivered
from ..approvals.queries import stand_ins_of
from ..cases.queries import handling
from ..kernel.context import Actor, Directory
from ..kernel.directory import TomlDirectory

Payload = Mapping[str, Any]
"""What a message of the outbox holds, as it was read from JSON: its shape depends on the topic."""
_LEVELS_OF: dict[str, tuple[Level, ...]] = {
    "yellow": ("handler",),
    "red": ("handler", "head"),
    "today": LEVELS,
    "overdue": LEVELS,
}
"""Whom a reminder by lamps goes to, where the office has set no thresholds."""


class Target(NamedTuple):
    """One channel and, where it goes to people, one of them; an empty user is one who could not be found."""

    channel: str
    user: str | None
    payload: Payload


class RecipientResolver:
    """Resolves the recipients of a message: the channels of a route, and the people to reach over each."""

    def __init__(self, connection: Connection, plan: Plan, people: Directory, agency: str, on: date) -> None:
        self.connection, self.plan, self.people, self.agency, self.on = connection, plan, people, agency, on

    def targets(self, route: Route, topic: str, payload: Payload) -> Iterator[Target]:
        """The channels of a route, each with the people that it goes to.

        Raises:
            NotDelivered: channel_gone, where this process has not registered the channel's kind.
        """
        users = list(self._entries(payload)) if topic == "todo.changed" else self._levels(route, topic, payload)
        for channel in route.channels:
            settings = self.plan.channel.get(channel)
            if settings is None:
                raise NotDelivered("channel_gone", channel=channel)
            if settings.audience == "person":
                for user, part in users:
                    yield Target(channel, user, part)
            elif users or not (route.to or settings.audience == "group"):
                yield Target(channel, None, payload)

    def _entries(self, payload: Payload) -> Iterator[tuple[str, Payload]]:
        """The receivers of entries that somebody has to see, each with the own ones."""
        items = [item for item in payload["items"] if waits(item)]
        for user in dict.fromkeys(item["receiver"] for item in items):
            yield user, {"items": [item for item in items if item["receiver"] == user]}

    def _levels(self, route: Route, topic: str, payload: Payload) -> list[tuple[str, Payload]]:
        levels: Iterable[Level] = ("handler",)
        if topic == "audit.anchor":
            levels = ("head",)
        elif topic == "case.due":
            levels = payload.get("levels") or _LEVELS_OF[payload["bucket"]]
        if route.to:
            levels = route.to if topic != "case.due" else [level for level in levels if level in route.to]
        return [(user, payload) for level in levels for user in self._holders(level, payload.get("case"))]

    def _holders(self, level: Level, case: str | None) -> list[str]:
        """The people of a level; where there is nobody, of the one below, and in the end of those above."""
        found = handling(self.connection, self.agency, case) if case is not None else None
        handler, department = (found.handler, found.department) if found is not None else (None, None)
        place = LEVELS.index(level)
        for wanted in (*reversed(LEVELS[: place + 1]), *LEVELS[place + 1 :]):
            users = self._handlers(handler) if wanted == "handler" else self._of_role(wanted, department)
            if users:
                return list(dict.fromkeys(user for one in users for user in (one, *self._stand_ins(one))))
        return [""]

    def _stand_ins(self, user: str) -> list[str]:
        """Who acts for a person on that day in every matter, or in replies; the absent person gets the message too."""
        named = stand_ins_of(self.connection, self.agency, user, self.on)
        found = [stand_in for stand_in, moves in named if "reply" in (moves or ("reply",))]
        if isinstance(self.people, TomlDirectory):
            for person in self.people.people():
                held = self.people.principals(person.user_id, self.on)
                if any(item.principal == user and item.covers("reply", self.on) for item in held):
                    found.append(person.user_id)
        return found

    def _handlers(self, handler: str | None) -> list[str]:
        if not handler:
            return []
        person = handler_of(self.people, handler, self.on)
        if person is not None:
            return [person.user_id]
        return [handler] if nobody_on_record(self.people) else []

    def _of_role(self, level: Level, department: str | None) -> list[str]:
        for role in self.plan.roles.head if level == "head" else self.plan.roles.leader:
            if role == "department_head" and not department:
                continue
            found = self.people.holders(role, department if role == "department_head" else None, self.on)
            if found:
                return [person.user_id for person in found]
        return []


def handler_of(people: Directory, handler: str, on: date) -> Actor | None:
    """The person whom a case names as its handler, by id or by a name that only one person has."""
    person = people.person(handler, on)
    if person is not None or not isinstance(people, TomlDirectory):
        return person
    named = [found for found in people.people() if found.name == handler and people.person(found.user_id, on)]
    return named[0] if len(named) == 1 else None


def waits(item: Mapping[str, object]) -> bool:
    """Whether an entry waits for its receiver."""
    return item["status"] in ("todo", "cc") and not item["read"]


def nobody_on_record(people: Directory) -> bool:
    """Whether the office keeps no directory at all, so that nobody can be looked up."""
    return isinstance(people, TomlDirectory) and not len(people)
