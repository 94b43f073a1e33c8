"""Which notices a case's history gives rise to.

Law: 条例 arts. 30-42; 复议法 arts. 48, 54; 行诉法 art. 67.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from ..states.case import Case
from ..states.fold import Event

RECEIVED_AT_ONCE = frozenset({"in_person", "oral", "signed_mail"})
DISCLOSING = frozenset({"granted", "partial"})


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice: its title, to whom it goes, and the rule of law behind it."""

    key: str
    title: str
    to: str
    rule: str
    moves: tuple[str, ...]


class NoticeRef(NamedTuple):
    """A notice that a case's history gives rise to: by which step, dated which day."""

    kind: str
    seq: int
    on: date
    ref: str = ""


@cache
def kinds() -> tuple[NoticeKind, ...]:
    """Every kind, in the order of the procedure."""
    text = resources.files("disclosure.notifications.templates").joinpath("kinds.toml").read_text("utf-8")
    return tuple(
        NoticeKind(key, item["title"], item["to"], item["rule"], tuple(item.get("moves", ())))
        for key, item in tomllib.loads(text).items()
    )


@cache
def kind(key: str) -> NoticeKind:
    """The kind of that key.

    Raises:
        KeyError: no such kind.
    """
    return {item.key: item for item in kinds()}[key]


def due_notices(case: Case, events: Iterable[Event]) -> list[NoticeRef]:
    """The notices of a case, in the order of the moves in force; ``ref`` is the consultation or remedy."""
    return [NoticeRef(key, event.seq, event.on, ref) for event in events for key, ref in _kinds_of(case, event)]


@cache
def _by_move() -> dict[str, tuple[str, ...]]:
    moves = {move for item in kinds() for move in item.moves}
    return {move: tuple(item.key for item in kinds() if move in item.moves) for move in moves}


def _kinds_of(case: Case, event: Event) -> Iterator[tuple[str, str]]:
    move, data = event.move, event.data
    ref = str(data.get("id", ""))
    if move == "confirm" or (move == "submit" and data["channel"] in RECEIVED_AT_ONCE):
        yield "receipt", ""
    if move == "consult":
        yield f"consultation_{data['with']}", ref
    if move == "abandon":
        yield f"abandonment_{'payment' if case.outcome == 'other_no_payment' else 'correction'}", ""
    for key in _by_move().get(move, ()):
        yield key, ref
    if move == "reply" and data["outcome"] in DISCLOSING:
        for item in case.consultations:
            overruled = item.counterpart == "third_party" and item.opinion in ("objects", "partly")
            if overruled and item.sent_on <= event.on:
                yield "third_party_decision", item.id
