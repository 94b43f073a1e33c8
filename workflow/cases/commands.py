"""Use cases that change a case: each one verb, one event, one unit of work in the host's transaction.

Every command works in the session of its context and never commits it. A failing command leaves no trace,
even if the host swallows the error and commits.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...states.errors import MoveRefused
from ...states.procedure.advance import Caution, parse
from ...states.procedure.case import Case, State
from ...states.procedure.catalogue import typed_move
from ...states.procedure.history import Event, is_decision, timeline
from ...states.procedure.periods import Law
from ...states.remark import Remark
from ...states.rules.outcomes import reply_refuses
from ..kernel.context import ADMINISTRATOR, Context
from ..kernel.owners import approved_step
from ..kernel.unit import Key, once
from ..kernel.versions import text_at
from .amending import Amended, amended_step, is_sole_hand
from .departments import leads_elsewhere
from .missed import Annuls
from .numbers import take_number
from .store import Loaded, Wanted, advance_loaded, conflict, history, load_for, load_seen, make, number_of, wanted_move
from .store import MoveRequest as MoveRequest
from .store import MoveResult as MoveResult
from .store import carry_out as carry_out


def move(
    context: Context,
    number: str,
    name: str,
    data: Mapping[str, object] | None = None,
    *,
    at: date | datetime | str | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> MoveResult:
    """Makes one move of a case, durable when the host commits.

    ``at`` is the legal day (default: today by the clock); ``expected_version`` refuses a case that has
    moved on; a repeated ``idempotency_key`` gives the first result again and changes nothing. A move for
    which the agency's procedure asks for approval is refused, but for a record of the past: it is proposed instead. So
    is the amendment of a move that was approved, or that needs approval.
    A record of the past needs the permission to record it, not that of each move but where the move has one of its own.
    The missed day of a reply stays, but for who has the permission to annul: no move makes another day count, or none.
    An amendment that gives the case to another department needs that to reassign, also in a record of the past; taking
    back a decision that was approved needs the permission to approve.
    Raises:
        UnknownMove, UnknownCase, DuplicateCase, OutOfOrder, MoveRefused, BadData, Conflict, NotPermitted.
    """
    typed_move(name)
    require_move(context, name)
    context = context.joined()
    wanted = wanted_move(context, MoveRequest(name, dict(data or {}), at))
    number = number_of(context.connection, context.agency, number)
    stated = None if at is None else (wanted.on, wanted.at)
    key = Key.of(context, idempotency_key, "move", number, name, wanted.data, stated)

    def work() -> MoveResult:
        loaded = load_for(context, number, name)
        if name != "submit":
            context.require_sight(loaded.department)
            if expected_version not in (None, loaded.version):
                raise conflict(context.connection, loaded)
        if awaits_approval(context, loaded, name, wanted.data):
            raise MoveRefused("approval_needed", move=name, case=number, state=loaded.case.state)
        _CHECKS.get(name, _unchecked)(context, loaded, wanted)
        return make(context, loaded, wanted)

    return once(context, key, MoveResult, work, lambda: load_seen(context, number))


def submit(
    context: Context,
    data: Mapping[str, object],
    *,
    at: date | datetime | str | None = None,
    idempotency_key: str | None = None,
) -> MoveResult:
    """Registers a case under the next number of the office's pattern, in the year of its submission.

    Otherwise as ``move`` with ``submit``, which registers under a number of the caller's own. A repeated key gives the
    first result, with its number, again.
    Raises:
        the errors of ``move``.
    """
    require_move(context, "submit")
    context = context.joined()
    wanted = wanted_move(context, MoveRequest("submit", dict(data), at))
    stated = None if at is None else (wanted.on, wanted.at)

    def work() -> MoveResult:
        loaded = load_for(context, take_number(context, wanted.on.year), "submit")
        if awaits_approval(context, loaded, "submit", wanted.data):
            raise MoveRefused("approval_needed", move="submit", case=loaded.case.case, state=loaded.case.state)
        return make(context, loaded, wanted)

    done = once(context, Key.of(context, idempotency_key, "submit", wanted.data, stated), MoveResult, work)
    if done.repeated:
        load_seen(context, done.case)
    return done


OF_OFFICE = ("annul", "reassign", "send_back")
"""Moves that are decisions of the office itself: nobody records one as another's who may not make it."""


def require_move(context: Context, name: str) -> None:
    """Refuses who may not make that move; of the past, who may not record it.

    Raises:
        NotPermitted.
    """
    if name == "lift_breach":
        context.require("annul")
    if not context.past or name in OF_OFFICE:
        context.require(name)
    else:
        context.require("record_past")


def _check_department(context: Context, loaded: Loaded, wanted: Wanted) -> None:
    """Refuses an amendment that gives the case to another department to who may not reassign it.

    Raises:
        BadData, NotPermitted.
    """
    parse("amend", wanted.data)
    amendment = Event(loaded.case.seq + 1, "amend", wanted.on, wanted.at, wanted.data, not context.past)
    if leads_elsewhere(context, loaded.id, amendment):
        context.require("reassign")


def _check_withdrawal(context: Context, loaded: Loaded, wanted: Wanted) -> None:
    """Refuses to take back a decision that was approved to who may not approve.

    Raises:
        NotPermitted.
    """
    decided = {"outcome": loaded.case.outcome or ""}
    if not context.past and needs_approval(context, loaded.config_id, "reply", decided):
        context.require("approve")


def is_own_claim(context: Context, case_id: int, data: Mapping[str, object]) -> bool:
    """Whether who acts wrote down the step that data name by its number, and nobody else attests it.

    Where nobody is on record anybody may confirm it.
    """
    actor = context.actor.user_id
    return actor != ADMINISTRATOR.user_id and is_sole_hand(context.connection, case_id, data, actor)


def _check_other_hand(context: Context, loaded: Loaded, wanted: Wanted) -> None:
    """Refuses that who wrote a step down confirms alone by it that a period was kept.

    Raises:
        MoveRefused.
    """
    if not is_own_claim(context, loaded.id, wanted.data):
        return
    name, state = context.actor.name or context.actor.user_id, loaded.case.state
    raise MoveRefused(move="lift_breach", case=loaded.case.case, state=state, text="own_claim", name=name)


def _unchecked(context: Context, loaded: Loaded, wanted: Wanted) -> None:
    """What most moves are asked beside their own conditions: nothing."""


_CHECKS = {"amend": _check_department, "withdraw_decision": _check_withdrawal, "lift_breach": _check_other_hand}


def awaits_approval(context: Context, loaded: Loaded, name: str, body: Mapping[str, object]) -> bool:
    """Whether a move has to be proposed; what was approved is amended so in a record of the past, too.

    Nor is what was approved in live work replaced there by another decision. On a case of live work a record of the
    past decides nothing that needs approval, unless an administrator makes it: on paper it has been approved there.
    """
    if name != "amend":
        if sends_decided(loaded.case, name, body):
            return False
        if context.past and name in REPLACING and _decided_by_approval(context, loaded):
            return True
        needed = needs_approval(context, loaded.config_id, name, body)
        return needed and not (context.past and (context.may("administer") or not _is_live(context, loaded)))
    amended = amended_step(context.connection, loaded.id, body)
    if amended is None:
        return False
    if context.past:
        return amended.approved is not None
    return needs_approval_to_amend(context, loaded.config_id, amended)


SENDING = ("reply", "decide")
"""Moves that send out what was decided, or change its way: the decision has been approved."""


def sends_decided(case: Case, name: str, body: Mapping[str, object]) -> bool:
    """Whether a move only sends out what was decided, or changes its way, and so needs no further approval."""
    if name not in SENDING or case.state != State.DECIDED:
        return False
    return not is_decision(Event(0, name, date.min, data=dict(body)))


REPLACING = ("reply", "decide", "discontinue", "reopen")
"""Moves by which a case is decided, or its decision undone."""


def _is_live(context: Context, loaded: Loaded) -> bool:
    """Whether any step of the case was made in live work."""
    return any(step.live for step in history(context.connection, loaded.id))


def _decided_by_approval(context: Context, loaded: Loaded) -> bool:
    """Whether a step of the case was approved in live work."""
    connection = context.connection
    steps = timeline(history(connection, loaded.id))
    return any(step.live and approved_step(connection, loaded.id, step.seq) is not None for step in steps)


def needs_approval_to_amend(context: Context, version: int, amended: Amended) -> bool:
    """Whether a step was approved, or is one that needs approval as it stands or as it is to stand."""
    bodies = (amended.step.data, amended.data)
    return amended.approved is not None or any(needs_approval(context, version, amended.move, body) for body in bodies)


def needs_approval(context: Context, version: int, name: str, body: Mapping[str, object]) -> bool:
    """Whether the agency's approval procedure, as of a version of its settings, covers that move."""
    gated = text_at(context.connection, version, "gated", context.agency)
    if not gated:
        return False
    listed = gated.split()
    name = "reply" if name == "decide" else name
    return name in listed or (f"{name}:refusal" in listed and reply_refuses(body))


@dataclass(frozen=True, slots=True)
class MovesPreview:
    """What moves would make of a case: the case before and after, the events in force, the day of the last move."""

    before: Case
    after: Case
    events: list[Event]
    warnings: list[Remark]
    law: Law
    on: date


def preview_move(context: Context, number: str, request: MoveRequest) -> MovesPreview:
    """Previews one move by hand with the refusals that ``move`` has for its data, whether or not it needs approval.

    Raises:
        the errors of ``move``.
    """
    loaded = load_for(context, number, request.move)
    if awaits_approval(context, loaded, request.move, request.data):
        return preview_moves(context, number, [request], annuls=lambda: True)  # the proposal asks who would sign
    _CHECKS.get(request.move, _unchecked)(context, loaded, wanted_move(context, request))
    return preview_moves(context, number, [request])


def preview_moves(
    context: Context, number: str, requests: Sequence[MoveRequest], *, annuls: Annuls | None = None
) -> MovesPreview:
    """Previews moves that follow one another; nothing is written. ``annuls`` is that of ``carry_out``.

    Raises:
        the errors of ``move``.
    """
    loaded = load_for(context, number, requests[0].move)
    before = copy.deepcopy(loaded.case)
    tried: list[Event] = []
    warnings: list[Caution] = []
    on = context.today
    for request in requests:
        wanted = wanted_move(context, request)
        found, recorded = advance_loaded(context, loaded, wanted, tried, annuls)
        warnings += found
        tried.append(recorded.event)
        on = wanted.on
    events = timeline([*history(context.connection, loaded.id), *tried])
    return MovesPreview(before, loaded.case, events, [Remark.of(item.unmet) for item in warnings], loaded.law, on)
