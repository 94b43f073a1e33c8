"""One cell of a register: what was typed becomes a value, or a fault that says why it can't."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ...states import admission
from ...states.errors import BadData
from ...states.remark import Remark
from .columns import Column, ColumnKind, choices, limits, words

_DATE = re.compile(
    r"(\d{4})\s*(?:([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?)"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DIGITS = re.compile(r"\d+(?:\.0+)?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")
_CONTROL = re.compile(r"_x000[dD]_|[\x00-\x08\x0b-\x1f\x7f]")
_EXACT_DIGITS = 10**15  # Excel keeps fifteen digits of a number

_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{15,17}[0-9Xx]?"  # identity card
    r"|[0-9A-HJ-NP-Y]{18}"  # credit code of an organisation
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # mobile
    r"|0\d{2,3}[- ]?\d{7,8}"  # landline
    r"|(?!(?:19|20)\d)[2-9]\d{6,7}"  # landline without its area code
    r"|[A-Za-z]{1,2}(?!(?:19|20)\d)\d{7,9}"  # passport and the like
    r")(?![0-9A-Za-z])"
)
_PLACE = re.compile(r"[省市县区镇乡村路街巷号楼栋幢室]")
_SHOWN = 24


Entry = str | int | date
"""What a cell says: text or a value of a closed list, a count, a day."""


class CellFault(Exception):
    """Why a cell can't be used: a stable ``code``, and the ``fields`` that its message needs."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns the cells of one workbook into values.

    ``epoch`` is day 0 of its serial numbers; dates after ``last_day`` are refused.
    """

    epoch: datetime
    last_day: date

    def value(self, raw: object, column: Column) -> Entry | None:
        """Text, a count, a date, a value of a closed list, or nothing for a blank cell.

        Raises:
            CellFault: the cell holds something that the column can't.
        """
        if isinstance(raw, str):
            raw = _CONTROL.sub("", raw).strip()
            if raw.upper() in words().errors:
                raise CellFault("formula_error", value=raw.upper())
        if is_blank(raw):
            return None
        return _READERS[column.kind](self, raw, column)

    def day(self, raw: object, column: Column) -> date:
        """A day: a real date, a serial number, or text with year, month and day."""
        found = self._number_date(raw) if isinstance(raw, int | float) else _plain_date(raw)
        if not limits().first_day <= found <= self.last_day:
            raise CellFault(
                "date_out_of_range",
                value=found.isoformat(),
                last=self.last_day.isoformat(),
                first=limits().first_day.isoformat(),
            )
        return found

    def _number_date(self, raw: float) -> date:
        if isinstance(raw, bool):
            raise CellFault("bad_date", value=shown(raw))
        if _is_whole(raw) and (match := _EIGHT_DIGITS.fullmatch(str(int(raw)))):
            return _day(shown(raw), *match.groups())
        try:
            found = (self.epoch + timedelta(days=raw)).date()
        except (OverflowError, ValueError):
            raise CellFault("bad_date", value=shown(raw)) from None
        if found < limits().first_day:
            raise CellFault("bad_date", value=shown(raw))
        return found

    def choice(self, raw: object, column: Column) -> str:
        """A value of the column's closed list."""
        choice = choices()[column.choice or ""]
        text = str(raw).lower() if isinstance(raw, bool) else as_text(raw)
        found = choice.find(text)
        if found is None:
            raise CellFault("unknown_choice", value=shown(text), names="、".join(choice.nearest(text)))
        return found

    def count(self, raw: object, column: Column) -> int:
        """A whole number above zero; text is taken if it is nothing but digits."""
        number: object = raw
        if isinstance(raw, str):
            text = unicodedata.normalize("NFKC", raw).replace(",", "")
            if not _DIGITS.fullmatch(text):
                raise CellFault("number_as_text", value=shown(raw))
            number = float(text)
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise CellFault("bad_number", value=shown(raw))
        if not 1 <= number <= limits().largest_count or not _is_whole(number):
            raise CellFault("bad_number", value=shown(raw))
        return int(number)

    def text(self, raw: object, column: Column) -> str:
        """Text as written, numbers without a decimal point."""
        if column.key == "case" and isinstance(raw, date | time):
            raise CellFault("case_is_date", value=shown(raw))
        return _admitted(column, as_text(raw))

    def number_text(self, raw: object, column: Column) -> str:
        """An identity or telephone number, if Excel hasn't rounded it."""
        rounded = isinstance(raw, int | float) and abs(raw) >= _EXACT_DIGITS
        if rounded or (isinstance(raw, str) and _SCIENTIFIC.fullmatch(raw)):
            raise CellFault("digits_lost")
        return _admitted(column, as_text(raw))


_READERS: Mapping[ColumnKind, Callable[[Reader, object, Column], Entry]] = {
    ColumnKind.DATE: Reader.day,
    ColumnKind.CHOICE: Reader.choice,
    ColumnKind.COUNT: Reader.count,
    ColumnKind.TEXT: Reader.text,
    ColumnKind.NUMBER_TEXT: Reader.number_text,
}


def _admitted(column: Column, text: str) -> str:
    try:
        if column.key == "case":
            return admission.key(column.header, text)
        return admission.text(column.header, text)
    except BadData as error:
        raise CellFault("not_admitted", reason=Remark.of_error(error).model_dump()) from None


def _plain_date(raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        raise CellFault("bad_date", value=shown(raw))
    text = unicodedata.normalize("NFKC", raw).strip()
    match = _DATE.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text)
    if match is None:
        raise CellFault("bad_date", value=shown(raw))
    return _day(shown(raw), *[part for part in match.groups() if part and part.isdigit()])


def _day(value: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise CellFault("impossible_date", value=value) from None


def _is_whole(number: float) -> bool:
    return float(number).is_integer()


def is_blank(raw: object) -> bool:
    """Whether a cell says nothing: empty, or one of the marks that offices write for nothing."""
    return raw is None or (isinstance(raw, str) and (not raw.strip() or raw.strip().lower() in words().blank))


def as_text(raw: object) -> str:
    """Any cell as text: a whole number without its decimal point, a date in ISO form."""
    if isinstance(raw, float) and _is_whole(raw):
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    return str(raw).strip()


def masked(text: str) -> str:
    """Text in which numbers of persons and addresses can't be read."""
    text = _PERSONAL.sub(lambda match: match[0][:2] + "****", unicodedata.normalize("NFKC", text))
    places = len(set(_PLACE.findall(text))) + any(char.isdigit() for char in text)
    if places > 2:
        return text[:2] + "****"
    return text


def shown(raw: object) -> str:
    """A cell as a message may show it: masked, and cut if it is long."""
    text = masked(as_text(raw))
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
