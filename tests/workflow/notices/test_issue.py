"""Issuing: once for each key, voided and corrected by others, refused to who may not."""

from datetime import date

import pytest
import rows as t
from carriers import json_carrier
from counter import DAY, GRANTED, REPLIED, Counter, problems, refused
from office import SUBMIT
from sqlalchemy import func, select

from disclosure.notifications.documents.kinds import kinds
from disclosure.states.errors import BadData, Conflict, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Actor, Context, verify
from disclosure.workflow.notices.papers import issued_papers, reprint
from disclosure.workflow.notices.voiding import void


def test_a_reply_is_issued_with_number_text_and_remedy(sessions):
    counter = Counter(sessions).replied()
    done = counter.issue()
    assert (done.number, done.paper, done.issued_on) == ("湖水公开〔2024〕1号", "D01", REPLIED)
    with sessions() as session:
        shown = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text").decode()
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", done.number, "text").decode() == shown
        assert verify(Context(session, ADMINISTRATOR)).papers == 1
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
    assert "湖水公开〔2024〕1号" in shown
    assert "湖城市人民政府" in shown
    assert "〔2024〕1号\n公开政府信息告知书" in shown


def test_a_carrier_that_nobody_registered_is_refused_with_those_there_are(sessions):
    counter = Counter(sessions).replied()
    assert refused(counter, carriers=("text", "json")) == {"not_one_of"}
    assert refused(counter, carriers=()) == {"not_one_of"}
    with json_carrier(), pytest.raises(BadData) as caught:
        counter.issue(carriers=("ofd",))
    assert caught.value.faults[0]["choices"] == "text、docx、pdf、json"


def test_a_paper_is_issued_once_and_corrected_by_one_that_names_it(sessions):
    counter = Counter(sessions).replied()
    first = counter.issue()
    assert refused(counter) == {"issued_already"}
    second = counter.issue(replaces="1")
    assert (second.number, second.replaces) == ("湖水公开〔2024〕2号", 1)
    with sessions() as session:
        shown = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "2", "text").decode()
    assert f"取代本机关《公开政府信息告知书》（{first.number}）" in shown


def test_a_voided_number_is_kept_and_not_given_again(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    counter.do(void, "A-1", "1", "打印错误")
    assert counter.issue().number == "湖水公开〔2024〕2号"
    with sessions() as session:
        found = issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
    assert [(item.number, item.void) for item in found] == [
        ("湖水公开〔2024〕1号", True),
        ("湖水公开〔2024〕2号", False),
    ]
    with pytest.raises(BadData) as caught:
        counter.do(void, "A-1", "1", "再次")
    assert problems(caught) == {"void_already"}


def test_a_key_issues_once(sessions):
    counter = Counter(sessions).replied()
    first = counter.issue(key="k")
    again = counter.issue(key="k")
    assert (again.number, again.repeated) == (first.number, True)
    with sessions() as session:
        assert session.execute(select(func.count()).select_from(t.notice)).scalar_one() == 1


def test_who_may_not_move_cases_issues_nothing(sessions):
    counter = Counter(sessions).replied()
    with pytest.raises(NotPermitted):
        counter.issue(actor=Actor(user_id="x", roles=("leader",)))
    with pytest.raises(NotPermitted):
        counter.do(void, "A-1", "1", "x", actor=Actor(user_id="x"))


def test_every_paper_that_goes_out_bears_a_number_and_no_form_does():
    out = {item.key for item in kinds() if item.to != "file"}
    assert {item.key for item in kinds() if item.suffix is not None} == out - {"suit_answer"}
    assert DAY < REPLIED


@pytest.mark.parametrize("more", [{"on": date(2024, 3, 20)}, {"carriers": ("text", "docx")}, {"reason": "另有说明"}])
def test_a_key_is_of_everything_that_was_asked(sessions, more):
    counter = Counter(sessions).replied()
    counter.issue(key="k")
    with pytest.raises(Conflict):
        counter.issue(key="k", **more)


def test_the_papers_of_a_decision_are_void_when_it_is_withdrawn_and_no_others(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.issue(kind="receipt")
    counter.make("A-1", "decide", GRANTED, REPLIED)
    counter.issue()
    counter.make("A-1", "withdraw_decision", {"reason": "张三的条款有误"}, REPLIED)
    papers = counter.do(issued_papers, "A-1")
    assert [(paper.kind, paper.void) for paper in papers] == [("receipt", False), ("reply", True)]
    assert [act.act for act in papers[1].acts] == ["voided"]
    counter.make("A-1", "decide", GRANTED, REPLIED)
    counter.issue()
    assert [paper.void for paper in counter.do(issued_papers, "A-1")] == [False, True, False]
    with sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        assert "张三的条款有误" not in str(session.execute(select(t.paper_act.c.data)).all())


def test_a_withdrawal_that_is_refused_leaves_the_paper_in_force(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "decide", GRANTED, REPLIED)
    counter.issue()
    with pytest.raises(BadData):
        counter.make("A-1", "withdraw_decision", {}, REPLIED)
    assert [paper.void for paper in counter.do(issued_papers, "A-1")] == [False]
