"""Sections three and four as text, JSON, HTML, Excel or Word.

The same figures always give the same bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from ...notifications.formats.tables import PageTable, Scope, TableCell, tables_page
from ...states.errors import BadData
from ...states.rules.forms import Form, form_for
from . import layout
from .footing import Check
from .tables import ReportTables

FORMATS = ("text", "json", "html", "xlsx", "docx")


def render(tables: ReportTables, fmt: str, checks: Sequence[Check]) -> bytes:
    """The report in one of ``FORMATS``; the first three are UTF-8.

    Text and JSON tell the checks; the others are to be published and hold the report alone.

    Raises:
        BadData: another format.
    """
    form = form_for(tables.year)
    if fmt == "text":
        from .terminal import as_text

        return as_text(form, tables, checks).encode()
    if fmt == "json":
        return (json.dumps(document(tables, checks), ensure_ascii=False, indent=2) + "\n").encode()
    if fmt == "html":
        return as_html(form, tables).encode()
    if fmt in ("xlsx", "docx"):
        from . import word_excel

        return (word_excel.as_xlsx if fmt == "xlsx" else word_excel.as_docx)(form, tables)
    raise BadData({"field": "format", "problem": "not_one_of", "allowed": list(FORMATS)})


def document(tables: ReportTables, checks: Sequence[Check]) -> dict[str, object]:
    """The document that ``report --format json`` prints."""
    return {
        "agency": tables.agency,
        "year": tables.year,
        "form": tables.form,
        "scope": tables.scope,
        "section3": tables.section3,
        "section4": tables.section4,
        "checks": [asdict(check) for check in checks],
    }


def as_html(form: Form, tables: ReportTables) -> str:
    """The report as a web page, which holds what is to be published and nothing else."""
    grids = (layout.section3(form, tables.section3), layout.section4(form, tables.section4))
    return tables_page(layout.heading(tables), [_table(grid) for grid in grids])


def _table(grid: layout.Grid) -> PageTable:
    lines = [[_cell(cell, grid) for cell in cells] for cells in grid.by_row()]
    return PageTable(
        grid.title, "rows" if grid.label_columns else "flat", lines[: grid.header_rows], lines[grid.header_rows :]
    )


def _cell(cell: layout.Cell, grid: layout.Grid) -> TableCell:
    """A label short of the figures is a group's, and set narrower."""
    scope = _scope(cell)
    narrow = cell.kind == "label" and cell.column + cell.column_span < grid.label_columns
    return TableCell(
        cell.text, scope, "note" if cell.kind == "note" else "group" if narrow else "", cell.row_span, cell.column_span
    )


def _scope(cell: layout.Cell) -> Scope | None:
    if cell.kind == "label":
        return "rowgroup" if cell.row_span > 1 else "row"
    if cell.kind == "header":
        return "colgroup" if cell.column_span > 1 else "col"
    return None
