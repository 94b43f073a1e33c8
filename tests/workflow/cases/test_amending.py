"""What several hands have decided is not changed by one: an amendment goes the way of what it amends."""

from datetime import date

import pytest
from approvals import Office, procedure_text
from counter import Counter
from office import ADMIN

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, MoveRefused, SheetRefused
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    FixedClock,
    IssueOptions,
    MoveRequest,
    issue,
    issued_papers,
    move,
    preview,
    reprint,
    set_procedure,
    show,
    show_sheet,
    verify,
    void,
)
from disclosure.workflow.cases.amending import amended_step, last_changes
from disclosure.workflow.cases.steps import history

REFUSAL = {"answer": "O08", "outcome": None, "ground": "《条例》第十六条第一款"}
AMEND_REPLY = {"seq": 3, "data": REFUSAL, "reason": "应为不予公开"}


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20")).accept()


def day(office, *on):
    office.clock.moment = FixedClock(date(2024, *on)).moment


def replied(office):
    """A grant, approved by two."""
    office.propose()
    office.do("u2", "approve")
    office.do("u3", "approve")
    return office


def shown(office):
    with office.sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        return show(Context(session, ADMINISTRATOR, clock=office.clock), "A-1")


def refused(office, data, by="u1"):
    with pytest.raises(MoveRefused) as found:
        office.make(by, "A-1", "amend", data)
    assert found.value.code == "approval_needed"
    return True


@pytest.mark.parametrize("by", ["u1", "u2", "root"])
def test_an_approved_grant_is_not_amended_into_a_refusal(office, by):
    replied(office)
    assert refused(office, AMEND_REPLY, by)
    assert shown(office).answer == "O02"


def test_an_approved_extension_of_five_days_is_not_amended_into_twenty(office):
    office.propose(name="extend", data={"days": 5, "reason": "核对档案"})
    office.do("u2", "approve")
    due = shown(office).periods[0].due_on
    assert refused(office, {"seq": 3, "data": {"days": 20}, "reason": "不够"})
    assert shown(office).periods[0].due_on == due


def test_a_late_reply_is_not_amended_into_one_in_time(office):
    day(office, 4, 10)
    replied(office)
    assert shown(office).periods[0].status == "missed"
    early = {"seq": 3, "at": "2024-03-28", "reason": "日期写错"}
    assert refused(office, early)
    with pytest.raises(BadData) as found:
        office.propose(name="amend", data=early)
    assert [item["problem"] for item in found.value.faults] == ["before_approval"]
    assert shown(office).periods[0].status == "missed"


def test_what_was_approved_in_live_work_is_not_amended_as_a_record_of_the_past_either(office):
    replied(office)
    with office.sessions() as session, pytest.raises(MoveRefused):
        move(Context(session, ADMIN, clock=office.clock, past=True), "A-1", "amend", AMEND_REPLY)


def test_an_amendment_is_proposed_by_the_way_of_what_it_amends(office):
    replied(office)
    office.propose(name="amend", data={"seq": 3, "data": {"delivery": "email"}, "reason": "申请人要求"})
    sheet = office.ask(show_sheet, "u1", "A-1#2")
    assert [step.key for step in sheet.steps] == ["head", "leader"]
    assert (sheet.move, sheet.in_force) == ("amend", None)
    office.do("u2", "approve", "A-1#2")
    moved = office.do("u3", "approve", "A-1#2").moved
    assert (moved.move, moved.state) == ("amend", "decided")
    assert [(item.sheet, item.in_force) for item in shown(office).approvals] == [("A-1#1", False), ("A-1#2", True)]


def test_an_amendment_into_a_refusal_goes_the_way_of_refusals(office):
    replied(office)
    office.propose(name="amend", data=AMEND_REPLY)
    sheet = office.ask(show_sheet, "u1", "A-1#2")
    assert [step.key for step in sheet.steps] == ["legal", "secrecy", "head", "leader"]
    assert "不予公开" in sheet.draft, "the draft is of the paper as it is to read"
    for user in ("u4", "u6", "u2", "u3"):
        office.do(user, "approve", "A-1#2")
    assert shown(office).answer == "O08"
    assert refused(office, {"seq": 3, "data": {"answer": "O02"}, "reason": "反悔"})


def test_an_edited_amendment_goes_the_way_of_what_it_says_now(office):
    replied(office)
    office.propose(name="amend", data={"seq": 3, "data": {"delivery": "email"}, "reason": "申请人要求"})
    office.edit("u1", "A-1#2", AMEND_REPLY)
    assert len(office.ask(show_sheet, "u1", "A-1#2").steps) == 4


def test_an_amended_extension_names_who_decided_the_amendment(office):
    office.propose(name="extend", data={"days": 5, "reason": "核对档案"})
    office.do("u2", "approve")
    office.propose(name="amend", data={"seq": 3, "data": {"days": 10, "approved_by": "张三"}, "reason": "不够"})
    office.do("u2", "approve", "A-1#2")
    with office.sessions() as session:
        amended = amended_step(session.connection(), 1, {"seq": 3})
        form = show(Context(session, ADMINISTRATOR), "A-1", unmasked=True).history[-1].data["data"]
    assert amended.step.data["days"] == 10
    assert form["approved_by"] == "李四"


def test_a_step_whose_kind_needs_approval_now_is_amended_by_approval(sessions):
    office = Office(sessions, text=procedure_text("head disclosure_head any 10", moves='["discontinue"]')).accept()
    with sessions() as session, session.begin():
        other = Context(session, ADMIN, clock=office.clock)
        move(other, "A-1", "consult", {"id": "c", "with": "third_party", "name": "甲公司"})
    with sessions() as session, session.begin():
        text = procedure_text("head disclosure_head any 10")
        set_procedure(Context(session, ADMIN, clock=office.clock), text)
    assert refused(office, {"seq": 3, "data": {"name": "乙公司"}, "reason": "写错"})


def test_what_was_approved_goes_the_way_of_then_where_no_way_is_left(office):
    replied(office)
    with office.sessions() as session, session.begin():
        text = procedure_text("head disclosure_head any 10", moves='["discontinue"]')
        set_procedure(Context(session, ADMIN, clock=office.clock), text)
    change = {"seq": 3, "data": {"delivery": "email"}, "reason": "申请人要求"}
    assert refused(office, change)
    office.propose(name="amend", data=change)
    assert [step.key for step in office.ask(show_sheet, "u1", "A-1#2").steps] == ["head", "leader"]


def test_what_needs_no_approval_is_amended_at_once_and_not_proposed(office):
    change = {"seq": 2, "data": {"handler": "u1"}, "reason": "漏填"}
    with pytest.raises(SheetRefused):
        office.propose(name="amend", data=change)
    office.make("u1", "A-1", "amend", change)
    assert shown(office).handler == "u1"


def test_a_preview_says_that_the_amendment_needs_approval(office):
    replied(office)
    request = MoveRequest("amend", AMEND_REPLY)
    assert office.ask(preview, "u1", "A-1", request).approval
    handed = {"seq": 2, "reason": "x", "data": {"handler": "u1"}}
    assert not office.ask(preview, "u1", "A-1", MoveRequest("amend", handed)).approval


def test_two_amendments_of_two_steps_are_under_way_at_once_and_of_one_step_are_not(office):
    office.propose(name="consult", data={"id": "c", "with": "third_party", "name": "甲公司"})
    office.do("u2", "approve")
    office.do("u3", "approve")
    office.make("u1", "A-1", "cancel_consultation", {"id": "c", "reason": "误发"})
    office.propose()
    office.do("u2", "approve", "A-1#2")
    office.do("u3", "approve", "A-1#2")
    office.propose(name="amend", data={"seq": 3, "data": {"name": "乙公司"}, "reason": "写错"})
    office.propose(name="amend", data={"seq": 5, "data": {"delivery": "email"}, "reason": "改寄"})
    with pytest.raises(SheetRefused):
        office.propose(name="amend", data={"seq": 5, "data": {"delivery": "fax"}, "reason": "改寄"})


@pytest.fixture
def two_ways(office):
    """A consultation that was approved by the procedure of then, and a reply by the one in force, which has no way for it."""
    office.propose(name="consult", data={"id": "c", "with": "third_party", "name": "甲公司"})
    office.do("u2", "approve")
    office.do("u3", "approve")
    office.make("u1", "A-1", "cancel_consultation", {"id": "c", "reason": "误发"})
    with office.sessions() as session, session.begin():
        text = procedure_text("head disclosure_head any 10", "lead leader any 10", moves='["reply"]')
        set_procedure(Context(session, ADMIN, clock=office.clock), text)
    office.propose()
    office.do("u2", "approve", "A-1#2")
    office.do("u3", "approve", "A-1#2")
    return office


def not_edited(office, sheet, data):
    before = office.ask(show_sheet, "u1", sheet)
    with pytest.raises(SheetRefused) as found:
        office.edit("u1", sheet, data)
    assert office.ask(show_sheet, "u1", sheet) == before
    assert sheet in describe(found.value)
    return found.value.code


def test_an_amendment_of_one_step_is_not_edited_into_that_of_another(two_ways):
    data = {"seq": 3, "data": {"name": "乙公司"}, "reason": "写错"}
    two_ways.propose(name="amend", data=data, send=False)
    other = {"seq": 5, "data": {"delivery": "email"}, "reason": "改寄"}
    assert not_edited(two_ways, "A-1#3", other) == "amends_another_step"
    two_ways.edit("u1", "A-1#3", {**data, "seq": "03", "reason": "名称写错"})
    assert two_ways.do("u1", "send", "A-1#3").step == "head环节"


def test_an_amendment_is_not_edited_into_one_for_which_the_procedure_in_force_has_a_way(office):
    replied(office)
    with office.sessions() as session, session.begin():
        text = procedure_text("head disclosure_head any 10", moves='["discontinue"]')
        set_procedure(Context(session, ADMIN, clock=office.clock), text)
    office.propose(name="amend", data={"seq": 3, "data": {"delivery": "email"}, "reason": "申请人要求"})
    assert not_edited(office, "A-1#2", AMEND_REPLY) == "goes_another_way"
    office.edit("u1", "A-1#2", {"seq": 3, "data": {"delivery": "fax"}, "reason": "申请人要求"})


@pytest.mark.parametrize("seq", [3, "3", "03", "３"])
def test_of_one_step_one_amendment_is_under_way_however_its_number_is_written(office, seq):
    replied(office)
    office.propose(name="amend", data={"seq": 3, "data": {"delivery": "email"}, "reason": "改寄"})
    with pytest.raises(SheetRefused) as found:
        office.propose(name="amend", data={"seq": seq, "data": {"delivery": "fax"}, "reason": "改寄"})
    assert found.value.code == "sheet_open"


REGISTERED = {"information": "另一文件"}, {"applicant": {"kind": "natural_person", "name": "欧阳大明"}}


@pytest.mark.parametrize("change", REGISTERED, ids=["what was asked for", "who asked"])
def test_an_approval_is_not_in_force_over_a_registration_that_was_amended_after_it(office, change):
    office.make("u1", "A-1", "amend", {"seq": 1, "data": {"information": "某文件"}, "reason": "漏字"})
    replied(office)
    assert [item.in_force for item in shown(office).approvals] == [True], "that was before the approval"
    office.make("u1", "A-1", "amend", {"seq": 1, "data": change, "reason": "抄错"})
    assert [item.in_force for item in shown(office).approvals] == [False]
    assert office.ask(show_sheet, "u1", "A-1#1").in_force is False


def test_another_department_is_no_other_text(office):
    replied(office)
    office.make("u2", "A-1", "amend", {"seq": 1, "data": {"department": "业务科"}, "reason": "误"})
    assert [item.in_force for item in shown(office).approvals] == [True]


def test_a_paper_does_not_say_what_is_recorded_once_the_registration_has_been_amended(sessions):
    counter = Counter(sessions).replied("A-1")
    counter.issue()
    for change in ({"department": None}, {"information": "另一文件"}):
        with sessions() as session, session.begin():
            papers = issued_papers(Context(session, ADMIN, clock=counter.clock), "A-1")
            assert [item.in_force for item in papers] == [True]
            data = {"seq": 1, "data": change, "reason": "抄错"}
            move(Context(session, ADMIN, clock=counter.clock), "A-1", "amend", data)
    with sessions() as session:
        papers = issued_papers(Context(session, ADMIN, clock=counter.clock), "A-1")
    assert [item.in_force for item in papers] == [False]


def test_a_correction_of_nothing_leaves_what_was_approved_in_force(office):
    replied(office)
    with office.sessions() as session:
        events = history(session.connection(), 1)
    assert last_changes(events) == {1: 1, 2: 2, 3: 3}


def test_a_paper_says_that_it_deviates_and_that_the_record_has_been_amended(sessions):
    counter = Counter(sessions).replied("A-1")
    counter.issue("A-1", "receipt")
    with sessions() as session, session.begin():
        context = Context(session, ADMIN, clock=counter.clock)
        move(context, "A-1", "amend", {"seq": 1, "data": {"information": "另一文件"}, "reason": "抄错"})
        issue(context, "A-1", "receipt", IssueOptions(replaces="1"))
    with sessions() as session:
        papers = issued_papers(Context(session, ADMIN, clock=counter.clock), "A-1")
    assert [(item.notice, item.in_force) for item in papers] == [(1, False), (2, True)]


OTHERWISE = {"seq": 3, "data": {"answer": "O08", "ground": "《条例》第十六条第一款"}, "reason": "应为不予公开"}


def received(sessions):
    """A grant that was issued, and that the applicant has received."""
    counter = Counter(sessions).replied(on=date(2024, 3, 20))
    counter.issue()
    counter.make("A-1", "serve", {}, date(2024, 3, 22))
    return counter


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": "O08", "ground": "《条例》第十六条第一款"},
        {"answer": "O01"},
        {
            "answer": "O03",
            "items": [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O08", "ground": "内部"}],
        },
        {"items": [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O12", "ground": "没有"}]},
    ],
    ids=str,
)
def test_an_answer_that_was_received_is_changed_by_a_new_decision_alone(sessions, changed):
    counter = received(sessions)
    with pytest.raises(BadData) as found:
        counter.make("A-1", "amend", {"seq": 3, "data": changed, "reason": "写错"}, date(2024, 3, 25))
    assert [fault["problem"] for fault in found.value.faults] == ["answer_received"]
    assert "办理“重新办理”" in describe(found.value)


def test_its_words_can_be_amended_and_before_it_is_received_its_answer_can(sessions):
    words = {"seq": 3, "data": {"ground": "可以公开，见附件"}, "reason": "漏写附件"}
    received(sessions).make("A-1", "amend", words, date(2024, 3, 25))
    Counter(sessions).replied("B-1").make("B-1", "amend", OTHERWISE, date(2024, 3, 25))


def test_nor_does_a_record_of_the_past_lead_to_another_paper_in_the_place_of_the_one_received(sessions):
    counter = received(sessions)
    counter.record("A-1", "amend", OTHERWISE, date(2024, 3, 25))
    assert problems_of(counter, replaces="1") == {"replaces_other_answer"}


def test_nor_where_that_one_was_voided(sessions):
    counter = received(sessions)
    counter.record("A-1", "amend", OTHERWISE, date(2024, 3, 25))
    counter.at(date(2024, 3, 26)).do(void, "A-1", "1", "写错了")
    assert problems_of(counter) == {"replaces_other_answer"}


def test_a_paper_that_was_replaced_before_it_was_received_binds_nobody(sessions):
    counter = Counter(sessions).replied(on=date(2024, 3, 20))
    counter.issue()
    counter.make("A-1", "amend", OTHERWISE, date(2024, 3, 21))
    second = counter.issue(replaces="1")
    counter.make("A-1", "serve", {}, date(2024, 3, 22))
    assert counter.issue(replaces=str(second.notice)).paper == "D08"


def test_a_paper_with_the_same_answer_says_on_which_day_it_took_the_place_of_the_other(sessions):
    counter = received(sessions).at(date(2024, 3, 28))
    newer = counter.issue(replaces="1")
    with sessions() as session:
        text = reprint(Context(session, ADMINISTRATOR), "A-1", str(newer.notice), "text").decode()
    assert "本文书于2024年3月28日签发，取代本机关《公开政府信息告知书》" in text


def problems_of(counter, **more):
    with pytest.raises(BadData) as found:
        counter.issue(**more)
    return {fault["problem"] for fault in found.value.faults}
