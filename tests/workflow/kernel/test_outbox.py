"""The outbox: written once for each key, claimed by one relay, given up and put back."""

import pytest
import rows as t
from sqlalchemy import select

from disclosure.workflow.kernel import outbox
from disclosure.workflow.kernel.outbox import Message, Waiting

AT, LATER = "2024-03-01T01:00:00.000+00:00", "2024-03-01T01:05:00.000+00:00"


def message(key, agency="default"):
    return Message(key, "case.moved", agency, f'{{"key":"{key}"}}')


@pytest.fixture
def connection(engine):
    """A transaction with two messages of one agency and one of another."""
    with engine.begin() as found:
        outbox.enqueue_new(found, [message("k1"), message("k2"), message("k3", "county")], AT)
        yield found


def waiting(connection):
    return list(outbox.unsent(connection))


def give_up(connection, row):
    outbox.claim(connection, row, LATER)
    outbox.note(connection, row, {"dead_at": LATER, "failure": "no route"})


def test_who_reads_some_of_the_waiting_messages_leaves_nothing_open(connection):
    """A server's cursor that is dropped while it is open is a warning, and warnings are errors."""
    assert next(outbox.unsent(connection)).key == "k1"
    assert len(waiting(connection)) == 3


def test_a_key_is_written_once(connection):
    assert outbox.enqueue_new(connection, [message("k2"), message("k4")], LATER) == 1
    assert outbox.enqueue_new(connection, [], LATER) == 0
    assert [(row.key, row.attempts, row.retry_at) for row in waiting(connection)] == [
        ("k1", 0, None),
        ("k2", 0, None),
        ("k3", 0, None),
        ("k4", 0, None),
    ]
    assert outbox.agency_of(connection, "k3") == "county"


def test_of_two_relays_that_saw_the_same_message_one_gets_it(connection):
    first, *_ = waiting(connection)
    assert outbox.claim(connection, first, LATER) == ("case.moved", "k1", '{"key":"k1"}')
    assert outbox.claim(connection, first, LATER) is None
    again = waiting(connection)[0]
    assert again == Waiting(first.id, "k1", 1, LATER)
    assert outbox.claim(connection, again, LATER) is not None


def test_a_success_counts_whoever_tells_it_and_a_failure_only_from_the_last_claimer(connection):
    first, second, _ = waiting(connection)
    for row in (first, second):
        outbox.claim(connection, row, LATER)
        outbox.claim(connection, row._replace(attempts=1, retry_at=LATER), LATER)
        outbox.note(connection, row, {"failure": "too late"})
    outbox.note(connection, first, {"sent_at": LATER})
    outbox.note(connection, first._replace(attempts=1), {"failure": "after it was sent"})
    outbox.note(connection, second._replace(attempts=1), {"failure": "no route"})
    found = connection.execute(select(t.outbox.c.sent_at, t.outbox.c.failure).order_by(t.outbox.c.id)).all()
    assert found == [(LATER, None), (None, "no route"), (None, None)]


def test_what_was_given_up_waits_no_more_and_is_told_to_its_own_agency(connection):
    for row in waiting(connection)[1:]:
        give_up(connection, row)
    assert outbox.left_and_dead(connection) == (1, 2)
    assert [row.key for row in waiting(connection)] == ["k1"]
    (found,) = outbox.given_up(connection, "county")
    assert (found["key"], found["attempts"], found["failure"]) == ("k3", 1, "no route")


def test_only_what_was_given_up_is_put_back_and_its_attempts_begin_anew(connection):
    first, second, third = waiting(connection)
    outbox.claim(connection, first, LATER)
    give_up(connection, second)
    give_up(connection, third)
    keys = [f"none {n}" for n in range(outbox.PORTION)]
    outbox.put_back(connection, ["k1", *keys, "k2"])
    assert [(row.key, row.attempts, row.retry_at) for row in waiting(connection)] == [("k1", 1, LATER), ("k2", 0, None)]
    assert outbox.left_and_dead(connection) == (2, 1)
