"""The states of cases, reviews and suits, and the moves between them, on ``transitions``.

One stateless machine per kind serves every case; it is built from the arrows that the moves declare.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from transitions import EventData, Machine

from .catalogue import moves
from .declaration import Guard, MachineKind, Turn, guard_name


class HasState(Protocol):
    """Anything that a machine moves."""

    state: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: ``move`` leads from each of ``sources`` to ``dest`` while ``holds``, whose name is ``guard``."""

    move: str
    sources: tuple[str, ...]
    dest: str
    guard: str | None = None
    holds: Guard | None = None


@cache
def transitions(kind: MachineKind) -> tuple[Transition, ...]:
    """The arrows of one kind, in the order of the moves."""
    return tuple(
        Transition(name, arrow.sources, arrow.dest, guard_name(arrow) or None, arrow.guard)
        for name, move in moves().items()
        if move.of == kind
        for arrow in move.arrows
    )


def _asked(guard: Guard) -> Callable[[EventData], bool]:
    """The guard as the library ``transitions`` calls it."""
    return lambda event: guard(Turn(event.model, event.kwargs))


@cache
def states_of(kind: MachineKind) -> tuple[str, ...]:
    """Every state that the arrows name, in order of appearance."""
    return tuple(dict.fromkeys(state for arrow in transitions(kind) for state in (*arrow.sources, arrow.dest)))


@cache
def machine(kind: MachineKind) -> Machine:
    """The machine of one kind."""
    found = Machine(model=None, states=list(states_of(kind)), initial=None, auto_transitions=False, send_event=True)
    for arrow in transitions(kind):
        guard = _asked(arrow.holds) if arrow.holds else None
        leads = arrow.sources != (arrow.dest,)  # to the library a state that is left for itself is left and entered
        found.add_transition(arrow.move, list(arrow.sources), arrow.dest if leads else None, conditions=guard)
    return found


@cache
def sources(kind: MachineKind, move: str) -> tuple[str, ...]:
    """The states from which that move leads on."""
    return tuple(machine(kind).events[move].transitions)
