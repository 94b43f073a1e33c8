"""What the figures of a report must add up to, apart from where they were read."""

import pytest
from published_report import COLUMNS, busy, made

from disclosure.states.rules.forms import form_for
from disclosure.workflow.reports.footing import (
    CHECK_IDS,
    UNKNOWN_ROW,
    Check,
    carried,
    checks,
    column_label,
    findings,
    row_label,
    section4_label,
)

FORM = form_for(2024)


def test_labels_are_the_printed_ones_with_their_groups() -> None:
    assert row_label(FORM, "denied_state_secret") == "（三）不予公开1.属于国家秘密"
    assert row_label(FORM, "other") == "（六）其他处理"
    with pytest.raises(KeyError):
        row_label(FORM, "unheard")
    assert column_label(FORM, "org_research") == "法人或其他组织·科研机构"
    assert section4_label(FORM, "suit_direct_pending") == "行政诉讼·未经复议直接起诉·尚未审结"


@pytest.mark.parametrize("year", [2020, 2024])
def test_a_right_report_has_no_findings(year: int) -> None:
    report = busy(year)
    assert findings(report.form, report.section3, report.section4) == []


def test_a_sum_with_a_hidden_figure_is_not_judged() -> None:
    report = busy()
    report.section3["granted"]["natural_person"] += 1
    assert {item.id for item in findings(FORM, report.section3, report.section4)} == {"S3-VSUM", "S3-HSUM"}
    hidden = {("granted", "natural_person")}
    assert findings(FORM, report.section3, report.section4, hidden) == []


def test_an_unknown_row_hides_the_sum_of_the_results_only() -> None:
    report = busy()
    report.section3["results_total"]["total"] += 1
    found = findings(FORM, report.section3, report.section4, {(UNKNOWN_ROW, "total")})
    assert [(item.id, item.column) for item in found] == [("S3-BAL", "total"), ("S3-HSUM", "total")]


def test_a_carried_in_figure_is_compared_where_both_are_known() -> None:
    report, before = made(2024), made(2023, {("carry_out", "org_other"): 5})
    found = carried(FORM, report.section3, before.section3)
    assert [(item.severity, item.column, item.expected, item.found) for item in found] == [
        ("warning", "org_other", 5, 0),
        ("warning", "total", 5, 0),
    ]
    hidden = {("carry_in", column) for column in COLUMNS}
    assert carried(FORM, report.section3, before.section3, hidden) == []


def test_each_check_is_told_once_with_all_that_it_found() -> None:
    report = busy()
    report.section4["review_total"] += 1
    report.section4["suit_direct_total"] += 1
    found = checks(FORM, report.tables())
    assert tuple(item.id for item in found) == CHECK_IDS
    assert found[0] == Check("S3-BAL", "ok", "相符。")
    assert found[-1].status == "failed" and found[-1].message.count("应当等于前四项之和") == 2
