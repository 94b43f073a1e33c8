"""An office adds a notice or a closure: what it changes in the calendar, and which source its days name."""

from datetime import timedelta

import pytest
from overlay_texts import CLOSURE, HOLIDAYS, NEXT_YEAR, OFFICIAL, notice, on, parse

from disclosure.states.calendar.calendar import DayKind, impact
from disclosure.states.errors import CalendarUnknown


def test_days_of_an_overlay_name_its_number_and_holiday() -> None:
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert extended.day(on("2027-02-08"))[1:] == (False, DayKind.HOLIDAY, "国办发明电〔2026〕8号 春节")
    assert extended.day(on("2027-02-20"))[1:] == (True, DayKind.MAKE_UP_DAY, "国办发明电〔2026〕8号 春节调休上班")


def test_two_holidays_may_be_given_jointly() -> None:
    text = notice(中秋节=None, 国庆节=None, **{"国庆节、中秋节": HOLIDAYS["国庆节"]})
    extended = OFFICIAL.with_overlays(parse(text))
    assert extended.day(on("2027-10-05")).source == "国办发明电〔2026〕8号 国庆节、中秋节"


def test_the_next_year_s_notice_moves_the_horizon_and_firms_what_was_projected() -> None:
    start = on("2026-12-25")
    with pytest.raises(CalendarUnknown):
        OFFICIAL.add(start, 40)
    assert OFFICIAL.project(start, 40) == on("2027-02-19")
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert extended.announced_until == on("2027-12-31")
    assert extended.add(start, 40) == extended.project(start, 40) == on("2027-02-26")
    assert not extended.is_provisional(on("2027-02-26"))


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


def test_an_overlay_reaches_no_further_than_the_day_before_the_next_unannounced_year() -> None:
    extended = OFFICIAL.with_overlays(NEXT_YEAR)
    assert not extended.is_provisional(on("2027-12-31"))
    assert extended.is_provisional(on("2027-12-31") + timedelta(days=1))


@pytest.mark.parametrize(
    ("place", "holds"),
    [("湖城市", True), ("湖城市东区", True), ("", True), ("远城市", False), ("湖城", False), ("某省湖城市", False)],
)
def test_a_closure_holds_in_its_place_and_its_parts_and_where_no_place_is_told(place: str, holds: bool) -> None:
    assert parse(CLOSURE).holds_in(place) is holds
    assert NEXT_YEAR.holds_in(place)
