"""Working days are counted as the State Council's notices say, and never beyond them without saying so."""

import os
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.states.calendar.calendar import Calendar, Day, DayKind, Overlay, impact
from disclosure.states.calendar.holidays import package_days
from disclosure.states.calendar.overlays import LocalDays
from disclosure.states.errors import BadData, CalendarUnknown

OFFICIAL = Calendar.official()
DAY = timedelta(days=1)

GOLDEN = [  # receipt, +20, +7, +5 working days
    ("2020-01-03", "2020-02-07", "2020-01-14", "2020-01-10"),
    ("2020-01-23", "2020-02-28", "2020-02-11", "2020-02-07"),
    ("2021-02-10", "2021-03-16", "2021-02-25", "2021-02-23"),
    ("2022-09-30", "2022-11-02", "2022-10-14", "2022-10-12"),
    ("2023-09-28", "2023-11-01", "2023-10-13", "2023-10-11"),
    ("2024-02-08", "2024-03-13", "2024-02-23", "2024-02-21"),
    ("2024-09-13", "2024-10-17", "2024-09-25", "2024-09-23"),
    ("2025-01-26", "2025-02-28", "2025-02-11", "2025-02-08"),
    ("2025-09-27", "2025-10-30", "2025-10-13", "2025-10-10"),
    ("2025-09-28", "2025-10-31", "2025-10-14", "2025-10-11"),
    ("2025-12-12", "2026-01-12", "2025-12-23", "2025-12-19"),
]


def on(text: str) -> date:
    return date.fromisoformat(text)


def span(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


@pytest.mark.parametrize(("receipt", "twenty", "seven", "five"), GOLDEN)
def test_periods_from_golden_receipt_days_end_as_the_notices_say(
    receipt: str, twenty: str, seven: str, five: str
) -> None:
    assert [OFFICIAL.add(on(receipt), days) for days in (20, 7, 5)] == [on(twenty), on(seven), on(five)]


def test_a_reply_due_fifteen_working_days_after_a_monday_in_2017_is_posted_in_time_on_the_last() -> None:
    assert OFFICIAL.add(on("2017-06-19"), 15) == on("2017-07-10")


def test_an_extension_counts_from_expiry_and_may_end_on_a_working_sunday() -> None:
    expiry = OFFICIAL.add(on("2024-03-01"), 20)
    assert expiry == on("2024-03-29")
    assert OFFICIAL.add(expiry, 20) == on("2024-04-28")
    assert on("2024-04-28").weekday() == 6 and OFFICIAL.is_working(on("2024-04-28"))


@pytest.mark.parametrize(
    ("receipt", "first_day"),
    [
        ("2024-03-02", "2024-03-04"),  # Saturday
        ("2024-03-03", "2024-03-04"),  # Sunday
        ("2024-10-01", "2024-10-08"),  # holiday
        ("2024-09-28", "2024-09-29"),  # Saturday before a make-up Sunday
        ("2024-09-29", "2024-09-30"),
    ],  # the make-up Sunday itself
)
def test_day_one_is_the_first_working_day_after_receipt_on_any_day(receipt: str, first_day: str) -> None:
    assert OFFICIAL.add(on(receipt), 1) == on(first_day)


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248)],
)
def test_a_year_has_as_many_working_days_as_its_weekdays_less_holidays_plus_make_up_days(
    year: int, working_days: int
) -> None:
    assert OFFICIAL.count(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_the_package_names_as_many_days_off_and_make_up_days_as_the_notices() -> None:
    kinds = [day.kind for day in OFFICIAL.days(on("2026-01-01"), on("2026-11-30"))]
    assert (kinds.count(DayKind.HOLIDAY), kinds.count(DayKind.MAKE_UP_DAY)) == (33, 6)
    kinds = [day.kind for day in OFFICIAL.days(on("2025-01-01"), on("2025-12-31"))]
    assert (kinds.count(DayKind.HOLIDAY), kinds.count(DayKind.MAKE_UP_DAY)) == (28, 5)


def test_all_years_of_the_package_are_covered_without_a_gap() -> None:
    off, _ = package_days()
    assert OFFICIAL.first == date(min(off).year, 1, 1)
    assert OFFICIAL.announced_until >= on("2026-12-31")


@pytest.mark.parametrize(
    ("day", "working", "kind", "source"),
    [
        ("2025-09-26", True, DayKind.WORKING_DAY, "《国务院关于职工工作时间的规定》第七条 周一至周五"),
        ("2025-09-27", False, DayKind.REST_DAY, "《国务院关于职工工作时间的规定》第七条 周休息日"),
        ("2025-09-28", True, DayKind.MAKE_UP_DAY, "国办发明电〔2024〕12号 国庆节调休上班"),
        ("2025-10-06", False, DayKind.HOLIDAY, "国办发明电〔2024〕12号 中秋节"),
        ("2026-01-04", True, DayKind.MAKE_UP_DAY, "国办发明电〔2025〕7号 元旦调休上班"),
        ("2022-12-31", False, DayKind.HOLIDAY, "国办发明电〔2022〕16号 元旦"),
        ("2018-12-29", True, DayKind.MAKE_UP_DAY, "国办发明电〔2018〕15号 元旦调休上班"),
        ("2004-01-01", False, DayKind.HOLIDAY, "国务院办公厅关于2004年部分节假日安排的通知 元旦"),
    ],
)
def test_a_day_names_the_notice_and_the_holiday_that_make_it_what_it_is(
    day: str, working: bool, kind: DayKind, source: str
) -> None:
    assert OFFICIAL.day(on(day)) == Day(on(day), working, kind, source)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2020-01-30", "国办发明电〔2019〕16号"),
        ("2020-01-31", "国办发明电〔2020〕1号"),
        ("2020-02-02", "国办发明电〔2020〕1号"),
        ("2020-01-19", "国办发明电〔2019〕16号"),
        ("2019-05-04", "国办发明电〔2019〕3号"),
        ("2019-05-05", "国办发明电〔2019〕3号"),
        ("2015-09-03", "国发明电〔2015〕1号"),
    ],
)
def test_a_day_changed_in_mid_course_names_the_notice_that_changed_it(day: str, number: str) -> None:
    assert OFFICIAL.day(on(day)).source.split()[0] == number


def test_the_export_has_one_row_for_every_day_in_order() -> None:
    rows = list(OFFICIAL.days(on("2023-12-25"), on("2024-03-05")))
    assert [row.date for row in rows] == span(on("2023-12-25"), on("2024-03-05"))
    assert all(row.source for row in rows)
    assert [row.working for row in rows] == [OFFICIAL.is_working(row.date) for row in rows]


def test_zero_working_days_after_a_day_is_that_day_even_where_it_is_a_rest_day() -> None:
    assert OFFICIAL.add(on("2024-10-01"), 0) == on("2024-10-01")
    assert OFFICIAL.project(on("2024-10-01"), 0) == on("2024-10-01")


def test_a_period_from_a_day_to_itself_has_no_working_day() -> None:
    assert OFFICIAL.count(on("2024-03-01"), on("2024-03-01")) == 0


def test_a_span_inside_a_holiday_costs_nothing_and_a_make_up_sunday_costs_one_day() -> None:
    assert OFFICIAL.count(on("2024-09-30"), on("2024-10-07")) == 0
    assert OFFICIAL.count(on("2024-09-28"), on("2024-09-29")) == 1


def test_the_next_working_day_is_the_day_itself_where_it_is_worked() -> None:
    assert OFFICIAL.next_working(on("2024-09-29")) == on("2024-09-29")
    assert OFFICIAL.next_working(on("2024-10-01")) == on("2024-10-08")


# What nobody has announced

LAST = OFFICIAL.announced_until
LAST_WORKED = max(day for day in span(LAST - 30 * DAY, LAST) if OFFICIAL.is_working(day))


def test_a_period_may_end_on_the_last_announced_working_day_and_not_a_day_later() -> None:
    assert OFFICIAL.add(LAST_WORKED - DAY, 1) == LAST_WORKED
    with pytest.raises(CalendarUnknown) as refused:
        OFFICIAL.add(LAST_WORKED, 1)
    assert refused.value.fields["day"] == (LAST + DAY).isoformat()
    assert refused.value.fields["last"] == LAST.isoformat()


def test_days_after_the_announced_years_are_unknown_to_everything_but_projections() -> None:
    after = LAST + DAY
    for ask in (
        lambda: OFFICIAL.add(after, 1),
        lambda: OFFICIAL.add(after, 0),
        lambda: OFFICIAL.day(after),
        lambda: OFFICIAL.count(LAST, after),
        lambda: OFFICIAL.is_working(after),
        lambda: OFFICIAL.next_working(after),
        lambda: OFFICIAL.days(LAST, after),
    ):
        with pytest.raises(CalendarUnknown):
            ask()
    assert OFFICIAL.count(LAST - DAY, LAST) in (0, 1)


def test_days_before_the_first_covered_year_are_unknown_to_everything() -> None:
    before = OFFICIAL.first - DAY
    for ask in (
        lambda: OFFICIAL.add(before, 1),
        lambda: OFFICIAL.count(before, before),
        lambda: OFFICIAL.is_working(before),
        lambda: OFFICIAL.next_working(before),
        lambda: OFFICIAL.day(before),
        lambda: OFFICIAL.days(before, before),
        lambda: OFFICIAL.project(before, 1),
        lambda: OFFICIAL.project_count(before, LAST),
        lambda: OFFICIAL.project_working(before),
        lambda: OFFICIAL.project_day(before),
        lambda: OFFICIAL.project_next_working(before),
    ):
        with pytest.raises(CalendarUnknown):
            ask()
    assert OFFICIAL.day(OFFICIAL.first).kind is DayKind.HOLIDAY


def test_no_next_working_day_is_made_up_where_the_announced_year_ends_in_rest() -> None:
    off, make_up = package_days()
    weekend = {day: name for day, name in off.items() if day.year <= 2017}
    calendar = Calendar.of(weekend, {day: name for day, name in make_up.items() if day.year <= 2017})
    assert calendar.announced_until == on("2017-12-31")  # a Sunday
    with pytest.raises(CalendarUnknown):
        calendar.next_working(on("2017-12-30"))
    assert calendar.project_next_working(on("2017-12-30")) == on("2018-01-01")


def test_a_projection_takes_every_unannounced_weekday_as_worked_and_is_provisional() -> None:
    due = OFFICIAL.project(LAST, 20)
    worked = [day for day in span(LAST + DAY, due) if day.weekday() < 5]
    assert len(worked) == 20 and worked[-1] == due
    assert OFFICIAL.is_provisional(due) and not OFFICIAL.is_provisional(LAST)


def test_an_unannounced_day_says_that_nobody_has_announced_it() -> None:
    days = [OFFICIAL.project_day(LAST + n * DAY) for n in range(1, 8)]
    assert {day.kind for day in days} == {DayKind.UNANNOUNCED}
    assert [day.working for day in days] == [day.date.weekday() < 5 for day in days]
    assert OFFICIAL.project_day(LAST).kind is not DayKind.UNANNOUNCED


def test_a_projection_ends_at_its_horizon_of_a_dozen_years() -> None:
    horizon = date(LAST.year + 12, 12, 31)
    assert OFFICIAL.project_working(horizon) == (horizon.weekday() < 5)
    for ask in (
        lambda: OFFICIAL.project_working(horizon + DAY),
        lambda: OFFICIAL.project(horizon, 1),
        lambda: OFFICIAL.project_day(horizon + DAY),
        lambda: OFFICIAL.project_count(LAST, horizon + DAY),
    ):
        with pytest.raises(CalendarUnknown):
            ask()


def test_a_projection_within_the_announced_years_is_the_calendar_itself() -> None:
    for receipt, twenty, *_ in GOLDEN:
        assert OFFICIAL.project(on(receipt), 20) == on(twenty)
        assert OFFICIAL.project_day(on(twenty)) == OFFICIAL.day(on(twenty))
        assert OFFICIAL.project_count(on(receipt), on(twenty)) == 20


def test_days_left_are_negative_by_as_many_working_days_as_have_passed() -> None:
    assert OFFICIAL.project_count(on("2024-10-09"), on("2024-09-30")) == -2
    assert OFFICIAL.project_count(on("2024-09-30"), on("2024-10-09")) == 2


# What isn't a day or a number of days


@pytest.mark.parametrize(
    "wrong",
    [
        datetime(2024, 3, 1),  # noqa: DTZ001 - without a zone is what a careless caller passes
        datetime(2024, 3, 1, 23, 30, tzinfo=UTC),
        "2024-03-01",
        None,
        20240301,
    ],
)
def test_anything_but_a_plain_date_is_refused(wrong: object) -> None:
    right = on("2024-03-01")
    for ask in (
        lambda: OFFICIAL.add(wrong, 1),
        lambda: OFFICIAL.count(wrong, right),
        lambda: OFFICIAL.count(right, wrong),
        lambda: OFFICIAL.is_working(wrong),
        lambda: OFFICIAL.next_working(wrong),
        lambda: OFFICIAL.day(wrong),
        lambda: OFFICIAL.days(right, wrong),
        lambda: OFFICIAL.is_provisional(wrong),
        lambda: OFFICIAL.project(wrong, 1),
        lambda: OFFICIAL.project_count(right, wrong),
        lambda: OFFICIAL.project_working(wrong),
        lambda: OFFICIAL.project_next_working(wrong),
        lambda: OFFICIAL.project_day(wrong),
    ):
        with pytest.raises(BadData) as refused:
            ask()
        assert refused.value.faults[0]["problem"] == "not_date"


@pytest.mark.parametrize("wrong", [-1, True, 1.0, "7", None])
def test_anything_but_a_whole_number_of_days_is_refused(wrong: object) -> None:
    for ask in (OFFICIAL.add, OFFICIAL.project):
        with pytest.raises(BadData) as refused:
            ask(on("2024-03-01"), wrong)
        assert refused.value.faults[0]["field"] == "days"


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(BadData):
        OFFICIAL.count(on("2024-03-02"), on("2024-03-01"))
    with pytest.raises(BadData):
        OFFICIAL.days(on("2024-03-02"), on("2024-03-01"))


def test_a_date_of_a_library_s_own_kind_is_a_date() -> None:
    class Kalenderblatt(date):
        pass

    assert OFFICIAL.add(Kalenderblatt(2022, 9, 30), 20) == on("2022-11-02")


# Tables that can't be right


@pytest.mark.parametrize(
    ("day", "holiday", "problem"),
    [
        ("2026-12-02", "春节", "outside_window"),  # 12 February, day and month exchanged
        ("2026-01-10", "国庆节", "outside_window"),
    ],  # 1 October likewise
)
def test_a_table_with_day_and_month_exchanged_is_refused(day: str, holiday: str, problem: str) -> None:
    off, make_up = package_days()
    with pytest.raises(BadData) as refused:
        Calendar.of(off | {on(day): holiday}, make_up)
    assert [(fault["problem"], fault["day"]) for fault in refused.value.faults] == [(problem, day)]


def test_a_table_with_a_day_both_off_and_worked_or_a_make_up_weekday_is_refused_with_both_faults() -> None:
    off, make_up = package_days()
    with pytest.raises(BadData) as refused:
        Calendar.of(off, make_up | {on("2026-10-03"): "国庆节", on("2026-03-02"): "春节"})
    assert {fault["problem"] for fault in refused.value.faults} == {"inside_holiday", "not_weekend"}


def test_an_empty_table_gives_no_calendar() -> None:
    with pytest.raises(BadData):
        Calendar.of({}, {})


def test_a_year_that_the_table_leaves_out_ends_the_calendar_before_it() -> None:
    off, make_up = package_days()
    calendar = Calendar.of({day: name for day, name in off.items() if day.year != 2024}, make_up)
    assert calendar.announced_until == on("2023-12-31")


def test_a_year_of_which_only_new_year_is_known_is_not_announced() -> None:
    off, make_up = package_days()
    early = {day: name for day, name in off.items() if day <= on("2024-01-01")}
    assert Calendar.of(early, make_up).announced_until == on("2023-12-31")


# Properties


def closures(changes: dict[date, bool]) -> list[Overlay]:
    return [
        Overlay("某市人民政府：试", None, None, False, (), (LocalDays(day, day, working),), "")
        for day, working in changes.items()
    ]


FIRST, END = on("2023-11-01"), on("2024-04-30")
window = st.dates(FIRST, END)
random_calendars = st.dictionaries(window, st.booleans(), max_size=40).map(
    lambda changes: OFFICIAL.with_overlays(*closures(changes))
)
numbers = st.integers(0, 60)
unhurried = settings(deadline=None)  # each example builds thirty years of days


@unhurried
@given(calendar=random_calendars, start=window, days=numbers)
def test_adding_working_days_equals_walking_the_calendar(calendar: Calendar, start: date, days: int) -> None:
    day, left = start, days
    while left:
        day += DAY
        left -= calendar.is_working(day)
    assert calendar.add(start, days) == day
    assert calendar.project(start, days) == day


@unhurried
@given(changes=st.dictionaries(window, st.booleans(), max_size=40), ends=st.tuples(window, window))
def test_counting_equals_walking_the_days_with_no_day_counted_twice(
    changes: dict[date, bool], ends: tuple[date, date]
) -> None:
    after, until = sorted(ends)
    calendar = OFFICIAL.with_overlays(*closures(changes))
    off, make_up = package_days()
    expected = sum(
        changes.get(day, day in make_up or (day.weekday() < 5 and day not in off)) for day in span(after + DAY, until)
    )
    assert calendar.count(after, until) == expected
    assert calendar.project_count(until, after) == -expected


@unhurried
@given(calendar=random_calendars, start=window, a=numbers, b=numbers)
def test_adding_and_counting_undo_each_other(calendar: Calendar, start: date, a: int, b: int) -> None:
    due = calendar.add(start, a)
    assert calendar.count(start, due) == a
    assert calendar.add(due, b) == calendar.add(start, a + b)
    assert a == 0 or calendar.is_working(due)


@unhurried
@given(calendar=random_calendars, day=window)
def test_the_next_working_day_skips_rest_only(calendar: Calendar, day: date) -> None:
    found = calendar.next_working(day)
    assert calendar.is_working(found)
    assert not any(calendar.is_working(passed) for passed in span(day, found - DAY))


def test_one_calendar_answers_alike_in_whatever_order_it_is_asked() -> None:
    questions = [(date(2018, 1, 1) + 17 * n * DAY, n % 45) for n in range(170)]
    asked = {question: OFFICIAL.add(*question) for question in questions}
    random.Random(7).shuffle(questions)  # noqa: S311 - an order, not a secret
    assert {question: OFFICIAL.add(*question) for question in questions} == asked


# Independence of language, time zone and clock

_PROBE = """
from datetime import date
from disclosure.states.calendar.calendar import Calendar
calendar = Calendar.official()
print(calendar.version, calendar.add(date(2022, 9, 30), 20), calendar.add(date(2025, 9, 28), 5),
      *calendar.days(date(2026, 2, 12), date(2026, 3, 1)))
"""


def test_language_time_zone_and_hash_seed_change_nothing() -> None:
    answers = set()
    for language, zone, seed in (
        ("C", "UTC", "1"),
        ("zh_CN.UTF-8", "Asia/Shanghai", "2"),
        ("de_DE.UTF-8", "America/New_York", "3"),
        ("C", "Pacific/Kiritimati", "4"),
    ):
        environment = os.environ | {
            "LANG": language,
            "LC_ALL": language,
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(  # noqa: S603 - our own probe
            [sys.executable, "-c", _PROBE],
            env=environment,
            capture_output=True,
            check=True,
        )
        answers.add(done.stdout)
    assert len(answers) == 1


def test_the_clock_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class AnyDate(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, date)

    class Stopped(date, metaclass=AnyDate):
        @classmethod
        def today(cls) -> "Stopped":
            raise AssertionError("the calendar looked at the clock")

    for module in ("calendar", "holidays", "layers", "overlays"):
        monkeypatch.setattr(f"disclosure.states.calendar.{module}.date", Stopped)
    again = Calendar.of(*package_days())
    assert [again.add(on(row[0]), 20) for row in GOLDEN] == [on(row[1]) for row in GOLDEN]
    assert again.announced_until == OFFICIAL.announced_until


# Versions


def test_the_same_days_and_notices_have_the_same_version_and_other_days_another() -> None:
    assert Calendar.of(*package_days()).version == OFFICIAL.version
    off, make_up = package_days()
    shorter = Calendar.of({day: name for day, name in off.items() if day.year < 2026}, make_up)
    assert shorter.version != OFFICIAL.version


def test_the_impact_of_a_new_year_is_the_days_whose_work_changes() -> None:
    off, make_up = package_days()
    old = Calendar.of({day: name for day, name in off.items() if day.year < 2026}, make_up)
    changed = [day for day in impact(old, OFFICIAL) if day.year == 2026]
    expected = [
        day for day in span(on("2026-01-01"), on("2026-12-31")) if day in make_up or (day in off and day.weekday() < 5)
    ]
    assert changed == expected
    assert impact(OFFICIAL, OFFICIAL) == []
    assert impact(old, OFFICIAL) == impact(OFFICIAL, old)
