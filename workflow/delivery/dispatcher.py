"""The dispatcher: takes each message of the outbox over the channels of its agency to its recipients.

A message of the outbox is first spread into one row for each channel and person, in one transaction. Each row is
tried, fails, waits and is given up by itself, so that a broken webhook repeats nobody's mail.
"""

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from logging import INFO
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from ...notifications.channels.chat import SHORT, shorten
from ...notifications.channels.config import Plan
from ...notifications.channels.port import Message, NotDelivered
from ..kernel.chains import canonical
from ..kernel.context import Directory, Operator
from ..kernel.directory import directory_of, host_people
from ..kernel.outbox import Message as Queued
from ..kernel.outbox import agency_of, enqueue_new
from ..kernel.retries import transaction
from ..kernel.versions import latest, law_at
from .channels import channels_of
from .log import logged_key, record
from .recipients import Payload, RecipientResolver, Target
from .relay import ATTEMPTS, LATE, Deliver, Postponed, RelayResult, relay
from .texts import TOPICS, Source, passed, text_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SEND = "message.send"
"""The topic of a row that goes over one channel to one person."""
_KEY_LENGTH = 220
AT_ONCE = 16
"""Channels that are served beside each other."""
DEADLINE = 60.0
"""Seconds for a whole message, whatever the channel's own time-outs add up to."""


class _Delivery(NamedTuple):
    """What a row of ``SEND`` holds; an empty ``user`` is one who could not be found."""

    agency: str
    channel: str
    user: str | None
    topic: str
    key: str
    payload: Payload


class Dispatcher:
    """Delivers over the channels that the agencies have set; for ``relay``, which asks whether the operator may.

    A message of an agency that has set nothing, or on a topic that is not known here, goes to ``others``.
    ``env`` holds the secrets, ``deadline`` the seconds that one message may take as a whole. ``spread`` counts rows
    written for the next round, ``sent`` deliveries.
    """

    def __init__(
        self,
        operator: Operator,
        *,
        env: Mapping[str, str] | None = None,
        others: Deliver | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        self.operator, self.sessions, self.others = operator, operator.sessions, others
        self.deadline = deadline
        self.env: Mapping[str, str] = os.environ if env is None else env
        self.spread = self.sent = 0
        self._counting = Lock()

    def __call__(self, topic: str, key: str, payload: str) -> None:
        """Takes one message of the outbox.

        Raises:
            Postponed: in quiet hours; NotDelivered: it has to be tried again.
        """
        if topic == SEND:
            self._send(key, _Delivery(**json.loads(payload)))
        else:
            self._spread(topic, key, payload)

    def _spread(self, topic: str, key: str, payload: str) -> None:
        """Writes a row for each channel and person; a message on another topic is passed on."""
        message = Queued(key, topic, "", payload)
        agency, has_channels, found = transaction(self.sessions, partial(self._spread_in, message=message))
        if found is not None:
            with self._counting:
                self.spread += len(found)
            self._write(found)
            record(INFO, "spread", topic=topic, key=logged_key(key), outcome="spread", deliveries=len(found))
        elif self.others is not None:
            self.others(topic, key, payload)
        elif not has_channels:
            raise NotDelivered("no_channels", agency=agency)

    def _spread_in(self, session: "Session", *, message: Queued) -> tuple[str, bool, dict[str, _Delivery] | None]:
        """The agency of a message, whether it has channels, and the rows; None where the topic is another's."""
        connection = session.connection()
        agency = agency_of(connection, message.event_key)
        plan = channels_of(connection, agency)
        if plan is None or message.topic not in TOPICS:
            return agency, plan is not None, None
        return agency, True, self._deliveries(connection, plan, message._replace(agency=agency))

    def _deliveries(self, connection: Connection, plan: Plan, message: Queued) -> dict[str, _Delivery]:
        """What a message is spread into, by the keys of the rows."""
        key, topic, agency, payload = message
        content = json.loads(payload)
        resolver = RecipientResolver(connection, plan, self._people(connection, agency), agency, self.operator.today)
        found: dict[str, _Delivery] = {}
        for route in plan.route:
            for target in resolver.targets(route, topic, content) if topic in route.topics else ():
                delivery = _Delivery(agency, target.channel, target.user, topic, key, target.payload)
                found.setdefault(_row_key(target, key), delivery)
        return found

    def _people(self, connection: Connection, agency: str) -> Directory:
        host = host_people(self.operator.context(connection, agency).directory, connection, agency)
        return host if host is not None else directory_of(connection, agency)

    def _write(self, deliveries: Mapping[str, _Delivery]) -> None:
        """Writes those that have not been written before; where another relay has just done so they are read anew."""
        rows = [Queued(key, SEND, item.agency, canonical(item._asdict())) for key, item in deliveries.items()]
        if rows:
            at = self.operator.stamp
            transaction(self.sessions, lambda session: enqueue_new(session.connection(), rows, at))

    def _send(self, key: str, delivery: _Delivery) -> None:
        plan, message = transaction(self.sessions, partial(self._made, key=key, delivery=delivery))
        if message is not None:
            channel, now = plan.open(delivery.channel, self.env), self.operator.clock.now()
            in_time(partial(channel.send, message, now), self.deadline)
            with self._counting:
                self.sent += 1
        outcome = "sent" if message is not None else "passed"
        record(
            INFO,
            "dispatch",
            topic=delivery.topic,
            key=logged_key(delivery.key),
            channel=delivery.channel,
            outcome=outcome,
        )

    def _made(self, session: "Session", *, key: str, delivery: _Delivery) -> tuple[Plan, Message | None]:
        """The channels of a delivery and its message, as things stand.

        Raises:
            Postponed; NotDelivered.
        """
        connection = session.connection()
        plan = channels_of(connection, delivery.agency)
        if plan is None:
            raise NotDelivered("no_channels", agency=delivery.agency)
        if delivery.user == "":
            raise NotDelivered("nobody_to_tell")
        self._wait_for_morning(connection, plan, delivery)
        return plan, self._message(connection, plan, key, delivery)

    def _wait_for_morning(self, connection: Connection, plan: Plan, delivery: _Delivery) -> None:
        """Puts a message off in quiet hours."""
        settings = plan.channel.get(delivery.channel)
        if plan.quiet is None or settings is None or not settings.quiet:
            return
        calendar = law_at(connection, latest(connection), delivery.agency).calendar
        until = plan.quiet.until(self.operator.clock.now(), calendar.project_working)
        if until is not None:
            raise Postponed(until)

    def _message(self, connection: Connection, plan: Plan, key: str, delivery: _Delivery) -> Message | None:
        """The message as it is sent; None where nobody needs it any more."""
        settings = plan.channel.get(delivery.channel)
        people = self._people(connection, delivery.agency)
        source = Source(self.operator.context(connection, delivery.agency), people)
        text = text_of(delivery.topic, source, delivery.payload)
        if text is None and settings is not None and settings.audience != "system":
            return None
        subject, body = text or passed()
        to: tuple[str, ...] = ()
        if settings is not None and settings.audience == "person":
            address = settings.address_of(delivery.user or "", plan.contacts)
            if address is None:
                raise NotDelivered("no_contact", user=delivery.user)
            to = (address,)
        data = {
            "topic": delivery.topic,
            "key": delivery.key,
            "agency": delivery.agency,
            "payload": delivery.payload,
        }
        return Message(key, subject, shorten(body, SHORT), to, data)


def _row_key(target: Target, key: str) -> str:
    """The key of one delivery: its own order for each channel and person, within it that of the case."""
    to = target.channel if target.user is None else f"{target.channel}:{target.user}"
    plain = f"{to}>{key}"
    if len(plain) <= _KEY_LENGTH:
        return plain
    stream, mark, last = key.rpartition("/")
    return f"{target.channel}>{_short(to + '>' + (stream if mark else last))}/{_short(last)}"


def in_time(work: Callable[[], None], seconds: float) -> None:
    """Does work that may take so many seconds; what takes longer is left to itself, and its result is not waited for.

    Raises:
        NotDelivered: too_late; whatever the work raises in time.
    """
    outcome: list[BaseException | None] = []

    def run() -> None:
        try:
            work()
            outcome.append(None)
        except BaseException as error:  # raised again where it is waited for
            outcome.append(error)

    worker = Thread(target=run, name="disclosure-delivery", daemon=True)
    worker.start()
    worker.join(seconds)
    if not outcome:
        raise NotDelivered(LATE, seconds=seconds)
    if outcome[0] is not None:
        raise outcome[0]


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def send_all(operator: Operator, dispatcher: Dispatcher, *, limit: int = 1000, attempts: int = ATTEMPTS) -> RelayResult:
    """Relays through a dispatcher until what it has spread has had its turn; ``sent`` counts what has gone out.

    Raises:
        NotPermitted.
    """
    failed = 0
    before = dispatcher.sent
    while True:
        spread = dispatcher.spread
        done = relay(operator, dispatcher, limit=limit, attempts=attempts, at_once=AT_ONCE)
        failed += done.failed
        if dispatcher.spread == spread:
            return done.model_copy(update={"sent": dispatcher.sent - before, "failed": failed})
