"""Reads somebody's published tables out of JSON, Excel, HTML or Word.

What can't be read as a number is never guessed: the cell is None and stands among the doubts.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...notifications.wording import say
from ...states.errors import SetupError
from ...states.forms import Form, form_for, forms
from .figures import figure
from .tables import UNDIVIDED_OTHER

MAX_BYTES = 50 * 1024 * 1024
_SHOWN = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Cells = dict[str, dict[str, Any]]
"""What was found before it is read: raw values by row and column key."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure that could not be relied on.

    ``reason`` is ``blank``, ``unreadable``, ``negative``, ``no_cell``, ``no_row``, ``no_table`` or
    ``undivided``; ``row`` is None in section four, ``column`` where a whole row or table is meant.
    """

    section: int
    row: str | None
    column: str | None
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PublishedTables:
    """Published figures by key; a None is a doubt, a row that is not printed is not in ``section3``."""

    year: int | None
    form: Form
    section3: dict[str, dict[str, int | None]]
    section4: dict[str, int | None]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Raw figures of a document; a section that it lacks is None."""

    year: int | None
    section3: Cells | None
    section4: dict[str, Any] | None


def read_tables(path: Path | str, year: int | None = None) -> PublishedTables:
    """Sections three and four of a published report; ``year`` overrides the document's own.

    Raises:
        SetupError: ``unreadable_report`` with ``path`` and ``reason`` (Chinese).
    """
    path = Path(path)
    found = _found(path, _bytes(path), year)
    if not found.section3 and not found.section4:
        raise unreadable(path, "no_tables")
    year = year or found.year
    form = form_for(year) if year is not None else _form_of(found.section3 or {})
    section3, doubts3 = _section3(form, found.section3)
    section4, doubts4 = _section4(form, found.section4)
    return PublishedTables(year, form, section3, section4, (*doubts3, *doubts4))


def unreadable(path: Path, reason: str, **fields: Any) -> SetupError:
    """The error for a file that can't be checked; ``reason`` is the tail of a message key."""
    return SetupError("unreadable_report", path=str(path), reason=say(f"check_file_{reason}", **fields))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise unreadable(path, "folder")
        if size > MAX_BYTES:
            raise unreadable(path, "too_big", limit=MAX_BYTES // (1024 * 1024))
        content = path.read_bytes()
    except FileNotFoundError:
        raise unreadable(path, "missing") from None
    except OSError as error:
        raise unreadable(path, "not_opened", problem=error.strerror or "") from error
    if not content.strip():
        raise unreadable(path, "empty")
    return content


def _found(path: Path, content: bytes, year: int | None) -> Found:
    """The raw figures; what kind of file it is shows in its content, not in its name."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return _json(path, content)
    if content.startswith(_OLE):
        raise unreadable(path, "encrypted_or_old")
    from .documents import grids_of
    from .matching import match

    return match(*grids_of(path, content), year)


def _json(path: Path, content: bytes) -> Found:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, "bad_json") from error
    if not isinstance(document, dict):
        raise unreadable(path, "no_tables")
    section3, section4 = document.get("section3"), document.get("section4")
    if not isinstance(section3, dict) or not isinstance(section4, dict):
        raise unreadable(path, "json_sections")
    rows = {key: row if isinstance(row, dict) else {} for key, row in section3.items() if row is not None}
    return Found(figure(document.get("year")), rows, section4)


def _form_of(section3: Mapping[str, Any]) -> Form:
    """The form that a table without a year was printed in: the one that knows more of its rows."""
    known = [(sum(row.key in section3 for row in form.rows), form) for form in forms()]
    best = max(count for count, _ in known)
    return [form for count, form in known if count == best][-1]


def _section3(
    form: Form, cells: Cells | None
) -> tuple[dict[str, dict[str, int | None]], list[Doubt]]:
    if not cells:
        return {}, [Doubt(3, None, None, "no_table")]
    keys = [row.key for row in form.rows]
    kept_undivided = _keeps_undivided(keys, cells)
    figures: dict[str, dict[str, int | None]] = {}
    doubts: list[Doubt] = []
    for key in [*keys, UNDIVIDED_OTHER] if kept_undivided else keys:
        if key not in cells:
            doubts.append(Doubt(3, key, None, "no_row"))
            continue
        figures[key] = {}
        for column in form.columns:
            figures[key][column.key] = figure(cells[key].get(column.key))
            doubts += _doubts(3, key, column.key, cells[key])
    if kept_undivided:
        doubts.append(Doubt(3, UNDIVIDED_OTHER, None, "undivided"))
    return figures, doubts


def _keeps_undivided(keys: list[str], cells: Cells) -> bool:
    """Whether the older form's single row for other handling stands where the form has divided it."""
    row = cells.get(UNDIVIDED_OTHER)
    if row is None or UNDIVIDED_OTHER in keys:
        return False
    divided = any(key.startswith(f"{UNDIVIDED_OTHER}_") and key in cells for key in keys)
    return not divided and any(figure(value) is not None for value in row.values())


def _section4(form: Form, cells: dict[str, Any] | None) -> tuple[dict[str, int | None], list[Doubt]]:
    if not cells:
        return {}, [Doubt(4, None, None, "no_table")]
    figures = {column.key: figure(cells.get(column.key)) for column in form.section4}
    doubts = [doubt for key in figures for doubt in _doubts(4, None, key, cells)]
    return figures, doubts


def _doubts(section: int, row: str | None, column: str, cells: Mapping[str, Any]) -> Iterator[Doubt]:
    if column not in cells:
        yield Doubt(section, row, column, "no_cell")
        return
    raw = cells[column]
    number = figure(raw)
    text = "" if raw is None else str(raw).strip()[:_SHOWN]
    if number is None:
        yield Doubt(section, row, column, "unreadable" if text else "blank", text)
    elif number < 0:
        yield Doubt(section, row, column, "negative", text)
