"""What a move tells the world is delivered at least once, and never before the host has committed."""

import json
import subprocess
import sys
import threading
from datetime import date, timedelta

import pytest
import rows as t
from office import ADMIN, CLERK, SUBMIT, operator
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Context, move, relay
from disclosure.workflow.delivery.relay import ATTEMPTS, Postponed, dead_letters, replay_dead

ON = date(2024, 3, 1)


class Receiver:
    """Takes messages, or is out of order."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str, str]] = []
        self.broken = False

    def __call__(self, topic: str, key: str, payload: str) -> None:
        if self.broken:
            raise ConnectionError("no route to host")
        self.messages.append((topic, key, payload))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def test_a_message_tells_numbers_and_states_and_nothing_of_the_applicant(sessions, work, clock, receiver):
    work("A-1", ("submit", ON), ("accept", ON))
    found = relay(operator(sessions, clock), receiver)
    assert (found.sent, found.failed, found.left) == (2, 0, 0)
    payload = json.loads(receiver.messages[1][2])
    assert payload == {
        "agency": "default",
        "case": "A-1",
        "move": "accept",
        "on": "2024-03-01",
        "seq": 2,
        "state": "accepted",
    }
    assert relay(operator(sessions, clock), receiver).sent == 0


def test_a_move_that_the_host_rolled_back_is_never_told(sessions, clock, receiver):
    with sessions() as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
        session.rollback()
    assert relay(operator(sessions, clock), receiver).sent == 0


def test_a_receiver_out_of_order_loses_nothing_and_is_asked_less_and_less(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    receiver.broken = True
    assert relay(operator(sessions, clock), receiver).failed == 1
    waits = []
    for _ in range(14):
        minutes = 0
        while relay(operator(sessions, clock), receiver).failed == 0 and minutes < 3000:
            clock.advance(minutes=10)
            minutes += 10
        waits.append(minutes)
    assert waits == sorted(waits)
    assert waits[0] == 10
    assert waits[-1] == 24 * 60
    receiver.broken = False
    clock.advance(days=1)
    assert relay(operator(sessions, clock), receiver).sent == 1
    with sessions() as session:
        row = session.execute(select(t.outbox)).one()
    assert row.sent_at is not None
    assert row.failure is None


def test_a_relay_that_died_while_sending_is_made_good(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))

    def die(topic: str, key: str, payload: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        relay(operator(sessions, clock), die)
    assert relay(operator(sessions, clock), receiver).sent == 0
    clock.advance(minutes=6)
    assert relay(operator(sessions, clock), receiver).sent == 1


def test_a_relay_within_a_relay_sends_nothing_twice(sessions, work, clock, receiver):
    work("A-1", ("submit", ON), ("accept", ON))

    def nested(topic: str, key: str, payload: str) -> None:
        relay(operator(sessions, clock), receiver)
        receiver(topic, key, payload)

    relay(operator(sessions, clock), nested)
    keys = [key for _, key, _ in receiver.messages]
    assert len(keys) == len(set(keys)) == 2


def test_later_messages_of_a_case_wait_for_the_one_that_failed(sessions, work, clock, receiver):
    work("A-1", ("submit", ON), ("accept", ON))
    work("A-2", ("submit", ON))
    told = []

    def refuse_first(topic: str, key: str, payload: str) -> None:
        if key == "default/A-1/1":
            raise ConnectionError("not now")
        told.append(key)

    relay(operator(sessions, clock), refuse_first)
    relay(operator(sessions, clock), receiver)
    assert told == ["default/A-2/1"]
    assert receiver.messages == []
    clock.advance(days=1)
    relay(operator(sessions, clock), receiver)
    assert [key for _, key, _ in receiver.messages] == ["default/A-1/1", "default/A-1/2"]


def give_up(sessions, receiver, clock, attempts: int) -> list[int]:
    """Tries that often, a day apart; how many lie dead after each."""
    receiver.broken = True
    found = []
    for _ in range(attempts):
        found.append(relay(operator(sessions, clock), receiver, attempts=attempts).dead)
        clock.advance(days=1, minutes=1)
    receiver.broken = False
    return found


def test_a_message_is_given_up_after_its_last_attempt_and_not_before(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    assert give_up(sessions, receiver, clock, 3) == [0, 0, 1]
    found = relay(operator(sessions, clock), receiver)
    assert (found.sent, found.failed, found.left, found.dead) == (0, 0, 0, 1)
    with sessions() as session:
        (letter,) = dead_letters(Context(session, ADMINISTRATOR))
    assert (letter.key, letter.attempts, describe(letter.failure)) == (
        "default/A-1/1",
        3,
        "ConnectionError: no route to host",
    )


def test_a_dead_letter_holds_nothing_back_in_the_very_round_in_which_it_dies(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    told = []

    def refuse_first(topic: str, key: str, payload: str) -> None:
        if key == "default/A-1/1":
            raise ConnectionError("never")
        told.append(key)

    found = relay(operator(sessions, clock), refuse_first, attempts=1)
    assert (found.sent, found.failed, found.left, found.dead) == (1, 1, 0, 1)
    assert told == ["default/A-1/2"]
    work("A-1", ("withdraw", ON, {"reason": "不需要了"}))
    assert relay(operator(sessions, clock), refuse_first, attempts=1).sent == 1
    assert told == ["default/A-1/2", "default/A-1/3"]


def test_a_server_that_is_off_over_the_longest_holiday_loses_nothing(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    receiver.broken = True
    for _ in range(9 * 24):
        assert relay(operator(sessions, clock), receiver).dead == 0
        clock.advance(hours=1)
    assert ATTEMPTS == 20
    receiver.broken = False
    clock.advance(days=1)
    assert relay(operator(sessions, clock), receiver).sent == 1


def test_what_was_given_up_comes_back_under_its_key_and_has_all_its_attempts_again(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    give_up(sessions, receiver, clock, 2)
    with sessions() as session, session.begin():
        assert replay_dead(Context(session, ADMIN), ["default/A-1/1"]) == 1
    assert give_up(sessions, receiver, clock, 2) == [0, 1]
    with sessions() as session, session.begin():
        assert replay_dead(Context(session, ADMIN)) == 1
    found = relay(operator(sessions, clock), receiver)
    assert (found.sent, found.dead) == (1, 0)
    assert [key for _, key, _ in receiver.messages] == ["default/A-1/1"]
    with sessions() as session:
        assert dead_letters(Context(session, ADMINISTRATOR)) == []


def test_an_agency_sees_and_puts_back_its_own_only(sessions, work, clock, receiver):
    for agency in ("a", "b"):
        work("1", ("submit", ON), agency=agency)
    give_up(sessions, receiver, clock, 1)
    with sessions() as session, session.begin():
        assert [letter.key for letter in dead_letters(Context(session, ADMINISTRATOR, agency="a"))] == ["a/1/1"]
        with pytest.raises(BadData) as caught:
            replay_dead(Context(session, ADMIN, agency="a"), ["a/1/1", "b/1/1", "nonsense"])
        assert [fault["value"] for fault in caught.value.faults] == ["b/1/1", "nonsense"]
        assert replay_dead(Context(session, ADMIN, agency="a")) == 1
    assert relay(operator(sessions, clock), receiver).sent == 1


def test_only_who_administers_puts_messages_back(sessions):
    with sessions() as session, pytest.raises(NotPermitted):
        replay_dead(Context(session, CLERK))


def test_a_relay_that_comes_late_to_a_message_leaves_it_to_who_had_it(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    work("A-2", ("submit", ON))
    asked = []

    def fail(topic: str, key: str, payload: str) -> None:
        asked.append(key)
        raise ConnectionError("not now")

    def nested(topic: str, key: str, payload: str) -> None:
        relay(operator(sessions, clock), fail)
        receiver(topic, key, payload)

    relay(operator(sessions, clock), nested)
    assert asked == ["default/A-2/1"]
    assert [key for _, key, _ in receiver.messages] == ["default/A-1/1"]


def test_two_relays_at_once_send_each_message_once(sessions, work, clock):
    for number in range(12):
        work(f"A-{number}", ("submit", ON), ("accept", ON))
    told: list[str] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait(30)
        for _ in range(3):
            relay(operator(sessions, clock), lambda topic, key, payload: told.append(key))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == sorted(f"default/A-{number}/{seq}" for number in range(12) for seq in (1, 2))


def test_a_message_that_is_postponed_has_not_failed(sessions, work, clock, receiver):
    work("A-1", ("submit", ON), ("accept", ON))

    def later(topic: str, key: str, payload: str) -> None:
        raise Postponed(clock.now() + timedelta(hours=8))

    found = relay(operator(sessions, clock), later, attempts=1)
    assert (found.sent, found.failed, found.left, found.dead) == (0, 0, 2, 0)
    clock.advance(hours=7, minutes=59)
    assert relay(operator(sessions, clock), receiver).sent == 0
    clock.advance(minutes=1)
    assert relay(operator(sessions, clock), receiver).sent == 2


def test_nights_use_up_none_of_the_attempts(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))

    def later(topic: str, key: str, payload: str) -> None:
        raise Postponed(clock.now() + timedelta(hours=8))

    for _ in range(3):
        relay(operator(sessions, clock), later)
        clock.advance(hours=8)
    assert give_up(sessions, receiver, clock, 2) == [0, 1]


@pytest.mark.parametrize("first_fails", [True, False])
def test_what_two_senders_made_of_a_message_is_sent_if_one_of_them_sent_it(
    sessions, work, clock, receiver, first_fails
):
    work("A-1", ("submit", ON))

    def too_slow(topic: str, key: str, payload: str) -> None:
        clock.advance(minutes=6)
        receiver.broken = not first_fails
        relay(operator(sessions, clock), receiver)
        receiver.broken = first_fails
        receiver(topic, key, payload)

    assert relay(operator(sessions, clock), too_slow, attempts=1).left == 0
    with sessions() as session:
        row = session.execute(select(t.outbox.c.sent_at, t.outbox.c.failure)).one()
    assert row.sent_at is not None
    assert row.failure is None


def test_who_fails_late_does_not_cut_short_the_time_of_who_has_claimed_since(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))

    def die(topic: str, key: str, payload: str) -> None:
        raise KeyboardInterrupt

    def too_slow(topic: str, key: str, payload: str) -> None:
        clock.advance(minutes=6)
        with pytest.raises(KeyboardInterrupt):
            relay(operator(sessions, clock), die)
        raise ConnectionError("late")

    relay(operator(sessions, clock), too_slow)
    clock.advance(minutes=4)
    assert relay(operator(sessions, clock), receiver).sent == 0
    clock.advance(minutes=2)
    assert relay(operator(sessions, clock), receiver).sent == 1


FULL = """
import resource, signal, sys
from pathlib import Path
from disclosure.workflow.delivery.relay import FileSender
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
with FileSender(Path(sys.argv[1])) as send:
    send("case.moved", "a/1/1", "{}")
    try:
        send("case.moved", "a/1/2", '"' + "x" * 9000 + '"')
    except OSError:
        send("case.moved", "a/1/3", "{}")
"""
"""A process on whose disk no file of more than a page has room."""


def test_on_a_full_disk_a_file_of_messages_ends_with_a_whole_line(tmp_path):
    path = tmp_path / "sent.jsonl"
    path.write_text('{"key": "a/0/1"}\n', "utf-8")
    subprocess.run([sys.executable, "-c", FULL, str(path)], check=True)  # noqa: S603 - our own text
    assert [json.loads(line)["key"] for line in path.read_text("utf-8").splitlines()] == ["a/0/1", "a/1/1", "a/1/3"]
