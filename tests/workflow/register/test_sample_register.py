"""The sample register, and the time that a large one takes."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from register_book import (
    EXTENSION,
    REPLIED,
    TODAY,
    table,
)
from sample_register import AS_OF, SAMPLE, workbook_bytes

from disclosure.states.calendar.calendar import Calendar
from disclosure.workflow.register.columns import choices
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


def test_the_sample_register_is_the_one_that_its_generator_writes() -> None:
    assert SAMPLE.read_bytes() == workbook_bytes()


def test_the_sample_register_reads_without_faults_and_has_every_ending() -> None:
    register = read_register(SAMPLE, today=AS_OF)
    assert (register.faults, register.notes) == ([], [])
    found = {
        line.data.get("outcome", line.move)
        for line in register.lines
        if line.move in ("reply", "abandon", "withdraw", "discontinue")
    }
    endings = set(choices()["outcome"].names) - {"pending", "other_no_correction", "other_no_payment"}
    assert found == endings | {"abandon"}


def test_the_sample_register_has_every_channel_kind_of_applicant_and_result_of_a_review() -> None:
    lines = read_register(SAMPLE, today=AS_OF).lines
    submitted = [line.data for line in lines if line.move == "submit"]
    assert {entry["channel"] for entry in submitted} == set(choices()["channel"].names)
    assert {entry["applicant"]["kind"] for entry in submitted} == set(choices()["applicant_kind"].names)
    results = {line.data["result"] for line in lines if line.move == "decide_review"}
    assert results == set(choices()["review_result"].names) - {"pending"}


def test_no_identity_number_in_the_sample_has_a_right_check_digit() -> None:
    for line in read_register(SAMPLE, today=AS_OF).lines:
        number = line.data.get("applicant", {}).get("id_number")
        if number:
            total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
            assert "10X98765432"[total % 11] != number[17]


def test_ten_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    many = tmp_path / "many.xlsx"
    made = Workbook(write_only=True)
    sheet = made.create_sheet("台账")
    header, row = table({**REPLIED, **EXTENSION})
    sheet.append(header)
    for number in range(10_000):
        sheet.append([f"2025-{number:05d}", *row[1:]])
    made.save(many)
    began = time.process_time()  # of this process alone, whatever else the machine does
    register = read_register(many, today=TODAY)
    assert (register.rows, register.faults) == (10_000, [])
    assert time.process_time() - began < 15


def due_on(days: dict[str, date], extension: int) -> date:
    """The last day for the reply, worked out from the days of the moves."""
    calendar = Calendar.official()
    received = days.get("confirm", days["submit"])
    excluded = 0
    if "consult" in days:
        ended = days.get("opinion") or days["lapse_consultation"] - timedelta(days=1)
        excluded = calendar.count(days["consult"], ended)
    return calendar.add(max(days.get("correct", received), days.get("pay", received)), 20 + extension + excluded)


def test_all_replies_in_the_sample_but_two_are_in_time() -> None:
    register = read_register(SAMPLE, today=AS_OF)
    late = []
    for case in register.where:
        lines = [line for line in register.lines if line.case == case]
        days = {line.move: line.at for line in lines}
        extension = sum(line.data["days"] for line in lines if line.move == "extend")
        if "extend" in days:
            assert days["extend"] <= due_on({key: days[key] for key in ("submit", "confirm") if key in days}, 0)
        if "reply" in days and days["reply"] > due_on(days, extension):
            late.append(case)
    assert late == ["2025-027", "2026-009"]


def test_nothing_in_the_sample_has_happened_after_its_day() -> None:
    assert max(line.at for line in read_register(SAMPLE, today=AS_OF).lines) <= AS_OF
