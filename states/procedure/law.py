"""By what a case is judged, apart from its rules: a list of due days needs no more."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..calendar.calendar import Calendar
from ..rules.settings import Settings


@dataclass(frozen=True)
class Law:
    """The calendar and the chosen readings by which a case is judged."""

    calendar: Calendar
    settings: Settings

    @classmethod
    def standard(cls) -> "Law":
        """The national calendar and the recommended readings."""
        return cls(Calendar.official(), Settings())

    @cached_property
    def announced_until(self) -> date:
        """The last day whose holidays have been announced."""
        return self.calendar.announced_until
