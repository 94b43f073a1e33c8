"""A file of a notice or a closure is read whole or refused with every fault, each at its field."""

import pytest
from overlay_texts import CLOSURE, HEAD, HOLIDAYS, OFFICIAL, notice, on, parse

from disclosure.states.calendar.calendar import impact
from disclosure.states.errors import BadData


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadData) as refused:
        parse(text)
    assert all(fault["origin"] == "某文件.toml" for fault in refused.value.faults)
    return [(fault["field"], fault["problem"]) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not toml", ("", "not_toml")),
        ("", ("notice", "notice_or_closure")),
        (notice() + CLOSURE, ("notice", "notice_or_closure")),
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


def test_a_day_of_commemoration_beside_the_national_holidays_must_say_so() -> None:
    day = "first = 2027-09-03\nlast = 2027-09-03"
    assert faults(notice(胜利纪念日=day)) == [("holiday[7].name", "unknown_holiday")]
    extended = OFFICIAL.with_overlays(parse(notice(胜利纪念日=day + "\none_off = true")))
    assert not extended.is_working(on("2027-09-03"))
