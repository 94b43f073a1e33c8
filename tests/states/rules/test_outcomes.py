"""Outcomes: each with its article, its row, and whether it withholds."""

from datetime import date

import pytest

from disclosure.states.errors import LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.rules.forms import forms
from disclosure.states.rules.outcomes import (
    answer_of,
    outcome_rows,
    outcomes,
    outcomes_of_row,
    refuses,
    reply_refuses,
    row_label,
)
from disclosure.workflow.approvals.procedure import matter_of

ROWS = {  # outcome: its row, and how well that is confirmed
    "O01": ("granted", "V"),
    "O02": ("granted", "V"),
    "O03": ("partial", "V"),
    "O04": ("denied_state_secret", "V"),
    "O05": ("denied_law_forbids", "V"),
    "O06": ("denied_3s1s", "V"),
    "O07": ("denied_third_party", "V"),
    "O08": ("denied_internal", "V"),
    "O09": ("denied_process", "V"),
    "O10": ("denied_enforcement_file", "V"),
    "O11": ("denied_admin_query", "C"),
    "O12": ("unable_not_held", "C"),
    "O13": ("unable_not_held", "C"),
    "O14": ("unable_need_create", "C"),
    "O15": ("unable_still_unclear", "C"),
    "O16": ("noproc_petition", "C"),
    "O17": ("noproc_duplicate", "C"),
    "O18": ("noproc_publication", "C"),
    "O19": ("noproc_massive", "C"),
    "O20": ("noproc_confirm", "C"),
    "O21": ("other_no_correction", "V"),
    "O22": ("other_no_payment", "V"),
    "O23": ("other_misc", "S"),
}
ARTICLES = {
    "O01": "第三十六条第一项",
    "O02": "第三十六条第二项",
    "O03": "第三十七条",
    "O04": "第十四条、第三十六条第三项",
    "O07": "第十五条、第三十六条第三项",
    "O08": "第十六条第一款、第三十六条第三项",
    "O09": "第十六条第二款、第三十六条第三项",
    "O10": "第十六条第二款、第三十六条第三项",
    "O11": "第三十六条第七项",
    "O12": "第三十六条第四项",
    "O13": "第三十六条第五项",
    "O14": "第三十八条",
    "O15": "第三十条",
    "O16": "第三十九条第一款",
    "O17": "第三十六条第六项",
    "O18": "第三十九条第二款",
    "O19": "第三十五条",
    "O21": "第三十条",
    "O22": "第四十二条",
}


def test_every_outcome_has_its_row_and_its_confidence():
    assert {item.code: (item.row, item.confidence) for item in outcomes()} == ROWS


OLD_ARTICLES = {
    "O01": "第二十一条第一项",
    "O03": "第二十二条",
    "O07": "第十四条第四款",
    "O12": "第二十一条第三项",
    "O13": "第二十一条第三项",
    "O15": "第二十一条第四项",
}


@pytest.mark.parametrize(("on", "articles"), [(date(2019, 5, 15), ARTICLES), (date(2019, 5, 14), OLD_ARTICLES)])
def test_every_outcome_has_its_article_by_the_law_of_its_day(on, articles):
    found = {item.code: item.basis(on) for item in outcomes()}
    assert {code: found[code].article for code in articles} == articles
    assert all(found[code].cited for code in articles)
    assert not any(found[code].cited for code in ("O20", "O23"))


def test_before_the_first_regulations_no_outcome_is_known():
    for item in outcomes():
        assert not item.holds(date(2008, 4, 30))
        with pytest.raises(LawUnknown):
            item.basis(date(2008, 4, 30))


@pytest.mark.parametrize(
    ("row", "answer", "ground", "found"),
    [
        ("granted", "O01", "", "O01"),
        ("granted", "", "", None),
        ("granted", "", "O01 见网站", "O01"),
        ("granted", "", "O13 见网站", None),
        ("unable_not_held", "", " o13 归水利局", "O13"),
        ("denied_internal", "", "", "O08"),
        ("partial", "", "O09 讨论", "O03"),
    ],
)
def test_the_answer_is_the_one_named_or_the_only_one_of_the_row(row, answer, ground, found):
    given = answer_of(row, answer, ground, date(2024, 1, 1))
    assert (given.code if given else None) == found


def test_only_refusals_under_articles_14_to_16_withhold():
    assert [item.code for item in outcomes() if item.withheld] == ["O04", "O05", "O06", "O07", "O08", "O09", "O10"]


def test_what_a_result_needs_and_shows_stands_in_the_table():
    assert {item.code: item.needs for item in outcomes() if item.needs} == {
        "O06": ("endangers",),
        "O07": ("consulted",),
        "O12": ("search",),
        "O15": ("corrected",),
        "O17": ("earlier",),
        "O19": ("reasons",),
    }
    assert [item.code for item in outcomes() if item.prints("earlier")] == ["O17", "O20"]
    assert [item.code for item in outcomes() if item.article_elsewhere] == ["O05", "O11"]


def test_the_refusals_are_those_that_withhold_and_partial_and_referred_ones():
    refused = {item.code for item in outcomes() if refuses(item.row)}
    assert refused == {"O03", "O04", "O05", "O06", "O07", "O08", "O09", "O10", "O11"}
    assert not refuses("nonsense")


def test_an_answer_that_withholds_is_a_refusal_whatever_its_row_is_called(tmp_path):
    text = law_text("outcomes.toml").replace('row = "denied_internal"', 'row = "withheld_internal"')
    (tmp_path / "outcomes.toml").write_text(text, "utf-8")
    with using(LawFiles(tmp_path)):
        assert matter_of("reply", {"answer": "O08"}) == "refusal"
        assert matter_of("reply", {"answer": "O02"}) == "any"


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_every_row_of_results_counts_an_outcome_and_every_outcome_is_counted(form):
    counted = {form.row_of(item.row) for item in outcomes()}
    assert counted == {row.key for row in form.rows if row.kind == "result"}


def test_the_rows_stand_in_the_order_of_the_newest_form():
    assert outcome_rows() == forms()[-1].result_rows


def test_a_row_knows_its_outcomes_and_an_outcome_its_part_of_the_report():
    assert [item.code for item in outcomes_of_row("unable_not_held")] == ["O12", "O13"]
    assert outcomes_of_row("nonsense") == ()
    assert {item.category for item in outcomes()} == {"granted", "partial", "denied", "unable", "noproc", "other"}


def test_every_row_has_its_words_and_no_two_rows_the_same():
    labels = [row_label(row) for row in outcome_rows()]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([{"answer": "O04"}], True),
        (["附件", {"part": "附件", "answer": "国家秘密"}], True),
        ([{"outcome": "denied_process"}], True),
        ([{"answer": ["O02", "O09"]}], True),
        ([{"answer": "O03"}], True),
        ([{"answer": "O02"}, {"answer": "O12"}, {"answer": "某种"}], False),
        ("国家秘密", False),
        (None, False),
    ],
)
def test_a_reply_refuses_where_one_of_its_parts_does(items, refused):
    assert reply_refuses({"answer": "O02", "items": items}) is refused
    assert reply_refuses({"answer": "O04", "items": items})
