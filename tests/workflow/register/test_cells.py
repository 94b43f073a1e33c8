"""Cells of the register: the forms of a date that are understood, and those that are not."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from register_book import FULL, TODAY, fault, moves, read_rows, table

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


@pytest.mark.parametrize(
    "typed",
    [
        date(2024, 3, 1),
        datetime(2024, 3, 1, 16, 30),  # noqa: DTZ001 (Excel has no zones)
        45352,
        45352.75,
        20240301,
        "2024-03-01",
        "2024-3-1",
        "2024/3/1",
        "2024.3.1",
        "2024年3月1日",
        "2024 年 3 月 1 日",
        "20240301",
        "２０２４－０３－０１",
        "２０２４．３．１",
        " 2024-03-01 ",
        "2024-03-01 09:15",
        "2024-03-01 00:00:00",
        "2024年3月1日 9:15",
    ],
)
def test_dates_are_understood_in_the_forms_that_offices_use(path: Path, typed: Any) -> None:
    assert moves(read_rows(path, {**FULL, "received_on": typed})) == [("submit", "2024-03-01")]


def test_serial_numbers_count_from_the_workbooks_own_epoch(path: Path) -> None:
    made = Workbook()
    made.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 (Excel has no zones)
    for row in table({**FULL, "received_on": 45352 - 1462}):
        made.active.append(row)
    made.save(path)
    assert moves(read_register(path, today=TODAY)) == [("submit", "2024-03-01")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3/1", "bad_date"),
        ("24.3.1", "bad_date"),
        ("2024-03", "bad_date"),
        ("2024-3/1", "bad_date"),
        ("三月一日", "bad_date"),
        ("2024年3月", "bad_date"),
        (12, "bad_date"),
        (-4, "bad_date"),
        (True, "bad_date"),
        (1e300, "bad_date"),
        (timedelta(hours=3), "bad_date"),
        ("2023-02-30", "impossible_date"),
        ("2023年13月1日", "impossible_date"),
        (20230230, "impossible_date"),
        ("2008-04-30", "date_out_of_range"),
        (TODAY + timedelta(days=401), "date_out_of_range"),
    ],
)
def test_other_dates_are_refused_with_place_and_remedy(path: Path, typed: Any, code: str) -> None:
    found = fault(read_rows(path, {**FULL, "received_on": typed}), code)
    assert (found.sheet, found.row, found.column) == ("台账", 2, "B 收到日期")
    assert describe(found.remark).startswith("工作表“台账”第2行“B 收到日期”：")
    assert "请" in describe(found.remark)


@pytest.mark.parametrize("day", [date(2008, 5, 1), TODAY + timedelta(days=400)])
def test_the_first_and_the_last_day_that_a_date_may_be(path: Path, day: date) -> None:
    assert moves(read_rows(path, {**FULL, "received_on": day})) == [("submit", day.isoformat())]
