"""Labels are known by what they say; tables by what is written in them."""

import pytest
from published_report import busy, page

from disclosure.states.rules.forms import forms
from disclosure.workflow.reports.documents import grids_of
from disclosure.workflow.reports.found import Found
from disclosure.workflow.reports.matching import match, plain


def matched(text: str, year: int | None = None) -> Found:
    from pathlib import Path

    return match(*grids_of(Path("report.html"), text.encode()), year)


@pytest.mark.parametrize(
    "label",
    [
        "（三）不予公开",
        "(三)不予公开",
        "三、不予公开",
        "不予公开：",
        " 不 予\u3000公开 ",
        "（三） 不予公开（本行不填数字）",
    ],
)
def test_a_label_is_compared_without_number_space_punctuation_and_remark(label: str) -> None:
    assert plain(label) == "不予公开"


def test_no_two_rows_of_a_form_are_plainly_the_same() -> None:
    for form in forms():
        labels = [plain(row.label) for row in form.rows]
        assert len(set(labels)) == len(labels)


def test_raw_figures_come_as_they_are_printed() -> None:
    report = busy()
    found = matched(page(report, show=lambda value: f"{value} 件"))
    assert found.section3 is not None and found.section4 is not None
    assert found.section3["granted"]["total"] == f"{report.section3['granted']['total']} 件"
    assert found.section4["review_total"] == f"{report.section4['review_total']} 件"
    assert (found.year, found.unnamed) == (2024, ())


def test_a_page_with_neither_table_has_neither_section() -> None:
    found = matched("<p>2024年政府信息公开工作年度报告</p><table><tr><td>总计<td>7</table>")
    assert found == Found(2024, None, None)


def test_the_year_that_is_given_is_not_looked_for() -> None:
    assert matched(page(busy(2020)), 2023).year == 2023


def test_a_row_of_figures_under_no_known_label_is_told() -> None:
    text = page(busy()).replace("4.无正当理由大量反复申请", "4.须进一步研究的疑难事项")
    assert matched(text).unnamed == ("须进一步研究的疑难事项",)


def test_a_label_far_longer_than_any_of_the_form_is_like_none() -> None:
    said = "（一）予以公开" + "的数量以及有关的说明" * 20
    found = matched(page(busy()).replace("（一）予以公开", said))
    assert found.section3 is not None and "granted" not in found.section3
