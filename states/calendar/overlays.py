"""Overlay files: a notice, an amendment or a local closure that the calendar's package doesn't hold yet.

Law: 《全国年节及纪念日放假办法》 art. 2 and 4; the State Council's yearly notices.

A TOML file holds one decision: the notice for a year (``[notice]`` with ``year``), the amendment of a year
already announced (``[notice]`` with ``amends``) or a place's own days (``[closure]``). Examples of all three
stand at the head of ``law/holiday_notices.toml``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from ..errors import BadData
from .holidays import holiday_law, is_weekend

_NUMBER = re.compile(r"\S+〔(\d{4})〕\d+号")
_KINDS: Mapping[type, str] = {
    str: "not_text",
    date: "not_date",
    int: "not_a_number",
    bool: "not_yes_or_no",
    list: "not_a_list",
    dict: "not_a_table",
}


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
        return holiday_law().names(self.name)

    def days(self) -> Iterator[date]:
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True, order=True)
class LocalDays:
    """Days on which one place doesn't work, or works while others don't."""

    first: date
    last: date
    working: bool = False

    def days(self) -> Iterator[date]:
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Overlay:
    """One decision on working days: a yearly notice, an amendment of an announced year, or a local closure.

    ``source`` is the notice's number, or the closure's place, reason and author. ``year`` is None for a
    closure. ``origin`` (a file's name) isn't compared: the same decision in two files is one overlay.
    """

    source: str
    published_on: date | None
    year: int | None
    amends: bool
    holidays: tuple[Span, ...]
    local: tuple[LocalDays, ...]
    origin: str = field(compare=False)

    @staticmethod
    def parse(text: str, origin: str) -> "Overlay":
        """Reads one overlay file.

        Raises:
            BadData: every fault of the file, each with ``field``, ``problem`` and ``origin``.
        """
        reader = _Reader()
        overlay = reader.overlay(text, origin)
        if overlay is None:
            raise BadData(*({**fault, "origin": origin} for fault in reader.faults), origin=origin)
        return overlay


def days_between(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


class _Reader:
    """Reads a file to its end and remembers every fault."""

    def __init__(self) -> None:
        self.faults: list[dict[str, Any]] = []

    def fault(self, where: str, problem: str, **details: Any) -> None:
        self.faults.append(
            {"field": where, "problem": problem}
            | {name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()}
        )

    def overlay(self, text: str, origin: str) -> Overlay | None:
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.fault("", "not_toml", detail=str(error))
            return None
        if ("notice" in table) == ("closure" in table):
            self.fault("", "notice_or_closure")
            return None
        overlay = self.notice(table, origin) if "notice" in table else self.closure(table, origin)
        return None if self.faults else overlay

    def take(self, table: Mapping[str, Any], key: str, kind: type, where: str, default: Any = ...) -> Any:
        """A value of exactly that type; its default where it's absent; None after a fault."""
        value = table.get(key, default)
        place = f"{where}.{key}" if where else key
        if value is ... or (isinstance(value, str) and not value.strip()):
            self.fault(place, "missing")
            return None
        if value is not default and type(value) is not kind:
            self.fault(place, _KINDS[kind], value=str(value))
            return None
        return value

    def only(self, table: Mapping[str, Any], where: str, *keys: str) -> None:
        for key in table:
            if key not in keys:
                nearest = get_close_matches(key, keys, n=1, cutoff=0)[0]
                self.fault(f"{where}.{key}" if where else key, "unknown_field", nearest=nearest)

    def tables(self, table: Mapping[str, Any], key: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
        entries = self.take(table, key, list, where)
        if entries == []:
            self.fault(f"{where}.{key}" if where else key, "missing")
        for number, entry in enumerate(entries or []):
            place = f"{where}.{key}[{number}]" if where else f"{key}[{number}]"
            if isinstance(entry, dict):
                yield place, entry
            else:
                self.fault(place, "not_a_table", value=str(entry))

    def closure(self, table: Mapping[str, Any], origin: str) -> Overlay | None:
        self.only(table, "", "closure")
        head = self.take(table, "closure", dict, "") or {}
        self.only(head, "closure", "place", "reason", "decided_by", "decided_on", "day")
        text = {key: self.take(head, key, str, "closure") for key in ("place", "reason", "decided_by")}
        decided_on = self.take(head, "decided_on", date, "closure", None)
        local, seen = [], set()
        for where, entry in self.tables(head, "day", "closure"):
            self.only(entry, where, "first", "last", "working")
            first = self.take(entry, "first", date, where)
            last = self.take(entry, "last", date, where, first)
            working = self.take(entry, "working", bool, where, False)
            if first is None or last is None or not self.in_order(where, first, last):
                continue
            local.append(LocalDays(first, last, bool(working)))
            for day in local[-1].days():
                if day in seen:
                    self.fault(where, "duplicate_date", day=day)
                seen.add(day)
        source = holiday_law().sources["closure"].format(**text)
        return Overlay(source, decided_on, None, False, (), tuple(sorted(local)), origin)

    def notice(self, table: Mapping[str, Any], origin: str) -> Overlay | None:
        self.only(table, "", "notice", "holiday")
        head = self.take(table, "notice", dict, "") or {}
        self.only(head, "notice", "number", "published_on", "year", "amends")
        number = self.take(head, "number", str, "notice")
        published_on = self.take(head, "published_on", date, "notice")
        amends = "amends" in head
        if amends and "year" in head:
            self.fault("notice.amends", "year_or_amends")
        year = self.take(head, "amends" if amends else "year", int, "notice")
        if year is not None and not date.min.year < year < date.max.year:
            self.fault("notice.amends" if amends else "notice.year", "outside_range", value=year)
            year = None
        self.check_head(number, published_on, year)
        spans = [
            (where, span) for where, entry in self.tables(table, "holiday", "") if (span := self.span(where, entry))
        ]
        if year is not None:
            for where, span in spans:
                self.check_span(where, span, year)
            self.check_dates(spans)
            self.check_names(spans, year, amends)
        holidays = tuple(sorted(span for _, span in spans))
        return Overlay(number, published_on, year, amends, holidays, (), origin)

    def check_head(self, number: str | None, published_on: date | None, year: int | None) -> None:
        match = _NUMBER.fullmatch(number) if number else None
        if number and not match:
            self.fault("notice.number", "not_a_notice_number", value=number)
        if published_on is None:
            return
        if match and published_on.year - int(match[1]) not in (0, 1):
            self.fault("notice.number", "other_year_than_published", value=number, published_on=published_on)
        if year is not None and not date(year - 1, 1, 1) <= published_on <= date(year, 12, 31):
            self.fault("notice.published_on", "outside_range", value=published_on, year=year)

    def span(self, where: str, entry: Mapping[str, Any]) -> Span | None:
        self.only(entry, where, "name", "first", "last", "make_up", "one_off")
        name = self.take(entry, "name", str, where)
        first, last = (self.take(entry, key, date, where) for key in ("first", "last"))
        one_off = self.take(entry, "one_off", bool, where, False)
        days = self.take(entry, "make_up", list, where, [])
        make_up = [day for number, day in enumerate(days or []) if self.a_date(f"{where}.make_up[{number}]", day)]
        if name is None or first is None or last is None or not self.in_order(where, first, last):
            return None
        return Span(name, first, last, tuple(sorted(make_up)), bool(one_off))

    def a_date(self, where: str, value: Any) -> bool:
        if type(value) is date:
            return True
        self.fault(where, "not_date", value=str(value))
        return False

    def in_order(self, where: str, first: date, last: date) -> bool:
        if first <= last:
            return True
        self.fault(f"{where}.last", "before_start", after=first, until=last)
        return False

    def check_span(self, where: str, span: Span, year: int) -> None:
        law = holiday_law()
        length = (span.last - span.first).days + 1
        if length > law.longest_holiday:
            self.fault(f"{where}.last", "too_long_holiday", days=length, longest=law.longest_holiday)
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
        self.check_make_up(where, span, year, min(windows)[0].year)

    def check_make_up(self, where: str, span: Span, year: int, earliest_year: int) -> None:
        reach = timedelta(days=holiday_law().farthest_make_up)
        for number, day in enumerate(span.make_up):
            place = f"{where}.make_up[{number}]"
            if not earliest_year <= day.year <= year:
                self.fault(place, "wrong_year", day=day, year=year)
            if not is_weekend(day):
                self.fault(place, "not_weekend", day=day)
            if not span.first - reach <= day <= span.last + reach:
                self.fault(place, "too_far", day=day, holiday=span.name, farthest=reach.days)

    def check_dates(self, spans: list[tuple[str, Span]]) -> None:
        off: set[date] = set()
        for where, span in spans:
            for day in span.days():
                if day in off:
                    self.fault(where, "duplicate_date", day=day)
                off.add(day)
        worked: set[date] = set()
        for where, span in spans:
            for number, day in enumerate(span.make_up):
                if day in off:
                    self.fault(f"{where}.make_up[{number}]", "inside_holiday", day=day)
                if day in worked:
                    self.fault(f"{where}.make_up[{number}]", "duplicate_date", day=day)
                worked.add(day)

    def check_names(self, spans: list[tuple[str, Span]], year: int, amends: bool) -> None:
        named: set[str] = set()
        for where, span in spans:
            for name in span.names:
                if name in named:
                    self.fault(f"{where}.name", "duplicate_holiday", holiday=name)
                named.add(name)
        for holiday in holiday_law().holidays.values():
            if not amends and year >= holiday.required_from and holiday.name not in named:
                self.fault("holiday", "holiday_missing", holiday=holiday.name, year=year)
