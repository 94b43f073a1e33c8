"""What a drafter does, and nobody else: send a sheet that is not under way, change one that has not ended."""

import pytest
from approvals import Office, procedure_text

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SheetRefused
from disclosure.workflow import show_sheet, stuck, why_sheet

OTHER = {"answer": "O02", "delivery": "email"}


@pytest.fixture
def office(sessions):
    return Office(sessions).accept()


def test_only_the_drafter_sends_and_only_once(office):
    office.propose(send=False)
    with pytest.raises(SheetRefused, match="no_task"):
        office.do("u2", "send")
    assert office.do("u1", "send").waiting_for == ("李四",)
    with pytest.raises(SheetRefused, match="sheet_status"):
        office.do("u1", "send")


def test_a_changed_text_begins_again_with_the_first_signer(office):
    office.propose()
    first = office.do("u2", "approve")
    assert first.waiting_for == ("王五",)
    again = office.edit("u1", "A-1", OTHER)
    assert (again.waiting_for, again.content != first.content) == (("李四",), True)
    last = office.ask(show_sheet, "u1", "A-1").actions[-1]
    assert (last.verb, len(last.data["voided"])) == ("edit", 1)


def test_a_changed_draft_stays_with_its_drafter_until_it_is_sent(office):
    office.propose(send=False)
    assert office.edit("u1", "A-1", OTHER).status == "draft"


def test_nobody_else_changes_a_sheet_and_nobody_one_that_has_ended(office):
    office.propose()
    with pytest.raises(SheetRefused, match="not_the_drafter"):
        office.edit("u2", "A-1", OTHER)
    office.do("u1", "void")
    with pytest.raises(SheetRefused, match="sheet_status"):
        office.edit("u1", "A-1", OTHER)


def test_a_returned_sheet_is_sent_again_and_its_old_task_is_gone(office):
    office.propose()
    assert office.do("u2", "return", opinion="再核").waiting_for == ("张三",)
    assert office.do("u1", "send").waiting_for == ("李四",)


def test_a_drafter_whose_case_has_gone_to_another_department_changes_and_sends_nothing(office):
    office.propose(send=False)
    office.make("u2", "A-1", "reassign", {"department": "业务科", "reason": "职能划转"})
    before = office.ask(show_sheet, "u1", "A-1#1")
    for attempt in (lambda: office.edit("u1", "A-1#1", OTHER), lambda: office.do("u1", "send", "A-1#1")):
        with pytest.raises(SheetRefused, match="drafter_without_sight"):
            attempt()
    refused = {item.verb: item.refusal and item.refusal.code for item in office.ask(why_sheet, "u1", "A-1#1")}
    assert (refused["edit"], refused["send"], refused["void"]) == (*["drafter_without_sight"] * 2, None)
    assert office.ask(show_sheet, "u1", "A-1#1") == before
    assert [item.trouble for item in office.ask(stuck, "root")] == ["draft_elsewhere"]
    office.do("u1", "void", "A-1#1")
    assert office.ask(stuck, "root") == []


def test_a_case_that_changes_departments_is_answered_after_somebody_who_sees_it_has_taken_the_draft(office):
    office.propose()
    office.do("u2", "approve", "A-1#1")
    assert office.ask(stuck, "root") == []
    office.make("u2", "A-1", "reassign", {"department": "业务科", "reason": "职能划转"})
    with pytest.raises(SheetRefused, match="draft_of_another_department"):
        office.do("u3", "approve", "A-1#1")
    (waits,) = office.ask(stuck, "root")
    assert (waits.sheet, waits.status, waits.trouble) == ("A-1#1", "running", "draft_elsewhere")
    assert "别的部门" in describe(waits.remark)
    assert "转办" in describe(waits.remedy)
    office.do("u3", "return", "A-1#1", opinion="已改由业务科承办")
    assert [item.status for item in office.ask(stuck, "root")] == ["returned"]
    office.do("u1", "transfer", "A-1#1", to="u7", opinion="接手")
    assert office.ask(stuck, "root") == [], "who drafts now sees the case"
    office.do("u7", "send", "A-1#1")
    assert office.do("u3", "approve", "A-1#1").moved is not None


def test_the_department_of_a_new_drafter_signs_anew(sessions):
    text = procedure_text("own disclosure_head any 10", "leader leader any 20")
    text = text.replace('key = "own"', 'key = "own"\nof = "drafter"')
    office = Office(sessions, text=text).accept()
    office.propose()
    office.do("u2", "approve", "A-1#1")
    office.make("u2", "A-1", "reassign", {"department": "业务科", "reason": "职能划转"})
    office.do("u3", "return", "A-1#1", opinion="已改由业务科承办")
    office.do("u1", "transfer", "A-1#1", to="u7", opinion="接手")
    first = office.ask(show_sheet, "u7", "A-1#1").steps[0]
    assert (first.key, first.state, first.tasks[0].verdict) == ("own", "waiting", "voided")
