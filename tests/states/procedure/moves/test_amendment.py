"""Amendments: the case is what it would have been."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from histories import LAW, histories
from hypothesis import given
from hypothesis import strategies as st
from lives import ACCEPT, SUBMIT, extend, folded, history

from disclosure.states.errors import BadData, DisclosureError, MoveRefused
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event


@given(histories(), st.data())
def test_an_amendment_is_the_history_as_it_should_have_been(events, data):
    """Wherever the right history is possible, the amended one is, and both are the same case."""
    old = data.draw(st.sampled_from(events))
    days = data.draw(st.integers(-3, 3))
    on = old.on + timedelta(days=days)
    right = sorted((replace(event, on=on) if event is old else event for event in events), key=lambda event: event.on)
    if [event.seq for event in right] != [event.seq for event in events]:
        return
    amendment = Event(99, "amend", events[-1].on, data={"seq": old.seq, "at": on.isoformat(), "reason": "笔误"})
    try:
        expected = fold("一件", right, LAW, strict=True)[0]
    except DisclosureError as error:
        with pytest.raises(type(error)):
            fold("一件", [*events, amendment], LAW, strict=True)
        return
    found = fold("一件", [*events, amendment], LAW, strict=True)[0]
    expected.seq = found.seq
    assert found == expected


@given(histories(), st.data())
def test_an_amendment_that_changes_nothing_changes_nothing(events, data):
    seq = data.draw(st.sampled_from([event.seq for event in events]))
    amendment = Event(99, "amend", events[-1].on, data={"seq": seq, "reason": "x"})
    before, after = folded(events), folded([*events, amendment])
    after.seq = before.seq
    assert after == before


def test_an_amendment_that_makes_a_later_step_impossible_is_refused():
    events = history(
        SUBMIT, ACCEPT, extend("2024-03-15", 20), ("2024-04-15", "reply", {"outcome": "granted", "delivery": "post"})
    )
    assert folded(events).last_period("reply").ending == "met"
    amend = Event(9, "amend", date(2024, 4, 16), data={"seq": 3, "at": "2024-04-20", "reason": "x"})
    with pytest.raises(MoveRefused):
        folded([*events, amend])


def test_a_step_amended_to_the_day_of_the_next_one_still_comes_before_it():
    mailed = history(
        ("2024-03-01", "submit", {}), ("2024-03-04", "confirm", {}), ("2024-03-04", "accept", {}), channel="online"
    )
    amend = Event(9, "amend", date(2024, 3, 5), data={"seq": 1, "at": "2024-03-04", "reason": "日期有误"})
    assert folded([*mailed, amend]).submitted_on == date(2024, 3, 4)
    granted = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    served = history(SUBMIT, ACCEPT, granted, ("2024-03-08", "serve", {}))
    amend = Event(9, "amend", date(2024, 3, 9), data={"seq": 3, "at": "2024-03-08", "reason": "日期有误"})
    assert folded([*served, amend]).decided_on == date(2024, 3, 8)


def test_a_step_amended_to_the_day_of_the_one_before_still_comes_after_it():
    served = history(
        SUBMIT, ACCEPT, ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"}), ("2024-03-08", "serve", {})
    )
    amend = Event(9, "amend", date(2024, 3, 9), data={"seq": 4, "at": "2024-03-06", "reason": "日期有误"})
    assert folded([*served, amend]).served_on == date(2024, 3, 6)


@pytest.mark.parametrize("seq", [9, 77])
def test_an_amendment_of_nothing_is_refused(seq):
    events = history(SUBMIT, ACCEPT)
    with pytest.raises(BadData) as refused:
        folded([*events, Event(9, "amend", date(2024, 3, 2), data={"seq": seq, "reason": "x"})])
    assert refused.value.faults[0]["problem"] == "unknown_seq"


def test_a_null_in_an_amendment_takes_the_field_away():
    events = history(
        SUBMIT, ACCEPT, ("2024-03-04", "charge", {"basis": "items", "quantity": 20, "served_on": "2024-03-11"})
    )
    assert folded(events).last_period("payment").starts_on == date(2024, 3, 11)
    amend = Event(9, "amend", date(2024, 3, 5), data={"seq": 3, "data": {"served_on": None}, "reason": "x"})
    assert folded([*events, amend]).last_period("payment").starts_on == date(2024, 3, 4)
