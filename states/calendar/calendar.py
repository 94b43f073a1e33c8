"""Working days: counting them, finding the last day of a period, and saying why a day counts or doesn't.

Law: 《国务院关于职工工作时间的规定》 art. 7; 《全国年节及纪念日放假办法》 art. 2; the State
Council's yearly notices.

A period's first day is the day after the one that starts it (民法典 art. 201). Nothing here knows a clock:
what is announced follows from the notices that a calendar holds.
"""

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate, compress
from typing import NamedTuple, NoReturn

from ..errors import BadData, CalendarUnknown
from ..law.files import of_law
from .holidays import (
    SATURDAY,
    DayKind,
    Marks,
    announced_years,
    holiday_law,
    is_weekend,
    national_marks,
    package_days,
    works,
)
from .layers import lay
from .overlays import Overlay

__all__ = ["Calendar", "Day", "DayKind", "Overlay", "impact"]


class Day(NamedTuple):
    """One calendar day; ``source`` is the notice and the holiday that name it, or the rule of the week."""

    date: date
    working: bool
    kind: DayKind
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The working days between ``first`` and ``announced_until``, and a projection for the years after.

    Immutable and stateless, so one instance serves every case and thread. ``version`` names the covered days
    together with their notices: two calendars that answer alike for the same reasons have the same version.

    Errors: `BadData` for anything but a plain date and a whole number of days; `CalendarUnknown` for days
    before ``first`` or beyond what the method may answer.
    """

    first: date
    announced_until: date
    version: str
    overlays: tuple[Overlay, ...]
    _marks: Marks = field(repr=False)
    _national: Marks = field(repr=False)
    _national_until: date = field(repr=False)
    _base: int = field(repr=False)  # ordinal of ``first``
    _announced: int = field(repr=False)  # number of announced days
    _known: int = field(repr=False)  # number of working days among them
    _rank: "array[int]" = field(repr=False)  # _rank[n]: working days among the first n days
    _working: tuple[date, ...] = field(repr=False)  # every working day in order, projected ones included

    @staticmethod
    @of_law
    def official() -> "Calendar":
        """The calendar of the State Council's notices as the package ``chinesecalendar`` carries them."""
        return Calendar.of(*package_days())

    @staticmethod
    def of(off: Mapping[date, str], make_up: Mapping[date, str]) -> "Calendar":
        """A national calendar from two tables of day and holiday name: days off, and weekend days worked."""
        years = announced_years(off)
        marks = national_marks(off, make_up, years)
        return _calendar(date(years[0], 1, 1), date(years[-1], 12, 31), marks)

    def with_overlays(self, *overlays: Overlay) -> "Calendar":
        """This calendar with later notices, amendments and local closures applied, in whatever order they are given.

        Laying the same overlay again changes nothing; a notice that the package holds by now is dropped.

        Raises:
            BadData: an overlay leaves a year out (``gap``), touches days that nobody announced
                (``not_announced``) or contradicts another source (``conflict``); all faults at once.
        """
        everything = (*self.overlays, *overlays)
        marks, until, kept = lay(self._national, self.first, self._national_until, everything)
        return _calendar(self.first, until, marks, kept, self._national, self._national_until)

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``, which isn't counted; ``start`` itself for 0."""
        if type(start) is not date or type(days) is not int or days < 0:
            _check(start=start)
            _check_days(days)
        at = start.toordinal() - self._base
        if not 0 <= at < self._announced:
            self._unknown(start)
        if not days:
            return start
        position = self._rank[at + 1] + days
        if position > self._known:
            self._unknown(date.fromordinal(self._base + self._announced))
        return self._working[position - 1]

    def count(self, after: date, until: date) -> int:
        """The working days after ``after`` up to and including ``until``, which mustn't be the earlier."""
        if type(after) is not date or type(until) is not date:
            _check(after=after, until=until)
        start, end = after.toordinal() - self._base, until.toordinal() - self._base
        if end < start:
            raise BadData(
                {"field": "until", "problem": "before_start", "after": after.isoformat(), "until": until.isoformat()}
            )
        if start < 0:
            self._unknown(after)
        if end >= self._announced:
            self._unknown(until)
        return self._rank[end + 1] - self._rank[start + 1]

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        at = self._place(day, self._announced)
        return self._rank[at + 1] > self._rank[at]

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        position = self._rank[self._place(day, self._announced)]
        if position >= self._known:
            self._unknown(date.fromordinal(self._base + self._announced))
        return self._working[position]

    def day(self, day: date) -> Day:
        """What the day is, and who says so."""
        self._place(day, self._announced)
        return self._describe(day)

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Every day from ``first`` to ``last``, both included."""
        start, end = self._place(first, self._announced), self._place(last, self._announced)
        if end < start:
            raise BadData(
                {"field": "last", "problem": "before_start", "after": first.isoformat(), "until": last.isoformat()}
            )
        return (self._describe(date.fromordinal(self._base + at)) for at in range(start, end + 1))

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year whose holidays haven't been announced."""
        _check(day=day)
        return day > self.announced_until

    def project(self, start: date, days: int) -> date:
        """Like `add`; past the announced years the earliest day that it can be, every weekday worked."""
        at = self._place(start, len(self._rank) - 1)
        _check_days(days)
        if not days:
            return start
        position = self._rank[at + 1] + days
        if position > len(self._working):
            self._unknown(date.fromordinal(self._base + len(self._rank) - 1))
        return self._working[position - 1]

    def project_count(self, after: date, until: date) -> int:
        """Like `count` past the announced years too, and negative where ``until`` is the earlier day."""
        size = len(self._rank) - 1
        return self._rank[self._place(until, size) + 1] - self._rank[self._place(after, size) + 1]

    def project_next_working(self, day: date) -> date:
        """Like `next_working`, past the announced years too."""
        position = self._rank[self._place(day, len(self._rank) - 1)]
        if position >= len(self._working):
            self._unknown(date.fromordinal(self._base + len(self._rank) - 1))
        return self._working[position]

    def project_working(self, day: date) -> bool:
        """Like `is_working`, past the announced years too."""
        at = self._place(day, len(self._rank) - 1)
        return self._rank[at + 1] > self._rank[at]

    def project_day(self, day: date) -> Day:
        """Like `day`; past the announced years every day, weekends included, is of kind ``UNANNOUNCED``."""
        self._place(day, len(self._rank) - 1)
        return self._describe(day)

    def _describe(self, day: date) -> Day:
        mark = self._marks.get(day)
        if mark is not None:
            return Day(day, mark.working, mark.kind, mark.source)
        working = not is_weekend(day)
        kind = DayKind.WORKING_DAY if working else DayKind.REST_DAY
        if day > self.announced_until:
            kind = DayKind.UNANNOUNCED
        return Day(day, working, kind, holiday_law().sources[kind.value])

    def _place(self, day: date, size: int) -> int:
        if type(day) is not date:
            _check(day=day)
        at = day.toordinal() - self._base
        if not 0 <= at < size:
            self._unknown(day)
        return at

    def _unknown(self, day: date) -> NoReturn:
        raise CalendarUnknown(day=day.isoformat(), first=self.first.isoformat(), last=self.announced_until.isoformat())


def impact(old: Calendar, new: Calendar) -> list[date]:
    """The days that are worked in one calendar and not in the other, unannounced weekdays taken as worked."""
    start = max(old.first, new.first).toordinal()
    end = max(old.announced_until, new.announced_until).toordinal()
    days = map(date.fromordinal, range(start, end + 1))
    return [day for day in days if works(old._marks, day) != works(new._marks, day)]


def _calendar(
    first: date,
    until: date,
    marks: Marks,
    overlays: tuple[Overlay, ...] = (),
    national: Marks | None = None,
    national_until: date | None = None,
) -> Calendar:
    horizon = date(until.year + holiday_law().calendar.projection_years, 12, 31)
    days = range(first.toordinal(), horizon.toordinal() + 1)
    worked = [(ordinal - 1) % 7 < SATURDAY for ordinal in days]  # the first ordinal is a Monday
    for day, mark in marks.items():
        if first <= day <= horizon:
            worked[day.toordinal() - days.start] = mark.working
    rank = array("i", accumulate(worked, initial=0))
    announced = until.toordinal() - first.toordinal() + 1
    return Calendar(
        first=first,
        announced_until=until,
        version=_version(first, until, marks),
        overlays=overlays,
        _marks=marks,
        _national=marks if national is None else national,
        _national_until=national_until or until,
        _base=first.toordinal(),
        _announced=announced,
        _known=rank[announced],
        _rank=rank,
        _working=tuple(map(date.fromordinal, compress(days, worked))),
    )


def _version(first: date, until: date, marks: Marks) -> str:
    digest = hashlib.sha256(f"{first.isoformat()} {until.isoformat()}".encode())
    for day, mark in sorted(marks.items()):
        digest.update(f"\n{day.isoformat()} {mark.kind} {mark.source}".encode())
    return digest.hexdigest()[:12]


def _check(**days: object) -> None:
    faults = [
        {"field": name, "problem": "not_date", "value": repr(value)}
        for name, value in days.items()
        if not isinstance(value, date) or isinstance(value, datetime)
    ]
    if faults:
        raise BadData(*faults)


def _check_days(days: object) -> None:
    if type(days) is not int or days < 0:
        raise BadData({"field": "days", "problem": "not_a_count", "value": repr(days)})
