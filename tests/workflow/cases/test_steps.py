"""The steps of a case come back from the database as the events that made it."""

from datetime import date, datetime

import pytest
from office import ADMIN

from disclosure.states.procedure.history import SHANGHAI
from disclosure.workflow import Context, move
from disclosure.workflow.cases.steps import history

DAY = date(2024, 3, 1)
AT = datetime(2024, 3, 4, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def stored(sessions, work):
    """Two cases whose steps were recorded in turn."""
    work("A-1", ("submit", DAY))
    work("A-2", ("submit", DAY))
    work("A-1", ("accept", AT), ("withdraw", date(2024, 3, 5), {"reason": "不要了"}))
    return sessions


def test_a_case_has_its_own_steps_in_the_order_in_which_they_were_recorded(stored):
    with stored() as session:
        first, second = history(session.connection(), 1), history(session.connection(), 2)
    assert [(event.seq, event.move) for event in first] == [(1, "submit"), (2, "accept"), (3, "withdraw")]
    assert [(event.seq, event.move) for event in second] == [(1, "submit")]


def test_a_step_has_its_day_and_the_instant_where_one_was_given(stored):
    with stored() as session:
        submit, accept, _ = history(session.connection(), 1)
    assert (submit.on, submit.at) == (DAY, None)
    assert (accept.on, accept.at) == (AT.date(), AT)


def test_what_is_personal_is_not_in_a_step(stored):
    with stored() as session:
        *_, withdraw = history(session.connection(), 1)
    assert "不要了" not in str(withdraw.data)


def test_a_step_is_live_unless_it_was_recorded_as_the_past(stored):
    with stored() as session, session.begin():
        move(Context(session, ADMIN, past=True), "A-2", "accept", {}, at=DAY)
    with stored() as session:
        assert [event.live for event in history(session.connection(), 2)] == [True, False]


def test_a_case_that_is_not_there_has_no_steps(stored):
    with stored() as session:
        assert history(session.connection(), 99) == []
