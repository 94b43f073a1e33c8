"""Agencies are registered with kind, level, parent, place and days; their places and choices decide how they count."""

from datetime import date

import pytest
from office import ADMIN, HEAD, SUBMIT
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, MoveRefused, NotPermitted, SetupError
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    FixedClock,
    agencies,
    change_settings,
    due,
    load_calendar,
    move,
    recompute,
    register_agency,
    show,
    tick,
    verify,
)
from disclosure.workflow.kernel.context import Operator

DAY = date(2024, 3, 5)
CLOSED = """
[closure]
place = "{place}"
reason = "台风停工"
decided_by = "湖城市人民政府"

[[closure.day]]
first = 2024-03-11
last = 2024-03-12
"""


class City:
    """Agencies of one database, each act committed."""

    def __init__(self, sessions):
        self.sessions, self.clock = sessions, FixedClock(DAY)

    def do(self, command, *given, agency="default", actor=ADMIN, past=False, **more):
        with self.sessions() as session, session.begin():
            return command(Context(session, actor, agency, self.clock, past=past), *given, **more)

    def register(self, agency, **fields):
        return self.do(register_agency, fields, agency=agency)

    def submit(self, agency, case="A-1", on=DAY, **more):
        return self.do(move, case, "submit", SUBMIT, at=on, agency=agency, **more)

    def due_on(self, agency, case="A-1"):
        return next(item.due_on for item in self.do(due, agency=agency) if item.case == case)


@pytest.fixture
def city(sessions):
    found = City(sessions)
    found.register("city", name="湖城市教育局", kind="department", level="city", place="湖城市")
    found.register("east", name="东区教育局", level="county", parent="city", place="湖城市东区")
    found.register("far", name="远城市教育局", level="city", place="远城市")
    return found


def test_an_agency_is_registered_with_all_that_it_is(city):
    found = {item.code: item for item in city.do(agencies)}
    assert list(found) == ["default", "city", "east", "far"]
    assert (found["city"].kind, found["city"].level, found["city"].place) == ("department", "city", "湖城市")
    assert (found["east"].name, found["east"].parent) == ("东区教育局", "city")
    city.register("east", parent="")
    assert city.do(agencies)[2].parent == "", "what is emptied is taken away, and the rest stays"
    assert city.do(agencies)[2].place == "湖城市东区"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"level": "市"}, "not_one_of"),
        ({"parent": "ctiy"}, "unknown_parent"),
        ({"parent": "east"}, "loop"),
        ({"parent": "city"}, "loop"),
        ({"plase": "湖城市"}, "unknown_field"),
        ({"closed_on": "明天"}, "not_a_moment"),
        ({"opened_on": "2024-05-01", "closed_on": "2024-04-01"}, "ends_before_it_starts"),
        ({"place": "湖" * 301}, "too_long"),
        ({"place": 7}, "not_a_text"),
        ({"kind": "局"}, "not_one_of"),
    ],
)
def test_what_an_agency_cannot_be_is_refused_in_words_and_not_kept(city, fields, problem):
    before = city.do(agencies)
    with pytest.raises(BadData) as caught:
        city.register("city", **fields)
    assert [fault["problem"] for fault in caught.value.faults] == [problem]
    assert "{'" not in describe(caught.value)
    assert city.do(agencies) == before


@pytest.mark.parametrize("typed", ["ctiy", "CITY", "湖城市教育据"])
def test_a_misspelt_agency_is_refused_with_the_nearest_that_is_registered(city, typed):
    with pytest.raises(SetupError) as caught:
        city.do(due, agency=typed)
    assert (caught.value.code, caught.value.fields["nearest"]) == ("unknown_agency", "city（湖城市教育局）")
    assert "city（湖城市教育局）" in describe(caught.value)


def test_one_that_resembles_none_is_told_with_those_there_are(city):
    with pytest.raises(SetupError) as caught:
        city.do(due, agency="zzz")
    assert "nearest" not in caught.value.fields
    assert "default、city、east、far" in describe(caught.value)


def test_a_misspelt_parent_is_told_with_the_nearest(city):
    with pytest.raises(BadData) as caught:
        city.register("east", parent="citty")
    assert "city（湖城市教育局）" in describe(caught.value)


def test_an_agency_that_was_closed_takes_no_new_request_and_its_open_cases_go_on(city):
    city.submit("east")
    city.register("east", closed_on="2024-03-06")
    city.submit("east", "A-2", date(2024, 3, 6))
    city.clock.advance(days=2)
    for past in (False, True):
        with pytest.raises(MoveRefused) as caught:
            city.submit("east", "A-3", date(2024, 3, 7), past=past)
        assert caught.value.code == "agency_closed"
        assert "东区教育局" in describe(caught.value) and "2024-03-06" in describe(caught.value)
    assert city.do(move, "A-1", "accept", agency="east", actor=HEAD).state == "accepted"
    assert tick(Operator(city.sessions, ADMINISTRATOR, FixedClock(date(2024, 4, 2)))).reminders == 2
    city.register("east", closed_on="")
    assert city.submit("east", "A-3", date(2024, 3, 7)).state == "received"


def test_before_an_agency_is_opened_it_takes_only_what_is_past(city):
    city.register("east", opened_on=date(2024, 3, 6))
    with pytest.raises(MoveRefused, match="agency_not_open"):
        city.submit("east")
    assert city.submit("east", past=True).state == "received"


def test_a_closure_counts_where_it_was_decided_and_beneath_it(city):
    for agency in ("default", "city", "east", "far"):
        city.submit(agency)
    assert {city.due_on(agency) for agency in ("default", "city", "east", "far")} == {date(2024, 4, 2)}
    moved = city.do(load_calendar, CLOSED.format(place="湖城市"), "typhoon.toml")
    assert sorted(item.agency for item in moved if item.rule == "reply") == ["city", "default", "east"], (
        "who has told no place is not left out"
    )
    assert (city.due_on("east"), city.due_on("far")) == (date(2024, 4, 7), date(2024, 4, 2))
    city.do(load_calendar, CLOSED.format(place="湖城市东区").replace("03-1", "03-2"), "flood.toml")
    assert (city.due_on("east"), city.due_on("city")) == (date(2024, 4, 9), date(2024, 4, 7))
    assert city.do(recompute).differences == ()


def test_an_agency_that_moves_is_counted_by_its_new_place_at_once(city):
    city.do(load_calendar, CLOSED.format(place="远城市"), "typhoon.toml")
    city.submit("east")
    assert city.due_on("east") == date(2024, 4, 2)
    moved = city.register("east", place="远城市").impacts
    assert [(item.agency, item.old_due_on, item.new_due_on) for item in moved if item.rule == "reply"] == [
        ("east", date(2024, 4, 2), date(2024, 4, 7))
    ]
    assert city.due_on("east") == date(2024, 4, 7)
    assert city.do(recompute).differences == ()
    assert city.do(verify).faults == ()


def test_an_agency_chooses_for_itself_and_the_others_keep_what_all_have(city):
    for agency in ("east", "far"):
        city.submit(agency)
    city.clock.advance(days=20)
    city.do(change_settings, {"red_days": "6"}, agency="east", own=True)
    lamps = {agency: city.do(due, agency=agency)[0].bucket for agency in ("east", "far")}
    assert lamps == {"east": "red", "far": "yellow"}
    city.do(change_settings, {"red_days": "5", "yellow_days": "8"})
    lamps = {agency: city.do(due, agency=agency)[0].bucket for agency in ("east", "far")}
    assert lamps == {"east": "red", "far": "yellow"}, "an own choice stands"
    with pytest.raises(BadData):
        city.do(change_settings, {"yellow_days": "6", "red_days": "2"})  # with which the six days would not go
    city.do(change_settings, {"red_days": ""}, agency="east", own=True)
    assert city.do(due, agency="east")[0].bucket == "yellow", "an own choice that is taken back"
    with pytest.raises(BadData):
        city.do(change_settings, {"red_days": ""}, agency="east", own=True)
    with pytest.raises(BadData, match="setting_of_all"):
        city.do(change_settings, {"hash": "sm3"}, agency="east", own=True)
    assert city.do(show, "A-1", agency="east").case == "A-1"


def test_only_who_sets_an_agency_up_registers_it_and_a_new_one_only_who_sets_up_all(sqlite_engine):
    city = City(sessionmaker(sqlite_engine))
    city.register("east", name="东区教育局")
    own = ADMIN.model_copy(update={"agencies": ("east",)})
    assert city.do(register_agency, {"level": "county"}, agency="east", actor=own).entry.level == "county"
    for agency in ("new", "default"):
        with pytest.raises(NotPermitted):
            city.do(register_agency, {"name": "新机关"}, agency=agency, actor=own)
    office = ADMIN.model_copy(update={"agencies": ("default",)})
    assert city.do(register_agency, {"name": "新机关"}, agency="new", actor=office).entry.name == "新机关"
