"""Tables of documents as grids of text, and how much of them is read."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from published_report import busy, page

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SetupError
from disclosure.workflow.reports.check import check
from disclosure.workflow.reports.documents import MAX_PLACES, grids_of
from disclosure.workflow.reports.found import TextGrid

PATH = Path("report")


def web(*rows: str) -> TextGrid:
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    return grids_of(PATH, f"<table>{table}</table>".encode())[0][0]


def test_spans_are_filled_out_as_a_browser_does() -> None:
    grid = web("<td rowspan=2>a<td colspan=2>b", "<td>c<td>d", "<td>e")
    assert grid == [["a", "b", "b"], ["a", "c", "d"], ["e", "", ""]]


def test_a_span_that_reaches_below_the_last_row_ends_with_it() -> None:
    assert web("<td rowspan=9>a<td>b", "<td>c") == [["a", "b"], ["a", "c"]]


@pytest.mark.parametrize("span", ["0", "-3", "two", "", "1.5"])
def test_a_span_that_is_no_number_counts_as_one(span: str) -> None:
    assert web(f"<td colspan='{span}'>a<td>b") == [["a", "b"]]


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    grids, text = grids_of(PATH, b"<table><tr><td>a<table><tr><td>b</table></table>")
    assert grids == [[["ab"]], [["b"]]]
    assert "b" in text


def test_sheets_of_a_workbook_keep_their_merged_cells() -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["a", None, 3])
    sheet.append([None, None, None])
    sheet.merge_cells("A1:B2")
    saved = io.BytesIO()
    book.save(saved)
    grids, text = grids_of(PATH, saved.getvalue())
    assert grids == [[["a", "a", "3"], ["a", "a", ""]]]
    assert sheet.title in text


def wide(columns: int, rows: int) -> str:
    """Cells that come to so many places, in a few letters."""
    line = "<td colspan=200 rowspan=200>x" * (columns // 200)
    return "<table>" + (f"<tr>{line}" + "<tr>" * 199) * (rows // 200) + "</table>"


def test_a_page_may_fill_all_its_places_and_not_one_more() -> None:
    assert MAX_PLACES == 400 * 1000
    grids, _ = grids_of(PATH, wide(400, 1000).encode())
    assert sum(map(len, grids[0])) == MAX_PLACES
    with pytest.raises(SetupError) as caught:
        grids_of(PATH, (wide(400, 1000) + "<table><tr><td>x</table>").encode())
    assert caught.value.code == "unreadable_report"
    assert "400000格" in describe(caught.value)


FLOODS: dict[str, Callable[[], str]] = {
    "spans both ways": lambda: wide(20_000, 2_000),
    "spans in every row": lambda: "<table>" + ("<tr>" + "<td colspan=200>x" * 3) * 1_900 + "</table>",
    "one wide row and many short ones": lambda: "<table><tr>" + "<td colspan=200>x" * 999 + "<tr>" * 1_999 + "</table>",
    "long text in a span": lambda: (
        "<table><tr><td colspan=200 rowspan=200>" + "文字" * 22_000 + "<tr>" * 199 + "</table>"
    ),
    "a label without end": lambda: page(busy()).replace("colspan='3'>一、", "rowspan=200 colspan='3'>" + "长" * 40_000),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_page_of_a_few_kilobytes_never_stalls_a_check(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(FLOODS[kind](), "utf-8")
    assert path.stat().st_size < 150_000
    began = time.monotonic()
    try:
        check(path)
    except SetupError as error:
        assert error.code == "unreadable_report"
    assert time.monotonic() - began < 4


def test_a_word_document_is_bounded_likewise() -> None:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    table = document.add_table(1, 1)
    row = table.rows[0]._tr
    for _ in range(2_001):
        cell, properties, span = OxmlElement("w:tc"), OxmlElement("w:tcPr"), OxmlElement("w:gridSpan")
        span.set(qn("w:val"), "200")
        properties.append(span)
        cell.append(properties)
        cell.append(OxmlElement("w:p"))
        row.append(cell)
    saved = io.BytesIO()
    document.save(saved)
    with pytest.raises(SetupError) as caught:
        grids_of(PATH, saved.getvalue())
    assert "格" in describe(caught.value)
