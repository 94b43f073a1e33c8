"""From the outbox to people: which message goes over which channel to whom, when, and in what words.

A message of the outbox is first spread into one row for each channel and person, in one transaction: each
of them is tried, fails, waits and is given up by itself, so that a broken webhook repeats nobody's mail.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from ...notifications.channels.chat import SHORT, shorten
from ...notifications.channels.config import (
    LEVELS,
    ChatSettings,
    Level,
    MailSettings,
    Plan,
    Reminders,
    Route,
    parse_channels,
)
from ...notifications.channels.port import Message, NotDelivered
from ...notifications.documents.kinds import kind as kind_of
from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import day, describe, name
from ...states.errors import BadData, DisclosureError
from ..cases.recompute import keep_up
from ..kernel.clock import Clock, SystemClock, stamp, today
from ..kernel.context import Context
from ..kernel.directory import Directory, TomlDirectory, directory_of
from ..kernel.identity import Actor, RoleAuthorizer
from ..kernel.sealing import canonical
from ..kernel.tables import approvals as approvals_t
from ..kernel.tables import cases as cases_t
from ..kernel.tables import kernel as kernel_t
from ..kernel.unit import unit
from ..kernel.versions import add_version, latest, law_at, text_at
from .relay import ATTEMPTS, Deliver, Postponed, RelayResult, Sessions, relay

SEND = "message.send"
"""The topic of a row that goes over one channel to one person."""
_TOPIC = "channels"
_KEY_LENGTH = 220
_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()
_LEVELS_OF: dict[str, tuple[Level, ...]] = {
    "yellow": ("handler",),
    "red": ("handler", "head"),
    "today": LEVELS,
    "overdue": LEVELS,
}
"""Whom a reminder by lamps goes to, where the office has set no thresholds."""


def set_channels(
    context: Context,
    text: str,
    *,
    name: str = "channels.toml",
) -> Plan:
    """Puts channels, routes, quiet hours and reminders in force; every version is kept.

    Raises:
        NotPermitted; BadData: every fault of the text, by itself and against the people of the office.
    """
    context.require("configure")
    plan = parse_channels(text, name)
    with unit(context) as connection:
        people = context.people()
        faults = list(_people_faults(plan, people, context.today))
        if faults:
            raise BadData(*faults)
        keep_up(
            connection,
            add_version(connection, _TOPIC, {context.agency: text}, context.actor.user_id, context.stamp),
        )
    return plan


def _people_faults(plan: Plan, people: Directory, on: date) -> Iterator[dict[str, Any]]:
    """Contacts of people who are not there, roles that nobody holds; an office without people on record has none."""
    if _nobody_on_record(people):
        return
    for user in plan.contacts:
        if people.person(user, on) is None:
            yield {"field": f"contacts.{user}", "problem": "unknown_person", "value": user}
    for level in plan.roles.model_fields_set:
        roles = getattr(plan.roles, level)
        if not any(people.holders(role, None, on) for role in roles):
            yield {"field": f"roles.{level}", "problem": "nobody_holds", "value": "、".join(roles)}


def _nobody_on_record(people: Directory) -> bool:
    return isinstance(people, TomlDirectory) and not len(people)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Plan:
    return parse_channels(text)


def channels_of(connection: Connection, agency: str) -> Plan | None:
    """What the agency has set about sending; None where it has set nothing."""
    text = text_at(connection, latest(connection), _TOPIC, agency)
    return _parsed(text) if text else None


def reminders_of(connection: Connection, config_id: int, agency: str) -> Reminders | None:
    """The thresholds of an agency's reminders; None where it keeps to the lamps."""
    text = text_at(connection, config_id, _TOPIC, agency)
    return _parsed(text).reminders if text else None


class _Target(NamedTuple):
    """One channel and, where it goes to people, one of them; an empty user is one who could not be found."""

    channel: str
    user: str | None
    payload: dict[str, Any]


class Courier:
    """Delivers over the channels that the agencies have set; for ``relay``.

    A message of an agency that has set nothing, or on a topic that is not known here, goes to ``others``.
    ``env`` holds the secrets. ``spread`` counts rows written for the next round, ``sent`` deliveries.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        clock: Clock = _CLOCK,
        env: Mapping[str, str] | None = None,
        directory: Directory | None = None,
        others: Deliver | None = None,
    ) -> None:
        self.sessions, self.clock, self.directory, self.others = sessions, clock, directory, others
        self.env: Mapping[str, str] = os.environ if env is None else env
        self.spread = self.sent = 0

    def __call__(self, topic: str, key: str, payload: str) -> None:
        """Takes one message of the outbox.

        Raises:
            Postponed: in quiet hours; NotDelivered: it has to be tried again.
        """
        if topic == SEND:
            self._send(key, json.loads(payload))
        else:
            self._spread(topic, key, payload)

    def _spread(self, topic: str, key: str, payload: str) -> None:
        with self.sessions() as session, session.begin():
            connection = session.connection()
            agency = connection.execute(
                select(kernel_t.outbox.c.agency).where(kernel_t.outbox.c.event_key == key)
            ).scalar_one()
            plan = channels_of(connection, agency)
            rows = None if plan is None else self._rows(connection, plan, agency, topic, key, json.loads(payload))
        if rows is None or topic not in _WORDS:
            if self.others is not None:
                self.others(topic, key, payload)
            elif rows is None:
                raise NotDelivered("no_channels", agency=agency)
            return
        self.spread += len(rows)
        try:
            self._write(rows)
        except IntegrityError:  # another relay has just written some of them: they can be read now
            self._write(rows)

    def _rows(
        self, connection: Connection, plan: Plan, agency: str, topic: str, key: str, payload: dict[str, Any]
    ) -> list[dict[str, Any]]:
        people = self.directory if self.directory is not None else directory_of(connection, agency)
        finder = _Finder(connection, plan, people, agency, today(self.clock))
        found: dict[str, dict[str, Any]] = {}
        for route in plan.route:
            if topic not in route.topics:
                continue
            for target in finder.targets(route, topic, payload):
                body = {
                    "agency": agency,
                    "channel": target.channel,
                    "user": target.user,
                    "topic": topic,
                    "key": key,
                    "payload": target.payload,
                }
                child = _child_key(target, key)
                found.setdefault(
                    child, {"event_key": child, "topic": SEND, "agency": agency, "payload": canonical(body)}
                )
        return list(found.values())

    def _write(self, rows: list[dict[str, Any]]) -> None:
        """Writes those that have not been written before."""
        if not rows:
            return
        keys = [row["event_key"] for row in rows]
        column = kernel_t.outbox.c.event_key
        with self.sessions() as session, session.begin():
            known = set(session.execute(select(column).where(column.in_(keys))).scalars())
            at = stamp(self.clock)
            fresh = [row | {"created_at": at, "attempts": 0} for row in rows if row["event_key"] not in known]
            if fresh:
                session.execute(insert(kernel_t.outbox), fresh)

    def _send(self, key: str, body: dict[str, Any]) -> None:
        with self.sessions() as session:
            connection = session.connection()
            plan = channels_of(connection, body["agency"])
            if plan is None:
                raise NotDelivered("no_channels", agency=body["agency"])
            if body["user"] == "":
                raise NotDelivered("nobody_to_tell")
            self._wait_for_morning(connection, plan, body["channel"])
            message = self._message(connection, plan, key, body)
        if message is not None:
            plan.open(body["channel"], self.env).send(message, self.clock.now())
            self.sent += 1

    def _wait_for_morning(self, connection: Connection, plan: Plan, channel: str) -> None:
        settings = plan.channel.get(channel)
        if plan.quiet is None or settings is None or not settings.quiet:
            return
        calendar = law_at(connection, latest(connection)).calendar
        until = plan.quiet.until(self.clock.now(), calendar.project_working)
        if until is not None:
            raise Postponed(until)

    def _message(self, connection: Connection, plan: Plan, key: str, body: dict[str, Any]) -> Message | None:
        """The message in words; None where people need not be told any more."""
        settings = plan.channel.get(body["channel"])
        people = self.directory if self.directory is not None else directory_of(connection, body["agency"])
        words = _WORDS[body["topic"]](connection, people, body, today(self.clock))
        if words is None:
            if isinstance(settings, MailSettings | ChatSettings):
                return None
            words = (say("message_passed"), say("message_passed"))
        to: tuple[str, ...] = ()
        if isinstance(settings, MailSettings):
            address = plan.contacts.get(body["user"] or "")
            if address is None:
                raise NotDelivered("no_contact", user=body["user"])
            to = (address,)
        subject, text = words
        data = {name: body[name] for name in ("topic", "key", "agency", "payload")}
        return Message(key, subject, shorten(text, SHORT), to, data)


def _child_key(target: _Target, key: str) -> str:
    """The key of one delivery: its own order for each channel and person, within it that of the case."""
    to = target.channel if target.user is None else f"{target.channel}:{target.user}"
    plain = f"{to}>{key}"
    if len(plain) <= _KEY_LENGTH:
        return plain
    stream, mark, last = key.rpartition("/")
    return f"{target.channel}>{_short(to + '>' + (stream if mark else last))}/{_short(last)}"


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


class _Finder:
    """Who is told of a message."""

    def __init__(self, connection: Connection, plan: Plan, people: Directory, agency: str, on: date) -> None:
        self.connection, self.plan, self.people, self.agency, self.on = connection, plan, people, agency, on

    def targets(self, route: Route, topic: str, payload: dict[str, Any]) -> Iterator[_Target]:
        """The channels of a route, each with the people that it goes to."""
        users = list(self._entries(payload)) if topic == "todo.changed" else self._levels(route, topic, payload)
        for channel in route.channels:
            settings = self.plan.channel[channel]
            if isinstance(settings, MailSettings):
                for user, part in users:
                    yield _Target(channel, user, part)
            elif users or not (route.to or isinstance(settings, ChatSettings)):
                yield _Target(channel, None, payload)

    def _entries(self, payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The receivers of entries that somebody has to see, each with the own ones."""
        items = [item for item in payload["items"] if _calls(item)]
        for user in dict.fromkeys(item["receiver"] for item in items):
            yield user, {"items": [item for item in items if item["receiver"] == user]}

    def _levels(self, route: Route, topic: str, payload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        levels: Iterable[Level] = ("handler",)
        if topic == "case.due":
            levels = payload.get("levels") or _LEVELS_OF[payload["bucket"]]
        if route.to:
            levels = route.to if topic != "case.due" else [level for level in levels if level in route.to]
        return [(user, payload) for level in levels for user in self._holders(level, payload["case"])]

    def _holders(self, level: Level, case: str) -> list[str]:
        """The people of a level; where there is nobody, of the one below, and in the end of those above."""
        columns = cases_t.case.c
        row = self.connection.execute(
            select(columns.handler, columns.department).where(columns.agency == self.agency, columns.case_no == case)
        ).first()
        handler, department = (row.handler, row.department) if row is not None else (None, None)
        place = LEVELS.index(level)
        for wanted in (*reversed(LEVELS[: place + 1]), *LEVELS[place + 1 :]):
            found = self._handlers(handler) if wanted == "handler" else self._of_role(wanted, department)
            if found:
                return list(dict.fromkeys(user for one in found for user in (one, *self._stand_ins(one))))
        return [""]

    def _stand_ins(self, user: str) -> list[str]:
        """Who acts for a person on that day in every matter, or in replies: the one who is away is told as well."""
        columns = approvals_t.substitute.c
        where = (
            columns.agency == self.agency,
            columns.principal == user,
            columns.from_on <= self.on,
            columns.until_on >= self.on,
            columns.ended_at.is_(None),
        )
        rows = self.connection.execute(select(columns.stand_in, columns.moves).where(*where).order_by(columns.id))
        found = [row.stand_in for row in rows if "reply" in (json.loads(row.moves) or ["reply"])]
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
        return [handler] if _nobody_on_record(self.people) else []

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


def _calls(item: Mapping[str, Any]) -> bool:
    """Whether an entry waits for its receiver."""
    return item["status"] in ("todo", "cc") and not item["read"]


_Words = tuple[str, str] | None


def _due_words(connection: Connection, people: Directory, body: Mapping[str, Any], on: date) -> _Words:
    """A reminder as things stand now: it may have waited; None once the case is through or its day has moved."""
    payload = body["payload"]
    columns = cases_t.case.c
    row = connection.execute(
        select(columns.due_on, columns.due_rule, columns.handler).where(
            columns.agency == body["agency"], columns.case_no == payload["case"]
        )
    ).first()
    due_on = date.fromisoformat(payload["due_on"])
    if row is None or (row.due_on, row.due_rule) != (due_on, payload["rule"]):
        return None
    left = law_at(connection, latest(connection)).calendar.project_count(on, due_on)
    if on > due_on:
        left = min(left, -1)
    owner = handler_of(people, row.handler, on) if row.handler else None
    fields = {
        "case": _line(payload["case"]),
        "step": name("rule", payload["rule"]),
        "due_on": day(due_on),
        "left": _left(left, on, due_on),
        "owner": _line(owner.name if owner is not None and owner.name else row.handler or say("word_no_owner")),
    }
    key = "reminder_subject_over" if on > due_on else "reminder_subject"
    text = say("reminder_text", **fields) + (say("reminder_late") if payload["late"] else "")
    return say(key, **fields), text


def _left(left: int, on: date, due_on: date) -> str:
    if on == due_on:
        return say("word_today")
    return say("word_days_left", days=left) if on < due_on else say("word_days_over", days=-left)


def _moved_words(connection: Connection, people: Directory, body: Mapping[str, Any], on: date) -> _Words:
    payload = body["payload"]
    fields = {
        "case": _line(payload["case"]),
        "move": name("move", payload["move"]),
        "state": name("state", payload["state"]),
        "on": day(date.fromisoformat(payload["on"])),
    }
    return say("moved_subject", **fields), say("moved_text", **fields)


def _entry_words(connection: Connection, people: Directory, body: Mapping[str, Any], on: date) -> _Words:
    items = [item for item in body["payload"]["items"] if _calls(item)]
    if not items:
        return None
    lines = [say("entry_line", title=_line(item["title"]), sheet=_line(item["sheet"])) for item in items]
    first = _line(items[0]["title"])
    subject = say("entry_subject", title=first) if len(items) == 1 else say("entries_subject", n=len(items))
    return subject, "\n".join(lines)


def _issued_words(connection: Connection, people: Directory, body: Mapping[str, Any], on: date) -> _Words:
    payload = body["payload"]
    fields = {
        "case": _line(payload["case"]),
        "title": kind_of(payload["kind"]).title,
        "number": payload["number"] or "",
        "on": day(date.fromisoformat(payload["issued_on"])),
    }
    return say("issued_subject", **fields), say("issued_text", **fields)


_WORDS = {
    "case.due": _due_words,
    "case.moved": _moved_words,
    "notice.issued": _issued_words,
    "todo.changed": _entry_words,
}


def _line(text: str) -> str:
    """In one line, whatever was typed."""
    return " ".join(str(text).split())


def send_all(
    sessions: Sessions, courier: Courier, *, clock: Clock = _CLOCK, limit: int = 1000, attempts: int = ATTEMPTS
) -> RelayResult:
    """Relays through a courier until what it has spread has had its turn; ``sent`` counts what has gone out."""
    failed = 0
    before = courier.sent
    while True:
        spread = courier.spread
        done = relay(sessions, courier, clock=clock, limit=limit, attempts=attempts)
        failed += done.failed
        if courier.spread == spread:
            return done.model_copy(update={"sent": courier.sent - before, "failed": failed})


class Tried(BaseModel):
    """What became of a message for trial."""

    model_config = ConfigDict(frozen=True)
    channel: str
    delivered: bool
    message: str


def try_channels(plan: Plan, user: str, env: Mapping[str, str], at: datetime) -> list[Tried]:
    """Sends a message for trial over every channel: mail to that person, or to the sender itself."""
    found = []
    for channel, settings in plan.channel.items():
        to = (plan.contacts.get(user, settings.sender),) if isinstance(settings, MailSettings) else ()
        key = f"trial>{channel}/{at.isoformat()}"
        message = Message(key, say("trial_subject"), say("trial_text", channel=channel), to, {"topic": "trial"})
        try:
            plan.open(channel, env).send(message, at)
        except DisclosureError as error:
            found.append(Tried(channel=channel, delivered=False, message=describe(error)))
        else:
            found.append(Tried(channel=channel, delivered=True, message=say("trial_delivered")))
    return found
