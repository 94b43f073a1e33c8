"""Opening a workbook and going through its sheets row by row, with memory that doesn't grow with the file."""

import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, NoReturn, Protocol, cast

from ...states.errors import SetupError
from ...states.remark import Remark
from .columns import limits

Row = tuple[object, ...]

_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")  # .xls, .et, and any workbook with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MEGABYTE = 1024 * 1024
_CHUNK = 1 << 20
_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"
_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"
_FORMULA = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
_VALUE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}v"
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[ >/]")
# what openpyxl lets through when a part of the file is broken; XML parsers raise a SyntaxError
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
)
_COORDINATE = re.compile(r"([A-Z]+)(\d+)")


class _OpenSheet(Protocol):
    """What is used of openpyxl's sheet that is read row by row."""

    title: str
    sheet_state: str
    _worksheet_path: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[Row]: ...


class _OpenBook(Protocol):
    """What is used of openpyxl's workbook."""

    epoch: datetime
    worksheets: Sequence[_OpenSheet]
    _archive: zipfile.ZipFile

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows with their numbers, and the cells (row, column from 0) of formulas never calculated."""

    title: str
    hidden: bool
    uncalculated: frozenset[tuple[int, int]]
    _path: str = field(repr=False)
    _worksheet: _OpenSheet = field(repr=False)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Every row and its number, from 1.

        Raises:
            SetupError: the sheet is damaged.
        """
        with _readable(self._path):
            yield from enumerate(self._worksheet.iter_rows(values_only=True), start=1)


@dataclass(frozen=True, slots=True)
class Book:
    """An open workbook; ``epoch`` is day 0 of its serial numbers."""

    epoch: datetime
    sheets: tuple[Sheet, ...]


@contextmanager
def open_book(path: str | os.PathLike[str]) -> Iterator[Book]:
    """A workbook for reading, closed afterwards.

    Raises:
        SetupError: ``unreadable_workbook`` with ``path``, ``problem`` (a code) and ``reason`` (a remark).
    """
    name = os.fspath(path)
    _check_file(Path(name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drop-downs and styles that it doesn't read
        book = _load(name)
        try:
            with _readable(name):
                sheets = tuple(_sheet(name, book, worksheet) for worksheet in book.worksheets)
            if not sheets:
                _refuse(name, "not_a_workbook")
            yield Book(book.epoch, sheets)
        finally:
            book.close()


def _refuse(path: str, problem: str) -> NoReturn:
    why = Remark(code=f"unreadable_workbook_{problem}", fields={"megabytes": limits().file_megabytes})
    raise SetupError("unreadable_workbook", path=path, problem=problem, reason=why.model_dump()) from None


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        _refuse(path, "damaged")


def _check_file(path: Path) -> None:
    name = str(path)
    try:
        if path.is_dir():
            _refuse(name, "not_a_file")
        size = path.stat().st_size
        if size == 0:
            _refuse(name, "empty")
        if size > limits().file_megabytes * _MEGABYTE:
            _refuse(name, "too_big")
        with path.open("rb") as file:
            head = file.read(8)
            if head == _COMPOUND_FILE:
                _refuse(name, "encrypted" if _ENCRYPTED in file.read() else "legacy_format")
    except FileNotFoundError:
        _refuse(name, "missing")
    except (OSError, ValueError):  # no name of a file at all
        _refuse(name, "not_readable")
    _check_archive(name)


def _check_archive(name: str) -> None:
    """Refuse what isn't a workbook, or would fill the memory; zip never yields more than it declares."""
    try:
        with zipfile.ZipFile(name) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        _refuse(name, "not_a_workbook")
    if "xl/workbook.xml" not in {member.filename for member in members}:
        _refuse(name, "not_a_workbook")
    if sum(member.file_size for member in members) > limits().unpacked_megabytes * _MEGABYTE:
        _refuse(name, "too_big_unpacked")


def _load(name: str) -> _OpenBook:
    from openpyxl import load_workbook

    with _readable(name):
        return cast(_OpenBook, load_workbook(name, read_only=True, data_only=True, keep_links=False))


def _sheet(path: str, book: _OpenBook, worksheet: _OpenSheet) -> Sheet:
    worksheet.reset_dimensions()  # some programs write a wrong one, and rows beyond it would be lost
    return Sheet(worksheet.title, worksheet.sheet_state != "visible", _uncalculated(book, worksheet), path, worksheet)


def _uncalculated(book: _OpenBook, worksheet: _OpenSheet) -> frozenset[tuple[int, int]]:
    """The formulas whose result the file doesn't hold; most sheets have no formula and are only searched."""
    from openpyxl.utils import column_index_from_string

    name = worksheet._worksheet_path  # openpyxl reads a sheet's values or its formulas, not both
    if not _has_formulas(book._archive, name):
        return frozenset()
    found: set[tuple[int, int]] = set()
    with book._archive.open(name) as source:
        for coordinate in _empty_formulas(source):
            if match := _COORDINATE.fullmatch(coordinate):
                found.add((int(match[2]), column_index_from_string(match[1]) - 1))
    return frozenset(found)


def _has_formulas(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            if _FORMULA_TAG.search(tail + chunk):
                return True
            tail = chunk[-32:]
    return False


def _empty_formulas(source: IO[bytes]) -> Iterator[str]:
    from openpyxl.xml.functions import iterparse

    for _, element in iterparse(source):
        if element.tag == _CELL and element.find(_FORMULA) is not None:
            # a formula that yields "" is stored as text (t="str") without a value
            if not element.findtext(_VALUE) and element.get("t") != "str":
                yield element.get("r") or ""
        elif element.tag == _ROW:
            element.clear()
