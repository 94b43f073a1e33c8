"""Dates as the journal, the forms and the law's tables write them, and the zone whose days are legal days."""

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
