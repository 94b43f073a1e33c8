"""Hash chains: each row of a history holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from ...states.admission import DEEPEST, KEYS, LONGEST_NAME, doubtful, plain_key
from ...states.errors import BadData

GENESIS = "0" * 64
"""What the first link of a chain holds."""


canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode
"""One JSON text for each value, whatever the order of its keys."""


def is_plain(value: object, levels: int = DEEPEST) -> bool:
    """Whether a value can be stored as it stands: short texts, whole numbers and ids in their one form, as nearly all.

    Objects stand in one another ``levels`` deep at most. What is not so plain is looked at by ``values`` of
    ``states.admission``.
    """
    if isinstance(value, str):
        return type(value) is str and len(value) <= LONGEST_NAME and not doubtful(value)
    if isinstance(value, dict):
        inner = levels - 1
        return inner >= 0 and all(
            type(name) is str and is_plain(name) and _is_plain_field(name, item, inner) for name, item in value.items()
        )
    return isinstance(value, bool) or value is None


def _is_plain_field(name: str, item: object, levels: int) -> bool:
    if name in KEYS:
        return isinstance(item, str) and plain_key(item) is not None
    return is_plain(item, levels)


def digest(*parts: str) -> str:
    """SHA-256 over the parts, each closed by a zero byte."""
    return hashlib.sha256("".join([f"{part}\0" for part in parts]).encode()).hexdigest()


def digest_by(algorithm: str, parts: Iterable[object]) -> str:
    """The same by an algorithm of ``hashlib``, over the texts of values as they are stored.

    Raises:
        ValueError: this machine does not have the algorithm.
    """
    sha = hashlib.new(algorithm)
    for part in parts:
        sha.update(_text(part).encode())
        sha.update(b"\0")
    return sha.hexdigest()


def require_algorithm(name: str) -> None:
    """Refuses an algorithm that this machine's Python does not have.

    Raises:
        BadData: hash_unavailable.
    """
    if name not in hashlib.algorithms_available:
        raise BadData({"field": "hash", "problem": "hash_unavailable", "value": name})


def link(previous: str, *parts: object) -> str:
    """The hash of a row: over its own texts as stored and the hash of the row before; None counts as empty text."""
    return digest(previous, *(_text(part) for part in parts))


def _text(part: object) -> str:
    if isinstance(part, date):
        return part.isoformat()
    return "" if part is None else str(part)


_STEP = ("seq", "move", "on_date", "at_text", "recorded_at", "actor", "data")


def event_hash(previous: str, agency: str, number: str, row: Mapping[str, object]) -> str:
    """The link of one step of a case to the step before.

    That a step was made in live work is part of it; one without that mark is linked as before the mark was kept.
    """
    live = ("live",) if row["live"] else ()
    return link(previous, agency, number, *(row[name] for name in _STEP), *live)
