"""Reading overlay files: what is written, and whether the law allows it; every fault at once.

Law: 《全国年节及纪念日放假办法》 art. 2 and 4; the State Council's yearly notices.

A TOML file holds one decision: the notice for a year (``[notice]`` with ``year``), the amendment of a year
already announced (``[notice]`` with ``amends``) or a place's own days (``[closure]``). Examples of all three
stand at the head of ``law/holiday_notices.toml``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from ..errors import LAW_TABLE, BadData, Fault
from ..law import attempt, read_text
from ..law.model import Day, Listed, Table, Words, refusal
from .holidays import holiday_law, is_weekend
from .overlays import LocalDays, Overlay, Span

_NUMBER = re.compile(r"\S+〔(\d{4})〕\d+号")
_TELLING = LAW_TABLE._replace(
    problems={
        **LAW_TABLE.problems,
        "string_type": "not_text",
        "date_type": "not_date",
        "int_type": "not_a_number",
        "bool_type": "not_yes_or_no",
        "model_type": "not_a_table",
        "dict_type": "not_a_table",
        "too_short": "missing",
    },
    value=True,
)
"""An overlay is written by people who see what they wrote."""


def _in_order(last: date | None, info: ValidationInfo) -> date | None:
    first = info.data.get("first")
    if last is not None and first is not None and last < first:
        raise refusal("before_start", after=first.isoformat(), until=last.isoformat())
    return last


class _Head(Table):
    """The table ``[notice]``."""

    number: Words
    published_on: Day
    year: int | None = None
    amends: int | None = None


class _Holiday(Table):
    """One table ``[[holiday]]`` of a notice."""

    name: Words
    first: Day
    last: Day
    make_up: Listed[Day] = ()
    one_off: bool = False

    _after_first = field_validator("last")(_in_order)

    def span(self) -> Span:
        """The holiday as an overlay holds it."""
        return Span(self.name, self.first, self.last, tuple(sorted(self.make_up)), self.one_off)


class _NoticeFile(Table):
    """A file that gives a notice; what stands in its tables is read table by table."""

    notice: dict[str, object]
    holiday: Annotated[list[object], Field(min_length=1)]


class _LocalDays(Table):
    """One table ``[[closure.day]]``; without a last day it is one day."""

    first: Day
    last: Day | None = None
    working: bool = False

    _after_first = field_validator("last")(_in_order)


class _Closure(Table):
    """The table ``[closure]``."""

    place: Words
    reason: Words
    decided_by: Words
    decided_on: Day | None = None
    day: Annotated[Listed[_LocalDays], Field(min_length=1)]


class _ClosureFile(Table):
    """A file that gives a closure."""

    closure: _Closure


def read_overlay(text: str, origin: str) -> Overlay:
    """The overlay of a file.

    Raises:
        BadData: every fault of the file, each with ``field``, ``problem`` and ``origin``.
    """
    faults: list[Fault] = []
    overlay = _read(text, origin, faults)
    if overlay is None or faults:
        raise BadData(*({**fault, "origin": origin} for fault in faults), origin=origin)
    return overlay


def _read(text: str, origin: str, faults: list[Fault]) -> Overlay | None:
    """The overlay of a file, and every fault of the file."""
    try:
        table = read_text(text, "", "not_toml")
    except BadData as error:
        faults += error.faults
        return None
    if ("notice" in table) == ("closure" in table):
        faults.append({"field": "notice", "problem": "notice_or_closure"})
        return None
    return _notice(table, origin, faults) if "notice" in table else _closure(table, origin, faults)


def _closure(table: Mapping[str, object], origin: str, faults: list[Fault]) -> Overlay | None:
    file = attempt(_ClosureFile, table, faults, _TELLING)
    if file is None:
        return None
    closure, seen = file.closure, set[date]()
    local = [LocalDays(item.first, item.last or item.first, item.working) for item in closure.day]
    for number, item in enumerate(local):
        for day in item.days():
            if day in seen:
                faults.append({"field": f"closure.day[{number}]", "problem": "duplicate_date", "day": day.isoformat()})
            seen.add(day)
    source = (
        holiday_law()
        .sources["closure"]
        .format(place=closure.place, reason=closure.reason, decided_by=closure.decided_by)
    )
    return Overlay(source, closure.decided_on, None, False, (), tuple(sorted(local)), origin, closure.place)


def _notice(table: Mapping[str, object], origin: str, faults: list[Fault]) -> Overlay | None:
    attempt(_NoticeFile, table, faults, _TELLING)
    given, entries = table["notice"], table.get("holiday")
    head = attempt(_Head, given, faults, _TELLING, at=("notice",)) if isinstance(given, dict) else None
    check = _Check(faults)
    year = check.head(head) if head is not None else _year(given)
    spans = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        found = attempt(_Holiday, entry, faults, _TELLING, at=("holiday", number))
        if found is not None:
            spans[f"holiday[{number}]"] = found.span()
    amends = isinstance(given, dict) and "amends" in given
    if year is not None:
        check.spans(spans, year, amends)
    if head is None or year is None:
        return None
    return Overlay(head.number, head.published_on, year, amends, tuple(sorted(spans.values())), (), origin)


def _year(given: object) -> int | None:
    """The year of a notice whose head has other faults, so that its holidays are judged all the same."""
    year = given.get("amends", given.get("year")) if isinstance(given, dict) else None
    return year if type(year) is int and date.min.year < year < date.max.year else None


@dataclass(frozen=True, slots=True)
class _Check:
    """What the law says of a notice that is written well; every fault is noted."""

    faults: list[Fault]

    def fault(self, where: str, problem: str, **details: object) -> None:
        """Notes a fault with its details, days in ISO form."""
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()}
        self.faults.append({"field": where, "problem": problem, **plain})

    def head(self, head: _Head) -> int | None:
        """The year of the notice; None where it cannot be determined."""
        if head.amends is not None and head.year is not None:
            self.fault("notice.amends", "year_or_amends")
        field, year = ("amends", head.amends) if head.amends is not None else ("year", head.year)
        if year is None:
            self.fault("notice.year", "missing")
        elif not date.min.year < year < date.max.year:
            self.fault(f"notice.{field}", "outside_range", value=year)
            year = None
        self.number(head.number, head.published_on)
        if year is not None and not date(year - 1, 1, 1) <= head.published_on <= date(year, 12, 31):
            self.fault("notice.published_on", "outside_range", value=head.published_on, year=year)
        return year

    def number(self, number: str, published_on: date) -> None:
        """The number is one of a notice, and of the year in which it came out."""
        match = _NUMBER.fullmatch(number)
        if match is None:
            self.fault("notice.number", "not_a_notice_number", value=number)
        elif published_on.year - int(match[1]) not in (0, 1):
            self.fault("notice.number", "other_year_than_published", value=number, published_on=published_on)

    def spans(self, spans: Mapping[str, Span], year: int, amends: bool) -> None:
        """The holidays one by one, then their days and names together."""
        for where, span in spans.items():
            self.span(where, span, year)
        self.dates(spans)
        self.names(spans, year, amends)

    def span(self, where: str, span: Span, year: int) -> None:
        """One holiday: its length, its name, its time of the year, its statutory day."""
        law = holiday_law()
        length = (span.last - span.first).days + 1
        if length > law.calendar.longest_holiday:
            self.fault(f"{where}.last", "too_long_holiday", days=length, longest=law.calendar.longest_holiday)
        known = [law.holidays[name] for name in span.names if name in law.holidays]
        if not span.one_off and len(known) < len(span.names):
            self.fault(f"{where}.name", "unknown_holiday", value=span.name)
        windows = [holiday.window(year) for holiday in known] or [(date(year, 1, 1), date(year, 12, 31))]
        for key, day in (("first", span.first), ("last", span.last)):
            if not any(opens <= day <= closes for opens, closes in windows):
                in_year = min(windows)[0].year <= day.year <= year
                self.fault(
                    f"{where}.{key}",
                    "outside_window" if in_year else "wrong_year",
                    day=day,
                    holiday=span.name,
                    year=year,
                )
        for holiday in known:
            if holiday.contains and not span.first <= date(year, *holiday.contains) <= span.last:
                self.fault(where, "statutory_day_missing", holiday=holiday.name, day=date(year, *holiday.contains))
        self.make_up(where, span, year, min(windows)[0].year)

    def make_up(self, where: str, span: Span, year: int, earliest_year: int) -> None:
        """Make-up days are weekend days near their holiday."""
        reach = timedelta(days=holiday_law().calendar.farthest_make_up)
        for number, day in enumerate(span.make_up):
            place = f"{where}.make_up[{number}]"
            if not earliest_year <= day.year <= year:
                self.fault(place, "wrong_year", day=day, year=year)
            if not is_weekend(day):
                self.fault(place, "not_weekend", day=day)
            if not span.first - reach <= day <= span.last + reach:
                self.fault(place, "too_far", day=day, holiday=span.name, farthest=reach.days)

    def dates(self, spans: Mapping[str, Span]) -> None:
        """No day is given twice, nor both off and worked."""
        off: set[date] = set()
        for where, span in spans.items():
            for day in span.days():
                if day in off:
                    self.fault(where, "duplicate_date", day=day)
                off.add(day)
        worked: set[date] = set()
        for where, span in spans.items():
            for number, day in enumerate(span.make_up):
                if day in off:
                    self.fault(f"{where}.make_up[{number}]", "inside_holiday", day=day)
                if day in worked:
                    self.fault(f"{where}.make_up[{number}]", "duplicate_date", day=day)
                worked.add(day)

    def names(self, spans: Mapping[str, Span], year: int, amends: bool) -> None:
        """Every holiday is named once, and a yearly notice names all."""
        named: set[str] = set()
        for where, span in spans.items():
            for name in span.names:
                if name in named:
                    self.fault(f"{where}.name", "duplicate_holiday", holiday=name)
                named.add(name)
        for holiday in holiday_law().holidays.values():
            if not amends and year >= holiday.required_from and holiday.name not in named:
                self.fault("holiday", "holiday_missing", holiday=holiday.name, year=year)
