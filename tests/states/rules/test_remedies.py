"""Remedies: which route stands against which decision on which day, who reviews it, where results count."""

from datetime import date, timedelta

import pytest
from histories import choices

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.procedure.law_faults import law_faults
from disclosure.states.rules.outcomes import outcome_rows
from disclosure.states.rules.remedies import (
    counts_as,
    in_force_as,
    meant,
    remedy_route,
    results,
    review_organ,
    silence_route,
)
from disclosure.states.rules.settings import Settings, settings_from

DEFAULT = Settings()
YEAR_END = date(2024, 12, 31)
WITHHELD = {
    "denied_state_secret",
    "denied_law_forbids",
    "denied_3s1s",
    "denied_third_party",
    "denied_internal",
    "denied_process",
    "denied_enforcement_file",
}
REVIEW = {
    "upheld": "upheld",
    "claim_rejected": "upheld",
    "partly_changed": "corrected",
    "changed": "corrected",
    "revoked": "corrected",
    "unlawful": "corrected",
    "ordered": "corrected",
    "void": "corrected",
    "application_rejected": "other",
    "not_accepted": "other",
    "terminated": "other",
    "withdrawn": "other",
    "mediated": "other",
}
SUIT = {
    "claim_dismissed": "upheld",
    "revoked": "corrected",
    "ordered": "corrected",
    "paid": "corrected",
    "unlawful": "corrected",
    "void": "corrected",
    "changed": "corrected",
    "suit_rejected": "other",
    "not_docketed": "other",
    "withdrawn": "other",
    "appeal_dismissed": "earlier",
    "appeal_withdrawn": "earlier",
    "suit_withdrawn": "other",
    "remanded": "pending",
    "terminated": "other",
}


@pytest.mark.parametrize("row", outcome_rows())
@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2025, 5, 31), date(2025, 6, 1)])
def test_review_comes_first_against_refusals_only(row, on):
    expected = "by_part" if row == "partial" else "review_first" if row in WITHHELD else "choice"
    assert remedy_route(row, on, DEFAULT).route == expected


@pytest.mark.parametrize("row", outcome_rows())
def test_until_the_end_of_2023_the_applicant_chose(row):
    assert remedy_route(row, date(2023, 12, 31), DEFAULT).route == "choice"


def test_the_text_behind_a_route_is_the_one_in_force():
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2025, 5, 31), date(2025, 6, 1))
    found = [remedy_route("denied_process", on, DEFAULT).source for on in days]
    assert ["（1999年）" in found[0], "第二十三条第一款第四项" in found[1], found[1] == found[2]] == [True] * 3
    assert "政府信息公开行政案件适用法律" in found[3]


def test_before_the_first_regulations_no_route_is_known():
    assert remedy_route("granted", date(2008, 5, 1), DEFAULT).route == "choice"
    with pytest.raises(LawUnknown):
        remedy_route("granted", date(2008, 4, 30), DEFAULT)
    with pytest.raises(LawUnknown):
        silence_route(date(2008, 4, 30), DEFAULT)


def test_two_routes_follow_the_reading_chosen():
    strict = settings_from({"admin_query_route": "review_first", "silence_route": "review_first"})
    on = date(2024, 1, 1)
    assert remedy_route("denied_admin_query", on, DEFAULT).route == "choice"
    assert remedy_route("denied_admin_query", on, strict).route == "review_first"
    assert remedy_route("unable_not_held", on, strict).route == "choice"
    assert silence_route(on, DEFAULT).route == "choice"
    assert silence_route(on, strict).route == "review_first"
    assert silence_route(on - timedelta(days=1), strict).route == "choice"


def test_since_2024_a_department_s_decision_goes_to_its_own_government():
    assert review_organ("department", date(2023, 12, 31)).text == "本级人民政府或者上一级主管部门"
    assert review_organ("department", date(2024, 1, 1)).text == "本级人民政府"


def test_who_reviews_whom():
    found = {
        kind: review_organ(kind, date(2024, 3, 1)).text for kind in ("government", "province", "ministry", "vertical")
    }
    assert found == {
        "government": "上一级人民政府",
        "province": "本机关",
        "ministry": "本机关",
        "vertical": "上一级主管部门",
    }
    with pytest.raises(LawUnknown):
        review_organ("club", date(2024, 3, 1))


def test_every_result_of_a_remedy_has_one_column():
    assert {
        result: counts_as("review", result, DEFAULT, YEAR_END) for result in choices("decide_review", "result")
    } == REVIEW
    assert {result: counts_as("suit", result, DEFAULT, YEAR_END) for result in choices("judge", "result")} == SUIT


def test_a_review_that_was_not_accepted_counts_by_the_reading_chosen():
    silent = settings_from({"review_not_accepted": "not_counted"})
    assert counts_as("review", "not_accepted", silent, YEAR_END) is None
    assert counts_as("review", "application_rejected", silent, YEAR_END) == "other"
    assert counts_as("suit", "not_docketed", silent, YEAR_END) == "other"


@pytest.mark.parametrize(
    ("kind", "result"), [("review", "paid"), ("suit", "upheld"), ("suit", "mediated"), ("review", "")]
)
def test_a_result_of_the_other_remedy_is_refused_with_the_ones_that_are(kind, result):
    with pytest.raises(BadData) as refused:
        counts_as(kind, result, DEFAULT, YEAR_END)
    assert "revoked" in refused.value.faults[0]["choices"]


def with_routes(folder, **changed):
    """The law with the table of remedies written otherwise."""
    text = law_text("remedies.toml")
    for old, new in changed.values():
        assert old in text
        text = text.replace(old, new)
    (folder / "remedies.toml").write_text(text, "utf-8")
    return LawFiles(folder)


OPEN = 'by_reading = { O11 = "admin_query_route" }'


def test_which_outcomes_leave_the_route_open_is_data_by_the_day_of_the_decision(tmp_path):
    strict = settings_from({"admin_query_route": "review_first"})
    before, after = date(2025, 5, 31), date(2025, 6, 1)
    head, tail = law_text("remedies.toml").rsplit(OPEN, 1)
    (tmp_path / "remedies.toml").write_text(f'{head}by_reading = {{ O19 = "admin_query_route" }}{tail}', "utf-8")
    with using(LawFiles(tmp_path)):
        routes = [remedy_route(row, on, strict).route for row in (QUERY, "noproc_massive") for on in (before, after)]
    assert routes == ["review_first", "choice", "choice", "review_first"]
    assert remedy_route(QUERY, after, DEFAULT).route == "choice"


QUERY = "denied_admin_query"


@pytest.mark.parametrize(
    "new",
    ['by_reading = { O99 = "admin_query_route" }', 'by_reading = { O11 = "nobody_asks" }'],
    ids=["outcome", "question"],
)
def test_an_outcome_or_a_question_that_there_is_not_is_told_at_its_line(tmp_path, new):
    files = with_routes(tmp_path, routes=(OPEN, new))
    faults = law_faults(files)
    lines = (tmp_path / "remedies.toml").read_text("utf-8").splitlines()
    assert [(fault["origin"], fault["problem"]) for fault in faults] == [("remedies.toml", "not_one_of")] * 2
    assert [lines[int(str(fault["line"])) - 1] for fault in faults] == [new] * 2


def test_what_divides_is_data(tmp_path):
    text = law_text("outcomes.toml").replace("divides = true\n", "")
    (tmp_path / "outcomes.toml").write_text(text, "utf-8")
    assert remedy_route("partial", date(2024, 1, 1), DEFAULT).route == "by_part"
    with using(LawFiles(tmp_path)):
        assert remedy_route("partial", date(2024, 1, 1), DEFAULT).route == "choice"


def test_what_only_an_appeal_can_end_with_belongs_to_the_second_instance_on():
    later = {key for key, item in results("suit").items() if item.from_instance > 1}
    assert later == {"appeal_dismissed", "appeal_withdrawn", "suit_withdrawn", "remanded", "terminated"}


@pytest.mark.parametrize(("instance", "result"), [(1, "withdrawn"), (2, "appeal_withdrawn"), (4, "appeal_withdrawn")])
def test_a_withdrawal_in_an_appeal_is_that_of_the_appeal(instance, result):
    assert meant("suit", "withdrawn", instance) == result
    assert meant("suit", "revoked", instance) == "revoked"


def test_how_a_result_stands_is_looked_up_by_its_day():
    assert in_force_as("suit", "remanded", date(2024, 1, 1)) == "pending"
    with pytest.raises(LawUnknown):
        in_force_as("suit", "remanded", date(2008, 4, 30))


@pytest.mark.parametrize(
    ("on", "sources"),
    [
        ("2015-04-30", ("（2007年）第三十三条第二款", "第十六条第一款第一项")),
        ("2019-05-14", ("（2007年）第三十三条第二款", "行政诉讼法》第四十七条")),
        ("2019-05-15", ("（2019年修订）第三十三条第二款、第五十一条", "行政诉讼法》第四十七条")),
        ("2024-01-01", ("第五十一条", "行政复议法》第十一条第十四项", "行政诉讼法》第四十七条")),
        ("2025-06-01", ("第五十一条", "行政复议法》第十一条第十四项", "行政诉讼法》第四十七条")),
    ],
)
def test_silence_is_contested_by_the_regulations_and_the_laws_of_procedure(on, sources):
    found = silence_route(date.fromisoformat(on), DEFAULT).source
    assert all(source in found for source in sources)
    assert "司法解释" not in found and "若干问题的解释" not in found


@pytest.mark.parametrize(
    ("kind", "on", "organ", "also"),
    [
        ("branch", "2024-01-01", "设立派出机构的部门的本级人民政府", ""),
        ("branch_by_district", "2023-12-31", "设立派出机构的部门或者该部门的本级人民政府", ""),
        ("branch_by_district", "2024-01-01", "设立派出机构的部门的本级人民政府", "派出机构所在地的人民政府"),
        ("outpost", "2024-01-01", "设立派出机关的人民政府", ""),
        ("authorised", "2024-01-01", "管理该组织的人民政府，由部门管理的，是该部门的本级人民政府", ""),
        ("zone", "2024-01-01", "设立开发区管理机构的人民政府", ""),
    ],
)
def test_who_reviews_branches_outposts_authorised_organisations_and_zones(kind, on, organ, also):
    found = review_organ(kind, date.fromisoformat(on))
    assert (found.text, found.also) == (organ, also)


@pytest.mark.parametrize(
    ("old", "field"),
    [
        ('by_reading = "silence_route"', "silence.3.by_reading"),
        ('by_reading = "review_not_accepted"', "results.review.not_accepted.versions.0.by_reading"),
    ],
)
def test_a_question_that_there_is_not_is_told_with_its_line(tmp_path, old, field):
    text = law_text("remedies.toml").replace(old, 'by_reading = "nobody_asks"')
    (tmp_path / "remedies.toml").write_text(text, "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert (fault["field"], fault["problem"], fault["origin"]) == (field, "not_one_of", "remedies.toml")
    assert "nobody_asks" in text.splitlines()[fault["line"] - 1]
