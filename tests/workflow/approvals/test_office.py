"""The office's own settings: who may set them, what a refusal leaves untouched, and what a leaver hands over."""

from datetime import date

import pytest
import rows as t
from approvals import ROLES, Office, directory_text, person, procedure_text
from office import ADMIN
from sqlalchemy import select

from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    StandIn,
    appoint,
    hand_over,
    set_directory,
    set_procedure,
    show_sheet,
)
from disclosure.workflow.approvals.office import appointments, procedure_in_force

HEAD = "head disclosure_head any 10"
LEADER = "leader leader any 10"
CLERK_B = ("陈二", "办公室", ("staff",), "u2")


@pytest.fixture
def office(sessions):
    return Office(sessions)


def put(office, text, actor=ADMIN):
    with office.sessions() as session, session.begin():
        return set_procedure(Context(session, actor, **office.shared), text)


def kept(office):
    """Everything on record, and the text of the procedure in force."""
    with office.sessions() as session:
        found = procedure_in_force(Context(session.connection(), ADMINISTRATOR, agency=office.agency))
        return session.execute(select(t.config).order_by(t.config.c.id)).all(), found and found[1]


def given(office, by, leaver, successor, opinion="离岗"):
    with office.sessions() as session, session.begin():
        return hand_over(Context(session, person(by), **office.shared), leaver, successor, opinion)


def test_only_an_administrator_sets_a_template(office):
    before = kept(office)
    with pytest.raises(NotPermitted):
        put(office, procedure_text(HEAD), person("u2"))
    assert kept(office) == before


def test_a_template_of_one_agency_is_none_of_another(office):
    before = kept(office)[1]
    other = Office(office.sessions, agency="other", text=procedure_text(LEADER))
    assert kept(other)[1] == procedure_text(LEADER)
    assert kept(office)[1] == before


def test_an_administrator_who_has_left_administers_nothing(sessions):
    with sessions() as session, pytest.raises(BadData) as caught:
        set_directory(Context(session, ADMIN), directory_text(left=("root",)))
    assert caught.value.faults[0]["problem"] == "nobody_holds"


def test_the_drafts_of_a_leaver_go_to_the_successor_and_keep_their_author(office):
    office.accept("A-1").propose(case="A-1")
    office.accept("A-2", by="u7").propose(case="A-2", by="u7")
    assert given(office, "root", "u1", "u7").kept_back == (("A-1#1", "receiver_without_sight"),)
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(ROLES | {"u1b": CLERK_B}))
    done = given(office, "root", "u1", "u1b")
    assert (done.sheets, done.kept_back) == (("A-1#1",), ()), "the sheet that u7 drafted was never u1's"
    shown = office.ask(show_sheet, "u2", "A-1#1")
    assert (shown.drafter.id, shown.authors) == ("u1b", ("u1", "u1b"))
    assert (shown.actions[-1].verb, shown.actions[-1].opinion) == ("handover", "离岗")


def test_a_sheet_that_the_successor_may_not_sign_stays_and_is_listed_with_the_reason(office):
    office.accept("A-1", by="u7").propose(case="A-1", by="u7")
    office.accept("A-2").propose(case="A-2")
    before = office.ask(show_sheet, "u2", "A-1#1")
    done = given(office, "u2", "u2", "u7")
    assert (done.sheets, done.kept_back) == (("A-2#1",), (("A-1#1", "signer_drafted"),))
    assert office.ask(show_sheet, "u2", "A-1#1") == before
    office.do("u7", "approve", "A-2#1")


def test_a_handover_by_somebody_else_without_a_reason_or_to_nobody_is_refused(office):
    office.accept().propose()
    before = office.ask(show_sheet, "u1", "A-1#1")
    with pytest.raises(NotPermitted):
        given(office, "u3", "u1", "u7")
    for successor, opinion, field in (
        ("u7", " ", "opinion"),
        ("u99", "离岗", "successor"),
        ("u1", "离岗", "successor"),
    ):
        with pytest.raises(BadData) as error:
            given(office, "u1", "u1", successor, opinion)
        assert [item["field"] for item in error.value.faults] == [field]
    assert office.ask(show_sheet, "u1", "A-1#1") == before


def test_an_appointment_is_listed_until_its_last_day_in_the_order_of_first_days(office):
    with office.sessions() as session, session.begin():
        context = Context(session, person("u2"), **office.shared)
        appoint(context, StandIn("u2", "u7", date(2024, 3, 20), date(2024, 3, 22), ("reply",)))
        appoint(context, StandIn("u2", "u3", date(2024, 3, 5), date(2024, 3, 8)))

    def listed(day):
        found = office.ask(appointments, "u2", date(2024, 3, day))
        return [(item.stand_in, item.moves) for item in found]

    assert listed(8) == [("u3", ()), ("u7", ("reply",))]
    assert listed(9) == listed(22) == [("u7", ("reply",))]
    assert listed(23) == []


@pytest.mark.parametrize("bad", ["某\x00路", "某\ud800路", "刘\ue863", "字" * 20_001])
def test_what_may_not_enter_is_refused_of_a_handover_and_an_appointment(office, bad):
    office.accept().propose()
    before = office.ask(show_sheet, "u2", "A-1#1")
    for asked in (("u1", "u7", bad), ("u1", bad, "离岗")):
        with pytest.raises(BadData):
            given(office, "root", *asked)
    with office.sessions() as session, session.begin(), pytest.raises(BadData):
        appoint(Context(session, ADMIN, **office.shared), StandIn("u2", bad, date(2024, 3, 8), date(2024, 3, 9)))
    assert office.ask(show_sheet, "u2", "A-1#1") == before
