"""Numbers of cases: the office's pattern, the next number of the year, and the refusal of one that is used already.

A number is taken in the transaction that registers the case. What a journal, a register or a hand has numbered keeps
its number, and the count passes it over: no number is given twice, and none is left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, select

from ...states import admission
from ...states.errors import BadData, DuplicateCase, Fault
from ..kernel.context import PERMISSIONS, Context
from ..kernel.serials import CASES, Count, last_of, set_last, take
from ..kernel.tables import cases as t
from ..kernel.unit import Done, Key, once
from ..kernel.versions import add_version, latest, text_at

DEFAULT_PATTERN = "{year}-{serial:03}"
"""How cases are numbered until the office sets a pattern of its own."""
LONGEST_PATTERN = 80
"""Characters: a number has room for 128."""
LARGEST = 999_999_999
_TOPIC, _SERIES = "case_numbers", "main"
_PART = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_WORDS = {"year": "year", "年": "year", "serial": "serial", "序": "serial"}
_WIDTH = re.compile("0?([1-9])d?")
_FOREIGN = ("CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE")
"""Scripts whose letters look like those of the keyboard."""


class CasePattern(NamedTuple):
    """A pattern, read: the texts around year and serial, with these between them; the least figures of a serial."""

    parts: tuple[str, ...]
    width: int

    def number(self, year: int, serial: int) -> str:
        """The number of a serial in a year."""
        return "".join(self._written(year, serial))

    def serial(self, number: str, year: int) -> int | None:
        """The serial of a number of that year; None where the pattern does not make such a number."""
        figures = {"year": f"{year:04}", "serial": "([0-9]{1,9})"}
        asked = (figures[part] if place % 2 else re.escape(part) for place, part in enumerate(self.parts))
        found = re.fullmatch("".join(asked), number)
        serial = int(found[1]) if found is not None else 0
        return serial if serial and self.number(year, serial) == number else None

    def before_serial(self, year: int) -> str:
        """What every number of a year begins with."""
        return "".join(self._written(year, 0)[: 1 + 2 * self.parts[1::2].index("serial")])

    def _written(self, year: int, serial: int) -> list[str]:
        values = {"year": f"{year:04}", "serial": f"{serial:0{self.width}}"}
        return [values[part] if place % 2 else part for place, part in enumerate(self.parts)]


class CaseNumbering(BaseModel):
    """How an office numbers its cases, and the next number that it gives in the year of the day."""

    model_config = ConfigDict(frozen=True)
    pattern: str
    next: str


def parse_pattern(text: object) -> tuple[str, CasePattern]:
    """A pattern in its one form, and as it is read.

    Raises:
        BadData: every fault: no text or too long, no year, no serial, an unknown word in braces, a number that could
        not be typed again.
    """
    written = admission.key("pattern", text, LONGEST_PATTERN)
    faults = list(_faults(written))
    if faults:
        raise BadData(*faults)
    pattern = _read(written)
    number = pattern.number(9999, 1)
    if admission.key("pattern", number) != number:  # a blank at an end that only the number has
        raise BadData({"field": "pattern", "problem": "pattern_not_kept", "value": number})
    admit_new(number, "pattern")
    return written, pattern


def _faults(pattern: str) -> Iterator[Fault]:
    found = _PART.findall(pattern)
    for word, form in found:
        if word not in _WORDS:
            yield {"field": "pattern", "problem": "unknown_word", "value": word}
        elif form and (_WORDS[word] == "year" or not _WIDTH.fullmatch(form)):
            yield {"field": "pattern", "problem": "unknown_width", "value": form}
    for wanted in ("year", "serial"):
        if sum(_WORDS.get(word) == wanted for word, _ in found) != 1:
            yield {"field": "pattern", "problem": "part_needed", "value": f"{{{wanted}}}"}
    if set("{}").intersection(_PART.sub("", pattern)):
        yield {"field": "pattern", "problem": "open_braces", "value": pattern}


@lru_cache(maxsize=64)
def _read(pattern: str) -> CasePattern:
    parts: list[str] = []
    width, end = 1, 0
    for found in _PART.finditer(pattern):
        parts += [pattern[end : found.start()], _WORDS[found[1]]]
        form = _WIDTH.fullmatch(found[2] or "")
        width, end = int(form[1]) if form is not None else width, found.end()
    return CasePattern((*parts, pattern[end:]), width)


def admit_new(number: str, field: str = "case") -> None:
    """Refuses a new number that would not be found again: the mark of a sheet, or a letter that looks like another.

    Raises:
        BadData.
    """
    for place, letter in enumerate(number, 1):
        problem = "mark_of_sheets" if letter == "#" else ""
        if unicodedata.name(letter, "").startswith(_FOREIGN):
            problem = "looks_like_another"
        if problem:
            raise BadData({"field": field, "problem": problem, "value": letter, "place": place})


def set_case_numbering(
    context: Context,
    pattern: str | None = None,
    *,
    next_serial: int | None = None,
    idempotency_key: str | None = None,
) -> CaseNumbering:
    """Sets the office's pattern for the cases that are registered from now on, or the serial that comes next this year.

    The count of a year goes on under another pattern.
    Raises:
        NotPermitted; SetupError: the agency is not known; BadData: every fault of the pattern, no such serial, its
        number is taken.
    """
    context.require("configure")
    written = parse_pattern(pattern)[0] if pattern is not None else None
    if next_serial is not None and (type(next_serial) is not int or not 1 <= next_serial <= LARGEST):
        raise BadData({"field": "next_serial", "problem": "out_of_range"})

    def work() -> Done:
        connection = context.connection
        if written is not None:
            add_version(connection, _TOPIC, {context.agency: written}, context.actor.user_id, context.stamp)
        if next_serial is not None:
            _set_next(context, next_serial)
        return Done()

    once(context, Key.of(context, idempotency_key, "set_case_numbering", written, next_serial), Done, work)
    return case_numbering(context)


def _set_next(context: Context, serial: int) -> None:
    year = context.today.year
    number = _pattern(context)[1].number(year, serial)
    if _taken(context.connection, context.agency, [number]):
        raise BadData({"field": "next_serial", "problem": "case_number_taken", "value": number})
    set_last(context.connection, _count(context, year), serial - 1)


def case_numbering(context: Context) -> CaseNumbering:
    """How the office numbers its cases, and the next number: an offer, which whoever registers first takes.

    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    context.require(*PERMISSIONS)
    return CaseNumbering(pattern=_pattern(context)[0], next=_offered(context, context.today.year))


def take_number(context: Context, year: int) -> str:
    """The number of a case that is being registered in that year; who else registers one waits.

    Raises:
        IntegrityError: another writer has just begun the year; the unit of work is to be tried again.
    """
    pattern = _pattern(context)[1]
    numbers = _Numbers(context.connection, context.agency, pattern, year)
    return pattern.number(year, take(context.connection, _count(context, year), before=numbers.last, free=numbers.free))


def _offered(context: Context, year: int) -> str:
    pattern = _pattern(context)[1]
    numbers = _Numbers(context.connection, context.agency, pattern, year)
    last = last_of(context.connection, _count(context, year))
    return pattern.number(year, numbers.free((numbers.last() if last is None else last) + 1))


def duplicate(context: Context, number: str, department: str | None, received: object) -> DuplicateCase:
    """The refusal of a number that a case has already: which case that is, for who may see it, and what is free."""
    place = {}
    if not context.past:
        place = {"next": _offered(context, context.today.year), "text": "duplicate_case_next"}
        if received is not None and context.may_see(department):
            place |= {"on": str(received), "text": "duplicate_case_on"}
    return DuplicateCase(case=number, **place)


def _pattern(context: Context) -> tuple[str, CasePattern]:
    connection = context.connection
    written = text_at(connection, latest(connection), _TOPIC, context.agency) or DEFAULT_PATTERN
    return written, _read(written)


def _count(context: Context, year: int) -> Count:
    return Count(CASES, context.agency, _SERIES, year)


_PORTION = 50
_HAVING = select(t.case.c.case_no).where(
    t.case.c.agency == bindparam("agency"), t.case.c.case_no.in_(bindparam("numbers", expanding=True))
)


def _taken(connection: Connection, agency: str, numbers: list[str]) -> set[str]:
    return set(connection.execute(_HAVING, {"agency": agency, "numbers": numbers}).scalars())


class _Numbers(NamedTuple):
    """The numbers that the cases of a year have."""

    connection: Connection
    agency: str
    pattern: CasePattern
    year: int

    def last(self) -> int:
        """The highest serial among them, however it was given."""
        begins = t.case.c.case_no.startswith(self.pattern.before_serial(self.year), autoescape=True)
        known = self.connection.execute(
            select(t.case.c.case_no).where(t.case.c.agency == self.agency, begins)
        ).scalars()
        return max((self.pattern.serial(number, self.year) or 0 for number in known), default=0)

    def free(self, serial: int) -> int:
        """The first serial from one on that no case has."""
        if not _taken(self.connection, self.agency, [self.pattern.number(self.year, serial)]):
            return serial
        free: set[int] = set()
        while not free:
            wanted = {self.pattern.number(self.year, item): item for item in range(serial, serial + _PORTION)}
            free = {wanted[number] for number in wanted.keys() - _taken(self.connection, self.agency, list(wanted))}
            serial += _PORTION
        return min(free)
