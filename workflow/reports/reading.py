"""Reads somebody's published tables out of JSON, Excel, HTML or Word.

What can't be read as a number is never guessed: the cell is None and stands among the doubts. A blank or
struck cell counts as zero; where something stands that isn't understood, no sum with it is judged.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from ...states.rules.forms import Form, FormColumn, Section4Column, category_of, forms
from .documents import grids_of
from .figures import figure, is_struck
from .found import Found, RawRow, RawRows, unreadable
from .matching import match
from .tables import UNDIVIDED_OTHER, report_form

MAX_BYTES = 50 * 1024 * 1024
_SHOWN = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Reason = Literal[
    "blank",
    "struck",
    "unreadable",
    "negative",
    "no_cell",
    "no_row",
    "no_table",
    "undivided",
    "divided",
    "unknown_row",
]
"""Why a figure is in doubt: what stands in its place, or what is missing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure that could not be relied on.

    ``row`` is None in section four, ``column`` where a whole row or table is meant.
    """

    section: int
    row: str | None
    column: str | None
    reason: Reason
    text: str = ""

    @property
    def hides_a_figure(self) -> bool:
        """Whether a number may stand there that could not be read."""
        return self.reason in ("unreadable", "no_cell", "unknown_row")


@dataclass(frozen=True, slots=True)
class PublishedTables:
    """Published figures by key; a None is a doubt, a row that is not printed is not in ``section3``."""

    year: int | None
    form: Form
    section3: dict[str, dict[str, int | None]]
    section4: dict[str, int | None]
    doubts: tuple[Doubt, ...]


def read_tables(path: Path | str, year: int | None = None) -> PublishedTables:
    """Sections three and four of a published report; ``year`` overrides the document's own.

    Raises:
        SetupError: ``unreadable_report`` with ``path`` and ``reason`` (a remark); ``report_year``, before the forms.
    """
    path = Path(path)
    found = _found(path, _bytes(path), year)
    if not found.section3 and not found.section4:
        raise unreadable(path, "no_tables")
    year = found.year if year is None else year
    form = report_form(year) if year is not None else _form_of(found.section3 or {})
    section3, doubts3 = _section3(form, found.section3)
    doubts3 += [Doubt(3, None, None, "unknown_row", label[:_SHOWN]) for label in found.unnamed]
    section4, doubts4 = _section4(form, found.section4)
    return PublishedTables(year, form, section3, section4, (*doubts3, *doubts4))


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
    return match(*grids_of(path, content), year)


def _json(path: Path, content: bytes) -> Found:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, "bad_json") from error
    if not isinstance(document, dict):
        raise unreadable(path, "no_tables")
    try:
        given = _Document.model_validate(document)
    except ValidationError as error:
        raise unreadable(path, "json_sections") from error
    newest = forms()[-1]
    rows = {key: _whole(row, newest.columns) for key, row in given.section3.items() if isinstance(row, dict)}
    return Found(figure(given.year), rows, _whole(given.section4, newest.section4))


class _Document(BaseModel):
    """What must be in a JSON file: both sections, whatever stands in their cells."""

    year: object = None
    section3: dict[str, object]
    section4: dict[str, object]


def _whole(cells: RawRow, columns: Iterable[FormColumn | Section4Column]) -> dict[str, object]:
    """The cells of all columns, None for those that are not given."""
    return {column.key: cells.get(column.key) for column in columns}


def _form_of(section3: RawRows) -> Form:
    """The form that a table without a year was printed in: the one that knows more of its rows."""
    known = [(sum(row.key in section3 for row in form.rows), form) for form in forms()]
    best = max(count for count, _ in known)
    return [form for count, form in known if count == best][-1]


def _section3(form: Form, cells: RawRows | None) -> tuple[dict[str, dict[str, int | None]], list[Doubt]]:
    if not cells:
        return {}, [Doubt(3, None, None, "no_table")]
    keys = [row.key for row in form.rows]
    cells, doubts = _other_handling(keys, cells)
    figures: dict[str, dict[str, int | None]] = {}
    for key in [*keys, UNDIVIDED_OTHER] if UNDIVIDED_OTHER in cells and UNDIVIDED_OTHER not in keys else keys:
        if key not in cells:
            doubts.append(Doubt(3, key, None, "no_row"))
            continue
        figures[key] = {column.key: figure(cells[key].get(column.key)) for column in form.columns}
        for column in form.columns:
            doubts += _doubts(3, key, column.key, cells[key])
    return figures, doubts


def _other_handling(keys: list[str], cells: RawRows) -> tuple[RawRows, list[Doubt]]:
    """The cells with other handling as the form has it: divided, or one row.

    An older single row is kept beside the newer form's rows; newer rows are added up for the older form.
    A group's own line without figures is no row.
    """
    divided = [row for key, row in cells.items() if key != UNDIVIDED_OTHER and category_of(key) == UNDIVIDED_OTHER]
    single = cells.get(UNDIVIDED_OTHER, {})
    stated = any(figure(value) is not None for value in single.values())
    if UNDIVIDED_OTHER not in keys:
        if divided or not stated:
            return {key: row for key, row in cells.items() if key != UNDIVIDED_OTHER}, []
        return cells, [Doubt(3, UNDIVIDED_OTHER, None, "undivided")]
    if not divided or stated:
        return cells, []
    added = {column: sum(figure(row.get(column)) or 0 for row in divided) for column in divided[0]}
    return {**cells, UNDIVIDED_OTHER: added}, [Doubt(3, UNDIVIDED_OTHER, None, "divided")]


def _section4(form: Form, cells: RawRow | None) -> tuple[dict[str, int | None], list[Doubt]]:
    if not cells:
        return {}, [Doubt(4, None, None, "no_table")]
    figures = {column.key: figure(cells.get(column.key)) for column in form.section4}
    return figures, [doubt for key in figures for doubt in _doubts(4, None, key, cells)]


def _doubts(section: int, row: str | None, column: str, cells: RawRow) -> Iterator[Doubt]:
    if column not in cells:
        yield Doubt(section, row, column, "no_cell")
        return
    number = figure(cells[column])
    text = "" if cells[column] is None else str(cells[column]).strip()
    if number is None:
        reason: Reason = "blank" if not text else "struck" if is_struck(text) else "unreadable"
        yield Doubt(section, row, column, reason, text[:_SHOWN])
    elif number < 0:
        yield Doubt(section, row, column, "negative", text[:_SHOWN])
