"""Moves as data: what forms, command lines, registers and manuals show of each move.

All of it is read from the moves' own declarations.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

from ..errors import BadData, LawUnknown, UnknownMove
from ..rules.rules import rule, rules
from .catalogue import Declared, Field, declared, fields_of, known_fields, move_of, moves
from .names import paper_names, state_names
from .reading import same

Json: TypeAlias = dict[str, Any]
"""A JSON object."""


def describe_moves(on: date | None = None) -> list[Json]:
    """Every move as data, in the order of the Regulations, with the law of a day (else the newest)."""
    return [_described(item, on) for item in declared()]


def _described(item: Declared, on: date | None) -> Json:
    move = item.move
    states = dict.fromkeys(state for arrow in move.arrows for state in arrow.sources)
    return {
        "move": move.name,
        "name": move.title,
        "description": move.description,
        "step": item.step.title,
        "article": article(move.article, on),
        "of": move.of,
        "from": [{"state": state, "name": state_names()[state]} for state in states],
        "papers": [{"paper": paper, "name": paper_names()[paper]} for paper in move.papers],
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

    Beside the standard's own words: ``x-privacy``, ``x-order``, where something makes a field required
    ``x-required-when``, and ``x-data-of`` where data of another move are given: there ``$defs`` holds the data
    of each move by its name, of which nothing must be there and what is null is taken away.
    Raises:
        UnknownMove: no such move.
    """
    found = move_of(move)
    schema = data_schema(found.data, found.title, found.description)
    return _with_others(schema) if found.amends else schema


def data_schema(model: type[BaseModel], title: str, description: str = "") -> Json:
    """The JSON Schema of any data model whose fields have labels, in the form of ``move_schema``."""
    plain = model.model_json_schema()
    inner = plain.get("$defs", {})
    shared: set[str] = set()
    schema = _object(plain, inner, (), shared)
    kept = {name: _object(inner[name], inner, (name,), shared) for name in sorted(shared)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **({"description": description} if description else {}),
        **schema,
        **({"$defs": kept} if kept else {}),
    }


def _with_others(schema: Json) -> Json:
    """A schema with those of the moves whose data it may hold."""
    others = {name: _as_change(move_schema(name)) for name, move in moves().items() if not move.amends}
    any_of = [{"$ref": f"#/$defs/{name}"} for name in others]
    properties = {
        key: item | {"anyOf": any_of} if "x-data-of" in item else item for key, item in schema["properties"].items()
    }
    inside = {name: kind for item in others.values() for name, kind in item.pop("$defs", {}).items()}
    return schema | {"properties": properties, "$defs": inside | others}


def _as_change(schema: Json) -> Json:
    """A form of which every field may be left as it was, or be taken away."""
    kept = {name: value for name, value in schema.items() if name not in ("$schema", "required", "anyOf", "allOf")}
    words = ("title", "description", *(name for name in _OWN if name != "x-required-when"))
    kept["properties"] = {
        key: {name: item[name] for name in words if name in item}
        | {"anyOf": [{name: value for name, value in item.items() if name not in (*words, *_OWN)}, {"type": "null"}]}
        for key, item in schema["properties"].items()
    }
    return kept


_OWN = ("x-privacy", "x-order", "x-required-when", "x-data-of")
"""The words of a property beside the standard's."""


def _object(plain: Json, inner: Json, above: tuple[str, ...], shared: set[str]) -> Json:
    """An object's schema: each field with its words and its place, what must be there, and when."""
    written = plain.get("properties", {})
    order = sorted(written, key=lambda key: key == "late_reason")
    fields = {key: _kind(written[key], inner, above, shared) | {"x-order": n} for n, key in enumerate(order, 1)}
    rules_ = [_requirement(key, item, written) for key, item in fields.items() if _decided_by(item)]
    rules_ += plain.get("allOf", ())
    return {
        "type": "object",
        "properties": fields,
        "required": list(plain.get("required", ())),
        "additionalProperties": plain.get("additionalProperties", True),
        **({"anyOf": plain["anyOf"]} if "anyOf" in plain else {}),
        **({"allOf": rules_} if rules_ else {}),
    }


def _kind(plain: Json, inner: Json, above: tuple[str, ...], shared: set[str]) -> Json:
    """What a value must be, with every object that it names written out; one inside itself is named in ``$defs``.

    That a field may be left out is told by ``required`` alone.
    """
    if "$ref" in plain:
        name = plain["$ref"].rsplit("/", 1)[-1]
        words = {key: value for key, value in plain.items() if key not in ("$ref", "default")}
        if name not in above:
            return _object(inner[name], inner, (*above, name), shared) | words
        shared.add(name)
        return {"$ref": plain["$ref"]} | words
    found = {key: value for key, value in plain.items() if key != "default"}
    if not all("const" in item for item in found.get("oneOf", ())):
        found["anyOf"] = found.pop("oneOf")
    kinds = [item for item in found.pop("anyOf", ()) if item.get("type") != "null"]
    if len(kinds) == 1:
        return _kind(kinds[0], inner, above, shared) | found
    if kinds:
        found["anyOf"] = [_kind(item, inner, above, shared) for item in kinds]
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = _kind(found[key], inner, above, shared)
    return found


def _decided_by(item: Json) -> str:
    """The field that decides whether this one must be there; empty where none does."""
    return str(item.get("x-required-when", {}).get("field", ""))


def _requirement(key: str, item: Json, written: Json) -> Json:
    when = item["x-required-when"]
    by, value = when["field"], when["value"]
    given: Json = {"properties": {by: {"const": value}}}
    if "default" not in written[by] or not same(written[by]["default"], value):
        given["required"] = [by]
    return {"if": given, "then": {"required": [key]}}


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
    return next((title for wanted in (named, list(moves())) for title in _labels(key, wanted)), None)


def _labels(key: str, wanted: list[str]) -> Iterator[str]:
    fields = [item for move in wanted for item in fields_of(move)]
    yield from (item.title for item in fields if item.key == key)
    yield from (item.title for item in fields if item.key.rpartition(".")[2] == key)


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


@cache
def kind_of(move: str, key: str) -> str:
    """What a field holds: ``text``, ``texts``, ``date``, ``number``, ``choice`` or ``object``.

    Raises:
        KeyError: the move has no such field.
    """
    schema = move_schema(move)
    for part in key.split("."):
        schema = schema["properties"][part]
    if "oneOf" in schema:
        return "choice"
    kinds = {"array": "texts", "integer": "number", "object": "object"}
    return "date" if schema.get("format") == "date" else kinds.get(schema.get("type", "text"), "text")


def choice_label(move: str, key: str, value: str | None) -> str:
    """The label of a value of a field; the value itself where it has none.

    Raises:
        UnknownMove: no such move.
    """
    return choices_of(move, key).get(value or "", value or "")


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
    if word in found.choice.older:
        return found.choice.older[word]
    choices = "、".join(f"{key}（{label}）" for key, label in found.choices.items())
    raise BadData({"field": field, "problem": "not_one_of", "value": word, "choices": choices}, move=move)


def _key_of_move(word: str) -> str:
    found = moves_called(word)
    if not found:
        raise UnknownMove(move=word)
    return found[0]


def moves_called(word: str) -> list[str]:
    """The moves that a typed word may mean: by its key or title first, then by another word for it."""
    titled = [name for name, move in moves().items() if word in (name, move.title)]
    return titled + [name for name, move in moves().items() if word in move.words and name not in titled]


def meant_move(word: str, fields: Iterable[str] = ()) -> str:
    """The move that a typed word means, by its key or a Chinese name of it; a word that means none as it is.

    Of several moves of that name the first that has all the fields that were typed, by their keys or their labels.
    """
    found, typed = moves_called(word), set(fields)
    for name in found if len(found) > 1 else ():
        if typed <= {text for item in fields_of(name) for text in (item.key, item.title)}:
            return name
    return found[0] if found else word


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
    if isinstance(value, list):
        return [_read(move, key, item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return key_of(value, move, key)
    except BadData:
        return value


def read_typed(move: str, data: Mapping[str, object]) -> Json:
    """Typed data with the Chinese words of fields and choices read, those of an amendment too; of an unknown move as
    they are.
    """
    if move not in moves():
        return dict(data)
    read = read_words(move, data)
    change = read.get("data")
    return read | {"data": _read_change(change)} if moves()[move].amends and isinstance(change, dict) else read


def _read_change(change: Json) -> Json:
    """The changed data of an amended move, read in the words of the first move that knows them all."""
    for name, move in moves().items():
        read = change if move.amends else read_words(name, change)
        if not move.amends and read.keys() <= known_fields(name):
            return read
    return change
