"""Decisions: outcome, article and remedy as they are computed."""

from datetime import date, timedelta

import pytest
from decided import GIVEN, START, asked, decided, in_parts, live, opinion, paper
from histories import LAW
from notices import ON, replied, submitted, written

from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.settings import settings_from


@pytest.mark.parametrize("outcome", outcomes(), ids=lambda outcome: outcome.code)
def test_every_outcome_is_worded_with_its_article_and_a_remedy(outcome):
    if outcome.code == "O21":
        events = (
            submitted(),
            Event(2, "request_correction", ON, data={"items": ["文号"], "due_on": "2024-03-15"}),
            Event(3, "abandon", date(2024, 3, 18)),
        )
        notice = written(*events, kind="abandonment_correction")
    elif outcome.code == "O22":
        events = (
            submitted(),
            Event(2, "accept", ON),
            Event(3, "charge", ON, data={"basis": "items", "quantity": 31}),
            Event(4, "abandon", date(2024, 4, 18)),
        )
        notice = written(*events, kind="abandonment_payment")
        assert "2200.00元" in notice.text
    else:
        notice = written(*replied(outcome.row, answer=outcome.code), kind="reply")
        basis = outcome.basis(ON)
        assert (basis.article in notice.text) == basis.cited
    assert "湖城市人民政府" in notice.text
    assert "湖城市中级人民法院" in notice.text
    assert notice.missing == ()


@pytest.mark.parametrize(
    ("outcome", "on", "first", "direct"),
    [
        ("denied_state_secret", date(2023, 12, 29), False, True),
        ("denied_state_secret", date(2024, 1, 2), True, False),
        ("denied_state_secret", date(2025, 6, 3), True, False),
        ("partial", date(2023, 12, 29), False, True),
        ("partial", date(2024, 1, 2), True, True),
        ("denied_admin_query", date(2024, 1, 2), False, True),
        ("unable_not_held", date(2025, 6, 3), False, True),
    ],
)
def test_the_remedy_follows_the_outcome_and_the_day_of_the_decision(outcome, on, first, direct):
    text = written(*replied(outcome, on, on - timedelta(days=10)), kind="reply").text
    assert ("应当先申请行政复议" in text) == first
    assert ("60日" in text) and (("6个月内直接" in text) == direct)
    assert ("15日" in text) == first


def test_a_reply_by_the_network_names_the_way_to_a_review_by_the_network():
    assert "https://fuyi.example" in written(*replied("granted", delivery="online"), kind="reply").text
    assert "https://fuyi.example" not in written(*replied("granted"), kind="reply").text


def test_steps_on_the_way_name_no_remedy():
    events = (
        submitted(),
        Event(2, "accept", ON),
        Event(3, "request_correction", ON, data={"items": ["文号"], "due_on": "2024-03-15"}),
        Event(4, "correct", date(2024, 3, 5)),
        Event(5, "extend", date(2024, 3, 6), data={"days": 5, "reason": "多", "approved_by": "主任"}),
        Event(6, "charge", date(2024, 3, 7), data={"basis": "pages", "quantity": 72}),
    )
    for kind in ("receipt", "correction", "extension", "fee"):
        text = written(*events, kind=kind).text
        assert "人民法院" not in text
        assert "湖城市人民政府" not in text


def test_another_reading_changes_the_remedy():
    law = Law(LAW.calendar, settings_from({"admin_query_route": "review_first"}))
    assert "应当先申请行政复议" in written(*replied("denied_admin_query"), kind="reply", law=law).text


@pytest.mark.parametrize(
    ("received", "source"),
    [
        (date(2019, 5, 14), "（2007年）第二十一条第三项"),
        (date(2019, 5, 15), "（2019年修订）第三十六条第四项"),
    ],
)
def test_a_decision_cites_the_law_of_the_day_of_receipt(received, source):
    text = written(*replied("unable_not_held", received + timedelta(days=7), received), kind="reply").text
    assert source in text


def test_what_no_text_says_is_not_cited():
    text = written(*replied("noproc_petition", date(2019, 5, 20), date(2019, 5, 14)), kind="reply").text
    assert "通行做法" not in text
    assert "未作规定" not in text


@pytest.mark.parametrize(("row", "answer"), [("granted", "O01"), ("unable_not_held", "O13")])
def test_the_older_way_of_writing_names_the_answer_at_the_beginning_of_the_ground(row, answer):
    now = written(*replied(row, answer=answer), kind="reply").text
    assert written(*replied(row, answer=None, ground=f"{answer} 理由若干"), kind="reply").text == now


def test_an_answer_that_is_not_known_is_a_gap_and_never_guessed():
    notice = written(*replied("granted", answer=None), kind="reply")
    assert "【待补：答复种类】" in notice.text
    assert notice.missing == ("答复种类",)


def test_a_ground_that_begins_like_a_code_stays_as_it_was_written():
    assert "O13 号文件" in written(*replied("granted", answer="O02", ground="O13 号文件"), kind="reply").text


@pytest.mark.parametrize("code", ["O04", "O05", "O06", "O08", "O09", "O10"])
def test_a_refusal_rests_on_the_article_that_wants_it_told_with_its_reasons_too(code):
    outcome = next(item for item in outcomes() if item.code == code)
    text = written(*replied(outcome.row, answer=code), kind="reply").text
    assert "、第三十六条第三项，本机关决定不予公开" in text


ASKED = (*START, *asked(3, "c"), opinion(5, "c", "objects"))
TRIED = (
    *START,
    *asked(3, "c"),
    live(5, "cancel_consultation", date(2024, 3, 8), id="c", reason="无法送达", undeliverable="邮寄退回，上门无人"),
)


@pytest.mark.parametrize(
    ("events", "told", "article"),
    [
        (ASKED, {}, "第十五条、第三十二条、第三十六条第三项"),
        (TRIED, {}, "第十五条、第三十二条、第三十六条第三项"),
        (START, {"unconsulted": "涉及三千余人"}, "第十五条、第三十六条第三项"),
    ],
    ids=["asked", "tried", "not_asked"],
)
def test_the_article_on_asking_third_parties_is_cited_where_one_was_asked(events, told, article):
    whole = paper(*events, decided(len(events) + 1, "O07", **told)).text
    assert f"（2019年修订）{article}，本机关决定不予公开" in whole
    part = {"part": "乙", "answer": "O07", "ground": "商业秘密", **told}
    assert f"｜ {article} ｜ 商业秘密" in paper(*events, in_parts(len(events) + 1, GIVEN, part)).text


@pytest.mark.parametrize("part", [{"answer": "O12", "search": "档案系统，没有"}, {"answer": "O08"}], ids=str)
def test_a_letter_by_parts_names_the_regulations_before_it_cites_articles_alone(part):
    whole = "O02" if part["answer"] == "O12" else "O03"
    text = paper(*START, in_parts(3, GIVEN, {"part": "乙", "ground": "没有", **part}, answer=whole)).text
    named = text.index("《中华人民共和国政府信息公开条例》（2019年修订）")
    assert named < text.index("第三十六条第二项")
