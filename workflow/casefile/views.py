"""Queries on one case: its state, its periods, the day-by-day ledger, what can be done.

Every question is answered to who may see the case, and refused to anybody else. Personal data are masked; who needs
them asks for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import NamedTuple

from ...notifications.documents.kinds import due_notices, kinds
from ...states import admission
from ...states.errors import BadData
from ...states.procedure.advance import fold
from ...states.procedure.case import Case, Consultation, Remedy
from ...states.procedure.catalogue import fields_of, move_of, typed_move
from ...states.procedure.counting import counted, counted_as
from ...states.procedure.declaration import Unmet
from ...states.procedure.history import Event, is_decision, timeline
from ...states.procedure.moves.extension import due_once_told
from ...states.procedure.options import Option, options
from ...states.procedure.periods import Law, ledger, rule_of, status
from ...states.procedure.stages import AT_ONCE, Stage, Turn
from ...states.remark import plain
from ...states.rules.outcomes import answer_of, outcome_rows, refuses
from ...states.rules.rules import rule
from ..approvals.queries import sheets_of
from ..cases.commands import (
    SENDING,
    MoveRequest,
    MovesPreview,
    awaits_approval,
    is_own_claim,
    needs_approval,
    preview_move,
    require_move,
    sends_decided,
)
from ..cases.gate import Faults, drafted
from ..cases.queries import department_of, recorded_steps
from ..cases.reads import note_read
from ..cases.steps import hidden_names
from ..cases.store import Loaded, history, load_seen, number_of, opened, private_data
from ..filing.commands import filed
from ..kernel.context import Context, Written, entered_at
from ..kernel.directory import Known
from ..kernel.personal_data import REDACTED, hide_names, is_redacted, mask, redacted_by, restore_by
from ..kernel.versions import latest
from ..notices.safe import last_safe_days
from .remarks import all_periods, lapsed_deferral, lapsed_extension, remarks, route_of
from .results import (
    CaseView,
    ChargeView,
    ConsultationView,
    CountedDay,
    DueNotice,
    Explanation,
    HistoryEntry,
    MoveOption,
    MovePreview,
    Obstacle,
    PendingView,
    PeriodView,
    RemedyView,
    ReportPlace,
    SafeDaysView,
    SheetView,
    Standing,
    StandstillView,
    known_day,
)

_ENDINGS = ("withdraw", "discontinue")
"""The moves, beside a decision, that tell why a result was given."""


def check_seen(context: Context, number: str) -> None:
    """Refuses a person who may not see the case: one of another department that was not granted.

    Raises:
        UnknownCase, NotPermitted.
    """
    context.departments()  # who may see nothing is not told which numbers there are
    context.require_sight(department_of(context.connection, context.agency, number))


class CaseOn(NamedTuple):
    """A case as it was at the end of a day, with all its events and how it is stored."""

    context: Context
    loaded: Loaded
    case: Case
    events: Sequence[Event]
    on: date

    @property
    def law(self) -> Law:
        """The law by which it is read."""
        return self.loaded.law


def case_on(context: Context, number: str, on: date) -> CaseOn:
    """The case as it was at the end of a day.

    Raises:
        UnknownCase, NotPermitted.
        BadData: it had not been submitted by that day.
    """
    loaded = load_seen(context, number)
    number = loaded.case.case
    events = history(context.connection, loaded.id)
    last = loaded.case.last_fact_on
    if last is not None and on >= last:
        return CaseOn(context, loaded, loaded.case, events, on)
    case, _ = fold(number, events, loaded.law, until=on)
    if case.submitted_on is None:
        raise BadData({"field": "as_of", "problem": "before_submission", "value": on.isoformat()})
    return CaseOn(context, loaded, case, events, on)


def show(context: Context, number: str, on: date | None = None, *, unmasked: bool = False, why: str = "") -> CaseView:
    """The whole case at the end of a day, else of today; unmasked it is noted in the log of reads, with the reason.

    Raises:
        UnknownCase, NotPermitted; BadData: it had not been submitted by that day;
        SetupError: unmasked on a connection that cannot write.
    """
    admission.text("why", why)
    at = case_on(context, number, on or context.today)
    if unmasked:
        note_read(context, at.loaded.row(context.agency), "case", why=why)
    return view_of(at, unmasked)


def view_of(at: CaseOn, unmasked: bool) -> CaseView:
    """A case that somebody may see as it was on a day."""
    context, on, number = at.context, at.on, at.loaded.case.case
    case, law, safe = at.case, at.law, last_safe_days(context.connection, at.loaded, on)
    hidden = _hidden(at, unmasked)
    route, source = route_of(case, on, law)
    return CaseView(
        case=number,
        agency=context.agency,
        as_of=on,
        state=case.state,
        stage=_stage(at),
        to_do=_to_do(at),
        received_on=case.received_on,
        breached_on=case.breached_on(on),
        outcome=case.outcome,
        answer=_answer(case),
        ground=_ground(at, unmasked),
        handler=mask(case.handler) if case.handler in hidden else case.handler or None,
        version=at.loaded.version,
        applicant=_applicant(at, unmasked),
        periods=_periods(case, on, law),
        consultations=tuple(_consultation(item) for item in case.consultations),
        charges=_charges(case),
        remedies=tuple(_remedy(item, law, on) for item in case.remedies),
        remedy_route=route,
        remedy_source=source,
        notices=_notices(case, [event for event in timeline(at.events) if event.on <= on]),
        last_safe=SafeDaysView(**safe._asdict()) if safe is not None else None,
        attachments=tuple(item for item in filed(context, at.loaded, unmasked=unmasked) if item.on <= on),
        approvals=tuple(SheetView.of(item) for item in sheets_of(context.connection, context.agency, number)),
        warnings=tuple(remarks(case, at.events, law, on)),
        history=_history(at, unmasked, hidden),
    )


def _stage(at: CaseOn) -> Stage | None:
    """Where the case stands; sheets and papers are known of today alone."""
    if at.case is at.loaded.case or at.on >= at.context.today:
        return at.case.stage(approving=at.loaded.open_sheets > 0, issued=at.loaded.reply_issued)
    return at.case.stage()


def _to_do(at: CaseOn) -> tuple[str, ...]:
    """What the agency has to do."""
    case, on, found = at.case, at.on, at.case.by_papers()
    waits, days = case.awaits_since(found), at.law.settings.receipt_days
    late = waits is not None and waits > AT_ONCE and at.law.calendar.project(waits, days) < on
    turn = Turn(case.state, _stage(at), waits, case.acts_on(found), case.has_claims)
    return turn.to_do(on, waits if late and waits is not None else AT_ONCE)


def _ground(at: CaseOn, unmasked: bool) -> str | None:
    """Why the result in force was given; only that it is on record where it is not to be shown."""
    order = [event for event in timeline(at.events) if event.on <= at.on]
    ended = next((event for event in reversed(order) if event.move in _ENDINGS or is_decision(event)), None)
    if ended is None or at.case.outcome is None:
        return None
    if unmasked:
        known = {event.seq: event for event in timeline(_restored(at))}
        ended = known[ended.seq]
    names = ("reason", "ground") if ended.move in _ENDINGS else ("ground", "reason")
    told = next((ended.data[name] for name in names if ended.data.get(name)), None)
    return None if told is None else str(_without_hash(told))


def _restored(at: CaseOn) -> list[Event]:
    """The events with their personal data, or with a note where these have been erased."""
    bodies = opened(at.events, private_data(at.context.connection, at.loaded.id))
    return [replace(event, data=body) for event, body in zip(at.events, bodies, strict=True)]


def _answer(case: Case) -> str | None:
    """The answer that the reply gave; None where there is none, or nothing but a row is known that several share."""
    found = answer_of(case.outcome, case.answer, "", case.law_on) if case.outcome else None
    return found.code if found is not None else None


def _periods(case: Case, on: date, law: Law) -> tuple[PeriodView, ...]:
    return tuple(
        PeriodView.of(item, on, law, _pending(case, on, law) if item is case.reply_period() else None)
        for item in all_periods(case, on, law)
    )


def _pending(case: Case, on: date, law: Law) -> PendingView | None:
    """The extension or deferral of which the applicant has not been told, while telling of it has an effect."""
    due_on, period = due_once_told(case, law), case.reply_period()
    if period is None:
        return None
    still = not period.presses
    if case.deferral is not None and lapsed_deferral(case, on, law) is None:
        until = case.deferral.until if still else max(case.deferral.until, due_on or period.due_on)
        return PendingView(days=None, due_on=until, tell_by=None if still else period.due_on)
    if case.pending is None or due_on is None or lapsed_extension(case, on, law) is not None:
        return None
    if still:
        return PendingView(days=case.pending.days, due_on=None, tell_by=None)
    return PendingView(days=case.pending.days, due_on=due_on, tell_by=period.due_on)


def _consultation(item: Consultation) -> ConsultationView:
    return ConsultationView(
        id=item.id,
        with_=item.counterpart,
        sent_on=item.sent_on,
        due_on=known_day(item.due_on),
        ended_on=item.ended_on,
        opinion=item.opinion or None,
    )


def _charges(case: Case) -> tuple[ChargeView, ...]:
    return tuple(ChargeView(**asdict(item)) for item in case.charges)


def _remedy(item: Remedy, law: Law, on: date) -> RemedyView:
    column = counted_as(item, law.settings, on)
    return RemedyView(id=item.id, kind=item.kind, state=item.state, result=item.result or None, counted_as=column)


def _notices(case: Case, known: list[Event]) -> tuple[DueNotice, ...]:
    titles = {item.key: item.title for item in kinds()}
    found = due_notices(case, known)
    return tuple(DueNotice(kind=item.kind, title=titles[item.kind], seq=item.seq, on=item.on) for item in found)


def _applicant(at: CaseOn, unmasked: bool) -> dict[str, object]:
    """Who applies, as amended; masked without the fields that no declaration knows, whose names may tell of people."""
    submitted = next(event for event in timeline(_restored(at)) if event.move == "submit")
    applicant = dict(submitted.data.get("applicant") or {})
    kind = applicant.pop("kind", at.loaded.case.applicant_kind)
    if not unmasked:
        declared = {item.key.removeprefix("applicant.") for item in fields_of("submit")}
        applicant = {key: mask(value) for key, value in applicant.items() if key in declared}
    return {"kind": kind} | applicant


def _hidden(at: CaseOn, unmasked: bool) -> frozenset[str]:
    """What was typed where a department or a person is named, and is to be masked: it names nobody known."""
    if unmasked:
        return frozenset()
    return hidden_names(at.context, [at.loaded.id]).get(at.loaded.id, frozenset())


def _written(at: CaseOn, unmasked: bool) -> dict[int, Written]:
    """Who made each step and who recorded it; who is said to have made it is masked where that names nobody known."""
    apart = private_data(at.context.connection, at.loaded.id)
    known = Known(at.context)
    found: dict[int, Written] = {}
    for row in recorded_steps(at.context.connection, at.loaded.id):
        told = Written.of(restore_by(row.actor, apart.get(row.seq)))
        strange = not unmasked and redacted_by(row.actor) and known.anybody and not known.person(told.by)
        found[row.seq] = told._replace(by=mask(told.by)) if strange else told
    return found


def _history(at: CaseOn, unmasked: bool, hidden: frozenset[str]) -> tuple[HistoryEntry, ...]:
    """What was recorded; personal data only where they are asked for."""
    rows = {row.seq: row for row in recorded_steps(at.context.connection, at.loaded.id)}
    written = _written(at, unmasked)
    days = {event.seq: event.on for event in timeline(at.events)}
    return tuple(
        HistoryEntry(
            seq=event.seq,
            move=event.move,
            at=(event.at or event.on).isoformat(),
            by=written[event.seq].by,
            recorder=written[event.seq].recorder,
            live=event.live,
            recorded_at=rows[event.seq].recorded_at,
            entered_at=entered_at(rows[event.seq].actor),
            data=_masked(hide_names(event.data, hidden)),
            hash=rows[event.seq].hash,
        )
        for event in (_restored(at) if unmasked else at.events)
        if min(event.on, days.get(event.seq, event.on)) <= at.on
    )


def _masked(data: Mapping[str, object]) -> dict[str, object]:
    """The data of a step; what was put aside as personal is the mark alone, without its hash."""
    return {key: _without_hash(value) for key, value in data.items()}


def _without_hash(value: object) -> object:
    if isinstance(value, dict):
        return _masked(value)
    return REDACTED if is_redacted(value) else value


def explain(context: Context, number: str, rule_name: str = "reply", on: date | None = None) -> Explanation:
    """The ledger of the case's latest period of that kind: every calendar day with its reason and source.

    The case is taken as it was at the end of that day, else of today.

    Raises:
        UnknownCase, NotPermitted.
        BadData: the case has no such period; the fields name those that it has.
    """
    on = on or context.today
    at = case_on(context, number, on)
    number = at.loaded.case.case
    periods = all_periods(at.case, on, at.law)
    found = [item for item in periods if item.rule == rule_name]
    if not found:
        known = "、".join(dict.fromkeys(item.rule for item in periods))
        raise BadData({"field": "rule", "problem": "no_such_period", "value": rule_name, "choices": known})
    period = found[-1]
    basis = rule_of(period)
    return Explanation(
        case=number,
        rule=rule_name,
        starts_on=None if period.awaits else period.starts_on,
        due_on=known_day(period.due_on),
        length=(period.length or 0) + period.extra if period.fixed_on is None else None,
        unit=str(basis.unit or "working_day"),
        extended_by=period.extra or None,
        fixed_on=period.fixed_on,
        status=status(period, on),
        provisional=not period.awaits and at.law.calendar.is_provisional(period.due_on),
        source=basis.source,
        confidence=str(basis.confidence),
        calendar=at.law.calendar.version,
        days=tuple(CountedDay(**day._asdict()) for day in ledger(period, at.law)),
        standstill=StandstillView.of(period, on),
        pending=_pending(at.case, on, at.law) if period is at.case.reply_period() else None,
        breached_on=at.case.breached_on(on) if period.rule == "reply" else None,
        claims=tuple(sorted(period.claims)),
    )


def _worst() -> dict[str, str]:
    """A reply that refuses: without data a reply is asked about as such, then some route surely covers it."""
    return {"outcome": next(row for row in outcome_rows() if refuses(row))}


def why(context: Context, number: str, on: date | None = None, move: str | None = None) -> tuple[MoveOption, ...]:
    """What can be done that day, else today; for what can't, every unmet condition, its law, and what would satisfy it.

    Raises:
        UnknownCase, NotPermitted, UnknownMove.
    """
    on = on or context.today
    at = case_on(context, number, on)
    if move is not None:
        typed_move(move)
    worst = _worst()
    return tuple(
        MoveOption(
            move=item.move,
            name=move_of(item.move).title,
            available=item.available,
            approval=not sends_decided(at.case, item.move, {})
            and needs_approval(context, at.loaded.config_id, item.move, worst),
            needs=item.needs,
            unmet=tuple(_obstacle(unmet) for unmet in item.unmet),
        )
        for item in (
            _by_own_hand(context, at, one) for one in options(at.case, on, at.law, move, live=not context.past)
        )
    )


def _by_own_hand(context: Context, at: CaseOn, option: Option) -> Option:
    """What is possible, without the confirmation of a step that only who asks has written down."""
    claims = at.case.claims if option.move == "lift_breach" else ()
    if not claims or not all(is_own_claim(context, at.loaded.id, {"seq": seq}) for seq in claims):
        return option
    name, source = context.actor.name or context.actor.user_id, rule("reply", at.case.law_on).source
    own = Unmet("move_not_allowed", source, {"name": name, "state": at.case.state}, text="own_claim")
    return replace(option, available=False, unmet=(*option.unmet, own))


def _obstacle(unmet: Unmet) -> Obstacle:
    fields = plain(unmet.fields)
    return Obstacle(code=unmet.code, fields=fields, text=unmet.text, source=unmet.source, blocks=unmet.hard)


def preview(context: Context, number: str, request: MoveRequest) -> MovePreview:
    """Previews a move: state and periods before and after, new notices, report places; nothing is written.

    Raises:
        UnknownCase, NotPermitted; the errors of the move.
    """
    typed_move(request.move)
    require_move(context, request.move)
    if request.move != "submit":
        check_seen(context, number)
    number = number_of(context.connection, context.agency, number)
    tried = preview_move(context, number, request)
    notices = _notices(tried.after, tried.events)
    approval, faults = _asks_approval(context, number, request), _faults(context, number, tried, request)
    if approval and faults.law and not context.past:
        raise BadData(*faults.law)
    return MovePreview(
        case=number,
        move=request.move,
        on=tried.on,
        approval=approval,
        before=None if tried.before.state == "" else _standing(tried.before, tried.on, tried.law),
        after=_standing(tried.after, tried.on, tried.law),
        notices=tuple(item for item in notices if item.seq == tried.after.seq),
        warnings=(*tried.warnings, *faults.remarks(law=True)),
    )


def _faults(context: Context, number: str, tried: MovesPreview, request: MoveRequest) -> Faults:
    """What prevents the papers of a previewed move, as its proposal and their issue tell it."""
    if not any(item.seq == tried.after.seq for item in _notices(tried.after, tried.events)) and request.move != "amend":
        return Faults()
    made = next((item.data for item in tried.events if item.seq == tried.after.seq), {})  # with what was counted for it
    return drafted(context, number, tried, request.move, {**made, **request.data}).faults


def _asks_approval(context: Context, number: str, request: MoveRequest) -> bool:
    """Whether the move has to be proposed."""
    if request.move in ("amend", *SENDING):
        loaded = load_seen(context, number)
        if request.move == "amend":
            return awaits_approval(context, loaded, request.move, request.data)
        if sends_decided(loaded.case, request.move, request.data):
            return False
    return needs_approval(context, latest(context.connection), request.move, request.data)


def _standing(case: Case, on: date, law: Law) -> Standing:
    place = counted(case, law.settings)
    report = ReportPlace(received_year=place.received_year, row=place.row or "carry_out") if place else None
    periods, charges = _periods(case, on, law), _charges(case)
    return Standing(state=case.state, outcome=case.outcome, periods=periods, charges=charges, report=report)
