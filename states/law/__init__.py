"""The law's tables as data, and the one way to read a text as a model: every fault at once, with its field."""

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import TypeVar

from ..errors import LAW_TABLE, OFFICE_TEXT, BadData, Fault, Place, Telling, faults_of

T = TypeVar("T")


def law_table(kind: type[T], name: str, key: str = "") -> T:
    """A table of the law as its model; ``key`` is the field in which an entry bears its own name.

    Raises:
        BadData: every fault of the file, each with ``origin``.
    """
    content = read_text(law_text(name), name)
    return parse(kind, named(content, key) if key else content, LAW_TABLE, origin=name)


def law_text(name: str) -> str:
    """The text of one of the law's files."""
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def named(content: Mapping[str, object], key: str) -> dict[str, object]:
    """Entries that bear their own names, each in the field ``key``."""
    return {name: {key: name, **item} if isinstance(item, dict) else item for name, item in content.items()}


def read_toml(kind: type[T], text: str, name: str) -> T:
    """A TOML text of an office as its model.

    Raises:
        BadData: not TOML, or every field that can't be used.
    """
    return parse(kind, read_text(text, name))


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


def parse(
    kind: type[T],
    content: object,
    telling: Telling = OFFICE_TEXT,
    origin: str = "",
    context: Mapping[str, object] | None = None,
) -> T:
    """Data as their model.

    Raises:
        BadData: every field that can't be used; with ``origin`` each fault names it.
    """
    faults: list[Fault] = []
    found = attempt(kind, content, faults, telling, context)
    if found is None:
        raise BadData(*({**fault, "origin": origin} if origin else fault for fault in faults))
    return found


def attempt(
    kind: type[T],
    content: object,
    faults: list[Fault],
    telling: Telling = LAW_TABLE,
    context: Mapping[str, object] | None = None,
    at: Place = (),
) -> T | None:
    """Data as their model; None where they have faults, which are added to those found before.

    ``at`` is the place of the data in their text.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(content, context=dict(context or {}))
    except ValidationError as error:
        faults += faults_of(error, telling, kind, at)
        return None
