"""A breach stays a breach: nothing dated after the last day cures it, and what was written down late waits for proof."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from counted import after
from histories import LAW
from lives import ACCEPT, SUBMIT, codes, consult, folded, history

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import status

LAST, NEXT = date(2024, 3, 29), date(2024, 3, 30)
"""The last day of the reply to a request of 2024-03-01, and the day after."""
REPLY = {"answer": "O02", "delivery": "post"}


def live(*moves) -> list[Event]:
    """Moves of live work, each written down on its day."""
    return [replace(event, live=True, recorded_on=event.on) for event in history(SUBMIT, ACCEPT, *moves)]


def written(events: list[Event], move: str, on: date, recorded_on: date, **data) -> Case:
    """The case after a move of live work that is written down on a day, maybe a later one; the events grow by it."""
    event = Event(len(events) + 1, move, on, data=data, live=True, recorded_on=recorded_on)
    case = advance(folded(events), event, LAW, lambda: list(events)).case
    events.append(event)
    return case


def replies(case: Case) -> list[str | None]:
    return [period.ending for period in case.periods if period.rule == "reply"]


def test_a_restart_after_the_last_day_keeps_the_first_period_missed_and_the_next_one_is_none_that_is_met():
    moves = (
        ("2026-03-02", "submit", {}),
        ("2026-03-02", "accept", {}),
        ("2026-04-10", "request_correction", {"items": ["某处"], "due_on": "2026-05-10"}),
        ("2026-04-20", "correct", {}),
        ("2026-05-18", "reply", REPLY),
    )
    case = folded(history(*moves))
    assert after(date(2026, 3, 2), 20) == date(2026, 3, 30)
    first, second = (period for period in case.periods if period.rule == "reply")
    assert (first.due_on, first.ending) == (date(2026, 3, 30), "missed")
    assert second.ending == "missed", "no later event cures it"
    assert case.breached_on(date(2026, 5, 18)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("asked", "endings"), [("2024-03-29", ["cancelled", "met"]), ("2024-04-01", ["missed", "missed"])]
)
def test_a_correction_asked_on_the_last_day_stops_the_period_and_one_asked_later_does_not(asked, endings):
    moves = ((asked, "request_correction", {"items": ["某处"], "due_on": "2024-04-20"}), ("2024-04-10", "correct", {}))
    case = folded(history(SUBMIT, ACCEPT, *moves, ("2024-04-12", "reply", REPLY)))
    assert replies(case) == endings
    assert (case.breached_on(date(2024, 4, 12)) is None) == (endings[0] == "cancelled")


@pytest.mark.parametrize(("on", "ending"), [(LAST, "cancelled"), (NEXT, "missed")])
def test_an_end_without_a_reply_leaves_a_period_missed_that_had_run_out(on, ending):
    case = folded(history(SUBMIT, ACCEPT, (on.isoformat(), "withdraw", {"reason": "不再需要"})))
    assert replies(case) == [ending]


@pytest.mark.parametrize(("recorded_on", "ending"), [(LAST, "met"), (NEXT, "missed")])
def test_a_reply_of_the_last_day_that_is_written_down_later_stays_missed_until_it_is_proved(recorded_on, ending):
    events = live()
    case = written(events, "reply", LAST, recorded_on, **REPLY)
    assert replies(case) == [ending]
    if ending == "met":
        return
    proof = {"seq": 3, "proof": "邮政收据", "reason": "周一才登记"}
    lifted = written(events, "lift_breach", date(2024, 4, 1), date(2024, 4, 1), **proof)
    assert replies(lifted) == ["met"] and lifted.breached_on(date(2024, 4, 1)) is None


def test_a_reply_after_the_last_day_leaves_nothing_to_lift():
    events = live()
    written(events, "reply", NEXT, NEXT, **REPLY)
    with pytest.raises(MoveRefused) as refused:
        written(events, "lift_breach", NEXT, NEXT, seq=3, proof="收据", reason="x")
    assert refused.value.fields["text"] == "nothing_to_lift"


def test_a_step_that_proves_nothing_lifts_nothing():
    events = live()
    written(events, "reply", LAST, NEXT, **REPLY)
    with pytest.raises(BadData):
        written(events, "lift_breach", NEXT, NEXT, seq=1, proof="收据", reason="x")


def test_a_consultation_that_is_written_down_late_keeps_the_period_missed_too():
    on, name, data = consult("2024-03-28", "third_party", served_on="2024-03-28")
    events = live()
    case = written(events, name, date.fromisoformat(on), NEXT, **data)
    period = case.last_period("reply")
    assert (status(period, date(2024, 4, 10)), period.claims) == ("missed", [3])
    lifted = written(events, "lift_breach", date(2024, 4, 1), date(2024, 4, 1), seq=3, proof="回证", reason="x")
    assert status(lifted.last_period("reply"), date(2024, 4, 10)) == "suspended"


def test_a_record_of_the_past_is_judged_as_it_stands():
    assert replies(folded(history(SUBMIT, ACCEPT, ("2024-03-29", "reply", REPLY)))) == ["met"]


@pytest.mark.parametrize(("on", "code"), [("2024-03-29", None), ("2024-03-30", "period_lapsed")])
@pytest.mark.parametrize(
    ("move", "data"),
    [
        ("charge", {"basis": "items", "quantity": 31}),
        ("request_correction", {"items": ["某处"], "due_on": "2024-05-20"}),
        ("consult", consult(SUBMIT[0], "third_party")[2]),
        ("demand_reasons", {"due_on": "2024-05-20"}),
    ],
)
def test_after_the_last_day_live_work_wants_a_reason_and_charges_nothing(move, data, on, code):
    day = date.fromisoformat(on)
    if code is None:
        assert written(live(), move, day, day, **data)
        return
    with pytest.raises(MoveRefused) as refused:
        written(live(), move, day, day, **data)
    assert refused.value.code == code
    if move != "charge":
        done = written(live(), move, day, day, override="不补正无法答复", **data)
        assert done.breached_on(day) == NEXT
    _, warnings = advance(folded(history(SUBMIT, ACCEPT)), Event(3, move, day, data=data), LAW)
    assert "after_breach" in [item.unmet.code for item in warnings]


def test_after_the_last_day_nothing_is_extended_in_the_past_either():
    assert "period_lapsed" in codes(folded(history(SUBMIT, ACCEPT)), "extend", NEXT.isoformat())


def test_a_service_after_the_last_day_gives_no_more_time():
    """The letter left in time and was not received: fifteen working days after its dispatch the clock runs again."""
    asked = ("2024-03-04", "consult", consult(SUBMIT[0], "third_party")[2])
    sent = ("2024-03-04", "dispatch", {"of": "consultation", "id": "c", "method": "post"})
    missed = after(LAST, 15)
    taken = ((missed + timedelta(days=1)).isoformat(), "serve", {"of": "consultation", "id": "c"})
    case = folded(live(asked, sent, taken))
    assert case.breached_on(date(2024, 6, 3)) == missed + timedelta(days=1)


def test_what_was_known_to_be_in_time_waits_for_no_proof():
    """The applicant had been told of the extension on the 13th; that its notice left on the 12th is written down later."""
    extended = ("2024-03-11", "extend", {"days": 10, "reason": "多", "approved_by": "主任"})
    told = ("2024-03-13", "serve", {"of": "extension"})
    sent = Event(9, "dispatch", date(2024, 3, 12), data={"of": "extension", "method": "post"}, live=True)
    case = folded([*live(extended, told), replace(sent, recorded_on=date(2024, 4, 8))])
    assert (case.has_claims, case.breached_on(date(2024, 4, 8))) == (False, None)
    late_told = folded([*live(extended), replace(sent, recorded_on=date(2024, 4, 8))])
    assert (late_told.has_claims, late_told.breached_on(date(2024, 4, 8))) == (True, NEXT)


def test_a_fee_whose_notice_left_in_time_is_lifted_for_the_period_after_the_payment_too():
    charged = ("2024-03-28", "charge", {"basis": "items", "quantity": 31})
    sent = Event(4, "dispatch", LAST, data={"of": "fee", "method": "email"}, live=True, recorded_on=date(2024, 4, 1))
    paid = Event(5, "pay", date(2024, 4, 8), live=True, recorded_on=date(2024, 4, 8))
    proof = {"seq": 4, "proof": "发送记录", "reason": "x"}
    lift = Event(6, "lift_breach", date(2024, 4, 9), data=proof, live=True, recorded_on=date(2024, 4, 9))
    events = [*live(charged), sent, paid]
    assert folded(events).breached_on(date(2024, 4, 9)) == NEXT
    case = folded([*events, lift])
    assert case.breached_on(date(2024, 4, 9)) is None
    assert [(item.ending, item.claims) for item in case.periods if item.rule == "reply"] == [
        ("cancelled", []),
        (None, []),
    ]


def test_a_day_of_receipt_that_is_confirmed_after_the_last_day_leaves_it_missed():
    early = history(("2018-03-01", "submit", {}), ("2018-04-10", "confirm", {}), channel="online")
    assert folded(early).breached_on(date(2018, 4, 10)) == after(date(2018, 3, 1), 15) + timedelta(days=1)


def test_a_request_is_not_given_up_by_a_service_that_was_written_down_when_the_reply_was_late():
    """The notice was told by phone in time, which was written down after the last day of the reply."""
    asked = ("2024-03-05", "request_correction", {"items": ["某处"], "due_on": "2024-03-22"})
    told = {"of": "correction", "method": "phone", "proof": "通话录音"}
    events, recorded = live(asked), date(2024, 4, 1)
    written(events, "dispatch", date(2024, 3, 6), recorded, **told)
    case = written(events, "serve", date(2024, 3, 6), recorded, of="correction")
    after_that = date(2024, 4, 2)
    with pytest.raises(MoveRefused) as refused:
        written(list(events), "abandon", after_that, after_that)
    assert refused.value.fields["text"] == "breach_unconfirmed"
    for seq in case.claims:
        proof = {"seq": seq, "proof": "通话录音", "reason": "当日没有登记"}
        case = written(events, "lift_breach", after_that, after_that, **proof)
    assert case.breached_on(after_that) is None
    assert written(events, "abandon", after_that, after_that).state == "discontinued"


def test_a_confirmation_that_is_written_down_later_claims_nothing_itself():
    extended = ("2024-03-20", "extend", {"days": 10, "reason": "多", "approved_by": "主任"})
    told = Event(4, "serve", LAST, data={"of": "extension"}, live=True, recorded_on=date(2024, 4, 8))
    proof = {"seq": 4, "proof": "签收单", "reason": "当日没有登记"}
    lifted = Event(5, "lift_breach", LAST, data=proof, live=True, recorded_on=date(2024, 4, 9))
    case = folded([*live(extended), told])
    assert case.reply_period().claims == [4]
    case = folded([*live(extended), told, lifted])
    assert (case.has_claims, case.breached_on(date(2024, 4, 9))) == (False, None)
