"""What falls due: one bucket for each open case, on both sides of each day, most urgent first."""

from datetime import date, timedelta

import pytest
from histories import LAW
from office import ADMIN, CLERK, SUBMIT

from disclosure.states.errors import NotPermitted, SetupError
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    change_settings,
    counts,
    due,
    move,
    set_directory,
)
from disclosure.workflow.cases.due_list import BUCKETS, bucket
from disclosure.workflow.cases.queries import id_of
from disclosure.workflow.cases.store import note_issued

ON = date(2024, 3, 1)
DUE = date(2024, 3, 29)
REPLY = {"answer": "O02", "delivery": "post"}


def listed(sessions, on=None, today=ON, agency="default", actor=ADMINISTRATOR, **more):
    with sessions() as session:
        return due(Context(session.connection(), actor, agency, clock=FixedClock(today)), on, **more)


def test_each_lamp_changes_on_its_day():
    red, yellow = LAW.settings.red_days, LAW.settings.yellow_days
    days = {LAW.calendar.project_count(day, DUE): day for day in (DUE - timedelta(n) for n in range(20, 0, -1))}
    found = {left: bucket(DUE, None, False, days[left], LAW)[0] for left in (1, red, red + 1, yellow, yellow + 1)}
    assert found == {1: "red", red: "red", red + 1: "yellow", yellow: "yellow", yellow + 1: "green"}
    assert bucket(DUE, None, False, DUE, LAW) == ("today", 0)


def test_a_case_is_late_from_the_day_after_even_where_that_is_no_working_day():
    assert bucket(DUE, None, False, date(2024, 3, 30), LAW) == ("overdue", -1)  # a Saturday
    assert bucket(DUE, None, False, date(2024, 4, 1), LAW) == ("overdue", -1)
    assert bucket(DUE, None, False, date(2024, 4, 2), LAW) == ("overdue", -2)


def test_a_pause_ends_on_its_day_and_hides_no_late_case():
    until = date(2024, 3, 20)
    places = [bucket(DUE, until, False, day, LAW)[0] for day in (date(2024, 3, 19), until, date(2024, 3, 30))]
    assert places[0] == "suspended"
    assert places[1] != "suspended"
    assert places[2] == "overdue"
    assert bucket(DUE, until, True, date(2024, 3, 30), LAW) == ("awaiting", None)


def test_what_falls_due_without_a_day_is_about_today(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON))
    assert [item.bucket for item in listed(sessions, today=DUE)] == ["today"]
    assert listed(sessions) == listed(sessions, ON)


def test_the_most_urgent_come_first_and_each_is_counted_once(work, sessions):
    for number, received in (("C", date(2024, 3, 8)), ("A", ON), ("B", date(2024, 3, 5))):
        work(number, ("submit", received), ("accept", received))
    work("done", ("submit", ON), ("accept", ON), ("withdraw", ON, {"reason": "不要了"}))
    today = date(2024, 4, 1)
    found = listed(sessions, today=today)
    assert [item.case for item in found] == ["A", "B", "C"]
    assert listed(sessions, today=today, most=2) == found[:2]
    told = counts(found)
    assert list(told.model_dump()) == list(BUCKETS)
    assert (sum(told.model_dump().values()), told.overdue) == (3, 1)


def test_a_day_that_is_past_is_judged_by_what_was_known_then(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON), ("withdraw", date(2024, 3, 12), {"reason": "不要了"}))
    work("A-2", ("submit", date(2024, 3, 8)), ("accept", date(2024, 3, 8)))
    today = date(2024, 3, 15)
    shown = {day: [item.case for item in listed(sessions, date(2024, 3, day), today)] for day in (7, 11, 12, 15)}
    assert shown == {7: ["A-1"], 11: ["A-1", "A-2"], 12: ["A-2"], 15: ["A-2"]}
    assert listed(sessions, date(2024, 3, 11), today, most=1)[0].case == "A-1"


def test_a_department_sees_its_own_cases_and_what_has_no_department_is_for_who_sees_all(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        move(Context(session, ADMINISTRATOR, clock=FixedClock(ON)), "A-2", "submit", SUBMIT)
    stranger = CLERK.model_copy(update={"department": "规划科"})
    for on in (ON, date(2024, 3, 4)):  # a day that is past, and today
        seen = {
            who: [item.case for item in listed(sessions, on, date(2024, 3, 4), actor=who)] for who in (CLERK, stranger)
        }
        assert (seen[CLERK], seen[stranger]) == (["A-1"], [])
    assert {item.case for item in listed(sessions)} == {"A-1", "A-2"}
    with pytest.raises(NotPermitted):
        listed(sessions, actor=Actor(user_id="u1", department="办公室"))


@pytest.mark.parametrize("on", [ON, ON - timedelta(1)])
def test_an_agency_that_nobody_knows_has_no_empty_list(sessions, on):
    assert listed(sessions, on) == []
    with pytest.raises(SetupError, match="unknown_agency"):
        listed(sessions, on, agency="watre")


def test_a_letter_that_nobody_signs_for_comes_back_to_the_list_by_the_setting_of_that_moment(work, sessions):
    data = {"answer": "O02", "delivery": "post"}
    work("A-1", ("submit", ON), ("accept", ON), ("reply", date(2024, 3, 20), data))
    work("A-2", ("submit", date(2024, 3, 8)), ("accept", date(2024, 3, 8)))
    last, next_day = date(2024, 4, 3), date(2024, 4, 4)
    assert [item.case for item in listed(sessions, today=last)] == ["A-2"]
    found = listed(sessions, today=next_day)
    assert [(item.case, item.stage, item.bucket, item.unanswered_since) for item in found] == [
        ("A-1", "awaiting_receipt", "act", date(2024, 3, 20)),
        ("A-2", None, "red", None),
    ]
    assert [item.case for item in listed(sessions, today=next_day, most=1)] == ["A-1"]
    assert [item.case for item in listed(sessions, next_day, date(2024, 4, 30))] == ["A-1", "A-2"], "a day that is past"
    with sessions() as session, session.begin():
        change_settings(Context(session, ADMIN, clock=FixedClock(last)), {"receipt_days": "9"})
    assert [item.case for item in listed(sessions, today=last)] == ["A-1", "A-2"]


ASKED = {"items": ["某处"], "due_on": "2024-03-20"}
POSTED = {"of": "correction", "method": "post"}
SERVED = {"of": "correction"}


@pytest.mark.parametrize(
    ("steps", "today", "bucket", "to_do", "way_on"),
    [
        ([("dispatch", ON, POSTED), ("serve", ON, SERVED)], date(2024, 3, 20), "awaiting", (), ()),
        (
            [("dispatch", ON, POSTED), ("serve", ON, SERVED)],
            date(2024, 3, 21),
            "act",
            ("term_over",),
            ("abandon",),
        ),
        (
            [("dispatch", ON, POSTED), ("serve", date(2024, 3, 21), SERVED)],
            date(2024, 3, 21),
            "act",
            ("came_too_late",),
            ("renew_term",),
        ),
        ([("dispatch", ON, POSTED)], date(2024, 3, 15), "awaiting", (), ()),
        (
            [("dispatch", ON, POSTED)],
            date(2024, 3, 16),
            "act",
            ("unanswered",),
            ("serve", "fail_service"),
        ),
        ([], ON, "green", ("to_dispatch",), ("dispatch",)),
    ],
)
def test_the_light_tells_whose_turn_it_is(work, sessions, steps, today, bucket, to_do, way_on):
    work("A-1", ("submit", ON), ("accept", ON), ("request_correction", ON, ASKED), *steps)
    for more in ({}, {"most": 1}):
        (found,) = listed(sessions, today=today, **more)
        assert (found.bucket, found.to_do, found.way_on) == (bucket, to_do, way_on)
    (found,) = listed(sessions, today, today + timedelta(100))
    assert (found.bucket, found.to_do, found.way_on) == (bucket, to_do, way_on), "a day that is past"


def test_whose_turn_it_is_comes_before_later_days_however_short_the_list_is(work, sessions):
    for number in ("B-1", "B-2"):
        work(number, ("submit", date(2024, 3, 8)), ("accept", date(2024, 3, 8)))
    work("A-1", ("submit", ON), ("accept", ON), ("request_correction", ON, ASKED), ("dispatch", ON, POSTED))
    work("A-1", ("serve", ON, SERVED))
    days = {day: [item.case for item in listed(sessions, today=date(2024, 3, day), most=2)] for day in (20, 21)}
    assert days == {20: ["B-1", "B-2"], 21: ["A-1", "B-1"]}


def test_a_receipt_that_nobody_has_confirmed_is_for_the_agency_to_confirm(work, sessions):
    work("A-1", ("submit", ON, SUBMIT | {"channel": "ordinary_mail"}))
    (found,) = listed(sessions)
    assert (found.bucket, found.to_do, found.way_on) == ("act", ("to_confirm_receipt",), ("confirm",))


def test_a_breach_that_waits_for_its_proof_is_overdue(work, sessions):
    with sessions() as session, session.begin():
        for name, data, on in (("submit", SUBMIT, ON), ("accept", {}, ON), ("reply", REPLY, DUE)):
            move(Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 4, 2))), "A-1", name, data, at=on)
    (found,) = listed(sessions, today=date(2024, 4, 3))
    assert (found.bucket, found.rule, found.due_on, found.days_left) == ("overdue", "reply", DUE, -3)
    assert (found.to_do, found.way_on) == (("to_confirm",), ("lift_breach",))


def test_a_breach_stays_in_the_list_when_the_period_has_begun_again(work, sessions):
    asked = {"items": ["某处"], "due_on": "2024-04-20", "override": "所指不明"}
    work("A-1", ("submit", ON), ("accept", ON), ("request_correction", date(2024, 4, 1), asked))
    work("A-1", ("dispatch", date(2024, 4, 1), {"of": "correction", "method": "post"}))
    work("A-1", ("correct", date(2024, 4, 10)))
    (found,) = listed(sessions, today=date(2024, 4, 11))
    assert found.breached_on == date(2024, 3, 30)


def test_the_paper_of_a_decided_reply_is_on_its_way_once_it_is_issued(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON), ("decide", ON, {"answer": "O02", "delivery": "post"}))
    assert [item.stage for item in listed(sessions)] == ["to_issue"]
    with sessions() as session, session.begin():
        note_issued(session.connection(), id_of(session.connection(), "default", "A-1"), issued=True)
    assert [item.stage for item in listed(sessions)] == ["to_dispatch"]
    work("A-1", ("decide", ON, {"delivery": "in_person"}))
    assert [item.stage for item in listed(sessions)] == ["awaiting_receipt"], "another way, the same decision"
    work(
        "A-1", ("withdraw_decision", ON, {"reason": "另有材料"}), ("decide", ON, {"answer": "O02", "delivery": "post"})
    )
    assert [item.stage for item in listed(sessions)] == ["to_issue"]


@pytest.mark.parametrize("on", [ON, date(2024, 3, 11)])
def test_a_handler_who_is_nobody_of_the_office_is_masked(sessions, on):
    with sessions() as session, session.begin():
        recorder = Context(session, ADMIN, clock=FixedClock(ON), past=True)
        set_directory(recorder, '[[person]]\nid = "u1"\nname = "张三"\nroles = ["administrator"]\n')
        for number, handler in (("A", "张三"), ("B", "毛某的外甥"), ("C", None)):
            move(recorder, number, "submit", SUBMIT, at=ON)
            move(recorder, number, "accept", {"handler": handler} if handler else {}, at=ON)
    found = listed(sessions, on, date(2024, 3, 11))
    assert {item.case: item.handler for item in found} == {"A": "张三", "B": "毛***甥", "C": None}


AHEAD = [("submit", ON), ("accept", ON), ("decide", ON, {"answer": "O02", "delivery": "post"})]
POSTED_AHEAD = ("dispatch", date(2024, 4, 3), {"of": "reply", "method": "post"})


@pytest.mark.parametrize("more", [{}, {"most": 1}])
def test_a_fact_that_is_told_of_a_day_to_come_takes_no_case_off_the_list_before(work, sessions, more):
    work("A-1", *AHEAD, POSTED_AHEAD)
    work("A-2", ("submit", ON), ("accept", ON), ("withdraw", ON, {"reason": "不要了"}))
    told = [(item.case, item.state, item.rule, item.due_on, item.bucket) for item in listed(sessions, **more)]
    assert told == [("A-1", "decided", "reply", DUE, "green")]
    (late,) = listed(sessions, today=date(2024, 4, 2), **more)
    assert (late.bucket, late.days_left) == ("overdue", -2)
    assert listed(sessions, date(2024, 4, 3), ON, **more) == [], "once the day has come"


def test_the_longest_list_holds_as_many_whatever_is_told_of_days_to_come(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON), ("withdraw", date(2024, 4, 3), {"reason": "不要了"}))
    for number in ("B-1", "B-2"):
        work(number, ("submit", date(2024, 3, 5)), ("accept", date(2024, 3, 5)))
    today = date(2024, 3, 6)
    assert [item.case for item in listed(sessions, today=today, most=2)] == ["A-1", "B-1"]
    assert [item.case for item in listed(sessions, date(2024, 4, 3), ON, most=2)] == ["B-1", "B-2"]


def test_the_clock_runs_until_the_day_of_a_service_that_is_told_ahead(work, sessions):
    charged = {"basis": "items", "quantity": 31, "served_on": "2024-03-20"}
    work("A-1", ("submit", ON), ("accept", ON), ("charge", ON, charged))
    days = [date(2024, 3, 19), date(2024, 3, 20)]
    assert [[item.due_on for item in listed(sessions, today=day)] for day in days] == [[DUE], [None]]


def test_a_request_that_was_entered_with_a_day_to_come_is_on_the_list(work, sessions):
    work("A-1", ("submit", date(2024, 3, 20)))
    assert [item.case for item in listed(sessions)] == ["A-1"]


def test_a_breach_that_waits_for_its_proof_stays_on_the_list_when_the_case_is_closed(work, sessions):
    with sessions() as session, session.begin():
        for name, data, on in (("submit", SUBMIT, ON), ("accept", {}, ON), ("reply", REPLY, DUE)):
            move(Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 4, 2))), "A-1", name, data, at=on)
        context = Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 4, 3)))
        move(context, "A-1", "serve", {"of": "reply"})
        move(context, "A-1", "close", {})
    (found,) = listed(sessions, today=date(2024, 4, 3))
    assert (found.state, found.bucket, found.to_do) == ("closed", "overdue", ("to_confirm",))


def test_a_reply_that_turns_out_to_have_come_back_brings_a_closed_case_to_the_list(work, sessions):
    mailed = {"answer": "O02", "delivery": "email"}
    work(
        "A-1",
        ("submit", ON),
        ("accept", ON),
        ("decide", ON, mailed),
        ("dispatch", ON, {"of": "reply", "method": "email"}),
    )
    work("A-1", ("close", date(2024, 3, 4)))
    assert listed(sessions) == []
    told = work("A-1", ("fail_service", date(2024, 3, 5), {"of": "reply", "reason": "bounced"}))
    assert [item.code for item in told.warnings] == ["reply_not_made"]
    (found,) = listed(sessions, today=date(2024, 3, 5))
    assert (found.state, found.stage, found.bucket, found.to_do) == ("closed", "returned", "act", ("returned",))
    work("A-1", ("serve", date(2024, 3, 6), {"of": "reply"}))
    assert listed(sessions, today=date(2024, 3, 6)) == []
