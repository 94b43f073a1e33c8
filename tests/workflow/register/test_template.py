"""The empty register: what it offers, and that what is filled in comes back as lines."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from register_book import FULL, TODAY

from disclosure.states.errors import SetupError
from disclosure.workflow.register.columns import ColumnKind, choices, columns
from disclosure.workflow.register.reading import Register, read_register
from disclosure.workflow.register.template import template_columns, write_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    write_template(path)
    return path


def fill(template: Path, target: Path, *rows: dict[str, Any]) -> Register:
    book = load_workbook(template)
    sheet = book["台账"]
    for number, row in enumerate(rows, start=2):
        for index, column in enumerate(template_columns(), start=1):
            value = row.get(column.key)
            if column.choice and value in choices()[column.choice].names:
                value = choices()[column.choice].shown(value)
            sheet.cell(number, index, value)
    book.save(target)
    return read_register(target, today=TODAY)


def test_the_template_has_the_register_its_explanation_and_its_lists(template: Path) -> None:
    assert load_workbook(template).sheetnames == ["台账", "填写说明", "选项"]


def test_an_empty_template_has_neither_rows_nor_faults(template: Path) -> None:
    register = read_register(template, today=TODAY)
    assert (register.rows, register.lines, register.faults, register.notes) == (0, [], [], [])


def test_the_header_is_frozen_and_marks_what_is_required(template: Path) -> None:
    sheet = load_workbook(template)["台账"]
    assert sheet.freeze_panes == "B2"
    marked = {cell.value.removesuffix("（必填）") for cell in sheet[1] if cell.value.endswith("（必填）")}
    assert marked == {column.header for column in columns().values() if column.required}


def test_every_choice_column_offers_its_own_list(template: Path) -> None:
    book = load_workbook(template)
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in book["台账"].data_validations.dataValidation}
    for cell, column in zip(book["台账"][1], template_columns(), strict=True):
        if column.kind is ColumnKind.CHOICE:
            rule = rules[cell.column_letter]
            name, cells = rule.formula1.split("!")
            offered = [row[0].value for row in book[name.strip("'")][cells.replace("$", "")]]
            assert offered == [names[0] for names in choices()[column.choice or ""].names.values()]


def test_the_guide_explains_every_column_of_the_template(template: Path) -> None:
    rows = [[cell.value for cell in row] for row in load_workbook(template)["填写说明"].iter_rows(min_row=4)]
    assert [row[0] for row in rows] == [column.header for column in template_columns()]
    assert all(row[4] for row in rows)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        write_template(tmp_path / "no such folder" / "t.xlsx")
    assert caught.value.code == "unwritable_workbook"


def test_the_examples_of_the_guide_are_themselves_accepted(template: Path, tmp_path: Path) -> None:
    row: dict[str, Any] = {column.key: column.example for column in template_columns() if column.example}
    separate = (
        "correction_asked_on",
        "corrected_on",
        "consulted_on",
        "charged_on",
        "charge_served_on",
        "paid_on",
    )
    assert all(row[key] for key in separate)
    register = fill(template, tmp_path / "examples.xlsx", row)
    assert register.faults == []
    assert [line.move for line in register.lines][:3] == ["submit", "confirm", "accept"]


DAYS = st.integers(min_value=0, max_value=60)
WORDS = st.text(st.characters(categories=("Lo", "Nd"), max_codepoint=0x9FFF), min_size=1, max_size=12).filter(
    lambda text: not text.isnumeric() and text != "无"
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A lawful row and the moves that it stands for, each with its day."""
    channel = draw(st.sampled_from(sorted(choices()["channel"].names)))
    day = date(2025, 1, 1) + timedelta(days=draw(DAYS))
    row: dict[str, Any] = {
        **FULL,
        "channel": channel,
        "information": draw(WORDS),
        "applicant_name": draw(WORDS),
        "applicant_kind": draw(st.sampled_from(sorted(choices()["applicant_kind"].names))),
    }
    expected: list[tuple[str, str]] = []

    def happens(move: str, **cells: Any) -> None:
        nonlocal day
        expected.append((move, day.isoformat()))
        for key, value in cells.items():
            row[key] = day if value is None else value
        day += timedelta(days=1 + draw(DAYS))

    if channel in ("online", "fax", "ordinary_mail"):
        happens("submit", submitted_on=None)
        happens("confirm", received_on=None)
    else:
        happens("submit", received_on=None)
    happens("accept", accepted_on=None, handler=draw(WORDS))
    if draw(st.booleans()):
        happens(
            "request_correction",
            correction_asked_on=None,
            correction_items="甲",
            correction_due_on=day + timedelta(days=draw(DAYS)),
        )
        happens("correct", corrected_on=None)
    if draw(st.booleans()):
        happens("consult", consulted_on=None, consulted_with="third_party", consulted_name=draw(WORDS))
        happens("opinion", opinion_on=None, opinion="objects")
    if draw(st.booleans()):
        happens(
            "extend",
            extended_on=None,
            extension_days=draw(st.integers(1, 20)),
            extension_reason=draw(WORDS),
            extension_approved_by=draw(WORDS),
        )
    if draw(st.booleans()):
        happens("charge", charged_on=None, charge_basis="pages", charge_quantity=draw(st.integers(1, 5000)))
        happens("pay", paid_on=None)
    if draw(st.booleans()):
        happens("reply", ended_on=None, outcome="partial", delivery="fax")
        happens("serve", served_on=None)
        if draw(st.booleans()):
            happens("file_review", review_filed_on=None)
            happens("decide_review", review_decided_on=None, review_result="revoked")
    return row, expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filled=st.lists(rows(), min_size=1, max_size=5))
def test_lawful_rows_come_back_as_the_moves_that_they_tell_of(
    template: Path, tmp_path: Path, filled: list[tuple[dict[str, Any], list[tuple[str, str]]]]
) -> None:
    numbered = [{**row, "case": f"2025-{number:03d}"} for number, (row, _) in enumerate(filled)]
    register = fill(template, tmp_path / "filled.xlsx", *numbered)
    assert register.faults == []
    for row, (_, expected) in zip(numbered, filled, strict=True):
        lines = [line for line in register.lines if line.case == row["case"]]
        assert [(line.move, line.at.isoformat()) for line in lines] == expected
        told = lines[0].as_json()["data"]
        assert told["information"] == row["information"]
        assert told["applicant"]["kind"] == row["applicant_kind"]


def test_hints_and_titles_keep_within_what_excel_can_show() -> None:
    for column in template_columns():
        assert len(column.header) <= 32
        assert len(column.help) <= 255
