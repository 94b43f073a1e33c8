"""Whether an agency is known: a misspelt one is refused with those that there are."""

import inspect
from collections.abc import Iterator

import pytest
from doors import FUNCTIONS, NOBODY, House
from office import ADMIN
from sqlalchemy import event
from sqlalchemy.orm import Session

import disclosure.workflow as w
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted, SetupError
from disclosure.workflow import Context, set_profile
from disclosure.workflow.kernel.registered import SHOWN, require_agency


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An office on a database of its own, in which nobody may change anything."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


def register(session, *codes):
    for code in codes:
        set_profile(Context(session, ADMIN, agency=code), {"name": code})


def told(session, code):
    with pytest.raises(SetupError) as refused:
        require_agency(session.connection(), code)
    assert refused.value.code == "unknown_agency"
    return refused.value.fields["known"].split("、")


def test_the_agency_of_an_office_that_has_only_one_needs_no_registration(sessions):
    with sessions() as session:
        require_agency(session.connection(), "default")
        assert told(session, "water") == ["default"]


def test_an_unknown_agency_is_told_with_those_that_are_known_in_order(sessions):
    with sessions() as session, session.begin():
        register(session, "water", "roads")
        require_agency(session.connection(), "water")
        assert told(session, "Water") == ["default", "roads", "water"]


def test_a_registration_that_is_rolled_back_is_none(sessions):
    with sessions() as session:
        register(session, "water")
        require_agency(session.connection(), "water")
        session.rollback()
        assert told(session, "water") == ["default"]


def test_a_known_agency_is_looked_up_once_for_all_that_come_after(sessions):
    with sessions() as session, session.begin():
        register(session, "water")
    asked = []
    for _ in range(3):
        with sessions() as session, session.begin():
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
            require_agency(connection, "water")
    assert len(asked) == 1


OF_ONE_AGENCY = sorted(
    name for name in FUNCTIONS if next(iter(inspect.signature(getattr(w, name)).parameters)) != "operator"
)
"""The functions that are asked within one agency; an operator's go over every agency of the database."""


@pytest.mark.parametrize("name", [name for name in OF_ONE_AGENCY if name != "set_profile"])
def test_every_function_refuses_an_agency_that_nobody_has_registered(house, name):
    before = house.rows()
    with house.sessions() as session, session.begin(), pytest.raises(SetupError, match="unknown_agency") as refused:
        FUNCTIONS[name](Context(session, ADMIN, "cuonty", house.office.clock), house)
    assert "cuonty" in describe(refused.value)
    assert house.rows() == before


@pytest.mark.parametrize("name", OF_ONE_AGENCY)
def test_who_has_no_role_is_not_told_which_agencies_there_are(house, name):
    with house.sessions() as session, session.begin(), pytest.raises(NotPermitted):
        FUNCTIONS[name](Context(session, NOBODY, "cuonty", house.office.clock), house)


@pytest.mark.parametrize(("registered", "cut"), [(SHOWN - 1, False), (SHOWN, True), (SHOWN + 5, True)])
def test_a_long_list_of_agencies_is_cut_and_says_so(sqlite_engine, registered, cut):
    with Session(sqlite_engine) as session, session.begin():
        register(session, *(f"a{number:02}" for number in range(registered)))
        known = told(session, "zz")
        assert (known[-1] == "…") is cut
        assert known[:SHOWN] == ["default", *(f"a{number:02}" for number in range(SHOWN - 1))]
