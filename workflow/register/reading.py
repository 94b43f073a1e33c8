"""Reading a register: each row becomes journal lines, or faults that say where and how to mend them."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, islice

from ...states.remark import Remark, plain
from ..kernel.context import IMPORT, SystemClock
from ..kernel.context import today as day_of
from .cells import CellFault, Entry, Reader, as_text, is_blank
from .columns import Column, columns, find_column, limits, squeezed, words
from .layout import Layout, find_layout
from .lines import Line, RowFault, Values, row_faults, row_lines
from .workbook import Row, Sheet, open_book

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_REPEATED = ("channel", "applicant_kind")  # a row that holds these two headers is the header once more
_FOOTER_CELLS = 3  # a line of signatures under the table fills no more


@dataclass(frozen=True, slots=True)
class RegisterFault:
    """Something to mend: where it stands, a stable code, and a remark that shows no personal data.

    ``column`` is letter and header, such as ``F 答复日期``; only the header where the sheet lacks the column.
    """

    sheet: str
    row: int
    column: str
    code: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class Register:
    """What a workbook holds: journal lines in the order of its rows, and all its faults at once.

    ``rows`` counts the requests, those with faults included; ``where`` gives sheet and row of each case;
    ``notes`` are remarks on what was left unread.
    """

    lines: list[Line] = field(default_factory=list)
    faults: list[RegisterFault] = field(default_factory=list)
    rows: int = 0
    where: dict[str, tuple[str, int]] = field(default_factory=dict)
    notes: list[Remark] = field(default_factory=list)


def read_register(path: str | os.PathLike[str], *, by: str = IMPORT, today: date | None = None) -> Register:
    """The journal lines of a register, with all faults of the file; a row with any fault yields no lines.

    ``by`` is written into each line. ``today`` bounds how far ahead a date may lie; by default it is the day
    that it is in China.

    Raises:
        SetupError: ``unreadable_workbook``: the file as a whole can't be read.
    """
    last_day = (today or day_of(SystemClock())) + timedelta(days=limits().days_ahead)
    with open_book(path) as book:
        reading = _Reading(Reader(book.epoch, last_day), by)
        for sheet in book.sheets:
            reading.sheet(sheet)
    if not reading.headers and not reading.faults:
        reading.fault(book.sheets[0].title, 1, "", "no_rows")
    return Register(reading.lines, reading.faults, reading.rows, reading.where, reading.notes)


@dataclass(slots=True)
class _Reading:
    """A register while it is being read."""

    reader: Reader
    by: str
    lines: list[Line] = field(default_factory=list)
    faults: list[RegisterFault] = field(default_factory=list)
    rows: int = 0
    headers: int = 0
    where: dict[str, tuple[str, int]] = field(default_factory=dict)
    notes: list[Remark] = field(default_factory=list)

    def fault(self, sheet: str, row: int, column: str, code: str, **fields: object) -> None:
        """Note a fault with its place."""
        place = {"sheet": sheet, "row": row, "column": column}
        where = Remark(code="register_where" if column else "register_where_row", fields=place)
        remark = Remark(code=f"register_{code}", fields=plain(fields | {"where": where.model_dump()}))
        self.faults.append(RegisterFault(sheet, row, column, code, remark))

    def sheet(self, sheet: Sheet) -> None:
        """One sheet: its header, then its rows."""
        if sheet.title in (words().guide_sheet, words().choice_sheet):
            return
        if sheet.hidden:
            self.notes.append(Remark(code="register_note_hidden", fields={"sheet": sheet.title}))
            return
        rows = sheet.rows()
        head = list(islice(rows, limits().header_rows))
        layout = find_layout(head)
        if layout is None:
            self._headless(sheet, head, rows)
            return
        self.headers += 1
        complete = self._check_header(sheet, layout)
        for number, row in chain(head[layout.row :], rows):
            self._row(sheet, layout, number, row, complete)

    def _headless(self, sheet: Sheet, head: list[tuple[int, Row]], rows: Iterator[tuple[int, Row]]) -> None:
        if any(not is_blank(value) for _, row in chain(head, rows) for value in row):
            wanted = "”“".join(column.header for column in columns().values() if _is_needed(column))
            self.fault(sheet.title, 1, "", "no_header", wanted=wanted, rows=limits().header_rows)

    def _check_header(self, sheet: Sheet, layout: Layout) -> bool:
        """Report what is wrong with the header; whether rows under it can become cases."""
        before = len(self.faults)
        for column in columns().values():
            numbered = column.key == "case" and "serial" in layout.places
            if _is_needed(column) and column.key not in layout.places and not numbered:
                names = "、".join(column.aliases[:4])
                self.fault(sheet.title, layout.row, column.header, "missing_column", names=names)
        for index, key in layout.twice:
            self.fault(sheet.title, layout.row, layout.at(index), "column_twice", given=layout.name(key))
        for index in layout.unknown:
            told = {"sheet": sheet.title, "column": layout.at(index)}
            self.notes.append(Remark(code="register_note_unknown_column", fields=told))
        return len(self.faults) == before

    def _row(self, sheet: Sheet, layout: Layout, number: int, row: Row, complete: bool) -> None:
        """Reads one row."""
        raw = {key: row[index] for key, index in layout.places.items() if index < len(row) and row[index] is not None}
        empty = {key for key, index in layout.places.items() if (number, index) in sheet.uncalculated}
        if _is_no_request(row, raw, empty):
            return
        self.rows += 1
        before = len(self.faults)
        entries, unreadable = self._cells(sheet, layout, number, raw, empty)
        self._number(sheet, layout, number, entries, unreadable)
        values = Values(entries)
        for fault in row_faults(values, frozenset(unreadable)):
            if complete or fault.key in layout.places:
                self._row_fault(sheet, layout, number, fault)
        self._remember(sheet, layout, number, values)
        if len(self.faults) == before and complete:
            self.lines.extend(row_lines(values, self.by))

    def _cells(
        self, sheet: Sheet, layout: Layout, number: int, raw: Mapping[str, object], empty: set[str]
    ) -> tuple[dict[str, Entry], set[str]]:
        """The row's values, and the columns whose cells can't be used; their faults are noted."""
        values: dict[str, Entry] = {}
        unreadable: set[str] = set()
        for key in sorted({*raw, *empty}, key=layout.places.__getitem__):
            try:
                if key in empty:
                    raise CellFault("formula_uncalculated")
                value = self.reader.value(raw[key], columns()[key])
            except CellFault as fault:
                unreadable.add(key)
                self.fault(sheet.title, number, layout.name(key), fault.code, **fault.fields)
            else:
                if value is not None:
                    values[key] = value
        return values, unreadable

    def _row_fault(self, sheet: Sheet, layout: Layout, number: int, fault: RowFault) -> None:
        self.fault(sheet.title, number, layout.name(fault.key), fault.code, **fault.fields)

    def _number(
        self, sheet: Sheet, layout: Layout, number: int, values: dict[str, Entry], unreadable: set[str]
    ) -> None:
        """Put the case number together from year and serial number if the sheet has no column for it."""
        if "case" in values or "case" in layout.places or "serial" not in layout.places:
            return
        in_title = _YEAR.search(squeezed(sheet.title))
        year = values.get("year") or (in_title[0] if in_title else None)
        serial = values.get("serial")
        if year is not None and isinstance(serial, int):
            values["case"] = f"{year}-{serial:03d}"
            return
        unreadable.add("case")
        if not unreadable & {"serial", "year"}:
            key = "serial" if serial is None else "year"
            self.fault(sheet.title, number, layout.name(key), "no_case_number")

    def _remember(self, sheet: Sheet, layout: Layout, number: int, values: Values) -> None:
        if (case := values.find_text("case")) is None:
            return
        if case in self.where:
            first_sheet, first_row = self.where[case]
            self.fault(
                sheet.title,
                number,
                layout.name("case" if "case" in layout.places else "serial"),
                "case_twice",
                case=case,
                first_sheet=first_sheet,
                first_row=first_row,
            )
        else:
            self.where[case] = (sheet.title, number)


def _is_needed(column: Column) -> bool:
    return column.required or column.column_required


def _is_no_request(row: Row, raw: Mapping[str, object], empty: set[str]) -> bool:
    """Blank rows, rows numbered in advance, totals, remarks under the table, and the header once more."""
    filled = {key for key, value in raw.items() if not is_blank(value)} | empty
    if filled <= {"serial", "year"}:
        return True
    first = next((squeezed(as_text(value)) for value in row if not is_blank(value)), "")
    numbers = [squeezed(as_text(raw[key])) for key in ("serial", "case") if key in raw]
    if any(text.startswith(words().total) for text in (first, *numbers)):
        return True
    if len(filled) <= _FOOTER_CELLS and first.startswith(words().footer):
        return True
    return all(find_column(as_text(raw.get(key, ""))) is columns()[key] for key in _REPEATED)
