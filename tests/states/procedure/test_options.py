"""What can be done, why the rest cannot, and what would satisfy it; and what would be if."""

import copy
from contextlib import suppress
from datetime import date, timedelta

import pytest
from histories import LAW, histories
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import BadData, DisclosureError, MoveRefused, UnknownMove
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.case import Case, State
from disclosure.states.procedure.catalogue import move_of, moves
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.machine import sources
from disclosure.states.procedure.options import NO_PERIOD, options, ways_to, what_if
from disclosure.states.rules.rules import rule

START = date(2024, 3, 1)


def opened(*moves: tuple[str, str, dict], channel: str = "in_person") -> Case:
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", START, data=submit)]
    for number, (on, move, data) in enumerate(moves, 2):
        events.append(Event(number, move, date.fromisoformat(on), data=data))
    return fold("一件", events, LAW, strict=True)[0]


ACCEPT = ("2024-03-01", "accept", {})
CORRECTION = ("2024-03-04", "request_correction", {"items": ["某处"], "due_on": "2024-03-15"})


def codes(case: Case, move: str, on: str) -> list[str]:
    (found,) = options(case, date.fromisoformat(on), LAW, move)
    return [item.code for item in found.unmet]


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
            what_if(case, [Event(90, item.move, on)], LAW)
    assert case == before


@pytest.mark.parametrize(
    ("on", "codes_"),
    [("2024-03-14", ["period_running"]), ("2024-03-15", ["period_running"]), ("2024-03-16", []), ("2024-03-18", [])],
)
def test_a_request_is_given_up_only_after_the_last_day(on, codes_):
    assert codes(opened(ACCEPT, CORRECTION), "abandon", on) == codes_


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-25", ["period_running"]), ("2024-03-26", [])])
def test_silence_of_a_third_party_counts_only_after_its_last_day(on, codes_):
    case = opened(ACCEPT, ("2024-03-04", "consult", {"id": "c", "with": "third_party", "name": "某公司"}))
    assert codes(case, "lapse_consultation", on) == codes_


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", []), ("2024-03-30", ["period_lapsed"])])
def test_the_period_is_extended_up_to_its_last_day(on, codes_):
    assert codes(opened(ACCEPT), "extend", on) == codes_


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-12", []), ("2024-03-13", ["late_correction_notice"])])
def test_a_late_notice_of_correction_is_warned_of_and_not_refused(on, codes_):
    case = opened(ACCEPT)
    assert codes(case, "request_correction", on) == codes_
    assert options(case, date.fromisoformat(on), LAW, "request_correction")[0].available


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", ["move_not_allowed"]), ("2024-03-30", [])])
def test_silence_can_be_contested_from_the_day_after_the_last_one(on, codes_):
    assert codes(opened(ACCEPT), "file_review", on) == codes_
    assert codes(opened(ACCEPT), "file_suit", on) == codes_


@pytest.mark.parametrize(("on", "codes_"), [("2020-12-31", ["move_not_allowed"]), ("2021-01-01", [])])
def test_fees_are_charged_from_the_day_of_the_tariff(on, codes_):
    submit = {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"}
    case = fold(
        "一件", [Event(1, "submit", date(2020, 12, 1), data=submit), Event(2, "accept", date(2020, 12, 1))], LAW
    )[0]
    assert codes(case, "charge", on) == codes_


@pytest.mark.parametrize(("days", "good"), [(20, True), (21, False)])
def test_an_extension_beyond_the_cap_is_refused_with_what_is_left(days, good):
    case = opened(ACCEPT)
    event = Event(3, "extend", date(2024, 3, 5), data={"days": days, "reason": "x", "approved_by": "主任"})
    if good:
        assert what_if(case, [event], LAW)[0].last_period("reply").due_on == date(2024, 4, 28)
    else:
        with pytest.raises(BadData) as refused:
            what_if(case, [event], LAW)
        assert (refused.value.faults[0]["cap"], refused.value.faults[0]["left"]) == (20, 20)


def test_the_conditions_of_an_extension_are_judged_in_their_order():
    case = opened(ACCEPT, ("2024-03-05", "extend", {"days": 5, "reason": "x", "approved_by": "主任"}))
    late = date(2024, 6, 3)

    def code(**data) -> str:
        with pytest.raises((BadData, MoveRefused)) as refused:
            what_if(case, [Event(9, "extend", late, data={"reason": "x", **data})], LAW)
        return refused.value.code

    assert code(days=21) == "bad_data"
    assert code(days=5) == "not_approved"
    assert code(days=5, approved_by=" ") == "not_approved"
    assert code(days=5, approved_by="主任") == "already_extended"
    plain = opened(ACCEPT)
    with pytest.raises(MoveRefused) as refused:
        what_if(plain, [Event(9, "extend", late, data={"days": 5, "reason": "x", "approved_by": "主任"})], LAW)
    assert refused.value.code == "period_lapsed"
    assert refused.value.fields["due_on"] == date(2024, 3, 29)


def test_a_second_correction_wants_a_reason():
    case = opened(ACCEPT, CORRECTION, ("2024-03-06", "correct", {}))
    again = {"items": ["别处"], "due_on": "2024-03-20"}
    with pytest.raises(MoveRefused) as refused:
        what_if(case, [Event(9, "request_correction", date(2024, 3, 7), data=again)], LAW)
    assert refused.value.code == "already_corrected"
    trial, _ = what_if(
        case, [Event(9, "request_correction", date(2024, 3, 7), data=again | {"override": "确有必要"})], LAW
    )
    assert trial.corrections == 2


@pytest.mark.parametrize(("due_on", "good"), [("2024-03-04", True), ("2024-03-03", False)])
def test_time_to_give_reasons_lies_ahead(due_on, good):
    event = Event(9, "demand_reasons", date(2024, 3, 4), data={"due_on": due_on})
    if good:
        assert what_if(opened(ACCEPT), [event], LAW)[0].state == "awaiting_reasons"
    else:
        with pytest.raises(BadData) as refused:
            what_if(opened(ACCEPT), [event], LAW)
        assert refused.value.faults[0]["field"] == "due_on"


def test_what_a_move_needs_is_named_as_the_journal_names_it():
    found = {item.move: item.needs for item in options(opened(ACCEPT), START, LAW)}
    assert found["consult"] == ("id", "with", "name")
    assert found["extend"] == ("days", "reason", "approved_by")
    assert found["accept"] == ()


def test_the_shortest_ways_from_one_state_to_others():
    assert ways_to("received", ["extended"]) == ["accept"]
    assert ways_to("closed", ["awaiting_payment"]) == ["reopen"]
    assert ways_to("accepted", ["submitted"]) == []
    assert ways_to("awaiting_correction", ["discontinued"]) == ["abandon"]


def test_an_unknown_move_is_told():
    with pytest.raises(UnknownMove):
        options(opened(), START, LAW, "dance")
    with pytest.raises(UnknownMove):
        what_if(opened(), [Event(2, "dance", START)], LAW)


def test_states_without_a_period_name_the_rule_that_says_why():
    assert set(NO_PERIOD) == {State.SUBMITTED, State.REPLIED, State.DISCONTINUED, State.CLOSED}
    assert all(rule(key, START).article for key in NO_PERIOD.values())


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
