"""Steps of a history that count no more: their ground is lost, they were taken back, or they come to something else."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, consult, history

from disclosure.states.errors import MoveRefused, OutOfOrder
from disclosure.states.procedure.advance import Advanced, advance, fold
from disclosure.states.procedure.catalogue import moves
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.undone import taken_back

CHARGED = ("2024-03-05", "charge", {"basis": "pages", "quantity": 119, "served_on": "2024-03-05"})
ASKED = ("2024-03-05", "request_correction", {"items": ["某处"], "due_on": "2024-03-15"})
SERVED = ("2024-03-06", "serve", {"of": "correction"})
CONSULTED = consult("2024-03-05", "third_party", served_on="2024-03-05")
GIVEN_UP = ("2024-04-08", "abandon", {})
SILENT = ("2024-03-27", "lapse_consultation", {"id": "c"})
AGREES = {"id": "c", "opinion": "agrees"}
TOLD = ("2024-04-09", "dispatch", {"of": "discontinuation", "method": "post"})


def later(moves, on, move, data=None, *, live=True, **more) -> Advanced:
    """What has happened, and then what is known only now of an earlier day."""
    events = [replace(item, live=live) for item in history(SUBMIT, ACCEPT, *moves)]
    event = Event(len(events) + 1, move, date.fromisoformat(on), data=(data or {}) | more, live=live)
    return advance(fold("一件", events, LAW)[0], event, LAW, lambda: events)


@pytest.mark.parametrize(
    ("moves", "on", "move", "data"),
    [
        ((CHARGED, GIVEN_UP), "2024-04-02", "pay", {}),
        ((CHARGED, GIVEN_UP, TOLD, ("2024-04-12", "serve", {"of": "discontinuation"})), "2024-04-02", "pay", {}),
        ((CHARGED, GIVEN_UP, TOLD, ("2024-04-20", "close", {})), "2024-04-02", "pay", {}),
        ((CHARGED, GIVEN_UP, ("2024-04-20", "reopen", {"reason": "已缴费"})), "2024-04-02", "pay", {}),
        ((ASKED, SERVED, ("2024-03-18", "abandon", {})), "2024-03-15", "correct", {}),
        ((CONSULTED, SILENT), "2024-03-26", "opinion", AGREES),
    ],
)
def test_an_answer_in_time_that_is_known_later_takes_the_ground_from_what_found_silence(moves, on, move, data):
    case, warnings = later(moves, on, move, data)
    assert case.state == "accepted"
    assert "step_undone" in [item.unmet.code for item in warnings]
    assert case.last_period("reply").ended_on is None
    assert (case.outcome, case.first_on, case.premature) == (None, None, [])
    if move != "opinion":
        assert case.last_period("reply").starts_on == date.fromisoformat(on)
    else:
        assert (case.consultation("c").opinion, case.consultation("c").ended_on) == ("agrees", date(2024, 3, 26))


def test_a_payment_after_its_last_day_takes_no_ground_from_the_request_that_was_given_up():
    with pytest.raises(MoveRefused) as refused:
        later((CHARGED, GIVEN_UP), "2024-04-03", "pay")
    assert refused.value.fields["text"] == "given_up_already"


def test_what_the_office_did_after_the_silence_of_a_third_party_stays():
    asked = ("2024-03-28", "request_correction", {"items": ["某处"], "due_on": "2024-04-15"})
    case, _ = later((CONSULTED, SILENT, asked), "2024-03-26", "opinion", AGREES)
    assert (case.state, case.corrections) == ("awaiting_correction", 1)


def test_the_answer_of_one_is_none_of_another():
    other = consult("2024-03-05", "third_party", id="d", served_on="2024-03-05")
    silent = ("2024-03-27", "lapse_consultation", {"id": "d"})
    case, _ = later((CONSULTED, other, SILENT, silent), "2024-03-26", "opinion", AGREES)
    assert [item.opinion for item in case.consultations] == ["agrees", "silent"]


def test_a_record_of_the_past_tells_it_late_with_its_reason():
    with pytest.raises(OutOfOrder):
        later((CHARGED, GIVEN_UP), "2024-04-02", "pay", live=False)
    assert later((CHARGED, GIVEN_UP), "2024-04-02", "pay", live=False, late_reason="漏登").case.state == "accepted"


def test_what_has_lost_its_ground_gives_rise_to_no_paper():
    events = history(SUBMIT, ACCEPT, CHARGED, ("2024-04-02", "pay", {}), GIVEN_UP)
    assert taken_back(events) == frozenset()
    known_later = [replace(item, seq={4: 5, 5: 4}.get(item.seq, item.seq)) for item in events]
    assert taken_back(known_later) == {4}


WITHDRAWN = ("2024-03-21", "withdraw_decision", {"reason": "引用的条款有误"})
DECIDED = ("2024-03-18", "decide", {"answer": "O02", "delivery": "post"})
POSTED = {"of": "reply", "method": "post"}
AGAIN = (("2024-03-25", "decide", {"answer": "O04", "delivery": "post"}), ("2024-03-26", "dispatch", POSTED))


@pytest.mark.parametrize(("more", "state"), [((), "accepted"), (AGAIN, "replied")])
def test_a_reply_that_was_posted_before_its_decision_was_withdrawn_was_made_and_is_handled_again(more, state):
    case, warnings = later((DECIDED, WITHDRAWN, *more), "2024-03-20", "dispatch", POSTED)
    assert "withdrawn_too_late" in [item.unmet.code for item in warnings]
    first, second = [item for item in case.periods if item.rule == "reply"]
    assert (first.ending, first.ended_on, case.first_outcome) == ("met", date(2024, 3, 20), "granted")
    assert (case.state, second.starts_on) == (state, date(2024, 3, 21))


def test_a_reply_that_another_carrier_took_before_its_decision_was_withdrawn_is_withdrawn():
    case, warnings = later((DECIDED, WITHDRAWN), "2024-03-20", "dispatch", POSTED | {"carrier": "other"})
    assert (case.state, case.first_on) == ("accepted", None)
    assert "withdrawn_too_late" not in [item.unmet.code for item in warnings]


@pytest.mark.parametrize(
    ("moves", "on", "move", "data"),
    [
        ((CHARGED, ("2024-03-20", "cancel_charge", {"reason": "不收了"})), "2024-03-15", "pay", {}),
        ((ASKED, ("2024-03-14", "cancel_correction", {"reason": "查到了"})), "2024-03-12", "correct", {}),
        (
            (CONSULTED, ("2024-03-14", "cancel_consultation", {"id": "c", "reason": "x"})),
            "2024-03-12",
            "opinion",
            AGREES,
        ),
        (
            (ASKED, ("2024-03-14", "renew_term", {"of": "correction", "days": 5, "reason": "x"})),
            "2024-03-12",
            "correct",
            {},
        ),
    ],
)
def test_an_answer_before_the_question_was_taken_back_or_put_again_counts(moves, on, move, data):
    case, warnings = later(moves, on, move, data)
    assert case.state == "accepted"
    assert "step_undone" in [item.unmet.code for item in warnings]
    if move == "pay":
        assert (case.last_period("payment").ending, len(case.charges)) == ("met", 1)


def test_whoever_presumes_silence_presumes_it_of_moves_that_answer():
    known = moves()
    assert [name for move in known.values() for name in move.presumes if not known[name].answers] == []
    presumed = {name for move in known.values() for name in move.presumes}
    assert {name for name, move in known.items() if move.answers} == presumed
