"""What can be done, why the rest cannot, and what would satisfy it; and what would be if."""

import copy
from contextlib import suppress
from datetime import timedelta

import pytest
from histories import LAW, histories
from hypothesis import given
from hypothesis import strategies as st
from lives import ACCEPT, CORRECTION, START, opened

from disclosure.states.errors import DisclosureError, UnknownMove
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.catalogue import move_of, moves
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.machine import sources
from disclosure.states.procedure.options import options, preview_events, ways_to


@given(histories(), st.integers(0, 60))
def test_every_move_is_listed_and_what_stands_in_its_way_has_its_law(events, days):
    case = fold("一件", events, LAW)[0]
    found = options(case, events[-1].on + timedelta(days=days), LAW)
    assert [item.move for item in found] == [move for move in moves() if move not in ("submit", "amend")]
    for item in found:
        assert item.available == (not any(unmet.hard for unmet in item.unmet))
        assert all(unmet.code and unmet.source for unmet in item.unmet)


@given(histories(), st.integers(0, 60))
def test_a_move_of_another_state_is_refused_with_the_states_from_which_it_leads(events, days):
    case = fold("一件", events, LAW)[0]
    on = events[-1].on + timedelta(days=days)
    for item in options(case, on, LAW):
        if move_of(item.move).of != "case" or case.state in sources("case", item.move):
            continue
        (wrong,) = (unmet for unmet in item.unmet if unmet.text == "wrong_state")
        assert wrong.fields["allowed"] == list(sources("case", item.move))
        assert set(wrong.fields["ways"]) <= set(moves())


@given(histories(), st.integers(0, 60))
def test_asking_and_trying_leave_the_case_as_it_was(events, days):
    case = fold("一件", events, LAW)[0]
    before, on = copy.deepcopy(case), events[-1].on + timedelta(days=days)
    for item in options(case, on, LAW):
        with suppress(DisclosureError):
            preview_events(case, [Event(90, item.move, on)], LAW)
    assert case == before


def test_what_a_move_needs_is_named_as_the_journal_names_it():
    found = {item.move: item.needs for item in options(opened(ACCEPT), START, LAW)}
    assert found["consult"] == ("id", "with", "name")
    assert found["extend"] == ("days", "reason", "approved_by")
    assert found["accept"] == ()


def test_the_shortest_ways_from_one_state_to_others():
    assert ways_to("received", ["extended"]) == ["extend"]
    assert ways_to("received", ["accepted", "extended"]) == ["accept", "extend"]
    assert ways_to("closed", ["awaiting_payment"]) == ["reopen"]
    assert ways_to("accepted", ["submitted"]) == []
    assert ways_to("awaiting_correction", ["discontinued"]) == ["abandon", "withdraw", "discontinue"]


def test_whoever_waits_for_the_applicant_or_an_opinion_is_told_every_way_on():
    assert ways_to("awaiting_correction", ["accepted", "extended"]) == ["correct", "cancel_correction"]
    assert ways_to("awaiting_payment", ["accepted", "extended"]) == ["cancel_charge", "pay"]
    assert ways_to("consulting", ["extended"]) == ["opinion", "lapse_consultation", "cancel_consultation"]


def test_a_case_does_not_end_on_the_way_to_what_is_done_before_its_end():
    assert ways_to("received", ["awaiting_payment"]) == ["accept", "extend"]
    assert ways_to("consulting", ["replied", "discontinued"]) == ["withdraw", "discontinue"]


def test_an_unknown_move_is_told():
    with pytest.raises(UnknownMove):
        options(opened(), START, LAW, "dance")
    with pytest.raises(UnknownMove):
        preview_events(opened(), [Event(2, "dance", START)], LAW)


@pytest.mark.parametrize(
    ("case", "open_", "waits"),
    [
        (Case("x"), False, False),
        (opened(), True, False),
        (opened(channel="online"), True, True),
        (opened(ACCEPT, CORRECTION), True, True),
        (opened(("2024-03-04", "reply", {"outcome": "granted", "delivery": "post"})), False, False),
    ],
)
def test_an_open_case_waits_for_the_office_or_for_the_applicant(case, open_, waits):
    assert (case.is_open, case.waits_for_others) == (open_, waits)
