"""Both tables as an Excel workbook or a Word document, set up for printing on A4.

Created and changed dates are fixed, so that the same figures always give the same bytes.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ...notifications.messages.catalogue import say
from ...states.rules.forms import Form
from . import layout
from .tables import ReportTables

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.shared import Length
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell, _Row
    from openpyxl.worksheet.worksheet import Worksheet

_FIXED_AT = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_ZIP_EPOCH = zipfile.ZipInfo().date_time
_SONG, _HEI = "宋体", "黑体"
_SHEET_WIDTHS = (10.5, 13, 42, 8, 8, 8, 10, 10, 8, 9)
_WORD_WIDTHS = (18.5, 18.5, 45, 15, 13, 13, 15, 16, 12, 14)
_LINE, _PADDING = 13, 6


def as_xlsx(form: Form, tables: ReportTables) -> bytes:
    """One workbook with a sheet for each section, each fitted to a page of A4."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = ""
    book.properties.title = layout.heading(tables)
    book.properties.created = book.properties.modified = _FIXED_AT
    three, four = layout.section3(form, tables.section3), layout.section4(form, tables.section4)
    _sheet(book.create_sheet(say("report_sheet3")), layout.heading(tables), three, _SHEET_WIDTHS)
    _sheet(book.create_sheet(say("report_sheet4")), layout.heading(tables), four, [9.5] * four.columns)
    saved = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(saved, "w")).save()  # the workbook's own save() notes the present hour
    return _stable(saved.getvalue())


def _sheet(sheet: "Worksheet", heading: str, grid: layout.Grid, widths: Sequence[float]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for line, (text, size) in enumerate(((heading, 16), (grid.title, 12)), 1):
        _put(sheet.cell(line, 1), text)
        sheet.cell(line, 1).font = Font(name=_HEI, size=size)
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=grid.columns)
        sheet.cell(line, 1).alignment = Alignment(horizontal="center" if line == 1 else "left", vertical="center")
        sheet.row_dimensions[line].height = size * 2
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cell in grid.cells:
        _xlsx_cell(sheet, cell)
    for line in range(grid.rows):
        sheet.row_dimensions[line + 3].height = _LINE * _text_lines(grid, line, widths) + _PADDING
    _page(sheet, grid)


def _text_lines(grid: layout.Grid, line: int, widths: Sequence[float]) -> int:
    """How many lines of text the cells of one row need; a Chinese character is two and a bit units wide."""
    needed = [1]
    for cell in grid.cells:
        if cell.row == line and cell.row_span == 1 and cell.kind != "figure":
            room = sum(widths[cell.column : cell.column + cell.column_span]) - 3
            needed.append(int(-(-len(cell.text) * 2.2 // room)))
    return max(needed)


def _put(target: Any, value: str | int) -> None:
    """Puts a value into a cell; a text that looks like a formula is a text all the same."""
    target.value = value
    if target.data_type == "f":
        target.data_type = "s"
        target.quotePrefix = True


def _xlsx_cell(sheet: "Worksheet", cell: layout.Cell) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    line = Side(style="thin", color="FF000000")
    border = Border(left=line, right=line, top=line, bottom=line)
    row, column = cell.row + 3, cell.column + 1
    last_row, last_column = row + cell.row_span - 1, column + cell.column_span - 1
    for covered in sheet.iter_rows(row, last_row, column, last_column):
        for place in covered:
            place.border = border
    if (last_row, last_column) != (row, column):
        sheet.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)
    target = sheet.cell(row, column)
    _put(target, cell.text if cell.number is None else cell.number)
    target.font = Font(name=_SONG, size=10)
    left = layout.is_left(cell)
    target.alignment = Alignment(
        horizontal="left" if left else "center", vertical="center", wrap_text=cell.kind != "figure", indent=int(left)
    )


def _page(sheet: "Worksheet", grid: layout.Grid) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "portrait" if grid.label_columns else "landscape"
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.print_title_rows = f"1:{grid.header_rows + 2}"
    sheet.freeze_panes = sheet.cell(grid.header_rows + 3, grid.label_columns + 1).coordinate


def as_docx(form: Form, tables: ReportTables) -> bytes:
    """One Word document: heading, then each section's table; headers are repeated on a new page."""
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(15)
    _word_style(document.styles["Normal"])
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", layout.heading(tables)
    properties.created = properties.modified = _FIXED_AT
    properties.last_modified_by, properties.language = "", "zh-CN"
    _title(document, layout.heading(tables), Pt(16), centred=True)
    three, four = layout.section3(form, tables.section3), layout.section4(form, tables.section4)
    for grid, widths in ((three, _WORD_WIDTHS), (four, (12,) * four.columns)):
        _title(document, grid.title, Pt(12))
        _word_table(document, grid, [Mm(width) for width in widths])
    saved = io.BytesIO()
    document.save(saved)
    return _stable(saved.getvalue())


def _word_style(style: "ParagraphStyle") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = "Times New Roman", Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _SONG)
    language = OxmlElement("w:lang")
    for name, value in (("w:val", "zh-CN"), ("w:eastAsia", "zh-CN")):
        language.set(qn(name), value)
    style.element.rPr.append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
    style.paragraph_format.line_spacing = 1


def _title(document: "WordDocument", text: str, size: "Length", centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.name = "Arial"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HEI)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _word_table(document: "WordDocument", grid: layout.Grid, widths: Sequence["Length"]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    table = document.add_table(grid.rows, grid.columns, style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _narrow_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    places = [row.cells for row in table.rows]
    for line in places:
        for place, width in zip(line, widths, strict=True):
            place.width = width
    for cell in grid.cells:
        _word_cell(places, cell)
    for line, row in enumerate(table.rows):
        _row_marks(row, repeats=line < grid.header_rows)


def _narrow_margins(table: "Table") -> None:
    """A millimetre at both sides of each text, so that figures of six digits stay in one line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(1).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # the schema wants the margins before it
    table._tbl.tblPr.append(margins) if look is None else look.addprevious(margins)


def _word_cell(places: Sequence[Sequence["_Cell"]], cell: layout.Cell) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    place = places[cell.row][cell.column]
    last = places[cell.row + cell.row_span - 1][cell.column + cell.column_span - 1]
    if last is not place:
        place = place.merge(last)
    place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = place.paragraphs[0]
    paragraph.add_run(cell.text)
    if cell.kind == "header":  # a label of four characters then breaks in its middle
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(0.9)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if layout.is_left(cell) else WD_ALIGN_PARAGRAPH.CENTER


def _row_marks(row: "_Row", repeats: bool) -> None:
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeats:
        properties.append(OxmlElement("w:tblHeader"))


def _stable(package: bytes) -> bytes:
    """The same package with fixed dates on its parts."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(fixed, "w") as written:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            written.writestr(entry, given.read(name))
    return fixed.getvalue()
