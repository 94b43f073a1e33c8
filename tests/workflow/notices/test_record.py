"""Forms filled from the record: records of service from the acts, the approval form from the sheet."""

from datetime import date

import pytest
from approvals import Office, person
from counter import Counter

from disclosure.notifications.messages.sentences import name
from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Acting, Context, appoint_acting
from disclosure.workflow.notices.drafts import drafts

POST = {"method": "post", "carrier": "EMS", "waybill": "E100", "address": "湖城市某路1号"}
LATER = date(2024, 4, 30)
DAY = date(2024, 3, 5)


@pytest.fixture
def counter(sessions):
    made = Counter(sessions).replied()
    made.issue("A-1", "receipt")
    made.issue()
    return made.at(LATER)


def record(counter, act, data, on, notice="2"):
    counter.serve(notice, act, data, on=on)


def form(counter, kind, about="", on=LATER):
    with counter.sessions() as session:
        (found,) = drafts(Context(session.connection(), ADMINISTRATOR), "A-1", on, kind, about)
    assert found.missing == ()
    return found.text


def test_a_posting_record_shows_what_was_recorded(counter):
    record(counter, "dispatched", POST, date(2024, 3, 20))
    record(counter, "delivered", {}, date(2024, 3, 22))
    record(counter, "signed", {"signed_by": "欧阳小明"}, date(2024, 3, 25))
    text = form(counter, "posting_record")
    for word in (
        "EMS",
        "E100",
        "湖城市某路1号",
        "2024年3月20日",
        "2024年3月22日",
        "欧阳小明 2024年3月25日",
        "〔2024〕2号",
    ):
        assert word in text
    assert "欧阳小明" in form(counter, "service_receipt") and "邮寄" in form(counter, "service_receipt")


def test_a_returned_letter_and_the_second_attempt(counter):
    record(counter, "dispatched", POST, date(2024, 3, 20))
    record(counter, "returned", {"reason": "查无此人"}, date(2024, 3, 27))
    record(counter, "dispatched", POST | {"waybill": "E101"}, date(2024, 3, 28))
    text = form(counter, "return_record")
    for word in ("邮寄 2024年3月20日", "E100", "2024年3月27日", "查无此人", "邮寄 2024年3月28日"):
        assert word in text


def test_a_refusal_and_a_collection(counter):
    record(counter, "dispatched", {"method": "in_person"}, date(2024, 3, 20))
    record(counter, "refused", {"reason": "不收", "witness": "社区工作人员"}, date(2024, 3, 21))
    assert "不收；社区工作人员" in form(counter, "service_receipt")
    record(counter, "signed", {"method": "in_person", "signed_by": "本人"}, date(2024, 3, 20), notice="1")
    assert "2024年3月20日" in form(counter, "collection_receipt", about="1")


def test_a_record_is_of_the_paper_named(counter):
    record(counter, "dispatched", POST, date(2024, 3, 20))
    assert "收件回执》（湖水公开〔2024〕1号）" in form(counter, "posting_record", about="1")
    with pytest.raises(BadData):
        form(counter, "posting_record", about="9")
    with pytest.raises(BadData):
        form(counter, "reply", about="1")


def test_the_index_and_the_reminder_count_for_themselves(counter):
    assert "湖水公开〔2024〕2号" in form(counter, "archive_index")


def test_days_left_in_a_supervision_slip(sessions):
    counter = Counter(sessions)
    counter.make(
        "A-1",
        "submit",
        {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "甲"}, "information": "乙"},
    )
    counter.make("A-1", "accept")
    assert "还剩1个工作日" in form(counter, "supervision", on=date(2024, 3, 28))


def test_the_approval_form_shows_draft_and_signatures(sessions):
    Counter(sessions)
    office = Office(sessions).accept()
    office.propose()
    office.do("u2", "approve", opinion="同意公开")
    text = form(office, "approval_form", on=date(2024, 3, 5))
    for word in ("同意公开", "李四", "张三", "公开政府信息告知书"):
        assert word in text


def test_the_approval_form_names_an_acting_appointment_with_its_basis(sessions):
    Counter(sessions)
    office = Office(sessions).accept()
    basis = "局党组会议纪要〔2024〕3号"
    with sessions() as session, session.begin():
        wanted = Acting("u3", "disclosure_head", DAY, DAY, basis)
        appoint_acting(Context(session, person("root"), **office.shared), wanted)
    office.propose(by="u2", name="extend", data={"days": 10, "reason": "需要核对多份档案"})
    office.do("u3", "approve")
    text = form(office, "approval_form", on=DAY)
    (row,) = [line for line in text.splitlines() if "王五" in line and "同意" in line]
    assert basis in row
    assert "代理" in row
    assert name("role", "disclosure_head") in row
