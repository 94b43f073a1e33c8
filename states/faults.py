"""The faults that a pydantic model finds, in the words of the project."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from .errors import Fault

_PROBLEMS = {
    "missing": "missing",
    "string_type": "not_a_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "too_short": "empty",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "list_type": "not_a_list",
    "model_type": "not_an_object",
    "dict_type": "not_an_object",
}
_BRANCHES = ("bool", "constrained-str")
"""What the library adds to a place where a field may be one of several kinds."""


def faults_of(error: ValidationError) -> list[Fault]:
    """Every fault as ``{"field", "problem", ...}``, the field with its place."""
    return [_fault(item["type"], item["loc"], item.get("ctx", {})) for item in error.errors()]


def _fault(kind: str, place: tuple[int | str, ...], context: Mapping[str, Any]) -> Fault:
    fault: Fault = {"field": ".".join(str(part) for part in place if part not in _BRANCHES)}
    fault["problem"] = _PROBLEMS.get(kind, kind)
    if choices := context.get("choices"):
        fault["choices"] = choices
    return fault
