"""Extension: how long, how often, until when, and by whom."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, codes, due, extend, folded, history, opened

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options, preview_events
from disclosure.states.rules.settings import settings_from


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", []), ("2024-03-30", ["period_lapsed"])])
def test_the_period_is_extended_up_to_its_last_day(on, codes_):
    assert codes(opened(ACCEPT), "extend", on) == codes_


@pytest.mark.parametrize(("days", "good"), [(20, True), (21, False)])
def test_an_extension_beyond_the_cap_is_refused_with_what_is_left(days, good):
    case = opened(ACCEPT)
    event = Event(3, "extend", date(2024, 3, 5), data={"days": days, "reason": "x", "approved_by": "主任"})
    if good:
        assert preview_events(case, [event], LAW)[0].last_period("reply").due_on == date(2024, 4, 28)
    else:
        with pytest.raises(BadData) as refused:
            preview_events(case, [event], LAW)
        assert (refused.value.faults[0]["cap"], refused.value.faults[0]["left"]) == (20, 20)


def test_the_conditions_of_an_extension_are_judged_in_their_order():
    case = opened(ACCEPT, ("2024-03-05", "extend", {"days": 5, "reason": "x", "approved_by": "主任"}))
    late = date(2024, 6, 3)

    def code(**data) -> str:
        with pytest.raises((BadData, MoveRefused)) as refused:
            preview_events(case, [Event(9, "extend", late, data={"reason": "x", **data})], LAW)
        return refused.value.code

    assert code(days=21) == "bad_data"
    assert code(days=5) == "not_approved"
    assert code(days=5, approved_by=" ") == "not_approved"
    assert code(days=5, approved_by="主任") == "already_extended"
    plain = opened(ACCEPT)
    with pytest.raises(MoveRefused) as refused:
        preview_events(plain, [Event(9, "extend", late, data={"days": 5, "reason": "x", "approved_by": "主任"})], LAW)
    assert refused.value.code == "period_lapsed"
    assert refused.value.fields["due_on"] == date(2024, 3, 29)


def test_an_extension_counts_from_the_last_day_and_may_end_on_a_sunday_that_is_worked():
    assert due(folded(history(SUBMIT, ACCEPT))) == "2024-03-29"
    assert due(folded(history(SUBMIT, ACCEPT, extend("2024-03-15", 20)))) == "2024-04-28"
    assert due(folded(history(SUBMIT, ACCEPT, extend("2024-03-29", 20)))) == "2024-04-28"


CORRECTED = (
    ("2024-03-05", "request_correction", {"items": ["x"], "due_on": "2024-03-15"}),
    ("2024-03-11", "correct", {}),
)
PAID = (("2024-03-05", "charge", {"basis": "items", "quantity": 31}), ("2024-03-11", "pay", {}))


@pytest.mark.parametrize("restart", [CORRECTED, PAID])
def test_a_restart_ends_an_extension_and_another_may_be_granted_unless_the_office_reads_it_otherwise(restart):
    events = history(SUBMIT, ACCEPT, extend("2024-03-04", 5), *restart)
    case = folded(events)
    assert (case.state, due(case)) == ("accepted", LAW.calendar.add(date(2024, 3, 11), 20).isoformat())
    assert codes(case, "extend", "2024-03-12") == []
    law = replace(LAW, settings=settings_from({"extension_after_restart": "kept"}))
    kept, _ = fold("一件", events, law)
    assert (kept.state, due(kept)) == ("extended", LAW.calendar.add(date(2024, 3, 11), 25).isoformat())
    (found,) = options(kept, date(2024, 3, 12), law, "extend")
    assert [item.code for item in found.unmet] == ["already_extended"]


@pytest.mark.parametrize("is_live", [True, False])
def test_that_an_extension_was_told_of_is_recorded_after_a_restart_too_and_extends_nothing(is_live):
    events = [replace(event, live=is_live) for event in history(SUBMIT, ACCEPT, extend("2024-03-04", 5), *CORRECTED)]
    told = Event(9, "serve", date(2024, 3, 12), data={"of": "extension"}, live=is_live)
    case, _ = advance(folded(events), told, LAW)
    assert (case.state, due(case)) == ("accepted", LAW.calendar.add(date(2024, 3, 11), 20).isoformat())


def test_days_granted_after_a_deferral_move_the_day_that_it_set():
    deferred = (SUBMIT, ACCEPT, ("2024-03-06", "defer", {"until": "2024-06-03"}))
    assert due(folded(history(*deferred))) == "2024-06-03"
    assert due(folded(history(*deferred, extend("2024-03-07", 5)))) == "2024-06-11"  # 10 June is a holiday
