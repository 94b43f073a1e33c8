"""Overlays are laid in one order whatever the order of the files, and never against a source."""

from datetime import date
from itertools import permutations

import pytest
from overlay_texts import CLOSURE, EXTENSION, MAKE_UP, NEXT_YEAR, OFF, OFFICIAL, notice, on, parse, problems

from disclosure.states.calendar.calendar import Calendar, DayKind, impact
from disclosure.states.errors import BadData


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
