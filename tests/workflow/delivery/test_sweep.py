"""Reminders come exactly once, whatever days the sweep has missed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import rows as t
from approvals import Office
from forked import LEVELS
from office import ADMIN, operator
from sending import CONTACTS, REMINDERS, due_rows, folder, mail, route, told
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, health, set_channels, tick
from disclosure.workflow.delivery.dispatcher import Dispatcher, send_all
from disclosure.workflow.delivery.texts import Source, text_of
from disclosure.workflow.kernel.directory import TomlDirectory

DUE = date(2024, 3, 29)  # twenty working days after 1 March


def reminders(sessions) -> list[dict]:
    """What has been written for delivery."""
    with sessions() as session:
        rows = session.execute(select(t.outbox.c.payload).where(t.outbox.c.topic == "case.due").order_by(t.outbox.c.id))
        return [json.loads(payload) for payload in rows.scalars()]


def run(sessions, *days: int) -> list[tuple[str, bool]]:
    """Sweeps on days of March; the reminders so far, with whether they were late."""
    for day in days:
        tick(operator(sessions, FixedClock(date(2024, 3, day) if day < 32 else date(2024, 4, day - 31))))
    return [(item["bucket"], item["late"]) for item in reminders(sessions)]


@pytest.fixture
def without_handler(work):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))


def test_each_lamp_reminds_on_its_first_day_and_no_other(without_handler, sessions):
    found = run(sessions, *range(2, 32))
    assert found == [("yellow", False), ("red", False), ("today", False), ("overdue", False)]


def test_days_on_which_the_sweep_did_not_run_lose_nothing_and_repeat_nothing(without_handler, sessions):
    assert run(sessions, 18) == []
    assert run(sessions, 22, 22, 25) == [("yellow", True)]
    assert run(sessions, 28, 28) == [("yellow", True), ("red", True)]
    assert run(sessions, 35, 36) == [("yellow", True), ("red", True), ("overdue", True)]


def test_a_due_day_that_moves_reminds_anew(without_handler, sessions, work):
    assert len(run(sessions, 28)) == 1
    work("A-1", ("extend", date(2024, 3, 28), {"days": 10, "reason": "多", "approved_by": "主任"}))
    work("A-1", ("dispatch", date(2024, 3, 28), {"of": "extension", "method": "post"}))
    assert run(sessions, 29, 33) == [("red", True)]
    assert run(sessions, 34) == [("red", True), ("yellow", False)]


def test_a_reply_ends_the_reminding(without_handler, sessions, work):
    work("A-1", ("reply", date(2024, 3, 20), {"answer": "O02", "delivery": "post"}))
    assert run(sessions, 29, 30, 33) == []


def test_what_the_agency_has_to_do_without_a_day_reminds_once_and_again_after_a_step(without_handler, sessions, work):
    work("A-1", ("decide", date(2024, 3, 4), {"answer": "O02", "delivery": "post"}))
    work("A-1", ("dispatch", date(2024, 3, 4), {"of": "reply", "method": "post"}))
    back = {"of": "reply", "reason": "absent"}
    work("A-1", ("fail_service", date(2024, 3, 8), back))
    assert run(sessions, 7, 8, 8, 11, 12) == [("act", False)]
    (told,) = reminders(sessions)
    assert (told["to_do"], told["levels"], told["due_on"]) == (["returned"], ["handler"], None)
    work("A-1", ("dispatch", date(2024, 3, 13), {"of": "reply", "method": "post"}))
    assert len(run(sessions, 13, 14)) == 1
    work("A-1", ("fail_service", date(2024, 3, 18), back))
    assert len(run(sessions, 18, 19)) == 2


def test_a_reminder_of_what_is_to_be_done_reaches_the_handler_until_it_is_done(sessions, work):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))
    asked = {"items": ["某处"], "due_on": "2024-03-15"}
    work("A-1", ("request_correction", date(2024, 3, 4), asked))
    work("A-1", ("serve", date(2024, 3, 4), {"of": "correction", "method": "in_person"}))
    assert run(sessions, 15) == []
    assert run(sessions, 18) == [("act", False)]
    with sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 3, 18)))
        source, payload = Source(context, TomlDirectory([], [])), reminders(sessions)[0]
        text = text_of("case.due", source, payload)
        assert text is not None and text.subject == "【办理提醒】A-1 待本机关办理"
        assert "对方的期限已届满" in text.body and "u1" in text.body
    work("A-1", ("correct", date(2024, 3, 18)))
    with sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 3, 18)))
        assert text_of("case.due", Source(context, TomlDirectory([], [])), payload) is None, "it has been done"


def test_a_reply_that_is_told_of_a_day_to_come_ends_no_reminding_before(without_handler, sessions, work):
    work("A-1", ("decide", date(2024, 3, 20), {"answer": "O02", "delivery": "post"}))
    work("A-1", ("dispatch", date(2024, 4, 3), {"of": "reply", "method": "post"}))
    run(sessions, 29, 33, 34)
    told = [(item["bucket"], item["days_left"]) for item in reminders(sessions) if "stage" not in item]
    assert told == [("today", 0), ("overdue", -2)]


def test_a_reminder_holds_nothing_of_the_applicant(without_handler, sessions):
    run(sessions, 29)
    assert reminders(sessions) == [
        {
            "agency": "default",
            "case": "A-1",
            "rule": "reply",
            "due_on": "2024-03-29",
            "bucket": "today",
            "days_left": 0,
            "late": False,
        }
    ]


@pytest.mark.parametrize(
    ("last", "now", "healthy"),
    [
        (date(2024, 4, 30), date(2024, 5, 5), True),
        (date(2024, 4, 30), date(2024, 5, 6), True),
        (date(2024, 4, 30), date(2024, 5, 7), False),
        (date(2024, 5, 17), date(2024, 5, 20), True),
        (date(2024, 5, 10), date(2024, 5, 13), False),
    ],
)
def test_a_sweep_is_stale_after_one_working_day(sessions, last, now, healthy):
    tick(operator(sessions, FixedClock(last)))
    with sessions() as session:
        assert health(Context(session, ADMINISTRATOR, clock=FixedClock(now))).healthy is healthy


def test_a_sweep_that_never_ran_is_not_healthy(sessions):
    with sessions() as session:
        assert not health(Context(session, ADMINISTRATOR, clock=FixedClock(DUE))).healthy


def test_the_end_of_the_announced_calendar_is_warned_of_in_time(sessions):
    assert tick(operator(sessions, FixedClock(date(2026, 9, 1)))).warnings == ()
    (warning,) = tick(operator(sessions, FixedClock(date(2026, 11, 16)))).warnings
    assert (warning.code, warning.fields["last"]) == ("calendar_ends_soon", "2026-12-31")


# Papers that have not left


def waiting(sessions) -> list[tuple[str, str | None, str | None]]:
    """The reminders of papers so far: stage, last day to tell, way proposed."""
    told = [item for item in reminders(sessions) if "stage" in item]
    return [(item["stage"], item["tell_by"], item["propose"]) for item in told]


def test_a_decided_reply_that_has_not_gone_out_is_reminded_of_once_a_day(without_handler, sessions, work):
    run(sessions, 19)
    work("A-1", ("decide", date(2024, 3, 20), {"answer": "O02", "delivery": "post"}))
    run(sessions, 20, 20, 21)
    assert waiting(sessions) == [("to_issue", None, None)] * 2
    work("A-1", ("dispatch", date(2024, 3, 21), {"of": "reply", "method": "post"}))
    run(sessions, 22)
    assert len(waiting(sessions)) == 2


@pytest.mark.parametrize(("day", "proposed"), [(26, None), (27, "post"), (29, "post"), (30, None)])
def test_the_post_is_proposed_from_two_working_days_before_the_last_day(without_handler, sessions, work, day, proposed):
    work("A-1", ("decide", date(2024, 3, 20), {"answer": "O02", "delivery": "in_person"}))
    work("A-1", ("dispatch", date(2024, 3, 20), {"of": "reply", "method": "in_person"}))
    run(sessions, day)
    assert waiting(sessions) == [("awaiting_receipt", None, proposed)]


def test_nothing_is_proposed_for_what_has_not_been_made_ready(without_handler, sessions, work):
    work("A-1", ("decide", date(2024, 3, 20), {"answer": "O02", "delivery": "in_person"}))
    run(sessions, 28)
    assert waiting(sessions) == [("to_issue", None, None)]


def test_an_extension_is_to_be_told_until_the_last_day(without_handler, sessions, work):
    work("A-1", ("extend", date(2024, 3, 20), {"days": 10, "reason": "多", "approved_by": "主任"}))
    run(sessions, 20, 29, 30)
    assert waiting(sessions) == [("to_dispatch", "2024-03-29", None)] * 2


def test_who_handles_the_case_is_told_what_has_to_leave(case, setup, sessions, at, box, work):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    work("A-1", ("decide", date(2024, 3, 19), {"answer": "O02", "delivery": "in_person"}))
    work("A-1", ("dispatch", date(2024, 3, 19), {"of": "reply", "method": "in_person"}))
    at(20)
    at(27)
    subjects = [subject for who, subject in told(box) if who == "zhang" and "送出" in subject]
    assert subjects == ["【送出提醒】A-1 答复书待签收：7 个工作日", "【送出提醒】A-1 答复书待签收：2 个工作日"]
    texts = [mail.get_content() for mail in box.mails if "送出" in mail["Subject"]]
    assert ["改为邮寄" in text for text in texts] == [False, True]


# Reminders by levels


def test_each_level_is_reminded_on_its_day_and_all_of_them_once_overdue(case, setup, sessions, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    for day in (*range(19, 32),):
        at(day)
    for day in (1, 2, 3, 8):
        tick(operator(sessions, FixedClock(date(2024, 4, day))))
    assert told(box) == [
        ("zhang", "【到期提醒】A-1 答复期限：5 个工作日"),
        ("li", "【到期提醒】A-1 答复期限：3 个工作日"),
        ("wang", "【到期提醒】A-1 答复期限：1 个工作日"),
        ("zhang", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
        ("li", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
        ("wang", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
    ]
    assert due_rows(sessions) == [
        ("handler", ["handler"], False),
        ("head", ["head"], False),
        ("leader", ["leader"], False),
        ("overdue", ["handler", "head", "leader"], False),
    ]


def test_days_that_the_sweep_missed_lose_no_level_and_repeat_none(case, setup, sessions, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(21)
    assert told(box) == []
    for day in (27, 27, 28, 28, 29):
        at(day)
    assert [who for who, _ in told(box)] == ["zhang", "li", "wang"]
    assert due_rows(sessions) == [
        ("handler", ["handler"], True),
        ("head", ["head"], True),
        ("leader", ["leader"], False),
    ]


@pytest.mark.parametrize(
    ("day", "levels"),
    [(21, []), (22, ["handler"]), (25, ["handler"]), (26, ["handler", "head"]), (28, ["handler", "head", "leader"])],
)
def test_a_threshold_holds_from_its_very_day(case, setup, sessions, day, levels):
    setup(REMINDERS)
    tick(operator(sessions, FixedClock(date(2024, 3, day))))
    assert [mark for mark, _, _ in due_rows(sessions)] == levels


def test_a_level_that_is_left_out_is_not_reminded(case, setup, sessions):
    setup("[reminders]\nhead = 2\n")
    for day in (22, 28, 30):
        tick(operator(sessions, FixedClock(date(2024, 3, day))))
    assert due_rows(sessions) == [("head", ["head"], True), ("overdue", ["head"], False)]


def test_a_due_day_that_moves_is_reminded_of_anew(case, setup, sessions, work):
    setup("[reminders]\nhandler = 1\n")
    tick(operator(sessions, FixedClock(date(2024, 3, 28))))
    work("A-1", ("extend", date(2024, 3, 28), {"days": 10, "reason": "多", "approved_by": "主任"}))
    work("A-1", ("dispatch", date(2024, 3, 28), {"of": "extension", "method": "post"}))
    tick(operator(sessions, FixedClock(date(2024, 4, 12))))
    tick(operator(sessions, FixedClock(date(2024, 4, 15))))
    assert due_rows(sessions) == [("handler", ["handler"], False), ("handler", ["handler"], False)]


def test_while_the_period_stands_still_nobody_is_reminded(case, setup, sessions, work):
    asked = {"id": "c", "with": "third_party", "name": "某公司", "served_on": "2024-03-15"}
    work("A-1", ("consult", date(2024, 3, 15), asked))
    setup("[reminders]\nhandler = 60\n")
    tick(operator(sessions, FixedClock(date(2024, 3, 18))))
    assert due_rows(sessions) == []
    work("A-1", ("opinion", date(2024, 3, 20), {"id": "c", "opinion": "agrees"}))
    tick(operator(sessions, FixedClock(date(2024, 3, 20))))
    assert [mark for mark, _, _ in due_rows(sessions)] == ["handler"]


def test_an_agency_keeps_to_its_own_thresholds(sessions, work, setup):
    for agency in ("a", "b"):
        work("1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)), agency=agency)
    setup("[reminders]\nhandler = 15\n", agency="a")
    tick(operator(sessions, FixedClock(date(2024, 3, 15))))
    with sessions() as session:
        assert session.execute(select(t.outbox.c.agency).where(t.outbox.c.topic == "case.due")).scalars().all() == ["a"]


@pytest.mark.parametrize("level", LEVELS)
def test_sweeps_and_senders_at_once_do_each_thing_once_however_far_they_are_kept_apart(
    postgresql_engine, tmp_path, level
):
    """What has transactions of its own begins again where it loses a race; none is told of one."""
    office = Office(sessionmaker(postgresql_engine), on=date(2024, 3, 1))
    numbers = [f"A-{number}" for number in range(4)]
    for number in numbers:
        office.accept(number).propose(case=number)
    with office.sessions() as session, session.begin():
        set_channels(Context(session, ADMIN), folder(tmp_path) + route("box"))
    apart = operator(
        sessionmaker(postgresql_engine.execution_options(isolation_level=level)), FixedClock(date(2024, 3, 28))
    )
    hands = 4
    barrier = Barrier(hands)

    def work(_):
        barrier.wait(timeout=60)
        return tick(apart), send_all(apart, Dispatcher(apart, others=lambda topic, key, payload: None))

    with ThreadPoolExecutor(hands) as pool:
        done = list(pool.map(work, range(hands)))
    assert sorted(sheet for swept, _ in done for sheet in swept.escalated) == [f"{number}#1" for number in numbers]
    assert sum(swept.reminders for swept, _ in done) == len(numbers)
    assert sum(sent.failed for _, sent in done) == 0
    send_all(apart, Dispatcher(apart, others=lambda topic, key, payload: None))
    with office.sessions() as session:
        assert session.execute(select(t.outbox.c.event_key).where(t.outbox.c.sent_at.is_(None))).all() == []
    told_of = [json.loads(path.read_text("utf-8"))["data"]["payload"]["case"] for path in tmp_path.iterdir()]
    assert sorted(told_of) == numbers
