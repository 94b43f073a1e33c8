"""The Word carrier: the notice in an office's letterhead, the same bytes for the same notice."""

import io
import zipfile
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...states.errors import BadData
from ..documents.paragraphs import FULL_WIDTH, Mark, Paragraph
from ..documents.render import Notice
from .letterhead import CELL_STYLE, STYLES, default_letterhead
from .measures import BODY_PT, LEFT_MM, PAGE_MM, RIGHT_MM, signature_indents, tables

_TABLE = "\ue002"
_CLOSING = (STYLES[Mark.ATTACHMENT], STYLES[Mark.SIGNER], STYLES[Mark.DATE], STYLES[Mark.NOTE])
_LABEL_SHARE = 0.3
"""Of the width: the column of labels in a form of two columns."""
_KEPT = 64
"""Compiled texts: a letterhead has three or four, its body and what stands at the head and foot of its pages."""


def write(notice: Notice, letterhead: bytes | None) -> bytes:
    """The Word carrier."""
    return to_word(notice.paragraphs, letterhead)


def to_word(items: Sequence[Paragraph], letterhead: bytes | None = None) -> bytes:
    """The notice as a Word file in an office's letterhead, or in the one shipped.

    Raises:
        BadData: letterhead_unreadable, letterhead_template (the tag that fails), letterhead_drops_text.
    """
    template = _opened(letterhead)
    content = tables(items)
    try:
        template.render({"段落": [_shown(place, item) for place, item in enumerate(content)]}, _sandbox())
    except TemplateError as error:
        raise BadData({"field": "letterhead", "problem": "letterhead_template", "value": str(error)[:200]}) from None
    document = template.docx
    _check(document, content)
    _signatures(document, items)
    _lay_tables(document, content)
    _properties(document)
    file = io.BytesIO()
    document.save(file)
    _let_go(document)
    return _with_fixed_dates(file.getvalue())


def _let_go(document: Document) -> None:
    """Breaks the library's reference cycle between package and parts, so that memory is freed at once."""
    package = document.part.package
    for part in list(package.iter_parts()):
        part.rels.clear()
        vars(part.rels).clear()
        vars(part).clear()
    vars(package).clear()


def _opened(letterhead: bytes | None) -> DocxTemplate:
    template = DocxTemplate(io.BytesIO(letterhead or default_letterhead()))
    try:
        template.init_docx()
    except Exception as error:  # whatever a damaged file does to the reader
        raise BadData(
            {"field": "letterhead", "problem": "letterhead_unreadable", "value": type(error).__name__}
        ) from None
    return template


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of letterheads, which keeps what it has compiled: an office writes all its notices in a few."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self._compiled = lru_cache(maxsize=_KEPT)(super().from_string)

    def from_string(self, source: str | nodes.Template, *given: Any, **named: Any) -> Template:
        """The template of that text."""
        return self._compiled(source, *given, **named)


@cache
def _sandbox() -> _Sandbox:
    return _Sandbox()


def _shown(place: int, item: Paragraph | list[Paragraph]) -> dict[str, str]:
    if isinstance(item, list):
        return {"类": "表", "文": f"{_TABLE}{place}"}
    return {"类": str(item.mark), "文": f"附件：{item.text}" if item.mark is Mark.ATTACHMENT else item.text}


def _check(document: Document, content: Sequence[Paragraph | list[Paragraph]]) -> None:
    """A letterhead must not lose a paragraph nor leave a tag unfilled."""
    shown = [paragraph.text for paragraph in document.paragraphs]
    wanted = [_shown(place, item)["文"] for place, item in enumerate(content)]
    left = iter(shown)
    if not all(any(text in found for found in left) for text in wanted):  # each after the one before
        raise BadData({"field": "letterhead", "problem": "letterhead_drops_text"})
    own = [text for text in shown if not any(part in text for part in wanted)]
    for text in own:
        if any(brace in text for brace in FULL_WIDTH):
            raise BadData({"field": "letterhead", "problem": "full_width_braces", "value": text[:60]})


def _signatures(document: Document, items: Sequence[Paragraph]) -> None:
    """Centres the name over the date, so that a seal covers both, and keeps them on a page with text."""
    wanted: dict[str | None, float] = {
        STYLES[items[place].mark]: indent for place, indent in signature_indents(items).items()
    }
    before = None
    closing = True
    for paragraph in document.paragraphs:
        name = paragraph.style.name if paragraph.style is not None else None
        if name in wanted:
            paragraph.paragraph_format.right_indent = Pt(BODY_PT * wanted[name])
        if before is not None and name in _CLOSING and not closing:
            before.paragraph_format.keep_with_next = True
            before.paragraph_format.widow_control = True
        before, closing = paragraph, name in _CLOSING


def _lay_tables(document: Document, content: Sequence[Paragraph | list[Paragraph]]) -> None:
    for paragraph in list(document.paragraphs):
        text = paragraph.text
        if text.startswith(_TABLE):
            rows = content[int(text[1:])]
            assert isinstance(rows, list)  # noqa: S101 - only tables are marked so
            paragraph._element.addprevious(_table(document, rows)._element)
            document.element.body.remove(paragraph._element)


def _table(document: Document, rows: Sequence[Paragraph]) -> Table:
    columns = max(len(row.cells) for row in rows)
    section = document.sections[0]
    width = section.page_width or Mm(PAGE_MM)
    whole = width - (section.left_margin or Mm(LEFT_MM)) - (section.right_margin or Mm(RIGHT_MM))
    table: Table = document.add_table(rows=len(rows), cols=columns)
    table.style = "Table Grid"
    table.autofit = False
    widths = column_widths(rows, columns)
    for column, share in zip(table.columns, widths, strict=True):
        column.width = int(whole * share)
    named = document.styles[CELL_STYLE]
    style = document.part.get_style_id(named, WD_STYLE_TYPE.PARAGRAPH)  # type: ignore[no-untyped-call]  # the library's
    for row, laid in zip(rows, table.rows, strict=True):
        for place, cell in enumerate(laid.cells):
            cell.width = int(whole * widths[place])
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style  # by its id: by its name every cell would look through all styles for it
            paragraph.add_run(row.cells[place] if place < len(row.cells) else "")
    if columns > 2 and rows[0].mark is Mark.HEADER_ROW:
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(head.makeelement(qn("w:tblHeader"), {}))
    return table


def column_widths(rows: Sequence[Paragraph], columns: int) -> list[float]:
    """Shares of the width: labels and contents in a form of two columns, else by what the columns hold."""
    if columns <= 2:
        return [_LABEL_SHARE, 1 - _LABEL_SHARE][:columns] if columns == 2 else [1.0]
    longest = [
        min(max((len(row.cells[place]) for row in rows if place < len(row.cells)), default=1), 16) + 2
        for place in range(columns)
    ]
    return [length / sum(longest) for length in longest]


def _properties(document: Document) -> None:
    """Takes author, machine and times out of the file."""
    core = document.core_properties
    core.author = core.last_modified_by = core.comments = ""
    core.revision = 1
    for name in ("created", "modified", "lastPrinted"):
        for element in core._element.iter():
            if element.tag.rpartition("}")[2] == name:
                element.text = "2000-01-01T00:00:00Z"


def _with_fixed_dates(content: bytes) -> bytes:
    """The file packed again with fixed dates and order, so that its bytes are always the same."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name)  # dated by the first day that a zip file can hold
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            kept.writestr(entry, made.read(name))
    return file.getvalue()
