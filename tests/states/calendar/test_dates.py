"""Dates are read in one way of writing, and the day turns at midnight in China."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.calendar.dates import SHANGHAI, days_told, read_date


@given(st.dates())
def test_every_day_is_read_as_it_is_written(day):
    assert read_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "20240131",
        "2024-W05-3",
        "2024-1-31",
        "24-01-31",
        "2024/01/31",
        "2024-01-31T00:00",
        " 2024-01-31",
        "2024-01-31\n",
        "2024年01月31",
        "",
    ],
)
def test_another_way_of_writing_is_refused_with_the_text(text):
    with pytest.raises(ValueError) as refused:
        read_date(text)
    assert text in str(refused.value)


def test_the_leap_day_is_read_in_its_years_only():
    assert read_date("2024-02-29") == date(2024, 2, 29)
    for text in ("2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "0000-01-01"):
        with pytest.raises(ValueError, match=r"month|day|year"):
            read_date(text)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 3, 29, 15, 59, 59, tzinfo=UTC), date(2024, 3, 29)),
        (datetime(2024, 3, 29, 16, 0, 0, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(1990, 7, 1, 15, 59, 59, tzinfo=UTC), date(1990, 7, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_china_in_summer_too(moment, day):
    assert moment.astimezone(SHANGHAI).date() == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024-03-18", [18]),
        ("2024年3月18日", [18]),
        ("2024-03-18 至 2024年3月20日", [18, 20]),
        ("2024-03-20至2024-03-18", []),
        ("2024-02-30", []),
        ("3月18日至20日", []),
        ("2024-03-18至三月", []),
        ("三月", []),
        (None, []),
    ],
)
def test_what_staff_type_as_days_is_read_where_it_is_a_day_or_two(text, days):
    assert days_told(text) == tuple(date(2024, 3, day) for day in days)
