"""The one place that reads the time; the host may give its own clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from ...states.calendar.dates import SHANGHAI


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """The moment, with its offset."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands at a day (noon in China) or at a moment."""

    def __init__(self, moment: date | datetime) -> None:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12), SHANGHAI)
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which it stands."""
        return self.moment

    def advance(self, **span: float) -> None:
        """Moves the clock on."""
        self.moment += timedelta(**span)


def today(clock: Clock) -> date:
    """The day in China."""
    return clock.now().astimezone(SHANGHAI).date()


def stamp(clock: Clock) -> str:
    """The moment as ISO text in UTC."""
    return clock.now().astimezone(UTC).isoformat(timespec="milliseconds")
