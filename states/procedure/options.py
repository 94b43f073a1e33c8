"""What can be done with a case on a day, and why the rest can't: each unmet condition with its law.

Also the preview of events: they are applied to a copy, and nothing is written.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ..errors import LawUnknown
from ..rules.rules import rule
from .advance import Caution, advance, unmet_conditions
from .case import FINISHED, Case, State
from .catalogue import fields_of, move_of, moves
from .declaration import AnyMove, Question, Unmet, pending
from .history import Event
from .machine import sources, transitions
from .periods import Law


@dataclass(frozen=True, slots=True)
class Option:
    """One move: whether it can be made, what stands in its way, and which data it wants."""

    move: str
    available: bool
    unmet: tuple[Unmet, ...]
    needs: tuple[str, ...]


def options(case: Case, on: date, law: Law, move: str | None = None, *, live: bool = False) -> list[Option]:
    """Every move (or the one named), possible or not, at that day; ``live``: as staff make it, else for the past.

    Raises:
        UnknownMove: the law knows no such move.
    """
    if move is not None:
        return [_option(Question(case, on, None, law, live), move_of(move))]
    return [_option(Question(case, on, None, law, live), item) for item in moves().values() if _follows(item)]


def _follows(move: AnyMove) -> bool:
    """Whether the move goes on with a case, neither opening it nor amending its record."""
    return not move.amends and not (move.opens and move.of == "case")


def _option(question: Question[Any], move: AnyMove) -> Option:
    found = [*_state_conditions(question.case, move, question.on), *unmet_conditions(question, move)]
    if any(item.text == "wrong_state" for item in found):
        found = [item for item in found if item.hard and (item.text == "wrong_state" or not item.timely)]
    return Option(move.name, not any(item.hard for item in found), tuple(found), needs(move.name))


def needs(move: str) -> tuple[str, ...]:
    """The fields that a move must bring, whatever the others say."""
    return tuple(
        item.key
        for item in fields_of(move)
        if not item.inner and (item.required or (item.when is not None and not item.when.field))
    )


def _state_conditions(case: Case, move: AnyMove, on: date) -> list[Unmet]:
    if move.of != "case":
        if case.state == State.ANNULLED:
            return [Unmet("move_not_allowed", rule(move.article, on).source, text="annulled")]
        if move.opens or pending(case, move.of):
            return []
        return [Unmet("move_not_allowed", rule(move.article, on).source, text=f"no_pending_{move.of}")]
    if not _follows(move):
        return [] if move.amends else [Unmet("duplicate_case", rule("law_of_receipt", on).source)]
    allowed = sources("case", move.name)
    if case.state in allowed:
        return []
    fields = {"state": case.state, "allowed": list(allowed), "ways": ways_to(case.state, allowed)}
    return [Unmet("move_not_allowed", _basis(move, case.law_on), fields, text="wrong_state")]


def _basis(move: AnyMove, on: date) -> str:
    """The move's article as it was on that day; where there was none yet, the duty to reply."""
    try:
        return rule(move.article, on).source
    except LawUnknown:
        return rule("reply", on).source


def ways_to(state: str, wanted: Iterable[str]) -> list[str]:
    """The moves with which the shortest ways from a state to one of the wanted states begin, in their order.

    What happens outside is a way only where nothing that is decided leads there; nor does a case end on the way to what
    is done before its end.
    """
    return list(_ways_to(state, frozenset(wanted)))


@cache
def _ways_to(state: str, goal: frozenset[str]) -> tuple[str, ...]:
    seen = {state}
    seen |= set() if goal <= FINISHED else FINISHED - goal
    frontier: dict[str, set[str]] = {state: set()}
    while frontier:
        reached: dict[str, set[str]] = {}
        for arrow in transitions("case"):
            for here in frontier.keys() & set(arrow.sources) if arrow.dest not in seen else ():
                reached.setdefault(arrow.dest, set()).update(frontier[here] or {arrow.move})
        found = set().union(*(first for dest, first in reached.items() if dest in goal))
        if found:
            own = {name for name in found if not move_of(name).fact}
            return tuple(name for name in moves() if name in (own or found))
        seen |= reached.keys()
        frontier = reached
    return ()


def preview_events(
    case: Case, events: Iterable[Event], law: Law, history: Iterable[Event] = ()
) -> tuple[Case, list[Caution]]:
    """The case after some more moves, with the warnings; the case given is left as it was.

    An amendment, or a move recorded late, needs the ``history`` that made the case.
    Raises:
        OutOfOrder, MoveRefused, BadData, UnknownMove: as the real move would.
    """
    copied = copy.deepcopy(case)
    warnings: list[Caution] = []
    recorded = list(history)
    for event in events:
        copied, found = advance(copied, event, law, lambda: recorded)
        warnings += found
        recorded.append(event)
    return copied, warnings
