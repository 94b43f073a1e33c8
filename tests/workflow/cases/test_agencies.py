"""Whether an agency is known: a misspelt one is refused with those that there are."""

import pytest
import rows as t
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import delete
from sqlalchemy.orm import Session

from disclosure.states.errors import SetupError
from disclosure.workflow import Context, move, set_profile
from disclosure.workflow.cases.agencies import SHOWN, require_agency


def register(session, *codes):
    for code in codes:
        set_profile(Context(session, ADMIN, agency=code), {})


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


def test_an_agency_that_holds_cases_from_earlier_goes_on_without_registration(sessions):
    with sessions() as session, session.begin():
        register(session, "water")
        move(Context(session, CLERK, agency="water"), "A-1", "submit", SUBMIT, at="2024-03-01")
        session.execute(delete(t.agency))
        require_agency(session.connection(), "water")
        assert told(session, "roads") == ["default", "water"]


@pytest.mark.parametrize(("registered", "cut"), [(SHOWN - 1, False), (SHOWN, True), (SHOWN + 5, True)])
def test_a_long_list_of_agencies_is_cut_and_says_so(sqlite_engine, registered, cut):
    with Session(sqlite_engine) as session, session.begin():
        register(session, *(f"a{number:02}" for number in range(registered)))
        known = told(session, "zz")
        assert (known[-1] == "…") is cut
        assert known[:SHOWN] == ["default", *(f"a{number:02}" for number in range(SHOWN - 1))]
