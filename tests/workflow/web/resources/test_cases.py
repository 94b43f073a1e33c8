"""Cases: lists with a cursor, masking, Chinese words, what can be done."""

import pytest
from web import SUBMISSION, Web, code

from disclosure.workflow import read_log
from disclosure.workflow.kernel.context import ADMINISTRATOR, Context


def reads(web: Web, case: str = "A-1") -> list[tuple[str, str | None]]:
    """What the log of reads tells of a case."""
    with web.office.sessions() as session:
        return [(item.what, item.why) for item in read_log(Context(session, ADMINISTRATOR), case)]


def test_a_list_goes_on_where_the_page_before_has_ended(web: Web) -> None:
    for number in ("B-1", "B-2"):
        assert web.submit(number).status_code == 201
    first = web.get("cases?limit=2").json
    rest = web.get(f"cases?limit=2&cursor={first['next']}").json
    assert [len(first["items"]), len(rest["items"]), first["total"], rest["next"]] == [2, 1, 3, None]
    assert {item["case"] for item in first["items"] + rest["items"]} == {"A-1", "B-1", "B-2"}


def test_a_list_is_searched_filtered_and_told_in_words(web: Web) -> None:
    web.submit("B-1")
    found = web.get("cases?query=B-1&state=received").json["items"]
    assert [(item["case"], item["state_name"]) for item in found] == [("B-1", "已收到")]
    assert "届满" in found[0]["reason"]


def test_who_asks_for_the_applicant_is_noted(web: Web) -> None:
    assert web.get("cases/A-1").json["applicant"]["name"] == "欧***"
    assert web.get("cases").json["items"][0]["applicant"] == "欧***"
    assert reads(web) == []
    assert web.get("cases/A-1?unmasked=true&why=核对").json["applicant"]["name"] == "欧阳小明"
    assert web.get("cases?unmasked=1").json["items"][0]["applicant"] == "欧阳小明"
    assert reads(web) == [("case", "核对"), ("list", "")]


def test_who_names_no_number_gets_the_next_one_and_once_for_a_key(web: Web) -> None:
    sent = {"at": "2024-03-04", "data": SUBMISSION}
    first, again = (web.post("cases", sent, "u1", headers={"Idempotency-Key": "n"}) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (201, f"/api/v1/cases/{first.json['case']}")
    assert again.json == first.json | {"repeated": True}
    assert web.post("cases", sent, "u1").json["case"] != first.json["case"]


def test_a_number_that_is_taken_and_one_that_is_none_are_refused(web: Web) -> None:
    assert code(web.submit("A-1")) == (409, "duplicate_case")
    assert code(web.submit("A#1")) == (422, "bad_data")


def test_fields_and_choices_are_read_by_their_chinese_words(web: Web) -> None:
    typed = {"提交方式": "当面", "申请人": {"申请人类别": "公民", "姓名或名称": "某甲"}, "申请内容": "路"}
    done = web.post("cases", {"case": "B-1", "data": typed}, "u1")
    assert done.status_code == 201, done.json
    returned = web.post("cases/B-1/moves", {"move": "退回", "data": {"文书": "答复书", "退回的原因": "拒收"}})
    assert "没有“答复书”" in returned.json["detail"]


def test_every_move_of_a_case_comes_with_its_form_and_its_reason(web: Web) -> None:
    found = {item["move"]: item for item in web.get("cases/A-1/moves").json["items"]}
    assert found["withdraw"]["available"] is True
    assert found["withdraw"]["form"]["required"] == ["reason"]
    assert found["reply"]["approval"] is True
    refused = found["correct"]["unmet"][0]
    assert refused["blocks"] is True
    assert "等待补正" in refused["message"]


def test_a_move_that_needs_approval_is_refused_with_that_reason(web: Web) -> None:
    found = web.post("cases/A-1/moves", {"move": "reply", "data": {"answer": "O02", "delivery": "post"}}, "u1")
    assert code(found) == (409, "approval_needed")


@pytest.mark.parametrize("move", ["nothing", ""])
def test_a_move_that_is_none_is_told(web: Web, move: str) -> None:
    assert code(web.post("cases/A-1/moves", {"move": move})) == (422, "unknown_move")


def test_the_ledger_of_a_period_is_told_day_by_day(web: Web) -> None:
    found = web.get("cases/A-1/periods/reply").json
    assert (found["due_on"], max(day["n"] for day in found["days"])) == ("2024-03-29", 20)
    assert code(web.get("cases/A-1/periods/nothing")) == (404, "bad_data")


def test_an_earlier_day_shows_the_case_as_it_was(web: Web) -> None:
    assert code(web.get("cases/A-1?as_of=2024-02-01")) == (422, "bad_data")
    assert web.get("cases/A-1?as_of=2024-03-01").json["as_of"] == "2024-03-01"


def test_a_record_that_is_wrong_is_amended_like_any_move(web: Web) -> None:
    change = {"move": "amend", "data": {"seq": 1, "data": {"information": "另一条路"}, "reason": "录错"}}
    assert web.post("cases/A-1/moves", change).json["seq"] == 3
    assert web.get("cases?query=另一条路").json["total"] == 1
    assert SUBMISSION["information"] != "另一条路"
