"""Personal data kept apart from the history: redacted there, restored for who may see them, masked for others.

What the law does not need in the open is put aside in a row of its own, and the history holds a salted hash in its
place. Erasing the row after retention leaves the chain of hashes whole and says nothing.

The declarations of the moves are asked only when something is put aside: whoever reads does without them.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from typing import NamedTuple

from .chains import canonical, digest

REDACTED = "sealed:"
"""How the hash begins that stands in the place of personal data."""
ERASED = "（已按保存期限删除）"

Data = Mapping[str, object]
"""The data of a move as they were given: JSON values by field."""


class Redacted(NamedTuple):
    """A move's data for the history, what was put aside by its place, and the salt of the hashes between them."""

    kept: dict[str, object]
    aside: dict[str, object]
    salt: str


def redact(move: str, data: Data) -> Redacted:
    """Parts what may stand in the history from personal data.

    The move's declaration says which of its fields are personal; a field that it does not know is personal
    data until somebody says otherwise.
    """
    from ...states.procedure.catalogue import move_of

    if move_of(move).amends:
        return _redact_amendment(move, data)
    if data.keys() <= open_fields(move):
        return Redacted(dict(data), {}, "")
    salt = secrets.token_hex(16)
    aside: dict[str, object] = {}
    kept = _part(data, open_fields(move), _open_inside(move), salt, aside)
    return Redacted(kept, aside, salt if aside else "")


@cache
def open_fields(move: str) -> frozenset[str]:
    """The fields of a move that may stand in the history; none of an amendment, which has fields of every move."""
    from ...states.procedure.catalogue import move_of

    return frozenset() if move_of(move).amends else _open_of(move)


def _open_of(move: str) -> frozenset[str]:
    from ...states.procedure.catalogue import known_fields
    from ...states.procedure.description import personal_fields

    return known_fields(move) - personal_fields(move)


@cache
def _open_inside(move: str) -> Mapping[str, tuple[str, ...]]:
    """Of each personal field that has fields of its own, those that are not personal."""
    from ...states.procedure.catalogue import fields_of
    from ...states.procedure.description import personal_fields

    found: dict[str, tuple[str, ...]] = {}
    for item in fields_of(move):
        outer, _, inner = item.key.rpartition(".")
        if outer in personal_fields(move):
            found[outer] = (*found.get(outer, ()), *([inner] if item.privacy != "personal" else []))
    return found


def _part(
    data: Data, shown: Set[str], shown_inside: Mapping[str, tuple[str, ...]], salt: str, aside: dict[str, object]
) -> dict[str, object]:
    """What of the data stays in the open; the rest is put aside, and stands there as a hash."""
    kept: dict[str, object] = {}
    for name, value in data.items():
        if name in shown:
            kept[name] = value
        elif name in shown_inside and isinstance(value, dict):
            inside = shown_inside[name]
            inner = {key: item for key, item in value.items() if key not in inside}
            kept[name] = {key: value[key] for key in inside if key in value} | _put_aside(
                inner, f"{name}.", salt, aside
            )
        else:
            kept |= _put_aside({name: value}, "", salt, aside)
    return kept


def _put_aside(values: Data, prefix: str, salt: str, aside: dict[str, object]) -> dict[str, str | None]:
    """What taking a field away leaves is no personal data: null stands in the open."""
    told = {name: value for name, value in values.items() if value is not None}
    aside.update({prefix + name: value for name, value in told.items()})
    return {name: REDACTED + digest(salt, canonical(told[name])) if name in told else None for name in values}


def _redact_amendment(move: str, data: Data) -> Redacted:
    """What an amendment puts in the place of personal data of any move is personal too, and so is why.

    Its own fields have places apart, as those that it amends may bear the same names.
    """
    salt = secrets.token_hex(16)
    aside: dict[str, object] = {}
    kept: dict[str, object] = {}
    for name, value in data.items():
        if name == "data" and isinstance(value, dict):
            shown, inside = _open_everywhere()
            kept[name] = _part(value, shown, inside, salt, aside)
        elif name in _open_of(move):
            kept[name] = value
        else:
            kept |= _put_aside({name: value}, _outer(data), salt, aside)
    return Redacted(kept, aside, salt if aside else "")


@cache
def _open_everywhere() -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
    """The fields that are personal in no move, and of each that has fields of its own those that are so nowhere."""
    from ...states.procedure.catalogue import known_fields, moves
    from ...states.procedure.description import personal_fields

    personal = frozenset(key for move in moves() for key in personal_fields(move) if "." not in key)
    known = frozenset(key for move in moves() for key in known_fields(move))
    inside: dict[str, tuple[str, ...]] = {}
    for key, shown in ((key, shown) for move in moves() for key, shown in _open_inside(move).items()):
        inside[key] = tuple(name for name in shown if name in inside.get(key, shown))
    return known - personal, inside


def _outer(data: Data) -> str:
    """How the places of a move's own fields begin that holds the data of another."""
    return "amend:" if isinstance(data.get("data"), dict) else ""


def redacted_places(data: Data) -> Iterator[tuple[str, str]]:
    """Where open data hold a hash instead of personal data: the place under which they were put aside, the hash."""
    outer = _outer(data)
    for name, value in data.items():
        if name == "data" and isinstance(value, dict):
            yield from redacted_places(value)
        elif isinstance(value, dict):
            yield from ((f"{name}.{inner}", text) for inner, text in value.items() if is_redacted(text))
        elif is_redacted(value):
            yield outer + name, str(value)


def is_redacted(value: object) -> bool:
    """Whether a value reads like the hash of something put aside."""
    return isinstance(value, str) and value.startswith(REDACTED)


def restore(data: Data, aside: Data | None) -> dict[str, object]:
    """Open data with the personal data put back, or with a note where they have been erased."""
    restored: dict[str, object] = {}
    outer = _outer(data)
    for name, value in data.items():
        if name == "data" and isinstance(value, dict):
            restored[name] = restore(value, aside)
        elif isinstance(value, dict):
            restored[name] = {key: _restored(inner, f"{name}.{key}", aside) for key, inner in value.items()}
        else:
            restored[name] = _restored(value, outer + name, aside)
    return restored


def _restored(value: object, place: str, aside: Data | None) -> object:
    if is_redacted(value):
        return ERASED if aside is None else aside.get(place, ERASED)
    return value


def mask(value: object) -> str:
    """A name, number or address with all but its ends hidden."""
    text = str(value)
    if text == ERASED or not text:
        return text
    if len(text) <= 4:
        return text[0] + "*" * (len(text) - 1)
    keep = 1 if len(text) < 8 else 3
    return text[:keep] + "*" * (len(text) - 2 * keep) + text[-keep:]


def personal_texts(move: str, data: Data) -> Iterator[str]:
    """Every text in the personal fields of a move."""
    for value in redact(move, data).aside.values():
        yield from _texts(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def hide(text: str, personal: Iterable[str]) -> str:
    """A text in which each of these personal texts is masked, the longest first."""
    for item in sorted({item.strip() for item in personal}, key=len, reverse=True):
        if len(item) > 1:
            text = text.replace(item, mask(item))
    return text
