"""Voiding an issued paper: what it leaves of the paper's sending, and what it does not touch."""

from datetime import date

import pytest
from counter import Counter
from office import ADMIN, SUBMIT

from disclosure.workflow import Context, FixedClock, show, void

SENT, LAST = date(2024, 3, 20), date(2024, 3, 29)
BY_POST = {"method": "post", "carrier": "EMS", "waybill": "E100", "address": "某路1号"}


def case_of(counter, on):
    with counter.sessions() as session:
        return show(Context(session, ADMIN, clock=FixedClock(on)), "A-1")


def reply_of(counter, on=LAST):
    return [item for item in case_of(counter, on).periods if item.rule == "reply"][-1]


def asked(sessions):
    counter = Counter(sessions, on=SENT)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "request_correction", {"items": ["写明文号"], "days": 10}, date(2024, 3, 5))
    counter.issue(kind="correction")
    return counter


def test_what_was_voided_on_its_way_counts_as_never_sent(sessions):
    counter = asked(sessions)
    counter.serve("1", "dispatched", BY_POST, on=SENT)
    assert reply_of(counter).status == "suspended"
    done = counter.do(void, "A-1", "1", "写错了")
    assert [item.move for item in done.moved] == ["fail_service"]
    assert (reply_of(counter).status, reply_of(counter).due_on) == ("running", LAST)
    assert case_of(counter, SENT).stage == "to_dispatch"
    counter.issue(kind="correction")
    counter.serve("2", "dispatched", BY_POST, on=SENT)
    assert reply_of(counter).status == "suspended"


def test_each_time_that_a_voided_paper_was_sent_is_taken_back(sessions):
    counter = asked(sessions)
    counter.serve("1", "dispatched", BY_POST, on=date(2024, 3, 8))
    counter.serve("1", "returned", {"reason": "查无此人"}, on=date(2024, 3, 12))
    counter.serve("1", "dispatched", BY_POST, on=date(2024, 3, 13))
    counter.at(date(2024, 4, 3))
    done = counter.do(void, "A-1", "1", "写错了")
    assert len(done.moved) == 2
    assert "late_by_this" in [item.code for item in done.warnings]
    assert (reply_of(counter, date(2024, 4, 3)).status, reply_of(counter).due_on) == ("missed", LAST)


def test_what_somebody_has_keeps_its_effect(sessions):
    counter = asked(sessions)
    counter.serve("1", "dispatched", BY_POST, on=SENT)
    counter.make("A-1", "serve", {"of": "correction"}, SENT)
    assert counter.do(void, "A-1", "1", "写错了").moved == ()
    assert reply_of(counter).status == "suspended"


def test_a_paper_that_lay_in_the_house_is_voided_without_a_move(sessions):
    counter = asked(sessions)
    assert counter.do(void, "A-1", "1", "写错了").moved == ()


@pytest.mark.parametrize(("sent_anew", "state"), [(False, "decided"), (True, "replied")])
def test_a_posted_reply_that_was_voided_on_its_way_has_not_been_made(sessions, sent_anew, state):
    counter = Counter(sessions, on=SENT)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "decide", {"answer": "O02", "delivery": "post", "ground": "可以公开"}, SENT)
    counter.issue()
    counter.serve("1", "dispatched", BY_POST, on=SENT)
    assert case_of(counter, SENT).state == "replied"
    done = counter.do(void, "A-1", "1", "写错了")
    assert [(item.code, item.text) for item in done.warnings] == [("reply_not_made", "reply_voided")]
    if sent_anew:
        counter.issue()
        counter.serve("2", "dispatched", BY_POST, on=SENT)
    assert case_of(counter, SENT).state == state


def test_a_withdrawn_decision_takes_the_sending_of_its_paper_with_it(sessions):
    counter = Counter(sessions, on=SENT)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "decide", {"answer": "O02", "delivery": "in_person", "ground": "可以公开"}, SENT)
    counter.issue()
    counter.serve("1", "dispatched", {"method": "in_person"}, on=SENT)
    counter.make("A-1", "withdraw_decision", {"reason": "写错了"}, SENT)
    assert (case_of(counter, SENT).stage, reply_of(counter).status) == (None, "running")
