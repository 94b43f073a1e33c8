"""Every fault of a register, with its place and remedy."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from register_book import (
    CHARGE,
    CONSULTATION,
    CORRECTION,
    EXTENSION,
    FULL,
    REPLIED,
    REVIEW,
    SUIT,
    TODAY,
    book,
    data,
    fault,
    moves,
    read_rows,
    rewrite,
    table,
    without,
)

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow.register.columns import columns
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


def test_a_sheet_without_header_is_named_with_the_columns_looked_for(path: Path) -> None:
    book(path, ("台账", table(FULL)), ("电话表", [["办公室", "1"], ["水资源科", "2"]]))
    register = read_register(path, today=TODAY)
    (found,) = register.faults
    assert (found.code, found.sheet, found.column) == ("no_header", "电话表", "")
    assert "“登记编号”" in describe(found.remark)
    assert register.lines  # the other sheet goes on


def test_a_workbook_without_any_content_is_a_fault(path: Path) -> None:
    book(path, ("Sheet1", []))
    assert fault(read_register(path, today=TODAY), "no_rows").sheet == "Sheet1"


def test_missing_columns_are_all_named_and_stop_the_sheets_rows(path: Path) -> None:
    row = {key: value for key, value in REPLIED.items() if key not in ("channel", "information")}
    register = read_rows(path, {**row, "ended_on": "3/1"})
    assert [(found.code, found.row, found.column) for found in register.faults] == [
        ("missing_column", 1, "提交方式"),
        ("missing_column", 1, "申请内容"),
        ("bad_date", 2, "E 答复日期"),
    ]
    assert register.lines == []


def test_a_column_that_stands_twice_is_a_fault(path: Path) -> None:
    header, row = table(FULL)
    book(path, ("台账", [[*header, "收到日期"], [*row, date(2025, 3, 4)]]))
    assert fault(read_register(path, today=TODAY), "column_twice").column == "G 收到日期"


def test_the_proper_header_wins_over_an_alias(path: Path) -> None:
    header, row = table(FULL)
    book(path, ("台账", [["编号", *header], [1, *row]]))
    register = read_register(path, today=TODAY)
    assert list(register.where) == ["2025-001"]
    assert "A 编号" in describe(register.notes[0])


@pytest.mark.parametrize("key", sorted(FULL))
def test_every_required_cell_left_empty_is_a_fault(path: Path, key: str) -> None:
    column = columns()[key]
    found = fault(read_rows(path, without(FULL, key)), "missing_value")
    assert found.column.endswith(f" {column.header}")


@pytest.mark.parametrize("mark", ["/", "—", " ", "无"])
def test_marks_for_nothing_are_blank_cells(path: Path, mark: str) -> None:
    assert moves(read_rows(path, {**FULL, "ended_on": mark, "outcome": mark, "extension_days": mark}))


@pytest.mark.parametrize(
    ("key", "typed", "nearest"),
    [
        ("channel", "飞鸽", "平信"),
        ("applicant_kind", "法人", "商业企业"),
        ("outcome", "不予公开", "不予公开-国家秘密"),
        ("outcome", "公开一部分", "部分公开"),
        ("delivery", "口信", "邮寄"),
    ],
)
def test_an_unknown_choice_is_answered_with_the_nearest_names(
    path: Path,
    key: str,
    typed: str,
    nearest: str,
) -> None:
    found = fault(read_rows(path, {**REPLIED, key: typed}), "unknown_choice")
    assert f"“{typed}”" in describe(found.remark)
    assert nearest in describe(found.remark)


def test_a_case_number_used_twice_is_reported_at_the_second_place(path: Path) -> None:
    book(path, ("2024年", table(FULL)), ("2025年", table(FULL)))
    register = read_register(path, today=TODAY)
    (found,) = register.faults
    assert (found.code, found.sheet) == ("case_twice", "2025年")
    assert "“2024年”第2行" in describe(found.remark)
    assert len(register.lines) == 1


def test_a_case_number_that_excel_made_a_date_is_a_fault(path: Path) -> None:
    assert fault(read_rows(path, {**FULL, "case": date(2025, 1, 1)}), "case_is_date").column == "A 登记编号"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("extension_days", "二十", "number_as_text"),
        ("extension_days", "20个工作日", "number_as_text"),
        ("extension_days", 2.5, "bad_number"),
        ("extension_days", 0, "bad_number"),
        ("extension_days", "-3", "number_as_text"),
    ],
)
def test_numbers_in_words_or_without_sense_are_faults(path: Path, key: str, value: Any, code: str) -> None:
    assert fault(read_rows(path, {**FULL, **EXTENSION, key: value}), code).column.endswith("延长工作日数")


def test_plain_digits_stored_as_text_are_a_number(path: Path) -> None:
    assert data(read_rows(path, {**FULL, **EXTENSION, "extension_days": "１０"}), "extend")["days"] == 10


@pytest.mark.parametrize("value", [110101190001010012, 1.10101190001010e17, "1.10101E+17"])
def test_an_identity_number_that_excel_rounded_is_a_fault(path: Path, value: Any) -> None:
    found = fault(read_rows(path, {**FULL, "applicant_id": value}), "digits_lost")
    assert "1101" not in found.remark.model_dump_json()


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!"])
def test_formula_errors_are_faults(path: Path, error: str) -> None:
    assert error in describe(fault(read_rows(path, {**REPLIED, "ground": error}), "formula_error").remark)


def test_a_formula_never_calculated_is_a_fault_that_says_so(path: Path) -> None:
    register = read_rows(path, {**REPLIED, "ended_on": "=B2+17"})
    assert fault(register, "formula_uncalculated").column == "G 答复日期"


def test_formulas_count_by_the_results_that_the_file_keeps(path: Path) -> None:
    book(path, ("台账", table({**REPLIED, "ended_on": "=B2+17", "ground": '=""'})))
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b"<f>B2+17</f><v></v>", b"<f>B2+17</f><v>45736</v>")
            .replace(b"<f>B2+17</f><v />", b"<f>B2+17</f><v>45736</v>")
            .replace(b'<c r="I2"><f>', b'<c r="I2" t="str"><f>')
        ),
    )
    register = read_register(path, today=TODAY)
    assert moves(register)[-1] == ("reply", "2025-03-20")
    assert "ground" not in data(register, "reply")


@pytest.mark.parametrize(
    ("group", "key", "column"),
    [
        (CORRECTION, "correction_asked_on", "补正通知日期"),
        (CORRECTION, "correction_items", "补正事项"),
        (CORRECTION, "correction_due_on", "补正期限"),
        (CONSULTATION, "consulted_with", "征求意见对象类别"),
        (CONSULTATION, "consulted_name", "征求意见对象名称"),
        (CHARGE, "charge_quantity", "计费数量"),
        (CHARGE, "charge_basis", "计费方式"),
        (EXTENSION, "extension_days", "延长工作日数"),
        (EXTENSION, "extension_approved_by", "延期批准人"),
        (EXTENSION, "extended_on", "延期日期"),
        ({**CONSULTATION, "opinion": "同意", "opinion_on": date(2025, 3, 10)}, "opinion", "反馈意见"),
        ({**CONSULTATION, "opinion": "同意", "opinion_on": date(2025, 3, 10)}, "opinion_on", "反馈意见日期"),
        (
            {"deferred_on": date(2025, 3, 10), "deferred_until": date(2025, 5, 10)},
            "deferred_until",
            "延迟答复至",
        ),
        (
            {**REVIEW, "review_decided_on": date(2025, 6, 1), "review_result": "维持"},
            "review_result",
            "复议结果",
        ),
        (
            {**REVIEW, "review_decided_on": date(2025, 6, 1), "review_result": "维持"},
            "review_filed_on",
            "复议申请日期",
        ),
        (
            {**SUIT, "suit_judged_on": date(2025, 9, 1), "suit_result": "撤诉"},
            "suit_judged_on",
            "一审判决日期",
        ),
        ({**REVIEW, **SUIT, "suit_after_review": "是"}, "suit_after_review", "是否经复议"),
        ({**REVIEW, **SUIT, "suit_after_review": "是"}, "review_filed_on", "复议申请日期"),
        ({**CORRECTION, "correction_sent_on": date(2025, 3, 6)}, "correction_asked_on", "补正通知日期"),
        ({**EXTENSION, "extension_served_on": date(2025, 3, 20)}, "extended_on", "延期日期"),
        ({**REPLIED, "reply_sent_on": date(2025, 3, 20)}, "ended_on", "答复日期"),
        ({**REPLIED, **CONSULTATION, "third_party_sent_on": date(2025, 3, 20)}, "consulted_on", "征求意见发出日期"),
        (REPLIED, "delivery", "送达方式"),
        (REPLIED, "outcome", "答复结果"),
        (REPLIED, "ended_on", "答复日期"),
    ],
)
def test_half_a_group_is_a_fault_at_what_is_missing(
    path: Path,
    group: dict[str, Any],
    key: str,
    column: str,
) -> None:
    register = read_rows(path, without({**FULL, **group}, key))
    assert {found.code for found in register.faults} == {"group_incomplete"}
    assert column in {found.column.split(" ")[-1] for found in register.faults}
    assert register.lines == []


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({**REPLIED, **CORRECTION, "corrected_on": None}, "step_open", "补正日期"),
        ({**REPLIED, **CONSULTATION, "opinion_on": None}, "step_open", "反馈意见日期"),
        ({**REPLIED, **CHARGE, "paid_on": None}, "step_open", "缴费日期"),
        (
            {
                **FULL,
                **CHARGE,
                "cancel_charge:": date(2025, 3, 14),
                "cancel_charge:reason": "数量不多",
                "ended_on": date(2025, 4, 20),
                "outcome": "逾期不缴费",
            },
            "not_abandoned",
            "答复结果",
        ),
        (
            {**FULL, **CHARGE, "cancel_charge:": date(2025, 3, 7), "cancel_charge:reason": "数量不多"},
            "date_order",
            "撤销收费日期",
        ),
        (
            {
                **FULL,
                **CORRECTION,
                "ended_on": date(2025, 3, 20),
                "outcome": "逾期不补正",
                "corrected_on": date(2025, 3, 9),
            },
            "not_abandoned",
            "答复结果",
        ),
        (
            {**FULL, **CORRECTION, "ended_on": date(2025, 3, 19), "outcome": "逾期不补正"},
            "period_running",
            "答复日期",
        ),
        (
            {**FULL, **CONSULTATION, "consulted_with": "其他机关", "consulted_due_on": None},
            "other_organ_due",
            "征求意见期限",
        ),
        ({**REPLIED, "outcome": "办理中"}, "pending_with_date", "答复结果"),
        (
            {**REPLIED, **REVIEW, "review_decided_on": date(2025, 6, 1), "review_result": "审理中"},
            "pending_with_date",
            "复议结果",
        ),
        ({**FULL, "submitted_on": date(2025, 3, 1)}, "receipt_differs", "收到日期"),
        ({**FULL, **CORRECTION, "correction_days": 10}, "two_terms", "补正工作日数"),
        (
            {
                **FULL,
                **CONSULTATION,
                "ended_on": date(2025, 3, 20),
                "outcome": "撤回",
                "third_party_served_on": date(2025, 3, 21),
            },
            "no_such_paper",
            "决定公开告知书签收日期",
        ),
    ],
)
def test_steps_that_contradict_the_ending_are_faults(
    path: Path,
    row: dict[str, Any],
    code: str,
    column: str,
) -> None:
    assert fault(read_rows(path, row), code).column.endswith(f" {column}")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"ended_on": date(2025, 3, 2)}, "答复日期"),
        ({"served_on": date(2025, 3, 19)}, "答复送达日期"),
        ({"reply_sent_on": date(2025, 3, 19)}, "答复书寄出日期"),
        ({"reply_sent_on": date(2025, 3, 24), "served_on": date(2025, 3, 21)}, "答复送达日期"),
        ({"reply_sent_on": date(2025, 3, 24), "closed_on": date(2025, 3, 21)}, "办结归档日期"),
        ({**EXTENSION, "extension_sent_on": date(2025, 3, 17)}, "延期告知书寄出日期"),
        ({"closed_on": date(2025, 3, 19)}, "办结归档日期"),
        ({"accepted_on": date(2025, 3, 2)}, "受理日期"),
        ({**CORRECTION, "corrected_on": date(2025, 3, 4)}, "补正日期"),
        ({**CONSULTATION, "opinion": "同意", "opinion_on": date(2025, 3, 5)}, "反馈意见日期"),
        ({**REVIEW, "review_decided_on": date(2025, 4, 6), "review_result": "维持"}, "复议决定日期"),
        ({**SUIT, "suit_judged_on": date(2025, 7, 6), "suit_result": "撤诉"}, "一审判决日期"),
    ],
)
def test_a_day_before_the_one_it_follows_is_a_fault(path: Path, changes: dict[str, Any], column: str) -> None:
    found = fault(read_rows(path, {**REPLIED, **changes}), "date_order")
    assert found.column.endswith(f" {column}")
    assert "早于" in describe(found.remark)


def test_the_same_day_is_in_order(path: Path) -> None:
    day = FULL["received_on"]
    assert moves(read_rows(path, {**REPLIED, "ended_on": day, "served_on": day, "closed_on": day}))


def test_all_faults_come_at_once_and_other_rows_go_on(path: Path) -> None:
    bad = {
        **REPLIED,
        "case": "2025-002",
        "channel": "飞鸽",
        "received_on": "3/1",
        "ended_on": "2023-02-30",
        "applicant_name": None,
    }
    register = read_rows(path, REPLIED, bad, {**REPLIED, "case": "2025-003"})
    assert sorted(found.code for found in register.faults) == [
        "bad_date",
        "impossible_date",
        "missing_value",
        "unknown_choice",
    ]
    assert {found.row for found in register.faults} == {3}
    assert {line.case for line in register.lines} == {"2025-001", "2025-003"}
    assert register.rows == 3


@pytest.mark.parametrize(
    "secret",
    [
        "110101190001010012",
        "11010119000101001X",
        "13912345678",
        "139-1234-5678",
        "0571-87654321",
        "87654321",
        "青禾县柳湾镇虚谷路12号",
        "E12345678",
    ],
)
@pytest.mark.parametrize("key", ["channel", "received_on", "ended_on", "outcome", "extension_days"])
def test_personal_data_in_a_wrong_column_is_masked(path: Path, key: str, secret: str) -> None:
    register = read_rows(path, {**REPLIED, **EXTENSION, key: secret})
    assert register.faults
    for found in register.faults:
        assert secret not in found.remark.model_dump_json()
