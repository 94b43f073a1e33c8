"""An independent day counter: working days told apart by lists of its own, one day at a time.

It shares no code and no table with the product; the days are those of the notices for 2024 and 2026 about the dates
that the tests use.
"""

from datetime import date, timedelta

OFF = {
    *(date(2024, 4, day) for day in (4, 5, 6)),
    *(date(2024, 5, day) for day in (1, 2, 3, 4, 5)),
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in (1, 2, 3, 4, 5)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
    *(date(2026, 9, day) for day in (25, 26, 27)),
}
MADE_UP = {date(2024, 4, 7), date(2024, 4, 28), date(2024, 5, 11), date(2026, 5, 9), date(2026, 9, 20)}


def works(day: date) -> bool:
    """Whether people are at work."""
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def after(start: date, number: int, left_out: frozenset[date] = frozenset()) -> date:
    """The last of so many working days after a day, without those left out."""
    day = start
    while number > 0:
        day += timedelta(days=1)
        number -= works(day) and day not in left_out
    return day


def between(first: date, last: date) -> frozenset[date]:
    """Every day after the first up to the last."""
    return frozenset(first + timedelta(days=n) for n in range(1, (last - first).days + 1))
