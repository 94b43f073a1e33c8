"""Workbooks for tests of the register: rows under any header, written by openpyxl."""

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from disclosure.workflow.register.columns import columns
from disclosure.workflow.register.reading import Register, RegisterFault, read_register

TODAY = date(2026, 11, 23)

FULL: dict[str, Any] = {
    "case": "2025-001",
    "received_on": date(2025, 3, 3),
    "channel": "当面提交",
    "applicant_kind": "自然人",
    "applicant_name": "甄一禾",
    "information": "水库除险加固批复",
}
REPLIED: dict[str, Any] = {
    **FULL,
    "ended_on": date(2025, 3, 20),
    "outcome": "予以公开",
    "delivery": "邮寄",
    "ground": "条例",
}
CORRECTION = {
    "correction_asked_on": date(2025, 3, 5),
    "correction_items": "写明名称；身份证明",
    "correction_due_on": date(2025, 3, 19),
}
CONSULTATION = {"consulted_on": date(2025, 3, 6), "consulted_with": "第三方", "consulted_name": "某公司"}
CHARGE = {"charged_on": date(2025, 3, 10), "charge_basis": "按量", "charge_quantity": 109}
EXTENSION = {
    "extended_on": date(2025, 3, 18),
    "extension_days": 10,
    "extension_reason": "调阅档案",
    "extension_approved_by": "尚禾",
}
REVIEW = {"review_filed_on": date(2025, 4, 7)}
SUIT = {"suit_filed_on": date(2025, 7, 7)}


def book(path: Path, *sheets: tuple[str, Iterable[Sequence[Any]]]) -> Path:
    """A workbook of sheets given as a title and rows."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def table(*rows: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> list[list[Any]]:
    """Rows of values under the headers of every column that one of them fills."""
    keys = [key for key in columns() if any(key in row for row in rows)]
    names = [(headers or {}).get(key, columns()[key].header) for key in keys]
    return [names, *([row.get(key) for key in keys] for row in rows)]


def read_rows(path: Path, *rows: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Register:
    """What is read from a sheet with these rows."""
    return read_register(book(path, ("台账", table(*rows, headers=headers))), today=TODAY)


def without(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A row with some cells left empty, though their columns stay."""
    return {key: None if key in keys else value for key, value in row.items()}


def moves(register: Register) -> list[tuple[str, str]]:
    """Move and day of each line of a register without faults."""
    assert register.faults == []
    return [(line.move, line.at.isoformat()) for line in register.lines]


def data(register: Register, move: str) -> Any:
    """The data of the first line with that move, in a register without faults."""
    assert register.faults == []
    return next(dict(line.data) for line in register.lines if line.move == move)


def fault(register: Register, code: str) -> RegisterFault:
    """The only fault of a register without lines."""
    assert [fault.code for fault in register.faults] == [code], register.faults
    assert register.lines == []
    return register.faults[0]


def rewrite(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Change one member of a workbook's archive."""
    changed = path.with_suffix(".changed")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == member else content)
    changed.replace(path)
