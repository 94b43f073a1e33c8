"""What nobody has confirmed keeps no reply period, whatever it hides behind and whichever step brings it to light."""

from collections.abc import Sequence
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history
from random_lives import drawn_life

from disclosure.states.errors import DisclosureError
from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event

LAST, NEXT, LATE = date(2024, 3, 29), date(2024, 3, 30), date(2024, 4, 8)
"""The last day of the reply to a request of 2024-03-01, the day after, and one on which all is known to be late."""
DECIDED = ("2024-03-28", "decide", {"answer": "O02", "delivery": "email"})
MAILED = ("2024-03-29", "dispatch", {"of": "reply", "method": "email"})
POSTED = {"of": "reply", "method": "post"}


class Record:
    """A case of live work that grows move by move, each on its day or written down on another."""

    def __init__(self, *moves: tuple[str, str, dict[str, object]]) -> None:
        self.events: list[Event] = []
        self.case = Case("一件")
        for event in history(SUBMIT, ACCEPT, *moves):
            self.write(event.move, event.on, event.on, **event.data)

    def write(self, move: str, on: date, recorded_on: date, **data: object) -> Case:
        event = Event(len(self.events) + 1, move, on, data=dict(data), live=True, recorded_on=recorded_on)
        known = list(self.events)
        self.case = advance(self.case, event, LAW, lambda: known).case
        self.events.append(event)
        assert folded(self.events) == self.case, "the history gives the same case"
        return self.case

    def amend(self, seq: int, on: date = LATE, **changed: object) -> Case:
        return self.write("amend", on, on, seq=seq, reason="日期写错", **changed)

    def lift(self, seq: int, on: date = LATE) -> Case:
        return self.write("lift_breach", on, on, seq=seq, proof="邮政收据", reason="当日没有登记")


def breached(case: Case) -> date | None:
    return case.breached_on(LATE)


def test_two_late_supports_do_not_hide_one_another_once_what_held_the_reply_is_amended_away():
    record = Record(DECIDED, MAILED, ("2024-04-02", "dispatch", POSTED))
    record.write("serve", LAST, date(2024, 4, 3), of="reply")
    assert breached(record.amend(5, at="2024-03-29")) is None, "the mail of the last day still holds it"
    case = record.amend(4, at="2024-03-30")
    assert (breached(case), case.claims) == (NEXT, [5])
    assert breached(record.lift(5)) is None
    case = record.amend(5, at="2024-04-02")
    assert (breached(case), case.claims) == (NEXT, [6]), "then it rests on the other"
    assert breached(record.lift(6)) is None


def test_what_was_confirmed_and_then_amended_does_not_hide_what_never_was():
    record = Record(DECIDED)
    record.write("dispatch", LAST, date(2024, 4, 1), **POSTED)
    record.lift(4)
    record.write("serve", LAST, date(2024, 4, 3), of="reply")
    assert breached(record.case) is None
    case = record.amend(4, at="2024-04-01")
    assert (breached(case), case.claims) == (NEXT, [6])


def test_three_amendments_hide_nothing_in_whichever_order_they_come():
    for order in ((4, 5, 6), (6, 4, 5), (4, 6, 5)):
        record = Record(DECIDED, MAILED, ("2024-03-29", "dispatch", POSTED), ("2024-04-02", "dispatch", POSTED))
        for seq in order:
            record.amend(seq, at="2024-03-29" if seq == 6 else "2024-03-30")
        assert (breached(record.case), record.case.claims) == (NEXT, [6]), order


@pytest.mark.parametrize(
    ("move", "data"),
    [("dispatch", POSTED), ("fail_service", {"of": "reply", "reason": "bounced"})],
)
def test_a_step_of_any_kind_brings_to_light_what_rests_on_a_late_support(move, data):
    """The reply was typed as made, and a service of that day written down later: nothing hung on it then."""
    record = Record(("2024-03-28", "reply", {"answer": "O02", "delivery": "email"}))
    if move == "fail_service":
        record.write("dispatch", date(2024, 3, 28), date(2024, 3, 28), of="reply", method="email")
    record.write("serve", date(2024, 3, 28), date(2024, 4, 1), of="reply")
    assert (breached(record.case), record.case.claims) == (None, [])
    support = record.case.unconfirmed
    case = record.write(move, LATE, LATE, **data)
    assert (breached(case), case.claims) == (NEXT, support)


def test_an_amendment_that_changes_no_day_claims_nothing():
    record = Record(DECIDED, MAILED)
    case = record.amend(4, data={"proof": "发送记录"})
    assert (breached(case), case.claims) == (None, [])


def test_an_amendment_that_is_taken_back_leaves_nothing_to_confirm():
    record = Record(("2024-04-01", "reply", {"answer": "O02", "delivery": "post"}))
    assert record.amend(3, at="2024-03-29").claims == [3]
    case = record.amend(3, at="2024-04-01")
    assert (breached(case), case.claims) == (NEXT, [])


def test_who_confirms_a_step_confirms_what_it_cannot_be_without():
    record = Record(("2024-04-05", "reply", {"answer": "O02", "delivery": "post"}))
    extended = {"days": 10, "reason": "多", "approved_by": "主任", "late_reason": "漏登"}
    record.write("extend", date(2024, 3, 20), LATE, **extended)
    case = record.write("dispatch", date(2024, 3, 20), LATE, of="extension", method="post")
    assert (breached(case), case.claims) == (NEXT, [5])
    case = record.lift(5)
    assert (breached(case), case.unconfirmed) == (None, [])


def test_a_confirmation_and_an_amendment_of_one_step_are_judged_with_all_else_left_out():
    record = Record(("2024-04-05", "reply", {"answer": "O02", "delivery": "post"}))
    extended = {"days": 10, "reason": "多", "approved_by": "主任", "late_reason": "漏登"}
    record.write("extend", date(2024, 3, 20), LATE, **extended)
    record.amend(4, data={"days": 11})
    record.write("dispatch", date(2024, 3, 20), LATE, of="extension", method="post")
    case = record.lift(6)
    assert (breached(case), case.unconfirmed) == (None, [])


def test_what_was_confirmed_is_confirmed_anew_once_it_was_taken_back():
    record = Record()
    record.write("reply", LAST, date(2024, 4, 1), answer="O02", delivery="post")
    assert breached(record.lift(3)) is None
    case = record.amend(3, at="2024-04-02")
    assert (breached(case), case.claims) == (NEXT, [])
    case = record.amend(3, at="2024-03-29")
    assert (breached(case), case.claims) == (NEXT, [3])


def test_a_missed_day_that_an_amendment_makes_an_earlier_one_stays_until_it_is_confirmed():
    """A term to contest the silence would run, and end, sooner: 行诉法 art. 47."""
    record = Record()
    case = record.amend(1, at="2024-02-29")
    assert (breached(case), case.claims, case.reply_period().limit) == (NEXT, [1], LAST)
    assert breached(record.lift(1)) == LAST, "then the day before is the last one"


def test_a_missed_period_that_an_amendment_takes_away_stays_until_it_is_confirmed():
    record = Record()
    del record.events[1:]
    record.case = folded(record.events)
    case = record.amend(1, data={"channel": "online"})
    assert (breached(case), case.claims, case.state) == (NEXT, [1], "submitted")
    case = record.write("confirm", LATE, LATE)
    assert (breached(case), case.claims) == (NEXT, [1])
    assert breached(record.lift(1)) is None


def test_a_fact_that_makes_a_missed_day_an_earlier_one_needs_no_proof():
    asked = {"id": "c", "with": "third_party", "name": "甲公司"}
    sent = {"of": "consultation", "id": "c", "method": "post"}
    record = Record(("2024-03-05", "consult", asked), ("2024-03-05", "dispatch", sent))
    missed = record.case.reply_period().due_on
    recorded = date(2024, 4, 30)
    assert record.case.breached_on(recorded) is not None
    case = record.write("opinion", date(2024, 3, 8), recorded, id="c", opinion="agrees")
    assert case.claims == [] and case.reply_period().limit < missed


def test_what_was_written_down_before_the_last_day_and_corrected_in_its_words_needs_no_proof():
    record = Record(DECIDED)
    record.write("dispatch", date(2024, 3, 28), LAST, **POSTED)
    case = record.amend(4, data={"proof": "邮件号码"})
    assert (breached(case), case.claims) == (None, [])


def test_no_random_life_is_in_time_by_what_nobody_has_confirmed():
    judged = 0
    for seed in range(600):
        events = drawn_life(seed, live=True).events
        case, _ = fold("一件", events, LAW)
        if not case.unconfirmed:
            continue
        written = [event.recorded_on or event.on for event in events if event.seq in case.unconfirmed]
        if _without(events, case.unconfirmed).breached_on(min(written)) is not None:
            judged += 1
            assert case.breached_on(max(event.recorded_on or event.on for event in events)) is not None, seed
    assert judged >= 10


def _without(events: Sequence[Event], left_out: Sequence[int]) -> Case:
    """The case that the other steps make, as far as they can be made."""
    kept: list[Event] = []
    for event in events:
        if event.seq not in left_out:
            try:
                fold("一件", [*kept, event], LAW)
            except DisclosureError:  # it rests on what was left out
                continue
            kept.append(event)
    return folded(kept)
