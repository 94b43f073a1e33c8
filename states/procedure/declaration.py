"""How a move is declared: once, in one file of ``moves/``, for every use.

A file of ``moves/`` holds one step of the Regulations: ``STEP`` says which, and every ``Move`` in it is a
move, in the order in which they stand. To add a move, add it there or add a file; no list is to be kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from .case import Case, Remedy, State
from .fields import MoveData
from .history import Data
from .periods import Law

MachineKind = Literal["case", "review", "suit"]
"""What a move moves: the case itself, a review or a suit about it."""
D = TypeVar("D", bound=MoveData)
D_co = TypeVar("D_co", bound=MoveData, covariant=True)
D_contra = TypeVar("D_contra", bound=MoveData, contravariant=True)
R_co = TypeVar("R_co", bound=Case | Remedy, covariant=True)


class Turn(NamedTuple, Generic[R_co]):
    """What a guard is asked about: the case or remedy after the move, and the facts of the move."""

    row: R_co
    facts: Mapping[str, int] = {}


Guard: TypeAlias = Callable[[Turn[Any]], bool]
"""What an arrow may depend on: a function of its own name, which diagrams show."""


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """A step of the Regulations; steps come in the order of their articles."""

    title: str
    order: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move leads from each of ``sources`` to ``dest`` while ``guard`` holds; of several the first that holds."""

    sources: tuple[str, ...]
    dest: str
    guard: Guard | None = None


def guard_name(arrow: Arrow) -> str:
    """The name of an arrow's guard; empty where it has none, or one without a name."""
    return getattr(arrow.guard, "__name__", "")


class Question(NamedTuple, Generic[D_co]):
    """A move that somebody wants to make: the case, the day, the data (None: not known yet), the law.

    ``live``: staff act as it happens; else the past is recorded.
    """

    case: Case
    on: date
    data: D_co | None
    law: Law
    live: bool = False


class Finding(NamedTuple):
    """Why a condition does not hold: its stable code and the facts for its sentence.

    ``text`` names the sentence where one code covers several situations, ``source`` the text of law where
    it is not that of the condition's article.
    """

    code: str
    fields: Mapping[str, object] = {}
    text: str = ""
    source: str = ""


def received_too_early(served_on: date | None, on: date) -> Finding | None:
    """That a paper was received before the day on which it was made."""
    if served_on is None or served_on >= on:
        return None
    return Finding("bad_data", {"field": "served_on", "problem": "served_before_made", "value": served_on, "on": on})


@dataclass(frozen=True, slots=True)
class Condition(Generic[D_contra]):
    """Something that must hold before a move, with the rule of law behind it.

    A ``hard`` condition refuses the move, another warns. A ``timely`` one depends on days: it is not asked
    again of what was recorded when a calendar or a reading changes. A ``live`` one is asked only while staff
    act. One that ``waits`` holds only once a day is over: who acts waits for it and writes down no day ahead. What is
    asked ``once`` is asked when the move is made, and not of its history.
    The version of the article is that of the case's receipt, or of the move's own ``day``.
    """

    ask: Callable[[Question[D_contra]], Finding | None]
    article: str
    hard: bool = True
    timely: bool = False
    by: Literal["receipt", "day"] = "receipt"
    live: bool = False
    waits: bool = False
    once: bool = False


def condition(
    article: str = "",
    *,
    hard: bool = True,
    timely: bool = False,
    by: Literal["receipt", "day"] = "receipt",
    live: bool = False,
    waits: bool = False,
    once: bool = False,
) -> Callable[[Callable[[Question[D]], Finding | None]], Condition[D]]:
    """Turns a function that returns a finding into a condition; ``article`` is the key of a rule."""
    return lambda ask: Condition(ask, article, hard, timely, by, live, waits, once)


def _no_effect(case: Case, on: date, data: MoveData, law: Law) -> None:
    """The move changes nothing but the state."""


def _as_given(data: Data, case: Case) -> Data:
    """The data as they are."""
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Generic[D]):
    """One move of a case, of a review or of a suit, with everything that is known about it.

    ``article`` is the key of the rule of law behind it. ``conditions`` are judged in their order, then ``effect``
    changes the case in place, then the machine leads on. ``reads`` puts data written in an older way into the form in
    which they are kept. ``opens`` marks a move that begins the case or remedy, ``amends`` one that replaces an earlier
    move, ``fact`` one that tells what happened outside: in live work it is put in its place whenever it comes, and
    never refused for what it makes wrong. So is one that ``answers``: somebody else has done what was asked, and what
    took their silence for granted loses its ground. A move that ``presumes`` takes it for granted that none of those
    answers has come since the last move that ``asks``; one that ``settles`` ends the request after it.
    One that ``confirms`` proves another step and changes nothing itself. ``papers`` are the kinds of notices that it
    can give rise to.
    ``column`` is the heading of its day in the register (台账), where it is to have columns there; those of its fields
    stand with the fields. ``words`` name it as well as its title does, where they are typed.
    """

    name: str
    title: str = ""
    description: str = ""
    article: str = ""
    data: type[D]
    of: MachineKind = "case"
    arrows: tuple[Arrow, ...] = ()
    conditions: tuple[Condition[D], ...] = ()
    effect: Callable[[Case, date, D, Law], None] = _no_effect
    reads: Callable[[Data, Case], Data] = _as_given
    papers: tuple[str, ...] = ()
    column: str = ""
    opens: bool = False
    amends: bool = False
    fact: bool = False
    answers: bool = False
    presumes: tuple[str, ...] = ()
    asks: bool = False
    settles: bool = False
    confirms: bool = False
    words: tuple[str, ...] = ()

    @property
    def happened_outside(self) -> bool:
        """Whether it tells what others have done, or what happened outside the house."""
        return self.fact or self.answers


AnyMove: TypeAlias = Move[Any]
"""A move whatever its data."""


def stood_accepted(turn: Turn[Case]) -> bool:
    """Whether the case was accepted before it left for a consultation, a correction, a payment or reasons."""
    return turn.row.stood != State.EXTENDED


def stood_extended(turn: Turn[Case]) -> bool:
    """Whether the case was extended before it left for a consultation, a correction, a payment or reasons."""
    return turn.row.stood == State.EXTENDED


def lead(sources: Iterable[str], to: str, guard: Guard | None = None) -> tuple[Arrow, ...]:
    """The arrow from some states to another."""
    return (Arrow(tuple(map(str, sources)), str(to), guard),)


def stay(sources: Iterable[str]) -> tuple[Arrow, ...]:
    """Arrows that leave each state as it is."""
    return tuple(Arrow((str(state),), str(state)) for state in sources)


def back(sources: Iterable[str]) -> tuple[Arrow, ...]:
    """Arrows back to the state before a consultation, a correction, a payment or reasons."""
    come = tuple(map(str, sources))
    return (Arrow(come, str(State.EXTENDED), stood_extended), Arrow(come, str(State.ACCEPTED), stood_accepted))


def onward(order: tuple[str, ...], to: str, *apart: str) -> tuple[Arrow, ...]:
    """An arrow for a step of others: it never leads back, whatever was recorded before."""
    index = order.index(to)
    return (*lead(order[:index], to), *stay((*order[index:], *apart)))


def pending(case: Case, kind: MachineKind) -> list[Remedy]:
    """The case's reviews or suits that are not over."""
    return [item for item in case.remedies if item.kind == kind and not item.is_over]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold: its code, the text behind it, and the facts for its sentence.

    ``text`` names the sentence; it equals the code unless one code covers several situations.
    """

    code: str
    source: str
    fields: Mapping[str, object] = field(default_factory=dict)
    hard: bool = True
    timely: bool = False
    text: str = ""
