"""Verbs that end a sheet or get a stuck one moving: by whom, and what is sealed is what was signed."""

import pytest
from approvals import Office, procedure_text

from disclosure.states.errors import SheetRefused
from disclosure.workflow import show_sheet


@pytest.fixture
def office(sessions):
    office = Office(sessions, text=procedure_text("head disclosure_head any 10", seal="seal_keeper")).accept()
    office.propose()
    return office


def refused(office, by, verb, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(by, verb, **data)
    return caught.value.code


def test_a_sheet_is_voided_by_its_drafter_and_waits_on_nobody(office):
    assert refused(office, "u2", "void") == "not_the_drafter"
    assert office.do("u1", "void").waiting_for == ()
    assert refused(office, "u1", "void") == "sheet_status"


def test_only_an_administrator_completes_a_sheet_and_the_move_is_not_made(office):
    assert refused(office, "u1", "complete", opinion="另行办理") == "not_an_administrator"
    office.do("root", "complete", opinion="另行办理")
    assert office.ask(show_sheet, "u1", "A-1").event is None


def test_nobody_is_assigned_while_somebody_can_act(office):
    assert refused(office, "root", "assign", to="u3", opinion="无人") == "not_stuck"


def test_the_text_that_was_signed_is_sealed_once_by_who_may(office):
    text = office.ask(show_sheet, "u1", "A-1").content
    assert refused(office, "u8", "seal", content=text) == "not_approved_yet"
    office.do("u2", "approve")
    assert refused(office, "u2", "seal", content=text) == "may_not_seal"
    assert refused(office, "u8", "seal", content="0" * 64) == "seal_of_another_text"
    office.do("u8", "seal", content=text)
    assert office.ask(show_sheet, "u1", "A-1").sealed == text
    assert refused(office, "u8", "seal", content=text) == "sealed_already"
