"""The law's tables as data, and the one way to read a text as a model: every fault at once, with its field."""

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from ..errors import LAW_TABLE, OFFICE_TEXT, BadData, Fault, Place, Telling, faults_of

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
Context = Mapping[str, object]
"""What the checks of a model must know beside what they read."""


def law_text(name: str) -> str:
    """The text of one of the law's files."""
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def law_table(model: type[Model], name: str) -> Model:
    """One of the law's files as its model.

    Raises:
        BadData: every fault of the file: field, problem, origin.
    """
    return parse(model, read_text(law_text(name), name), LAW_TABLE, origin=name)


def read_entries(
    model: type[Model], text: str, name: str, key: str, context: Context | None = None
) -> dict[str, Model]:
    """Reads a text of named entries, each as its model with its own name in the field ``key``.

    Raises:
        BadData: every fault of the text: field, problem, origin.
    """
    faults: list[Fault] = []
    found: dict[str, Model] = {}
    for entry, content in read_text(text, name).items():
        given = {key: entry, **content} if isinstance(content, dict) else content
        item = attempt(model, given, faults, at=(entry,), context=context)
        if item is not None:
            found[entry] = item
    _refuse(faults, name)
    return found


def read_toml(model: type[Model], text: str, name: str) -> Model:
    """A TOML text of an office as its model.

    Raises:
        BadData: not TOML, or every field that can't be used.
    """
    return parse(model, read_text(text, name))


def read_text(text: str, name: str, problem: str = "broken_toml") -> dict[str, object]:
    """A TOML text, or a JSON text where the name says so, as it stands.

    Raises:
        BadData: the text is torn; ``problem`` is what that is called.
    """
    try:
        found: dict[str, object] = json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    except ValueError as error:
        raise BadData({"field": name, "problem": problem, "reason": str(error)}) from None
    return found


def parse(model: type[Model], content: object, telling: Telling = OFFICE_TEXT, origin: str = "") -> Model:
    """Data as their model.

    Raises:
        BadData: every field that can't be used; with ``origin`` each fault names it.
    """
    faults: list[Fault] = []
    found = attempt(model, content, faults, telling)
    if found is None:
        _refuse(faults, origin)
    assert found is not None  # noqa: S101 - what is not found has faults
    return found


def _refuse(faults: list[Fault], origin: str) -> None:
    if faults:
        raise BadData(*({**fault, "origin": origin} if origin else fault for fault in faults))


def attempt(
    model: type[Model],
    content: object,
    faults: list[Fault],
    telling: Telling = LAW_TABLE,
    at: Place = (),
    context: Context | None = None,
) -> Model | None:
    """Reads data as their model; returns None and adds the faults where they have any.

    ``at`` is the place of the data in their text.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(content, context=dict(context or {}))
    except ValidationError as error:
        faults += faults_of(error, telling, model, at)
        return None
