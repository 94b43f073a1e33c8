"""What a move tells the world is delivered at least once, and never before the host has committed."""

import json
from datetime import date

import pytest
from office import CLERK, SUBMIT
from sqlalchemy import select

from disclosure.workflow import move, relay
from disclosure.workflow import tables as t

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
    found = relay(sessions, receiver, clock=clock)
    assert (found.sent, found.failed, found.left) == (2, 0, 0)
    payload = json.loads(receiver.messages[1][2])
    assert payload == {"agency": "default", "case": "A-1", "move": "accept", "on": "2024-03-01", "seq": 2, "state": "accepted"}
    assert relay(sessions, receiver, clock=clock).sent == 0


def test_a_move_that_the_host_rolled_back_is_never_told(sessions, clock, receiver):
    with sessions() as session:
        move(session, CLERK, "A-1", "submit", SUBMIT, at=ON)
        session.rollback()
    assert relay(sessions, receiver, clock=clock).sent == 0


def test_a_receiver_out_of_order_loses_nothing_and_is_asked_less_and_less(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))
    receiver.broken = True
    assert relay(sessions, receiver, clock=clock).failed == 1
    waits = []
    for _ in range(14):
        minutes = 0
        while relay(sessions, receiver, clock=clock).failed == 0 and minutes < 3000:
            clock.advance(minutes=10)
            minutes += 10
        waits.append(minutes)
    assert waits == sorted(waits)
    assert waits[0] == 10
    assert waits[-1] == 24 * 60
    receiver.broken = False
    clock.advance(days=1)
    assert relay(sessions, receiver, clock=clock).sent == 1
    with sessions() as session:
        row = session.execute(select(t.outbox)).one()
    assert row.sent_at is not None
    assert row.failure is None


def test_a_relay_that_died_while_sending_is_made_good(sessions, work, clock, receiver):
    work("A-1", ("submit", ON))

    def die(topic: str, key: str, payload: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        relay(sessions, die, clock=clock)
    assert relay(sessions, receiver, clock=clock).sent == 0
    clock.advance(minutes=6)
    assert relay(sessions, receiver, clock=clock).sent == 1


def test_a_relay_within_a_relay_sends_nothing_twice(sessions, work, clock, receiver):
    work("A-1", ("submit", ON), ("accept", ON))

    def nested(topic: str, key: str, payload: str) -> None:
        relay(sessions, receiver, clock=clock)
        receiver(topic, key, payload)

    relay(sessions, nested, clock=clock)
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

    relay(sessions, refuse_first, clock=clock)
    relay(sessions, receiver, clock=clock)
    assert told == ["default/A-2/1"]
    assert receiver.messages == []
    clock.advance(days=1)
    relay(sessions, receiver, clock=clock)
    assert [key for _, key, _ in receiver.messages] == ["default/A-1/1", "default/A-1/2"]
