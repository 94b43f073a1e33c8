"""The record of the State Council's notices is complete, dated and sourced."""

import tomllib
from datetime import date, timedelta
from importlib import resources
from typing import Any

import pytest

from disclosure.states.calendar.calendar import Calendar
from disclosure.states.calendar.holidays import announced_years, holiday_law, package_days

TABLE = tomllib.loads((resources.files("disclosure.states.law") / "holiday_notices.toml").read_text("utf-8"))
ENTRIES = TABLE["notice"] + TABLE["amendment"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["number"])
def test_a_notice_on_record_has_its_number_dates_and_confidence(entry: dict[str, Any]) -> None:
    assert f"〔{entry['dated_on'].year}〕" in entry["number"] and entry["number"].endswith("号")
    assert entry["dated_on"] <= entry["published_on"] <= date(entry["year"], 12, 31)
    assert entry["confidence"] in {"V", "S", "M"}


def test_yearly_notices_come_out_before_their_year_and_amendments_in_it() -> None:
    assert all(entry["published_on"].year == entry["year"] - 1 for entry in TABLE["notice"])
    assert all(entry["published_on"].year == entry["year"] for entry in TABLE["amendment"])


def test_no_number_stands_twice_and_no_year_between_two_known_ones_lacks_its_number() -> None:
    assert len({entry["number"] for entry in ENTRIES}) == len(ENTRIES)
    years = [entry["year"] for entry in TABLE["notice"]]
    assert years == list(range(years[0], years[-1] + 1))


def test_every_day_that_an_amendment_settles_was_named_in_the_package() -> None:
    calendar = Calendar.official()
    for change in holiday_law().amendments:
        assert change.first and change.last
        sources = {day.source.split()[0] for day in calendar.days(change.first, change.last)}
        assert change.number in sources


@pytest.mark.parametrize(
    ("day", "year"),
    [("2022-12-31", 2023), ("2018-12-29", 2019), ("2023-01-02", 2023), ("2007-12-31", 2008)],
)
def test_new_year_in_december_belongs_to_the_next_year_s_notice(day: str, year: int) -> None:
    assert holiday_law().holidays["元旦"].owner(date.fromisoformat(day)) == year


def test_every_holiday_of_the_package_has_a_chinese_name_in_the_law_or_is_a_commemoration() -> None:
    off, make_up = package_days()
    known = set(holiday_law().holidays)
    others = {name for name in (*off.values(), *make_up.values()) if name not in known}
    assert known <= set(off.values())
    assert all(name.endswith("纪念日") for name in others)
    assert announced_years(off)[0] == min(off).year


@pytest.mark.parametrize("name", holiday_law().holidays)
def test_a_holiday_may_have_the_days_of_its_part_of_the_year_and_no_others(name: str) -> None:
    holiday = holiday_law().holidays[name]
    first, last = holiday.window(2024)
    within = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
    assert all(holiday.may_have(day) for day in within)
    assert not holiday.may_have(first - timedelta(days=1)) and not holiday.may_have(last + timedelta(days=1))
