"""Numbers that stay when personal data go: in live work they are short and name no applicant."""

import pytest
from office import ADMIN, CLERK, SUBMIT

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow import Context, move, show
from disclosure.workflow.cases.kept_keys import LONGEST

ON = "2024-03-15"
COURT = "（2024）最高法知行终1234号之二"


@pytest.fixture
def tell(sessions, clock):
    def act(name, data=None, past=False):
        with sessions() as session, session.begin():
            return move(Context(session, ADMIN if past else CLERK, clock=clock, past=past), "A-1", name, data, at=ON)

    act("submit", SUBMIT)
    act("accept", {})
    return act


def refused(tell, name, data):
    with pytest.raises(BadData) as caught:
        tell(name, data)
    assert "欧阳小明" not in describe(caught.value)
    return [(fault["field"], fault["problem"]) for fault in caught.value.faults]


REPLY = {"answer": "O02", "delivery": "post"}


def test_the_number_of_a_consultation_that_names_an_applicant_is_refused(tell):
    third = {"id": "替欧阳小明问", "with": "third_party", "name": "甲公司"}
    assert refused(tell, "consult", third) == [("id", "names_a_person")]
    tell("consult", third | {"id": "c1"})
    assert refused(tell, "amend", {"seq": 3, "data": {"id": "欧阳小明"}, "reason": "写错"}) == [
        ("data.id", "names_a_person")
    ]


def test_the_number_of_a_remedy_that_names_an_applicant_is_refused(tell):
    tell("reply", REPLY, past=True)
    for number in ("欧阳小明", "复议-欧阳小明-1", "13800138000"):
        assert refused(tell, "file_review", {"id": number}) == [("id", "names_a_person")]
    told = {"id": "s1", "after_review": "欧阳小明的复议"}
    assert refused(tell, "file_suit", told) == [("after_review", "names_a_person")]


def test_a_number_is_no_story(tell):
    tell("reply", REPLY, past=True)
    assert refused(tell, "file_review", {"id": "字" * (LONGEST + 1)}) == [("id", "too_long")]
    tell("file_review", {"id": "字" * LONGEST})


def test_numbers_of_papers_and_names_of_who_is_asked_are_numbers(tell, sessions, clock):
    tell("consult", {"id": "甲公司", "with": "third_party", "name": "甲公司"})
    tell("opinion", {"id": "甲公司", "opinion": "agrees"})
    tell("consult", {"id": "市水务局", "with": "other_organ", "name": "市水务局", "due_on": "2024-03-20"})
    tell("opinion", {"id": "市水务局", "opinion": "agrees"})
    tell("reply", REPLY, past=True)
    tell("file_review", {"id": "湖府行复〔2024〕12号"})
    tell("file_suit", {"id": COURT, "after_review": "湖府行复〔2024〕12号"})
    with sessions() as session:
        assert len(show(Context(session, CLERK, clock=clock), "A-1").remedies) == 2


def test_a_number_of_the_past_is_kept_as_told_and_named_by_later_steps(tell):
    tell("reply", REPLY, past=True)
    tell("file_review", {"id": "欧阳小明的复议"}, past=True)
    assert tell("accept_review", {"id": "欧阳小明的复议"}).move == "accept_review"
