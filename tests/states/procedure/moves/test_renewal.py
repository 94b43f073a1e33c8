"""A new term for a paper that came too late: a new service, no second round, and no other term than the law's."""

from dataclasses import replace
from datetime import date

import pytest
from counted import after, between
from histories import LAW
from lives import ACCEPT, SUBMIT, consult, folded, history

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.settings import settings_from

ON = date(2024, 3, 26)
CORRECTION = ("2024-03-05", "request_correction", {"items": ["某处"], "due_on": "2024-03-22"})
RENEWED = ("2024-03-26", "renew_term", {"of": "correction", "days": 5, "reason": "送到时已经过期"})


def live(*moves) -> list[Event]:
    return [replace(event, live=True) for event in history(SUBMIT, ACCEPT, *moves)]


def renew(case, **data):
    return advance(case, Event(9, "renew_term", ON, data={"reason": "没有送到"} | data, live=True), LAW)


def test_a_correction_gets_a_new_term_from_the_service_of_the_new_notice_without_a_second_round():
    case = folded(live(CORRECTION, RENEWED, ("2024-03-28", "serve", {"of": "correction"})))
    periods = [item for item in case.periods if item.rule == "correction"]
    assert [(item.due_on, item.ending) for item in periods] == [
        (date(2024, 3, 22), "cancelled"),
        (after(date(2024, 3, 28), 5), None),
    ]
    assert case.corrections == 1


def test_the_term_of_a_third_party_and_of_a_payment_stays_that_of_the_law():
    case = folded(live(consult("2024-03-05", "third_party")))
    done, warnings = renew(case, of="consultation", id="c", days=3)
    assert [item.unmet.code for item in warnings] == ["statutory_term_kept"]
    served = Event(10, "serve", date(2024, 3, 28), data={"of": "consultation", "id": "c"}, live=True)
    assert advance(done, served, LAW).case.consultations[0].due_on == after(date(2024, 3, 28), 15)


def test_what_no_law_sets_has_to_be_set():
    with pytest.raises(BadData) as refused:
        renew(folded(live(CORRECTION)), of="correction")
    assert refused.value.faults[0]["problem"] == "missing"


def test_a_paper_of_which_no_answer_is_awaited_gets_no_new_term():
    with pytest.raises(MoveRefused) as refused:
        renew(folded(live(CORRECTION)), of="fee")
    assert refused.value.fields["text"] == "no_such_paper"


def test_the_clock_stands_still_on_since_the_first_notice_left_while_its_term_is_set_anew():
    sent = ("2024-03-08", "dispatch", {"of": "correction", "method": "post"})
    renewed = ("2024-04-01", "renew_term", {"of": "correction", "days": 5, "reason": "送达时已过期"})
    again = ("2024-04-02", "dispatch", {"of": "correction", "method": "post"})
    case = folded(live(CORRECTION, sent, renewed, again, ("2024-04-10", "correct", {})))
    assert case.breached_on(date(2024, 4, 10)) is None


@pytest.mark.parametrize(
    ("sent_on", "until"),
    [(None, date(2024, 4, 1)), ("2024-04-07", None), ("2024-04-08", date(2024, 4, 1))],
    ids=["never sent", "on the last day", "too late"],
)
def test_a_new_notice_that_does_not_leave_in_time_lets_the_clock_run_from_the_day_of_the_renewal(sent_on, until):
    sent = ("2024-03-08", "dispatch", {"of": "correction", "method": "post"})
    renewed = ("2024-04-01", "renew_term", {"of": "correction", "days": 5, "reason": "没有送到"})
    again = [(sent_on, "dispatch", {"of": "correction", "method": "post"})] if sent_on else []
    spans = folded(live(CORRECTION, sent, renewed, *again)).last_period("reply").spans
    assert {(span.after, span.until) for span in spans if span.after < date(2024, 4, 1)} == {(date(2024, 3, 8), until)}


@pytest.mark.parametrize(
    ("step", "of", "told"),
    [
        (("2024-03-05", "request_correction", {"items": ["某处"], "days": 5}), "correction", {"days": 5}),
        (CORRECTION, "correction", {"days": 5}),
        (("2024-03-05", "charge", {"basis": "items", "quantity": 31}), "fee", {}),
        (consult("2024-03-05", "third_party"), "consultation", {"id": "c"}),
    ],
    ids=["days", "day", "fee", "consultation"],
)
def test_a_paper_that_was_received_in_time_gets_no_new_term(step, of, told):
    named = {"id": "c"} if of == "consultation" else {}
    case = folded(live(step, ("2024-03-22", "serve", {"of": of, **named})))
    with pytest.raises(MoveRefused) as refused:
        renew(case, of=of, **told)
    assert refused.value.fields["text"] == "served_in_time"


def test_a_letter_that_was_out_stays_left_out_when_its_term_is_set_anew():
    taken = ("2024-03-05", "serve", {"of": "consultation", "id": "c"})
    renewed = ("2024-03-18", "renew_term", {"of": "consultation", "id": "c", "reason": "x"})
    first = date(2024, 3, 5)
    reply = folded(live(consult("2024-03-05", "third_party"), taken, renewed)).last_period("reply")
    assert reply.due_on == after(date(2024, 3, 1), 20, between(first, after(first, 15)))


def test_the_only_open_consultation_is_meant_where_none_is_named_and_of_several_one_has_to_be_named():
    one = live(consult("2024-03-05", "third_party"))
    done, _ = renew(folded(one), of="consultation")
    assert [item.ref for item in done.letters if item.of == "consultation"] == ["c", "c"]
    other = ("2024-03-05", "consult", {"id": "d", "with": "third_party", "name": "某公司"})
    with pytest.raises(BadData) as refused:
        renew(folded(live(consult("2024-03-05", "third_party"), other)), of="consultation")
    assert (refused.value.faults[0]["field"], refused.value.faults[0]["problem"]) == ("id", "missing")


def test_the_notice_that_asks_for_reasons_gets_a_new_last_day_where_it_came_after_its_own():
    demanded = ("2024-03-05", "demand_reasons", {"due_on": "2024-03-12"})
    late = folded(live(demanded, ("2024-03-13", "serve", {"of": "reasons"})))
    again = renew(late, of="reasons", due_on="2024-04-02").case
    assert [(item.due_on, item.ending) for item in again.periods if item.rule == "reasons"] == [
        (date(2024, 3, 12), "cancelled"),
        (date(2024, 4, 2), None),
    ]
    with pytest.raises(BadData) as no_day:
        renew(late, of="reasons", days=5)
    assert no_day.value.faults[0]["field"] == "due_on"
    in_time = folded(live(demanded, ("2024-03-12", "serve", {"of": "reasons"})))
    with pytest.raises(MoveRefused) as refused:
        renew(in_time, of="reasons", due_on="2024-04-02")
    assert refused.value.fields["text"] == "served_in_time"


def test_while_reasons_are_asked_for_anew_the_clock_of_the_past_stands_where_the_office_says_so():
    law = Law(LAW.calendar, settings_from({"reasons_stop_clock": "yes"}))
    demanded = ("2024-03-05", "demand_reasons", {"due_on": "2024-03-08"})
    renewed = ("2024-03-12", "renew_term", {"of": "reasons", "due_on": "2024-03-15", "reason": "没有送到"})
    events = history(SUBMIT, ACCEPT, demanded, renewed)
    once, _ = fold("一件", events[:-1], law)
    again, _ = fold("一件", events, law)
    assert again.reply_period().due_on == after(once.reply_period().due_on, 3)
