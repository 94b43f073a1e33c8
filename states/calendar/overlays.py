"""Overlays: a notice, an amendment or a local closure that the calendar's package doesn't hold yet.

Law: 《全国年节及纪念日放假办法》 art. 2 and 4; the State Council's yearly notices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from .holidays import holiday_law


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One holiday of a notice: off from ``first`` to ``last``, paid for on ``make_up``."""

    name: str
    first: date
    last: date
    make_up: tuple[date, ...] = ()
    one_off: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The holidays that the entry names."""
        return holiday_law().names(self.name)

    def days(self) -> Iterator[date]:
        """Every day off."""
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True, order=True)
class LocalDays:
    """Days on which one place doesn't work, or works while others don't."""

    first: date
    last: date
    working: bool = False

    def days(self) -> Iterator[date]:
        """Every day of the span."""
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Overlay:
    """One decision on working days: a yearly notice, an amendment of an announced year, or a local closure.

    ``source`` is the notice's number, or the closure's place, reason and author. ``year`` is None for a
    closure; ``place`` is empty for a notice, which holds everywhere. ``origin`` (a file's name) isn't compared:
    the same decision in two files is one overlay.
    """

    source: str
    published_on: date | None
    year: int | None
    amends: bool
    holidays: tuple[Span, ...]
    local: tuple[LocalDays, ...]
    origin: str = field(compare=False)
    place: str = ""

    def holds_in(self, place: str) -> bool:
        """Whether it holds in a place, which may be a part of its own; where no place is told, it does."""
        return not place or place.startswith(self.place)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
