"""Use cases that change a case: each one verb, one event, one unit of work in the host's transaction.

Every command takes the host's ``Session`` and never commits it. A failing command leaves no trace,
even if the host swallows the error and commits.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...notifications.messages.sentences import describe_warning
from ...states.errors import BadData, Conflict, DuplicateCase, MoveRefused, NotPermitted, UnknownCase
from ...states.procedure.advance import Warning_, advance
from ...states.procedure.case import Case
from ...states.procedure.catalogue import known_fields, move_of
from ...states.procedure.declaration import Unmet
from ...states.procedure.history import Event, read_moment, timeline
from ...states.procedure.periods import Law
from ...states.rules.outcomes import refuses
from ..kernel import tables as t
from ..kernel.clock import Clock, SystemClock, stamp, today
from ..kernel.database import unit
from ..kernel.identity import Actor, Authorizer, RoleAuthorizer, require, sees
from ..kernel.sealing import canonical, digest, seal, sealed_places
from ..kernel.versions import text_at
from .store import Loaded, Recorded, conflict, history, load_case, new_case, save

ADMINISTRATOR = Actor(user_id="local", name="本机管理员", roles=("administrator",))
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


TAKES_OVER = ("submit", "accept")
"""Moves by which a department makes a case its own; every other one is for those who may see the case."""


def move(
    session: Session,
    actor: Actor,
    number: str,
    name: str,
    data: dict[str, Any] | None = None,
    *,
    at: date | datetime | str | None = None,
    agency: str = "default",
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    announce: bool = True,
    clock: Clock = _CLOCK,
    authorizer: Authorizer = _AUTHORIZER,
) -> MoveResult:
    """Makes one move of a case, durable when the host commits.

    ``at`` is the legal day (default: today by the clock); ``expected_version`` refuses a case that has
    moved on; a repeated ``idempotency_key`` gives the first result again and changes nothing. A record of
    the past does not ``announce`` itself to the world and needs no approval sheet; any other move for
    which the agency's template asks for approval is refused: it is proposed instead.
    Raises:
        UnknownMove, UnknownCase, DuplicateCase, OutOfOrder, MoveRefused, BadData, Conflict, NotPermitted.
    """
    move_of(name)
    require(authorizer, actor, name, agency)
    body = data or {}
    request = digest(actor.user_id, number, name, canonical(body), str(at)) if idempotency_key else ""
    on, moment = read_moment(at) if at is not None else (today(clock), None)

    def attempt() -> MoveResult:
        with unit(session) as connection:
            if idempotency_key:
                earlier = repeated(connection, agency, idempotency_key, request, MoveResult)
                if earlier is not None:
                    return earlier
            loaded = _load(connection, agency, number, name, expected_version)
            if name not in TAKES_OVER and not sees(authorizer, actor, agency, loaded.department):
                raise NotPermitted(user=actor.user_id, action="see")
            if announce and needs_approval(connection, loaded.config_id, agency, name, body):
                raise MoveRefused("approval_needed", move=name, case=number, state=loaded.case.state)
            result = _make(connection, agency, loaded, name, on, moment, body, actor, clock, announce)
            if idempotency_key:
                remember(connection, agency, idempotency_key, request, result, stamp(clock))
            return result

    try:
        return attempt()
    except IntegrityError:  # somebody has just opened that case or used that key: now it can be read
        return _again(attempt)
    except Conflict:
        if idempotency_key is None:
            raise
        with unit(session) as connection:  # the same request may have been quicker
            earlier = repeated(connection, agency, idempotency_key, request, MoveResult)
        if earlier is None:
            raise
        return earlier


def _again(attempt: Callable[[], MoveResult]) -> MoveResult:
    try:
        return attempt()
    except IntegrityError as error:  # the host's transaction can't see what others have committed
        raise Conflict("conflict", text="overtaken") from error


def carry_out(
    connection: Connection,
    agency: str,
    number: str,
    name: str,
    data: dict[str, Any],
    actor: Actor,
    clock: Clock,
    *,
    announce: bool = True,
    on: date | None = None,
) -> MoveResult:
    """Makes a move that follows from another act, inside a unit of work that is open: its guards are checked again.

    Raises:
        the errors of ``move``.
    """
    loaded = _load(connection, agency, number, name)
    return _make(connection, agency, loaded, name, on or today(clock), None, data, actor, clock, announce)


def _make(
    connection: Connection,
    agency: str,
    loaded: Loaded,
    name: str,
    on: date,
    moment: datetime | None,
    body: dict[str, Any],
    actor: Actor,
    clock: Clock,
    announce: bool,
) -> MoveResult:
    warnings, recorded = _advance(connection, loaded, name, on, moment, body, actor, stamp(clock))
    warnings += _slips(name, recorded.event, body, today(clock))
    told = [_announcement(agency, loaded, recorded)] if announce else []
    save(connection, agency, loaded, recorded, told)
    return _result(loaded, recorded, warnings)


def needs_approval(connection: Connection, config_id: int, agency: str, name: str, body: dict[str, Any]) -> bool:
    """Whether the agency's approval template, as of a version of its records, covers that move."""
    gated = text_at(connection, config_id, "gated", agency)
    if not gated:
        return False
    listed = gated.split()
    return name in listed or (refuses(str(body.get("outcome", ""))) and f"{name}:refusal" in listed)


def _load(connection: Connection, agency: str, number: str, name: str, expected: int | None = None) -> Loaded:
    if name != "submit":
        loaded = load_case(connection, agency, number, to_write=True)
        if expected is not None and expected != loaded.version:
            raise conflict(connection, loaded)
        return loaded
    try:
        load_case(connection, agency, number)
    except UnknownCase:
        return new_case(connection, number)
    raise DuplicateCase(case=number)


def _advance(
    connection: Connection,
    loaded: Loaded,
    name: str,
    on: date,
    moment: datetime | None,
    body: dict[str, Any],
    actor: Actor,
    recorded_at: str,
    tried: Sequence[Event] = (),
) -> tuple[list[Warning_], Recorded]:
    """Makes the move of the loaded case and gives the event to record."""
    faults = [{"field": place, "problem": "reads_like_a_seal"} for place, _ in sealed_places(body)]
    if faults:  # in the history it would be taken for erased personal data
        raise BadData(*faults, move=name)
    seq = loaded.case.seq + 1
    plain = Event(seq, name, on, moment, body)
    loaded.case, warnings = advance(loaded.case, plain, loaded.law, lambda: [*history(connection, loaded.id), *tried])
    loaded.case.seq = seq
    kept, aside, salt = seal(name, body)
    return warnings, Recorded(replace(plain, data=kept), aside, salt, actor, recorded_at)


def _slips(name: str, event: Event, body: dict[str, Any], day: date) -> Iterator[Warning_]:
    """What looks like a slip of the pen: a day that lies ahead, fields that the move does not know."""
    if event.on > day:
        yield Warning_(name, event.seq, Unmet("dated_ahead", "", {"on": event.on}, hard=False))
    for field in body.keys() - known_fields(name):
        yield Warning_(name, event.seq, Unmet("unknown_field_kept", "", {"field": field}, hard=False))


def _announcement(agency: str, loaded: Loaded, recorded: Recorded) -> dict[str, Any]:
    """What the world is told: numbers and states, nothing of the applicant."""
    number, seq = loaded.case.case, recorded.event.seq
    payload = {
        "agency": agency,
        "case": number,
        "seq": seq,
        "move": recorded.event.move,
        "on": recorded.event.on.isoformat(),
        "state": loaded.case.state,
    }
    return {
        "event_key": f"{agency}/{number}/{seq}",
        "topic": "case.moved",
        "agency": agency,
        "payload": canonical(payload),
        "created_at": recorded.recorded_at,
        "attempts": 0,
    }


def _result(loaded: Loaded, recorded: Recorded, warnings: Iterable[Warning_]) -> MoveResult:
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


Result = TypeVar("Result", bound=BaseModel)


def repeated(connection: Connection, agency: str, key: str, request: str, model: type[Result]) -> Result | None:
    """What an earlier request under that key gave; None where there was none.

    Raises:
        Conflict: the key belongs to another request.
    """
    columns = t.idempotency.c
    row = connection.execute(
        select(columns.request_hash, columns.result).where(columns.agency == agency, columns.request_key == key)
    ).first()
    if row is None:
        return None
    if row.request_hash != request:
        raise Conflict("conflict", text="idempotency_key_reused", key=key)
    return model.model_validate_json(row.result).model_copy(update={"repeated": True})


def remember(connection: Connection, agency: str, key: str, request: str, result: BaseModel, at: str) -> None:
    """Keeps the result of a request under its key."""
    row = {
        "agency": agency,
        "request_key": key,
        "request_hash": request,
        "result": result.model_dump_json(),
        "created_at": at,
    }
    connection.execute(insert(t.idempotency), row)


class Step(NamedTuple):
    """A move to be tried: its name, its data, its day (default: today)."""

    move: str
    data: dict[str, Any]
    at: date | datetime | str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What some moves would make of a case: before, after, with the events in force and the last day tried."""

    before: Case
    after: Case
    events: list[Event]
    warnings: list[MoveWarning]
    law: Law
    on: date


def what_would(
    session: Session, number: str, steps: Sequence[Step], *, agency: str = "default", clock: Clock = _CLOCK
) -> Trial:
    """What some moves, one after the other, would do; written nowhere.

    Raises:
        the errors of ``move``.
    """
    connection = session.connection()
    loaded = _load(connection, agency, number, steps[0].move)
    before = copy.deepcopy(loaded.case)
    tried: list[Event] = []
    warnings: list[Warning_] = []
    on = today(clock)
    for step in steps:
        on, moment = read_moment(step.at) if step.at is not None else (today(clock), None)
        found, recorded = _advance(
            connection, loaded, step.move, on, moment, step.data, ADMINISTRATOR, stamp(clock), tried
        )
        warnings += found
        tried.append(recorded.event)
    events = timeline([*history(connection, loaded.id), *tried])
    told = [MoveWarning(code=item.unmet.code, message=describe_warning(item)) for item in warnings]
    return Trial(before, loaded.case, events, told, loaded.law, on)
