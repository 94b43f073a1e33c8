"""The tables of an Excel, Word or web document as plain grids of text, merged cells filled out."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from .found import TextGrid, unreadable

if TYPE_CHECKING:
    from docx.oxml.text.paragraph import CT_P
    from docx.table import Table
    from lxml.html import HtmlElement
    from openpyxl.worksheet.worksheet import Worksheet

_MAX_EXPANDED = 200 * 1024 * 1024
_MAX_ROWS, _MAX_COLUMNS, _MAX_SPAN = 2_000, 200, 200
MAX_PLACES = _MAX_ROWS * _MAX_COLUMNS
"""So many places may the tables of a page or of a Word document fill, spans filled out."""


def grids_of(path: Path, content: bytes) -> tuple[list[TextGrid], str]:
    """Every table of a document, and the text around them.

    Raises:
        SetupError: ``unreadable_report``.
    """
    if content.startswith(b"PK"):
        return _zipped(path, content)
    text = _decoded(content)
    if "<" not in text or "\x00" in text:
        raise unreadable(path, "damaged")
    return _web(path, text)


class _Room:
    """The places that the tables of one document may still fill."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left = MAX_PLACES

    def take(self, places: int) -> None:
        """Counts places before they are filled.

        Raises:
            SetupError: ``unreadable_report``; there is no room for them.
        """
        self.left -= places
        if self.left < 0:
            raise unreadable(self.path, "too_many_cells", limit=MAX_PLACES)


def _zipped(path: Path, content: bytes) -> tuple[list[TextGrid], str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _inspected(path, archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both libraries warn of extensions that hold no figures
            if "xl/workbook.xml" in names:
                return _workbook(content)
            if "word/document.xml" in names:
                return _word(content, _Room(path))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError) as error:
        raise unreadable(path, "damaged") from error
    except (SyntaxError, NotImplementedError, RuntimeError, EOFError) as error:  # XML and zip libraries
        raise unreadable(path, "damaged") from error
    raise unreadable(path, "damaged")


def _inspected(path: Path, archive: zipfile.ZipFile) -> frozenset[str]:
    """The names inside, once it is known that opening them is safe."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise unreadable(path, "encrypted_or_old")
    if sum(entry.file_size for entry in entries) > _MAX_EXPANDED:
        raise unreadable(path, "expands")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4096):
                    raise unreadable(path, "damaged")
    return frozenset(entry.filename for entry in entries)


def _workbook(content: bytes) -> tuple[list[TextGrid], str]:
    """Every sheet; a formula whose result was never saved stands there itself, as it is no blank cell."""
    from openpyxl import load_workbook

    results, formulas = (load_workbook(io.BytesIO(content), data_only=choice) for choice in (True, False))
    grids = [_sheet(sheet, formulas[sheet.title]) for sheet in results.worksheets]
    text = "\n".join("\n".join(dict.fromkeys(line)) for grid in grids for line in grid)
    return grids, "\n".join([text, *results.sheetnames])


def _sheet(sheet: "Worksheet", formulas: "Worksheet") -> TextGrid:
    rows, columns = min(sheet.max_row, _MAX_ROWS), min(sheet.max_column, _MAX_COLUMNS)
    shown, written = (item.iter_rows(max_row=rows, max_col=columns, values_only=True) for item in (sheet, formulas))
    grid = [
        [_shown(result, formula) for result, formula in zip(*lines, strict=True)]
        for lines in zip(shown, written, strict=True)
    ]
    for area in sheet.merged_cells.ranges:
        if area.min_row > rows or area.min_col > columns:
            continue
        text = grid[area.min_row - 1][area.min_col - 1]
        for line in grid[area.min_row - 1 : area.max_row]:
            for column in range(area.min_col - 1, min(area.max_col, columns)):
                line[column] = text
    return grid


def _shown(result: object, formula: object) -> str:
    value = formula if result is None else result
    return "" if value is None else str(value)


def _word(content: bytes, room: _Room) -> tuple[list[TextGrid], str]:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.table import Table

    document = Document(io.BytesIO(content))
    body = document.element.body
    grids = [_word_table(Table(table, document), room) for table in body.iter(qn("w:tbl"))]
    return grids, "\n".join(_word_text(paragraph) for paragraph in body.iter(qn("w:p")))


def _word_table(table: "Table", room: _Room) -> TextGrid:
    """One table; a cell that goes on from the row above takes its text from there."""
    grid: TextGrid = []
    for row in list(table.rows)[:_MAX_ROWS]:
        line = [""] * min(row.grid_cols_before, _MAX_SPAN)
        for cell in row._tr.tc_lst:
            column = len(line)
            above = grid[-1] if grid else []
            own = "".join(_word_text(paragraph) for paragraph in cell.p_lst)
            text = above[column] if cell.vMerge == "continue" and column < len(above) else own
            line += [text] * min(cell.grid_span, _MAX_SPAN)
        room.take(len(line))
        grid.append(line)
    return _squared(grid, room)


def _word_text(paragraph: "CT_P") -> str:
    from docx.oxml.ns import qn

    return "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def _decoded(content: bytes) -> str:
    """Text by its byte-order mark, else UTF-8 if it is that, else the national code, whatever the page says."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _web(path: Path, text: str) -> tuple[list[TextGrid], str]:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise unreadable(path, "damaged") from error
    etree.strip_elements(page, "script", "style", "sup", with_tail=False)  # a footnote's mark is no figure
    room = _Room(path)
    return [_web_table(table, room) for table in page.iter("table")], "\n".join(map(str, page.itertext()))


def _web_table(table: "HtmlElement", room: _Room) -> TextGrid:
    """One table without the tables inside it, spans filled out as a browser does."""
    grid: TextGrid = []
    below: dict[int, tuple[int, str]] = {}
    for row in islice(_own(table, "tr"), _MAX_ROWS):
        line: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill(line, below, room)
            text, width, rows = str(cell.text_content()).strip(), _span(cell, "colspan"), _span(cell, "rowspan")
            room.take(width)
            below.update(dict.fromkeys(range(len(line), len(line) + width), (rows - 1, text)))
            line += [text] * width
        _fill(line, below, room)
        grid.append(line)
    return _squared(grid, room)


def _fill(line: list[str], below: dict[int, tuple[int, str]], room: _Room) -> None:
    """Adds the cells that reach down from the rows above into the places that come next."""
    while below.get(len(line), (0, ""))[0] > 0:
        room.take(1)
        left, text = below[len(line)]
        below[len(line)] = (left - 1, text)
        line.append(text)


def _own(table: "HtmlElement", tag: str) -> Iterator["HtmlElement"]:
    for child in table.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren(tag)


def _span(cell: "HtmlElement", name: str) -> int:
    given = str(cell.get(name, "1")).strip()
    return min(max(int(given), 1), _MAX_SPAN) if re.fullmatch(r"[0-9]{1,6}", given) else 1


def _squared(grid: TextGrid, room: _Room) -> TextGrid:
    width = max((len(line) for line in grid), default=0)
    room.take(sum(width - len(line) for line in grid))
    return [line + [""] * (width - len(line)) for line in grid]
