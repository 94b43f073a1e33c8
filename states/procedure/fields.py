"""The kinds of values that the data of moves are made of, and the words that go with a field.

Texts are stripped; dates are ISO dates (Asia/Shanghai). What can be checked by the validating library
itself is left to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
)
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..calendar.dates import read_date

Privacy = Literal["public", "office", "personal"]
"""Who may know a field: anybody; the office; nobody without need, kept apart from the history."""


class When(NamedTuple):
    """What makes a field required: in words, and where another field beside it decides, that field and its value.

    What a field decides holds wherever data come in; what words alone say is for a condition to see to.
    """

    words: str
    field: str = ""
    value: str | bool | int = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What staff read about a field: its Chinese name, who may know it, what to enter, when it is required.

    ``column`` is its heading in the register (台账), where it is to have a column there.
    """

    title: str = ""
    privacy: Privacy | None = None
    description: str = ""
    when: When | None = None
    column: str = ""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        words: JsonSchemaValue = {"title": self.title, "x-privacy": self.privacy or "personal"}
        if self.description:
            words["description"] = self.description
        if self.when is not None:
            decided = self.when._asdict() if self.when.field else {"words": self.when.words}
            words["x-required-when"] = decided
        return handler(schema) | words


@dataclass(frozen=True, slots=True)
class DataOf:
    """What is given is data of another move of the case: of the one whose number a field tells; null takes away."""

    field: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"x-data-of": self.field}


class Choice:
    """The values that a field may have, each with its Chinese label; words after the first can be typed too.

    ``older`` names what records of earlier days have, or people type, in place of a value: it is read and not offered.
    """

    def __init__(self, older: Mapping[str, str] = MappingProxyType({}), /, **words: str | tuple[str, ...]) -> None:
        self.words = {key: (found,) if isinstance(found, str) else found for key, found in words.items()}
        self.older = older

    @property
    def labels(self) -> Mapping[str, str]:
        """Each value with its label."""
        return {key: words[0] if words else "" for key, words in self.words.items()}

    def value(self, key: str) -> str | bool | int:
        """The value itself of a key."""
        return key

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        kinds: list[CoreSchema] = [core_schema.literal_schema(list(self.words))]
        if self.older:
            written = core_schema.literal_schema(list(self.older))
            kinds.append(core_schema.no_info_after_validator_function(dict(self.older).__getitem__, written))
        return core_schema.custom_error_schema(
            core_schema.union_schema(list(kinds), mode="left_to_right"),
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


def _in_words(value: object) -> object:
    """A number, or a list of texts and numbers, as the text that it is in a sentence."""
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, bool) or not isinstance(part, (str, int, float)) for part in parts):
        return value
    return "、".join(map(str, parts))


def text_list(value: object) -> object:
    """A single text as a list of it."""
    return [value] if isinstance(value, str) else value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Department = Annotated[Text, Field(max_length=128)]
"""The name of a department, as the office's list of people has it."""
Count = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_whole_number)]
Tally = Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_whole_number)]
"""A number of things, of which there may be none."""
Number = Annotated[int, Field(ge=1), BeforeValidator(_whole_number)]
Words = Annotated[str, BeforeValidator(_in_words)]
"""A text that may be empty, in place of which records also have a number or a list of texts."""
_Object = TypeVar("_Object")
_Text = TypeVar("_Text")
ObjectOrText = Annotated[
    Annotated[_Object, Tag("(object)")] | Annotated[_Text, Tag("(text)")],
    Discriminator(lambda value: "(text)" if isinstance(value, (str, int, float)) else "(object)"),
]
"""An object of the first kind or a text of the second; what is wrong with either is told of that one alone."""
Texts = Annotated[list[Text], Field(min_length=1), BeforeValidator(text_list)]


class MoveData(BaseModel):
    """What every move may bring; unknown fields are kept and warned of.

    ``late_reason`` lets a move be recorded after later ones and says why it was late.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    late_reason: Annotated[
        Text | None, Label("迟录原因", "personal", "在以后的步骤之后才登记的，写明为什么；登记到它自己的日子")
    ] = None


class DayOnly(MoveData):
    """A move that needs nothing but its day."""


class Reason(MoveData):
    """A move that says why."""

    reason: Annotated[Text, Label("理由", "personal")]


class Named(MoveData):
    """A step of one consultation, review or suit."""

    id: Annotated[Text, Label("编号", "public", "登记时给它的编号")]


class RemedyStepData(Named):
    """Data of a step of a review or suit, with its result and instance where it has them."""

    def result_and_instance(self) -> tuple[str, int]:
        """Result and instance; without them empty and 0."""
        return "", 0
