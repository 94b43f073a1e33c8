"""Reasons that are asked for, and a reply that is deferred."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, extend, folded, history, opened

from disclosure.states.errors import BadData
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import preview_events


@pytest.mark.parametrize(("due_on", "good"), [("2024-03-04", True), ("2024-03-03", False)])
def test_time_to_give_reasons_lies_ahead(due_on, good):
    event = Event(9, "demand_reasons", date(2024, 3, 4), data={"due_on": due_on})
    if good:
        assert preview_events(opened(ACCEPT), [event], LAW)[0].state == "awaiting_reasons"
    else:
        with pytest.raises(BadData) as refused:
            preview_events(opened(ACCEPT), [event], LAW)
        assert refused.value.faults[0]["field"] == "due_on"


LAST, LATER = date(2024, 3, 29), date(2024, 6, 3)
DEFERRED = ("2024-03-06", "defer", {"until": "2024-06-03"})


def reply_due(*moves, live=True):
    events = [replace(item, live=live) for item in history(SUBMIT, ACCEPT, *moves)]
    return folded(events).last_period("reply").due_on


def told(on, **more):
    return on, "dispatch", {"of": "deferral", "method": "post"} | more


@pytest.mark.parametrize(
    ("moves", "due_on"),
    [
        ((DEFERRED,), LAST),
        ((DEFERRED, told("2024-03-29")), LATER),
        ((DEFERRED, told("2024-03-30")), LAST),
        ((DEFERRED, ("2024-03-29", "serve", {"of": "deferral"})), LATER),
        ((DEFERRED, told("2024-03-07", method="in_person")), LAST),
        (
            (
                DEFERRED,
                told("2024-03-07", method="email"),
                ("2024-03-08", "fail_service", {"of": "deferral", "reason": "bounced"}),
            ),
            LAST,
        ),
        (
            (DEFERRED, told("2024-03-07"), ("2024-03-08", "fail_service", {"of": "deferral", "reason": "voided"})),
            LAST,
        ),
        ((DEFERRED, told("2024-03-07"), ("2024-03-12", "fail_service", {"of": "deferral", "reason": "absent"})), LATER),
    ],
)
def test_a_deferred_reply_of_live_work_counts_when_the_applicant_was_told_in_time(moves, due_on):
    assert reply_due(*moves) == due_on


@pytest.mark.parametrize(
    ("moves", "due_on"),
    [((DEFERRED,), LATER), ((DEFERRED, told("2024-03-29")), LATER), ((DEFERRED, told("2024-03-30")), LAST)],
)
def test_a_deferral_of_the_past_stands_unless_it_was_told_too_late(moves, due_on):
    assert reply_due(*moves, live=False) == due_on


def test_a_deferral_to_a_day_that_an_extension_has_passed_changes_nothing():
    short = ("2024-03-06", "defer", {"until": "2024-04-01"})
    extended = (extend("2024-03-07", 10), ("2024-03-07", "dispatch", {"of": "extension", "method": "post"}))
    assert reply_due(short, *extended, told("2024-03-08")) == reply_due(*extended)


def test_a_deferral_that_was_told_twice_stands_by_the_first_time():
    back = ("2024-03-09", "fail_service", {"of": "deferral", "reason": "bounced"})
    assert reply_due(DEFERRED, told("2024-03-07"), told("2024-03-08", method="email"), back) == LATER


def test_a_restart_leaves_no_deferral_to_tell_of():
    asked = ("2024-03-07", "request_correction", {"items": ["某处"], "due_on": "2024-03-15"})
    events = history(SUBMIT, ACCEPT, DEFERRED, asked, ("2024-03-11", "correct", {}))
    case = folded([replace(item, live=True) for item in events])
    assert (case.deferral, case.tell_by()) == (None, None)
