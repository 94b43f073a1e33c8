"""What the answers of a decision lack by law, and where they contradict the record."""

from datetime import date

import pytest
from decided import GIVEN, START, decided, faults, in_parts, paper

from disclosure.states.procedure.history import Event

SEARCH = {"systems": "档案系统", "person": "张三", "on": "2024-03-18", "result": "没有"}
SECRET = {"part": "甲", "answer": "O04", "ground": "秘密级"}
INTERNAL = {"part": "乙", "answer": "O08", "ground": "内部管理"}


def test_a_row_that_several_answers_share_is_judged_as_what_rests_on_no_article():
    row = Event(3, "reply", date(2024, 3, 20), data={"outcome": "granted", "delivery": "post", "ground": "可以"})
    assert faults(*START, row) == [(0, "ground_without_article")]


@pytest.mark.parametrize("code", ["O21", "O22"])
def test_what_another_step_gives_is_no_reply(code):
    assert faults(*START, decided(3, code)) == [(0, "given_by_step")]
    part = {"part": "乙", "answer": code, "ground": "条例第三十条"}
    assert faults(*START, in_parts(3, GIVEN, part)) == [(2, "given_by_step")]
    assert faults(*START, decided(3, "O23", ground="依照条例第二十九条")) == []


def test_a_divided_decision_gives_one_part_and_withholds_another():
    assert faults(*START, in_parts(3, SECRET, INTERNAL)) == [(0, "nothing_given")]
    assert faults(*START, in_parts(3, GIVEN, {"part": "乙", "answer": "O01", "ground": "网站"})) == [
        (0, "nothing_withheld")
    ]
    assert faults(*START, in_parts(3, GIVEN, SECRET)) == []


def test_where_nothing_is_given_the_paper_is_called_by_none_of_the_refusals():
    found = paper(*START, in_parts(3, SECRET, INTERNAL, answer="O04"))
    assert faults(*START, in_parts(3, SECRET, INTERNAL, answer="O04")) == []
    assert found.title == "政府信息公开申请答复书"
    assert "其余部分" not in found.text


def test_the_answer_of_the_whole_is_that_of_some_part():
    assert faults(*START, in_parts(3, SECRET, INTERNAL, answer="O09")) == [(0, "answer_of_no_part")]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"on": "2024-03-20"}, None),
        ({"on": "2024-03-21"}, "searched_after"),
        ({"on": "2024年3月21日"}, "searched_after"),
        ({"on": "2024-03-01"}, None),
        ({"on": "2024-02-29"}, "searched_before"),
        ({"on": "2024-03-01至2024-03-20"}, None),
        ({"on": "2024年3月18日至2024年3月21日"}, "searched_after"),
        ({"on": "2024-02-29到2024-03-04"}, "searched_before"),
        ({"result": "找到3份"}, "search_found"),
        ({"result": "检索到批复1份"}, "search_found"),
        ({"result": "找到0份"}, None),
        ({"result": "查到3份文件，都与所申请的信息无关"}, None),
        ({"result": "查到3份，均非所申请的批复"}, None),
        ({"result": "检索到其他年度的批复"}, None),
        ({"result": "", "what": "在档案室找到原件"}, "search_found"),
    ],
    ids=str,
)
def test_a_search_lies_between_request_and_paper_and_has_found_nothing(changed, problem):
    expected = [] if problem is None else [problem]
    assert [name for _, name in faults(*START, decided(3, "O12", search=SEARCH | changed))] == expected
    part = {"part": "乙", "answer": "O12", "ground": "没有制作", "search": SEARCH | changed}
    assert [name for _, name in faults(*START, in_parts(3, GIVEN, part))] == expected


def test_a_search_that_is_told_in_words_has_found_nothing_either():
    assert faults(*START, decided(3, "O12", search="在档案室找到原件")) == [(0, "search_found")]
    assert faults(*START, decided(3, "O02", search="在档案室找到原件")) == []


def test_the_ground_names_no_other_interest_than_the_chosen_one():
    one = {"endangers": "public_security"}
    assert faults(*START, decided(3, "O06", ground="公开可能危及公共安全", **one)) == []
    assert faults(*START, decided(3, "O06", ground="危及公共安全，影响社会稳定", **one)) == [(0, "endangers_other")]
    assert faults(*START, decided(3, "O06", ground="依照《国家安全法》第九条", **one)) == []
    part = {"part": "乙", "answer": "O06", "ground": "危及经济安全"} | one
    assert faults(*START, in_parts(3, GIVEN, part)) == [(2, "endangers_other")]


@pytest.mark.parametrize(
    ("search", "problem"),
    [
        ("未检索", "search_denied"),
        ("本机关没有进行检索", "search_denied"),
        ("无需查找", "search_denied"),
        ("在档案系统检索，未检索到", None),
        ("档案系统查询，没有查询结果", None),
        (SEARCH | {"result": "未检索"}, "search_denied"),
        ({"person": "张三", "on": "2024-03-18"}, "search_incomplete"),
        ({"systems": "档案系统", "on": "2024-03-18"}, "search_incomplete"),
        ({"result": "没有"}, "search_incomplete"),
        ({"what": "逐卷翻查，没有"}, None),
        ({"systems": "档案系统", "result": "没有"}, None),
    ],
    ids=str,
)
def test_a_record_of_a_search_tells_where_was_searched_and_with_what_result(search, problem):
    expected = [] if problem is None else [problem]
    assert [name for _, name in faults(*START, decided(3, "O12", search=search))] == expected
    part = {"part": "乙", "answer": "O12", "ground": "没有制作", "search": search}
    assert [name for _, name in faults(*START, in_parts(3, GIVEN, part))] == expected


def test_a_paper_prints_of_a_search_what_is_declared_of_it_alone():
    text = paper(*START, decided(3, "O12", search=SEARCH | {"note": "内部备注"})).text
    assert "检索日期：2024年3月18日" in text
    assert "内部备注" not in text and "note" not in text


@pytest.mark.parametrize(
    ("ground", "problem"),
    [
        ("公开会危及公共安全，与国家安全无关", None),
        ("公开会危及公共安全，不涉及国家安全、经济安全", None),
        ("公开会危及公共安全，并非国家安全", None),
        ("公开会危及公共安全，不影响社会稳定", None),
        ("公开不仅危及公共安全和社会稳定", "endangers_other"),
        ("公开会危及公共安全，不利于社会稳定", "endangers_other"),
        ("没有先例。公开会影响社会稳定", "endangers_other"),
    ],
)
def test_an_interest_that_is_denied_is_not_named(ground, problem):
    expected = [] if problem is None else [(0, problem)]
    assert faults(*START, decided(3, "O06", ground=ground, endangers="public_security")) == expected
