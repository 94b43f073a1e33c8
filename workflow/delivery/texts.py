"""The subject and text of each message, as things stand when it goes out. They say nothing about the applicant."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from ...notifications.documents.kinds import kind as kind_of
from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import day, moment, name
from ..cases.due_list import cases_to_act
from ..cases.queries import Handling, handling, stage_of
from ..cases.steps import masked_handlers
from ..kernel.chains import canonical
from ..kernel.context import Actor, Context, Directory
from ..kernel.versions import latest, law_at
from .recipients import Payload, handler_of, waits


class Text(NamedTuple):
    """What a message says."""

    subject: str
    body: str


class Source(NamedTuple):
    """Where a text takes its facts from, on the day on which it goes out, and the people of the office."""

    context: Context
    people: Directory

    @property
    def connection(self) -> Connection:
        """The connection of the delivery."""
        return self.context.connection

    @property
    def on(self) -> date:
        """The day on which the text goes out."""
        return self.context.today


def text_of(topic: str, source: Source, payload: Payload) -> Text | None:
    """The text of a message; None where nobody needs it any more.

    Raises:
        KeyError: no message has that topic.
    """
    return _TEXTS[topic](source, payload)


def passed() -> Text:
    """The text for a system, which gets every message, where people no longer need it."""
    return Text(say("message_passed"), say("message_passed"))


def test_message(channel: str) -> Text:
    """The text by which a channel is tested."""
    return Text(say("channel_test_subject"), say("channel_test_text", channel=channel))


def _due(source: Source, payload: Payload) -> Text | None:
    """A reminder, which may have waited; None once the case is through or its day has moved."""
    row = handling(source.connection, source.context.agency, payload["case"])
    if payload["bucket"] == "act":
        return _acts(source, payload, row)
    on, due_on = source.on, date.fromisoformat(payload["due_on"])
    if row is None or (row.due_on, row.due_rule) != (due_on, payload["rule"]):
        return None
    owner = handler_of(source.people, row.handler, on) if row.handler else None
    fields = {
        "case": _line(payload["case"]),
        "step": name("rule", payload["rule"]),
        "due_on": day(due_on),
        "left": _left(source, due_on),
        "owner": _line(_owner(source, row, owner)),
    }
    if "stage" in payload:
        return _waits(source, payload, fields)
    key = "reminder_subject_over" if on > due_on else "reminder_subject"
    text = say("reminder_text", **fields) + (say("reminder_late") if payload["late"] else "")
    return Text(say(key, **fields), text)


def _acts(source: Source, payload: Payload, row: Handling | None) -> Text | None:
    """What the agency has to do while no day of its own runs; None once it has been done."""
    connection, agency = source.connection, source.context.agency
    law = law_at(connection, latest(connection), agency)
    found = cases_to_act(connection, agency, source.on, law, payload["case"])
    if row is None or [list(item.to_do) for item in found] != [payload["to_do"]]:
        return None
    owner = handler_of(source.people, row.handler, source.on) if row.handler else None
    fields = {
        "case": _line(payload["case"]),
        "ways": "\n".join(say(f"way_on_{what}") for what in payload["to_do"]),
        "owner": _line(_owner(source, row, owner)),
    }
    return Text(say("act_subject", **fields), say("act_text", **fields))


def _waits(source: Source, payload: Payload, fields: dict[str, str]) -> Text | None:
    """A paper that has to leave; None once it has gone on."""
    if stage_of(source.connection, source.context.agency, payload["case"]) != payload["stage"]:
        return None
    fields["stage"] = name("stage", payload["stage"])
    if payload["tell_by"]:
        fields["tell_by"] = day(date.fromisoformat(payload["tell_by"]))
        return Text(say("tell_subject", **fields), say("tell_text", **fields))
    text = say("waits_text", **fields) + (say("waits_post") if payload["propose"] else "")
    return Text(say("waits_subject", **fields), text)


def _owner(source: Source, row: Handling, found: Actor | None) -> str:
    """Who handles the case; masked where what was typed names nobody whom the office knows."""
    if found is not None and found.name:
        return found.name
    return masked_handlers(source.context, {row.id: row.handler})[row.id] or say("word_no_owner")


def _left(source: Source, due_on: date) -> str:
    """The working days that are left, or that it is late."""
    if source.on == due_on:
        return say("word_today")
    calendar = law_at(source.connection, latest(source.connection), source.context.agency).calendar
    days = calendar.project_count(source.on, due_on)
    return say("word_days_left", days=days) if source.on < due_on else say("word_days_over", days=max(-days, 1))


def _moved(source: Source, payload: Payload) -> Text:
    fields = {
        "case": _line(payload["case"]),
        "move": name("move", payload["move"]),
        "state": name("state", payload["state"]),
        "on": day(date.fromisoformat(payload["on"])),
    }
    return Text(say("moved_subject", **fields), say("moved_text", **fields))


def _entries(source: Source, payload: Payload) -> Text | None:
    """The entries of a to-do list that wait for their receiver."""
    items = [item for item in payload["items"] if waits(item)]
    if not items:
        return None
    lines = [say("entry_line", title=_line(item["title"]), sheet=_line(item["sheet"])) for item in items]
    first = _line(items[0]["title"])
    subject = say("entry_subject", title=first) if len(items) == 1 else say("entries_subject", n=len(items))
    return Text(subject, "\n".join(lines))


def _issued(source: Source, payload: Payload) -> Text:
    fields = {
        "case": _line(payload["case"]),
        "title": kind_of(payload["kind"]).title,
        "number": payload["number"] or "",
        "on": day(date.fromisoformat(payload["issued_on"])),
    }
    return Text(say("issued_subject", **fields), say("issued_text", **fields))


def _anchor(source: Source, payload: Payload) -> Text:
    """The anchor itself, as a file of it holds it."""
    return Text(say("anchor_subject", at=moment(payload["made_at"])), canonical(payload))


def _line(text: str) -> str:
    """In one line, whatever was typed."""
    return " ".join(str(text).split())


_TEXTS: dict[str, Callable[[Source, Payload], Text | None]] = {
    "case.due": _due,
    "case.moved": _moved,
    "notice.issued": _issued,
    "todo.changed": _entries,
    "audit.anchor": _anchor,
}
TOPICS = frozenset(_TEXTS)
"""The topics of the outbox that people receive."""
