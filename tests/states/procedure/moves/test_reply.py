"""The decision, the reply and its service: decided is not replied."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, MAIL_2017, SUBMIT, due, folded, history

from disclosure.states.errors import BadData, DisclosureError, MoveRefused
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event, is_decision
from disclosure.states.procedure.periods import status


@pytest.mark.parametrize(("on", "ending"), [("2017-07-10", "met"), ("2017-07-11", "missed")])
def test_a_mail_of_a_sunday_in_2017_is_answered_in_time_on_the_fifteenth_working_day(on, ending):
    case = folded(history(*MAIL_2017, (on, "reply", {"outcome": "granted", "delivery": "post"}), channel="online"))
    assert (due(case), case.last_period("reply").ending) == ("2017-07-10", ending)


@pytest.mark.parametrize("on", ["2090-01-01", "9999-12-31"])
def test_terms_of_a_remedy_that_no_calendar_reaches_are_refused(on):
    reply = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    with pytest.raises(DisclosureError) as refused:
        folded(history(SUBMIT, ACCEPT, reply, (on, "serve", {})))
    assert refused.value.code == "calendar_unknown"


@pytest.mark.parametrize(
    ("answer", "part", "problem"),
    [
        ("O02", {"answer": "O04"}, "withheld_under_other_answer"),
        ("O12", {"outcome": "denied_process"}, "withheld_under_other_answer"),
        ("O02", {"answer": "O03"}, "withheld_under_other_answer"),
        ("O02", {"answer": "保密"}, "not_one_of"),
        ("O03", {"answer": "O04"}, None),
        ("O04", {"answer": "国家秘密"}, None),
        ("O02", {"answer": "O12"}, None),
    ],
)
def test_a_part_is_withheld_only_under_an_answer_that_withholds(answer, part, problem):
    data = {"answer": answer, "delivery": "post", "items": [{"part": "第一项", "answer": "O02"}, part]}
    reply = Event(3, "reply", date(2024, 3, 6), data=data, live=True)
    case = folded(history(SUBMIT, ACCEPT))
    if problem is None:
        assert advance(case, reply, LAW).case.answer == answer
        return
    with pytest.raises(BadData) as refused:
        advance(case, reply, LAW)
    (fault,) = refused.value.faults
    assert (fault["field"], fault["problem"]) == (f"items.1.{next(iter(part))}", problem)
    assert folded([*history(SUBMIT, ACCEPT), reply]).answer == answer, "what is on record stays readable"


LAST = date(2024, 3, 29)
"""The last day of the reply to a request of 2024-03-01."""
SENT, LATE = "2024-03-29", "2024-03-30"


def decided(delivery: str = "post", *moves) -> Case:
    decide = ("2024-03-20", "decide", {"answer": "O02", "delivery": delivery})
    return folded([replace(event, live=True) for event in history(SUBMIT, ACCEPT, decide, *moves)])


def go(case: Case, move: str, on: str, **data):
    return advance(case, Event(9, move, date.fromisoformat(on), data=data, live=True), LAW)


OLD = {"number": "旧〔2016〕1号", "scan": "旧卷"}
UNREADABLE = [
    ({"search": {"systems": "档案系统", "note": "内部备注"}}, "search.note", "not_in_record"),
    ({"search": {"systems": "档案系统", "on": "三月里"}}, "search.on", "not_a_date"),
    ({"search": {"systems": "档案系统", "on": "2024-02-30"}}, "search.on", "not_a_date"),
    ({"earlier": OLD | {"on": "2016年夏天"}}, "earlier.on", "not_a_date"),
]


@pytest.mark.parametrize("in_part", [False, True], ids=["whole", "part"])
@pytest.mark.parametrize(("told", "field", "problem"), UNREADABLE)
def test_evidence_that_nobody_can_read_is_refused_in_live_work_and_kept_of_the_past(told, field, problem, in_part):
    items = {"items": [{"part": "甲", "answer": "O12", **told}]}
    data = {"answer": "O12", "delivery": "post"} | (items if in_part else told)
    step = Event(3, "reply", date(2024, 3, 20), data=data)
    assert folded([*history(SUBMIT, ACCEPT), step]).state == "replied"
    with pytest.raises(BadData) as refused:
        advance(folded(history(SUBMIT, ACCEPT)), replace(step, live=True), LAW)
    (fault,) = refused.value.faults
    assert (fault["field"], fault["problem"]) == (("items.0." if in_part else "") + field, problem)


def test_a_decided_case_is_not_answered_and_its_period_runs_on():
    case = decided()
    assert (case.state, case.outcome, case.decided_on, case.first_on) == ("decided", "granted", None, None)
    assert [status(case.last_period("reply"), on) for on in (LAST, date(2024, 3, 30))] == ["running", "missed"]


@pytest.mark.parametrize(("on", "ending"), [(SENT, "met"), (LATE, "missed")])
@pytest.mark.parametrize(
    ("delivery", "move", "data"),
    [
        ("post", "dispatch", {"of": "reply", "method": "post", "carrier": "ems"}),
        ("email", "dispatch", {"of": "reply", "method": "email"}),
        ("in_person", "serve", {}),
        ("entrusted", "serve", {}),
        ("post", "reply", {"delivery": "post"}),
    ],
)
def test_it_is_made_when_it_goes_out_by_the_way_that_counts(delivery, move, data, on, ending):
    case, _ = go(decided(delivery), move, on, **data)
    period = case.last_period("reply")
    assert (case.state, case.decided_on, period.ending) == ("replied", date.fromisoformat(on), ending)
    assert case.first_outcome == "granted"


def test_carried_out_by_hand_it_waits_for_the_signature():
    case, _ = go(decided("in_person"), "dispatch", SENT, of="reply", method="hand")
    assert case.state == "decided"
    served, _ = go(case, "serve", SENT)
    assert (served.state, served.served_on) == ("replied", LAST)
    assert served.last_period("review_application").starts_on == LAST


def test_given_to_another_carrier_it_is_made_when_it_is_signed_for():
    case, warnings = go(decided(), "dispatch", SENT, of="reply", method="post", carrier="other")
    assert case.state == "decided"
    assert [item.unmet.code for item in warnings] == ["not_the_postal_enterprise"]
    assert go(case, "serve", LATE)[0].last_period("reply").ending == "missed"


def test_a_second_dispatch_moves_nothing():
    posted = ("2024-03-25", "dispatch", {"of": "reply", "method": "post"})
    back = ("2024-03-28", "fail_service", {"of": "reply", "reason": "absent"})
    case, _ = go(decided("post", posted, back), "dispatch", LATE, of="reply", method="post")
    assert (case.decided_on, case.last_period("reply").ending) == (date(2024, 3, 25), "met")


def test_the_way_can_be_changed_and_the_answer_cannot():
    case, _ = go(decided("in_person"), "decide", "2024-03-25", delivery="post")
    assert (case.state, case.delivery) == ("decided", "post")
    with pytest.raises(BadData) as refused:
        go(case, "reply", "2024-03-26", delivery="post", answer="O09")
    assert refused.value.faults[0]["problem"] == "decided_already"


@pytest.mark.parametrize(
    ("before", "state"),
    [((), "received"), ((ACCEPT,), "accepted"), ((ACCEPT, ("2024-03-04", "extend", {})), "extended")],
)
def test_a_decision_that_is_taken_back_leads_to_where_the_case_stood(before, state):
    extension = {"days": 5, "reason": "多", "approved_by": "主任"}
    moves = [(on, name, extension if name == "extend" else data) for on, name, data in before]
    decide = ("2024-03-20", "decide", {"answer": "O02"})
    case, _ = go(folded(history(SUBMIT, *moves, decide)), "withdraw_decision", "2024-03-21", reason="有误")
    assert (case.state, case.outcome, case.answer, case.delivery) == (state, None, "", "")
    with pytest.raises(MoveRefused):
        go(case, "withdraw_decision", "2024-03-22", reason="又有误")


def test_what_is_typed_in_live_work_as_handed_over_has_been_received():
    live = [replace(event, live=True) for event in history(SUBMIT, ACCEPT)]
    case, _ = go(folded(live), "reply", "2024-03-20", answer="O02", delivery="in_person")
    assert case.served_on == date(2024, 3, 20)
    posted, _ = go(folded(live), "reply", "2024-03-20", answer="O02", delivery="post")
    assert posted.served_on is None


def test_in_live_work_a_later_dispatch_is_the_day_of_the_reply_and_in_the_past_the_recorded_one_is():
    reply = ("2024-03-29", "reply", {"answer": "O02", "delivery": "post"})
    events = history(SUBMIT, ACCEPT, reply)
    sent = {"of": "reply", "method": "post"}
    case, _ = go(folded([replace(event, live=True) for event in events]), "dispatch", "2024-04-01", **sent)
    assert (case.decided_on, case.first_on, case.last_period("reply").ending) == (date(2024, 4, 1),) * 2 + ("missed",)
    past, _ = go(folded(events), "dispatch", "2024-04-01", **sent)
    assert (past.decided_on, past.last_period("reply").ending) == (LAST, "met")


def test_in_the_past_a_reply_handed_over_was_made_on_the_day_of_its_service():
    reply = ("2024-03-28", "reply", {"answer": "O02", "delivery": "in_person"})
    case = folded(history(SUBMIT, ACCEPT, reply, ("2024-04-01", "serve", {})))
    assert (case.decided_on, case.last_period("reply").ending) == (date(2024, 4, 1), "missed")


def test_a_step_that_only_sends_out_what_was_decided_is_no_decision():
    told = {"answer": "O02"}
    assert [is_decision(Event(1, name, LAST, data=told)) for name in ("reply", "decide", "serve")] == [
        True,
        True,
        False,
    ]
    assert not is_decision(Event(1, "reply", LAST, data={"delivery": "post"}))


def test_what_lay_ready_to_be_collected_has_to_go_out_when_the_way_is_changed():
    steps = (
        ("2024-03-20", "decide", {"answer": "O02", "delivery": "in_person"}),
        ("2024-03-20", "dispatch", {"of": "reply", "method": "in_person"}),
    )
    waiting = folded([replace(event, live=True) for event in history(SUBMIT, ACCEPT, *steps)])
    assert waiting.stage(issued=True) == "awaiting_receipt"
    changed = ("2024-03-28", "decide", {"delivery": "post"})
    case = folded([replace(event, live=True) for event in history(SUBMIT, ACCEPT, *steps, changed)])
    assert (case.state, case.answer, case.stage(issued=True)) == ("decided", "O02", "to_dispatch")
