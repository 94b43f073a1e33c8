"""Who is told of a message."""

import json
from datetime import date

import pytest
import rows as t
from approvals import directory_text, person, procedure_text
from counter import PROFILE
from office import ADMIN, SUBMIT
from sending import CONTACTS, REMINDERS, hook, mail, route, told
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    FixedClock,
    IssueOptions,
    Proposal,
    StandIn,
    appoint,
    issue,
    move,
    propose,
    set_directory,
    set_procedure,
    set_profile,
)
from disclosure.workflow.delivery.relay import dead_letters


def test_a_case_without_a_handler_reminds_the_head_and_an_office_without_a_leader_the_head_again(
    work, setup, sessions, clock, at, box
):
    with sessions() as session, session.begin():
        from approvals import ROLES

        set_directory(
            Context(session, ADMIN, clock=clock),
            directory_text({key: ROLES[key] for key in ("u1", "u2", "root")} | {"u2": (*ROLES["u2"][:3], None)}),
        )
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), route("mail"), REMINDERS, '[contacts]\nu2 = "li@example.gov.cn"')
    for day in (22, 26, 28):
        at(day)
    assert [who for who, _ in told(box)] == ["li", "li", "li"]


def test_a_handler_on_record_by_name_is_found_by_it(work, people, setup, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "张三"}))
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(22)
    assert [who for who, _ in told(box)] == ["zhang"]


def test_an_office_without_people_on_record_writes_to_the_handlers_contact(work, setup, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u9"}))
    setup(mail(box), route("mail"), REMINDERS, '[contacts]\nu9 = "nine@example.gov.cn"')
    at(22)
    assert [who for who, _ in told(box)] == ["nine"]


def test_the_head_is_that_of_the_cases_department(work, people, setup, sessions, clock, at, box):
    from approvals import person

    with sessions() as session, session.begin():
        move(Context(session, person("u7"), clock=clock), "A-1", "submit", SUBMIT, at=date(2024, 3, 1))
        move(Context(session, person("u7"), clock=clock), "A-1", "accept", {"handler": "u7"}, at=date(2024, 3, 1))
    with sessions() as session:
        department = session.execute(select(t.case.c.department)).scalar()
    setup(
        mail(box),
        route("mail"),
        "[reminders]\nhead = 3\n",
        '[contacts]\nu7 = "zhou@example.gov.cn"\nu2 = "li@example.gov.cn"',
    )
    at(26)
    assert [who for who, _ in told(box)] == (["zhou"] if department == "业务科" else ["li"])


def test_a_route_can_be_for_one_level_only(case, setup, at, box, web):
    setup(mail(box), hook(web), route("mail"), route("oa", to='"leader"'), REMINDERS, CONTACTS)
    for day in (22, 26):
        at(day)
    assert (len(box.mails), len(web.requests)) == (2, 0)
    at(28)
    assert (len(box.mails), len(web.requests)) == (3, 1)


def test_nobody_to_tell_is_a_failure_with_a_remedy_and_no_silence(work, setup, sessions, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), route("mail"), REMINDERS)
    assert at(22, attempts=1).dead == 1
    with sessions() as session:
        assert "找不到应当通知的人" in describe(dead_letters(Context(session, ADMINISTRATOR))[0].failure)


def test_entries_of_the_to_do_list_go_to_their_receivers(sessions, people, clock, work, setup, at, box, web):
    from approvals import person

    with sessions() as session, session.begin():
        set_procedure(Context(session, ADMIN, clock=clock), procedure_text("head disclosure_head any 10"))
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), hook(web), route("mail", "oa", topics='"todo.changed"'), CONTACTS)
    with sessions() as session, session.begin():
        propose(
            Context(session, person("u1"), clock=FixedClock(date(2024, 3, 5))),
            "A-1",
            Proposal(move="reply", data={"answer": "O02", "delivery": "post"}),
        )
    at(5, sweep=False)
    assert [who for who, _ in told(box)] == ["li"]
    assert "【待办】" in told(box)[0][1]
    assert {item["receiver"] for item in web.documents[0]["data"]["payload"]["items"]} >= {"u2"}


def test_a_move_is_told_to_the_handler(case, setup, at, box):
    setup(mail(box), route("mail", topics='"case.moved"'), CONTACTS)
    at(15, sweep=False)
    assert told(box) == [("zhang", "【办理进展】A-1 已办理“登记申请”"), ("zhang", "【办理进展】A-1 已办理“受理”")]


def test_a_paper_that_was_issued_is_told_to_the_handler_and_to_the_oa_without_its_text(
    case, setup, sessions, clock, at, box, web
):
    setup(mail(box), hook(web), route("mail", "oa", topics='"notice.issued"'), CONTACTS)
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), PROFILE)
        issue(Context(session, person("u1"), clock=clock), "A-1", "receipt", IssueOptions(carriers=("text",)))
    at(15, sweep=False)
    assert told(box) == [("zhang", "【文书签发】A-1 政府信息公开申请收件回执湖水公开〔2024〕1号")]
    assert web.documents[0]["data"]["payload"]["notice"] == 1
    assert SUBMIT["information"] not in json.dumps(web.documents, ensure_ascii=False) + box.mails[0].get_content()


@pytest.mark.parametrize(
    ("moves", "from_on", "reminded"),
    [((), 20, True), (("reply",), 20, True), (("charge",), 20, False), ((), 29, False)],
)
def test_who_stands_in_for_the_handler_is_reminded_too(
    work, people, setup, sessions, clock, at, box, moves, from_on, reminded
):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))
    setup(mail(box), route("mail"), '[contacts]\nu1 = "zhang@example.gov.cn"\nu7 = "zhou@example.gov.cn"\n', REMINDERS)
    with sessions() as session, session.begin():
        appoint(
            Context(session, ADMIN, clock=clock), StandIn("u1", "u7", date(2024, 3, from_on), date(2024, 3, 31), moves)
        )
    at(22)
    assert sorted(who for who, _ in told(box)) == ["zhang", *(["zhou"] if reminded else [])]
