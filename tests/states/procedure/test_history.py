"""Moments and the legal day in which they lie; steps that lose their ground by what is known later."""

from datetime import date

import pytest

from disclosure.states.errors import BadData
from disclosure.states.procedure.history import read_moment


@pytest.mark.parametrize(
    "moment",
    [
        "2024-03-01T00:00:00+08:00",
        "2024-03-01T08:59:59+08:00",
        "2024-03-01T23:59:59+08:00",
        "2024-02-29T16:00:00+00:00",
        "2024-03-01T15:59:59Z",
        "2024-02-29T11:00:00-05:00",
    ],
)
def test_the_hour_of_the_day_does_not_move_the_legal_day(moment):
    assert read_moment(moment)[0] == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2024-03-01T09:00:00", "offset_missing"),
        ("2024-13-01", "not_a_moment"),
        ("2024-W09-5", "not_a_moment"),
        ("", "not_a_moment"),
        (None, "not_a_moment"),
        (20240301, "not_a_moment"),
        ("gestern", "not_a_moment"),
        ("20240301", "offset_missing"),
    ],
)
def test_a_moment_that_is_none_is_refused(value, problem):
    with pytest.raises(BadData) as refused:
        read_moment(value)
    assert (refused.value.faults[0]["field"], refused.value.faults[0]["problem"]) == ("at", problem)
