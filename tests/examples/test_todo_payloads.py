"""The bodies in which office products take an entry: shapes as documented, nobody unknown, nothing besides."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import todo_payloads as payloads
from hypothesis import given
from hypothesis import strategies as st
from todo_payloads import BUILDERS, Office

from disclosure.states.errors import BadData
from disclosure.workflow.approvals.items import TodoItem

GOLDEN = Path(__file__).parents[1] / "data" / "todo"
PRODUCTS = sorted(BUILDERS)
WITH_SENDER = ("dingtalk", "generic", "seeyon", "weaver")
OFFICE = Office(
    "zwgk",
    "政府信息公开办理系统",
    {"zhangwei": "oa-1001", "lina": "oa-1002", "bystander": "oa-9999"},
)
TODO = TodoItem(
    id="sheet:17/2/zhangwei",
    rev=3,
    receiver="zhangwei",
    status="todo",
    title="请审核：关于〔依申请〕第17号的答复意见",
    kind="政府信息公开申请",
    step="科室负责人审核",
    case="依申请〔2024〕17号",
    sheet="sheet:17",
    sender="lina",
    sender_name="李娜",
    due_on=date(2024, 3, 29),
    created_at="2024-03-01T16:30:00.250+00:00",
    changed_at="2024-03-01T16:30:00.250+00:00",
    pc_url="https://oa.example.gov.cn/sheets/17",
    mobile_url="https://m.example.gov.cn/sheets/17",
)
LATER = "2024-03-04T01:05:09.000+00:00"
SAMPLES = [
    TODO,
    TODO.model_copy(update={"rev": 5, "status": "done", "read": True, "changed_at": LATER}),
    TODO.model_copy(update={"rev": 6, "status": "closed", "changed_at": LATER, "due_on": None}),
    TODO.model_copy(
        update={"rev": 1, "status": "cc", "title": "请阅知：答复书已经送达", "step": "抄送", "due_on": None}
    ),
]
TITLES = {
    "weaver": (("requestname",), payloads.WEAVER_REQUESTNAME),
    "seeyon": (("title",), payloads.SEEYON_TITLE),
    "dingtalk": (("subject",), payloads.DINGTALK_SUBJECT),
    "feishu": (("summary",), payloads.FEISHU_SUMMARY),
    "wecom": (("template_card", "main_title", "title"), payloads.WECOM_TITLE),
}


def changed(**fields: Any) -> TodoItem:
    return TodoItem(**(TODO.model_dump() | fields))


def take(body: dict[str, Any], path: tuple[str, ...]) -> str:
    """The text at that place, which is taken out of the body."""
    *above, last = path
    for name in above:
        body = body[name]
    return str(body.pop(last))


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_body_is_the_one_that_the_product_takes(product: str):
    golden = json.loads((GOLDEN / f"{product}.json").read_text("utf-8"))
    assert [item.status for item in SAMPLES] == ["todo", "done", "closed", "cc"]
    assert [BUILDERS[product](item, OFFICE) for item in SAMPLES] == golden


def test_every_golden_file_has_its_builder():
    assert sorted(path.stem for path in GOLDEN.iterdir()) == PRODUCTS


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("user_ids", [{"lina": "oa-1002"}, {"lina": "oa-1002", "zhangwei": ""}])
def test_a_receiver_whom_the_office_does_not_know_is_refused(product: str, user_ids: Mapping[str, str]):
    with pytest.raises(BadData) as caught:
        BUILDERS[product](TODO, Office("zwgk", "系统", user_ids))
    assert caught.value.faults == [{"field": "receiver", "problem": "unknown_person", "value": "zhangwei"}]


@pytest.mark.parametrize("product", WITH_SENDER)
def test_receiver_and_sender_unknown_are_told_together(product: str):
    with pytest.raises(BadData) as caught:
        BUILDERS[product](TODO, Office("zwgk", "系统", {}))
    assert [fault["field"] for fault in caught.value.faults] == ["receiver", "sender"]


@pytest.mark.parametrize("product", sorted(set(PRODUCTS) - set(WITH_SENDER)))
def test_a_product_that_takes_no_sender_asks_for_no_id_of_the_sender(product: str):
    known = Office(OFFICE.system_code, OFFICE.system_name, {"zhangwei": "oa-1001"})
    assert BUILDERS[product](TODO, known) == BUILDERS[product](TODO, OFFICE)


@pytest.mark.parametrize("product", sorted(TITLES))
def test_a_title_of_the_full_length_stands_and_one_letter_more_is_cut(product: str):
    path, limit = TITLES[product]
    assert take(BUILDERS[product](changed(title="字" * limit), OFFICE), path) == "字" * limit
    assert take(BUILDERS[product](changed(title="字" * (limit + 1)), OFFICE), path) == "字" * (limit - 1) + "…"


@pytest.mark.parametrize("product", sorted(TITLES))
def test_a_long_title_shortens_nothing_else(product: str):
    path, _ = TITLES[product]
    long = {"kind": "类" * 5000, "step": "节" * 5000, "case": "号" * 5000, "sender_name": "名" * 5000}
    body = BUILDERS[product](changed(title="题" * 5000, **long), OFFICE)
    plain = BUILDERS[product](changed(title="短", **long), OFFICE)
    assert take(body, path).endswith("…")
    assert take(plain, path) == "短"
    assert body == plain
    assert "…" not in json.dumps(body, ensure_ascii=False)


def test_the_generic_body_keeps_a_title_of_any_length():
    assert BUILDERS["generic"](changed(title="题" * 5000), OFFICE)["title"] == "题" * 5000


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_higher_rev_has_a_higher_stamp_as_number_and_as_text(rev: int, more: int):
    earlier = payloads.weaver(changed(rev=rev), OFFICE)["receivets"]
    later = payloads.weaver(changed(rev=rev + more), OFFICE)["receivets"]
    assert int(earlier) < int(later)
    assert earlier < later


def test_a_card_of_another_rev_is_another_task_and_the_same_rev_the_same():
    ids = [payloads.wecom(changed(rev=rev), OFFICE)["template_card"]["task_id"] for rev in (1, 2, 2)]
    assert ids[0] != ids[1] == ids[2]


@given(st.text(min_size=1), st.integers(0, 10**12))
def test_ids_made_for_a_product_keep_to_its_letters_and_lengths(ident: str, rev: int):
    item = changed(id=ident, rev=rev)
    token = payloads.feishu(item, OFFICE)["client_token"]
    task = payloads.wecom(item, OFFICE)["template_card"]["task_id"]
    assert 10 <= len(token) <= 100
    assert len(task) <= 128
    assert all(letter.isascii() and (letter.isalnum() or letter in "_-@") for letter in task)


def test_the_same_entry_of_another_system_is_another_task():
    other = Office("other", OFFICE.system_name, OFFICE.user_ids)
    assert payloads.feishu(TODO, OFFICE)["client_token"] != payloads.feishu(TODO, other)["client_token"]


class Told(TodoItem):
    """An entry that knows more than entries tell."""

    applicant: str


@pytest.mark.parametrize("product", PRODUCTS)
def test_nothing_but_the_entry_s_own_fields_and_the_people_in_it_is_told(product: str):
    item = Told(applicant="王小明", **TODO.model_dump())
    text = json.dumps(BUILDERS[product](item, OFFICE), ensure_ascii=False)
    assert "王小明" not in text
    assert OFFICE.user_ids["bystander"] not in text
    assert BUILDERS[product](item, OFFICE) == BUILDERS[product](TODO, OFFICE)


@given(st.dates(date(1992, 1, 1), date(2100, 12, 31)))
def test_the_due_moment_is_the_last_second_of_that_day_in_china(day: date):
    item = changed(due_on=day)
    due = payloads.dingtalk(item, OFFICE)["dueTime"]
    moment = datetime.fromtimestamp(due // 1000, ZoneInfo("Asia/Shanghai"))
    assert moment.date() == day
    assert f"{moment:%H:%M:%S}" == "23:59:59"
    assert payloads.feishu(item, OFFICE)["due"]["timestamp"] == str(due)


def test_an_entry_without_a_due_day_gives_none():
    item = changed(due_on=None)
    assert "dueTime" not in payloads.dingtalk(item, OFFICE)
    assert "due" not in payloads.feishu(item, OFFICE)
    assert "最后一日" not in json.dumps(payloads.wecom(item, OFFICE), ensure_ascii=False)


@pytest.mark.parametrize(("read", "settled"), [(False, False), (True, True)])
def test_an_entry_to_be_read_is_settled_by_reading_it(read: bool, settled: bool):
    item = changed(status="cc", read=read)
    assert payloads.dingtalk(item, OFFICE)["done"] is settled
    assert payloads.seeyon(item, OFFICE)["state"] == ("1" if settled else "0")
    assert (payloads.feishu(item, OFFICE)["completed_at"] != "0") is settled
    assert payloads.weaver(item, OFFICE)["viewtype"] == ("1" if settled else "0")


def test_an_entry_without_addresses_leads_nowhere_and_makes_no_card():
    item = changed(pc_url="", mobile_url="")
    assert "detailUrl" not in payloads.dingtalk(item, OFFICE)
    assert "href" not in payloads.feishu(item, OFFICE)["origin"]
    with pytest.raises(BadData) as caught:
        payloads.wecom(item, Office("zwgk", "系统", {}))
    assert [fault["field"] for fault in caught.value.faults] == ["mobile_url", "receiver"]


@pytest.mark.parametrize("url", ["pc_url", "mobile_url"])
def test_one_address_serves_where_the_product_takes_one_only(url: str):
    item = changed(**{"pc_url": "", "mobile_url": "", url: "https://oa.example.gov.cn/1"})
    assert payloads.wecom(item, OFFICE)["template_card"]["card_action"]["url"] == "https://oa.example.gov.cn/1"
    assert payloads.feishu(item, OFFICE)["origin"]["href"]["url"] == "https://oa.example.gov.cn/1"
