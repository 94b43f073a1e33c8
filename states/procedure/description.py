"""Moves as data: what forms, command lines, registers and manuals show of each move.

All of it is read from the moves' own declarations.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

from ..errors import BadData, LawUnknown, UnknownMove
from ..rules.rules import rule, rules
from .catalogue import Declared, Field, declared, fields_in, fields_of, move_of, moves

Json: TypeAlias = dict[str, Any]
"""A JSON object."""


def describe_moves(on: date | None = None) -> list[Json]:
    """Every move as data, in the order of the Regulations, with the law of a day (else the newest)."""
    return [_described(item, on) for item in declared()]


def _described(item: Declared, on: date | None) -> Json:
    move = item.move
    return {
        "move": move.name,
        "name": move.title,
        "description": move.description,
        "step": item.step.title,
        "article": article(move.article, on),
        "of": move.of,
        "from": list(dict.fromkeys(state for arrow in move.arrows for state in arrow.sources)),
        "papers": list(move.papers),
        "data": move_schema(move.name),
    }


def article(key: str, on: date | None = None) -> str:
    """The text of law behind a rule's key, as in force on a day (else the newest)."""
    newest = [item for item in rules() if item.key == key][-1]
    try:
        return newest.source if on is None else rule(key, on).source
    except LawUnknown:
        return newest.source


def move_schema(move: str) -> Json:
    """The JSON Schema (draft 2020-12) of a move's data, with Chinese titles, choices, privacy, order.

    Beside the standard's own words: ``x-privacy``, ``x-order`` and, where something makes a field required,
    ``x-required-when``.
    Raises:
        UnknownMove: no such move.
    """
    found = move_of(move)
    return data_schema(found.data, found.title, found.description)


def data_schema(model: type[BaseModel], title: str, description: str = "") -> Json:
    """The JSON Schema of any data model whose fields have labels, in the form of ``move_schema``."""
    plain = model.model_json_schema()
    fields = {item.key: item for item in fields_in(model)}
    schema = _dressed(plain, plain.get("$defs", {}), fields, "")
    schema["additionalProperties"] = model.model_config.get("extra") != "forbid"
    rules_ = [_requirement(item) for item in fields.values() if item.when is not None and item.when.field]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **({"description": description} if description else {}),
        **schema,
        **({"allOf": rules_} if rules_ else {}),
    }


def _dressed(plain: Json, inner: Json, fields: Mapping[str, Field], prefix: str) -> Json:
    """An object's schema with the titles, privacy and order of its fields."""
    shown: Json = {}
    order = [key.removeprefix(prefix) for key in fields if key.startswith(prefix)]
    for place, key in enumerate((key for key in order if "." not in key), 1):
        shown[key] = _property(plain["properties"][key], inner, fields, prefix + key) | {"x-order": place}
    return {
        "type": "object",
        "properties": shown,
        "required": list(plain.get("required", ())),
        "additionalProperties": True,
    }


def _property(plain: Json, inner: Json, fields: Mapping[str, Field], key: str) -> Json:
    item = fields[key]
    kind = _kind(plain)
    kind = _with_objects(kind, inner, fields, f"{key}.")
    words: Json = {"title": item.title, "x-privacy": item.privacy}
    if item.description:
        words["description"] = item.description
    if item.when is not None:
        words["x-required-when"] = {key: text for key, text in item.when._asdict().items() if text}
    return kind | words


def _with_objects(kind: Json, inner: Json, fields: Mapping[str, Field], prefix: str) -> Json:
    """A kind with each object that it names written out, also where it is one of several kinds."""
    if "$ref" in kind:
        return _dressed(inner[kind["$ref"].rsplit("/", 1)[-1]], inner, fields, prefix)
    if "anyOf" in kind:
        return kind | {"anyOf": [_with_objects(item, inner, fields, prefix) for item in kind["anyOf"]]}
    return kind


def _kind(plain: Json) -> Json:
    """The type of a value; whether a field may be left out is shown by ``required`` alone."""
    kinds = [item for item in plain.get("anyOf", [plain]) if item.get("type") != "null"]
    found: Json = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {name: value for name, value in found.items() if name not in ("title", "default", "description")}


def _requirement(item: Field) -> Json:
    assert item.when is not None  # noqa: S101 - asked for by the only caller
    given = {"properties": {item.when.field: {"const": item.when.value}}, "required": [item.when.field]}
    return {"if": given, "then": {"required": [item.key]}}


@cache
def personal_fields(move: str) -> frozenset[str]:
    """The fields of a move that hold personal data; those inside another field by their dotted key."""
    return frozenset(item.key for item in fields_of(move) if item.privacy == "personal")


@cache
def field_of(move: str, key: str) -> Field | None:
    """A field of a move by its key, dotted where it lies inside another; None where the move has none such."""
    return next((item for item in fields_of(move) if item.key == key), None)


@cache
def label_of(key: str, move: str = "") -> str | None:
    """The label of a field: of that move where it is named and has it, else as the first move that has one."""
    named = [move] if move in moves() else []
    return next((title for title in _labels(key, [*named, *moves()])), None)


def _labels(key: str, wanted: list[str]) -> Iterator[str]:
    for move in wanted:
        yield from (item.title for item in fields_of(move) if key in (item.key, item.key.rpartition(".")[2]))


@cache
def labels_of(key: str, move: str = "") -> Mapping[str, str]:
    """The labels of the values of a field: as that move has them where it is named, else as the first that has them."""
    found: dict[str, str] = {}
    for name in ([move] if move in moves() else []) + list(moves()):
        for item in fields_of(name):
            if key in (item.key, item.key.rpartition(".")[2]):
                found = {**item.choices, **found}
    return found


def choices_of(move: str, key: str) -> Mapping[str, str]:
    """The values that a field may have, each with its label; none where it is free.

    Raises:
        UnknownMove: no such move.
    """
    found = field_of(move, key)
    return found.choices if found else {}


def key_of(word: str, move: str = "", field: str = "") -> str:
    """The key that a typed word means: a move's, or with ``move`` and ``field`` that of a choice.

    Keys are taken as well as their Chinese words.
    Raises:
        UnknownMove: no move of that name.
        BadData: the field has no such choice.
    """
    if not move:
        return _key_of_move(word)
    found = field_of(move, field)
    if found is None or found.choice is None or word in found.choice.words:
        return word
    for key, words in found.choice.words.items():
        if word in words:
            return key
    choices = "、".join(f"{key}（{label}）" for key, label in found.choices.items())
    raise BadData({"field": field, "problem": "not_one_of", "value": word, "choices": choices}, move=move)


def _key_of_move(word: str) -> str:
    found = next((name for name, move in moves().items() if word in (name, move.title)), None)
    if found is None:
        raise UnknownMove(move=word)
    return found


def read_words(move: str, data: Mapping[str, object]) -> Json:
    """Typed data with each Chinese word of a choice, and of a field, replaced by its key.

    What is no word that the move knows is left as it was, for the move itself to judge.
    """
    return _read_object(move, "", data)


def _read_object(move: str, prefix: str, data: Mapping[str, object]) -> Json:
    inside = [item for item in fields_of(move) if item.key.rpartition(".")[0] == prefix.rstrip(".")]
    keys = {item.title: item.key.removeprefix(prefix) for item in inside}
    found: Json = {}
    for name, value in data.items():
        key = keys.get(name, name)
        read = _read(move, prefix + key, value)
        both = isinstance(read, dict) and isinstance(found.get(key), dict)
        found[key] = found[key] | read if both else read
    return found


def _read(move: str, key: str, value: object) -> object:
    if isinstance(value, dict):
        return _read_object(move, f"{key}.", value)
    if not isinstance(value, str):
        return value
    try:
        return key_of(value, move, key)
    except BadData:
        return value
