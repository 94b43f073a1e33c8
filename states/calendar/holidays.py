"""The national holidays as law: which there are, when they may fall, and which notice named which day."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from ..errors import BadData, Fault
from ..law import law_table
from ..law.files import of_law
from ..law.model import Day, Listed, Table, Words, refusal

SATURDAY = 5


class DayKind(StrEnum):
    """What a calendar day is; the values are those of the calendar export."""

    WORKING_DAY = "working_day"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    MAKE_UP_DAY = "make_up_day"
    UNANNOUNCED = "unannounced"


class Mark(NamedTuple):
    """A day that somebody named: it isn't what its weekday says, or a notice covers it anyway.

    ``holidays`` are the names it belongs to and ``year`` is the notice's; a local closure has neither.
    """

    kind: DayKind
    source: str
    holidays: tuple[str, ...] = ()
    year: int = 0

    @property
    def working(self) -> bool:
        """Whether the day so named is worked."""
        return self.kind is DayKind.MAKE_UP_DAY


Marks = Mapping[date, Mark]


def is_weekend(day: date) -> bool:
    """Whether the day is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


def works(marks: Marks, day: date) -> bool:
    """Whether the day is worked: as it was named, else by its weekday."""
    mark = marks.get(day)
    return not is_weekend(day) if mark is None else mark.working


def _month_day(value: object) -> object:
    try:
        month, day = str(value).split("-")
        return int(month), int(day)
    except ValueError:
        raise refusal("not_a_date") from None


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]


class Holiday(Table):
    """One of the national holidays and the part of the year in which it may fall.

    ``first``, ``last`` and ``contains`` are (month, day).
    """

    name: Words
    package_name: Words | None = None
    first: MonthDay
    last: MonthDay
    required_from: int
    contains: MonthDay | None = None
    anchor: bool = False

    @property
    def opens_a_year_early(self) -> bool:
        """Whether its time of the year begins in December of the year before."""
        return self.first > self.last

    def window(self, year: int) -> tuple[date, date]:
        """The first and the last day on which this holiday of that year may be off."""
        return date(year - self.opens_a_year_early, *self.first), date(year, *self.last)

    def may_have(self, day: date) -> bool:
        """Whether the day lies in this holiday's part of a year."""
        at = (day.month, day.day)
        return at >= self.first or at <= self.last if self.opens_a_year_early else self.first <= at <= self.last

    def owner(self, day: date) -> int:
        """The year whose notice names this holiday's day: New Year's Day reaches back into December."""
        return day.year + (self.opens_a_year_early and day.month >= self.first[0])


class Notice(Table):
    """A notice of the State Council on the holidays of one year, or on some days of it."""

    year: int
    number: Words
    dated_on: Day
    published_on: Day
    confidence: Words
    first: Day | None = None
    last: Day | None = None


class _Measures(Table):
    projection_years: int
    longest_holiday: int
    farthest_make_up: int
    joint: Words


class _WeeklyRest(Table):
    instrument: Words
    article: Words
    in_force_on: Day
    confidence: Words


class HolidayLaw(Table):
    """What the law and the notices say about holidays, apart from the days themselves."""

    calendar: _Measures
    sources: dict[str, Words]
    weekly_rest: _WeeklyRest
    holiday: Listed[Holiday]
    notice: Listed[Notice]
    amendments: Listed[Notice] = Field(alias="amendment")

    @cached_property
    def holidays(self) -> Mapping[str, Holiday]:
        """Every holiday by its name."""
        return {item.name: item for item in self.holiday}

    @cached_property
    def package_names(self) -> Mapping[str, str]:
        """The holidays' names by those that the package uses."""
        return {item.package_name or item.name: item.name for item in self.holiday}

    @cached_property
    def notices(self) -> Mapping[int, Notice]:
        """The notice of each year."""
        return {item.year: item for item in self.notice}

    @property
    def joint(self) -> str:
        """What stands between the names of two holidays given as one."""
        return self.calendar.joint

    def citation(self, year: int, day: date) -> str:
        """The number of the notice that settles that day, or the title where no number was found."""
        for change in self.amendments:
            if change.first and change.last and change.first <= day <= change.last:
                return change.number
        notice = self.notices.get(year)
        return notice.number if notice else self.sources["title"].format(year=year)

    def names(self, holiday: str) -> tuple[str, ...]:
        """The holidays that one entry of a notice names, two where it gives them jointly."""
        return tuple(holiday.split(self.joint))

    def mark(self, kind: DayKind, notice: str, names: tuple[str, ...], year: int) -> Mark:
        """The mark of a day that a notice gives off or calls in."""
        source = self.sources[kind.value].format(notice=notice, holiday=self.joint.join(names))
        return Mark(kind, source, names, year)


@of_law
def holiday_law() -> HolidayLaw:
    """The law on holidays from ``law/holiday_notices.toml``."""
    return law_table(HolidayLaw, "holiday_notices.toml")


def package_days() -> tuple[dict[date, str], dict[date, str]]:
    """Days off and make-up days of the package ``chinesecalendar``, each with its holiday in Chinese."""
    from chinese_calendar import constants  # tables of twenty years: read when a calendar is first wanted

    def named(table: Mapping[date, str]) -> dict[date, str]:
        ours = holiday_law().package_names
        chinese = {day: constants.Holiday(name).chinese for day, name in table.items()}
        return {day: ours.get(name, name) for day, name in chinese.items()}

    return named(constants.holidays), named(constants.workdays)


def announced_years(off: Mapping[date, str]) -> range:
    """The years that a table of days off covers without a gap, from its first."""
    law = holiday_law()
    anchors = {name for name, holiday in law.holidays.items() if holiday.anchor}
    found: dict[int, set[str]] = {}
    for day, name in off.items():
        found.setdefault(day.year, set()).update(law.names(name))
    whole = {year for year, names in found.items() if anchors <= names}
    if not whole:
        raise BadData({"field": "holidays", "problem": "empty"})
    first = last = min(whole)
    while last + 1 in whole:
        last += 1
    return range(first, last + 1)


def national_marks(off: Mapping[date, str], make_up: Mapping[date, str], years: range) -> dict[date, Mark]:
    """Every named day of those years, with the notice that names it.

    Raises:
        BadData: a day lies outside its holiday's time of the year, is both off and worked, or is a make-up
            day on a weekday.
    """
    faults = list(_table_faults(off, make_up))
    if faults:
        raise BadData(*faults)
    law = holiday_law()
    marks: dict[date, Mark] = {}
    for kind, table in ((DayKind.HOLIDAY, off), (DayKind.MAKE_UP_DAY, make_up)):
        for day, name in sorted(table.items()):
            if day.year in years:
                names = law.names(name)
                known = law.holidays.get(names[0])
                year = known.owner(day) if known else day.year
                marks[day] = law.mark(kind, law.citation(year, day), names, year)
    return marks


def _table_faults(off: Mapping[date, str], make_up: Mapping[date, str]) -> Iterator[Fault]:
    law = holiday_law()
    for day, name in off.items():
        spans = [law.holidays[one] for one in law.names(name) if one in law.holidays]
        if spans and not any(holiday.may_have(day) for holiday in spans):
            yield {"field": "holidays", "problem": "outside_window", "day": day.isoformat(), "holiday": name}
    for day in make_up:
        if day in off:
            yield {"field": "make_up", "problem": "inside_holiday", "day": day.isoformat()}
        if not is_weekend(day):
            yield {"field": "make_up", "problem": "not_weekend", "day": day.isoformat()}
