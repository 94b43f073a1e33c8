"""From the outbox to people: over every channel, at the right time, and never twice."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from threading import Event
from typing import ClassVar, Literal

import pytest
import rows as t
from office import ADMIN, operator
from sending import CONTACTS, ENV, NIGHT, REMINDERS, folder, hook, mail, route
from sqlalchemy import select

from disclosure.notifications.channels.port import Message, NotDelivered
from disclosure.notifications.channels.registry import register_channel, remove_channel
from disclosure.notifications.channels.settings import Audience, ChannelSettings, RequiredVariable
from disclosure.notifications.messages.sentences import describe
from disclosure.states.calendar.dates import SHANGHAI
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    Dispatcher,
    FixedClock,
    relay,
    send_all,
    tick,
)
from disclosure.workflow.delivery.relay import dead_letters, replay_dead


def test_a_broken_channel_repeats_nothing_on_the_others(case, setup, at, box, web, sessions):
    setup(mail(box), hook(web), route("mail", "oa"), REMINDERS, CONTACTS)
    web.status = 500
    assert (at(22).failed, len(box.mails)) == (1, 1)
    for hour in (10, 11, 12):
        at(22, hour)
    assert (len(box.mails), len(web.requests)) == (1, 4)
    web.status = 200
    assert at(22, 20).sent == 1
    assert len({document["key"] for document in web.documents}) == 1
    assert at(25).left == 0


def test_what_was_spread_before_a_crash_is_not_spread_twice(case, setup, sessions, clock, box, tmp_path):
    setup(folder(tmp_path / "out"), route("box"), REMINDERS)
    tick(operator(sessions, FixedClock(date(2024, 3, 22))))
    with sessions() as session:
        row = session.execute(select(t.outbox).where(t.outbox.c.topic == "case.due")).one()
    dispatcher = Dispatcher(operator(sessions, clock), env=ENV)
    dispatcher(row.topic, row.event_key, row.payload)
    done = send_all(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=ENV))
    assert (done.sent, done.failed, done.left) == (1, 0, 0)
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_lost_secret_is_a_dead_letter_that_comes_back_with_its_key(case, setup, sessions, at, web):
    setup(hook(web), route("oa"), REMINDERS)
    assert at(22, env={}, attempts=1).dead == 1
    with sessions() as session:
        (letter,) = dead_letters(Context(session, ADMINISTRATOR))
    assert "HOOK_SECRET" in describe(letter.failure)
    with sessions() as session, session.begin():
        assert replay_dead(Context(session, ADMIN), [letter.key]) == 1
    assert at(22, 10).sent == 1
    assert web.documents[0]["key"] == letter.key


def test_long_keys_stay_within_their_column_and_keep_their_order(sessions, work, setup, clock, tmp_path):
    number = "依" * 128
    work(number, ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)), agency="a" * 64)
    setup(
        folder(tmp_path / "out").replace("channel.box", f"channel.{'b' * 32}"),
        route("b" * 32, topics='"case.moved"'),
        agency="a" * 64,
    )
    send_all(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=ENV))
    with sessions() as session:
        keys = session.execute(select(t.outbox.c.event_key).where(t.outbox.c.topic == "message.send")).scalars().all()
    assert len(set(keys)) == 2
    assert len({key.rpartition("/")[0] for key in keys}) == 1
    assert all(len(key) <= 220 for key in keys)


def test_an_agency_without_channels_is_a_failure_unless_somebody_else_takes_it(sessions, work, clock):
    work("A-1", ("submit", date(2024, 3, 1)))
    assert relay(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=ENV)).failed == 1
    taken = []
    clock.advance(days=2)
    dispatcher = Dispatcher(operator(sessions, clock), env=ENV, others=lambda *message: taken.append(message[0]))
    assert relay(operator(sessions, clock), dispatcher).sent == 1
    assert taken == ["case.moved"]


# Quiet hours


def test_people_are_left_alone_at_night_and_machines_are_not(case, setup, at, box, web):
    setup(mail(box), hook(web), route("mail", "oa"), REMINDERS, CONTACTS, NIGHT)
    done = at(22, 20)
    assert (len(box.mails), len(web.requests), done.failed, done.left) == (0, 1, 0, 1)
    assert at(22, 23).sent == 0
    assert (at(23, 8).sent, len(box.mails)) == (1, 1)


def test_a_night_is_no_failed_attempt(case, setup, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS, NIGHT)
    at(22, 21, attempts=1)
    assert at(22, 22, attempts=1).dead == 0
    assert at(25, 9, attempts=1).sent == 1


# A host's own channel


class Pager:
    """What a host's own channel has sent."""

    sent: ClassVar[list[tuple[tuple[str, ...], str, str]]] = []

    def __init__(self, prefix: str, token: str) -> None:
        self.prefix, self.token = prefix, token

    def send(self, message: Message, at: datetime) -> None:
        """Keeps the message, or refuses it without the token."""
        if self.token != ENV["HOOK_SECRET"]:
            raise NotDelivered("no_address")
        Pager.sent.append((message.to, self.prefix + message.subject, message.key))


class PagerSettings(ChannelSettings):
    """A host's own kind of channel, which knows its people's numbers itself."""

    audience: ClassVar[Audience] = "person"

    type: Literal["pager"] = "pager"
    prefix: str = ""
    token_env: RequiredVariable
    quiet: bool = True

    def open(self, secrets: Mapping[str, str]) -> Pager:
        """The channel, with its token."""
        return Pager(self.prefix, secrets["token_env"])

    def address_of(self, user: str, contacts: Mapping[str, str]) -> str | None:
        """The number of a person."""
        return f"pager-{user}" if user == "u1" else None


PAGER = '[channel.pager]\ntype = "pager"\nprefix = "急"\ntoken_env = "HOOK_SECRET"\n'


@pytest.fixture
def pager() -> Iterator[type[Pager]]:
    register_channel("pager", PagerSettings)
    Pager.sent.clear()
    yield Pager
    remove_channel("pager")


def test_a_hosts_own_channel_works_from_the_text_to_the_person(pager, case, setup, at, box):
    setup(PAGER, mail(box), route("pager", "mail"), REMINDERS, CONTACTS)
    assert at(22).sent == 2
    assert pager.sent == [
        (("pager-u1",), "急【到期提醒】A-1 答复期限：5 个工作日", "pager:u1>due:1:reply:2024-03-29:handler")
    ]
    assert at(22, 10).sent == 0


def test_a_hosts_own_channel_fails_waits_and_dies_like_any_other(pager, case, setup, at, sessions):
    setup(PAGER, route("pager"), REMINDERS, CONTACTS, NIGHT)
    assert (at(22, 21).sent, pager.sent) == (0, [])
    assert at(25, 9, sweep=False, env={"HOOK_SECRET": "wrong"}).failed == 1
    assert at(26, 9, attempts=1).dead == 1  # of the head the pager knows no number
    with sessions() as session:
        (letter,) = dead_letters(Context(session, ADMINISTRATOR))
    assert letter.failure.code == "no_contact"
    assert [to for to, _, _ in pager.sent] == [("pager-u1",)]


def test_a_message_for_a_kind_that_is_no_longer_registered_is_kept(pager, case, setup, at, sessions):
    setup(PAGER, route("pager"), REMINDERS, CONTACTS)
    remove_channel("pager")
    assert at(22).failed == 1  # the reminder has been written all the same
    register_channel("pager", PagerSettings)
    assert at(22, 12).sent == 1


# A channel that is dead


class Waiter:
    """A channel that answers only once it is let go: a server that took the connection and says nothing."""

    free = Event()
    begun: ClassVar[list[str]] = []
    waited: ClassVar[list[bool]] = []

    def send(self, message: Message, at: datetime) -> None:
        """Waits to be let go."""
        Waiter.begun.append(message.key)
        Waiter.waited.append(Waiter.free.wait(30))


class WaiterSettings(ChannelSettings):
    """The same as an office sets it."""

    audience: ClassVar[Audience] = "channel"

    type: Literal["waiter"] = "waiter"

    def open(self, secrets: Mapping[str, str]) -> Waiter:
        """The channel."""
        return Waiter()


WAITER = '[channel.dead]\ntype = "waiter"\n'


class Letting:
    """Another channel, whose delivery lets the dead one go."""

    def send(self, message: Message, at: datetime) -> None:
        """Lets go."""
        Waiter.free.set()


class LettingSettings(WaiterSettings):
    """The same as an office sets it."""

    type: Literal["letting"] = "letting"

    def open(self, secrets: Mapping[str, str]) -> Letting:
        """The channel."""
        return Letting()


@pytest.fixture
def dead() -> Iterator[type[Waiter]]:
    for kind, settings in (("waiter", WaiterSettings), ("letting", LettingSettings)):
        register_channel(kind, settings)
    Waiter.free.clear()
    Waiter.begun.clear()
    Waiter.waited.clear()
    yield Waiter
    Waiter.free.set()
    for kind in ("waiter", "letting"):
        remove_channel(kind)


def test_a_dead_channel_holds_up_no_other_one(dead, case, setup, at):
    """The dead one waits for the other: whoever served them one after the other would wait for good."""
    setup(WAITER, '[channel.living]\ntype = "letting"\n', route("dead", "living"), REMINDERS)
    done = at(22)
    assert (done.sent, done.failed, dead.waited) == (2, 0, [True])


def test_a_message_has_a_deadline_as_a_whole_and_a_channel_that_misses_it_twice_is_left_for_the_round(
    dead, case, setup, sessions, work
):
    for number in ("A-2", "A-3", "A-4"):
        work(number, ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))
    setup(WAITER, route("dead"), REMINDERS)
    clock = FixedClock(datetime(2024, 3, 22, 9, tzinfo=SHANGHAI))
    tick(operator(sessions, clock))
    done = send_all(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=ENV, deadline=0.01))
    assert (done.sent, done.failed, done.left, len(dead.begun)) == (0, 2, 4, 2)
    with sessions() as session:
        failures = session.execute(select(t.outbox.c.failure).where(t.outbox.c.failure.is_not(None))).scalars().all()
    assert all('"too_late"' in failure for failure in failures)
