"""One gate for papers: asked at proposing, at the last approval and at issue, with the same codes and sentences."""

from datetime import date

import pytest
from approvals import Office, person, procedure_text
from counter import PROFILE, Counter, refused
from office import ADMIN

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, Proposal, propose, set_profile, show_sheet
from disclosure.workflow.casefile.views import preview
from disclosure.workflow.cases.commands import MoveRequest

THIRD_PARTY = {"answer": "O07", "delivery": "post", "ground": "商业秘密"}
NOT_HELD = {"answer": "O12", "delivery": "post", "ground": "没有制作过"}


@pytest.mark.parametrize(("reply", "problem"), [(THIRD_PARTY, "consultation_missing"), (NOT_HELD, "search_missing")])
def test_proposing_trying_and_issuing_say_the_same(sessions, reply, problem):
    counter = Counter(sessions).replied(**reply)
    with pytest.raises(BadData) as at_issue:
        counter.issue()
    office = Office(sessions).accept("B-1")
    with pytest.raises(BadData) as at_proposing:
        office.propose(case="B-1", data=reply)
    with pytest.raises(BadData) as tried:
        office.ask(preview, "u1", "B-1", MoveRequest("reply", reply))
    assert [fault["problem"] for fault in at_issue.value.faults] == [problem]
    assert describe(at_issue.value) == describe(at_proposing.value) == describe(tried.value)


def test_what_the_office_has_not_told_of_itself_is_a_warning_until_the_paper_is_issued(sessions):
    office = Office(sessions).accept()
    done = office.propose()
    told = {item.fields.get("value") for item in done.warnings if item.code == "gap_in_notice"}
    assert {"管辖法院", "联系电话", "行政复议机关"} <= told
    assert "number_code_missing" in {item.code for item in done.warnings}
    assert not any(item.code.startswith("problem_") or "？" in describe(item) for item in done.warnings)


def test_an_office_that_has_told_of_itself_proposes_nothing_without_its_review_organ(sessions):
    office = Office(sessions).accept()
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), {**PROFILE, "kind": "", "review_organ": ""})
    with pytest.raises(BadData) as caught:
        office.propose()
    assert [fault["value"] for fault in caught.value.faults] == ["行政复议机关"]


def test_a_draft_that_is_kept_is_told_of_its_faults_and_refused_when_it_is_sent(sessions):
    office = Office(sessions).accept()
    kept = office.propose(data=NOT_HELD, send=False)
    assert "search_missing" in {item.code for item in kept.warnings}
    with pytest.raises(BadData):
        office.do("u1", "send")
    assert office.ask(show_sheet, "u1", "A-1#1").status == "draft"


def test_a_move_that_needs_no_approval_is_tried_with_its_faults_as_warnings(sessions):
    Counter(sessions).make(
        "A-1", "submit", {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"}
    )
    with sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 3, 5)))
        found = preview(context, "A-1", MoveRequest("reply", THIRD_PARTY))
    assert {"consultation_missing", "third_party_not_asked"} <= {item.code for item in found.warnings}


def test_a_reason_why_nobody_was_asked_lets_the_paper_be_issued(sessions):
    counter = Counter(sessions).replied(**THIRD_PARTY, unconsulted="涉及三千余人，姓名已经隐去")
    assert counter.issue().paper == "D07"
    other = Counter(sessions).replied("B-1", **THIRD_PARTY)
    assert refused(other, "B-1") == {"consultation_missing"}


def test_a_fault_of_a_part_says_of_which_as_a_warning_too(sessions):
    Counter(sessions).make(
        "A-1", "submit", {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"}
    )
    parts = [{"part": name, "answer": "O12", "ground": "没有制作"} for name in ("乙", "丙")]
    divided = {"answer": "O03", "delivery": "post", "items": [{"part": "甲", "answer": "O02"}, *parts]}
    with sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=FixedClock(date(2024, 3, 5)))
        found = preview(context, "A-1", MoveRequest("reply", divided))
    told = [describe(item) for item in found.warnings if item.code == "search_missing"]
    assert [text[:4] for text in told] == ["第2部分", "第3部分"]


def test_the_last_approval_asks_of_the_parts_again(sessions):
    office = Office(sessions, text=procedure_text("head disclosure_head any 10")).accept()
    parts = [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O12", "ground": "没有制作"}]
    with sessions() as session, session.begin():
        past = Context(session, person("root"), past=True, by=person("u1"), **office.shared)
        propose(past, "A-1", Proposal(move="reply", data={"answer": "O02", "delivery": "post", "items": parts}))
    with pytest.raises(BadData) as caught:
        office.do("u2", "approve", "A-1#1")
    assert [(fault["problem"], fault.get("part")) for fault in caught.value.faults] == [("search_missing", 2)]


def test_a_reply_over_an_objection_is_approved_as_it_was_proposed(sessions):
    """The text that is signed holds the papers to the third parties, too, each of whom was asked by itself."""
    office = Office(sessions, text=procedure_text("head disclosure_head any 10")).accept()
    for number, (name, opinion) in enumerate((("甲", "objects"), ("乙", "agrees")), 1):
        office.propose(name="consult", data={"id": name, "with": "third_party", "name": f"{name}公司"})
        office.do("u2", "approve", f"A-1#{number}")
        office.make("u1", "A-1", "dispatch", {"of": "consultation", "id": name, "method": "email"})
        office.make("u1", "A-1", "opinion", {"id": name, "opinion": opinion, "reason": "商业秘密"})
    overruled = {"overruled": "影响公众饮水安全", "overruled_for": "public_interest"}
    office.propose(data={"answer": "O02", "delivery": "post"} | overruled)
    assert office.do("u2", "approve", "A-1#3").status == "done"
