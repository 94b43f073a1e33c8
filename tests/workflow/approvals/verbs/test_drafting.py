"""What a drafter does, and nobody else: send a sheet that is not under way, change one that has not ended."""

import pytest
from approvals import Office

from disclosure.states.errors import SheetRefused
from disclosure.workflow import show_sheet

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
