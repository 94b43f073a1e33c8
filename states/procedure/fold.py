"""A case's history, folded into what the case is.

``fold`` takes events in the order in which they were recorded, puts those recorded late (and the
amended ones) at their own day, and applies one after the other. Nothing but the history, the calendar
and the chosen readings enters: the same history always gives the same case.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ..calendar.dates import read_date
from ..errors import BadData, MoveRefused, OutOfOrder, UnknownMove
from . import acts
from .case import Case
from .conditions import CONDITIONS, Question, Unmet
from .machine import REMEDY_MOVES, go, sources
from .moves import (
    Accept,
    Amend,
    Charge,
    Confirm,
    Consult,
    DecideReview,
    Defer,
    DemandReasons,
    Extend,
    FileReview,
    FileSuit,
    GiveReasons,
    Judge,
    MoveData,
    Named,
    NamedReason,
    Opinion,
    Plain,
    Reason,
    Reopen,
    Reply,
    RequestCorrection,
    ReviewStep,
    Serve,
    Submit,
    parse,
)
from .periods import Law

Act = Callable[[Case, date, Any, Law], None]

MOVES: dict[str, tuple[type[MoveData], Act]] = {
    "submit": (Submit, acts.submit),
    "confirm": (Confirm, acts.confirm),
    "accept": (Accept, acts.accept),
    "request_correction": (RequestCorrection, acts.request_correction),
    "correct": (Plain, acts.correct),
    "abandon": (Plain, acts.abandon),
    "consult": (Consult, acts.consult),
    "opinion": (Opinion, acts.opinion),
    "lapse_consultation": (Named, acts.lapse_consultation),
    "cancel_consultation": (NamedReason, acts.cancel_consultation),
    "extend": (Extend, acts.extend),
    "demand_reasons": (DemandReasons, acts.demand_reasons),
    "give_reasons": (GiveReasons, acts.give_reasons),
    "defer": (Defer, acts.defer),
    "charge": (Charge, acts.charge),
    "pay": (Plain, acts.pay),
    "reply": (Reply, acts.reply),
    "serve": (Serve, acts.serve),
    "withdraw": (Reason, acts.withdraw),
    "discontinue": (Reason, acts.give_up),
    "close": (Plain, acts.close),
    "reopen": (Reopen, acts.reopen),
    "file_review": (FileReview, acts.file_review),
    "accept_review": (ReviewStep, acts.accept_review),
    "notify_review": (ReviewStep, acts.notify_review),
    "answer_review": (ReviewStep, acts.answer_review),
    "suspend_review": (ReviewStep, acts.suspend_review),
    "resume_review": (ReviewStep, acts.resume_review),
    "decide_review": (DecideReview, acts.decide_review),
    "file_suit": (FileSuit, acts.file_suit),
    "notify_suit": (Named, acts.notify_suit),
    "answer_suit": (Named, acts.answer_suit),
    "appeal": (Named, acts.appeal),
    "judge": (Judge, acts.judge),
    "amend": (Amend, acts.nothing),
}
"""Every move: its data and what it does to a case."""


@dataclass(frozen=True, slots=True)
class Event:
    """One move of a case: the day it happened (and the instant, where it was given) and its data."""

    seq: int
    move: str
    on: date
    at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)


def earlier(on: date, at: datetime | None, than_on: date, than_at: datetime | None) -> bool:
    """Whether one moment lies before another; a bare day equals every moment of it."""
    if on != than_on:
        return on < than_on
    return at is not None and than_at is not None and at < than_at


def timeline(events: Iterable[Event]) -> list[Event]:
    """The moves in force, each at its own day: amendments laid over what they amend, late ones put in.

    Raises:
        BadData: an amendment names no move of the case.
    """
    order: list[Event] = []
    for event in events:
        if event.move == "amend":
            order = _amended(order, event)
        else:
            _put(order, event)
    return order


def _put(order: list[Event], event: Event) -> None:
    index = len(order)
    while index > 0 and earlier(event.on, event.at, order[index - 1].on, order[index - 1].at):
        index -= 1
    order.insert(index, event)


def _amended(order: list[Event], event: Event) -> list[Event]:
    """The move as amended, at its own day; among moves of one day it keeps its place."""
    index = next((i for i, item in enumerate(order) if item.seq == int(event.data["seq"])), None)
    if index is None:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": event.data["seq"]}, move="amend")
    old = order[index]
    on, at = (old.on, old.at) if event.data.get("at") is None else read_moment(event.data["at"], "data.at")
    data = {**old.data, **(event.data.get("data") or {})}
    data = {name: value for name, value in data.items() if value is not None}
    new = replace(old, on=on, at=at, data=data)
    rest = order[:index] + order[index + 1 :]
    while index > 0 and earlier(on, at, rest[index - 1].on, rest[index - 1].at):
        index -= 1
    while index < len(rest) and earlier(rest[index].on, rest[index].at, on, at):
        index += 1
    return [*rest[:index], new, *rest[index:]]


def read_moment(value: Any, name: str = "at") -> tuple[date, datetime | None]:
    """The legal day (Asia/Shanghai), and the instant if there is one, from a date or date-time.

    Raises:
        BadData: not an ISO date, nor an ISO date-time with offset.
    """
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        return value, None
    else:
        try:
            if not isinstance(value, str):
                raise ValueError
            if len(value) == len("2024-01-31"):
                return read_date(value), None
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise BadData({"field": name, "problem": "not_a_moment", "value": str(value)[:40]}) from None
    if moment.tzinfo is None:
        raise BadData({"field": name, "problem": "offset_missing", "value": str(value)[:40]})
    local = moment.astimezone(acts.SHANGHAI)
    return local.date(), local


@dataclass(frozen=True, slots=True)
class Warning_:
    """A condition that did not hold but does not refuse the move."""

    move: str
    seq: int
    unmet: Unmet


def apply(case: Case, event: Event, law: Law, *, strict: bool = True) -> list[Warning_]:
    """Applies one event to the case, in place.

    With ``strict`` off, conditions that depend on days are not asked again: what was recorded stays
    recorded when the calendar or a reading changes.
    Raises:
        UnknownMove, MoveRefused, BadData.
    """
    model, act = _known(event.move)
    data = _allowed(case, event, model)
    warnings = [] if event.move not in CONDITIONS else _ask(case, event, data, law, strict)
    if event.move in REMEDY_MOVES:
        _check_remedy(case, event.move, data)
    act(case, event.on, data, law)
    _enter(case, event, data)
    return warnings


def _known(move: str) -> tuple[type[MoveData], Act]:
    try:
        return MOVES[move]
    except KeyError:
        raise UnknownMove(move=move) from None


def _allowed(case: Case, event: Event, model: type[MoveData]) -> MoveData:
    """State first, then the data."""
    if event.move in REMEDY_MOVES:
        _check_pending(case, event.move)
    elif event.move not in ("submit", "amend"):
        allowed = sources("case", event.move)
        if case.state not in allowed:
            raise MoveRefused(move=event.move, state=case.state, allowed=list(allowed))
    return parse(model, event.data, move=event.move)


def _check_pending(case: Case, move: str) -> None:
    kind = REMEDY_MOVES[move]
    if not move.startswith("file_") and not any(
        item.kind == kind and item.state not in ("decided", "closed") for item in case.remedies
    ):
        raise MoveRefused(move=move, state=case.state, text=f"no_pending_{kind}")


def _check_remedy(case: Case, move: str, data: Any) -> None:
    if move.startswith("file_"):
        return
    kind = REMEDY_MOVES[move]
    found = case.remedy(data.id, kind)
    if found is None:
        known = "、".join(item.id for item in case.remedies if item.kind == kind)
        raise BadData({"field": "id", "problem": "unknown_id", "value": data.id, "choices": known}, move=move)
    if found.state in ("decided", "closed"):
        raise MoveRefused(move=move, state=found.state, text="remedy_over", id=found.id)


def _ask(case: Case, event: Event, data: MoveData, law: Law, strict: bool) -> list[Warning_]:
    question = Question(case, event.move, event.on, data, law)
    warnings = []
    for condition in CONDITIONS[event.move]:
        found = condition(question)
        if found is None:
            continue
        if not found.hard or (found.timely and not strict):
            warnings.append(Warning_(event.move, event.seq, found))
        elif found.code == "bad_data":
            raise BadData(found.fields, move=event.move, source=found.source)
        else:
            fields = {**found.fields, "article": found.source, "text": found.text or found.code}
            raise MoveRefused(found.code, move=event.move, state=case.state, **fields)
    return warnings


def _enter(case: Case, event: Event, data: Any) -> None:
    """Moves the machine and notes the day."""
    if event.move == "submit":
        pass
    elif event.move in REMEDY_MOVES:
        acts.enter_remedy(case, event.move, event.on, data)
    elif event.move != "amend":
        go("case", case, event.move)
    case.seq = max(case.seq, event.seq)
    case.last_on, case.last_at = event.on, event.at


def check_order(case: Case, on: date, at: datetime | None) -> None:
    """Within a case the day never goes back.

    Raises:
        OutOfOrder: the day lies before the case's last move.
    """
    if case.last_on is not None and earlier(on, at, case.last_on, case.last_at):
        raise OutOfOrder(case=case.case, at=(at or on).isoformat(), last=(case.last_at or case.last_on).isoformat())


def fold(
    name: str, events: Iterable[Event], law: Law, *, until: date | None = None, strict: bool = False
) -> tuple[Case, list[Warning_]]:
    """The case that a history makes, at the end of ``until`` where it is given.

    Raises:
        MoveRefused, BadData: with ``strict``, or where a move is impossible in its place.
    """
    case = Case(name)
    warnings: list[Warning_] = []
    recorded = list(events)
    for event in timeline(recorded):
        if until is not None and event.on > until:
            break
        warnings += apply(case, event, law, strict=strict)
    case.seq = max((event.seq for event in recorded), default=0)
    return case, warnings
