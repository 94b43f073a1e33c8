"""Reminders come exactly once, whatever days the sweep has missed."""

import json
from datetime import date

import pytest
import rows as t
from sqlalchemy import select

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, health, tick

DUE = date(2024, 3, 29)  # twenty working days after 1 March


def reminders(sessions) -> list[dict]:
    """What has been written for delivery."""
    with sessions() as session:
        rows = session.execute(select(t.outbox.c.payload).where(t.outbox.c.topic == "case.due").order_by(t.outbox.c.id))
        return [json.loads(payload) for payload in rows.scalars()]


def run(sessions, *days: int) -> list[tuple[str, bool]]:
    """Sweeps on days of March; the reminders so far, with whether they were late."""
    for day in days:
        tick(sessions, FixedClock(date(2024, 3, day) if day < 32 else date(2024, 4, day - 31)))
    return [(item["bucket"], item["late"]) for item in reminders(sessions)]


@pytest.fixture
def case(work):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))


def test_each_lamp_reminds_on_its_first_day_and_no_other(case, sessions):
    found = run(sessions, *range(2, 32))
    assert found == [("yellow", False), ("red", False), ("today", False), ("overdue", False)]


def test_days_on_which_the_sweep_did_not_run_lose_nothing_and_repeat_nothing(case, sessions):
    assert run(sessions, 18) == []
    assert run(sessions, 22, 22, 25) == [("yellow", True)]
    assert run(sessions, 28, 28) == [("yellow", True), ("red", True)]
    assert run(sessions, 35, 36) == [("yellow", True), ("red", True), ("overdue", True)]


def test_a_due_day_that_moves_reminds_anew(case, sessions, work):
    assert len(run(sessions, 28)) == 1
    work("A-1", ("extend", date(2024, 3, 28), {"days": 10, "reason": "多", "approved_by": "主任"}))
    assert run(sessions, 29, 33) == [("red", True)]
    assert run(sessions, 34) == [("red", True), ("yellow", False)]


def test_a_reply_ends_the_reminding(case, sessions, work):
    work("A-1", ("reply", date(2024, 3, 20), {"outcome": "granted", "delivery": "post"}))
    assert run(sessions, 29, 30, 33) == []


def test_a_reminder_holds_nothing_of_the_applicant(case, sessions):
    run(sessions, 29)
    assert reminders(sessions) == [
        {
            "agency": "default",
            "case": "A-1",
            "rule": "reply",
            "due_on": "2024-03-29",
            "bucket": "today",
            "days_left": 0,
            "late": False,
        }
    ]


@pytest.mark.parametrize(
    ("last", "now", "healthy"),
    [
        (date(2024, 4, 30), date(2024, 5, 5), True),
        (date(2024, 4, 30), date(2024, 5, 6), True),
        (date(2024, 4, 30), date(2024, 5, 7), False),
        (date(2024, 5, 17), date(2024, 5, 20), True),
        (date(2024, 5, 10), date(2024, 5, 13), False),
    ],
)
def test_a_sweep_is_stale_after_one_working_day(sessions, last, now, healthy):
    tick(sessions, FixedClock(last))
    with sessions() as session:
        assert health(Context(session, ADMINISTRATOR, clock=FixedClock(now))).healthy is healthy


def test_a_sweep_that_never_ran_is_not_healthy(sessions):
    with sessions() as session:
        assert not health(Context(session, ADMINISTRATOR, clock=FixedClock(DUE))).healthy


def test_the_end_of_the_announced_calendar_is_warned_of_in_time(sessions):
    assert tick(sessions, FixedClock(date(2026, 9, 1))).warnings == ()
    assert "2026-12-31" in tick(sessions, FixedClock(date(2026, 11, 16))).warnings[0]
