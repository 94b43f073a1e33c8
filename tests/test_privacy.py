"""Who may know what: every field says it, and a text that staff type freely is personal."""

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from disclosure.states.procedure.catalogue import moves
from disclosure.states.procedure.faults import models
from disclosure.states.procedure.reading import choice_in, key_in, label_in
from disclosure.workflow.approvals.catalogue import VERBS
from disclosure.workflow.notices.service import FIELDS
from disclosure.workflow.register.columns import ColumnKind, columns

KEYS = {
    "id": "the number by which later steps name a consultation, a review or a suit: admitted as a key, never a name",
    "after_review": "the number of a review of the case",
    "handler": "who of the office handles the case: lists are made by it; what names nobody known stands apart",
    "department": "a department of the office: sight of the case goes by it; what names nobody known stands apart",
    "of": "the number of the other case",
    "at": "a day, read as such",
    "to": "people of the office as the directory names them, or the key of a step",
    "content": "the hash of the text that was read",
}
"""Texts without a list of choices that are no free texts, each with the reason."""


def fields(model: type[BaseModel], above: tuple[type[BaseModel], ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        yield key_in(info, name), info
        for inner in models(info.annotation):
            if inner not in (*above, model):
                yield from fields(inner, (*above, model))


def holds_text(kind: object) -> bool:
    if kind is str:
        return True
    if get_origin(kind) is None or kind is type(None):
        return False
    inside = get_args(kind)
    if get_origin(kind) is dict:
        return holds_text(inside[1])
    if get_origin(kind) in (Union, types.UnionType, list, tuple):
        return any(holds_text(item) for item in inside)
    return bool(inside) and holds_text(inside[0])  # Annotated


DECLARED = {**{name: move.data for name, move in moves().items()}, **{name: verb.data for name, verb in VERBS.items()}}


@pytest.mark.parametrize("name", DECLARED)
def test_every_field_says_who_may_know_it(name):
    unsaid = [key for key, info in fields(DECLARED[name]) if label_in(info).privacy is None]
    assert unsaid == []


@pytest.mark.parametrize("name", DECLARED)
def test_a_text_that_staff_type_freely_is_personal_or_a_key_with_its_reason(name):
    typed = [
        (key, label_in(info).privacy)
        for key, info in fields(DECLARED[name])
        if holds_text(info.annotation) and choice_in(info) is None
    ]
    assert [key for key, privacy in typed if privacy != "personal" and key not in KEYS] == []


def test_no_reason_stands_on_the_list_for_a_field_that_is_gone():
    known = {key for model in DECLARED.values() for key, _ in fields(model)}
    assert KEYS.keys() <= known


def test_what_an_act_of_service_tells_is_personal_but_for_its_way():
    assert {key for key, privacy in FIELDS.items() if privacy != "personal"} == {"method"}


def test_every_column_of_the_register_says_who_may_know_it_and_texts_are_personal():
    keys = {"case", "handler", "department"}
    typed = [item for item in columns().values() if item.kind in (ColumnKind.TEXT, ColumnKind.NUMBER_TEXT)]
    assert typed
    assert [item.key for item in typed if item.privacy != "personal" and item.key not in keys] == []
