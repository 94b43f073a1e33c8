"""The empty register: a workbook with the columns, drop-down lists and an explanation of each column."""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ...notifications.files import write_whole
from ...notifications.messages.catalogue import say
from ...states.errors import SetupError
from .columns import Column, ColumnKind, choices, columns, limits, words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

_REQUIRED_FILL, _PLAIN_FILL = "FFF2CC", "DDEBF7"
_DATE_FORMAT, _TEXT_FORMAT = "yyyy-mm-dd", "@"
_GUIDE_WIDTHS = (22, 10, 10, 18, 60, 60, 24)


def write_template(path: str | os.PathLike[str]) -> None:
    """Write the empty register, with sheets 台账, 填写说明 and 选项.

    Raises:
        SetupError: ``unwritable_workbook`` with ``path`` and ``reason``.
    """
    content = io.BytesIO()
    template_book().save(content)
    try:
        write_whole(Path(path), content.getvalue())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SetupError("unwritable_workbook", path=os.fspath(path), reason=reason) from error


def template_columns() -> list[Column]:
    """The columns of the template, from left to right."""
    return [column for column in columns().values() if column.template]


def header_text(column: Column) -> str:
    """A column's header as the template writes it."""
    return column.header + (say("template_required_mark") if column.required else "")


def template_book() -> "Workbook":
    """The empty register as an openpyxl workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(words().register_sheet)
    lists = _choice_sheet(book)
    for index, column in enumerate(template_columns(), start=1):
        _column(sheet, index, column, lists)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32
    _guide_sheet(book)
    book.move_sheet(words().choice_sheet, offset=1)
    return book


def _column(sheet: "Worksheet", index: int, column: Column, lists: dict[str, str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(index)
    cell = sheet.cell(1, index, header_text(column))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=_REQUIRED_FILL if column.required else _PLAIN_FILL)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    dimension = sheet.column_dimensions[letter]
    dimension.width = column.width
    dimension.number_format = (
        _DATE_FORMAT
        if column.kind is ColumnKind.DATE
        else (_TEXT_FORMAT if column.key == "case" or column.kind is ColumnKind.NUMBER_TEXT else "General")
    )
    if (validation := _validation(column, lists)) is not None:
        validation.add(f"{letter}2:{letter}{limits().template_rows}")
        sheet.add_data_validation(validation)


def _validation(column: Column, lists: dict[str, str]) -> "DataValidation | None":
    from openpyxl.worksheet.datavalidation import DataValidation

    first = limits().first_day
    if column.kind is ColumnKind.CHOICE:
        rule = DataValidation(type="list", formula1=lists[column.choice or ""])
        rule.error = say("template_error_choice")
    elif column.kind is ColumnKind.DATE:
        rule = DataValidation(
            type="date", operator="greaterThanOrEqual", formula1=f"DATE({first.year},{first.month},{first.day})"
        )
        rule.error = say("template_error_date", first=first.isoformat())
    elif column.kind is ColumnKind.COUNT:
        rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="1")
        rule.error = say("template_error_count")
    else:
        return None
    rule.allow_blank = True
    rule.errorTitle = rule.promptTitle = column.header
    rule.prompt = column.help
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


def _choice_sheet(book: "Workbook") -> dict[str, str]:
    """Write every closed list in a column of its own; returns the range of each."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(words().choice_sheet)
    ranges: dict[str, str] = {}
    for index, (name, choice) in enumerate(choices().items(), start=1):
        users = [column.header for column in template_columns() if column.choice == name]
        sheet.cell(1, index, "／".join(users)).font = Font(bold=True)
        for row, value in enumerate(choice.names, start=2):
            sheet.cell(row, index, choice.shown(value))
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 26
        ranges[name] = f"'{sheet.title}'!${letter}$2:${letter}${len(choice.names) + 1}"
    return ranges


def _guide_sheet(book: "Workbook") -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(words().guide_sheet, index=1)
    sheet.append([say("template_guide_title")])
    sheet.append([say("template_guide_intro")])
    sheet.append(
        [
            say(f"template_guide_{name}")
            for name in ("column", "group", "required", "kind", "help", "choices", "example")
        ]
    )
    for column in template_columns():
        sheet.append(_guide_row(column))
    for index, width in enumerate(_GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_GUIDE_WIDTHS))
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in (sheet["A1"], *sheet[3]):
        cell.font = Font(bold=True)
    sheet.row_dimensions[2].height = 48
    sheet.freeze_panes = "B4"


def _guide_row(column: Column) -> list[str]:
    required = (
        say("template_required")
        if column.required
        else (say("template_column_required") if column.column_required else "")
    )
    offered = choices()[column.choice] if column.choice else None
    names = "、".join(offered.shown(value) for value in offered.names) if offered else ""
    kind = say(f"template_kind_{column.kind.value}")
    return [column.header, column.group, required, kind, column.help, names, column.example]
