"""The PDF carrier: the notice by the measures of GB/T 9704-2012, the same bytes on every reprint."""

import html
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module, resources
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from ...states.errors import SetupError
from ..documents.paragraphs import Mark, Paragraph, same_text
from ..documents.render import Notice
from .measures import (
    BODY_FONTS,
    BOTTOM_MM,
    HEADING_FONTS,
    LEFT_MM,
    LINE_PT,
    PAGE_FONTS,
    RIGHT_MM,
    SUBHEADING_FONTS,
    TITLE_FONTS,
    TOP_MM,
    signature_indents,
    tables,
)
from .word import column_widths

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_CLASSES = {mark: mark.name.lower() for mark in Mark}


def write(notice: Notice, letterhead: bytes | None) -> bytes:
    """The PDF carrier; its letterhead is the style sheet, so an office's Word file has no effect on it."""
    return to_pdf(notice.paragraphs, notice.title)


def to_pdf(items: Sequence[Paragraph], title: str = "") -> bytes:
    """The notice as PDF.

    Raises:
        SetupError: no_pdf_writer, no_chinese_font.
    """
    weasyprint = _weasyprint()
    if not chinese_fonts():
        raise SetupError("no_chinese_font")
    page = weasyprint.HTML(string=to_html(items, title), url_fetcher=_fetch_nothing)
    identifier = sha256(same_text(list(items)).encode()).hexdigest().encode()
    made: bytes = page.write_pdf(
        stylesheets=[_sheet()], font_config=_fonts(), pdf_identifier=identifier, custom_metadata=False
    )
    return made


def to_html(items: Sequence[Paragraph], title: str = "") -> str:
    """The notice as one HTML page, all of it escaped."""
    indents = signature_indents(items)
    placed = {id(items[place]): indent for place, indent in indents.items()}
    body = "\n".join(_block(item, placed) for item in tables(items))
    head = f'<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    return f'<!DOCTYPE html><html lang="zh-CN">{head}<body>\n{body}\n</body></html>'


def _block(item: Paragraph | list[Paragraph], placed: dict[int, float]) -> str:
    if isinstance(item, list):
        return _table(item)
    text = f"附件：{item.text}" if item.mark is Mark.ATTACHMENT else item.text
    style = f' style="padding-right:{placed[id(item)]:g}em"' if id(item) in placed else ""
    return f'<p class="{_CLASSES[item.mark]}"{style}>{html.escape(text)}</p>'


def _table(rows: Sequence[Paragraph]) -> str:
    columns = max(len(row.cells) for row in rows)
    widths = "".join(f'<col style="width:{share * 100:.2f}%">' for share in column_widths(rows, columns))
    lines = []
    for row in rows:
        cells = [*row.cells, *([""] * (columns - len(row.cells)))]
        lines.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    if columns > 2 and rows[0].mark is Mark.HEADER_ROW:
        lines[0] = f"<thead>{lines[0]}</thead>"
    return f"<table><colgroup>{widths}</colgroup>{''.join(lines)}</table>"


def _weasyprint() -> ModuleType:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:  # the wheel, or the Pango libraries under it
        raise SetupError("no_pdf_writer", reason=str(error).splitlines()[0]) from None


def _fetch_nothing(url: str, *args: object, **more: object) -> NoReturn:
    raise ValueError(f"notices fetch nothing: {url[:100]}")


@cache
def _fonts() -> "FontConfiguration":
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _sheet() -> "CSS":
    weasyprint = _weasyprint()
    text = resources.files("disclosure.notifications.formats").joinpath("page.css").read_text("utf-8")
    names = {
        "TITLE_FONTS": TITLE_FONTS,
        "BODY_FONTS": BODY_FONTS,
        "HEADING_FONTS": HEADING_FONTS,
        "SUBHEADING_FONTS": SUBHEADING_FONTS,
        "PAGE_FONTS": PAGE_FONTS,
    }
    for name, fonts in names.items():
        text = text.replace(f"${name}$", ", ".join(f'"{font}"' for font in fonts) + ", serif")
    measures = {"TOP": TOP_MM, "RIGHT": RIGHT_MM, "BOTTOM": BOTTOM_MM, "LEFT": LEFT_MM, "LINE": LINE_PT}
    for name, value in measures.items():
        text = text.replace(f"${name}$", f"{value:g}")
    return weasyprint.CSS(string=text, font_config=_fonts())


def stood_in() -> tuple[str, ...]:
    """The typefaces of official documents that this machine lacks, and prints in another in their place."""
    known = set(chinese_fonts())
    if UNTOLD in known:
        return ()
    wanted = (TITLE_FONTS, BODY_FONTS, HEADING_FONTS, SUBHEADING_FONTS)
    return tuple(fonts[0] for fonts in wanted if not known & {font for font in fonts if "CJK" not in font})


UNTOLD = "?"
"""Where nothing can be told of the machine's fonts."""


@cache
def chinese_fonts() -> tuple[str, ...]:
    """Families on this machine that hold Chinese; without one every letter would print as a box."""
    lister = shutil.which("fc-list")
    if lister is None:
        return (UNTOLD,)  # the writer will do what it can
    done = subprocess.run(  # noqa: S603 - a fixed command, found on the path
        [lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=60
    )
    names = (name.strip() for line in done.stdout.splitlines() for name in line.split(","))
    return tuple(sorted({name for name in names if name}))
