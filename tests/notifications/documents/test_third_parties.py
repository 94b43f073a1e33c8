"""Third parties: whose rights are the ground of an answer, and whether the record bears it."""

from datetime import date

from decided import GIVEN, REPLIED, START, asked, decided, faults, in_parts, live, opinion, paper
from histories import LAW
from notices import OFFICE

from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import NoticeRef
from disclosure.notifications.documents.render import notice_for

TWO = (*START, *asked(3, "甲公司", "甲"), *asked(5, "乙公司", "乙"))


def test_what_the_third_party_agrees_to_is_no_ground_any_more():
    agreed = (*START, *asked(3, "c"), opinion(5, "c", "agrees"))
    assert faults(*agreed, decided(6, "O07")) == [(0, "third_party_agreed")]
    assert faults(*agreed, in_parts(6, GIVEN, {"part": "乙", "answer": "O07", "ground": "x"})) == [
        (2, "third_party_agreed")
    ]
    objected = (*START, *asked(3, "c"), opinion(5, "c", "objects"))
    assert faults(*objected, decided(6, "O07")) == []
    assert "经审查并征求意见" in paper(*objected, decided(6, "O07")).text


def test_a_reason_why_another_was_not_asked_stands_and_the_paper_does_not_say_that_it_was():
    agreed = (*START, *asked(3, "c"), opinion(5, "c", "agrees"))
    events = (*agreed, decided(6, "O07", unconsulted="另一住户无法联系"))
    assert faults(*events) == []
    text = paper(*events).text
    assert "并征求意见" not in text
    assert "没有征求第三方意见的原因：另一住户无法联系" in text


def test_of_several_the_one_whose_rights_are_the_ground_is_named():
    events = (*TWO, opinion(7, "甲公司", "agrees"), opinion(8, "乙公司", "objects"))
    assert faults(*events, decided(9, "O07")) == [(0, "whose_rights")]
    assert faults(*events, decided(9, "O07", protects="甲公司")) == [(0, "third_party_agreed")]
    assert faults(*events, decided(9, "O07", protects="乙公司")) == []
    assert faults(*events, decided(9, "O07", protects="丙公司")) == [
        (0, "consultation_missing"),
        (0, "protects_unknown"),
    ]


def test_one_who_was_not_asked_is_not_protected_because_another_was():
    unsent = live(5, "consult", date(2024, 3, 4), id="b", name="乙", **{"with": "third_party"})
    dropped = live(6, "cancel_consultation", date(2024, 3, 5), id="b", reason="不再需要")
    events = (*START, *asked(3, "a", "甲"), unsent, dropped, opinion(7, "a", "objects"))
    assert faults(*events, decided(8, "O07")) == [(0, "whose_rights")]
    assert faults(*events, decided(8, "O07", protects="b")) == [(0, "consultation_missing")]
    assert faults(*events, decided(8, "O07", protects="a、b")) == [(0, "consultation_missing")]
    assert faults(*events, decided(8, "O07", protects="a")) == []


def test_a_letter_that_was_written_anew_to_the_same_one_counts_once():
    unsent = live(3, "consult", date(2024, 3, 4), id="a", name="甲", **{"with": "third_party"})
    dropped = live(4, "cancel_consultation", date(2024, 3, 4), id="a", reason="写错")
    events = (*START, unsent, dropped, *asked(5, "b", "甲"), opinion(7, "b", "objects"))
    assert faults(*events, decided(8, "O07")) == []


def test_where_all_object_nobody_has_to_be_named():
    events = (*TWO, opinion(7, "甲公司", "objects"), opinion(8, "乙公司", "partly"))
    assert faults(*events, decided(9, "O07")) == []


def test_each_part_is_asked_for_the_one_that_it_protects():
    events = (*TWO, opinion(7, "甲公司", "agrees"), opinion(8, "乙公司", "objects"))
    first = {"part": "甲的图纸", "answer": "O07", "ground": "x", "protects": "甲公司"}
    second = {"part": "乙的图纸", "answer": "O07", "ground": "x", "protects": "乙公司"}
    assert faults(*events, in_parts(9, first, second, GIVEN)) == [(1, "third_party_agreed")]
    text = paper(*events, in_parts(9, GIVEN, second)).text
    assert "经征求第三方意见，公开会损害第三方合法权益" in text


def test_an_objection_is_followed_or_overruled_for_a_reason_where_something_is_given():
    objected = (*START, *asked(3, "c"), opinion(5, "c", "objects"))
    part = {"part": "乙", "answer": "O07", "ground": "商业秘密"}
    secret = {"part": "乙", "answer": "O04", "ground": "秘密级"}
    assert faults(*objected, decided(6, "O02")) == [(0, "overruled_missing")]
    assert faults(*objected, decided(6, "O02", overruled="不是商业秘密")) == [(0, "overruled_for_missing")]
    assert faults(*objected, decided(6, "O02", overruled="不是商业秘密", overruled_for="unreasonable")) == []
    assert faults(*objected, decided(6, "O01", ground="本机关网站")) == []
    assert faults(*objected, decided(6, "O04")) == []
    assert faults(*objected, in_parts(6, GIVEN, part)) == []
    assert faults(*objected, in_parts(6, GIVEN, secret)) == [(0, "overruled_missing")]


def test_who_agrees_in_part_is_followed_where_the_part_that_is_withheld_names_it():
    partly = (*START, *asked(3, "c"), opinion(5, "c", "partly"))
    secret = {"part": "乙", "answer": "O04", "ground": "秘密级"}
    assert faults(*partly, in_parts(6, GIVEN, secret)) == [(0, "overruled_missing")]
    assert faults(*partly, in_parts(6, GIVEN, secret | {"protects": "c"})) == []
    assert faults(*partly, in_parts(6, GIVEN, {"part": "乙", "answer": "O07", "ground": "商业秘密"})) == []
    assert faults(*partly, decided(6, "O02")) == [(0, "overruled_missing")]


def test_of_several_a_part_that_names_nobody_is_not_the_one_that_one_of_them_meant():
    events = (*TWO, opinion(7, "甲公司", "objects"), opinion(8, "乙公司", "partly"))
    secret = {"part": "丙", "answer": "O07", "ground": "商业秘密"}
    assert faults(*events, in_parts(9, GIVEN, secret)) == [(0, "overruled_missing")]
    assert faults(*events, in_parts(9, GIVEN, secret | {"protects": "甲公司、乙公司"})) == []


BOTH = (*TWO, opinion(7, "甲公司", "objects"), opinion(8, "乙公司", "objects"))
WHY = {"id": "甲公司", "reason": "已过保密期", "overruled_for": "理由不合理"}


def test_of_several_that_object_each_is_overruled_for_a_reason_of_its_own():
    public = {"overruled_for": "public_interest"}
    assert faults(*BOTH, decided(9, "O02", overruled="公众饮水安全", **public)) == [(0, "overruled_missing")] * 2
    assert faults(*BOTH, decided(9, "O02", overruled=[WHY], **public)) == [(0, "overruled_missing")]
    other = {"id": "乙公司", "reason": "公众饮水安全"}
    assert faults(*BOTH, decided(9, "O02", overruled=[WHY, other])) == [(0, "overruled_for_missing")]
    assert faults(*BOTH, decided(9, "O02", overruled=[WHY, other], **public)) == []


def test_each_third_party_reads_why_it_was_overruled_itself():
    other = {"id": "乙公司", "reason": "公众饮水安全"}
    events = (*BOTH, decided(9, "O02", overruled=[WHY, other], overruled_for="public_interest"))
    told = [
        notice_for(
            CaseHistory("2024-017", events, LAW), NoticeRef("third_party_decision", 9, REPLIED, ref), OFFICE
        ).text
        for ref in ("甲公司", "乙公司")
    ]
    assert "理由不合理。" in told[0] and "决定公开的理由：已过保密期" in told[0]
    assert "公共利益" in told[1] and "决定公开的理由：公众饮水安全" in told[1]
    assert "公众饮水安全" not in told[0] and "已过保密期" not in told[1]


def test_following_one_objection_does_not_follow_the_other():
    events = (*TWO, opinion(7, "甲公司", "objects"), opinion(8, "乙公司", "objects"))
    first = {"part": "甲的图纸", "answer": "O07", "ground": "x", "protects": "甲公司"}
    assert faults(*events, in_parts(9, first, GIVEN)) == [(0, "overruled_missing")]
