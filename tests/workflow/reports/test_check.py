"""Cross-footing of published tables: broken sums are told where they are, right ones are left alone."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_report import COLUMNS, DATA, GROUPS4, PARTS, Report, balanced, busy, made

from disclosure.notifications.messages.catalogue import message_keys
from disclosure.states.errors import SetupError
from disclosure.states.rules.forms import form_for
from disclosure.workflow.reports.check import check
from disclosure.workflow.reports.footing import Finding, checks
from disclosure.workflow.reports.tables import empty_section3, empty_section4

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def put(folder: Path, report: Report | dict[str, Any], name: str = "report.json") -> Path:
    path = folder / name
    document = report.document() if isinstance(report, Report) else report
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def places(found: list[Finding], severity: str = "error") -> set[tuple[str, str | None, str | None]]:
    return {(item.id, item.row, item.column) for item in found if item.severity == severity}


# --- the reports of two offices -------------------------------------------------------------------------


def test_a_district_left_its_totals_of_section_four_at_zero() -> None:
    found = check(DATA / "hongze_2023.json")
    errors = [(item.id, item.row, item.column, item.expected, item.found) for item in found if item.severity == "error"]
    assert errors == [
        ("S4-SUM", None, "review_total", 11, 0),
        ("S4-SUM", None, "suit_after_review_total", 5, 0),
    ]
    missing = {("S3-VSUM", f"other_{name}", None) for name in ("no_correction", "no_payment", "misc")}
    assert places(found, "doubt") == missing
    assert len(found) == 5


def test_a_whole_citys_report_is_right() -> None:
    assert check(DATA / "city_2024.json") == []


# --- sums -----------------------------------------------------------------------------------------------


@quick
@given(balanced())
def test_a_right_report_is_never_accused(tmp_path: Path, report: Report) -> None:
    assert check(put(tmp_path, report)) == []
    assert {item.status for item in checks(report.form, report.tables())} == {"ok", "not_checked"}


@quick
@given(balanced(), st.data(), st.integers(-50, 50).filter(bool))
def test_one_changed_figure_is_found_in_its_row_and_column(
    tmp_path: Path, report: Report, data: st.DataObject, change: int
) -> None:
    row = data.draw(st.sampled_from(list(report.section3)))
    column = data.draw(st.sampled_from(COLUMNS))
    report.section3[row][column] += change
    errors = places(check(put(tmp_path, report)))
    expected = {("S3-HSUM", row, "total")}
    if row == "results_total":
        expected |= {("S3-VSUM", "results_total", column), ("S3-BAL", None, column)}
    elif row in report.form.result_rows:
        expected.add(("S3-VSUM", "results_total", column))
    else:
        expected.add(("S3-BAL", None, column))
    assert errors == expected


@quick
@given(balanced(), st.sampled_from(GROUPS4), st.sampled_from(["upheld", "corrected", "other", "pending", "total"]))
def test_one_changed_figure_of_section_four_is_found_in_its_group(
    tmp_path: Path, report: Report, group: str, part: str
) -> None:
    report.section4[f"{group}_{part}"] += 1
    errors = [item for item in check(put(tmp_path, report)) if item.severity == "error"]
    assert [(item.id, item.row, item.column) for item in errors] == [("S4-SUM", None, f"{group}_total")]
    assert abs((errors[0].expected or 0) - (errors[0].found or 0)) == 1


def test_a_finding_tells_both_figures(tmp_path: Path) -> None:
    report = made(2024, {("granted", "natural_person"): 3})
    report.section3["results_total"]["natural_person"] = 4
    found = {item.id: item for item in check(put(tmp_path, report))}
    assert (found["S3-BAL"].expected, found["S3-BAL"].found) == (3, 4)
    assert (found["S3-VSUM"].expected, found["S3-VSUM"].found) == (3, 4)
    assert (found["S3-HSUM"].expected, found["S3-HSUM"].found) == (4, 3)
    assert "自然人" in found["S3-VSUM"].message and "（七）总计" in found["S3-HSUM"].message


# --- doubts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [None, "", "/", "—", "无"])
def test_a_blank_or_struck_cell_is_a_doubt_and_counts_as_zero(tmp_path: Path, blank: str | None) -> None:
    report = made(2024, {("granted", "natural_person"): 3})
    report.section3["partial"]["org_other"] = blank
    found = check(put(tmp_path, report))
    assert [(item.severity, item.id, item.row, item.column) for item in found] == [
        ("doubt", "S3-HSUM", "partial", "org_other")
    ]
    report.section3["granted"]["natural_person"] = blank
    found = check(put(tmp_path, report))
    assert ("S3-HSUM", "granted", "total") in places(found)
    assert ("S3-VSUM", "results_total", "natural_person") in places(found)


@pytest.mark.parametrize("text", ["五", "1,2", "约5", "#REF!", "5①"])
def test_no_sum_with_a_figure_that_is_not_understood_is_judged(tmp_path: Path, text: str) -> None:
    report = busy()
    report.section3["granted"]["natural_person"] = text
    report.section4["review_total"] = text
    found = check(put(tmp_path, report))
    assert places(found) == set()
    assert places(found, "doubt") == {("S3-HSUM", "granted", "natural_person"), ("S4-SUM", None, "review_total")}
    assert all(text in item.message for item in found)


def test_a_negative_figure_is_a_doubt(tmp_path: Path) -> None:
    report = made(2024, {("granted", "natural_person"): -3, ("partial", "natural_person"): 3})
    found = check(put(tmp_path, report))
    assert places(found, "doubt") == {("S3-HSUM", "granted", "natural_person"), ("S3-HSUM", "granted", "total")}
    assert places(found) == set()


def test_a_missing_row_and_a_missing_cell_are_doubts(tmp_path: Path) -> None:
    report = made(2024, {("granted", "natural_person"): 3})
    del report.section3["noproc_massive"]
    del report.section3["partial"]["org_other"]
    del report.section4["review_other"]
    found = check(put(tmp_path, report))
    assert places(found) == set()
    assert places(found, "doubt") == {
        ("S3-VSUM", "noproc_massive", None),
        ("S3-HSUM", "partial", "org_other"),
        ("S4-SUM", None, "review_other"),
    }


def test_the_older_single_row_in_a_newer_report_is_counted(tmp_path: Path) -> None:
    old, new = busy(2020), busy(2024)
    found = check(put(tmp_path, new.document(section3=old.section3)))
    assert places(found) == set()
    assert ("S3-VSUM", "other", None) in places(found, "doubt")
    old.section3["other"]["natural_person"] += 1
    assert ("S3-VSUM", "results_total", "natural_person") in places(
        check(put(tmp_path, new.document(section3=old.section3)))
    )


def test_newer_rows_in_an_older_report_are_added_up(tmp_path: Path) -> None:
    found = check(put(tmp_path, busy(2024).document(year=2020)))
    assert places(found) == set()
    assert places(found, "doubt") == {("S3-VSUM", "other", None)}


def test_an_older_reports_single_row_may_be_blank(tmp_path: Path) -> None:
    report = made(2020)
    report.section3["other"] = dict.fromkeys(COLUMNS, "/")
    found = check(put(tmp_path, report))
    assert (places(found), places(found, "doubt")) == (set(), {("S3-HSUM", "other", key) for key in COLUMNS})


def test_an_older_reports_single_row_goes_before_rows_beside_it(tmp_path: Path) -> None:
    old, new = busy(2020), busy(2024)
    both = old.section3 | {key: row for key, row in new.section3.items() if key.startswith("other_")}
    assert check(put(tmp_path, old.document(section3=both))) == []


# --- the year before ------------------------------------------------------------------------------------


@quick
@given(balanced(years=(2024,)), balanced(years=(2023,)))
def test_a_carried_in_figure_that_differs_is_a_warning_and_no_error(
    tmp_path: Path, report: Report, before: Report
) -> None:
    found = check(put(tmp_path, report), put(tmp_path, before, "before.json"))
    differing = {key for key in COLUMNS if report.section3["carry_in"][key] != before.section3["carry_out"][key]}
    assert places(found, "warning") == {("S3-XYEAR", "carry_in", key) for key in differing}
    assert len(found) == len(differing)


def test_a_carried_out_figure_that_is_missing_is_not_held_against_the_next_year(tmp_path: Path) -> None:
    report, before = busy(2024), busy(2023)
    before.section3["carry_out"] = dict.fromkeys(COLUMNS, "/")
    found = check(put(tmp_path, report), put(tmp_path, before, "before.json"))
    assert Counter(item.severity for item in found) == {"doubt": len(COLUMNS)}


def test_a_carried_in_figure_that_is_not_understood_is_not_held_against_the_year_before(tmp_path: Path) -> None:
    report, before = made(2024), made(2023, {("carry_out", "org_other"): 5})
    report.section3["carry_in"]["org_other"] = "五"
    found = check(put(tmp_path, report), put(tmp_path, before, "before.json"))
    assert places(found, "warning") == {("S3-XYEAR", "carry_in", "total")}


def test_comparing_with_another_year_than_the_last_is_doubted(tmp_path: Path) -> None:
    report = made(2024)
    found = check(put(tmp_path, report), put(tmp_path, made(2022), "before.json"))
    assert [(item.id, item.severity) for item in found] == [("S3-XYEAR", "doubt")]


def test_the_year_that_is_given_goes_before_the_documents_own(tmp_path: Path) -> None:
    path = put(tmp_path, made(2024, {(part_row, part): 1 for part_row in ("granted",) for part in PARTS}))
    assert check(path, year=2024) == []
    assert {item.row for item in check(path, year=2020)} == {"other"}


@pytest.mark.parametrize("year", [2018, 2008, 0, -1])
def test_a_year_before_the_forms_is_refused(tmp_path: Path, year: int) -> None:
    with pytest.raises(SetupError) as caught:
        check(put(tmp_path, made(2024).document(year=year)))
    assert caught.value.code == "report_year"


# --- shape ----------------------------------------------------------------------------------------------


def test_findings_have_the_shape_of_the_contract_and_errors_come_first(tmp_path: Path) -> None:
    report = busy(2024)
    report.section3["granted"]["total"] += 1
    report.section3["partial"]["org_other"] = "五"
    found = check(put(tmp_path, report), put(tmp_path, made(2023), "before.json"))
    for item in found:
        assert list(asdict(item)) == ["id", "severity", "row", "column", "expected", "found", "message"]
    severities = [item.severity for item in found]
    assert severities == sorted(severities, key=["error", "warning", "doubt"].index)
    assert set(severities) == {"error", "warning", "doubt"}


def test_a_reports_checks_say_what_became_of_each() -> None:
    form = form_for(2024)
    tables = made(2024).tables()
    assert [(item.id, item.status) for item in checks(form, tables)] == [
        ("S3-BAL", "ok"),
        ("S3-VSUM", "ok"),
        ("S3-HSUM", "ok"),
        ("S3-XYEAR", "not_checked"),
        ("S4-SUM", "ok"),
    ]
    before = empty_section3(form)
    assert {item.id: item.status for item in checks(form, tables, before)}["S3-XYEAR"] == "ok"
    before["carry_out"]["natural_person"] = 2
    assert {item.id: item.status for item in checks(form, tables, before)}["S3-XYEAR"] == "warning"
    tables.section4["review_total"] = 1
    assert {item.id: item.status for item in checks(form, tables, before)}["S4-SUM"] == "failed"


def test_an_empty_form_has_every_row_and_column_at_zero() -> None:
    for year in (2019, 2024):
        form = form_for(year)
        assert empty_section3(form) == {row.key: dict.fromkeys(COLUMNS, 0) for row in form.rows}
        assert empty_section4(form) == {column.key: 0 for column in form.section4}


def test_every_reason_for_doubt_has_its_sentence() -> None:
    reasons = (
        "blank",
        "struck",
        "unreadable",
        "negative",
        "no_cell",
        "no_row",
        "no_table",
        "undivided",
        "divided",
        "unknown_row",
    )
    assert {f"check_doubt_{reason}" for reason in reasons} <= message_keys()
