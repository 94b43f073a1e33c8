"""What can be done with a case on a day, and why the rest can't: each unmet condition with its law.

Also the what-if: moves tried on a copy, nothing written.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..errors import UnknownMove
from ..rules.rules import rule
from .case import FINISHED, Case, State
from .conditions import Question, Unmet, unmet
from .fold import MOVES, Event, Warning_, apply
from .machine import CASE_TRANSITIONS, REMEDY_MOVES, sources
from .periods import Law


@dataclass(frozen=True, slots=True)
class Option:
    """One move: whether it can be made, what stands in its way, and which data it wants."""

    move: str
    available: bool
    unmet: tuple[Unmet, ...]
    needs: tuple[str, ...]


def options(case: Case, on: date, law: Law, move: str | None = None) -> list[Option]:
    """Every move (or the one named), possible or not, at that day.

    Raises:
        UnknownMove: the law knows no such move.
    """
    if move is not None and move not in MOVES:
        raise UnknownMove(move=move)
    wanted = [move] if move is not None else [name for name in MOVES if name not in ("submit", "amend")]
    return [_option(case, name, on, law) for name in wanted]


def _option(case: Case, move: str, on: date, law: Law) -> Option:
    found = [*_state_conditions(case, move, on), *unmet(Question(case, move, on, None, law))]
    if move == "extend":  # the approval is part of the data, told under ``needs``
        found = [item for item in found if item.code != "not_approved"]
    if any(item.text == "wrong_state" for item in found):
        found = [item for item in found if item.hard and (item.text == "wrong_state" or not item.timely)]
    return Option(move, not any(item.hard for item in found), tuple(found), _needs(move))


def _needs(move: str) -> tuple[str, ...]:
    model, _ = MOVES[move]
    names = [(item.alias or name) for name, item in model.model_fields.items() if item.is_required()]
    return (*names, "approved_by") if move == "extend" else tuple(names)


def _state_conditions(case: Case, move: str, on: date) -> list[Unmet]:
    if move in ("submit", "amend"):
        return [] if move == "amend" else [Unmet("duplicate_case", rule("transition_2019", on).source)]
    if move in REMEDY_MOVES:
        kind = REMEDY_MOVES[move]
        pending = any(item.kind == kind and item.state not in ("decided", "closed") for item in case.remedies)
        if move.startswith("file_") or pending:
            return []
        return [Unmet("move_not_allowed", rule("review_application", on).source, text=f"no_pending_{kind}")]
    allowed = sources("case", move)
    if case.state in allowed:
        return []
    ways = ways_to(case.state, allowed)
    fields = {"state": case.state, "allowed": list(allowed), "ways": ways}
    return [Unmet("move_not_allowed", rule(_BASIS.get(move, "reply"), case.law_on).source, fields, text="wrong_state")]


NO_PERIOD: dict[State, str] = {
    State.SUBMITTED: "receipt_online",
    State.REPLIED: "remedy_from_receipt",
    State.DISCONTINUED: "remedy_from_receipt",
    State.CLOSED: "remedy_from_receipt",
}
"""States in which no period of the request need run, each with the rule that says why."""

_BASIS = {
    "confirm": "receipt_ordinary_mail",
    "request_correction": "correction_notice",
    "correct": "correction",
    "abandon": "correction",
    "consult": "excluded_time",
    "opinion": "excluded_time",
    "lapse_consultation": "excluded_time",
    "cancel_consultation": "excluded_time",
    "extend": "extension",
    "demand_reasons": "reasons",
    "give_reasons": "reasons",
    "defer": "deferral",
    "serve": "review_application",
}


def ways_to(state: str, wanted: Iterable[str]) -> list[str]:
    """The first moves on a shortest way from a state to one of the wanted states."""
    goal = set(wanted)
    first: dict[str, str] = {}
    frontier = [state]
    seen = {state}
    while frontier:
        reached: list[str] = []
        for here in frontier:
            for arrow in CASE_TRANSITIONS:
                if here in arrow.sources and arrow.dest not in seen:
                    seen.add(arrow.dest)
                    first[arrow.dest] = first.get(here, arrow.move)
                    reached.append(arrow.dest)
        found = sorted({first[item] for item in reached if item in goal})
        if found:
            return found
        frontier = reached
    return []


def what_if(case: Case, events: Iterable[Event], law: Law) -> tuple[Case, list[Warning_]]:
    """The case after some more moves, with the warnings; the case given is left as it was.

    Raises:
        MoveRefused, BadData, UnknownMove: as the real move would.
    """
    trial = copy.deepcopy(case)
    warnings: list[Warning_] = []
    for event in events:
        warnings += apply(trial, event, law)
    return trial, warnings


def is_open(case: Case) -> bool:
    """Whether the request still waits for its result."""
    return case.state not in FINISHED and case.state != ""


def waits_for_others(case: Case) -> bool:
    """Whether the next step is the applicant's."""
    return case.state in (State.SUBMITTED, State.AWAITING_CORRECTION, State.AWAITING_PAYMENT)
