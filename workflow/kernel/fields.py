"""Texts and fields as models, with every fault told in the words of the project."""

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ...states.errors import BadData

_Model = TypeVar("_Model", bound=BaseModel)
_PROBLEMS = {
    "missing": "missing",
    "extra_forbidden": "not_a_field",
    "literal_error": "not_one_of",
    "not_one_of": "not_one_of",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_too_long": "too_long",
}


def read_toml(model: type[_Model], text: str, name: str) -> _Model:
    """A TOML text as a model.

    Raises:
        BadData: not TOML, or every field that can't be used.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData({"field": name, "problem": "broken_toml", "reason": str(error)}) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise bad_data(error) from None


def parse_fields(model: type[_Model], data: Mapping[str, Any]) -> _Model:
    """What was given with a verb, as its model.

    Raises:
        BadData: every field that can't be used.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise bad_data(error) from None


def bad_data(error: ValidationError) -> BadData:
    """What the validating library has found, as the project's own error with every fault."""
    return BadData(*(_fault(item) for item in error.errors()))


def _fault(item: Any) -> dict[str, Any]:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in item["loc"])
    fault = {"field": place, "problem": _PROBLEMS.get(item["type"], "wrong_kind"), "value": str(item["input"])[:60]}
    if item["type"] == "literal_error":
        fault["choices"] = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    if item["type"] == "not_one_of":
        fault["choices"] = item["ctx"]["choices"]
    return fault
