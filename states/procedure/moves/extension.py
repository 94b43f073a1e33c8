"""Extension of the reply period.

Law: 条例 art. 33 para 2.
"""

from dataclasses import replace
from datetime import date
from typing import Annotated

from ...rules.rules import rule
from ..case import Case, Pending, Period, State
from ..declaration import Arrow, Finding, Move, ProcedureStep, Question, Turn, condition, lead, stay
from ..fields import Label, MoveData, Number, Text, When
from ..periods import Law, set_due_day

STEP = ProcedureStep("延长答复期限", 40)


class Extend(MoveData):
    """An extension of the reply period: how many working days, why, and who approved it.

    Law: 条例 art. 33 para 2.
    """

    days: Annotated[Number, Label("延长的工作日数", "public")]
    reason: Annotated[Text, Label("理由", "personal", "为什么要延长答复期限")]
    approved_by: Annotated[
        str | None,
        Label("批准人", "personal", "同意延长的政府信息公开工作机构负责人", When("不经审批单办理的")),
    ] = None


@condition("extension")
def extension_within_cap(q: Question[Extend]) -> Finding | None:
    """Allows at most twenty working days in all (fifteen before 2019).

    Law: 条例 art. 33 para 2.
    """
    if q.data is None:
        return None
    days, cap = q.data.days, rule("extension", q.case.law_on).length or 0
    several = q.law.settings.reading("extensions", q.case.law_on) == "several"
    left = cap - (_granted(q.case) if several else 0)
    if days <= left:
        return None
    fields = {"field": "days", "problem": "beyond_cap", "value": days, "cap": cap, "left": max(left, 0)}
    return Finding("bad_data", fields)


@condition("extension")
def extension_approved(q: Question[Extend]) -> Finding | None:
    """Requires the approval of the head of the disclosure office.

    Law: 条例 art. 33 para 2.
    """
    if q.data is None or (q.data.approved_by or "").strip():
        return None
    return Finding("not_approved")


@condition("extension")
def extended_only_once(q: Question[Extend]) -> Finding | None:
    """Refuses a second extension, unless the office reads the law otherwise (open question Q11).

    Law: 条例 art. 33 para 2.
    """
    if _granted(q.case) == 0 or q.law.settings.reading("extensions", q.case.law_on) == "several":
        return None
    return Finding("already_extended", {"days": _granted(q.case)})


def _granted(case: Case) -> int:
    """The days that have been granted, told of or not."""
    return case.extended_days + (case.pending.days if case.pending is not None else 0)


@condition("extension", timely=True)
def reply_period_open(q: Question[MoveData]) -> Finding | None:
    """Requires that the extension is decided, and the applicant told, before the period ends.

    Law: 条例 art. 33 para 2.
    """
    period = q.case.last_period("reply")
    if period is None or q.on <= period.limit:
        return None
    return Finding("period_lapsed", {"due_on": period.limit})


def decide_extension(case: Case, on: date, data: Extend, law: Law) -> None:
    """Grants the days: in live work they count when the applicant is told, in a record of the past at once.

    A record of the past may tell later that the applicant was told too late, or not at all.
    Law: 条例 art. 33 para 2.
    """
    case.write("extension", on)
    if not case.live:
        period = case.reply_period()
        case.told = Pending(data.days, on, period.fixed_on if period is not None else None)
        lengthen(case, data.days, law)
        return
    earlier = case.pending.days if case.pending is not None else 0
    case.pending = Pending(earlier + data.days, on)


def lengthen(case: Case, days: int, law: Law) -> None:
    """Adds the days to the reply period; a day set by a deferral moves on by as many working days.

    Law: 条例 art. 33 para 2.
    """
    case.stood = State.EXTENDED.value
    case.extended_days += days
    period = case.reply_period()
    if period is not None:
        add_days(period, case.extended_days, days, law)


def add_days(period: Period, extra: int, days: int, law: Law) -> Period:
    """The period with so many days granted in all, of which some have just been granted."""
    period.extra = extra
    if period.fixed_on is not None and period.key == "reply":
        period.fixed_on = law.calendar.project(period.fixed_on, days)
    return set_due_day(period, law)


def due_once_told(case: Case, law: Law) -> date | None:
    """The last day of the reply period once the applicant is told of the extension; None where none is pending."""
    period = case.reply_period()
    if period is None or case.pending is None:
        return None
    extra = case.extended_days + case.pending.days
    return add_days(replace(period, spans=list(period.spans)), extra, case.pending.days, law).due_on


def told_in_time(case: Case, told_on: date, law: Law) -> bool:
    """Whether an extension, or a deferral, of which the applicant is told on a day takes effect (Q23).

    Law: 条例 arts. 33 para 2, 35.
    """
    period = case.reply_period()
    late = period is None or told_on > period.due_on
    return not late or counts_late(case, law)


def counts_late(case: Case, law: Law) -> bool:
    """Whether what the applicant is told of too late takes effect all the same (Q23)."""
    return law.settings.reading("extension_told_late", case.law_on) == "effective"


def tell_of_extension(case: Case, told_on: date | None, law: Law) -> None:
    """Lets a pending extension take effect where the applicant was told in time; else it has none.

    Law: 条例 art. 33 para 2.
    """
    if case.pending is None or told_on is None:
        return
    told, period, in_time = case.pending, case.reply_period(), told_in_time(case, told_on, law)
    case.pending = None
    if in_time:
        case.told = replace(told, fixed_on=period.fixed_on if period is not None else None)
        lengthen(case, told.days, law)


def untold_period(case: Case, law: Law) -> Period | None:
    """The reply period as it would be without the extension of which the applicant was told last; None: without any."""
    told, period = case.told, case.last_period("reply")
    if told is None or period is None:
        return None
    moved = told.fixed_on if told.fixed_on is not None and period.fixed_on is not None else period.fixed_on
    return set_due_day(replace(period, extra=case.extended_days - told.days, fixed_on=moved), law)


def take_back_telling(case: Case, told_on: date | None, law: Law, *, again: bool = True) -> None:
    """Undoes an extension of which nobody was told in time: its paper bounced, or went out too late in the past.

    Day and light are as before; a reply that was made after that day comes out late. ``again``: the applicant can still
    be told of it.
    Law: 条例 art. 33 para 2.
    """
    told, period, before = case.told, case.last_period("reply"), untold_period(case, law)
    if told is None or period is None or before is None:
        return
    if told_on is not None and (told_on <= before.due_on or counts_late(case, law)):
        return
    case.told, case.extended_days = None, before.extra
    period.extra, period.fixed_on, period.due_on = before.extra, before.fixed_on, before.due_on
    if case.extended_days == 0:
        case.stood = State.ACCEPTED.value
    if period.ended_on is None and again:
        more = case.pending.days if case.pending is not None else 0
        case.pending = replace(told, days=told.days + more, fixed_on=None)
    elif period.ending == "met" and period.ended_on is not None and period.ended_on > period.due_on:
        period.ending = "missed"


def untold(turn: Turn[Case]) -> bool:
    """Whether the applicant has not been told of the extension yet."""
    return turn.row.pending is not None


_AT_WORK = (State.RECEIVED, State.ACCEPTED, State.EXTENDED)

extend = Move(
    name="extend",
    title="延长答复期限",
    description="经政府信息公开工作机构负责人同意，延长答复期限并告知申请人；在最后一日以前告知的才延长。",
    article="extension",
    data=Extend,
    arrows=(
        *stay([State.CONSULTING, State.AWAITING_REASONS]),
        *(Arrow((str(state),), str(state), untold) for state in _AT_WORK),
        *lead(_AT_WORK, State.EXTENDED),
    ),
    conditions=(extension_within_cap, extension_approved, extended_only_once, reply_period_open),
    effect=decide_extension,
    papers=("extension",),
)
