"""Reviews: what there must be to contest."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history, opened

from disclosure.states.errors import BadData
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.history import Event

REPLIED = ("2024-03-20", "reply", {"answer": "O04", "delivery": "post"})
FILED = ("2024-05-06", "file_review", {"id": "r"})


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", ["premature"]), ("2024-03-30", [])])
@pytest.mark.parametrize("move", ["file_review", "file_suit"])
def test_what_is_contested_before_there_is_anything_is_taken_with_a_warning(move, on, codes_):
    case, warnings = advance(opened(ACCEPT), Event(9, move, date.fromisoformat(on), data={"id": "1"}), LAW)
    assert [item.unmet.code for item in warnings] == codes_
    assert [item.state for item in case.remedies] == ["filed"]


def decided(live: bool, **more: str):
    data = {"id": "r", "result": "upheld"} | more
    events = history(SUBMIT, ACCEPT, REPLIED, FILED, ("2024-07-12", "decide_review", data))
    events = [replace(event, live=live) for event in events]
    case, warnings = advance(folded(events[:-1]), events[-1], LAW)
    term = case.last_period("suit", "r")
    return term.awaits, term.due_on.isoformat(), [item.unmet.code for item in warnings]


def test_the_term_to_sue_after_a_review_starts_with_the_service_of_its_decision():
    assert decided(True, served_on="2024-07-15") == (False, "2024-07-30", [])
    assert decided(True) == (True, "9999-12-31", ["service_unproved"])
    assert decided(False) == (False, "2024-07-29", ["service_assumed"])
    assert decided(False, served_on="2024-07-15") == (False, "2024-07-30", [])


@pytest.mark.parametrize(("served", "good"), [("2024-07-12", True), ("2024-07-11", False)])
def test_a_decision_is_not_received_before_it_is_made(served, good):
    if good:
        assert decided(True, served_on=served)[1] == "2024-07-29"
    else:
        with pytest.raises(BadData) as refused:
            decided(True, served_on=served)
        assert [item["problem"] for item in refused.value.faults] == ["served_before_made"]


def test_a_service_that_is_learnt_later_starts_the_term():
    events = history(SUBMIT, ACCEPT, REPLIED, FILED, ("2024-07-12", "decide_review", {"id": "r", "result": "upheld"}))
    events = [replace(event, live=True) for event in events]
    learnt = {"seq": 5, "data": {"served_on": "2024-07-15"}, "reason": "回证"}
    amended = Event(6, "amend", date(2024, 7, 20), data=learnt, live=True)
    assert folded([*events, amended]).last_period("suit", "r").due_on == date(2024, 7, 30)


CHOICE = ("2024-03-20", "reply", {"answer": "O12", "delivery": "post"})
SERVED = ("2024-03-22", "serve", {"of": "reply"})


@pytest.mark.parametrize("result", ["withdrawn", "mediated"])
def test_a_review_that_was_withdrawn_or_mediated_opens_no_term_and_the_direct_one_goes_on(result):
    decided = ("2024-07-12", "decide_review", {"id": "r", "result": result})
    *before, last = history(SUBMIT, ACCEPT, CHOICE, SERVED, FILED, decided)
    case, warnings = advance(folded(before), last, LAW)
    assert [(item.due_on, item.ended_on) for item in case.periods if item.rule == "suit"] == [(date(2024, 9, 23), None)]
    assert [item.unmet.code for item in warnings] == []


def test_a_review_that_was_decided_ends_the_direct_term():
    decided = ("2024-07-12", "decide_review", {"id": "r", "result": "upheld", "served_on": "2024-07-15"})
    case = folded(history(SUBMIT, ACCEPT, CHOICE, SERVED, FILED, decided))
    assert [(item.due_on, item.ending) for item in case.periods if item.rule == "suit"] == [
        (date(2024, 9, 23), "cancelled"),
        (date(2024, 7, 30), None),
    ]


@pytest.mark.parametrize(
    ("steps", "contested"),
    [
        ((CHOICE, FILED), ("unable_not_held", date(2024, 3, 20))),
        ((FILED,), ("", date(2024, 3, 29))),
        ((("2024-03-29", "file_review", {"id": "r"}),), ("", None)),
    ],
)
def test_a_review_knows_what_it_contests(steps, contested):
    found = folded(history(SUBMIT, ACCEPT, *steps)).remedies[0]
    assert (found.contested, found.contested_on) == contested
