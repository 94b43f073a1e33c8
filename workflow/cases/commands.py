"""Use cases that change a case: each one verb, one event, one unit of work in the host's transaction.

Every command works in the session of its context and never commits it. A failing command leaves no trace,
even if the host swallows the error and commits.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from ...notifications.messages.sentences import describe_warning
from ...states.errors import BadData, DuplicateCase, MoveRefused, UnknownCase
from ...states.procedure.advance import Caution, advance
from ...states.procedure.case import Case
from ...states.procedure.catalogue import known_fields, move_of
from ...states.procedure.declaration import Unmet
from ...states.procedure.history import Event, read_moment, timeline
from ...states.procedure.periods import Law
from ...states.rules.outcomes import refuses
from ..kernel.context import Context, RoleAuthorizer, SystemClock
from ..kernel.outbox import Message
from ..kernel.sealing import canonical, seal, sealed_places
from ..kernel.unit import Key, once
from ..kernel.versions import text_at
from .store import Loaded, Recorded, conflict, history, load_case, new_case, save

_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


class MoveWarning(BaseModel):
    """Something that the move should have had: a code and its sentence."""

    model_config = ConfigDict(frozen=True)
    code: str
    message: str


class MoveResult(BaseModel):
    """What a move did: the state it led to, the due day it leaves, the version to expect next."""

    model_config = ConfigDict(frozen=True)
    case: str
    move: str
    seq: int
    state: str
    version: int
    due_on: date | None = None
    warnings: tuple[MoveWarning, ...] = ()
    repeated: bool = False


class Step(NamedTuple):
    """A move to be tried: its name, its data, its day (default: today)."""

    move: str
    data: dict[str, Any]
    at: date | datetime | str | None = None


TAKES_OVER = ("submit", "accept")
"""Moves by which a department makes a case its own; every other one is for those who may see the case."""


def move(
    context: Context,
    number: str,
    name: str,
    data: dict[str, Any] | None = None,
    *,
    at: date | datetime | str | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> MoveResult:
    """Makes one move of a case, durable when the host commits.

    ``at`` is the legal day (default: today by the clock); ``expected_version`` refuses a case that has
    moved on; a repeated ``idempotency_key`` gives the first result again and changes nothing. A move for
    which the agency's procedure asks for approval is refused, but for a record of the past: it is proposed instead.
    Raises:
        UnknownMove, UnknownCase, DuplicateCase, OutOfOrder, MoveRefused, BadData, Conflict, NotPermitted.
    """
    move_of(name)
    context.require(name)
    wanted = _wanted(context, Step(name, data or {}, at))
    key = Key.of(idempotency_key, context.actor.user_id, number, name, canonical(wanted.data), str(at))

    def work() -> MoveResult:
        loaded = _load(context, number, name, expected_version)
        if name not in TAKES_OVER:
            context.require_sight(loaded.department)
        if not context.past and needs_approval(context, loaded.config_id, name, wanted.data):
            raise MoveRefused("approval_needed", move=name, case=number, state=loaded.case.state)
        return _make(context, loaded, wanted)

    return once(context, key, MoveResult, work)


class _Wanted(NamedTuple):
    """A move that somebody wants to make: its data, its legal day, and the instant where one was given."""

    move: str
    data: dict[str, Any]
    on: date
    at: datetime | None


def _wanted(context: Context, step: Step) -> _Wanted:
    on, moment = read_moment(step.at) if step.at is not None else (context.today, None)
    return _Wanted(step.move, step.data, on, moment)


def carry_out(context: Context, number: str, step: Step) -> MoveResult:
    """Makes a move that follows from another act, inside a unit of work that is open: its guards are checked again.

    Raises:
        the errors of ``move``.
    """
    return _make(context, _load(context, number, step.move), _wanted(context, step))


def _make(context: Context, loaded: Loaded, wanted: _Wanted) -> MoveResult:
    warnings, recorded = _advance(context, loaded, wanted)
    warnings += _slips(recorded.event, wanted.data, context.today)
    message = None if context.past else _announcement(context.agency, loaded, recorded)
    save(context.connection, context.agency, loaded, recorded, message)
    return _result(loaded, recorded, warnings)


def needs_approval(context: Context, version: int, name: str, body: dict[str, Any]) -> bool:
    """Whether the agency's approval procedure, as of a version of its settings, covers that move."""
    gated = text_at(context.connection, version, "gated", context.agency)
    if not gated:
        return False
    listed = gated.split()
    return name in listed or (refuses(str(body.get("outcome", ""))) and f"{name}:refusal" in listed)


def _load(context: Context, number: str, name: str, expected: int | None = None) -> Loaded:
    connection = context.connection
    if name != "submit":
        loaded = load_case(connection, context.agency, number, to_write=True)
        if expected is not None and expected != loaded.version:
            raise conflict(connection, loaded)
        return loaded
    try:
        load_case(connection, context.agency, number)
    except UnknownCase:
        return new_case(connection, number)
    raise DuplicateCase(case=number)


def _advance(
    context: Context, loaded: Loaded, wanted: _Wanted, tried: Sequence[Event] = ()
) -> tuple[list[Caution], Recorded]:
    """Makes the move of the loaded case and gives the event to record."""
    name, body, on, moment = wanted
    faults = [{"field": place, "problem": "reads_like_a_seal"} for place, _ in sealed_places(body)]
    if faults:  # in the history it would be taken for erased personal data
        raise BadData(*faults, move=name)
    seq = loaded.case.seq + 1
    plain = Event(seq, name, on, moment, body)
    loaded.case, warnings = advance(
        loaded.case, plain, loaded.law, lambda: [*history(context.connection, loaded.id), *tried]
    )
    loaded.case.seq = seq
    kept, aside, salt = seal(name, body)
    return warnings, Recorded(replace(plain, data=kept), aside, salt, context.actor, context.stamp)


def _slips(event: Event, body: dict[str, Any], day: date) -> Iterator[Caution]:
    """What looks like a slip of the pen: a day that lies ahead, fields that the move does not know."""
    if event.on > day:
        yield Caution(event.move, event.seq, Unmet("dated_ahead", "", {"on": event.on}, hard=False))
    for field in body.keys() - known_fields(event.move):
        yield Caution(event.move, event.seq, Unmet("unknown_field_kept", "", {"field": field}, hard=False))


def _announcement(agency: str, loaded: Loaded, recorded: Recorded) -> Message:
    """What the world is told: numbers and states, nothing of the applicant."""
    number, event = loaded.case.case, recorded.event
    payload = {
        "agency": agency,
        "case": number,
        "seq": event.seq,
        "move": event.move,
        "on": event.on.isoformat(),
        "state": loaded.case.state,
    }
    return Message(f"{agency}/{number}/{event.seq}", "case.moved", agency, canonical(payload))


def _result(loaded: Loaded, recorded: Recorded, warnings: Iterable[Caution]) -> MoveResult:
    case = loaded.case
    return MoveResult.model_construct(  # its own values need no checking
        case=case.case,
        move=recorded.event.move,
        seq=recorded.event.seq,
        state=case.state,
        version=loaded.version + 1,
        due_on=_due_on(case),
        warnings=tuple(MoveWarning(code=item.unmet.code, message=describe_warning(item)) for item in warnings),
    )


def _due_on(case: Case) -> date | None:
    period = case.last_period("reply")
    if period is None or period.ended_on is not None or case.waits_for_others:
        return None
    return period.due_on


@dataclass(frozen=True, slots=True)
class Trial:
    """What some moves would make of a case: before, after, with the events in force and the last day tried."""

    before: Case
    after: Case
    events: list[Event]
    warnings: list[MoveWarning]
    law: Law
    on: date


def what_would(context: Context, number: str, steps: Sequence[Step]) -> Trial:
    """What some moves, one after the other, would do; written nowhere.

    Raises:
        the errors of ``move``.
    """
    loaded = _load(context, number, steps[0].move)
    before = copy.deepcopy(loaded.case)
    tried: list[Event] = []
    warnings: list[Caution] = []
    on = context.today
    for step in steps:
        wanted = _wanted(context, step)
        found, recorded = _advance(context, loaded, wanted, tried)
        warnings += found
        tried.append(recorded.event)
        on = wanted.on
    events = timeline([*history(context.connection, loaded.id), *tried])
    told = [MoveWarning(code=item.unmet.code, message=describe_warning(item)) for item in warnings]
    return Trial(before, loaded.case, events, told, loaded.law, on)
