"""Who signs is told where the draft says something else than the data of its move, or than the case says by now."""

from datetime import date

import pytest
from approvals import Office, person

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import Context, show_sheet
from disclosure.workflow.approvals.compared import differ, draft_remark
from disclosure.workflow.notices.drafts import drafts

EXTEND = {"days": 5, "reason": "核对档案"}
FIVE = "延长答复期限五个工作日。\n"


@pytest.fixture
def office(sessions):
    return Office(sessions).accept()


def warned(office, sheet="A-1"):
    return [(item.code, describe(item)) for item in office.ask(show_sheet, "u2", sheet).warnings]


def form(office):
    with office.sessions() as session, session.begin():
        context = Context(session, person("u2"), **office.shared)
        (found,) = drafts(context, "A-1", date(2024, 3, 5), "approval_form")
    return found.text


def test_a_draft_that_is_kept_while_the_data_change_is_told_of(office):
    office.propose(name="extend", data=EXTEND, draft=FIVE)
    office.edit("u1", "A-1", EXTEND | {"days": 20}, draft=FIVE)
    ((code, sentence),) = warned(office)
    assert code == "draft_differs"
    assert "五个工作日" in sentence and "20个工作日" in sentence
    text = form(office)
    assert sentence in text
    assert "延长的工作日数 ｜ 20" in text and "延长答复期限" in text


def test_the_notice_itself_is_no_other_text_whoever_hands_it_in(office):
    office.propose(name="extend", data=EXTEND)
    draft = office.ask(show_sheet, "u1", "A-1").draft
    assert warned(office) == []
    office.do("u1", "void")
    office.propose(name="extend", data=EXTEND, draft=draft.replace("\n", "\n\n") + "  ")
    assert warned(office) == []
    assert "提醒" not in form(office)


def test_a_draft_without_a_notice_to_compare_with_is_the_drafters_own(office):
    office.make("u1", "A-1", "withdraw", {"reason": "申请人撤回"})
    office.propose(name="extend", data=EXTEND, draft=FIVE, send=False)
    assert [code for code, _ in warned(office)] == ["draft_not_compared"]


def test_an_amendment_of_the_case_after_the_draft_is_told_of_until_it_is_written_anew(office):
    office.propose()
    office.make("u1", "A-1", "amend", {"seq": 1, "data": {"information": "另一信息"}, "reason": "写错"})
    assert [code for code, _ in warned(office)] == ["draft_before_amendment"]
    assert "更正（第 3 步）" in form(office)
    office.edit("u1", "A-1", {"answer": "O02", "delivery": "email"})
    assert warned(office) == []


def test_the_longest_of_many_lines_are_told_with_their_number():
    remark = draft_remark("一\n", "短\n这一行比较长\n又一行很长很长\n中等的行\n另")
    assert remark.fields["own"] == "一"
    assert remark.fields["produced"] == "这一行比较长 / 又一行很长很长 / 中等的行"
    assert (remark.fields["own_lines"], remark.fields["produced_lines"]) == (1, 5)
    assert "5 行" in describe(remark)


def test_spaces_and_empty_lines_make_no_difference():
    assert not differ("甲 乙\n\n丙", "甲乙\n丙\n")
    assert differ("甲\n乙", "乙\n甲")
