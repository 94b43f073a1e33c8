"""Suits and their instances."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history

from disclosure.states.errors import BadData
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.counting import OPEN, remedy_places
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import rule_of


def test_a_suit_appealed_in_two_years_stays_pending_in_both():
    events = [
        Event(
            1,
            "submit",
            date(2024, 3, 1),
            data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"},
        ),
        Event(2, "withdraw", date(2024, 3, 2), data={"reason": "x", "proof": "撤回申请"}),
        Event(3, "file_suit", date(2024, 4, 1), data={"id": "s"}),
        Event(4, "appeal", date(2024, 12, 30), data={"id": "s"}),
        Event(5, "appeal", date(2025, 1, 2), data={"id": "s"}),
    ]
    places = remedy_places(folded(events).remedies[0], LAW.settings)
    assert [(place.column, place.from_year, place.to_year) for place in places] == [("suit_direct_pending", 2024, OPEN)]


@pytest.mark.parametrize(
    ("result", "served_on", "live", "due"),
    [
        ("claim_dismissed", "2024-09-12", True, "2024-09-27"),
        ("suit_rejected", "2024-09-12", True, "2024-09-23"),  # ten days, the last of them a Sunday
        ("claim_dismissed", None, False, "2024-09-25"),
        ("claim_dismissed", None, True, "9999-12-31"),
    ],
)
def test_the_term_to_appeal_starts_with_the_service_of_the_judgment(result, served_on, live, due):
    replied = ("2024-03-20", "reply", {"answer": "O12", "delivery": "post"})
    data = {"id": "s", "instance": 1, "result": result} | ({"served_on": served_on} if served_on else {})
    moves = (SUBMIT, ACCEPT, replied, ("2024-05-20", "file_suit", {"id": "s"}), ("2024-09-10", "judge", data))
    case = folded([replace(event, live=live) for event in history(*moves)])
    assert case.last_period("appeal", "s").due_on.isoformat() == due


FILED = ("2024-05-20", "file_suit", {"id": "s"})
REPLY = ("2024-03-20", "reply", {"answer": "O12", "delivery": "post"})


def judge(on: str, instance: int, result: str, **more: str):
    return on, "judge", {"id": "s", "instance": instance, "result": result} | more


def appeal(on: str, **more: str):
    return on, "appeal", {"id": "s"} | more


FIRST = judge("2024-09-10", 1, "revoked", served_on="2024-09-12")


def suit_after(*steps):
    """The suit after its steps."""
    return folded(history(SUBMIT, ACCEPT, REPLY, FILED, *steps)).remedies[0]


@pytest.mark.parametrize("result", ["appeal_dismissed", "appeal_withdrawn", "withdrawn"])
def test_an_appeal_that_fails_leaves_the_first_judgment_in_force(result):
    found = suit_after(FIRST, appeal("2024-09-20", by="agency"), judge("2024-12-10", 2, result))
    assert (found.state, found.result) == ("closed", "revoked")


def test_a_suit_that_is_withdrawn_in_the_appeal_has_no_judgment_left():
    found = suit_after(FIRST, appeal("2024-09-20"), judge("2024-12-10", 2, "suit_withdrawn"))
    assert (found.state, found.result) == ("closed", "suit_withdrawn")


def test_what_was_sent_back_is_pending_and_is_judged_and_appealed_anew():
    steps = (FIRST, appeal("2024-09-20"), judge("2024-12-10", 2, "remanded"))
    found = suit_after(*steps)
    assert (found.state, found.result, found.is_over) == ("answered", "", False)
    anew = (*steps, judge("2025-03-03", 1, "claim_dismissed", served_on="2025-03-05"))
    case = folded(history(SUBMIT, ACCEPT, REPLY, FILED, *anew))
    assert (case.remedies[0].state, case.remedies[0].result) == ("judged", "claim_dismissed")
    assert [item.due_on for item in case.periods if item.rule == "appeal"] == [date(2024, 9, 27), date(2025, 3, 20)]
    ended = suit_after(*anew, appeal("2025-03-10"), judge("2025-06-03", 2, "appeal_dismissed"))
    assert (ended.state, ended.result) == ("closed", "claim_dismissed")


def test_a_retrial_of_a_final_judgment_is_final_and_one_of_a_first_judgment_can_be_appealed():
    final = suit_after(
        FIRST,
        appeal("2024-09-20"),
        judge("2024-12-10", 2, "appeal_dismissed"),
        judge("2025-06-03", 3, "claim_dismissed"),
    )
    assert (final.state, final.result, final.at_first) == ("closed", "claim_dismissed", False)
    first = suit_after(FIRST, judge("2025-06-03", 3, "claim_dismissed"))
    assert (first.state, first.result, first.at_first) == ("judged", "claim_dismissed", True)
    ended = suit_after(
        FIRST, judge("2025-06-03", 3, "claim_dismissed"), appeal("2025-06-10"), judge("2025-09-03", 4, "revoked")
    )
    assert (ended.state, ended.result) == ("closed", "revoked")


def test_the_term_to_appeal_against_a_first_judgment_has_lapsed_when_it_is_retried():
    case = folded(history(SUBMIT, ACCEPT, REPLY, FILED, FIRST, judge("2025-06-03", 3, "claim_dismissed")))
    assert [item.ending for item in case.periods if item.rule == "appeal"] == ["lapsed", None]


def fault_of(*steps, live: bool = False):
    """What is wrong with the last of the steps of a suit."""
    *before, last = history(SUBMIT, ACCEPT, REPLY, FILED, *steps)
    with pytest.raises(BadData) as refused:
        advance(folded(before), replace(last, live=live), LAW)
    (fault,) = refused.value.faults
    return fault["field"], fault["problem"], fault.get("choices", "")


@pytest.mark.parametrize(
    ("before", "instance", "following"),
    [
        ((FIRST,), 1, "2、3"),
        ((FIRST,), 4, "2、3"),
        ((FIRST, judge("2024-12-10", 2, "changed")), 5, "3"),
        ((FIRST, judge("2024-12-10", 2, "remanded")), 2, "1、3"),
    ],
)
def test_an_instance_follows_on_the_one_before(before, instance, following):
    fault = fault_of(*before, judge("2025-06-03", instance, "unlawful"))
    assert fault == ("instance", "instance_out_of_order", following)


@pytest.mark.parametrize("result", ["appeal_dismissed", "appeal_withdrawn", "suit_withdrawn", "remanded", "terminated"])
def test_a_first_instance_has_no_result_of_an_appeal(result):
    field, problem, choices = fault_of(judge("2024-09-10", 1, result))
    assert (field, problem) == ("result", "result_of_appeal")
    assert "claim_dismissed" in choices and result not in choices


def test_live_work_says_what_was_withdrawn_in_an_appeal():
    again = judge("2024-12-10", 2, "withdrawn")
    assert fault_of(FIRST, again, live=True)[:2] == ("result", "which_withdrawal")
    assert suit_after(judge("2024-09-10", 1, "withdrawn")).result == "withdrawn"


def told(*steps):
    """The codes of the warnings about the last of the steps of a suit."""
    *before, last = history(SUBMIT, ACCEPT, REPLY, FILED, *steps)
    return [item.unmet.code for item in advance(folded(before), last, LAW).warnings]


def test_an_appeal_without_the_judgment_before_it_is_taken_with_a_warning():
    assert told(judge("2024-12-10", 2, "revoked")) == ["instance_missing"]
    assert told(judge("2024-12-10", 1, "revoked", served_on="2024-12-12")) == []


@pytest.mark.parametrize(
    ("due_on", "codes", "last", "source"),
    [
        (None, [], "2024-06-18", "第六十七条"),
        ("2024-06-13", [], "2024-06-13", "第一百零四条第一款"),
        ("2024-06-18", [], "2024-06-18", "第一百零四条第一款"),
        ("2024-06-19", ["court_term_long"], "2024-06-19", "第一百零四条第一款"),
    ],
)
def test_evidence_is_due_on_the_day_that_the_court_has_set(due_on, codes, last, source):
    step = ("2024-06-03", "notify_suit", {"id": "s"} | ({"due_on": due_on} if due_on else {}))
    assert told(step) == codes
    term = folded(history(SUBMIT, ACCEPT, REPLY, FILED, step)).last_period("suit_answer", "s")
    assert term.due_on.isoformat() == last
    assert source in rule_of(term).source


def test_the_court_sets_no_day_that_has_passed():
    assert fault_of(("2024-06-03", "notify_suit", {"id": "s", "due_on": "2024-06-02"}))[:2] == (
        "due_on",
        "not_after_at",
    )
