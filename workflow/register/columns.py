"""The register's columns and choices, and how a header or an entry that an office wrote is recognised."""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from ...states.errors import BadData, Fault
from ...states.procedure.catalogue import declared, fields_of, move_of, moves
from ...states.procedure.description import field_of, kind_of
from ...states.procedure.faults import fault
from ...states.procedure.fields import Privacy
from ...states.procedure.letters import Paper

_SPACE = re.compile(r"\s+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_MARK = re.compile(r"[(\[【]?(?:必填|选填|可选|必录)(?:项)?[)\]】]?|[*※★#]")
_LEADING_NUMBER = re.compile(r"^(?:\d{1,2}[.、)]|[(]\d{1,2}[)])")
_NUMBERING = re.compile(r"\([一二三四五六七八九十]+\)|^[一二三四五六七八九十]+、|\d+[.、)]")


class ColumnKind(StrEnum):
    """What a column holds; ``number_text`` is text made of digits, such as a telephone number."""

    TEXT = "text"
    NUMBER_TEXT = "number_text"
    DATE = "date"
    CHOICE = "choice"
    COUNT = "count"


class _ColumnsPart(BaseModel):
    """A part of ``columns.toml``; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_ColumnsPart):
    """One column: ``header`` is its name in the template, ``aliases`` are other names that are understood.

    ``field`` is the move and the field that it holds, ``day`` the move whose day it holds: what is not said of
    such a column is as the move declares it, and so is who may know it. ``sent`` and ``received`` name the paper whose
    day of dispatch or of receipt it holds, ``after`` the column of the day on which that paper was made.
    ``column_required``: a sheet must have the column; ``required``: so must every row its cell; ``template``: the empty
    workbook has it.
    """

    key: str
    header: str
    field: str | None = None
    day: str | None = None
    sent: Paper | None = None
    received: Paper | None = None
    after: str = ""
    aliases: tuple[str, ...] = ()
    kind: ColumnKind
    privacy: Privacy
    group: str
    width: int
    help: str
    example: Annotated[str, BeforeValidator(str)] = ""
    required: bool = False
    column_required: bool = False
    template: bool = True

    @model_validator(mode="before")
    @classmethod
    def _as_declared(cls, told: dict[str, object]) -> dict[str, object]:
        """What the move declares of its field or its day, under what is said of the column itself."""
        if told.get("field"):
            return _of_field(*str(told["field"]).split()) | told
        if told.get("day"):
            return _of_day(str(told["day"])) | told
        return _A_DAY | told if told.get("sent") or told.get("received") else told

    @property
    def choice(self) -> str | None:
        """The name of the closed list that it offers; None where it has none."""
        return self.key if self.kind is ColumnKind.CHOICE else None

    @property
    def move(self) -> str:
        """The move of which it tells; empty for a column of the register's own."""
        return self.day or (self.field or "").partition(" ")[0]


_KINDS = {"date": ColumnKind.DATE, "number": ColumnKind.COUNT, "choice": ColumnKind.CHOICE}
_WIDTHS = {ColumnKind.DATE: 13, ColumnKind.COUNT: 10}
_A_DAY: dict[str, object] = {"kind": ColumnKind.DATE, "privacy": "public", "width": _WIDTHS[ColumnKind.DATE]}


def _of_field(move: str, key: str) -> dict[str, object]:
    """How a column of a move's field looks by itself; every row fills what a case can't begin without."""
    found = field_of(move, key)
    if found is None:
        raise ValueError(f"{move} declares no {key}")
    kind = _KINDS.get(kind_of(move, key), ColumnKind.TEXT)
    return {
        "header": found.column or found.title,
        "kind": kind,
        "privacy": found.privacy,
        "width": _WIDTHS.get(kind, 18),
        "help": f"{found.description or found.title}。",
        "required": found.required and move_of(move).opens and move_of(move).of == "case",
    }


def _of_day(name: str) -> dict[str, object]:
    """How a column of a move's day looks by itself."""
    move = move_of(name)
    return _A_DAY | {"header": move.column or move.title, "help": move.description}


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A closed list: for each value its names, the first of which is the one that the template offers."""

    names: Mapping[str, tuple[str, ...]]
    table: Mapping[str, str]  # plain name -> value
    groups: Mapping[str, tuple[str, ...]]  # a heading over some of the values, such as 不予公开

    def find(self, text: str) -> str | None:
        """The value of that name, or nothing."""
        return self.table.get(plain(text))

    def shown(self, value: str) -> str:
        """The template's name of a value."""
        return self.names[value][0]

    def nearest(self, text: str) -> list[str]:
        """The template's names that come closest to ``text``: the whole of a short list, else up to four."""
        wanted = plain(text)
        if wanted in self.groups:
            return [self.shown(value) for value in self.groups[wanted]]
        if len(self.names) <= 8:
            return [self.shown(value) for value in self.names]
        close = [name for name in self.table if wanted and wanted in name]
        close += difflib.get_close_matches(wanted, list(self.table), n=8, cutoff=0.3)
        values = list(dict.fromkeys(self.table[name] for name in close))[:4] or list(self.names)
        return [self.shown(value) for value in values]


class Limits(_ColumnsPart):
    """The figures of ``columns.toml``: sizes of a workbook and of a count, and when a date may lie."""

    first_day: date
    days_ahead: int
    largest_count: int
    file_megabytes: int
    unpacked_megabytes: int
    header_rows: int
    header_matches: int
    template_rows: int


class Words(_ColumnsPart):
    """Words with a meaning of their own in a register, and the names of the template's sheets."""

    blank: frozenset[str]
    total: tuple[str, ...]
    footer: tuple[str, ...]
    errors: frozenset[str]
    guide_sheet: str
    choice_sheet: str
    register_sheet: str


def squeezed(text: str) -> str:
    """Text in one width (NFKC) and without white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """An entry reduced to what tells it from others: no space, punctuation, numbering or case."""
    bare = _NUMBERING.sub("", squeezed(text).lower())
    return "".join(char for char in bare if char.isalnum())


def plain_header(text: str) -> str:
    """A header reduced in the same way, with 时间 read as 日期 and marks such as （必填） left out; brackets stay."""
    bare = _LEADING_NUMBER.sub("", _MARK.sub("", squeezed(text).lower()))
    for word, usual in (("时间", "日期"), ("行政复议", "复议"), ("行政诉讼", "诉讼")):
        bare = bare.replace(word, usual)
    return bare.rstrip(":;,。.")


class _Data(_ColumnsPart):
    """The whole of ``columns.toml``."""

    limits: Limits
    words: Words
    column: tuple[Column, ...]
    choice: dict[str, dict[str, tuple[str, ...]]]
    choice_extends: dict[str, str]
    choice_own: dict[str, frozenset[str]]
    choice_shown: dict[str, dict[str, str]]
    choice_groups: dict[str, dict[str, tuple[str, ...]]]


@cache
def _data() -> _Data:
    text = resources.files(__package__).joinpath("columns.toml").read_text("utf-8")
    return _Data.model_validate(tomllib.loads(text))


def limits() -> Limits:
    """The limits of a register."""
    return _data().limits


def words() -> Words:
    """The words with a meaning of their own."""
    return _data().words


@cache
def columns() -> Mapping[str, Column]:
    """Every column by its key, in the template's order: those of the file, and those that declarations ask for.

    Raises:
        BadData: with every declaration whose column can't be had.
    """
    found = list(_data().column)
    known = {plain_header(name): column.header for column in found for name in (column.header, *column.aliases)}
    faults: list[Fault] = []
    for asked in _asked(found):
        faults += _column_faults(asked, found, known)
        known.setdefault(plain_header(asked.column.header), asked.column.header)
        found.insert(_place(asked.column, found), asked.column)
    if faults:
        raise BadData(*faults)
    return {column.key: column for column in found}


class _Asked(NamedTuple):
    """A column that a declaration asks for, with the file in which it does and the field (none: the move's day)."""

    file: str
    column: Column
    field: str


def _asked(written: list[Column]) -> Iterator[_Asked]:
    """The columns that moves and their fields ask for and that the file has not, in the order of the Regulations."""
    has = {(column.move, (column.field or "").partition(" ")[2]) for column in written}
    for file, step, move in declared():
        groups = [column.group for column in written if column.move == move.name]
        group = groups[0] if groups else step.title
        if move.column and (move.name, "") not in has:
            yield _Asked(file, Column.model_validate({"key": f"{move.name}:", "day": move.name, "group": group}), "")
        for field in fields_of(move.name):
            if field.column and (move.name, field.key) not in has:
                told = {"key": f"{move.name}:{field.key}", "field": f"{move.name} {field.key}", "group": group}
                yield _Asked(file, Column.model_validate(told), field.key)


def _column_faults(asked: _Asked, found: list[Column], known: Mapping[str, str]) -> Iterator[Fault]:
    """A header that another column has; a field of a move whose day has no column, or that fits into no cell."""
    name, header = asked.column.move, asked.column.header
    where = ".".join(part for part in (asked.field, "column") if part)
    if taken := known.get(plain_header(header)):
        yield fault(asked.file, name, where, "column_taken", value=header, taken=taken)
    if asked.field and kind_of(name, asked.field) == "object":
        yield fault(asked.file, name, where, "column_of_object")
    if asked.field and not move_of(name).opens and all(column.day != name for column in found):
        yield fault(asked.file, name, where, "column_without_day")


def _place(column: Column, found: list[Column]) -> int:
    """Behind the last column of the same move, or else of any move that comes before it in the Regulations."""
    order = list(moves())
    before = order[: order.index(column.move)]
    own = [index for index, item in enumerate(found) if item.move == column.move]
    return max(own or [index for index, item in enumerate(found) if item.move in before], default=-1) + 1


@cache
def columns_of(move: str) -> tuple[Column, ...]:
    """The columns that hold a field of a move."""
    return tuple(column for column in columns().values() if column.field and column.move == move)


@cache
def day_of(move: str) -> Column | None:
    """The column that holds the day of a move; None where there is none."""
    return next((column for column in columns().values() if column.day == move), None)


@cache
def papers() -> Mapping[Paper, tuple[Column, ...]]:
    """For each paper of which the register tells the way: the columns of the days on which it left and arrived."""
    found: dict[Paper, tuple[Column, ...]] = {}
    for column in columns().values():
        if of := column.sent or column.received:
            found[of] = (*found.get(of, ()), column)
    return found


def is_written(column: Column) -> bool:
    """Whether a column stands in the register's own file."""
    return column in _data().column


@cache
def joined() -> tuple[str, ...]:
    """The moves that have their columns by their own declaration, in the order of the Regulations."""
    return tuple(name for name in moves() if (column := day_of(name)) is not None and not is_written(column))


@cache
def choices() -> Mapping[str, ClosedList]:
    """Every closed list by its name, which is the key of its column; one may extend another."""
    data = _data()
    lists = [column.key for column in columns().values() if column.choice]
    return {name: _choice(name, _names(data, name), data.choice_groups.get(name, {})) for name in lists}


def _names(data: _Data, name: str) -> dict[str, tuple[str, ...]]:
    """The names of each value: as the template shows it, as the move's own field calls it, as offices write it.

    The values are those that the move declares, and those that the file says are the register's own.
    """
    base = data.choice_extends.get(name)
    written, shown, values = data.choice.get(name, {}), data.choice_shown.get(name, {}), _declared(data, name)
    if place := columns()[name].field:
        strange = {*written, *shown} - values.keys() - data.choice_own.get(name, frozenset())
        if strange:
            raise ValueError(f"{name}: {place} declares no {sorted(strange)}")
    found = _names(data, base) if base else {}
    for value in (*written, *(value for value in values if value not in written)):
        first = [shown[value]] if value in shown else []
        found[value] = tuple(dict.fromkeys([*first, *values.get(value, ()), *written.get(value, ())]))
    return found


def _declared(data: _Data, name: str) -> Mapping[str, tuple[str, ...]]:
    """The values that the move's field declares, each with its words; none for a list of the register's own."""
    place = columns()[name].field
    field = field_of(*place.split()) if place else None
    if field is None or field.choice is None:
        return {}
    return field.choice.words


def _choice(name: str, names_of: Mapping[str, tuple[str, ...]], groups: Mapping[str, tuple[str, ...]]) -> ClosedList:
    table: dict[str, str] = {}
    for value, names in names_of.items():
        heads = ["", *(group for group, members in groups.items() if value in members)]
        for text in (plain(head + other) for head in heads for other in names):
            if table.setdefault(text, value) != value:
                raise ValueError(f"{name}: {text!r} stands for both {table[text]} and {value}")
    return ClosedList(names_of, table, {plain(head): members for head, members in groups.items()})


@cache
def _headers() -> Mapping[str, Column]:
    table: dict[str, Column] = {}
    for column in columns().values():
        for text in map(plain_header, (column.header, *column.aliases)):
            if table.setdefault(text, column) is not column:
                raise ValueError(f"header {text!r} stands for both {table[text].key} and {column.key}")
    return table


@cache
def _groups() -> frozenset[str]:
    return frozenset(column.group for column in columns().values())


def find_column(header: str, group: str = "") -> Column | None:
    """The column that a header means, or nothing.

    ``group`` is the merged cell above it, if the header has two tiers: 复议 above 答复日期 isn't 答复日期.
    """
    below, above = plain_header(header), plain_header(group)
    for text in (above + below, _BRACKETED.sub("", above + below)) if above else ():
        if text in _headers():
            return _headers()[text]
    found = _headers().get(below) or _headers().get(_BRACKETED.sub("", below))
    if found is not None and above in _groups() and found.group != above:
        return None
    return found


def is_own_header(header: str, column: Column) -> bool:
    """Whether a header is the template's own name for the column rather than an alias."""
    return _BRACKETED.sub("", plain_header(header)) == plain_header(column.header)
