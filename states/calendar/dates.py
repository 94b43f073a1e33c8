"""Dates as the journal, the forms and the law's tables write them, and the zone whose days are legal days."""

import re
from datetime import date, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Chinese standard time; no daylight saving since before the first Regulations."""
_WRITTEN = len("2024-01-31")


def read_date(text: str) -> date:
    """A date written as 2024-01-31 and in no other way: no week dates, nothing without hyphens.

    Raises:
        ValueError: another text, or a day that does not exist.
    """
    if len(text) == _WRITTEN and text[7] == "-":
        return date.fromisoformat(text)
    raise ValueError(text)


def days_told(value: object) -> tuple[date, ...]:
    """The day that was typed as a text, or the first and the last of several: 2024-03-01, 2024年3月1日至2024年3月4日.

    Empty where it cannot be read.
    """
    found = [_DAY.fullmatch(part.strip()) for part in _SPAN.split(str(value or ""))]
    try:
        days = tuple(date(*map(int, item.groups())) for item in found if item is not None)
    except ValueError:
        return ()
    return days if len(days) == len(found) <= _ENDS and list(days) == sorted(days) else ()


_ENDS = 2
_DAY = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?")
_SPAN = re.compile("[至到—~～]+")
