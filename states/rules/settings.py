"""Readings of questions that the law leaves open: each a setting with a recommended default and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ..errors import LAW_TABLE
from ..law import parse, read_entries
from ..law.files import law_text, of_law
from ..law.model import Day, Listed, Table, Words, refusal
from .dated import follow_each_other, in_force

_TELLING = LAW_TABLE._replace(other="out_of_range")


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


class Recommended(Table):
    """The reading that is recommended from a day on, with its source."""

    since: Day
    until: Day | None = None
    default: Words
    source: Words
    confidence: Literal["高", "中", "低"]


class Question(Table):
    """One open question: its readings, the recommended one by the law of its day, and whether it can be chosen."""

    id: Words
    key: Words | None = None
    title: Words
    readings: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)]
    why_fixed: str = ""
    versions: Annotated[Listed[Recommended], Field(validate_default=True)] = ()

    @field_validator("versions")
    @classmethod
    def _follow_each_other(cls, versions: tuple[Recommended, ...], info: ValidationInfo) -> tuple[Recommended, ...]:
        follow_each_other(versions)
        known = [reading for reading, _ in info.data.get("readings", ())]
        for version in versions:
            if known and version.default not in known:
                raise refusal("not_one_of", choices="、".join(known))
        return versions

    @property
    def adjustable(self) -> bool:
        """Whether an office may choose its reading."""
        return self.key is not None

    @property
    def newest(self) -> Recommended:
        """The recommendation of the newest law."""
        return self.versions[-1]

    def on(self, day: date) -> Recommended:
        """The recommendation by the law of a day.

        Raises:
            LawUnknown: the question did not arise on that day.
        """
        return in_force(self.versions, day, self.id)


@of_law
def _questions() -> dict[str, Question]:
    return read_entries(Question, law_text("questions.toml"), "questions.toml", "id")


@of_law
def _by_key() -> dict[str, Question]:
    return {item.key: item for item in questions() if item.key is not None}


def questions() -> tuple[Question, ...]:
    """Every open question, in the order of the rulebook."""
    return tuple(_questions().values())


RETENTION, PERMANENT = "retention_years", "permanent"
_KINDS = {
    "granted": "granted",
    "partial": "partial",
    "denied": "refused",
    "unable": "unable",
    "noproc": "not_processed",
    "other": "other",
}
"""The parts of the report, and the kinds of outcomes for which an office may set a retention of its own."""
RETENTION_KEYS = (RETENTION, *(f"{RETENTION}.{kind}" for kind in _KINDS.values()))


def _years(value: object) -> str:
    text = str(value).strip()
    if text in (PERMANENT, "永久"):
        return PERMANENT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 100):
        raise PydanticCustomError("not_years", "no number of years")
    return str(int(text))


_Years = Annotated[str, BeforeValidator(_years)]


_NUMBERS = ("red_days", "yellow_days", "resend_days", "receipt_days", "attachment_mb", "case_attachments_mb")
_WORDS = ("attachment_store", "hash")


@dataclass(frozen=True)
class Settings:
    """What an office has chosen: readings of open questions, numbers of working days, limits of attachments.

    ``red_days`` and ``yellow_days``: a lamp turns; ``resend_days``: a letter that came back is on its way all the same
    if it is sent again within them; ``receipt_days``: a letter of which no service is on record after them is asked
    after.

    ``attachment_mb`` and ``case_attachments_mb``: MiB that one attachment, and all of a case, may have;
    ``attachment_store`` is the key of the store that new ones go into.

    ``hash`` is the algorithm of the register-wide chain: SHA-256, or SM3 (GB/T 32905).

    A question that it has not answered is read as the law of the day recommends. ``retention`` is how long files
    are kept, by the office's own approved table: no law gives a number, and nothing is assumed.
    """

    chosen: tuple[tuple[str, str], ...] = ()
    red_days: int = 3
    yellow_days: int = 7
    resend_days: int = 3
    receipt_days: int = 10
    attachment_mb: int = 20
    case_attachments_mb: int = 200
    attachment_store: str = "database"
    hash: str = "sha256"
    retention: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _chosen(self) -> dict[str, str]:
        return dict(self.chosen)

    def reading(self, key: str, on: date) -> str:
        """The reading of a question for a day: the chosen one, else the recommended one.

        Raises:
            KeyError: no such question.
        """
        return self._chosen.get(key) or _by_key()[key].on(on).default

    def texts(self) -> dict[str, str]:
        """Everything chosen, as texts by name."""
        days = {name: str(getattr(self, name)) for name in _NUMBERS}
        words = {name: str(getattr(self, name)) for name in _WORDS}
        return {**self._chosen, **days, **words, **dict(self.retention)}

    def retention_years(self, category: str | None) -> str | None:
        """How many years a file is kept, by its outcome's part of the report; None where nothing is set.

        ``permanent``: it is never erased.
        """
        kept = dict(self.retention)
        return kept.get(f"{RETENTION}.{_KINDS.get(category or '', '')}") or kept.get(RETENTION)


class _Given(BaseModel):
    """What an office gives; the questions' fields are added from their table."""

    model_config = ConfigDict(extra="forbid")
    red_days: int = Field(default=Settings.red_days, ge=0, le=60)
    yellow_days: int = Field(default=Settings.yellow_days, ge=1, le=90)
    resend_days: int = Field(default=Settings.resend_days, ge=0, le=30)
    receipt_days: int = Field(default=Settings.receipt_days, ge=1, le=60)
    attachment_mb: int = Field(default=Settings.attachment_mb, ge=1, le=1024)
    case_attachments_mb: int = Field(default=Settings.case_attachments_mb, ge=1, le=1024 * 1024)
    attachment_store: str = Field(default=Settings.attachment_store, pattern="^[a-z0-9_-]{1,16}$")
    hash: Literal["sha256", "sm3"] = "sha256"

    @model_validator(mode="after")
    def _red_before_yellow(self) -> Self:
        if self.red_days >= self.yellow_days:
            context = {"field": "red_days"}
            raise PydanticCustomError("red_not_before_yellow", "red_days must be less than yellow_days", context)
        return self


@of_law
def _given() -> type[_Given]:
    fields: dict[str, Any] = {
        key: (Literal[tuple(reading for reading, _ in item.readings)] | None, None) for key, item in _by_key().items()
    }
    for key in RETENTION_KEYS:
        fields[key.replace(".", "_")] = (_Years | None, Field(default=None, alias=key))
    return create_model("Given", __base__=_Given, **fields)


def settings_from(mapping: Mapping[str, str]) -> Settings:
    """Settings from names and texts.

    Raises:
        BadData: with every fault: unknown names, values that are not among the readings.
    """
    if not mapping:
        return Settings()
    given = parse(_given(), dict(mapping), _TELLING)
    chosen = {key: value for key in _by_key() if (value := getattr(given, key)) is not None}
    kept = ((key, getattr(given, key.replace(".", "_"))) for key in RETENTION_KEYS)
    retention = tuple((key, years) for key, years in kept if years is not None)
    own: dict[str, Any] = {name: getattr(given, name) for name in (*_NUMBERS, *_WORDS)}
    return Settings(tuple(sorted(chosen.items())), retention=retention, **own)
