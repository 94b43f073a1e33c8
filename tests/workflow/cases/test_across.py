"""Views across agencies: who is late, in how many cases and why, for who may know."""

from datetime import date

import pytest
from office import ADMIN, SUBMIT

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted
from disclosure.workflow import Actor, Context, FixedClock, move, overview, register_agency

DAY = date(2024, 3, 5)


@pytest.fixture
def look(sessions):
    """Four agencies, the district's beneath the city's; it is late in two cases, the city in one."""

    def do(command, *given, agency, actor=ADMIN, on=DAY, **more):
        with sessions() as session, session.begin():
            return command(Context(session, actor, agency, FixedClock(on)), *given, **more)

    for code, parent in (("city", ""), ("east", "city"), ("street", "east"), ("far", "")):
        do(register_agency, {"name": f"{code}局", "parent": parent}, agency=code)
    for agency, case, on in (
        ("east", "A-1", date(2024, 1, 8)),
        ("east", "A-2", date(2024, 1, 9)),
        ("east", "A-3", DAY),
        ("city", "A-1", date(2024, 1, 10)),
        ("far", "A-1", DAY),
    ):
        do(move, case, "submit", SUBMIT, at=on, agency=agency)

    def found(actor, agency):
        return do(overview, agency=agency, actor=actor)

    return found


def of(agency, *roles):
    return Actor(user_id="h", name="主任", roles=roles, agencies=(agency,))


def told(found):
    return [(item.agency.code, item.open, len(item.late)) for item in found]


def test_who_sets_up_the_database_sees_every_agency_the_latest_first(look):
    assert told(look(ADMIN, "default")) == [
        ("east", 3, 2),
        ("city", 1, 1),
        ("default", 0, 0),
        ("far", 1, 0),
        ("street", 0, 0),
    ]


def test_a_head_sees_the_own_agency_and_those_beneath_it(look):
    assert told(look(of("city", "disclosure_head"), "city")) == [("east", 3, 2), ("city", 1, 1), ("street", 0, 0)]
    assert told(look(of("street", "disclosure_head"), "street")) == [("street", 0, 0)]


@pytest.mark.parametrize(
    ("actor", "agency"),
    [(of("city", "staff"), "city"), (of("far", "disclosure_head"), "city"), (of("city"), "city")],
    ids=["sees one department", "of another agency", "has no role"],
)
def test_who_may_not_know_an_agencys_figures_sees_none(look, actor, agency):
    with pytest.raises(NotPermitted):
        look(actor, agency)


def test_each_late_case_tells_why_and_nothing_of_who_asked(look):
    east = look(of("city", "disclosure_head"), "city")[0]
    assert [item.case for item in east.late] == ["A-1", "A-2"], "the longest first"
    assert east.late[0].days_over == 18
    assert "逾期 18 个工作日" in describe(east.late[0].reason)
    assert not [text for text in (SUBMIT["information"], "欧阳小明") if text in east.model_dump_json()]
