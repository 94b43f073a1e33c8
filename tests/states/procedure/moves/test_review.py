"""Reviews: what there must be to contest."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, codes, folded, history, opened

from disclosure.states.errors import BadData
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.history import Event

REPLIED = ("2024-03-20", "reply", {"answer": "O04", "delivery": "post"})
FILED = ("2024-05-06", "file_review", {"id": "r"})


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", ["move_not_allowed"]), ("2024-03-30", [])])
def test_silence_can_be_contested_from_the_day_after_the_last_one(on, codes_):
    assert codes(opened(ACCEPT), "file_review", on) == codes_
    assert codes(opened(ACCEPT), "file_suit", on) == codes_


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
