"""Both tables as an Excel workbook and a Word document, ready for the printer."""

import io
from dataclasses import replace
from typing import Any

import pytest
from published_report import Report, busy

from disclosure.workflow.reports.word_excel import as_docx, as_xlsx


def sheets(report: Report) -> list[Any]:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(as_xlsx(report.form, report.tables()))).worksheets


def word(report: Report) -> Any:
    from docx import Document

    return Document(io.BytesIO(as_docx(report.form, report.tables())))


def test_sheets_and_pages_are_a4_and_fit_the_width() -> None:
    three, four = sheets(busy())
    assert [str(sheet.page_setup.paperSize) for sheet in (three, four)] == [
        sheet.PAPERSIZE_A4 for sheet in (three, four)
    ]
    assert (three.page_setup.orientation, four.page_setup.orientation) == ("portrait", "landscape")
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in (three, four))
    document = word(busy())
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= room + 1000


def test_every_figure_in_a_workbook_is_a_number_and_every_cell_has_its_borders() -> None:
    for sheet in sheets(busy()):
        cells = [cell for line in sheet.iter_rows(min_row=3) for cell in line]
        figures = [cell for cell in cells if isinstance(cell.value, int)]
        assert len(figures) in (25 * 7, 15)
        assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.isdecimal()]
        for cell in figures:
            border = cell.border
            assert {border.left.style, border.right.style, border.top.style, border.bottom.style} == {"thin"}
        assert all(
            cell.border.left.style == cell.border.top.style == "thin" for cell in cells if cell.value is not None
        )


def test_the_headers_are_repeated_on_a_new_page() -> None:
    from docx.oxml.ns import qn

    assert [sheet.print_title_rows for sheet in sheets(busy())] == ["$1:$5", "$1:$5"]
    for table in word(busy()).tables:
        marked = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marked == [True] * 3 + [False] * (len(table.rows) - 3)


def test_what_names_a_file_holds_no_author_and_the_year_in_its_title() -> None:
    for properties in (word(busy()).core_properties, sheets(busy())[0].parent.properties):
        assert "2024年政府信息公开工作年度报告" in properties.title
    assert word(busy()).core_properties.author == ""


@pytest.mark.parametrize("name", ['=HYPERLINK("http://example.com")', "=1+1", "+1", "-1", "@x"])
def test_no_text_in_a_workbook_runs_as_a_formula(name: str) -> None:
    from openpyxl import load_workbook

    report = busy()
    book = load_workbook(io.BytesIO(as_xlsx(report.form, replace(report.tables(), agency_name=name))))
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert str(book.worksheets[0]["A1"].value).startswith(name)


def test_the_panes_stay_where_the_figures_begin() -> None:
    assert [sheet.freeze_panes for sheet in sheets(busy())] == ["D6", "A6"]
