"""Too many requests: reasons are asked for, and the reply is deferred.

Law: 条例 art. 35.
"""

from dataclasses import replace
from datetime import date
from typing import Annotated

from ..case import Case, Deferral, Period, Span, State
from ..declaration import Finding, Move, ProcedureStep, Question, back, condition, lead, stay
from ..fields import IsoDate, Label, MoveData, Text, YesOrNo
from ..periods import Law, Term, open_period, set_due_day
from .correction import after_breach, had_time, infer_receipt, late_without_reason
from .extension import counts_late, reply_period_open, told_in_time

STEP = ProcedureStep("说明理由和延迟答复", 50)


class DemandReasons(MoveData):
    """A demand for reasons; ``counts`` says how many requests were made in which time.

    Law: 条例 art. 35.
    """

    due_on: Annotated[IsoDate, Label("最后一日", "public", "申请人说明理由的最后一日")]
    counts: Annotated[Text | None, Label("申请的数量和频次", "personal", "多长时间里提出了多少件")] = None
    override: Annotated[Text | None, Label("逾期以后办理的理由", "personal", "答复已经逾期的才填")] = None


class GiveReasons(MoveData):
    """The applicant's reasons, and whether the agency accepts them.

    Law: 条例 art. 35.
    """

    accepted: Annotated[bool, YesOrNo("合理", "不合理"), Label("是否认可理由", "public")]


class Defer(MoveData):
    """A deferred reply: the last day of the reasonable time that the applicant was told.

    Law: 条例 art. 35.
    """

    until: Annotated[IsoDate, Label("延迟到", "public", "告知申请人的合理期限的最后一日")]


@condition("reasons")
def reasons_due_ahead(q: Question[DemandReasons]) -> Finding | None:
    """Requires a last day that leaves the applicant time.

    Law: 条例 art. 35.
    """
    if q.data is None or q.data.due_on >= q.on:
        return None
    return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})


@condition("deferral")
def deferred_to_later(q: Question[Defer]) -> Finding | None:
    """Requires that the new day is not before the present due day.

    Law: 条例 art. 35.
    """
    period = q.case.last_period("reply")
    if q.data is None or period is None or q.data.until >= period.due_on:
        return None
    return Finding("bad_data", {"field": "until", "problem": "before_due", "due_on": period.due_on})


@condition("deferral", hard=False)
def reasons_were_accepted(q: Question[Defer]) -> Finding | None:
    """Requires that the applicant's reasons were accepted before.

    Law: 条例 art. 35.
    """
    return None if q.case.reasons_accepted else Finding("reasons_missing")


@condition("reasons", hard=False, timely=True)
def reasons_prove_receipt(q: Question[GiveReasons]) -> Finding | None:
    """Warns that a demand of which no service is on record is taken as received on the day of the reasons.

    Law: 条例 art. 35.
    """
    letter = q.case.letter("reasons")
    return Finding("service_inferred", {"of": "reasons"}) if letter is not None and letter.unproved else None


@condition("reply", timely=True, by="day", live=True)
def reasons_when_late(q: Question[DemandReasons]) -> Finding | None:
    """In live work, wants a reason for demanding reasons when the reply is late.

    Law: 条例 arts. 33, 35.
    """
    return late_without_reason(q.case, q.on, q.data.override if q.data is not None else None)


def ask_for_reasons(case: Case, on: date, data: DemandReasons, law: Law) -> None:
    """Opens the applicant's period; whether the reply period is suspended is an open question (Q8).

    Law: 条例 art. 35.
    """
    case.stood = case.standing
    case.write("reasons", on)
    open_period(case, "reasons", "reasons", Term(case.law_on, on, fixed_on=data.due_on), law)
    if not case.live:
        stand_still(case, on, data.due_on, law)


def stand_still(case: Case, since: date, until: date, law: Law) -> None:
    """Lets the reply period stand still while reasons are awaited, where the setting says so (Q8).

    Law: 条例 art. 35.
    """
    period = case.reply_period()
    if period is not None and law.settings.reading("reasons_stop_clock", case.law_on) == "yes" and since < until:
        period.spans.append(Span(since, until, "reasons", "reasons"))
        set_due_day(period, law)


def count_reasons(case: Case, law: Law) -> None:
    """Computes the standstill of live work from what is on record of the demand: one that has not left stops nothing.

    Law: 条例 art. 35.
    """
    letter, asked, period = case.letter("reasons"), case.last_period("reasons"), case.reply_period()
    if letter is None or not letter.live or asked is None or asked.ended_on is not None or period is None:
        return
    earlier = [span for span in period.spans if span.ref != "reasons" or span.after < letter.made_on]
    if len(earlier) != len(period.spans):
        period.spans = earlier
        set_due_day(period, law)
    if letter.left_on is not None:
        stand_still(case, letter.left_on, asked.due_on, law)


def take_reasons(case: Case, on: date, data: GiveReasons, law: Law) -> None:
    """Records whether the reasons were accepted and ends the applicant's period.

    Law: 条例 art. 35.
    """
    case.reasons_accepted = data.accepted
    letter, asked = case.letter("reasons"), case.last_period("reasons")
    ran = asked is not None and had_time(asked, letter)
    infer_receipt(letter, on)
    count_reasons(case, law)
    case.end_last(on, "reasons", None if ran else "met")
    period = case.reply_period()
    if period is not None:
        period.shorten("reasons", on)
        set_due_day(period, law)


def put_off(case: Case, on: date, data: Defer, law: Law) -> None:
    """Defers the reply: in live work the day counts when the applicant is told, in a record of the past at once.

    A record of the past may tell later that the applicant was told too late.
    Law: 条例 art. 35: 并告知申请人.
    """
    case.write("deferral", on)
    case.deferral = Deferral(data.until, on)
    if not case.live:
        _take_effect(case, law)


def _take_effect(case: Case, law: Law) -> None:
    """Sets the last day of the reply to the one decided; one that the reply has anyway by now changes nothing."""
    told, period = case.deferral, case.reply_period()
    case.deferral = None
    if told is not None and period is not None and told.until >= period.due_on:
        case.deferred = replace(told, fixed_on=period.fixed_on)
        period.fixed_on = told.until
        set_due_day(period, law)


def tell_of_deferral(case: Case, told_on: date | None, law: Law) -> None:
    """Lets a deferral take effect where the applicant was told in time; else it has none.

    Law: 条例 art. 35; told too late as an extension (Q23).
    """
    if case.deferral is None or told_on is None:
        return
    if told_in_time(case, told_on, law):
        _take_effect(case, law)
    case.deferral = None


def undeferred_period(case: Case, law: Law) -> Period | None:
    """The reply period as it would be without the deferral of which the applicant was told last; None: without any."""
    told, period = case.deferred, case.last_period("reply")
    if told is None or period is None:
        return None
    return set_due_day(replace(period, fixed_on=told.fixed_on), law)


def take_back_deferral(case: Case, told_on: date | None, law: Law, *, again: bool = True) -> None:
    """Undoes a deferral of which nobody was told in time: its paper bounced, was voided, or went out too late.

    ``again``: the applicant can still be told of it.
    Law: 条例 art. 35.
    """
    told, period, before = case.deferred, case.last_period("reply"), undeferred_period(case, law)
    if told is None or period is None or before is None:
        return
    if told_on is not None and (told_on <= before.due_on or counts_late(case, law)):
        return
    case.deferred = None
    period.fixed_on, period.due_on = before.fixed_on, before.due_on
    if period.ended_on is None and again:
        case.deferral = case.deferral or replace(told, fixed_on=None)
    elif period.ending == "met" and period.ended_on is not None and period.ended_on > period.due_on:
        period.ending = "missed"


demand_reasons = Move(
    name="demand_reasons",
    title="要求说明理由",
    description="申请的数量、频次明显超过合理范围，要求申请人说明理由。",
    article="reasons",
    data=DemandReasons,
    arrows=lead([State.ACCEPTED, State.EXTENDED], State.AWAITING_REASONS),
    conditions=(reasons_due_ahead, reasons_when_late, after_breach),
    effect=ask_for_reasons,
    papers=("reasons",),
)
give_reasons = Move(
    name="give_reasons",
    title="收到说明理由",
    description="收到申请人说明的理由，认定是否合理。",
    article="reasons",
    data=GiveReasons,
    arrows=back([State.AWAITING_REASONS]),
    conditions=(reasons_prove_receipt,),
    effect=take_reasons,
)
defer = Move(
    name="defer",
    title="延迟答复",
    description="认为理由合理但无法按期答复的，确定延迟答复的合理期限并告知申请人；在最后一日以前告知的才延迟，不是延长答复期限。",
    article="deferral",
    data=Defer,
    arrows=stay([State.ACCEPTED, State.EXTENDED]),
    conditions=(deferred_to_later, reply_period_open, reasons_were_accepted),
    effect=put_off,
    papers=("deferral",),
)
