"""The law's tables as data, and the one way to read a text as a model: every fault at once, with its field."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..errors import LAW_TABLE, OFFICE_TEXT, BadData, Fault, Place, Telling, faults_of
from .files import law_text, refuse
from .lines import line_of

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
Context = Mapping[str, object]
"""What the checks of a model must know beside what they read."""


INSTRUMENTS = "instruments"
"""The part of any of the law's files that holds the instruments which what stands in that file brings along."""
_AT_LINE = re.compile(r"\bline (\d+)")


class Origin(NamedTuple):
    """The text in which a fault may stand, and what it is called."""

    name: str
    text: str

    def mark(self, fault: Fault, place: Place) -> Fault:
        """The fault with its file, and with its line where the text is one that people write."""
        lined = {} if self.name.endswith(".json") else {"line": line_of(self.text, place)}
        return {**fault, "origin": self.name, **lined}


def law_table(model: type[Model], name: str, context: Context | None = None) -> Model:
    """One of the law's files as its model.

    Raises:
        BadData: every fault of the file: field, problem, origin, line.
    """
    text = law_text(name)
    content, faults = read_text(text, name), list[Fault]()
    content.pop(INSTRUMENTS, None)
    found = attempt(model, content, faults, context=context, origin=Origin(name, text))
    return _found(found, faults)


def read_entries(
    model: type[Model], text: str, name: str, key: str, context: Context | None = None, part: str = ""
) -> dict[str, Model]:
    """Reads a text of named entries, each as its model with its own name in the field ``key``.

    ``part`` is the part of the text that holds them; without one it is the text but for its instruments. Where the
    faults of the law's files are gathered, the entries without one are read.

    Raises:
        BadData: every fault of the text: field, problem, origin, line.
    """
    origin, faults = Origin(name, text), list[Fault]()
    found: dict[str, Model] = {}
    at = (part,) if part else ()
    try:
        entries = read_text(text, name)
    except BadData as torn:
        entries, faults = {}, torn.faults
    inside = entries.get(part, {}) if part else {name: item for name, item in entries.items() if name != INSTRUMENTS}
    if not isinstance(inside, dict):
        inside, faults = {}, [origin.mark({"field": part, "problem": "not_an_object"}, at)]
    for entry, content in inside.items():
        given = {key: entry, **content} if isinstance(content, dict) else content
        item = attempt(model, given, faults, at=(*at, entry), context=context, origin=origin)
        if item is not None:
            found[entry] = item
    if faults:
        refuse(*faults)
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
        line = _AT_LINE.search(str(error))
        where = {"line": int(line[1])} if line else {}
        raise BadData({"field": name, "problem": problem, "reason": str(error), "origin": name, **where}) from None
    return found


def parse(model: type[Model], content: object, telling: Telling = OFFICE_TEXT) -> Model:
    """Data as their model.

    Raises:
        BadData: every field that can't be used.
    """
    faults: list[Fault] = []
    return _found(attempt(model, content, faults, telling), faults)


def _found(found: Model | None, faults: list[Fault]) -> Model:
    if faults:
        raise BadData(*faults)
    assert found is not None  # noqa: S101 - what is not found has faults
    return found


def attempt(
    model: type[Model],
    content: object,
    faults: list[Fault],
    telling: Telling = LAW_TABLE,
    at: Place = (),
    *,
    context: Context | None = None,
    origin: Origin | None = None,
) -> Model | None:
    """Reads data as their model; returns None and adds the faults where they have any.

    ``at`` is the place of the data in their text.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(content, context=dict(context or {}))
    except ValidationError as error:
        faults += faults_of(error, telling, model, at, origin.mark if origin else None)
        return None
