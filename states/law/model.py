"""The kinds of values that the law's tables are made of."""

from datetime import date
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError


def _plain_day(value: object) -> object:
    if type(value) is not date:  # a date-time is one, too, and has no place here
        raise PydanticCustomError("date_type", "not a date")
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "not a text")
    return value


Words = Annotated[str, Field(pattern=r"\S"), BeforeValidator(_text)]
"""A text that is not blank."""
Day = Annotated[date, BeforeValidator(_plain_day)]
T = TypeVar("T")
Listed: TypeAlias = Annotated[tuple[T, ...], Strict(False)]
"""A list, which is kept as a tuple. (A ``Field`` here would be shared among classes by older versions of pydantic.)"""
OneOfTexts = BeforeValidator(_text)
"""The input of a choice: a value that is no text gets a fault of its own."""


def refusal(problem: str, **details: str | int) -> PydanticCustomError:
    """The error with which a check refuses a field; ``field`` names another field of the same part."""
    return PydanticCustomError(problem, "refused", details)


class Table(BaseModel):
    """A part of the law's tables: every field is known, and none is changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
