"""The share of a step in the legal period, both sides of its last day, and escalation that is told once."""

from datetime import date, timedelta

import pytest
from approvals import Office, person
from office import operator

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, show_sheet, sign, tick, verify
from disclosure.workflow.approvals.limits import back, cost, level_on, limit_of
from disclosure.workflow.kernel.tables.base import NEVER
from disclosure.workflow.kernel.versions import latest, law_at

DAY = timedelta(days=1)


@pytest.fixture
def office(sessions):
    return Office(sessions, on=date(2024, 3, 1)).accept()


@pytest.fixture
def calendar(office):
    with office.sessions() as session:
        return law_at(session.connection(), latest(session.connection()), "default").calendar


@pytest.mark.parametrize(
    ("days", "found"),
    [(0, date(2024, 4, 7)), (1, date(2024, 4, 3)), (2, date(2024, 4, 2))],
)
def test_days_are_counted_back_over_the_holidays_and_the_working_weekend(calendar, days, found):
    assert back(date(2024, 4, 7), days, calendar) == found, "Sunday 7 April is worked for the holiday of 4 to 6 April"


def test_no_day_of_rest_is_the_last_day_of_a_step(calendar):
    assert back(date(2024, 3, 10), 0, calendar) == date(2024, 3, 8)


def test_the_last_day_of_a_step_is_within_it_and_the_statutory_day_is_the_second_level(office, calendar):
    office.propose()
    with office.at_hand("u2") as (sheet, _):
        step = sheet.current
        limit = limit_of(sheet, step, calendar)
        assert limit == back(sheet.due_on, 4, calendar), "the leader after it needs 20 percent of 20 days"
        days = (limit, limit + DAY, sheet.due_on - DAY, sheet.due_on)
        assert [level_on(sheet, step, on, calendar) for on in days] == [0, 1, 1, 2]
        assert [cost(sheet, step, on, calendar).over for on in (limit, limit + DAY)] == [False, True]
        assert limit_of(sheet, sheet.ordered()[-1], calendar) == sheet.due_on


def test_a_case_without_a_running_period_has_no_limit_and_no_level(office, calendar):
    office.propose()
    with office.at_hand("u2") as (sheet, _):
        sheet.due_on = NEVER
        assert limit_of(sheet, sheet.current, calendar) is None
        assert level_on(sheet, sheet.current, date(2030, 1, 1), calendar) == 0
        assert not cost(sheet, sheet.current, date(2030, 1, 1), calendar).over


def test_a_step_past_its_share_is_told_once_for_each_level(sessions):
    office = Office(sessions, on=date(2024, 3, 1)).accept()
    office.propose()
    told = []
    for day in (4, 5, 6, 25, 25, 28, 29, 29, 30, 31):
        told += tick(operator(sessions, FixedClock(date(2024, 3, day)))).escalated
    assert told == ["A-1#1"] * 2
    shown = office.ask(show_sheet, "u2", "A-1#1")
    levels = [item.data["level"] for item in shown.actions if item.verb == "escalate"]
    assert levels == [1, 2]


def test_a_sweep_that_missed_the_first_level_tells_the_second_alone(sessions):
    office = Office(sessions, on=date(2024, 3, 1)).accept()
    office.propose()
    assert tick(operator(sessions, FixedClock(date(2024, 4, 1)))).escalated == ("A-1#1",)
    assert tick(operator(sessions, FixedClock(date(2024, 4, 2)))).escalated == ()
    with sessions() as session, session.begin():
        sign(Context(session, person("u2"), clock=FixedClock(date(2024, 4, 2))), "A-1#1", "approve")
    with sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
