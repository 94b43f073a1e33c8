"""Personal data kept apart from the history: redacted there, restored for who may see them, masked for others.

What the law does not need in the open is put aside in a row of its own, and the history holds a salted hash in its
place. Erasing the row after retention leaves the chain of hashes whole and says nothing.

The declarations of the moves are asked only when something is put aside: whoever reads does without them.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from typing import NamedTuple

from .chains import canonical, digest

REDACTED = "sealed:"
"""How the hash begins that stands in the place of personal data."""
ERASED = "（已按保存期限删除）"
UNDECLARED = "undeclared"
"""The place of all fields that no declaration knows: their names may tell as much as their values."""
NAMING = ("department", "handler")
"""Fields that are to name a department or a person of the office; what names nobody known is a text like any other."""
BY = "actor:by"
"""The place of who is said to have acted, where that names nobody known."""

Data = Mapping[str, object]
"""The data of a move as they were given: JSON values by field."""


class Redacted(NamedTuple):
    """A move's data for the history, what was put aside by its place, and the salt of the hashes between them."""

    kept: dict[str, object]
    aside: dict[str, object]
    salt: str


def redact(move: str, data: Data, typed: Set[str] = frozenset(), amended: str = "") -> Redacted:
    """Parts what may stand in the history from personal data.

    The move's declaration says which of its fields are personal; a field that it does not know is personal
    data until somebody says otherwise, and so is its name. ``typed`` are fields that are personal this time: they
    were to name somebody of the office and name nobody known. ``amended`` is the move that an amendment amends, where
    it is known: what is open there stays open, so that the case can be read from it.
    """
    from ...states.procedure.catalogue import move_of

    if move_of(move).amends:
        return _redact_amendment(move, data, typed, amended)
    if not typed and data.keys() <= open_fields(move):
        return Redacted(dict(data), {}, "")
    salt = secrets.token_hex(16)
    aside: dict[str, object] = {}
    kept = _part(data, _declared_of(move).but(typed), salt, aside)
    return Redacted(kept, aside, salt if aside else "")


def put_by_aside(found: Redacted, by: Data) -> tuple[Redacted, str]:
    """Puts who is said to have acted aside as well; gives the hash that stands in the place of the id."""
    salt = found.salt or secrets.token_hex(16)
    return Redacted(found.kept, {**found.aside, BY: by}, salt), REDACTED + digest(salt, canonical(by))


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


class _Declared(NamedTuple):
    """What is declared of fields: those that are open, of a personal one those open inside, and the personal ones.

    A personal field that lies inside of another is known by its dotted key.
    """

    shown: Set[str]
    shown_inside: Mapping[str, tuple[str, ...]]
    personal: Set[str]

    def but(self, typed: Set[str]) -> "_Declared":
        """The same, with some of the open fields among the personal ones."""
        return _Declared(self.shown - typed, self.shown_inside, self.personal | typed) if typed else self

    def inside(self, name: str) -> "_Declared":
        """What is declared inside of a field."""
        start = f"{name}."
        personal = frozenset(key.removeprefix(start) for key in self.personal if key.startswith(start))
        return _Declared(frozenset(self.shown_inside[name]), {}, personal)


@cache
def _declared_of(move: str) -> _Declared:
    from ...states.procedure.description import personal_fields

    return _Declared(open_fields(move), _open_inside(move), personal_fields(move))


def _part(data: Data, declared: _Declared, salt: str, aside: dict[str, object], prefix: str = "") -> dict[str, object]:
    """What of the data stays in the open; the rest is put aside, and stands there as a hash.

    What no declaration knows is put aside together, its names with its values.
    """
    kept: dict[str, object] = {}
    unknown: dict[str, object] = {}
    for name, value in data.items():
        if name in declared.shown or (name == UNDECLARED and is_redacted(value)):
            kept[name] = value
        elif name in declared.shown_inside and isinstance(value, dict):
            kept[name] = _part(value, declared.inside(name), salt, aside, f"{name}.")
        elif name in declared.personal:
            kept |= _put_aside({name: value}, prefix, salt, aside)
        else:
            unknown[name] = value
    return kept | (_put_aside({UNDECLARED: unknown}, prefix, salt, aside) if unknown else {})


def _put_aside(values: Data, prefix: str, salt: str, aside: dict[str, object]) -> dict[str, str | None]:
    """What taking a field away leaves is no personal data: null stands in the open."""
    told = {name: value for name, value in values.items() if value is not None}
    aside.update({prefix + name: value for name, value in told.items()})
    return {name: REDACTED + digest(salt, canonical(told[name])) if name in told else None for name in values}


def _redact_amendment(move: str, data: Data, typed: Set[str], amended: str) -> Redacted:
    """What an amendment puts in the place of personal data of any move is personal too, and so is why.

    A field that is open in the move that it amends is open here, too, whatever another move says of that
    name. Its own fields have places apart, as those that it amends may bear the same names.
    """
    salt = secrets.token_hex(16)
    aside: dict[str, object] = {}
    own = {name: value for name, value in data.items() if name != "data" or not isinstance(value, dict)}
    declared = _Declared(_open_of(move), {}, _declared_of(move).personal)
    kept = _part(own, declared, salt, aside, _outer(data))
    inner = data.get("data")
    if isinstance(inner, dict):
        everywhere = _declared_everywhere()
        shown = everywhere.shown | (open_fields(amended) if amended else frozenset())
        kept["data"] = _part(inner, everywhere._replace(shown=shown).but(typed), salt, aside)
    return Redacted(kept, aside, salt if aside else "")


@cache
def _declared_everywhere() -> _Declared:
    """The fields that are personal in no move, and of each that has fields of its own those that are so nowhere."""
    from ...states.procedure.catalogue import known_fields, moves
    from ...states.procedure.description import personal_fields

    personal = frozenset(key for move in moves() for key in personal_fields(move) if "." not in key)
    known = frozenset(key for move in moves() for key in known_fields(move))
    inside: dict[str, tuple[str, ...]] = {}
    for key, shown in ((key, shown) for move in moves() for key, shown in _open_inside(move).items()):
        inside[key] = tuple(name for name in shown if name in inside.get(key, shown))
    return _Declared(known - personal, inside, frozenset(key for move in moves() for key in personal_fields(move)))


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


def redacted_by(actor: str) -> dict[str, str]:
    """Where the text of who acted holds a hash instead of who is said to have acted, its place and the hash."""
    if REDACTED not in actor:
        return {}
    user = json.loads(actor).get("user_id")
    return {BY: user} if is_redacted(user) else {}


def restore_by(actor: str, aside: Data | None) -> str:
    """The text of who acted with who is said to have acted put back, or with a note where that has been erased."""
    if not redacted_by(actor):
        return actor
    told = (aside or {}).get(BY)
    return canonical(json.loads(actor) | (told if isinstance(told, dict) else {"user_id": ERASED}))


def has_typed_names(data: Data) -> bool:
    """Whether open data hold a hash where they were to name a department or a person of the office."""
    inner = data.get("data")
    return any(is_redacted(data.get(name)) for name in NAMING) or (isinstance(inner, dict) and has_typed_names(inner))


def restore_names(data: Data, aside: Data | None) -> dict[str, object]:
    """Open data in which the departments and people of the office stand again that were put aside, or the note."""
    inner = data.get("data")
    put_back = {name: _restored(data[name], name, aside) for name in NAMING if name in data}
    return {**data, **put_back, **({"data": restore_names(inner, aside)} if isinstance(inner, dict) else {})}


def typed_texts(aside: Data | None) -> Iterator[tuple[str, str]]:
    """What was put aside where a department or a person of the office is named, by the field; not who acted."""
    for name in NAMING:
        value = (aside or {}).get(name)
        if isinstance(value, str):
            yield name, value


def hide_names(data: Data, hidden: Set[str]) -> dict[str, object]:
    """Data in which those of these texts are masked that stand where a department or a person is named."""
    inner = data.get("data")
    texts = {name: data[name] for name in NAMING if isinstance(data.get(name), str)}
    named = {name: mask(text) for name, text in texts.items() if text in hidden}
    return {**data, **named, **({"data": hide_names(inner, hidden)} if isinstance(inner, dict) else {})}


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
            restored[name] = _put_back(value, f"{name}.", aside)
        else:
            restored |= _put_back({name: value}, outer, aside)
    return restored


def _put_back(values: Data, prefix: str, aside: Data | None) -> dict[str, object]:
    """Values with what was put aside of them, and the fields that no declaration knows under their own names."""
    found: dict[str, object] = {}
    for name, value in values.items():
        told = _restored(value, prefix + name, aside)
        if name == UNDECLARED and is_redacted(value) and isinstance(told, dict):
            found |= told
        else:
            found[name] = told
    return found


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
