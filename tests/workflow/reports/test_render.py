"""The report on paper: every format says the same as the figures, in the official layout."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_report import COLUMNS, Report, balanced, busy, made

from disclosure.states.errors import BadData
from disclosure.states.rules.forms import Form, form_for
from disclosure.workflow.reports.check import check
from disclosure.workflow.reports.documents import grids_of
from disclosure.workflow.reports.footing import Check, checks
from disclosure.workflow.reports.reading import read_tables
from disclosure.workflow.reports.render import FORMATS, render

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
READ_BACK = ("json", "html", "xlsx", "docx")


def printed(report: Report, fmt: str, name: str = "某某局") -> bytes:
    return render(report.tables(name), fmt, checks(report.form, report.tables()))


def put(folder: Path, report: Report, fmt: str) -> Path:
    path = folder / f"report.{fmt}"
    path.write_bytes(printed(report, fmt))
    return path


# --- figures --------------------------------------------------------------------------------------------


@quick
@given(balanced())
def test_each_format_gives_back_its_figures_and_is_found_right(tmp_path: Path, report: Report) -> None:
    for fmt in READ_BACK:
        path = put(tmp_path, report, fmt)
        read = read_tables(path)
        assert (read.section3, read.section4) == (report.section3, report.section4)
        assert (read.year, read.form, read.doubts) == (report.year, report.form, ())
        assert check(path) == []


@quick
@given(balanced(), st.data(), st.sampled_from(READ_BACK))
def test_one_altered_figure_is_found_in_each_format(
    tmp_path: Path, report: Report, data: st.DataObject, fmt: str
) -> None:
    row = data.draw(st.sampled_from(list(report.section3)))
    column = data.draw(st.sampled_from(COLUMNS))
    report.section3[row][column] += data.draw(st.integers(1, 99))
    errors = [item for item in check(put(tmp_path, report, fmt)) if item.severity == "error"]
    assert ("S3-HSUM", row) in {(item.id, item.row) for item in errors}
    assert {item.column for item in errors if item.id != "S3-HSUM"} == {column}


def test_an_empty_year_prints_its_zeros() -> None:
    for year in (2020, 2024):
        report = made(year)
        figures = len(report.form.rows) * 7 + 15
        assert printed(report, "html").count(b"<td>0</td>") == figures
        assert printed(report, "text").decode().split().count("0") == figures
        values = [value for sheet in sheets(report) for line in sheet.iter_rows(values_only=True) for value in line]
        assert values.count(0) == figures


def test_json_is_the_contracts_document() -> None:
    report = busy()
    document = json.loads(printed(report, "json"))
    assert list(document) == ["agency", "year", "form", "scope", "section3", "section4", "checks"]
    assert (document["year"], document["form"], document["scope"]) == (2024, "2021", "agency")
    assert document["section3"] == report.section3
    assert list(document["section3"]) == [row.key for row in report.form.rows]
    assert list(document["section4"]) == [column.key for column in report.form.section4]
    assert [set(item) for item in document["checks"]] == [{"id", "status", "message"}] * 5


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadData) as caught:
        render(busy().tables(), "pdf", [])
    assert caught.value.faults[0]["allowed"] == list(FORMATS)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_figures_give_the_same_bytes_and_no_hour_is_kept(fmt: str) -> None:
    report = busy()
    first = printed(report, fmt)
    assert printed(report, fmt) == first
    if fmt in ("xlsx", "docx"):
        with zipfile.ZipFile(io.BytesIO(first)) as package:
            core = package.read("docProps/core.xml").decode()
            assert {entry.date_time[0] for entry in package.infolist()} == {1980}
        assert core.count("1970-01-01T00:00:00Z") == 2


# --- layout ---------------------------------------------------------------------------------------------


def sheets(report: Report) -> list[Any]:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(printed(report, "xlsx"))).worksheets


def official(form: Form) -> tuple[list[list[str]], list[list[str]]]:
    """Both tables as the notice prints them, merged cells filled out, figures left blank."""
    group = "法人或其他组织"
    head = [
        [form.corner_note] * 3 + ["申请人情况"] * 7,
        [form.corner_note] * 3 + ["自然人"] + [group] * 5 + ["总计"],
        [form.corner_note] * 3 + ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
    ]
    body = [([*row.path] + [row.label] * 3)[:3] + [""] * 7 for row in form.rows]
    leaves = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    four = [
        ["行政复议"] * 5 + ["行政诉讼"] * 10,
        leaves + ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5,
        leaves * 3,
        [""] * 15,
    ]
    return [*head, *body], four


def blanked(grid: list[list[str]]) -> list[list[str]]:
    return [["" if cell.strip().isdecimal() else cell.strip() for cell in line] for line in grid]


@pytest.mark.parametrize("fmt", ["html", "xlsx", "docx"])
@pytest.mark.parametrize("year", [2020, 2024])
def test_the_layout_is_the_official_one(tmp_path: Path, year: int, fmt: str) -> None:
    report = busy(year)
    grids, _ = grids_of(tmp_path, printed(report, fmt))
    three, four = (blanked(grid) for grid in grids)
    if fmt == "xlsx":
        assert three[1][0] == report.form.title3 and four[1][0] == report.form.title4
        three, four = three[2:], four[2:]
    assert (three, four) == official(report.form)


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize("fmt", ["text", "html"])
def test_all_labels_and_titles_are_printed(year: int, fmt: str) -> None:
    form, text = form_for(year), printed(busy(year), fmt).decode()
    labels = [form.title3, form.title4, form.corner_note, form.column_header, f"某某局{year}年政府信息公开工作年度报告"]
    labels += [part for row in form.rows for part in (*row.path, row.label)]
    labels += [part for column in form.columns for part in (column.group or "", column.label)]
    labels += [part for column in form.section4 for part in (*column.group_path, column.label)]
    assert [label for label in labels if label not in text] == []


def test_what_an_agency_calls_itself_does_no_harm_to_a_page(tmp_path: Path) -> None:
    text = printed(busy(), "html", '<script>"&').decode()
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_broken_sums_are_told_below_the_text_and_in_json() -> None:
    report = busy()
    report.section4["review_total"] += 1
    assert "应当等于前四项之和" in printed(report, "text").decode()
    assert "应当等于前四项之和" in printed(report, "json").decode()


def test_a_page_holds_what_is_to_be_published_and_nothing_else() -> None:
    report = busy()
    right = printed(report, "html")
    wrong = render(report.tables("某某局"), "html", [Check("S4-SUM", "failed", "应当等于前四项之和")])
    assert wrong == right
    assert not [word for word in ("勾稽关系核对", "相符", "S3-", "S4-", "checks") if word in right.decode()]
