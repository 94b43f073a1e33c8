"""When the deadline sweep has run: what its own health and that of a service are judged by."""

from datetime import date

from sqlalchemy import Connection, func, insert, select

from .tables.kernel import sweep
from .versions import latest, law_at

LONGEST_SILENCE = 1
"""Working days after which a sweep that has not run is a fault."""
_LAST, _LAST_MOMENT = select(func.max(sweep.c.day)), select(func.max(sweep.c.ran_at))


def note_sweep(connection: Connection, on: date, at: str, reminders: int) -> None:
    """Notes that the sweep of a day has run, and how many reminders it has written."""
    connection.execute(insert(sweep), {"ran_at": at, "day": on, "reminders": reminders})


def last_sweep(connection: Connection) -> date | None:
    """The day of the last sweep; None where none has run yet."""
    found: date | None = connection.execute(_LAST).scalar()
    return found


def last_moment(connection: Connection) -> str | None:
    """The moment of the last sweep, as ISO text in UTC; None where none has run yet."""
    found: str | None = connection.execute(_LAST_MOMENT).scalar()
    return found


def is_recent(connection: Connection, agency: str, last: date, on: date) -> bool:
    """Whether a sweep of that day is at most one working day of the agency old."""
    calendar = law_at(connection, latest(connection), agency).calendar
    return calendar.project_count(min(last, on), on) <= LONGEST_SILENCE
