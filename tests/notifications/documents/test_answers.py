"""The answers of a decision: what is asked of one is asked of each part, and each part's is printed."""

from datetime import date

import pytest
from decided import GIVEN, START, at_last, decided, faults, in_parts, live, paper

from disclosure.notifications.documents.answers import answers_of


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("O05", "ground_without_article"),
        ("O06", "endangers_missing"),
        ("O07", "consultation_missing"),
        ("O12", "search_missing"),
        ("O15", "correction_missing"),
        ("O17", "earlier_missing"),
        ("O19", "reasons_not_asked"),
    ],
)
def test_a_part_needs_what_the_whole_answer_needs(code, problem):
    part = {"part": "乙", "answer": code, "ground": "理由"}
    assert faults(*START, decided(3, code, ground="理由")) == [(0, problem)]
    assert faults(*START, in_parts(3, GIVEN, part)) == [(2, problem)]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ({"answer": "O06"}, {"endangers": "public_security"}),
        ({"answer": "O06", "endangers": "公共安全"}, {}),
        ({"answer": "O12"}, {"search": "档案系统"}),
        ({"answer": "O12", "search": {"systems": "档案系统", "result": "没有"}}, {}),
        ({"answer": "O07", "unconsulted": "涉及三千余人"}, {}),
        ({"answer": "O05", "ground": "依照《统计法》第九条"}, {}),
        ({"answer": "O17", "earlier": {"number": "旧〔2016〕3号", "on": "2016-05-09", "scan": "卷3"}}, {}),
    ],
    ids=str,
)
def test_what_it_needs_is_told_of_the_part_or_of_the_whole(part, whole):
    assert faults(*START, in_parts(3, GIVEN, {"part": "乙", "ground": "理由"} | part, **whole)) == []


def test_each_part_prints_the_one_interest_that_was_chosen_for_it():
    first = {"part": "甲", "answer": "O06", "ground": "坐标", "endangers": "国家安全"}
    second = {"part": "乙", "answer": "O06", "ground": "管线"}
    text = paper(*START, in_parts(3, first, second, GIVEN, endangers="economic_security")).text
    assert "公开后可能危及国家安全" in text
    assert "公开后可能危及经济安全" in text
    assert "社会稳定" not in text and "公共安全" not in text


def test_an_interest_that_nobody_knows_is_none_chosen():
    part = {"part": "乙", "answer": "O06", "ground": "坐标", "endangers": "国家安全、公共安全"}
    assert faults(*START, in_parts(3, GIVEN, part)) == [(2, "endangers_missing")]


def test_what_the_parts_rest_on_stands_below_them():
    parts = (
        {"part": "乙", "answer": "O12", "ground": "没有制作过", "search": "档案系统，近十年"},
        {"part": "丙", "answer": "O07", "ground": "住址", "unconsulted": "涉及三千余人"},
    )
    text = paper(*START, in_parts(3, GIVEN, *parts)).text
    assert "第2部分检索情况：档案系统，近十年" in text
    assert "第3部分没有征求第三方意见的原因：涉及三千余人" in text


def test_parts_that_are_answered_otherwise_are_printed_whatever_the_whole_is_called():
    other = {"part": "乙", "answer": "O12", "ground": "没有制作过", "search": "档案系统"}
    found = paper(*START, in_parts(3, GIVEN, other, answer="O02"))
    assert found.title == "政府信息公开申请答复书"
    assert "各项内容分别答复如下" in found.text
    assert "没有制作过" in found.text and "第三十六条第四项" in found.text and "第三十六条第二项" in found.text
    assert "随本告知书一并提供" not in found.text


def test_parts_that_are_all_answered_as_the_whole_keep_its_paper():
    found = paper(*START, in_parts(3, GIVEN, "乙", answer="O02"))
    assert found.title == "公开政府信息告知书"
    assert "可以公开，予以提供" in found.text


def test_a_list_of_what_is_given_is_a_list():
    at = at_last(*START, in_parts(3, "第一页", "第二页", answer="O02"))
    assert [(item.number, item.outcome.code) for item in answers_of(at) if item.outcome] == [(0, "O02")]


def test_a_part_takes_the_answer_and_ground_of_the_whole_where_it_has_none_of_its_own():
    parts = ("甲", {"part": "乙", "ground": "第二项的理由"})
    at = at_last(*START, in_parts(3, *parts, answer="O08", ground="内部管理"))
    told = [(item.outcome.code if item.outcome else "", item.ground) for item in answers_of(at)]
    assert told == [("O08", "内部管理"), ("O08", "第二项的理由")]


def test_what_decides_nothing_has_no_answers():
    assert answers_of(at_last(*START, live(3, "extend", date(2024, 3, 5), days=5, reason="x", approved_by="y"))) == ()


def test_where_the_routes_of_the_parts_differ_each_is_told():
    parts = (
        {"part": "甲", "answer": "O04", "ground": "秘密"},
        {"part": "乙", "answer": "O12", "ground": "没有", "search": "档案系统"},
    )
    text = paper(*START, in_parts(3, *parts, answer="O04")).text
    assert "对其中不予公开的部分（第1部分）不服的，应当先申请行政复议" in text
    assert "对其余部分不服的，可以" in text


def test_where_no_part_is_withheld_the_paper_does_not_say_that_one_is():
    other = {"part": "乙", "answer": "O12", "ground": "没有制作过", "search": "档案系统"}
    found = paper(*START, in_parts(3, GIVEN, other, ground=None))
    assert found.missing == ()
    assert "不应当公开" not in found.text and "不予公开的部分" not in found.text
    withheld = paper(*START, in_parts(3, GIVEN, {"part": "乙", "answer": "O08", "ground": "内部管理"}))
    assert "有一部分不应当公开" in withheld.text and "不予公开的部分（第2部分）" in withheld.text


def test_a_single_text_is_a_list_of_one():
    at = at_last(*START, decided(3, "O02", items="第一页"))
    assert [item.outcome.code for item in answers_of(at) if item.outcome] == ["O02"]
    assert "第一页" in paper(*START, decided(3, "O02", items="第一页")).text
