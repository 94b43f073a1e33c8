"""What may be done against silence: from the last day on, and only where there was no reply in time."""

from datetime import date

import pytest
from histories import LAW, histories
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import status
from disclosure.states.procedure.silence import silence_periods


def case(*moves: tuple[str, str, dict], channel: str = "in_person") -> Case:
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", date(2024, 3, 1), data=submit)]
    for number, (on, move, data) in enumerate(moves, 2):
        events.append(Event(number, move, date.fromisoformat(on), data=data))
    return fold("一件", events, LAW)[0]


@pytest.mark.parametrize(("on", "found"), [("2024-03-29", []), ("2024-03-30", ["2024-05-28", "2024-09-29"])])
def test_terms_run_from_the_last_day_and_are_told_from_the_day_after(on, found):
    periods = silence_periods(case(), date.fromisoformat(on), LAW)
    assert [item.due_on.isoformat() for item in periods] == found
    assert {item.starts_on for item in periods} <= {date(2024, 3, 29)}
    assert [item.rule for item in periods] == ["review_application", "suit"][: len(found)]


def test_a_late_reply_ends_the_silence_and_a_case_not_received_has_none():
    late = case(("2024-04-10", "reply", {"outcome": "granted", "delivery": "post"}))
    assert silence_periods(late, date(2024, 4, 11), LAW) == []
    assert silence_periods(case(channel="online"), date(2024, 6, 1), LAW) == []


def test_a_consultation_sent_too_late_does_not_break_the_silence():
    sent = case(
        ("2024-03-01", "accept", {}), ("2024-04-01", "consult", {"id": "c", "with": "third_party", "name": "x"})
    )
    assert len(silence_periods(sent, date(2024, 4, 2), LAW)) == 2


@given(histories(), st.dates(date(2019, 6, 1), date(2026, 6, 30)))
def test_there_is_silence_exactly_where_the_reply_is_missing(events, on):
    found = fold("一件", events, LAW)[0]
    reply = found.last_period("reply")
    silent = reply is not None and reply.ended_on is None and status(reply, on) == "missed"
    assert bool(silence_periods(found, on, LAW)) == silent
