"""The PDF carrier: the notice by the measures of GB/T 9704-2012, the same bytes on every reprint."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module, resources
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from jinja2 import Environment, StrictUndefined, Template

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
    indents = {id(items[place]): indent for place, indent in signature_indents(items).items()}
    blocks = [_block(item, indents) for item in tables(items)]
    return _page().render(title=title, blocks=blocks)


class _Block(NamedTuple):
    """One paragraph or table, as the page shows it."""

    mark: str
    text: str = ""
    indent: str = ""
    widths: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    heading: bool = False


def _block(item: Paragraph | list[Paragraph], indents: Mapping[int, float]) -> _Block:
    if isinstance(item, list):
        return _table(item)
    text = f"附件：{item.text}" if item.mark is Mark.ATTACHMENT else item.text
    indent = f"{indents[id(item)]:g}" if id(item) in indents else ""
    return _Block(_CLASSES[item.mark], text, indent)


def _table(rows: Sequence[Paragraph]) -> _Block:
    """A table; its first row is repeated on each page where it heads more than two columns."""
    columns = max(len(row.cells) for row in rows)
    widths = [f"{share * 100:.2f}" for share in column_widths(rows, columns)]
    cells = [[*row.cells, *([""] * (columns - len(row.cells)))] for row in rows]
    return _Block("table", widths=widths, rows=cells, heading=columns > 2 and rows[0].mark is Mark.HEADER_ROW)


@cache
def _page() -> Template:
    """The template of the page, which escapes all that is filled in."""
    text = resources.files("disclosure.notifications.formats").joinpath("page.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )


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
    """The typefaces of official documents that this machine lacks and replaces with others."""
    known = set(chinese_fonts())
    if UNTOLD in known:
        return ()
    wanted = (TITLE_FONTS, BODY_FONTS, HEADING_FONTS, SUBHEADING_FONTS)
    return tuple(fonts[0] for fonts in wanted if not known & {font for font in fonts if "CJK" not in font})


UNTOLD = "?"
"""Where the fonts of the machine cannot be listed."""


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
