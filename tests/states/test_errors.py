"""Errors carry a stable code and every fault: where it lies, what it is, and no personal value repeated."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from disclosure.states.errors import (
    LAW_TABLE,
    MOVE_DATA,
    OFFICE_TEXT,
    BadData,
    DisclosureError,
    MoveRefused,
    Telling,
    faults_of,
    place_of,
)


class Part(BaseModel):
    """One part of a request."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1)]
    count: int | None = None


class Request(BaseModel):
    """A request with its parts."""

    model_config = ConfigDict(extra="forbid")
    applicant: str
    parts: list[Part] = []


def found(content: object, telling: Telling = MOVE_DATA) -> list[dict[str, object]]:
    """The faults of a request."""
    with pytest.raises(ValidationError) as refused:
        Request.model_validate(content)
    return faults_of(refused.value, telling, Request)


def test_an_error_without_a_code_of_its_own_bears_that_of_its_kind():
    assert MoveRefused(move="reply").code == "move_not_allowed"
    refused = MoveRefused("period_running", move="reply", state="received")
    assert (refused.code, str(refused)) == ("period_running", "period_running move=reply state=received")


def test_every_error_of_the_package_has_a_code_that_no_other_has():
    kinds = DisclosureError.__subclasses__()
    codes = [kind.default_code for kind in kinds if kind is not BadData] + [BadData().code, DisclosureError().code]
    assert len(codes) == len(kinds) + 1 == len(set(codes))


def test_all_faults_are_told_each_at_its_place():
    told = found({"parts": [{"name": "甲"}, {"name": ""}, 5]})
    assert [(fault["field"], fault["problem"]) for fault in told] == [
        ("applicant", "missing"),
        ("parts.1.name", "empty"),
        ("parts.2", "not_an_object"),
    ]


def test_a_field_that_is_not_known_is_told_with_the_nearest_at_its_own_depth():
    (outer,) = found({"applicant": "某人", "part": []})
    (inner,) = found({"applicant": "某人", "parts": [{"name": "甲", "nome": "乙"}]})
    assert outer == {"field": "part", "problem": "unknown_field", "nearest": "parts"}
    assert inner == {"field": "parts.0.nome", "problem": "unknown_field", "nearest": "name"}


def test_what_was_written_is_repeated_to_an_office_and_never_from_the_data_of_a_move():
    content = {"applicant": 13800000000}
    assert all("13800000000" not in str(fault) for fault in found(content, MOVE_DATA))
    (told,) = found(content, OFFICE_TEXT)
    assert told == {"field": "applicant", "problem": "wrong_kind", "value": "13800000000"}
    assert len(str(found({"applicant": ["长" * 200]}, OFFICE_TEXT)[0]["value"])) == 60


@pytest.mark.parametrize(
    ("telling", "place"),
    [(MOVE_DATA, "holiday.0.last"), (LAW_TABLE, "holiday[0].last"), (OFFICE_TEXT, "holiday.1.last")],
)
def test_the_items_of_a_list_are_counted_as_their_readers_count(telling, place):
    assert place_of(("holiday", 0, "(object)", "last"), telling) == place
