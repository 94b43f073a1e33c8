"""Readings of questions that the law leaves open: each a setting with a recommended default and its source."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ..errors import LAW_TABLE
from ..law import law_text, parse, read_entries
from ..law.model import Table, Words

_TELLING = LAW_TABLE._replace(other="out_of_range")


class Settings(BaseModel):
    """The chosen readings, with the recommended ones as defaults; lamps count working days."""

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
    def _red_before_yellow(self) -> Self:
        if self.red_days >= self.yellow_days:
            context = {"field": "red_days"}
            raise PydanticCustomError("red_not_before_yellow", "red_days must be less than yellow_days", context)
        return self


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


class Question(Table):
    """One open question: its readings, the recommended one, the source, and whether it can be chosen."""

    id: Words
    key: Words | None = None
    title: Words
    readings: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)]
    default: Words
    source: Words
    confidence: Words
    why_fixed: str = ""

    @property
    def adjustable(self) -> bool:
        """Whether an office may choose its reading."""
        return self.key is not None


@cache
def questions() -> tuple[Question, ...]:
    """Every open question, in the order of the rulebook."""
    return tuple(read_entries(Question, law_text("questions.toml"), "questions.toml", "id").values())


def settings_from(mapping: Mapping[str, str]) -> Settings:
    """Settings from names and texts.

    Raises:
        BadData: with every fault: unknown names, values that are not among the readings.
    """
    return parse(Settings, dict(mapping), _TELLING)
