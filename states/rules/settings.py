"""Readings of questions that the law leaves open: each a setting with a recommended default and its source."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ..errors import BadData


class Settings(BaseModel):
    """The chosen readings; the defaults are the recommended ones. Lamps are counted in working days."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rest_day_arrival: Literal["same_day", "next_working_day"] = "same_day"
    second_correction: Literal["needs_override", "allowed"] = "needs_override"
    late_correction: Literal["restarts", "does_not_restart"] = "restarts"
    consultation_starts: Literal["sent", "served"] = "sent"
    consultation_scope: Literal["any_organ", "co_author_only"] = "any_organ"
    reasons_stop_clock: Literal["no", "yes"] = "no"
    admin_query_route: Literal["choice", "review_first"] = "choice"
    silence_route: Literal["choice", "review_first"] = "choice"
    extensions: Literal["one", "several"] = "one"
    suit_first_instance: Literal["unless_appealed", "always", "never"] = "unless_appealed"
    review_not_accepted: Literal["other", "not_counted"] = "other"
    withdrawal: Literal["other_misc", "not_counted"] = "other_misc"
    review_law_date: Literal["filed", "notified"] = "filed"
    red_days: int = Field(default=3, ge=0, le=60)
    yellow_days: int = Field(default=7, ge=1, le=90)

    @model_validator(mode="after")
    def _red_before_yellow(self) -> "Settings":
        if self.red_days >= self.yellow_days:
            raise PydanticCustomError("red_not_before_yellow", "red_days must be less than yellow_days")
        return self


@dataclass(frozen=True, slots=True)
class Question:
    """One open question: its readings, the recommended one, the source, and whether it can be chosen."""

    id: str
    key: str | None
    title: str
    readings: tuple[tuple[str, str], ...]
    default: str
    source: str
    confidence: str
    adjustable: bool
    why_fixed: str = ""


@cache
def questions() -> tuple[Question, ...]:
    """Every open question, in the order of the rulebook."""
    text = resources.files("disclosure.states.law").joinpath("questions.toml").read_text("utf-8")
    return tuple(_question(id, item) for id, item in tomllib.loads(text).items())


def _question(id: str, item: dict[str, Any]) -> Question:
    return Question(
        id=id,
        key=item.get("key"),
        title=item["title"],
        readings=tuple(item["readings"].items()),
        default=item["default"],
        source=item["source"],
        confidence=item["confidence"],
        adjustable="key" in item,
        why_fixed=item.get("why_fixed", ""),
    )


def settings_from(mapping: Mapping[str, str]) -> Settings:
    """Settings from names and texts.

    Raises:
        BadData: with every fault: unknown names, values that are not among the readings.
    """
    try:
        return Settings.model_validate(dict(mapping))
    except ValidationError as error:
        raise BadData(*(_fault(item) for item in error.errors())) from None


def _fault(item: Any) -> dict[str, Any]:
    field = str(item["loc"][0]) if item["loc"] else "red_days"
    if item["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(field, Settings.model_fields, n=1, cutoff=0)
        return {"field": field, "problem": "unknown_field", "nearest": nearest[0]}
    if item["type"] == "literal_error":
        choices = "、".join(next(q for q in questions() if q.key == field).readings[i][0] for i in _range(field))
        return {"field": field, "problem": "not_one_of", "choices": choices}
    return {"field": field, "problem": "out_of_range"}


def _range(field: str) -> range:
    return range(len(next(question for question in questions() if question.key == field).readings))
