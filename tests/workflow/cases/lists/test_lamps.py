"""Lamps by ranges of days: the last day of red and of yellow, on both sides; all lamps are held against the due list in
``test_pages.py``."""

from datetime import date, timedelta

import pytest
from histories import LAW
from hypothesis import given
from hypothesis import strategies as st

from disclosure.workflow.cases.due_list import JudgedDay, bucket
from disclosure.workflow.cases.lists.lamps import lamps_of


@pytest.mark.parametrize(
    ("on", "red", "yellow"),
    [
        (date(2024, 3, 1), date(2024, 3, 6), date(2024, 3, 12)),
        (date(2024, 9, 27), date(2024, 10, 8), date(2024, 10, 13)),  # make-up days on 29 September and 12 October
    ],
)
def test_red_and_yellow_end_before_the_working_day_that_is_one_too_many(on, red, yellow):
    lamps = lamps_of(JudgedDay(on, LAW))
    assert (lamps.red_until, lamps.yellow_until) == (red, yellow)


@given(st.dates(date(2020, 1, 1), date(2026, 12, 1)), st.integers(1, 40))
def test_they_are_the_days_on_which_the_due_list_changes_its_lamp(on, days):
    lamps, due_on = lamps_of(JudgedDay(on, LAW)), on + timedelta(days)
    by_days = "red" if due_on <= lamps.red_until else "yellow" if due_on <= lamps.yellow_until else "green"
    assert bucket(due_on, None, False, on, LAW)[0] == by_days
