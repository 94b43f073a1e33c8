"""An office adds a notice, a change or a closure by a file: whole or not at all, never against a source."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from disclosure.states.calendar.calendar import Calendar, DayKind, Overlay, impact
from disclosure.states.calendar.holidays import package_days
from disclosure.states.calendar.overlay_files import read_overlay
from disclosure.states.errors import BadData, CalendarUnknown

OFF, MAKE_UP = package_days()
OFFICIAL = Calendar.of(  # pinned, so that a later package doesn't move what these tests call the next year
    {day: name for day, name in OFF.items() if day.year <= 2026},
    {day: name for day, name in MAKE_UP.items() if day.year <= 2026},
)

HEAD = """\
[notice]
number = "国办发明电〔2026〕8号"
published_on = 2026-11-05
year = 2027
"""
HOLIDAYS = {
    "元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = []",
    "春节": "first = 2027-02-05\nlast = 2027-02-12\nmake_up = [2027-01-31, 2027-02-20]",
    "清明节": "first = 2027-04-03\nlast = 2027-04-05",
    "劳动节": "first = 2027-05-01\nlast = 2027-05-05\nmake_up = [2027-04-25, 2027-05-08]",
    "端午节": "first = 2027-06-09\nlast = 2027-06-09",
    "中秋节": "first = 2027-09-15\nlast = 2027-09-15",
    "国庆节": "first = 2027-10-01\nlast = 2027-10-07\nmake_up = [2027-09-26, 2027-10-09]",
}
CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = 2026-08-13
last = 2026-08-17
"""
EXTENSION = """\
[notice]
number = "国办发明电〔2020〕1号"
published_on = 2020-01-27
amends = 2020
[[holiday]]
name = "春节"
first = 2020-01-24
last = 2020-02-02
make_up = [2020-01-19]
"""


def on(text: str) -> date:
    return date.fromisoformat(text)


def notice(head: str = HEAD, **changes: str | None) -> str:
    """The notice for 2027 with some holidays written otherwise, or left out where None."""
    holidays = {name: text for name, text in (HOLIDAYS | changes).items() if text is not None}
    return head + "".join(f'\n[[holiday]]\nname = "{name}"\n{text}\n' for name, text in holidays.items())


def parse(text: str, origin: str = "某文件.toml") -> Overlay:
    return read_overlay(text, origin)


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadData) as refused:
        parse(text)
    assert all(fault["origin"] == "某文件.toml" for fault in refused.value.faults)
    return [(fault["field"], fault["problem"]) for fault in refused.value.faults]


def problems(*overlays: Overlay, calendar: Calendar = OFFICIAL) -> list[str]:
    with pytest.raises(BadData) as refused:
        calendar.with_overlays(*overlays)
    return [fault["problem"] for fault in refused.value.faults]


NEXT_YEAR = parse(notice())


# A yearly notice


def test_the_next_year_s_notice_moves_the_horizon_and_firms_what_was_projected() -> None:
    start = on("2026-12-25")
    with pytest.raises(CalendarUnknown):
        OFFICIAL.add(start, 40)
    assert OFFICIAL.project(start, 40) == on("2027-02-19")
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert extended.announced_until == on("2027-12-31")
    assert extended.add(start, 40) == extended.project(start, 40) == on("2027-02-26")
    assert not extended.is_provisional(on("2027-02-26"))


def test_days_of_an_overlay_name_its_number_and_holiday() -> None:
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert extended.day(on("2027-02-08"))[1:] == (False, DayKind.HOLIDAY, "国办发明电〔2026〕8号 春节")
    assert extended.day(on("2027-02-20"))[1:] == (True, DayKind.MAKE_UP_DAY, "国办发明电〔2026〕8号 春节调休上班")


def test_the_impact_of_a_notice_is_its_weekdays_off_and_its_make_up_days() -> None:
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    days = [
        on(f"2027-{day}")
        for day in (
            "01-01",
            "01-31",
            "02-05",
            "02-08",
            "02-09",
            "02-10",
            "02-11",
            "02-12",
            "02-20",
            "04-05",
            "04-25",
            "05-03",
            "05-04",
            "05-05",
            "05-08",
            "06-09",
            "09-15",
            "09-26",
            "10-01",
            "10-04",
            "10-05",
            "10-06",
            "10-07",
            "10-09",
        )
    ]
    assert impact(OFFICIAL, extended) == days


def test_new_year_may_reach_back_into_december_and_changes_the_year_before() -> None:
    text = notice(元旦="first = 2026-12-31\nlast = 2027-01-03\nmake_up = [2026-12-27]")
    extended = OFFICIAL.with_overlays(parse(text))
    assert extended.day(on("2026-12-31")).source == "国办发明电〔2026〕8号 元旦"
    assert extended.is_working(on("2026-12-27"))
    assert {on("2026-12-27"), on("2026-12-31")} <= set(impact(OFFICIAL, extended))
    assert OFFICIAL.is_working(on("2026-12-31"))


def test_two_holidays_may_be_given_jointly() -> None:
    text = notice(中秋节=None, 国庆节=None, **{"国庆节、中秋节": HOLIDAYS["国庆节"]})
    extended = OFFICIAL.with_overlays(parse(text))
    assert extended.day(on("2027-10-05")).source == "国办发明电〔2026〕8号 国庆节、中秋节"


def test_a_day_of_commemoration_beside_the_national_holidays_must_say_so() -> None:
    day = "first = 2027-09-03\nlast = 2027-09-03"
    assert faults(notice(胜利纪念日=day)) == [("holiday[7].name", "unknown_holiday")]
    extended = OFFICIAL.with_overlays(parse(notice(胜利纪念日=day + "\none_off = true")))
    assert not extended.is_working(on("2027-09-03"))


def test_laying_an_overlay_again_changes_nothing_whatever_the_file_s_name() -> None:
    once = OFFICIAL.with_overlays(NEXT_YEAR)
    again = once.with_overlays(parse(notice(), "另一文件.toml"))
    assert again.version == once.version and again.overlays == once.overlays
    assert impact(once, again) == []
    assert once.version != OFFICIAL.version


def test_laying_overlays_leaves_the_calendar_they_were_laid_over_as_it_was() -> None:
    before = (OFFICIAL.version, OFFICIAL.announced_until, OFFICIAL.add(on("2026-08-10"), 20))
    OFFICIAL.with_overlays(NEXT_YEAR, parse(CLOSURE))
    assert (OFFICIAL.version, OFFICIAL.announced_until, OFFICIAL.add(on("2026-08-10"), 20)) == before


def test_the_order_in_which_files_are_read_changes_nothing() -> None:
    after_next = parse(
        notice()
        .replace("2027", "2028")
        .replace("2026", "2027")
        .replace("2028-04-25", "2028-04-23")
        .replace("2028-05-08", "2028-05-06")
        .replace("2028-01-31", "2028-01-30")
        .replace("2028-02-20", "2028-02-19")
        .replace("2028-09-26", "2028-09-24")
        .replace("2028-10-09", "2028-10-08")
    )
    later = parse(CLOSURE.replace("2026-08-1", "2028-08-1"))
    orders = permutations((NEXT_YEAR, after_next, later))
    versions = {OFFICIAL.with_overlays(*order).version for order in orders}
    assert len(versions) == 1
    one_by_one = OFFICIAL.with_overlays(NEXT_YEAR).with_overlays(after_next).with_overlays(later)
    assert {one_by_one.version} == versions


def test_a_notice_that_leaves_a_year_out_is_refused() -> None:
    after_next = parse(
        notice()
        .replace("2027", "2028")
        .replace("2026", "2027")
        .replace("make_up = [2028-04-25, 2028-05-08]", "")
        .replace("make_up = [2028-01-31, 2028-02-20]", "")
        .replace("make_up = [2028-09-26, 2028-10-09]", "")
    )
    assert problems(after_next) == ["gap"]
    assert OFFICIAL.with_overlays(after_next, NEXT_YEAR).announced_until == on("2028-12-31")


# When the package catches up


def with_package_of_next_year(**moved: str) -> Calendar:
    """As if a later package held the notice for 2027."""
    off, make_up = dict(OFF), dict(MAKE_UP)
    off = {day: name for day, name in off.items() if day.year <= 2026}
    make_up = {day: name for day, name in make_up.items() if day.year <= 2026}
    for span in NEXT_YEAR.holidays:
        off |= dict.fromkeys(span.days(), span.name)
        make_up |= dict.fromkeys(span.make_up, span.name)
    for gone, come in moved.items():
        make_up[on(come)] = make_up.pop(on(gone.strip("_").replace("_", "-")))
    return Calendar.of(off, make_up)


def test_an_overlay_that_the_package_confirms_stays_without_effect_on_any_day() -> None:
    package = with_package_of_next_year()
    both = package.with_overlays(NEXT_YEAR)
    assert impact(package, both) == []
    assert both.version == OFFICIAL.with_overlays(NEXT_YEAR).version  # still cites the number of the file


def test_an_overlay_of_a_year_whose_notice_is_on_record_is_dropped() -> None:
    spans: dict[str, list[date]] = {}
    worked: dict[str, list[date]] = {}
    for day, name in sorted(OFF.items()):
        if day.year == 2026:
            spans.setdefault(name, []).append(day)
    for day, name in sorted(MAKE_UP.items()):
        if day.year == 2026:
            worked.setdefault(name, []).append(day)
    text = '[notice]\nnumber = "国办发明电〔2025〕7号"\npublished_on = 2025-11-04\nyear = 2026\n' + "".join(
        f'[[holiday]]\nname = "{name}"\nfirst = {days[0]}\nlast = {days[-1]}\n'
        f"make_up = [{', '.join(map(str, worked.get(name, [])))}]\n"
        for name, days in spans.items()
    )
    same = OFFICIAL.with_overlays(parse(text))
    assert same.version == OFFICIAL.version and same.overlays == ()
    other = text.replace("2026-02-14", "2026-02-08")
    assert problems(parse(other)) == ["conflict"]


def test_an_overlay_that_the_package_contradicts_is_refused_with_the_days() -> None:
    package = with_package_of_next_year(_2027_10_09="2027-10-10")
    with pytest.raises(BadData) as refused:
        package.with_overlays(NEXT_YEAR)
    assert [(fault["problem"], fault["days"], fault["origin"]) for fault in refused.value.faults] == [
        ("conflict", ["2027-10-09", "2027-10-10"], "某文件.toml")
    ]


def test_two_files_that_give_one_year_differently_are_refused() -> None:
    other = parse(notice(端午节="first = 2027-06-09\nlast = 2027-06-10"))
    assert problems(NEXT_YEAR, other) == ["conflict"]


def test_a_make_up_day_in_december_must_not_fall_on_a_day_that_december_s_own_notice_gives_off() -> None:
    christmas = (
        '[notice]\nnumber = "国发明电〔2026〕1号"\npublished_on = 2026-05-13\namends = 2026\n'
        '[[holiday]]\nname = "纪念日"\nfirst = 2026-12-26\nlast = 2026-12-27\none_off = true\n'
    )
    spill = notice(元旦="first = 2027-01-01\nlast = 2027-01-03\nmake_up = [2026-12-27]")
    assert problems(parse(christmas), parse(spill)) == ["conflict"]


# An amendment


def test_an_extension_of_an_announced_holiday_replaces_its_days() -> None:
    text = (
        EXTENSION.replace("2020", "2026")
        .replace(
            "first = 2026-01-24\nlast = 2026-02-02\nmake_up = [2026-01-19]",
            "first = 2026-02-15\nlast = 2026-02-25\nmake_up = [2026-02-14]",
        )
        .replace("2026-01-27", "2026-02-20")
    )
    amended = OFFICIAL.with_overlays(parse(text))
    assert impact(OFFICIAL, amended) == [on("2026-02-24"), on("2026-02-25"), on("2026-02-28")]
    assert amended.day(on("2026-02-24")).source == "国办发明电〔2026〕1号 春节"
    assert amended.day(on("2026-02-28")).kind is DayKind.REST_DAY
    assert amended.add(on("2026-02-13"), 5) == on("2026-03-03")


def test_the_extension_of_2020_given_again_changes_nothing() -> None:
    again = OFFICIAL.with_overlays(parse(EXTENSION))
    assert again.version == OFFICIAL.version and again.overlays == ()


def test_the_extension_of_2020_given_otherwise_than_on_record_is_refused() -> None:
    assert problems(parse(EXTENSION.replace("last = 2020-02-02", "last = 2020-02-03"))) == ["conflict"]


def test_an_amendment_of_an_overlaid_year_is_laid_after_its_notice() -> None:
    change = parse(
        '[notice]\nnumber = "国办发明电〔2027〕2号"\npublished_on = 2027-03-22\namends = 2027\n'
        '[[holiday]]\nname = "端午节"\nfirst = 2027-06-07\nlast = 2027-06-09\n'
        "make_up = [2027-06-12]"
    )
    amended = OFFICIAL.with_overlays(change, NEXT_YEAR)
    assert impact(OFFICIAL.with_overlays(NEXT_YEAR), amended) == [on("2027-06-07"), on("2027-06-08"), on("2027-06-12")]
    assert amended.with_overlays(NEXT_YEAR, change).version == amended.version
    assert problems(change) == ["not_announced"]


def test_an_amendment_over_another_holiday_s_make_up_day_is_refused() -> None:
    text = (
        '[notice]\nnumber = "国办发明电〔2026〕2号"\npublished_on = 2026-03-22\namends = 2026\n'
        '[[holiday]]\nname = "中秋节"\nfirst = 2026-09-20\nlast = 2026-09-27'
    )
    assert problems(parse(text)) == ["conflict"]  # 20 September is worked for National Day


# A local closure


def test_a_closure_stops_the_count_in_its_place_and_names_who_decided_it() -> None:
    local = OFFICIAL.with_overlays(parse(CLOSURE))
    assert impact(OFFICIAL, local) == [on("2026-08-13"), on("2026-08-14"), on("2026-08-17")]
    assert local.day(on("2026-08-13"))[1:] == (False, DayKind.REST_DAY, "湖城市人民政府：台风停工（湖城市）")
    assert local.day(on("2026-08-15")) == OFFICIAL.day(on("2026-08-15"))  # a Saturday anyway
    assert local.add(on("2026-08-12"), 1) == on("2026-08-18")


def test_a_place_may_work_on_a_day_that_others_rest() -> None:
    text = CLOSURE.replace("first = 2026-08-13\nlast = 2026-08-17", "first = 2026-08-22\nworking = true")
    local = OFFICIAL.with_overlays(parse(text))
    assert impact(OFFICIAL, local) == [on("2026-08-22")]
    assert local.day(on("2026-08-22")).kind is DayKind.MAKE_UP_DAY


def test_closures_that_contradict_each_other_or_lie_in_an_unannounced_year_are_refused_together() -> None:
    works = CLOSURE.replace("last = 2026-08-17", "last = 2026-08-13\nworking = true")
    later = CLOSURE.replace("2026-08-1", "2027-08-1")
    assert sorted(problems(parse(CLOSURE), parse(works), parse(later))) == ["conflict", "not_announced"]
    both = OFFICIAL.with_overlays(parse(later), NEXT_YEAR)
    assert not both.is_working(on("2027-08-13"))


def test_faults_of_all_overlays_are_told_at_once() -> None:
    after_next = parse(CLOSURE.replace("2026-08-1", "2003-08-1"))
    amendment = parse(EXTENSION.replace("last = 2020-02-02", "last = 2020-02-03"))
    assert sorted(problems(after_next, amendment)) == ["conflict", "not_announced"]


# Faults of a file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not toml", ("", "not_toml")),
        ("", ("", "notice_or_closure")),
        (notice() + CLOSURE, ("", "notice_or_closure")),
        ("notice = 1", ("notice", "not_a_table")),
        (notice() + "\n[other]\n", ("other", "unknown_field")),
        (notice(HEAD.replace('number = "国办发明电〔2026〕8号"\n', "")), ("notice.number", "missing")),
        (notice(HEAD.replace("国办发明电〔2026〕8号", "  ")), ("notice.number", "missing")),
        (notice(HEAD.replace("8号", "X号")), ("notice.number", "not_a_notice_number")),
        (notice(HEAD.replace("〔2026〕", "〔2024〕")), ("notice.number", "other_year_than_published")),
        (notice(HEAD.replace("published_on = 2026-11-05\n", "")), ("notice.published_on", "missing")),
        (notice(HEAD.replace("2026-11-05", '"2026-11-05"')), ("notice.published_on", "not_date")),
        (notice(HEAD.replace("2026-11-05", "2026-11-05T08:00:00")), ("notice.published_on", "not_date")),
        (
            notice(HEAD.replace("〔2026〕", "〔2028〕").replace("2026-11-05", "2028-01-01")),
            ("notice.published_on", "outside_range"),
        ),
        (
            notice(HEAD.replace("〔2026〕", "〔2025〕").replace("2026-11-05", "2025-12-31")),
            ("notice.published_on", "outside_range"),
        ),
        (notice(HEAD.replace("year = 2027\n", "")), ("notice.year", "missing")),
        (notice(HEAD.replace("year = 2027", 'year = "2027"')), ("notice.year", "not_a_number")),
        (notice(HEAD.replace("year = 2027", "year = true")), ("notice.year", "not_a_number")),
        (notice(HEAD.replace("year = 2027", "year = 0")), ("notice.year", "outside_range")),
        (notice(HEAD + "amends = 2027\n"), ("notice.amends", "year_or_amends")),
        (notice(HEAD + "editor = 1\n"), ("notice.editor", "unknown_field")),
        (HEAD, ("holiday", "missing")),
        (HEAD + "holiday = 1\n", ("notice.holiday", "unknown_field")),
        ("holiday = [1]\n" + HEAD, ("holiday[0]", "not_a_table")),
        ("holiday = []\n" + HEAD, ("holiday", "missing")),
        (notice(端午节=None), ("holiday", "holiday_missing")),
        (notice(端午节="first = 2027-06-09"), ("holiday[4].last", "missing")),
        (notice(端午节="last = 2027-06-09"), ("holiday[4].first", "missing")),
        (notice(端午节="first = 6\nlast = 2027-06-09"), ("holiday[4].first", "not_date")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-08"), ("holiday[4].last", "before_start")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-09\nmakeup = []"), ("holiday[4].makeup", "unknown_field")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-09\nmake_up = 1"), ("holiday[4].make_up", "not_a_list")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-09\nmake_up = [1]"), ("holiday[4].make_up[0]", "not_date")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-09\none_off = 1"), ("holiday[4].one_off", "not_yes_or_no")),
        (notice(端午节="first = 2027-06-09\nlast = 2027-06-21"), ("holiday[4].last", "too_long_holiday")),
        (notice(端午节="first = 2027-09-06\nlast = 2027-09-06"), ("holiday[4].first", "outside_window")),
        (notice(元旦="first = 2026-12-27\nlast = 2027-01-03"), ("holiday[0].first", "outside_window")),
        (notice(元旦="first = 2027-01-01\nlast = 2027-01-06"), ("holiday[0].last", "outside_window")),
        (notice(端午节="first = 2026-06-09\nlast = 2026-06-09"), ("holiday[4].first", "wrong_year")),
        (notice(劳动节="first = 2027-05-02\nlast = 2027-05-04"), ("holiday[3]", "statutory_day_missing")),
        (
            notice(端午节="first = 2027-06-09\nlast = 2027-06-09\nmake_up = [2027-06-11]"),
            ("holiday[4].make_up[0]", "not_weekend"),
        ),
        (
            notice(端午节="first = 2027-06-09\nlast = 2027-06-09\nmake_up = [2027-07-03]"),
            ("holiday[4].make_up[0]", "too_far"),
        ),
        (
            notice(端午节="first = 2027-06-09\nlast = 2027-06-13\nmake_up = [2027-06-12]"),
            ("holiday[4].make_up[0]", "inside_holiday"),
        ),
        (
            notice(中秋节="first = 2027-09-15\nlast = 2027-09-15\nmake_up = [2027-10-03]"),
            ("holiday[5].make_up[0]", "inside_holiday"),
        ),
        (
            notice(中秋节="first = 2027-09-15\nlast = 2027-09-15\nmake_up = [2027-09-26]"),
            ("holiday[6].make_up[0]", "duplicate_date"),
        ),
        (
            notice(春节="first = 2027-02-05\nlast = 2027-02-12\nmake_up = [2026-12-27]"),
            ("holiday[1].make_up[0]", "wrong_year"),
        ),
        (notice(中秋节="first = 2027-09-30\nlast = 2027-10-01"), ("holiday[6]", "duplicate_date")),
        (
            notice(**{"国庆节、中秋节": "first = 2027-10-01\nlast = 2027-10-07"}),
            ("holiday[7].name", "duplicate_holiday"),
        ),
        (notice(圣诞节="first = 2027-12-25\nlast = 2027-12-25"), ("holiday[7].name", "unknown_holiday")),
        (notice(纪念日="first = 2028-09-03\nlast = 2028-09-03\none_off = true"), ("holiday[7].first", "wrong_year")),
        (CLOSURE.replace('place = "湖城市"\n', ""), ("closure.place", "missing")),
        (CLOSURE.replace('"台风停工"', '""'), ("closure.reason", "missing")),
        (CLOSURE.replace('"湖城市人民政府"', "1"), ("closure.decided_by", "not_text")),
        (CLOSURE.replace("[[closure.day]]", "decided_on = 1\n[[closure.day]]"), ("closure.decided_on", "not_date")),
        (CLOSURE.split("[[")[0], ("closure.day", "missing")),
        (CLOSURE.split("[[")[0] + "day = [1]", ("closure.day[0]", "not_a_table")),
        (CLOSURE.replace("first = 2026-08-13\n", ""), ("closure.day[0].first", "missing")),
        (CLOSURE.replace("2026-08-17", "2026-08-12"), ("closure.day[0].last", "before_start")),
        (CLOSURE + "working = 0", ("closure.day[0].working", "not_yes_or_no")),
        (CLOSURE + "half = true", ("closure.day[0].half", "unknown_field")),
        (CLOSURE + "[[closure.day]]\nfirst = 2026-08-17", ("closure.day[1]", "duplicate_date")),
    ],
)
def test_a_file_with_a_fault_is_refused_by_the_field_at_fault(text: str, expected: tuple[str, str]) -> None:
    assert expected in faults(text)


def test_day_and_month_exchanged_are_caught() -> None:
    # 12 February written as 2 December, and 1 October as 10 January
    swapped = notice(春节="first = 2027-02-05\nlast = 2027-12-02")
    assert ("holiday[1].last", "outside_window") in faults(swapped)
    assert faults(notice(国庆节="first = 2027-01-10\nlast = 2027-01-10"))[:2] == [
        ("holiday[6].first", "outside_window"),
        ("holiday[6].last", "outside_window"),
    ]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = notice(
        HEAD.replace("8号", "号").replace("2026-11-05", "2024-11-05"),
        清明节=None,
        端午节="first = 2027-06-10\nlast = 2027-06-09",
        圣诞节="first = 2027-12-25\nlast = 2027-12-25",
    )
    assert faults(text) == [
        ("notice.number", "not_a_notice_number"),
        ("notice.published_on", "outside_range"),
        ("holiday[3].last", "before_start"),
        ("holiday[6].name", "unknown_holiday"),
        ("holiday", "holiday_missing"),
        ("holiday", "holiday_missing"),
    ]


def test_the_holidays_of_a_notice_are_judged_though_its_head_has_faults() -> None:
    text = notice(
        HEAD.replace('number = "国办发明电〔2026〕8号"\n', ""), 圣诞节="first = 2027-12-25\nlast = 2027-12-25"
    )
    assert faults(text) == [("notice.number", "missing"), ("holiday[7].name", "unknown_holiday")]


@pytest.mark.parametrize("day", ["2027-06-19", "2027-05-30"])
def test_a_make_up_day_within_three_weeks_of_its_holiday_is_taken(day: str) -> None:
    taken = OFFICIAL.with_overlays(parse(notice(端午节=f"first = 2027-06-09\nlast = 2027-06-09\nmake_up = [{day}]")))
    assert taken.is_working(on(day))


def test_a_holiday_of_twelve_days_is_taken_and_one_of_thirteen_is_not() -> None:
    taken = OFFICIAL.with_overlays(parse(notice(春节="first = 2027-02-05\nlast = 2027-02-16")))
    assert not taken.is_working(on("2027-02-16"))
    assert faults(notice(春节="first = 2027-02-05\nlast = 2027-02-17")) == [("holiday[1].last", "too_long_holiday")]


def test_a_year_before_the_three_new_festivals_needs_the_four_old_ones_only() -> None:
    old = {name: text.replace("2027", "2007") for name, text in HOLIDAYS.items()}
    lines = "".join(
        f'[[holiday]]\nname = "{name}"\n{old[name].split("make_up")[0]}\n'
        for name in ("元旦", "春节", "劳动节", "国庆节")
    )
    head = HEAD.replace("2026", "2006").replace("2027", "2007")
    assert parse(head + lines).year == 2007
    after = (head + lines).replace("2007", "2008").replace("2006", "2007")
    assert faults(after) == [("holiday", "holiday_missing")] * 3


def test_a_closure_of_one_day_needs_no_last_day() -> None:
    local = OFFICIAL.with_overlays(parse(CLOSURE.replace("last = 2026-08-17\n", "")))
    assert impact(OFFICIAL, local) == [on("2026-08-13")]


def test_an_overlay_reaches_no_further_than_the_day_before_the_next_unannounced_year() -> None:
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert not extended.is_provisional(on("2027-12-31"))
    assert extended.is_provisional(on("2027-12-31") + timedelta(days=1))
