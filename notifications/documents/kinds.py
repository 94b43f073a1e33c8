"""The kinds of papers, and which notices a case's history gives rise to.

Law: 条例 arts. 30-42; 复议法 arts. 48, 54; 行诉法 art. 67.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, ClassVar, NamedTuple

from pydantic import ConfigDict, TypeAdapter

from ...states.procedure.case import Case
from ...states.procedure.catalogue import moves as known_moves
from ...states.procedure.history import Event, is_decision
from ...states.procedure.moves.reopening import REPLACED, taken_away
from ...states.procedure.names import paper_names
from ...states.procedure.undone import given_up_unpaid, taken_back
from ...states.rules.outcomes import divides, reply_gives, row_of
from ...states.rules.receipt import received_at_once

_BY_HISTORY = frozenset(
    {
        "receipt",
        "consultation_third_party",
        "consultation_co_author",
        "consultation_other_organ",
        "third_party_decision",
        "abandonment_correction",
        "abandonment_payment",
        "revocation",
        "rectification",
    }
)
"""Papers that a move gives rise to only in some cases: by its data, or by what went before."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of paper: its title, to whom it goes, the rule of law behind it, and what it must show.

    ``suffix`` is None for a paper without a number; ``decisions`` gives each outcome its own title;
    ``asks`` names the facts that its issuer gives, ``labels`` what facts are called that no message names.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    key: str
    paper: str
    title: str
    to: str
    rule: str
    moves: tuple[str, ...] = ()
    suffix: str | None = None
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    decides: bool = False
    decisions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def title_of(self, outcome: str) -> str:
        """The title for an outcome."""
        return self.decisions[outcome]["title"] if outcome in self.decisions else self.title

    def paper_of(self, outcome: str) -> str:
        """The number in the list of papers, for an outcome."""
        return self.decisions[outcome]["paper"] if outcome in self.decisions else self.paper


class NoticeRef(NamedTuple):
    """A notice that a case's history gives rise to: by which step, dated which day."""

    kind: str
    seq: int
    on: date
    ref: str = ""


@cache
def kinds() -> tuple[NoticeKind, ...]:
    """Every kind, in the order of the procedure."""
    read = TypeAdapter(dict[str, NoticeKind])
    written = _written()
    names = paper_names()
    if strange := [key for key in names if key not in written or "title" in written[key]]:
        raise ValueError(f"papers of moves that have no kind, or a title of their own beside their name: {strange}")
    found = {
        key: {**({"title": names[key]} if key in names else {}), **item, "key": key, "moves": _raised_by(key)}
        for key, item in written.items()
    }
    return tuple(read.validate_python(found).values())


def _written() -> dict[str, dict[str, Any]]:
    folder = resources.files("disclosure.notifications.documents.templates")
    return tomllib.loads(folder.joinpath("kinds.toml").read_text("utf-8"))


def labels() -> dict[str, str]:
    """What facts are called that a kind brings with it, by the key of the message.

    Raises:
        ValueError: two kinds name the same fact.
    """
    found: dict[str, str] = {}
    for key, item in _written().items():
        for name, label in item.get("labels", {}).items():
            if f"fact_{name}" in found:
                raise ValueError(f"the fact {name!r} of the paper {key!r} has its label in another paper already")
            found[f"fact_{name}"] = label
    return found


def _raised_by(key: str) -> tuple[str, ...]:
    """The moves that always give rise to a paper, as they declare it."""
    if key in _BY_HISTORY:
        return ()
    return tuple(name for name, move in known_moves().items() if key in move.papers)


@cache
def kind(key: str) -> NoticeKind:
    """The kind of that key.

    Raises:
        KeyError: no such kind.
    """
    return {item.key: item for item in kinds()}[key]


def due_notices(case: Case, events: Iterable[Event]) -> list[NoticeRef]:
    """The notices of a case, in the order of the moves in force; ``ref`` is the consultation or remedy.

    What a later step took back before it left gives rise to none.
    """
    order = list(events)
    gone, unpaid, revoking = taken_back(order), given_up_unpaid(order), _revoking(case, order)
    answer = "rectification" if wants_rectified(order) else "reply"
    return [
        NoticeRef(answer if key == "reply" else key, event.seq, event.on, ref)
        for event in order
        if event.seq not in gone
        for key, ref in (("revocation", ""),) * (event.seq in revoking) or _kinds_of(case, event, unpaid)
    ]


ANSWERS = ("reply", "rectification")
"""The papers that answer a request: for information, or to rectify records."""


def wants_rectified(events: Sequence[Event]) -> bool:
    """Whether the request wants records about the applicant rectified.

    Law: 条例 art. 41.
    """
    return bool(events) and events[0].data.get("kind") == "rectification"


TAKEN_AWAY = (*REPLACED, "ordered")
"""Results after which an earlier reply stands no longer."""


def last_told(events: Iterable[Event]) -> Event | None:
    """The decision on the request that stands: a reply, or an end of the handling by the agency."""
    told: Event | None = None
    for event in events:
        if is_decision(event) or event.move in ("abandon", "discontinue"):
            told = event
        elif event.move in ("reopen", "withdraw", "withdraw_decision"):
            told = None
    return told


def _revoking(case: Case, order: Sequence[Event]) -> frozenset[int]:
    """The handlings again by which the agency takes its own decision back: no review organ or court has done so.

    An order in a record of the past without its review or suit counts as having done so.
    """
    found, gone = set(), taken_back(order)
    for place, event in enumerate(order):
        told = last_told(order[:place]) if event.move == "reopen" else None
        by_others = bool(event.data.get("ordered_by")) and not case.remedies
        standing = told is not None and told.seq not in gone and not taken_away(case, told.on, TAKEN_AWAY)
        if standing and not by_others:
            found.add(event.seq)
    return frozenset(found)


@cache
def raised() -> frozenset[str]:
    """Kinds that a move gives rise to; the others are written when they are asked for."""
    return frozenset(paper for move in known_moves().values() for paper in move.papers)


@cache
def _by_move() -> dict[str, tuple[str, ...]]:
    moves = {move for item in kinds() for move in item.moves}
    return {move: tuple(item.key for item in kinds() if move in item.moves) for move in moves}


def _overruled(case: Case, decision: Event) -> Iterator[str]:
    """The consultations of third parties over whose objection a decision gives information out.

    Of a divided one those whose objection it says that it does not follow.
    Law: 条例 art. 32.
    """
    if not reply_gives(decision.data, case.law_on):
        return
    told = decision.data.get("overruled") or []
    listed = told if isinstance(told, list) else [told]
    named = {str(item.get("id")) for item in listed if isinstance(item, Mapping)}
    every = not divides(row_of(decision.data)) or len(named) < len(listed)
    for item in case.consultations:
        objects = item.counterpart == "third_party" and item.opinion in ("objects", "partly")
        if objects and item.sent_on <= decision.on and (every or item.id in named):
            yield item.id


def _kinds_of(case: Case, event: Event, unpaid: frozenset[int]) -> Iterator[tuple[str, str]]:
    move, data = event.move, event.data
    ref = str(data.get("id", ""))
    if move == "confirm" or (move == "submit" and received_at_once(data["channel"], event.on)):
        yield "receipt", ""
    if move == "consult":
        yield f"consultation_{data['with']}", ref
    asked = case.consultation(ref) if move == "renew_term" and data["of"] == "consultation" else None
    if asked is not None:
        yield f"consultation_{asked.counterpart}", ref
    if move == "abandon":
        yield f"abandonment_{'payment' if event.seq in unpaid else 'correction'}", ""
    decided = move in ("reply", "decide") and not is_decision(event)
    dropped = move == "charge" and all(item.seq != event.seq for item in case.charges)
    for key in () if decided or dropped else _by_move().get(move, ()):
        if move != "renew_term" or key == data["of"]:
            yield key, ref
    if is_decision(event):
        for of in _overruled(case, event):
            yield "third_party_decision", of
