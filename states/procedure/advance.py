"""The one way to make a move, and ``fold``, which applies a whole history again.

Commands, previews, replays and the features all come here. Nothing but the history, the
calendar and the chosen readings enters: the same history always gives the same case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from transitions import MachineError

from ..errors import MOVE_DATA, BadData, DuplicateCase, MoveRefused, OutOfOrder, Telling, faults_of
from ..rules.rules import rule
from .case import Case, Period, Remedy, RemedyStep, State
from .catalogue import fields_of, move_of, moves
from .claims import is_unconfirmed, keep_claims
from .declaration import AnyMove, Condition, Finding, MachineKind, Question, Unmet, pending
from .fields import MoveData, RemedyStepData
from .history import Data, Event, read_moment, timeline
from .machine import HasState, machine, sources
from .periods import Law
from .reading import left_out, wants
from .undone import as_it_was, groundless

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Caution:
    """A condition that did not hold and only warns."""

    move: str
    seq: int
    unmet: Unmet


class Advanced(NamedTuple):
    """The result of a move: the case after it, and the warnings."""

    case: Case
    warnings: list[Caution]


def _no_history() -> Sequence[Event]:
    return ()


def advance(
    case: Case,
    event: Event,
    law: Law,
    history: Callable[[], Iterable[Event]] = _no_history,
) -> Advanced:
    """Makes one move of a case: order, state, data, conditions, then what the move does.

    Where the event is live, what the law asks of an act must be there; else the past is recorded.

    A plain move changes the case given. An amendment, a move recorded late, or a fact of live work that lies before
    the last move, puts the whole ``history`` together again, and gives a new case; so does every move while something
    is unconfirmed that was written down when a reply was late. The history is asked for only then.
    Raises:
        UnknownMove, DuplicateCase, OutOfOrder, MoveRefused, BadData.
    """
    move = move_of(event.move)
    late = event.data.get("late_reason") and not (move.opens and move.of == "case")
    told = event.live and case.last_on is not None and event.on < case.last_on and move.happened_outside
    if move.amends or late or told:
        check = _check_amendment if move.amends else _check_in_its_place
        return _put_in(case.case, event, law, list(history()), check)
    check_order(case, event)
    written = event.recorded_on or event.on
    unconfirmed = event.on < written and is_unconfirmed(case, event)
    if case.unconfirmed or case.has_claims or (unconfirmed and case.missed_replies(written)):
        return _put_after(case.case, event, law, list(history()))
    warnings = _make(case, move, event, law, strict=True)
    if unconfirmed:
        case.unconfirmed.append(event.seq)
    return Advanced(case, warnings)


@cache
def _keys(move: str) -> frozenset[str]:
    return frozenset(item.key for item in fields_of(move))


def without_blanks(move: str, data: Mapping[str, object]) -> dict[str, object]:
    """The data without the fields that were left blank, as a form sends what nobody has filled in.

    Only fields that the move declares are looked at; an object of which nothing is left goes too.
    """
    return _filled(_keys(move), "", data)


def _filled(keys: frozenset[str], prefix: str, data: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in data.items():
        inner = _filled(keys, f"{prefix}{name}.", value) if isinstance(value, dict) else {}
        blank = not inner if isinstance(value, dict) and value else isinstance(value, str) and not value.strip()
        if not (blank and prefix + name in keys):
            found[name] = inner if isinstance(value, dict) else value
    return found


def as_kept(name: str, data: Data, case: Case) -> Data:
    """The data of a move in the form in which they are kept; those in an amendment as the moves that it may amend.

    Raises:
        UnknownMove: the law's procedure has none.
    """
    move = move_of(name)
    inner = data.get("data")
    if not move.amends or not isinstance(inner, dict):
        return move.reads(data, case)
    for other in moves().values():
        inner = other.reads(inner, case)
    return {**data, "data": inner}


def check_order(case: Case, event: Event) -> None:
    """Within a case the day never goes back; a bare day equals every moment of it.

    Raises:
        OutOfOrder: the day lies before the case's last move.
    """
    on, at, last_on, last_at = event.on, event.at, case.last_on, case.last_at
    if last_on is None or on > last_on:
        return
    if on < last_on or (at is not None and last_at is not None and at < last_at):
        raise OutOfOrder(case=case.case, at=(at or on).isoformat(), last=(last_at or last_on).isoformat())


def _put_in(
    name: str,
    event: Event,
    law: Law,
    history: list[Event],
    check: Callable[[str, Event, Law, list[Event]], None],
) -> Advanced:
    """Applies the whole history again with the move in its place; refuses if a later move becomes impossible.

    A fact makes no later move impossible that only came too early: that one is marked.
    """
    check(name, event, law, history)
    case, warnings = fold(name, [*history, event], law, strict=not _tells_a_fact(event, history))
    undone = _undone(event, law, history, warnings)
    if undone is not None:
        warnings.append(undone)
    if move_of(event.move).fact:
        turned = [item for item in warnings if item.unmet.code == "withdrawn_too_late" and item.seq != event.seq]
        warnings += [replace(item, move=event.move, seq=event.seq) for item in turned]
    if case.premature and not any(item.seq == event.seq and item.unmet.code == "premature_step" for item in warnings):
        warnings.append(_premature(event))
    return Advanced(case, [item for item in warnings if item.seq == event.seq])


def _put_after(name: str, event: Event, law: Law, history: list[Event]) -> Advanced:
    """Applies the whole history again with a move after it, to judge anew what is unconfirmed."""
    _check_in_its_place(name, event, law, history)
    case, warnings = fold(name, [*history, event], law)
    return Advanced(case, [item for item in warnings if item.seq == event.seq])


def _tells_a_fact(event: Event, history: list[Event]) -> bool:
    """Whether the move is a fact, or amends one."""
    move = move_of(event.move)
    if not move.amends:
        return move.happened_outside
    seq = int(event.data["seq"])
    return any(item.seq == seq and move_of(item.move).fact for item in history)


def _undone(event: Event, law: Law, history: list[Event], warnings: list[Caution]) -> Caution | None:
    """That a step has lost its ground by an answer that had come before it; None where none has.

    Raises:
        MoveRefused: the answer had come too late to keep the request from being given up.
    """
    gone = groundless(timeline([*history, event])) - groundless(timeline(history))
    if not gone:
        return None
    step = next(item for item in history if item.seq == min(gone))
    late = next(
        (item.unmet for item in warnings if item.seq == event.seq and item.unmet.code == "applicant_late"), None
    )
    if late is not None and step.move == "abandon":
        raise MoveRefused(move=event.move, text="given_up_already", article=late.source, **late.fields)
    told = {"seq": step.seq, "move": step.move, "on": step.on}
    source = rule("remedy_from_receipt", event.on).source
    return Caution(event.move, event.seq, Unmet("step_undone", source, told, hard=False))


def _premature(event: Event) -> Caution:
    """That a step rested on another day than the one that is on record now."""
    source = rule("remedy_from_receipt", event.on).source
    return Caution(event.move, event.seq, Unmet("premature_step", source, hard=False))


def _check_in_its_place(name: str, event: Event, law: Law, history: list[Event]) -> None:
    """Checks a late move at the place where it belongs, before the moves after it are judged."""
    recorded = _Recorded(name, history, law)
    before, _ = _fold(recorded, until=event.on)
    keep_claims(before, history, max(event.on, event.recorded_on or event.on), recorded.made)
    _make(before, move_of(event.move), event, law, strict=True)


def _check_amendment(name: str, event: Event, law: Law, history: list[Event]) -> None:
    parse(event.move, event.data)
    seq, at = int(event.data["seq"]), event.data.get("at")
    target = next((item for item in history if item.seq == seq), None)
    if target is None or move_of(target.move).amends:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": seq}, move=event.move)
    if at is not None and read_moment(at, "data.at")[0] > event.on:
        raise BadData({"field": "data.at", "problem": "in_the_future", "value": at}, move=event.move)
    if at is None and not event.data.get("data"):
        raise BadData({"field": "data", "problem": "missing", "text": "amends_nothing", "value": seq}, move=event.move)
    known_on = min(target.on, target.recorded_on or target.on)
    if at is None and event.on < known_on:
        told = {"value": event.on.isoformat(), "on": known_on.isoformat(), "seq": seq}
        raise BadData({"field": "at", "problem": "before_step"} | told, move=event.move)


def fold(
    name: str,
    events: Iterable[Event],
    law: Law,
    *,
    until: date | None = None,
    strict: bool = False,
) -> tuple[Case, list[Caution]]:
    """The case that a history makes, at the end of ``until`` where it is given.

    Events come in the order in which they were recorded, and each is judged as it was made: in live work or as a
    record of the past. With ``strict`` off, conditions that depend on
    days are not asked again: what was recorded stays recorded when the calendar or a reading changes.
    Raises:
        MoveRefused, BadData: with ``strict``, or where a move is impossible in its place.
    """
    recorded = _Recorded(name, list(events), law)
    case, warnings = _fold(recorded, until=until, strict=strict)
    keep_claims(case, recorded.events, until or date.max, recorded.made)
    return case, warnings


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A history in the order in which it was recorded."""

    name: str
    events: list[Event]
    law: Law

    def made(self, events: Sequence[Event]) -> tuple[Case, Sequence[int]]:
        """The case that some of the steps make, and those that are impossible without the others and are left out."""
        left_out: list[int] = []
        case, _ = _fold(_Recorded(self.name, list(events), self.law), left_out=left_out)
        return case, left_out


def _fold(
    recorded: _Recorded, *, until: date | None = None, strict: bool = False, left_out: list[int] | None = None
) -> tuple[Case, list[Caution]]:
    """The case, and the warnings; with ``left_out`` a step that is impossible is noted there and left out."""
    case = Case(recorded.name)
    warnings: list[Caution] = []
    order = timeline(recorded.events)
    gone = groundless(order)
    for event in order:
        if until is not None and event.on > until:
            break
        if event.seq in gone:
            continue
        known = as_it_was(event, replied=case.state == State.REPLIED)
        try:
            warnings += _make(case, move_of(known.move), known, recorded.law, strict, again=True)
        except (MoveRefused, BadData):
            if left_out is None:
                raise
            left_out.append(event.seq)
            continue
        if known is not event:
            source = rule("reply_made_on", event.on).source
            warnings.append(Caution(event.move, event.seq, Unmet("withdrawn_too_late", source, hard=False)))
    if until is not None:
        case.forget_after(until)
    case.seq = max((event.seq for event in recorded.events), default=0)
    return case, warnings


def _make(
    case: Case,
    move: AnyMove,
    event: Event,
    law: Law,
    strict: bool,
    *,
    again: bool = False,
) -> list[Caution]:
    """Makes the move on the case as it is: checks state, data and conditions in this order, then applies the effect.

    ``again``: it is on record, and its history is folded.
    """
    _check_state(case, move)
    early = len(case.premature)
    data = parse(move.name, event.data)
    warnings = []
    if move.conditions:
        question = Question(case, event.on, data, law, event.live)
        warnings = _judge(question, move, event.seq, strict, again=again)
    case.live, case.seq = event.live, event.seq
    case.keep_missed(event.on)
    before = _Standing.of(case, event)
    if move.of != "case":
        remedy = None if move.opens else _remedy(case, move, data)
        move.effect(case, event.on, data, law)
        _step(remedy or case.remedies[-1], move, event.on, data)
    else:
        move.effect(case, event.on, data, law)
        if move.arrows:
            go("case", case, move.name)
    case.last_on, case.last_at = event.on, event.at
    if len(case.premature) > early:
        warnings.append(_premature(event))
    return warnings + _made_late(case, move, event, before)


class _Standing(NamedTuple):
    """How the last reply period stood before a step: how it had ended, and whether it was late by then."""

    period: Period | None
    ended: tuple[date | None, str | None]
    late: bool

    @classmethod
    def of(cls, case: Case, event: Event) -> "_Standing":
        """As the case stands; by the day on which the step is written down."""
        period = case.last_period("reply")
        if period is None:
            return cls(None, (None, None), late=False)
        return cls(period, (period.ended_on, period.ending), period.is_missed(event.recorded_on or event.on))


def _made_late(case: Case, move: AnyMove, event: Event, before: _Standing) -> list[Caution]:
    """A warning that a fact has made the reply too late, or that by a step the period is over without one.

    Law: 条例 art. 33 para 2; 国办公开办函〔2016〕235号 point 4.
    """
    period = before.period
    if period is None or period is not case.last_period("reply"):
        return []
    code = ""
    if period.ended_on is None:
        code = "late_by_this" if not before.late and period.is_missed(event.recorded_on or event.on) else ""
    elif move.fact and period.ending == "missed" and (period.ended_on, period.ending) != before.ended:
        code = "reply_late"
    if not code:
        return []
    source = rule(period.key, period.law_on).source
    return [Caution(event.move, event.seq, Unmet(code, source, {"due_on": period.limit}, hard=False))]


def _check_state(case: Case, move: AnyMove) -> None:
    if move.of != "case":
        if case.state == State.ANNULLED:
            raise MoveRefused(move=move.name, state=case.state, text="annulled")
        if not move.opens and not pending(case, move.of):
            raise MoveRefused(move=move.name, state=case.state, text=f"no_pending_{move.of}")
    elif move.opens:
        if case.state:
            raise DuplicateCase(case=case.case)
    elif not move.amends and case.state not in sources("case", move.name):
        raise MoveRefused(move=move.name, state=case.state, allowed=list(sources("case", move.name)))


def parse(name: str, data: Data) -> MoveData:
    """The data of one move, checked.

    Raises:
        UnknownMove: no such move.
        BadData: with every fault found.
    """
    model: type[MoveData] = move_of(name).data
    return admit(model, data, move=name)


def admit(model: type[M], data: object, telling: Telling = MOVE_DATA, **about: object) -> M:
    """Data as their declaration wants them: each field by itself, and what a field's value wants of others.

    Raises:
        BadData: with every fault found, and what it is ``about``.
    """
    missing = list(left_out(model, data)) if any(wants(model)) else []
    found, faults = None, missing
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        faults = [*faults_of(error, telling, model), *missing]
    if found is None or faults:  # raised here, so that it brings no error that shows what was given
        raise BadData(*faults, **about)
    return found


def _judge(
    question: Question[MoveData], move: AnyMove, seq: int, strict: bool, *, again: bool = False
) -> list[Caution]:
    warnings = []
    for condition in move.conditions:
        passed = (condition.live and not question.live) or (condition.once and again)
        found = None if passed else condition.ask(question)
        if found is None:
            continue
        unmet = _unmet(question, condition, found)
        if not unmet.hard or (unmet.timely and not strict):
            warnings.append(Caution(move.name, seq, unmet))
        elif unmet.code == "bad_data":
            raise BadData(dict(unmet.fields), move=move.name, source=unmet.source)
        else:
            fields = {**unmet.fields, "article": unmet.source, "text": unmet.text or unmet.code}
            raise MoveRefused(unmet.code, move=move.name, state=question.case.state, **fields)
    return warnings


def unmet_conditions(question: Question[MoveData], move: AnyMove) -> list[Unmet]:
    """Every condition of the move that does not hold, in the order in which they are judged."""
    asked = (item for item in move.conditions if question.live or not item.live)
    found = ((condition, condition.ask(question)) for condition in asked)
    return [_unmet(question, condition, amiss) for condition, amiss in found if amiss is not None]


def _unmet(question: Question[MoveData], condition: Condition[Any], found: Finding) -> Unmet:
    on = question.on if condition.by == "day" else question.case.law_on
    source = found.source or rule(condition.article, on).source
    return Unmet(found.code, source, found.fields, condition.hard, condition.timely, found.text)


def _remedy(case: Case, move: AnyMove, data: MoveData) -> Remedy:
    """The review or suit that the move names."""
    assert isinstance(data, RemedyStepData)  # noqa: S101 - the loader has seen to it
    found = case.remedy(data.id, move.of)
    if found is None:
        known = "、".join(item.id for item in case.remedies if item.kind == move.of)
        fault = {"field": "id", "problem": "unknown_id", "value": data.id, "choices": known}
        raise BadData(fault, move=move.name)
    if found.is_over:
        raise MoveRefused(move=move.name, state=found.state, text="remedy_over", id=found.id)
    return found


def _step(remedy: Remedy, move: AnyMove, on: date, data: MoveData) -> None:
    """Moves the state machine of a review or suit and records the step."""
    assert isinstance(data, RemedyStepData)  # noqa: S101 - the loader has seen to it
    result, instance = data.result_and_instance()
    if move.arrows:
        go(move.of, remedy, move.name, instance=instance)
    remedy.steps.append(RemedyStep(move.name, on, result, instance))


def go(kind: MachineKind, row: HasState, move: str, **facts: int) -> None:
    """Moves a case, review or suit to the state that the move leads to.

    Raises:
        MoveRefused: the move does not lead on from where the row stands.
    """
    try:
        moved = machine(kind).events[move].trigger(row, **facts)
    except (MachineError, ValueError, KeyError):
        moved = False
    if not moved:
        raise MoveRefused(move=move, state=row.state, allowed=list(sources(kind, move)))
