"""The kinds of values that the data of moves are made of, and the words that go with a field.

Texts are stripped; dates are ISO dates (Asia/Shanghai). What can be checked by the validating library
itself is left to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..calendar.dates import read_date

Privacy = Literal["public", "office", "personal"]
"""Who may know a field: anybody; the office; nobody without need, kept apart from the history."""


class When(NamedTuple):
    """What makes a field required: in words, and where one field decides it, that field and its value."""

    words: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What staff read about a field: its Chinese name, who may know it, what to enter, when it is required."""

    title: str = ""
    privacy: Privacy | None = None
    description: str = ""
    when: When | None = None


class Choice:
    """The values that a field may have, each with its Chinese label; words after the first can be typed too."""

    def __init__(self, **words: str | tuple[str, ...]) -> None:
        self.words = {key: (found,) if isinstance(found, str) else found for key, found in words.items()}

    @property
    def labels(self) -> Mapping[str, str]:
        """Each value with its label."""
        return {key: words[0] if words else "" for key, words in self.words.items()}

    def value(self, key: str) -> str | bool | int:
        """The value itself of a key."""
        return key

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.literal_schema(list(self.words)),
            custom_error_type="not_one_of",
            custom_error_message="not one of",
            custom_error_context={"choices": "、".join(self.words)},
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"oneOf": [{"const": self.value(key), "title": label} for key, label in self.labels.items()]}


class YesOrNo(Choice):
    """True or false, with what each means here."""

    def __init__(self, yes: str, no: str) -> None:
        super().__init__(true=(yes, "是"), false=(no, "否"))

    def value(self, key: str) -> bool:
        """True for the key ``true``."""
        return key == "true"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_yes_or_no, core_schema.bool_schema())


class Instance(Choice):
    """The instance of a court as a number, with its name."""

    def __init__(self) -> None:
        super().__init__(**{"1": "一审", "2": "二审"})

    def value(self, key: str) -> int:
        """The number."""
        return int(key)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_whole_number, core_schema.int_schema(ge=1, le=2))


def _iso_date(value: object) -> date:
    if type(value) is date:
        return value
    try:
        return read_date(value) if isinstance(value, str) else _not_a_date()
    except ValueError:
        return _not_a_date()


def _not_a_date() -> date:
    raise PydanticCustomError("not_a_date", "not an ISO date")


def _whole_number(value: object) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
        raise PydanticCustomError("not_a_number", "not a whole number")
    return int(value)


def _yes_or_no(value: object) -> bool:
    known: dict[object, bool] = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False}
    if not isinstance(value, (bool, str)) or value not in known:
        raise PydanticCustomError("not_yes_or_no", "not true or false")
    return known[value]


def _text_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Count = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_whole_number)]
Number = Annotated[int, Field(ge=1), BeforeValidator(_whole_number)]
Texts = Annotated[list[Text], Field(min_length=1), BeforeValidator(_text_list)]


class MoveData(BaseModel):
    """What every move may bring; unknown fields are kept and warned of.

    ``late_reason`` lets a move be recorded after later ones and says why it was late.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    late_reason: Annotated[
        Text | None, Label("迟录原因", "office", "在以后的步骤之后才登记的，写明为什么；登记到它自己的日子")
    ] = None


class DayOnly(MoveData):
    """A move that needs nothing but its day."""


class Reason(MoveData):
    """A move that says why."""

    reason: Annotated[Text, Label("理由", "office")]


class Named(MoveData):
    """A step of one consultation, review or suit."""

    id: Annotated[Text, Label("编号", "public", "登记时给它的编号")]


class RemedyStepData(Named):
    """Data of a step of a review or suit, with its result and instance where it has them."""

    def result_and_instance(self) -> tuple[str, int]:
        """Result and instance; without them empty and 0."""
        return "", 0
