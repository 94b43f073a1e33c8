"""The states of cases, reviews and suits, and the moves between them, on ``transitions``.

One stateless machine per definition serves every case. Guards that depend on days and data are in
``conditions``; here stands only which move leads from which state to which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

from transitions import EventData, Machine, MachineError

from ..errors import MoveRefused
from .case import State

SUBMITTED, RECEIVED, ACCEPTED = State.SUBMITTED, State.RECEIVED, State.ACCEPTED
CORRECTION, REASONS = State.AWAITING_CORRECTION, State.AWAITING_REASONS
CONSULTING, PAYMENT, EXTENDED = State.CONSULTING, State.AWAITING_PAYMENT, State.EXTENDED
REPLIED, DISCONTINUED, CLOSED = State.REPLIED, State.DISCONTINUED, State.CLOSED

BEFORE_REPLY: tuple[State, ...] = (
    SUBMITTED,
    RECEIVED,
    ACCEPTED,
    CORRECTION,
    REASONS,
    CONSULTING,
    PAYMENT,
    EXTENDED,
)
BACK: tuple[State, State] = (ACCEPTED, EXTENDED)

Guard = Literal["stood_accepted", "stood_extended", "others_open", "over", "direct", "by_post"]


class HasState(Protocol):
    """Anything that a machine moves."""

    state: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: ``move`` leads from each of ``sources`` to ``dest`` while ``guard`` holds."""

    move: str
    sources: tuple[str, ...]
    dest: str
    guard: Guard | None = None


def _arrows(move: str, sources: Iterable[str], dest: str | tuple[str, str], **guards: Guard) -> list[Transition]:
    """Arrows of a move; ``BACK`` as ``dest`` means: back to where the case stood."""
    sources = tuple(str(source) for source in sources)
    if isinstance(dest, tuple):
        accepted, extended = dest
        return [
            Transition(move, sources, str(extended), "stood_extended"),
            Transition(move, sources, str(accepted), "stood_accepted"),
        ]
    return [Transition(move, sources, str(dest), guards.get("guard"))]


CASE_TRANSITIONS: tuple[Transition, ...] = (
    *_arrows("confirm", [SUBMITTED], RECEIVED),
    *_arrows("accept", [RECEIVED], ACCEPTED),
    *_arrows("request_correction", [RECEIVED, ACCEPTED, EXTENDED], CORRECTION),
    *_arrows("correct", [CORRECTION], BACK),
    *_arrows("abandon", [CORRECTION, PAYMENT], DISCONTINUED),
    *_arrows("consult", [ACCEPTED, EXTENDED, CONSULTING], CONSULTING),
    *(
        arrow
        for move in ("opinion", "lapse_consultation", "cancel_consultation")
        for arrow in (
            *_arrows(move, [CONSULTING], CONSULTING, guard="others_open"),
            *_arrows(move, [CONSULTING], BACK),
        )
    ),
    *_arrows("extend", [CONSULTING], CONSULTING),
    *_arrows("extend", [ACCEPTED, EXTENDED], EXTENDED),
    *_arrows("demand_reasons", [ACCEPTED, EXTENDED], REASONS),
    *_arrows("give_reasons", [REASONS], BACK),
    *(arrow for state in BACK for arrow in _arrows("defer", [state], state)),
    *_arrows("charge", [ACCEPTED, EXTENDED], PAYMENT),
    *_arrows("pay", [PAYMENT], BACK),
    *_arrows("reply", [RECEIVED, ACCEPTED, EXTENDED, REASONS], REPLIED),
    *_arrows("serve", [REPLIED], REPLIED),
    *_arrows("withdraw", BEFORE_REPLY, DISCONTINUED),
    *_arrows("discontinue", BEFORE_REPLY, DISCONTINUED),
    *_arrows("close", [REPLIED, DISCONTINUED], CLOSED),
    *_arrows("reopen", [REPLIED, DISCONTINUED, CLOSED], ACCEPTED),
)

_REVIEW = ("filed", "accepted", "notified", "answered")
_SUIT = ("filed", "notified", "answered", "judged", "appealed")


def _onward(move: str, order: tuple[str, ...], dest: str, *apart: str) -> list[Transition]:
    """A step that others take: it never leads back, whatever was or was not recorded before."""
    index = order.index(dest)
    return [
        *_arrows(move, order[:index], dest),
        *(arrow for state in (*order[index:], *apart) for arrow in _arrows(move, [state], state)),
    ]


REVIEW_TRANSITIONS: tuple[Transition, ...] = (
    *_onward("accept_review", _REVIEW, "accepted", "suspended"),
    *_onward("notify_review", _REVIEW, "notified", "suspended"),
    *_onward("answer_review", _REVIEW, "answered", "suspended"),
    *_arrows("suspend_review", (*_REVIEW, "suspended"), "suspended"),
    *_arrows("resume_review", ["suspended"], "answered"),
    *(arrow for state in _REVIEW for arrow in _arrows("resume_review", [state], state)),
    *_arrows("decide_review", (*_REVIEW, "suspended"), "decided"),
)
SUIT_TRANSITIONS: tuple[Transition, ...] = (
    *_onward("notify_suit", _SUIT, "notified"),
    *_onward("answer_suit", _SUIT, "answered"),
    *_arrows("appeal", _SUIT, "appealed"),
    *_arrows("judge", _SUIT, "closed", guard="over"),
    *_arrows("judge", _SUIT, "judged"),
)

REMEDY_MOVES: dict[str, Literal["review", "suit"]] = {
    "file_review": "review",
    **{arrow.move: "review" for arrow in REVIEW_TRANSITIONS},
    "file_suit": "suit",
    **{arrow.move: "suit" for arrow in SUIT_TRANSITIONS},
}

_GUARDS = {
    "stood_accepted": lambda event: event.model.stood != EXTENDED,
    "stood_extended": lambda event: event.model.stood == EXTENDED,
    "others_open": lambda event: event.model.has_open_consultation(),
    "over": lambda event: event.kwargs["over"],
}


def _build(states: Iterable[str], transitions: Iterable[Transition]) -> Machine:
    machine = Machine(model=None, states=list(states), initial=None, auto_transitions=False, send_event=True)
    for arrow in transitions:
        guard: list[Any] = [_GUARDS[arrow.guard]] if arrow.guard else []
        machine.add_transition(arrow.move, list(arrow.sources), arrow.dest, conditions=guard)
    return machine


def states_of(transitions: Iterable[Transition]) -> list[str]:
    """Every state that the arrows name, in order of appearance."""
    seen: dict[str, None] = {}
    for arrow in transitions:
        seen.update(dict.fromkeys((*arrow.sources, arrow.dest)))
    return list(seen)


@cache
def _machine(kind: Literal["case", "review", "suit"]) -> Machine:
    table = {"case": CASE_TRANSITIONS, "review": REVIEW_TRANSITIONS, "suit": SUIT_TRANSITIONS}[kind]
    return _build(states_of(table), table)


@cache
def sources(kind: Literal["case", "review", "suit"], move: str) -> tuple[str, ...]:
    """The states from which that move leads on."""
    return tuple(_machine(kind).events[move].transitions)


def go(kind: Literal["case", "review", "suit"], row: HasState, move: str, **facts: Any) -> None:
    """Moves ``row`` to the state that ``move`` leads to.

    Raises:
        MoveRefused: the move does not lead on from where the row stands.
    """
    try:
        moved = _machine(kind).events[move].trigger(row, **facts)
    except (MachineError, ValueError, KeyError):
        moved = False
    if not moved:
        raise MoveRefused(move=move, state=row.state, allowed=list(sources(kind, move)))


def mermaid(kind: Literal["case", "review", "suit"]) -> str:
    """The machine as a Mermaid state diagram, drawn from the same table."""
    table = {"case": CASE_TRANSITIONS, "review": REVIEW_TRANSITIONS, "suit": SUIT_TRANSITIONS}[kind]
    lines = ["stateDiagram-v2"]
    for arrow in table:
        note = f" [{arrow.guard}]" if arrow.guard else ""
        lines.extend(f"    {source} --> {arrow.dest}: {arrow.move}{note}" for source in arrow.sources)
    return "\n".join(lines) + "\n"


__all__ = ["CASE_TRANSITIONS", "REMEDY_MOVES", "REVIEW_TRANSITIONS", "SUIT_TRANSITIONS", "EventData"]
