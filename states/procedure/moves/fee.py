"""The fee for processing information.

Law: 条例 art. 42; 国办函〔2020〕109号, in force since 2021.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ...errors import LawUnknown
from ...rules.fees import fee
from ...rules.rules import rule
from ..case import Case, State
from ..case import Charge as Charged
from ..declaration import Finding, Move, ProcedureStep, Question, back, condition, lead, received_too_early
from ..fields import Choice, Count, DayOnly, IsoDate, Label, MoveData, Tally, Text, When
from ..periods import Law, Term, open_period, restart_reply, run_on, set_due_day
from .correction import (
    after_breach,
    answer_proves_receipt,
    applicant_in_time,
    given_up_early,
    infer_receipt,
    stand_still_while_out,
)

STEP = ProcedureStep("收费", 60)

BASIS = Choice(items="按件", pages=("按页", "按量"))


class Charge(MoveData):
    """A notice of the processing fee: by items or pages, how many, and how many the month has had before.

    ``already`` is kept with the step, so that the amount never depends on what is recorded later; without it (steps
    of earlier versions) none are counted before.
    Law: 条例 art. 42; 国办函〔2020〕109号 arts. 3-5.
    """

    basis: Annotated[Literal["items", "pages"], BASIS, Label("计费方式", "public")]
    quantity: Annotated[Count, Label("数量", "public", "按件的填件数，按页的填页数；金额由系统计算")]
    already: Annotated[
        Tally | None,
        Label(
            "本月此前的件数",
            "public",
            "按件计费的，同一申请人当月在本件之前已经申请的件数；不填的由系统按台账计算",
            column="本月此前的件数",
        ),
    ] = None
    reason: Annotated[
        Text | None,
        Label("件数更正的理由", "personal", "填写的件数为什么与台账不同", When("本月此前的件数与台账不同时")),
    ] = None
    served_on: Annotated[IsoDate | None, Label("送达日期", "public", "申请人收到收费通知的日子")] = None


class CancelCharge(MoveData):
    """Why a fee is dropped."""

    reason: Annotated[Text, Label("撤销收费的理由", "personal", column="撤销收费的理由")]


@condition("payment", timely=True)
def fees_are_law(q: Question[MoveData]) -> Finding | None:
    """Refuses a fee on days before the law on fees was in force.

    Law: 国办函〔2020〕109号.
    """
    try:
        rule("payment", q.on)
    except LawUnknown:
        source = rule("reply", q.case.law_on).source
        return Finding("move_not_allowed", text="fees_not_in_force", source=source)
    return None


@condition("fee_notice", timely=True, by="day", live=True)
def charged_in_time(q: Question[Charge]) -> Finding | None:
    """In live work, refuses a notice of the fee after the period in which it has to be sent.

    Law: 国办函〔2020〕109号 art. 6.
    """
    period = q.case.reply_period()
    if period is None or not period.is_missed(q.on) or fees_are_law.ask(q) is not None:
        return None
    return Finding("period_lapsed", {"due_on": period.limit}, "charged_too_late")


@condition("remedy_from_receipt", timely=True, by="day", live=True)
def notice_received_when_made(q: Question[Charge]) -> Finding | None:
    """In live work, refuses a service that lies before the notice was made.

    Law: 国办函〔2020〕109号 art. 6.
    """
    return received_too_early(q.data.served_on if q.data is not None else None, q.on)


@condition("payment", timely=True, by="day", live=True)
def something_to_pay(q: Question[Charge]) -> Finding | None:
    """In live work, refuses a fee that comes to nothing: there is no notice to send, and the reply period runs on.

    Law: 条例 art. 42; 国办函〔2020〕109号 arts. 4, 5.
    """
    if q.data is None or fees_are_law.ask(q) is not None:
        return None
    already = (q.data.already or 0) if q.data.basis == "items" else 0
    nothing = not fee(q.data.basis, q.data.quantity, q.on, already).amount
    return Finding("move_not_allowed", text="nothing_to_pay") if nothing else None


@condition("payment", timely=True, by="day", live=True)
def charged_once(q: Question[Charge]) -> Finding | None:
    """In live work, refuses a second fee for a request that has been paid for: the standards count each request once.

    Law: 国办函〔2020〕109号 arts. 4-6.
    """
    if fees_are_law.ask(q) is not None:
        return None
    paid = next((item for item in q.case.charges if Decimal(item.amount)), None)
    if paid is None:
        return None
    return Finding("move_not_allowed", {"seq": paid.seq, "amount": paid.amount}, "charged_already")


@condition("fee_pages")
def pages_not_added_up(q: Question[Charge]) -> Finding | None:
    """Refuses a number of the month's earlier items for a fee by pages, which are counted for each request.

    Law: 国办函〔2020〕109号 art. 5.
    """
    if q.data is None or q.data.basis == "items" or not q.data.already:
        return None
    return Finding("bad_data", {"field": "already", "problem": "pages_not_added_up"})


@condition("fee_items", hard=False)
def counted_by_hand(q: Question[Charge]) -> Finding | None:
    """Tells that the number of the month's earlier items is not that of the register, for a reason that was given."""
    if q.data is None or q.data.already is None or not q.data.reason:
        return None
    return Finding("counted_by_hand", {"already": q.data.already})


def bill_applicant(case: Case, on: date, data: Charge, law: Law) -> None:
    """Computes the fee and opens the period for payment; the reply period is suspended.

    By items the fee is what this request adds to the applicant's calendar month.
    Law: 条例 art. 42; 国办函〔2020〕109号 arts. 4, 5.
    """
    case.stood = case.standing
    already = (data.already or 0) if data.basis == "items" else 0
    bill = fee(data.basis, data.quantity, on, already)
    case.charges.append(Charged(case.seq, data.basis, data.quantity, already, str(bill.amount)))
    case.write("fee", on)
    letter = case.letter("fee")
    if letter is not None and data.served_on is not None:
        letter.served_on = data.served_on
    served = data.served_on is not None
    awaits = case.live and not served
    open_period(case, "payment", "payment", Term(on, data.served_on or on, served=served, awaits=awaits), law)
    if case.live:
        if letter is not None:
            stand_still_while_out(case, letter, "payment", law)
    else:
        case.stand_still(on, "payment")


def count_payment(case: Case, law: Law) -> None:
    """Computes the term for payment, and the standstill, from what is on record of the notice.

    Law: 国办函〔2020〕109号 art. 6.
    """
    period, letter = case.last_period("payment"), case.letter("fee")
    if period is None or letter is None:
        return
    period.awaits, period.served = letter.unproved, letter.served_on is not None
    period.starts_on = letter.served_on or letter.made_on
    set_due_day(period, law)
    if case.state == State.AWAITING_PAYMENT:
        stand_still_while_out(case, letter, "payment", law)
    elif period.ending == "lapsed" and case.outcome == "other_no_payment":
        case.mark_early("fee", early=given_up_early(period, letter))


def take_payment(case: Case, on: date, data: MoveData, law: Law) -> None:
    """Records the payment and restarts the reply period.

    Law: 国办函〔2020〕109号.
    """
    infer_receipt(case.letter("fee"), on)
    count_payment(case, law)
    case.end_last(on, "payment")
    restart_reply(case, on, law)


def drop_charge(case: Case, on: date, data: CancelCharge, law: Law) -> None:
    """Takes the fee away; the reply period runs on as if it had never stood still for it."""
    case.charges.pop()
    case.end_last(on, "payment", "cancelled")
    case.keep_back("fee")
    run_on(case, "payment", law)


charge = Move(
    name="charge",
    title="通知收费",
    description="申请的数量、频次明显超过合理范围，按标准收取信息处理费并通知申请人；答复期限停止计算。",
    article="payment",
    data=Charge,
    arrows=lead([State.ACCEPTED, State.EXTENDED], State.AWAITING_PAYMENT),
    conditions=(
        fees_are_law,
        notice_received_when_made,
        pages_not_added_up,
        something_to_pay,
        charged_once,
        counted_by_hand,
        charged_in_time,
        after_breach,
    ),
    effect=bill_applicant,
    papers=("fee",),
    asks=True,
)
cancel_charge = Move(
    name="cancel_charge",
    title="撤销收费",
    description="不再收取信息处理费，案件回到通知收费以前；原来的答复期限照常计算，如同没有收费。",
    article="fee_notice",
    data=CancelCharge,
    arrows=back([State.AWAITING_PAYMENT]),
    effect=drop_charge,
    column="撤销收费日期",
    presumes=("pay",),
)
pay = Move(
    name="pay",
    title="收到缴费",
    description="申请人缴费完成，答复期限从次日重新起算。",
    article="payment",
    data=DayOnly,
    arrows=back([State.AWAITING_PAYMENT]),
    conditions=(applicant_in_time, answer_proves_receipt),
    effect=take_payment,
    answers=True,
)
