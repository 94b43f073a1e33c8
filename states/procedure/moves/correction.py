"""Correction of an unclear request, and what the applicant lets pass.

Law: 条例 art. 30; 国办函〔2020〕109号 for the fee that is not paid.
"""

from datetime import date
from typing import Annotated

from ...rules.rules import rule
from ..case import NEVER, Case, Period, Span, State
from ..declaration import Finding, Move, ProcedureStep, Question, back, condition, lead
from ..fields import Count, DayOnly, IsoDate, Label, MoveData, Text, Texts, When
from ..letters import Letter
from ..periods import Law, Term, open_period, restart_reply, run_on, sent_again, set_due_day
from .breach import breach_settled
from .reply import end_with_result

STEP = ProcedureStep("补正", 20)


class RequestCorrection(MoveData):
    """The notice that asks the applicant to correct an unclear request, by a day or in working days from its service.

    Law: 条例 art. 30.
    """

    items: Annotated[Texts, Label("补正事项", "personal", "要求补正的每一点，一次说全")]
    due_on: Annotated[
        IsoDate | None, Label("最后一日", "public", "申请人补正的最后一日", When("没有写补正期限的工作日数时"))
    ] = None
    days: Annotated[
        Count | None, Label("补正期限的工作日数", "public", "从申请人收到补正告知书的次日起计算，邮寄的通常这样写")
    ] = None
    override: Annotated[
        Text | None, Label("再次告知补正的理由", "personal", "已经告知过一次的，或者已经逾期的，写明为什么还要告知")
    ] = None


class CancelCorrection(MoveData):
    """Why nothing need be corrected after all."""

    reason: Annotated[Text, Label("撤销补正的理由", "personal", "为什么不用补正了")]


def awaited(case: Case) -> Period | None:
    """The applicant's own period that is running: to correct, or to pay."""
    return case.last_period("correction" if case.state == State.AWAITING_CORRECTION else "payment")


@condition("correction")
def correction_due_ahead(q: Question[RequestCorrection]) -> Finding | None:
    """Requires a last day that leaves the applicant time (a reasonable time).

    Law: 条例 art. 30: a reasonable time.
    """
    return term_ahead(q.data.due_on, q.data.days, q.on) if q.data is not None else None


def term_ahead(due_on: date | None, days: int | None, on: date) -> Finding | None:
    """Requires one of a last day and a number of days, and a last day that lies ahead."""
    if due_on is None and days is None:
        return Finding("bad_data", {"field": "due_on", "problem": "missing"})
    if due_on is not None and due_on <= on:
        return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})
    if due_on is not None and days is not None:
        return Finding("bad_data", {"field": "days", "problem": "day_and_number"})
    return None


@condition("correction_notice")
def correction_only_once(q: Question[RequestCorrection]) -> Finding | None:
    """Refuses a second notice of correction: all points are to be named at once.

    Law: 条例 art. 30: all points at once.
    """
    if q.case.corrections == 0 or q.law.settings.reading("second_correction", q.case.law_on) == "allowed":
        return None
    if q.data is not None and q.data.override:
        return None
    return Finding("already_corrected")


@condition("correction_notice", hard=False, timely=True)
def correction_notice_in_time(q: Question[RequestCorrection]) -> Finding | None:
    """Warns of a notice later than seven working days after receipt.

    Law: 条例 art. 30: within seven working days of receipt.
    """
    period = q.case.last_period("correction_notice")
    if period is None or q.on <= period.due_on:
        return None
    return Finding("late_correction_notice", {"due_on": period.due_on})


@condition("correction", hard=False, timely=True)
def applicant_in_time(q: Question[MoveData]) -> Finding | None:
    """Warns of a correction that comes after its last day.

    Law: 条例 art. 30; 国办函〔2020〕109号.
    """
    period, letter = awaited(q.case), notice_of(q.case)
    if period is None or q.on <= period.due_on or not had_time(period, letter):
        return None
    return Finding("applicant_late", {"due_on": period.due_on}, source=rule(period.key, period.law_on).source)


@condition("correction", timely=True, waits=True)
def applicant_period_over(q: Question[MoveData]) -> Finding | None:
    """Refuses to treat the request as abandoned until the last day has passed.

    Law: 条例 arts. 30, 42.
    """
    period = awaited(q.case)
    if period is None:
        return None
    source = rule(period.key, period.law_on).source
    letter = notice_of(q.case)
    if letter is not None and letter.unproved:
        return Finding("service_unproved", {"of": letter.of}, source=source)
    if too_late(period, letter):
        fields = {"of": period.rule, "served_on": letter.served_on if letter else None, "due_on": period.due_on}
        return Finding("served_too_late", fields, source=source)
    return None if q.on > period.due_on else Finding("period_running", {"due_on": period.due_on}, source=source)


def notice_of(case: Case) -> Letter | None:
    """The notice whose term is running: of correction, or of the fee."""
    return case.letter("correction" if case.state == State.AWAITING_CORRECTION else "fee")


def too_late(period: Period, letter: Letter | None) -> bool:
    """Whether a notice that set a day came after that day."""
    return letter is not None and period.ran_out_before(letter.served_on)


def had_time(period: Period, letter: Letter | None) -> bool:
    """Whether the term has run: its notice was received, as far as live work has to know, and not after its own day."""
    return not too_late(period, letter) and not (letter is not None and letter.unproved)


def given_up_early(period: Period, letter: Letter | None) -> bool:
    """Whether a request was given up while the applicant still had time, or on a notice that came too late or never."""
    missing = letter is not None and letter.unproved
    return missing or period.ended_on is None or period.ended_on <= period.due_on or too_late(period, letter)


@condition("correction", hard=False, timely=True)
def notice_service_known(q: Question[MoveData]) -> Finding | None:
    """Warns that a request is taken as abandoned by a service that is only assumed.

    Law: 条例 art. 30; 国办函〔2020〕109号.
    """
    period, letter = awaited(q.case), notice_of(q.case)
    if period is None or period.served or (letter is not None and (letter.live or letter.served_on is not None)):
        return None
    paper = "correction" if period.rule == "correction" else "fee"
    source = rule(period.key, period.law_on).source
    return Finding("service_assumed", {"on": period.starts_on, "of": paper}, source=source)


@condition("correction", hard=False, timely=True)
def answer_proves_receipt(q: Question[MoveData]) -> Finding | None:
    """Warns that a notice of which no service is on record is taken as received on the day of the answer.

    Law: 条例 art. 30; 国办函〔2020〕109号.
    """
    letter = notice_of(q.case)
    return Finding("service_inferred", {"of": letter.of}) if letter is not None and letter.unproved else None


def infer_receipt(letter: Letter | None, on: date) -> None:
    """Takes a paper of which no service is on record as received on the day of the answer, at the latest."""
    if letter is not None and letter.unproved:
        letter.served_on, letter.inferred = on, True


def stand_still_while_out(case: Case, letter: Letter, why: str, law: Law) -> None:
    """Suspends the reply period while a notice is out: from the day it left to the one on which it came back.

    One that is sent again within the office's days after its return has stopped it all along, and so has one that
    leaves within these days after the day on which it replaced another; what has not left, and what bounced, stops
    nothing.
    Law: 条例 arts. 30, 42; 国办函〔2020〕109号.
    """
    period = case.reply_period()
    if period is None or not letter.live:
        return
    period.spans = [
        span for span in period.spans if span.why != why or (span.until is not None and span.after < letter.made_on)
    ]
    had = letter.served_on or NEVER
    sent = [trip for trip in letter.trips if not trip.handed and trip.why != "bounced" and trip.sent_on < had]
    since = _stood_on(period, letter, [*(trip.sent_on for trip in sent), had], why, law)
    for number, trip in enumerate(sent):
        since = since or trip.sent_on
        if trip.back_on is None:
            continue
        later = [*(other.sent_on for other in sent[number + 1 :]), had]
        if sent_again(trip.back_on, later, law) is None:
            period.spans.append(Span(since, trip.back_on, why))
            since = None
    since = since or letter.served_on
    if since is not None:
        period.spans.append(Span(since, None, why))
    set_due_day(period, law)


def forget_stand(case: Case, letter: Letter) -> None:
    """Lets the reply have run while the paper was out that this one replaced: it counts as never sent."""
    period, stood = case.reply_period(), letter.stood_since
    if period is not None and stood is not None:
        period.spans = [
            span for span in period.spans if span.after != stood or span.why not in ("correction", "payment")
        ]
    letter.stood_since = None


def _stood_on(period: Period, letter: Letter, left: list[date], why: str, law: Law) -> date | None:
    """Since when the reply has stood still for the notice that this one replaced, where this one left in time."""
    stood = letter.stood_since
    if stood is None:
        return None
    period.spans = [span for span in period.spans if span.why != why or span.after != stood]
    if sent_again(letter.made_on, left, law) is not None:
        return stood
    period.spans.append(Span(stood, letter.made_on, why))
    return None


def count_correction(case: Case, law: Law) -> None:
    """Computes the applicant's term, and the standstill, from what is on record of the notice.

    Law: 条例 art. 30.
    """
    period, letter = case.last_period("correction"), case.letter("correction")
    if period is None or letter is None:
        return
    end_notice(case)
    if period.fixed_on is None:
        period.awaits, period.served = letter.unproved, letter.served_on is not None
        period.starts_on = letter.served_on or letter.made_on
        set_due_day(period, law)
    if case.state == State.AWAITING_CORRECTION:
        stand_still_while_out(case, letter, "correction", law)
    elif period.ending == "lapsed" and case.outcome == "other_no_correction":
        case.mark_early("correction", early=given_up_early(period, letter))


def end_notice(case: Case) -> None:
    """Ends the days for telling what to correct when a notice of live work has told it; one that bounced does not.

    Law: 条例 art. 30: within seven working days of receipt.
    """
    period = case.last_period("correction_notice")
    letters = [letter for letter in case.letters if letter.of == "correction" and letter.live]
    if period is None or not letters:
        return
    told_on = min((letter.told_on for letter in letters if letter.told_on is not None), default=None)
    if period.ending in (None, "met", "missed"):
        period.ended_on = period.ending = None
        if told_on is not None:
            period.end(told_on)
    last = told_on if case.corrections == 1 else letters[-1].told_on
    case.late_correction_notice = last is not None and last > period.due_on


@condition("reply", timely=True, by="day", live=True)
def override_after_breach(q: Question[RequestCorrection]) -> Finding | None:
    """In live work, wants a reason for asking anew when the reply is late: the duty to answer goes on.

    Law: 条例 arts. 30, 33.
    """
    return late_without_reason(q.case, q.on, q.data.override if q.data is not None else None)


def late_without_reason(case: Case, on: date, override: str | None) -> Finding | None:
    """That the reply is late, where no reason is given for another step before it."""
    period = case.reply_period()
    if period is None or override or not period.is_missed(on):
        return None
    return Finding("period_lapsed", {"due_on": period.limit}, "override_needed")


@condition("reply", hard=False, timely=True, by="day")
def after_breach(q: Question[MoveData]) -> Finding | None:
    """Warns that the reply is late already: what follows opens a day for work inside the house and cures nothing.

    Law: 条例 art. 33.
    """
    period = q.case.reply_period()
    if period is None or not period.is_missed(q.on):
        return None
    return Finding("after_breach", {"due_on": period.limit})


def ask_for_correction(case: Case, on: date, data: RequestCorrection, law: Law) -> None:
    """Opens the applicant's period; the reply period is suspended until the correction arrives.

    In a record of the past the applicant has been told that day.
    Law: 条例 art. 30.
    """
    case.stood = case.standing
    case.corrections += 1
    case.write("correction", on)
    if not case.live:
        notice = case.last_period("correction_notice")
        case.late_correction_notice = notice is not None and on > notice.due_on
        case.end_last(on, "correction_notice")
    term = Term(case.law_on, on, data.due_on, length=data.days, awaits=case.live and data.due_on is None)
    open_period(case, "correction", "correction", term, law)
    if not case.live:
        case.stand_still(on, "correction")


def take_correction(case: Case, on: date, data: MoveData, law: Law) -> None:
    """Restarts the reply period from zero, unless the notice was late and the office reads the law otherwise.

    Law: 条例 art. 30.
    """
    period, letter = case.last_period("correction"), case.letter("correction")
    ran = period is not None and had_time(period, letter)
    infer_receipt(letter, on)
    count_correction(case, law)
    case.end_last(on, "correction", None if ran else "met")
    reading = law.settings.reading("late_correction", case.law_on)
    if case.late_correction_notice and reading == "does_not_restart" and case.reply_period() is not None:
        run_on(case, "correction", law)
    else:
        restart_reply(case, on, law)


def drop_correction(case: Case, on: date, data: CancelCorrection, law: Law) -> None:
    """Takes the notice back; the reply period runs on as if nothing had been asked.

    Law: 条例 arts. 30, 33.
    """
    case.corrections -= 1
    case.late_correction_notice = False
    case.end_last(on, "correction", "cancelled")
    case.keep_back("correction")
    run_on(case, "correction", law)


def give_up(case: Case, on: date, data: MoveData, law: Law) -> None:
    """Ends the request because the applicant did not correct it, or pay, in time.

    Law: 条例 arts. 30, 42.
    """
    unpaid = case.state == State.AWAITING_PAYMENT
    period, letter = awaited(case), notice_of(case)
    case.end_last(on, "payment" if unpaid else "correction", "lapsed")
    if period is not None:
        case.mark_early("fee" if unpaid else "correction", early=given_up_early(period, letter))
    end_with_result(case, on, "other_no_payment" if unpaid else "other_no_correction", law)
    case.write("discontinuation", on)


request_correction = Move(
    name="request_correction",
    title="告知补正",
    description="申请内容不明确的，一次性告知申请人补正的事项和最后一日；答复期限停止计算。",
    article="correction_notice",
    data=RequestCorrection,
    arrows=lead([State.RECEIVED, State.ACCEPTED, State.EXTENDED], State.AWAITING_CORRECTION),
    conditions=(
        correction_due_ahead,
        correction_only_once,
        correction_notice_in_time,
        override_after_breach,
        after_breach,
    ),
    effect=ask_for_correction,
    papers=("correction",),
    asks=True,
)
correct = Move(
    name="correct",
    title="收到补正",
    description="收到补正后的申请，答复期限从次日重新起算。",
    article="correction",
    data=DayOnly,
    arrows=back([State.AWAITING_CORRECTION]),
    conditions=(applicant_in_time, answer_proves_receipt),
    effect=take_correction,
    answers=True,
)
cancel_correction = Move(
    name="cancel_correction",
    title="撤销补正",
    description="不再要求补正，案件回到告知补正以前；原来的答复期限照常计算，如同没有告知过。",
    article="correction",
    data=CancelCorrection,
    arrows=back([State.AWAITING_CORRECTION]),
    effect=drop_correction,
    presumes=("correct",),
)
abandon = Move(
    name="abandon",
    title="视为放弃",
    description="申请人逾期不补正或者逾期不缴费，不再办理。",
    article="correction",
    data=DayOnly,
    arrows=lead([State.AWAITING_CORRECTION, State.AWAITING_PAYMENT], State.DISCONTINUED),
    conditions=(applicant_period_over, notice_service_known, breach_settled),
    effect=give_up,
    papers=("abandonment_correction", "abandonment_payment"),
    presumes=("correct", "pay"),
    settles=True,
)
