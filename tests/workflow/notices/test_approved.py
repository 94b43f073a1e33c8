"""A paper says what was approved, or bears the reason why not."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from approvals import Office, person
from attached import PDF
from counter import PROFILE
from office import ADMIN

from disclosure.notifications.documents.render import shipped
from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, attach, bundle, set_profile, show_sheet, verify
from disclosure.workflow.notices.issue import IssueOptions, issue
from disclosure.workflow.notices.papers import issued_papers, reprint
from disclosure.workflow.notices.templates import install_templates
from disclosure.workflow.notices.voiding import void

LATER = date(2024, 3, 8)


@pytest.fixture
def office(sessions):
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), PROFILE)
    return Office(sessions).accept()


def approved(office, on=LATER, **more):
    """A reply proposed on one day and approved on a later one."""
    office.propose(data={"answer": "O02", "delivery": "post", "ground": "可以公开"}, **more)
    office.clock = office.shared["clock"] = FixedClock(on)
    office.do("u2", "approve")
    office.do("u3", "approve")
    return office


def issued(office, **more):
    with office.sessions() as session, session.begin():
        options = IssueOptions(carriers=("text",), **more)
        return issue(Context(session, person("u1"), **office.shared), "A-1", "reply", options)


def set_up(office, verb, *args):
    with office.sessions() as session, session.begin():
        verb(Context(session, ADMIN), *args)


def test_number_and_day_of_approval_are_no_change(office):
    done = issued(approved(office))
    assert (done.approved, done.changed, done.issued_on) == ("A-1#1", (), LATER)
    with office.sessions() as session:
        (paper,) = issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
    assert paper.kind == "reply"


@pytest.mark.parametrize(
    ("verb", "args", "line"),
    [
        (set_profile, ({"court": "另一个人民法院"},), "另一个人民法院"),
        (install_templates, ({"reply.j2": f"{shipped('reply').rstrip()}\n另外一段。\n".encode()},), "另外一段。"),
    ],
)
def test_what_changed_after_the_approval_is_named_and_nothing_is_issued(office, verb, args, line):
    approved(office)
    set_up(office, verb, *args)
    with pytest.raises(BadData) as caught:
        issued(office)
    assert {fault["problem"] for fault in caught.value.faults} <= {"not_as_approved", "approved_left_out"}
    assert any(line in fault["line"] for fault in caught.value.faults)
    with office.sessions() as session:
        assert issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1") == ()


def test_with_a_reason_it_is_issued_and_the_reason_stands_wherever_the_paper_does(office):
    approved(office)
    set_up(office, set_profile, {"court": "另一个人民法院"})
    done = issued(office, reason="法院集中管辖有调整")
    assert done.approved == "A-1#1"
    assert any("另一个人民法院" in line for line in done.changed)
    with office.sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=office.clock)
        assert verify(context).faults == ()
        (paper,) = issued_papers(context, "A-1")
        with ZipFile(BytesIO(bundle(context, "A-1"))) as archive:
            files = [archive.read(name) for name in archive.namelist()]
    assert (paper.approved, paper.changed, paper.reason) == ("A-1#1", len(done.changed), "法院集中管辖有调整")
    assert any("（与审定稿不同：法院集中管辖有调整）".encode() in content for content in files)
    assert paper.in_force


def test_what_changed_is_told_with_what_is_personal_in_it_masked(office):
    names = ("欧阳大明", "John Public", "第一行的话\n第二行的话")
    for name in names[:2]:
        applicant = {"kind": "natural_person", "name": name}
        office.make("u1", "A-1", "amend", {"seq": 1, "data": {"applicant": applicant}, "reason": "抄错"})
    office.propose(data={"answer": "O08", "delivery": "post", "ground": names[2]}, draft="致欧阳大明：\n另一份文稿")
    for user in ("u4", "u6", "u2", "u3"):
        office.do(user, "approve")
    done = issued(office, reason="另有原因")
    told = "\n".join(done.changed)
    assert "另一份文稿" in told
    assert not [name for name in ("欧阳大明", "JohnPublic", "第一行的话", "第二行的话") if name in told]


def test_an_amended_reply_is_issued_as_the_amendment_was_approved(office):
    approved(office)
    issued(office)
    change = {"answer": "O01", "ground": "已在门户网站公开"}
    office.propose(name="amend", data={"seq": 3, "data": change, "reason": "选错"})
    office.do("u2", "approve", "A-1#2")
    office.do("u3", "approve", "A-1#2")
    with office.sessions() as session, session.begin():
        void(Context(session, person("u1"), **office.shared), "A-1", "1", "答复已经更正")
    again = issued(office)
    assert again.approved == "A-1#2"
    with office.sessions() as session:
        papers = issued_papers(Context(session, ADMINISTRATOR), "A-1")
    assert [paper.in_force for paper in papers] == [False, True]


def test_a_draft_of_one_s_own_is_what_was_approved(office):
    approved(office, draft="我们自己写的答复。")
    with pytest.raises(BadData):
        issued(office)


def test_a_step_without_approval_is_compared_with_nothing(office):
    with office.sessions() as session, session.begin():
        options = IssueOptions(carriers=("text",))
        done = issue(Context(session, person("u1"), **office.shared), "A-1", "receipt", options)
    assert (done.approved, done.changed) == (None, ())


def test_a_blank_draft_is_none_given(office):
    approved(office, draft=" \n")
    assert issued(office).changed == ()


def test_an_approved_line_that_the_paper_lacks_is_named(office):
    office.propose(data={"answer": "O02", "delivery": "post", "ground": "可以公开"})
    draft = office.ask(show_sheet, "u1", "A-1#1").draft
    text = office.edit(
        "u1", "A-1#1", {"answer": "O02", "delivery": "post", "ground": "可以公开"}, draft=f"{draft}\n收费五元。"
    )
    office.do("u2", "approve", content=text.content)
    office.do("u3", "approve", content=text.content)
    with pytest.raises(BadData) as caught:
        issued(office)
    assert [(fault["problem"], fault["line"]) for fault in caught.value.faults] == [("approved_left_out", "收费五元。")]


def test_another_day_than_approved_is_named_but_for_those_that_follow_from_the_day_of_the_step(office):
    data = {"answer": "O02", "delivery": "post", "ground": "2024年3月5日的会议决定公开"}
    office.propose(data=data)
    draft = office.ask(show_sheet, "u1", "A-1#1").draft
    text = office.edit("u1", "A-1#1", data, draft=draft.replace("2024年3月1日", "2024年2月1日"))
    office.clock = office.shared["clock"] = FixedClock(LATER)
    office.do("u2", "approve", content=text.content)
    office.do("u3", "approve", content=text.content)
    with pytest.raises(BadData) as caught:
        issued(office)
    assert {fault["problem"] for fault in caught.value.faults} == {"not_as_approved", "approved_left_out"}
    assert all("月1日" in fault["line"] for fault in caught.value.faults)


def test_the_last_day_that_is_counted_from_the_day_of_the_step_is_no_change(office):
    office.propose(name="consult", data={"id": "c", "with": "third_party", "name": "甲公司"})
    office.clock = office.shared["clock"] = FixedClock(LATER)
    office.do("u2", "approve")
    office.do("u3", "approve")
    with office.sessions() as session, session.begin():
        options = IssueOptions(carriers=("text",))
        context = Context(session, person("u1"), **office.shared)
        assert issue(context, "A-1", "consultation_third_party", options).changed == ()


def filed(office, name, role="annex"):
    with office.sessions() as session, session.begin():
        attach(Context(session, person("u1"), **office.shared), "A-1", name, PDF, role=role)


def test_what_a_reply_gives_stands_in_the_letter_as_it_was_approved(office):
    filed(office, "批复.pdf")
    filed(office, "身份证.pdf", "identity")
    issued(approved(office))
    with office.sessions() as session, session.begin():
        text = reprint(Context(session, ADMIN, **office.shared), "A-1", "1", "text").decode()
    assert "附件：\n　　1．批复.pdf（PDF 文件）\n" in text
    assert "身份证" not in text


def test_a_letter_without_anything_to_give_has_no_list(office):
    filed(office, "身份证.pdf", "identity")
    issued(approved(office))
    with office.sessions() as session, session.begin():
        assert "附件" not in reprint(Context(session, ADMIN, **office.shared), "A-1", "1", "text").decode()


def test_what_is_added_to_the_annexes_after_the_approval_is_a_change(office):
    approved(office)
    filed(office, "批复.pdf")
    with pytest.raises(BadData) as refused:
        issued(office)
    assert {fault["problem"] for fault in refused.value.faults} == {"not_as_approved"}
