"""Personal data kept apart from the history, and the hash chain of each case.

What the law does not need in the open is put aside in a row of its own, and the history holds a
salted hash in its place. Erasing the row after retention leaves the chain whole and says nothing.

The declarations of the moves are asked only when something is put aside: whoever reads does without them.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import Any

SEALED = "sealed:"
ERASED = "（已按保存期限删除）"
GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """One text for one value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest(*parts: str) -> str:
    """SHA-256 over the parts, each closed by a zero byte."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part.encode())
        sha.update(b"\0")
    return sha.hexdigest()


def seal(move: str, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Parts open and personal data: (open data with hashes in place, what was put aside, salt).

    The move's declaration says which of its fields are personal; a field that it does not know is personal
    data until somebody says otherwise.
    """
    from ...states.procedure.catalogue import move_of

    if move_of(move).amends:
        return _seal_amendment(data)
    open_fields = _open_fields(move)
    if data.keys() <= open_fields:
        return data, {}, ""
    return _part(data, open_fields, _open_inside(move))


@cache
def _open_fields(move: str) -> frozenset[str]:
    from ...states.procedure.catalogue import known_fields
    from ...states.procedure.description import personal_fields

    return known_fields(move) - personal_fields(move)


@cache
def _open_inside(move: str) -> Mapping[str, tuple[str, ...]]:
    """Of each personal field that has fields of its own, those that are not personal."""
    from ...states.procedure.catalogue import fields_of

    found: dict[str, tuple[str, ...]] = {}
    for item in fields_of(move):
        outer, _, inner = item.key.rpartition(".")
        if outer and item.privacy != "personal":
            found[outer] = (*found.get(outer, ()), inner)
    return found


def _part(
    data: dict[str, Any], open_fields: Set[str], open_inside: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Any], dict[str, Any], str]:
    salt = secrets.token_hex(16)
    aside: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in data.items():
        if name in open_fields:
            kept[name] = value
        elif name in open_inside and isinstance(value, dict):
            shown = open_inside[name]
            inner = {key: item for key, item in value.items() if key not in shown}
            kept[name] = {key: value.get(key) for key in shown} | _aside(inner, f"{name}.", salt, aside)
        else:
            kept |= _aside({name: value}, "", salt, aside)
    return kept, aside, salt if aside else ""


def _aside(values: dict[str, Any], prefix: str, salt: str, aside: dict[str, Any]) -> dict[str, str]:
    for name, value in values.items():
        aside[prefix + name] = value
    return {name: SEALED + digest(salt, canonical(value)) for name, value in values.items()}


def _seal_amendment(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What an amendment puts in the place of personal data of any move is personal too."""
    inner = data.get("data") or {}
    personal, inside = _personal_anywhere()
    if not personal & inner.keys():
        return data, {}, ""
    kept, aside, salt = _part(inner, inner.keys() - personal, inside)
    return data | {"data": kept}, aside, salt


@cache
def _personal_anywhere() -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
    from ...states.procedure.catalogue import moves
    from ...states.procedure.description import personal_fields

    personal = frozenset(key for move in moves() for key in personal_fields(move) if "." not in key)
    return personal, {key: shown for move in moves() for key, shown in _open_inside(move).items()}


def sealed_places(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where open data hold a hash instead of personal data: the name under which they were put aside, the hash."""
    for name, value in data.items():
        if name == "data" and isinstance(value, dict):
            yield from sealed_places(value)
        elif isinstance(value, dict):
            yield from ((f"{name}.{inner}", text) for inner, text in value.items() if is_sealed(text))
        elif is_sealed(value):
            yield name, value


def is_sealed(value: Any) -> bool:
    """Whether a value reads like the hash of something put aside."""
    return isinstance(value, str) and value.startswith(SEALED)


def unseal(data: dict[str, Any], aside: dict[str, Any] | None) -> dict[str, Any]:
    """Open data with the personal data put back, or with a note where they have been erased."""
    opened: dict[str, Any] = {}
    for name, value in data.items():
        if name == "applicant" and isinstance(value, dict):
            opened[name] = {key: _open(value[key], f"applicant.{key}", aside) for key in value}
        elif name == "data" and isinstance(value, dict):
            opened[name] = unseal(value, aside)
        else:
            opened[name] = _open(value, name, aside)
    return opened


def _open(value: Any, path: str, aside: dict[str, Any] | None) -> Any:
    if is_sealed(value):
        return ERASED if aside is None else aside.get(path, ERASED)
    return value


def mask(value: Any) -> str:
    """A name, number or address with all but its ends hidden."""
    text = str(value)
    if text == ERASED or not text:
        return text
    if len(text) <= 4:
        return text[0] + "*" * (len(text) - 1)
    keep = 1 if len(text) < 8 else 3
    return text[:keep] + "*" * (len(text) - 2 * keep) + text[-keep:]


def event_hash(prev_hash: str, agency: str, number: str, row: Mapping[str, Any]) -> str:
    """The link of one history row to the row before: over its own texts, as they are stored."""
    on, at = row["on_date"].isoformat(), row["at_text"] or ""
    return digest(
        prev_hash, agency, number, str(row["seq"]), row["move"], on, at, row["recorded_at"], row["actor"], row["data"]
    )
