"""What staff should know about a case: its remedy route, late and missing steps, readings that would differ."""

from collections.abc import Iterator, Sequence
from datetime import date

from ...states.procedure.advance import fold
from ...states.procedure.case import Case, Deferral, Pending, Period
from ...states.procedure.catalogue import move_of
from ...states.procedure.history import Event, timeline
from ...states.procedure.periods import Law, due_day, status
from ...states.procedure.silence import silence_periods
from ...states.procedure.undone import groundless
from ...states.remark import Remark
from ...states.rules.outcomes import answer_of
from ...states.rules.remedies import remedy_route, silence_route
from ..cases.amending import last_changes


def all_periods(case: Case, on: date, law: Law) -> list[Period]:
    """The case's periods by their first day, and the remedy periods that silence has opened."""
    return sorted([*case.periods, *silence_periods(case, on, law)], key=lambda item: item.starts_on)


def route_of(case: Case, on: date, law: Law) -> tuple[str | None, str | None]:
    """The remedy route against the decision in force (or against silence), with its source."""
    if case.outcome is not None and case.decided_on is not None:
        found = remedy_route(case.outcome, case.decided_on, law.settings)
        return str(found.route), found.source
    period = case.last_period("reply")
    if period is not None and status(period, on) == "missed":
        found = silence_route(period.limit, law.settings)
        return str(found.route), found.source
    return None, None


def remarks(case: Case, events: Sequence[Event], law: Law, on: date) -> Iterator[Remark]:
    """What staff should know about the case on a day."""
    _, warnings = fold(case.case, events, law, until=on)
    for warning in warnings:
        yield Remark.of(warning.unmet, warning.seq)
    yield from _groundless(events, on)
    if case.late_correction_notice:
        due_on = _without_restart(case, law).isoformat()
        yield Remark(code="remark_without_restart", fields={"due_on": due_on})
    yield from _breach(case, events, on)
    lapsed = lapsed_extension(case, on, law)
    if lapsed is not None:
        yield Remark(code="extension_lapsed", fields={"days": lapsed.days, "due_on": str(case.tell_by())})
    put_off = lapsed_deferral(case, on, law)
    if put_off is not None:
        fields = {"until": put_off.until.isoformat(), "due_on": str(case.tell_by())}
        yield Remark(code="deferral_lapsed", fields=fields)
    if case.extended_days and not _told_of(case, "extension"):
        yield Remark(code="extension_notice_missing")
    if case.deferred is not None and not _told_of(case, "deferral"):
        yield Remark(code="deferral_notice_missing")
    if case.outcome and not case.served_on and not answer_of(case.outcome, case.answer, "", case.law_on):
        yield Remark(code="remark_answer_unknown")
    route, _ = route_of(case, on, law)
    for item in case.remedies:
        if item.kind != "suit" or item.after_review:
            continue
        if _reviewed_before(case, item.filed_on):
            yield Remark(code="remark_suit_after_review", fields={"id": item.id})
        if route == "review_first":
            yield Remark(code="remark_suit_without_review", fields={"id": item.id})


def _groundless(events: Sequence[Event], on: date) -> Iterator[Remark]:
    """Steps that found silence where somebody had answered, as is known by now."""
    order = timeline(events)
    gone = groundless(order)
    for step in order:
        if step.seq in gone and move_of(step.move).presumes and step.on <= on:
            told = {"seq": step.seq, "move": step.move, "on": step.on.isoformat()}
            yield Remark(code="step_undone", step=step.seq, fields=told)


def lapsed_extension(case: Case, on: date, law: Law) -> Pending | None:
    """An extension of which the applicant was not told by the last day, so that it has none; None: there is none.

    Law: 条例 art. 33 para 2 (Q23).
    """
    return case.pending if _told_too_late(case, on, law) else None


def lapsed_deferral(case: Case, on: date, law: Law) -> Deferral | None:
    """A deferral of which the applicant was not told by the last day, so that it has no effect; None: there is none.

    Law: 条例 art. 35; by analogy to an extension (Q23).
    """
    return case.deferral if _told_too_late(case, on, law) else None


def _told_too_late(case: Case, on: date, law: Law) -> bool:
    """Whether it is too late to tell the applicant of what was decided about the last day."""
    tell_by = case.tell_by()
    late = tell_by is not None and on > tell_by
    return late and law.settings.reading("extension_told_late", case.law_on) == "no_effect"


def _breach(case: Case, events: Sequence[Event], on: date) -> Iterator[Remark]:
    """Steps by which a breach is to be lifted, or was; one that was amended since is confirmed no more."""
    for seq in case.claims:
        yield Remark(code="breach_claimed", fields={"claim": seq})
    known = [event for event in events if event.on <= on]
    changed = last_changes(known)
    for event in known:
        if move_of(event.move).confirms and changed.get(int(event.data["seq"]), 0) < event.seq:
            fields = {"claim": event.data["seq"], "on": event.on.isoformat()}
            yield Remark(code="breach_lifted", fields=fields, step=event.seq)


def _told_of(case: Case, of: str) -> bool:
    letter = case.letter(of)
    return letter is not None and letter.told_on is not None


def _reviewed_before(case: Case, on: date) -> bool:
    return any(item.kind == "review" and item.result and item.steps[-1].on <= on for item in case.remedies)


def _without_restart(case: Case, law: Law) -> date:
    """The due day of the reply if a late notice to correct does not start the period again."""
    first = next(item for item in case.periods if item.rule == "reply")
    return due_day(Period("reply", first.key, first.law_on, first.starts_on, first.starts_on, first.length), law)
