"""Dispatch, service, return: what they start in live work and in the past, on both sides of each day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from counted import after, between
from histories import LAW
from lives import ACCEPT, SUBMIT, codes, consult, folded, history

from disclosure.states.errors import MoveRefused, OutOfOrder
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.case import NEVER, Case, dump, load
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import status

RECEIVED, SENT, SERVED = date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 11)
ASKED = consult("2024-03-04", "third_party")
POSTED = ("2024-03-04", "dispatch", {"of": "consultation", "id": "c", "method": "post"})
TAKEN = ("2024-03-11", "serve", {"of": "consultation", "id": "c"})
FEE = ("2024-03-04", "charge", {"basis": "items", "quantity": 31})


def live(*moves) -> list[Event]:
    """The same moves, made in live work."""
    return [replace(event, live=True) for event in history(SUBMIT, ACCEPT, *moves)]


def late(case: Case, events: list[Event], on: str, move: str, is_live: bool = True, **data):
    """A move that is recorded after later ones."""
    event = Event(len(events) + 1, move, date.fromisoformat(on), data=data, live=is_live)
    return advance(case, event, LAW, lambda: events)


def test_the_term_of_a_third_party_runs_from_service_and_the_reply_stands_still_from_dispatch():
    case = folded(live(ASKED, POSTED))
    assert (case.consultations[0].due_on, case.last_period("consultation").awaits) == (NEVER, True)
    case = folded(live(ASKED, POSTED, TAKEN))
    term = after(SERVED, 15)
    assert case.consultations[0].due_on == term
    assert case.last_period("reply").due_on == after(RECEIVED, 20, between(SENT, term))


@pytest.mark.parametrize("days", range(0, 31, 3))
def test_without_a_service_no_more_than_fifteen_working_days_after_dispatch_are_left_out(days):
    ended = SENT + timedelta(days=days)
    opinion = (ended.isoformat(), "opinion", {"id": "c", "opinion": "agrees"})
    reply = folded(live(ASKED, POSTED, opinion)).last_period("reply")
    # the opinion itself proves receipt, so that the term cannot end before it
    assert reply.due_on == after(RECEIVED, 20, between(SENT, ended))
    waiting = folded(live(ASKED, POSTED)).last_period("reply")
    assert waiting.due_on == after(RECEIVED, 20, between(SENT, after(SENT, 15)))


@pytest.mark.parametrize(
    ("asked", "paper", "rule"),
    [
        (
            consult("2024-03-04", "third_party", served_on="2024-03-11"),
            {"of": "consultation", "id": "c"},
            "consultation",
        ),
        (("2024-03-04", "charge", FEE[2] | {"served_on": "2024-03-11"}), {"of": "fee"}, "payment"),
    ],
)
def test_a_service_that_a_step_of_the_past_told_stands_when_its_dispatch_is_recorded(asked, paper, rule):
    sent = ("2024-03-05", "dispatch", paper | {"method": "post"})
    period = folded(history(SUBMIT, ACCEPT, asked, sent)).last_period(rule)
    assert (period.starts_on, period.served, period.due_on) == (
        SERVED,
        True,
        after(SERVED, 15 if rule == "consultation" else 20),
    )


def test_by_hand_the_reply_stands_still_from_service():
    carried = ("2024-03-04", "dispatch", {"of": "consultation", "id": "c", "method": "hand"})
    waiting = folded(live(ASKED, carried)).last_period("reply")
    assert waiting.due_on == after(RECEIVED, 20)
    case = folded(live(ASKED, carried, TAKEN))
    assert case.last_period("reply").due_on == after(RECEIVED, 20, between(SERVED, after(SERVED, 15)))


def test_in_the_past_service_is_assumed_on_the_day_of_the_move_until_one_is_recorded():
    case = folded(history(SUBMIT, ACCEPT, ASKED))
    assert case.letters == [] and case.consultations[0].due_on == after(SENT, 15)
    silent = ("2024-03-26", "lapse_consultation", {"id": "c"})
    _, warnings = advance(case, history(SUBMIT, silent)[-1], LAW)
    assert [item.unmet.code for item in warnings] == ["service_assumed"]
    case = folded(history(SUBMIT, ACCEPT, ASKED, TAKEN))
    assert case.consultations[0].due_on == after(SERVED, 15)
    assert case.last_period("reply").due_on == after(RECEIVED, 20, between(SENT, after(SERVED, 15)))


def test_a_service_that_is_recorded_decides_in_the_past_too():
    case = folded(history(SUBMIT, ACCEPT, FEE, ("2024-03-11", "serve", {"of": "fee"})))
    last = after(SERVED, 20)
    assert case.last_period("payment").due_on == last
    with pytest.raises(MoveRefused) as refused:
        advance(case, Event(9, "abandon", last), LAW)
    assert refused.value.code == "period_running"


@pytest.mark.parametrize(("of", "made"), [("fee", FEE), ("consultation", ASKED)])
def test_a_service_of_live_work_that_comes_late_is_put_in_its_place_and_one_of_the_past_is_not(of, made):
    events = live(made, ("2024-03-12", "reassign", {"department": "甲科", "reason": "分工"}))
    done, _ = late(folded(events), events, "2024-03-11", "serve", of=of)
    assert done.letter(of, "c" if of == "consultation" else "").served_on == SERVED
    with pytest.raises(OutOfOrder):
        late(folded(events), events, "2024-03-11", "serve", is_live=False, of=of)


def test_a_step_that_rested_on_an_earlier_service_is_marked_and_nothing_is_undone():
    events = live(ASKED, POSTED, ("2024-03-05", "serve", TAKEN[2]), ("2024-03-27", "lapse_consultation", {"id": "c"}))
    case = folded(events)
    assert case.premature == []
    done, warnings = late(case, events, "2024-03-11", "serve", of="consultation", id="c")
    assert done.premature == ["consultation:c"] and done.state == "accepted"
    assert [item.unmet.code for item in warnings] == ["served_already", "premature_step"]
    recorded = [*events, Event(len(events) + 1, "serve", SERVED, data=TAKEN[2], live=True)]
    assert folded(recorded) == replace(done, seq=len(recorded))


def test_what_bounces_was_not_received_and_what_was_refused_was_where_the_applicant_gave_the_address():
    sent = ("2024-03-05", "dispatch", {"of": "fee", "method": "email"})
    back = ("2024-03-06", "fail_service", {"of": "fee", "reason": "bounced"})
    assert folded(live(FEE, sent)).last_period("payment").due_on == after(date(2024, 3, 5), 20)
    assert folded(live(FEE, sent, back)).last_period("payment").awaits
    posted = ("2024-03-05", "dispatch", {"of": "fee", "method": "post"})
    refused = ("2024-03-11", "fail_service", {"of": "fee", "reason": "refused"})
    assert folded(live(FEE, posted, refused)).last_period("payment").due_on == after(SERVED, 20)
    absent = ("2024-03-11", "fail_service", {"of": "fee", "reason": "absent"})
    assert folded(live(FEE, posted, absent)).last_period("payment").awaits


def test_a_fact_about_a_paper_that_was_never_made_is_refused_and_names_the_paper():
    case = folded(live())
    with pytest.raises(MoveRefused) as refused:
        advance(case, Event(9, "serve", SERVED, data={"of": "fee"}, live=True), LAW)
    assert (refused.value.code, refused.value.fields["text"]) == ("move_not_allowed", "no_such_paper")
    assert codes(case, "fail_service", "2024-03-11") == ["move_not_allowed"]


def test_a_reply_that_is_served_again_starts_its_terms_again():
    reply = ("2024-03-20", "reply", {"outcome": "denied_process", "answer": "O09", "delivery": "post"})
    once = folded(history(SUBMIT, reply, ("2024-03-22", "serve", {})))
    again = folded(history(SUBMIT, reply, ("2024-03-22", "serve", {}), ("2024-03-25", "serve", {})))
    assert [item.starts_on for item in once.periods if item.rule == "review_application"] == [date(2024, 3, 22)]
    assert [item.starts_on for item in again.periods if item.rule == "review_application"] == [date(2024, 3, 25)]


def test_a_case_with_letters_is_kept_and_read_again():
    case = folded(live(ASKED, POSTED, TAKEN))
    assert load(dump(case)) == case
    assert status(case.last_period("consultation"), SERVED) == "running"


REPLIED = ("2024-03-20", "reply", {"answer": "O02", "delivery": "post"})
TERMS = ("review_application", "suit")


def test_remedy_terms_wait_in_live_work_and_open_in_the_past_only_with_a_service():
    case = folded(live(REPLIED))
    assert [case.last_period(name).due_on for name in TERMS] == [NEVER, NEVER]
    taken = ("2024-03-25", "serve", {"of": "reply"})
    served = folded(live(REPLIED, taken))
    assert [served.last_period(name).due_on for name in TERMS] == [date(2024, 5, 24), date(2024, 9, 25)]
    assert len([item for item in served.periods if item.rule in TERMS]) == 2
    assert [folded(history(SUBMIT, ACCEPT, REPLIED)).last_period(name) for name in TERMS] == [None, None]
    past = folded(history(SUBMIT, ACCEPT, REPLIED, taken))
    assert [past.last_period(name).due_on for name in TERMS] == [date(2024, 5, 24), date(2024, 9, 25)]


def test_a_reply_that_was_made_on_a_later_day_after_all_leaves_one_term_of_each_kind():
    sent = ("2024-03-22", "dispatch", {"of": "reply", "method": "post"})
    case = folded(live(REPLIED, sent))
    assert case.decided_on == date(2024, 3, 22)
    assert [(item.rule, item.law_on, item.awaits) for item in case.periods if item.rule in TERMS] == [
        (name, date(2024, 3, 22), True) for name in TERMS
    ]


def test_a_premature_abandonment_that_is_taken_back_leaves_no_term_against_it():
    asked = ("2024-03-05", "request_correction", {"items": ["某处"], "days": 5})
    taken = ("2024-03-06", "serve", {"of": "correction"})
    later = ("2024-03-12", "serve", {"of": "correction"})
    events = live(asked, taken, ("2024-03-14", "abandon", {}))
    assert folded(events).last_period("suit").awaits
    case, _ = late(folded(events), events, "2024-03-12", "serve", of="correction")
    assert case.premature == ["correction"]
    again = ("2024-03-15", "reopen", {"reason": "过早"})
    back = folded(live(asked, taken, later, ("2024-03-14", "abandon", {}), again))
    assert [item.ending for item in back.periods if item.rule in TERMS] == ["cancelled", "cancelled"]


EXTENDED = ("2024-03-15", "extend", {"days": 10, "reason": "多", "approved_by": "主任"})
MAILED = ("2024-03-18", "dispatch", {"of": "extension", "method": "email"})
BOUNCED = ("2024-03-19", "fail_service", {"of": "extension", "reason": "bounced"})


def test_an_extension_whose_mail_bounced_was_not_told_and_can_be_told_another_way():
    case = folded(live(EXTENDED, MAILED, BOUNCED))
    assert (case.state, case.pending.days, case.extended_days) == ("accepted", 10, 0)
    assert case.last_period("reply").due_on == after(RECEIVED, 20)
    assert load(dump(case)) == case
    posted = ("2024-03-20", "dispatch", {"of": "extension", "method": "post"})
    again = folded(live(EXTENDED, MAILED, BOUNCED, posted))
    assert (again.state, again.last_period("reply").due_on) == ("extended", after(RECEIVED, 30))
    before = folded(live(EXTENDED, MAILED, posted, ("2024-03-21", *BOUNCED[1:])))
    assert (before.state, before.last_period("reply").due_on) == ("extended", after(RECEIVED, 30))
    assert not before.letter("extension").is_back


def test_a_bounce_does_not_undo_a_service_that_was_proved_otherwise():
    taken = ("2024-03-18", "serve", {"of": "extension", "method": "in_person"})
    case = folded(live(EXTENDED, taken, MAILED, BOUNCED))
    assert (case.letter("extension").served_on, case.state) == (date(2024, 3, 18), "extended")


def test_a_deferral_is_what_it_was_before_an_extension_that_bounced():
    deferred = ("2024-03-06", "defer", {"until": "2024-06-03"})
    told = ("2024-03-07", "dispatch", {"of": "deferral", "method": "post"})
    case = folded(live(deferred, told, EXTENDED, MAILED))
    assert case.last_period("reply").due_on > date(2024, 6, 3)
    case = folded(live(deferred, told, EXTENDED, MAILED, BOUNCED))
    assert case.last_period("reply").due_on == date(2024, 6, 3)


@pytest.mark.parametrize("state", ["consulting", "decided"])
def test_a_bounce_while_the_case_is_elsewhere_leads_back_to_the_state_without_extension(state):
    step = {
        "consulting": (
            consult("2024-03-18", "third_party"),
            ("2024-03-20", "opinion", {"id": "c", "opinion": "agrees"}),
        ),
        "decided": (
            ("2024-03-18", "decide", {"answer": "O02", "delivery": "post"}),
            ("2024-03-20", "withdraw_decision", {"reason": "有误"}),
        ),
    }[state]
    assert folded(live(EXTENDED, MAILED, step[0], BOUNCED)).state == state
    assert folded(live(EXTENDED, MAILED, step[0], BOUNCED, step[1])).state == "accepted"


@pytest.mark.parametrize(
    ("move", "data"),
    [("dispatch", {"of": "fee", "method": "post"}), ("fail_service", {"of": "fee", "reason": "absent"})],
)
def test_an_attempt_after_a_service_is_recorded_and_changes_no_day(move, data):
    events = live(
        FEE, ("2024-03-05", "dispatch", {"of": "fee", "method": "post"}), ("2024-03-11", "serve", {"of": "fee"})
    )
    case, warnings = advance(
        folded(events), Event(9, move, date(2024, 3, 12), data=data, live=True), LAW, lambda: events
    )
    assert [(item.unmet.code, item.unmet.text) for item in warnings] == [("served_already", "attempt_after_service")]
    assert case.last_period("payment").due_on == after(SERVED, 20)


def test_a_letter_taken_by_hand_stops_the_clock_whatever_is_posted_later_and_so_does_one_taken_after_a_return():
    by_hand = ("2024-03-04", "serve", {"of": "consultation", "id": "c"})
    again = ("2024-03-11", "dispatch", {"of": "consultation", "id": "c", "method": "email"})
    reply = folded(live(ASKED, by_hand, again)).last_period("reply")
    assert reply.due_on == after(RECEIVED, 20, between(SENT, after(SENT, 15)))
    back = ("2024-03-06", "fail_service", {"of": "consultation", "id": "c", "reason": "absent"})
    reply = folded(live(ASKED, POSTED, back, ("2024-03-18", *TAKEN[1:]))).last_period("reply")
    served = date(2024, 3, 18)
    out = between(SENT, date(2024, 3, 6)) | between(served, after(served, 15))
    assert reply.due_on == after(RECEIVED, 20, out)


def test_a_notice_taken_before_it_was_posted_has_stopped_the_clock_since_it_was_taken():
    asked = ("2024-03-28", "request_correction", {"items": ["某处"], "days": 20})
    taken = ("2024-03-29", "serve", {"of": "correction"})
    posted = ("2024-04-01", "dispatch", {"of": "correction", "method": "post"})
    case = folded(live(asked, taken, posted, ("2024-04-08", "correct", {})))
    assert case.breached_on(date(2024, 4, 8)) is None


def test_a_service_that_its_own_move_told_stays_when_something_else_becomes_known_of_the_letter():
    asked = consult("2024-03-04", "third_party", served_on="2024-03-11")
    case = folded(history(SUBMIT, ACCEPT, asked, POSTED))
    assert case.consultations[0].due_on == after(SERVED, 15)


def test_a_reply_that_was_handed_over_is_not_made_later_by_a_copy_that_is_posted():
    handed = ("2024-03-20", "reply", {"answer": "O02", "delivery": "in_person"})
    copy = ("2024-04-10", "dispatch", {"of": "reply", "method": "post"})
    assert folded(live(handed, copy)).breached_on(date(2024, 4, 10)) is None


def test_what_was_refused_at_the_door_makes_a_decided_reply_and_tells_of_an_extension():
    decided = ("2024-03-20", "decide", {"answer": "O02", "delivery": "in_person"})
    carried = ("2024-03-21", "dispatch", {"of": "reply", "method": "hand"})
    refused = ("2024-03-21", "fail_service", {"of": "reply", "reason": "refused"})
    case = folded(live(decided, carried, refused))
    assert (case.state, case.decided_on) == ("replied", date(2024, 3, 21))
    extended = ("2024-03-20", "extend", {"days": 5, "reason": "多", "approved_by": "主任"})
    told = folded(live(extended, *[(on, move, data | {"of": "extension"}) for on, move, data in (carried, refused)]))
    assert (told.state, told.last_period("reply").due_on) == ("extended", after(RECEIVED, 25))


def test_what_is_recorded_of_a_notice_after_a_lawful_abandonment_makes_it_no_mistake():
    fee = ("2024-03-04", "charge", {"basis": "items", "quantity": 31, "served_on": "2024-03-04"})
    copy = ("2024-04-09", "dispatch", {"of": "fee", "method": "post"})
    given_up = live(fee, ("2024-04-08", "abandon", {}), copy)
    assert folded(given_up).premature == []
    served = replace(history(SUBMIT, ("2024-04-09", "serve", {"of": "fee"}))[-1], live=True, seq=9)
    assert folded([*given_up, served]).premature == ["fee"]


ASKED_TO_CORRECT = ("2024-03-04", "request_correction", {"items": ["某处"], "days": 10})


@pytest.mark.parametrize(
    ("submit", "told", "warned"),
    [
        ({}, {"method": "email"}, True),
        ({}, {"method": "online"}, True),
        ({}, {"method": "email", "consent": "送达地址确认书"}, False),
        ({}, {"method": "post"}, False),
        ({"applicant": {"kind": "org_other", "email": "a@example.cn"}}, {"method": "email"}, False),
        ({"applicant": {"kind": "org_other", "email": "a@example.cn"}}, {"method": "fax"}, True),
    ],
)
def test_a_way_through_the_network_that_nobody_chose_warns_in_live_work(submit, told, warned):
    events = live(ASKED_TO_CORRECT)
    events[0] = replace(events[0], data=events[0].data | submit)
    sent = Event(4, "dispatch", date(2024, 3, 5), data={"of": "correction"} | told, live=True)
    case, warnings = advance(folded(events), sent, LAW)
    assert [item.unmet.code for item in warnings] == (["way_not_chosen"] if warned else [])
    assert case.last_period("reply").stands_still


@pytest.mark.parametrize(("proof", "is_live", "served"), [("", True, False), ("照片", True, True), ("", False, True)])
def test_what_was_left_without_a_record_has_served_nobody_in_live_work(proof, is_live, served):
    data = {"of": "correction", "method": "left"} | ({"proof": proof} if proof else {})
    left = Event(4, "serve", date(2024, 3, 6), data=data, live=is_live)
    case, warnings = advance(folded(live(ASKED_TO_CORRECT)), left, LAW)
    assert ("way_needs_record" not in [item.unmet.code for item in warnings]) is served
    assert (case.last_period("correction").due_on == NEVER) is not served


BACK = ("2024-03-08", "fail_service", {"of": "consultation", "id": "c", "reason": "absent"})
CARRIED = ("2024-03-11", "dispatch", {"of": "consultation", "id": "c", "method": "in_person"})


@pytest.mark.parametrize(
    ("tried", "warned"),
    [
        ((), True),
        ((POSTED, BACK), True),
        ((POSTED, BACK, ("2024-03-11", *POSTED[1:]), ("2024-03-14", *BACK[1:])), True),
        ((POSTED, BACK, CARRIED, ("2024-03-11", *BACK[1:])), False),
    ],
)
def test_who_was_not_tried_in_two_ways_is_given_up_with_a_warning(tried, warned):
    data = {"id": "c", "reason": "送不到", "undeliverable": "邮寄、上门"}
    given_up = Event(9, "cancel_consultation", date(2024, 3, 20), data=data, live=True)
    _, warnings = advance(folded(live(ASKED, *tried)), given_up, LAW)
    assert ("attempts_missing" in [item.unmet.code for item in warnings]) is warned
