"""Directories: faults of a text, people by their days, stand-ins."""

from datetime import date

import pytest
import rows as t
from approvals import ROLES, Office, directory_text, person, procedure_text
from directories import one, put, stand_in
from office import ADMIN
from sqlalchemy import select

from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import Actor, Context, StandIn, TomlDirectory, appoint, end_appointment, set_directory, stuck
from disclosure.workflow.kernel.directory import directory_of

DAY = date(2024, 3, 5)


def told(error):
    """Field, problem and value of each fault, in the order in which they are told."""
    return [(item["field"], item["problem"], item["value"]) for item in error.value.faults]


FAULTS = {
    "id twice": (one("a") + one("b") + one("a"), [("person.1.id", "twice", "a"), ("person.3.id", "twice", "a")]),
    "empty id": (one(""), [("person.1.id", "bad_id", "")]),
    "blank id": (one("a") + one("  "), [("person.2.id", "bad_id", "  ")]),
    "id of full width": (one("ｕ１"), [("person.1.id", "bad_id", "ｕ１")]),
    "id with what nobody sees": (one("u\\u200b1"), [("person.1.id", "bad_id", "u\u200b1")]),
    "long id": (one("x" * 129), [("person.1.id", "bad_id", "x" * 129)]),
    "unknown superior": (one("a", 'superior = "z"'), [("person.1.superior", "unknown_person", "z")]),
    "one's own superior": (one("a", 'superior = "a"'), [("superior", "loop", "a")]),
    "circle of superiors": (
        one("a", 'superior = "b"')
        + one("b", 'superior = "c"')
        + one("c", 'superior = "a"')
        + one("d", 'superior = "a"'),
        [("superior", "loop", "a"), ("superior", "loop", "b"), ("superior", "loop", "c")],
    ),
    "unknown principal": (one("a") + stand_in("z", "a"), [("stand_in.1.principal", "unknown_person", "z")]),
    "unknown stand-in": (one("a") + stand_in("a", "z"), [("stand_in.1.stand_in", "unknown_person", "z")]),
    "dates reversed": (
        one("a") + one("b") + stand_in("a", "b", "2024-03-06", "2024-03-05"),
        [("stand_in.1.until_on", "ends_before_it_starts", "2024-03-05")],
    ),
    "stands in for oneself": (one("a") + stand_in("a", "a"), [("stand_in.1.stand_in", "stands_in_for_oneself", "a")]),
    "unknown key": (
        "colour = 1\n" + one("a", "age = 40"),
        [("person.1.age", "not_a_field", "40"), ("colour", "not_a_field", "1")],
    ),
    "no date": (one("a", 'left_on = "soon"'), [("person.1.left_on", "wrong_kind", "soon")]),
    "roles that are no list": (one("a", 'roles = "leader"'), [("person.1.roles", "wrong_kind", "leader")]),
    "number for an id": ('[[person]]\nid = 7\nname = "某人"', [("person.1.id", "wrong_kind", "7")]),
    "all at once": (
        one("a", 'superior = "z"')
        + one("a")
        + one("c", 'superior = "c"')
        + one("")
        + stand_in("c", "c", "2024-03-06", "2024-03-05")
        + stand_in("x", "y"),
        [
            ("person.1.id", "twice", "a"),
            ("person.1.superior", "unknown_person", "z"),
            ("person.2.id", "twice", "a"),
            ("person.4.id", "bad_id", ""),
            ("superior", "loop", "c"),
            ("stand_in.1.until_on", "ends_before_it_starts", "2024-03-05"),
            ("stand_in.1.stand_in", "stands_in_for_oneself", "c"),
            ("stand_in.2.principal", "unknown_person", "x"),
            ("stand_in.2.stand_in", "unknown_person", "y"),
        ],
    ),
}


@pytest.mark.parametrize(("text", "faults"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_by_code_and_field(text, faults):
    with pytest.raises(BadData) as error:
        TomlDirectory.parse(text)
    assert error.value.code == "bad_data"
    assert told(error) == faults


def test_what_is_missing_is_told():
    with pytest.raises(BadData) as error:
        TomlDirectory.parse('[[person]]\nid = "a"\n[[stand_in]]\nprincipal = "a"\n')
    assert [(item["field"], item["problem"]) for item in error.value.faults] == [
        ("person.1.name", "missing"),
        ("stand_in.1.stand_in", "missing"),
        ("stand_in.1.from_on", "missing"),
        ("stand_in.1.until_on", "missing"),
    ]


def test_broken_toml_is_told_with_the_name_of_the_file_and_the_place():
    with pytest.raises(BadData) as error:
        TomlDirectory.parse("[[person]]\nid =\n", "people.toml")
    (fault,) = error.value.faults
    assert (fault["field"], fault["problem"]) == ("people.toml", "broken_toml")
    assert "line 2" in fault["reason"]


def test_the_sound_neighbours_of_the_faults_are_taken():
    text = one("x" * 128) + one("b", 'superior = "c"') + one("c") + stand_in("b", "c", "2024-03-05", "2024-03-05")
    directory = TomlDirectory.parse(text)
    assert [item.user_id for item in directory.people()] == ["x" * 128, "b", "c"]
    assert directory.superior("b", DAY).user_id == "c"
    assert directory.principals("c", DAY) == [StandIn("b", "c", DAY, DAY)]
    assert len(TomlDirectory.parse("")) == 0


# put on record


def kept(sessions):
    with sessions() as session:
        return session.execute(select(t.config).order_by(t.config.c.id)).all()


@pytest.mark.parametrize(
    "text",
    [FAULTS["all at once"][0], "[[person", one("a", 'roles = ["staff"]'), ""],
    ids=["faults", "toml", "nobody may administer", "nobody at all"],
)
def test_nothing_of_a_refused_directory_is_stored(sessions, text):
    """The host goes on after the refusal and commits."""
    put(sessions, directory_text())
    before = kept(sessions)
    with sessions() as session, session.begin(), pytest.raises(BadData):
        set_directory(Context(session, ADMIN), text)
    assert kept(sessions) == before
    with sessions() as session:
        assert len(directory_of(session.connection(), "default")) == len(ROLES)


def test_an_office_in_which_nobody_may_administer_is_told(sessions):
    with pytest.raises(BadData) as error:
        put(sessions, one("a", 'roles = ["staff", "leader"]'))
    assert told(error) == [("person.roles", "nobody_holds", "administrator")]


def test_only_an_administrator_puts_people_on_record(sessions):
    with pytest.raises(NotPermitted):
        put(sessions, directory_text(), person("u2"))
    assert kept(sessions) == []


def test_the_people_of_one_agency_are_none_of_another(sessions):
    put(sessions, directory_text(), agency="here")
    with sessions() as session:
        here, there = (directory_of(session.connection(), name) for name in ("here", "there"))
    assert (len(here), len(there)) == (len(ROLES), 0)
    assert there.person("u1", DAY) is None


def test_the_people_of_an_earlier_version_are_still_known(sessions):
    put(sessions, directory_text())
    first = kept(sessions)[-1].id
    put(sessions, directory_text({"root": ROLES["root"]}))
    with sessions() as session:
        now, then = directory_of(session.connection(), "default"), directory_of(session.connection(), "default", first)
    assert (len(now), len(then)) == (1, len(ROLES))


# people by their days

COMING_AND_GOING = TomlDirectory.parse(
    one("boss", 'roles = ["leader"]\ndepartment = "甲"\nleft_on = 2024-03-07')
    + one("new", 'roles = ["leader"]\ndepartment = "乙"\nfrom_on = 2024-03-06\nsuperior = "boss"')
    + one("old", 'roles = ["leader", "staff"]\ndepartment = "甲"\nposts = ["科长"]\ngrants = ["乙"]\nsuperior = "boss"')
)


@pytest.mark.parametrize(
    ("on", "there"),
    [
        (date(2024, 3, 5), ["boss", "old"]),
        (date(2024, 3, 6), ["boss", "new", "old"]),
        (date(2024, 3, 7), ["new", "old"]),
    ],
    ids=str,
)
def test_people_are_there_from_their_first_day_until_the_day_they_leave(on, there):
    everybody = ("boss", "new", "old")
    assert [user for user in everybody if COMING_AND_GOING.person(user, on) is not None] == there
    assert [item.user_id for item in COMING_AND_GOING.holders("leader", None, on)] == there
    assert [item.user_id for item in COMING_AND_GOING.holders("leader", "甲", on)] == [
        user for user in there if user != "new"
    ]
    above = COMING_AND_GOING.superior("old", on)
    assert (above.user_id if above else None) == ("boss" if "boss" in there else None)


def test_a_person_is_told_as_written():
    assert COMING_AND_GOING.person("old", DAY) == Actor(
        user_id="old", name="某人", department="甲", posts=("科长",), roles=("leader", "staff"), grants=("乙",)
    )


@pytest.mark.parametrize(
    ("days", "waiting", "trouble"), [(0, ("王五",), None), (1, (), "no_candidate")], ids=["the day before", "the day"]
)
def test_a_step_finds_nobody_from_the_day_on_which_its_only_holder_leaves(sessions, days, waiting, trouble):
    office = Office(sessions).accept()
    leaves = (
        directory_text({user: row for user, row in ROLES.items() if user != "u3"} | {"u3": ROLES["u3"]})
        + "left_on = 2024-03-06\n"
    )
    put(sessions, leaves)
    office.propose()
    office.clock.advance(days=days)
    result = office.do("u2", "approve")
    assert (result.status, result.waiting_for, result.trouble) == ("running", waiting, trouble)
    with sessions() as session:
        found = stuck(Context(session, person("root"), **office.shared))
    assert [item.sheet for item in found] == (["A-1#1"] if trouble else [])


# stand-ins


@pytest.mark.parametrize(
    ("moves", "move", "on", "holds"),
    [
        ((), "reply", date(2024, 3, 4), False),
        ((), "reply", date(2024, 3, 5), True),
        ((), "reply", date(2024, 3, 6), True),
        ((), "reply", date(2024, 3, 7), False),
        (("reply", "extend"), "extend", date(2024, 3, 5), True),
        (("reply", "extend"), "discontinue", date(2024, 3, 5), False),
        (("reply",), "reply", date(2024, 3, 7), False),
    ],
)
def test_a_stand_in_holds_within_its_period_and_matter(moves, move, on, holds):
    directory = TomlDirectory.parse(one("a") + one("b") + stand_in("a", "b", moves=moves))
    found = [item for item in directory.principals("b", on) if item.covers(move, on)]
    assert bool(found) is holds
    assert StandIn("a", "b", date(2024, 3, 5), date(2024, 3, 6), moves).covers(move, on) is holds
    assert directory.principals("a", on) == [], "the one who is stood in for stands in for nobody"


def by_record(office, moves):
    """u7 stands in for u2 as the directory tells."""
    put(office.sessions, directory_text() + stand_in("u2", "u7", "2024-03-06", "2024-03-07", moves))


def by_appointment(office, moves):
    """u7 stands in for u2 as u2 has arranged it."""
    with office.sessions() as session, session.begin():
        return appoint(
            Context(session, person("u2"), **office.shared),
            StandIn("u2", "u7", date(2024, 3, 6), date(2024, 3, 7), moves),
        )


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20")).accept()


@pytest.mark.parametrize("arrange", [by_record, by_appointment])
@pytest.mark.parametrize(
    ("moves", "days", "holds"),
    [((), 0, False), ((), 1, True), ((), 2, True), ((), 3, False), (("reply",), 1, True), (("extend",), 1, False)],
)
def test_a_stand_in_signs_within_the_period_and_in_the_matter_only(office, arrange, moves, days, holds):
    arrange(office, moves)
    office.propose()
    office.clock.advance(days=days)
    if not holds:
        with pytest.raises(NotPermitted):  # another department's case, and no task of one's own on its sheet
            office.do("u7", "approve")
        return
    assert office.do("u7", "approve").waiting_for == ("王五",)
    with office.sessions() as session:
        row = session.execute(
            select(t.action.c.user_id, t.action.c.on_behalf_of).where(t.action.c.verb == "approve")
        ).one()
    assert tuple(row) == ("u7", "u2")


def appointed(office):
    with office.sessions() as session:
        return session.execute(select(t.substitute)).all()


def test_faults_of_an_appointment_are_told_at_once_and_nothing_is_stored(office):
    with office.sessions() as session, session.begin(), pytest.raises(BadData) as error:
        appoint(
            Context(session, ADMIN, **office.shared),
            StandIn("u98", "u99", date(2024, 3, 7), date(2024, 3, 6), ("reply", "fly")),
        )
    assert told(error) == [
        ("principal", "unknown_person", "u98"),
        ("stand_in", "unknown_person", "u99"),
        ("until_on", "ends_before_it_starts", "2024-03-06"),
        ("moves", "unknown_move", "fly"),
    ]
    with office.sessions() as session, session.begin(), pytest.raises(BadData) as error:
        appoint(Context(session, person("u2"), **office.shared), StandIn("u2", "u2", DAY, DAY))
    assert told(error) == [("stand_in", "stands_in_for_oneself", "u2")]
    assert appointed(office) == []


@pytest.mark.parametrize(
    ("by", "other"),
    [("u1", "u7"), ("u2", "u1"), ("u7", "u7")],
    ids=["for somebody else", "one who may not approve", "oneself for another"],
)
def test_who_may_not_appoint_or_be_appointed_is_refused(office, by, other):
    with office.sessions() as session, session.begin(), pytest.raises(NotPermitted):
        appoint(Context(session, person(by), **office.shared), StandIn("u2", other, DAY, DAY))
    assert appointed(office) == []


def test_an_appointment_ends_before_its_last_day(office):
    number = by_appointment(office, ())
    office.propose()
    office.clock.advance(days=1)
    with office.sessions() as session, session.begin():
        with pytest.raises(NotPermitted):
            end_appointment(Context(session, person("u7"), **office.shared), number)
        end_appointment(Context(session, person("u2"), **office.shared), number)
        with pytest.raises(BadData) as error:
            end_appointment(Context(session, person("u2"), **office.shared), number)
    assert told(error) == [("number", "unknown_appointment", number)]
    with pytest.raises(NotPermitted):
        office.do("u7", "approve")


@pytest.mark.parametrize("name", ["刘\ue863", "刘\ufffe", "刘" * 129])
def test_a_name_that_no_row_could_hold_is_refused_when_it_is_put_on_record(name):
    with pytest.raises(BadData) as caught:
        TomlDirectory.parse(f'[[person]]\nid = "u1"\nname = "{name}"\n')
    assert [fault["field"] for fault in caught.value.faults] == ["person.1.name"]
