"""Correction: once, in time, and given up only when the time has passed."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, CORRECTION, codes, opened

from disclosure.states.errors import MoveRefused
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options, preview_events


@pytest.mark.parametrize(
    ("on", "codes_"),
    [
        ("2024-03-14", ["period_running", "service_assumed"]),
        ("2024-03-15", ["period_running", "service_assumed"]),
        ("2024-03-16", ["service_assumed"]),
        ("2024-03-18", ["service_assumed"]),
    ],
)
def test_a_request_is_given_up_only_after_the_last_day(on, codes_):
    assert codes(opened(ACCEPT, CORRECTION), "abandon", on) == codes_


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-12", []), ("2024-03-13", ["late_correction_notice"])])
def test_a_late_notice_of_correction_is_warned_of_and_not_refused(on, codes_):
    case = opened(ACCEPT)
    assert codes(case, "request_correction", on) == codes_
    assert options(case, date.fromisoformat(on), LAW, "request_correction")[0].available


def test_a_second_correction_wants_a_reason():
    case = opened(ACCEPT, CORRECTION, ("2024-03-06", "correct", {}))
    again = {"items": ["别处"], "due_on": "2024-03-20"}
    with pytest.raises(MoveRefused) as refused:
        preview_events(case, [Event(9, "request_correction", date(2024, 3, 7), data=again)], LAW)
    assert refused.value.code == "already_corrected"
    after, _ = preview_events(
        case, [Event(9, "request_correction", date(2024, 3, 7), data=again | {"override": "确有必要"})], LAW
    )
    assert after.corrections == 2
