"""The fee for processing information.

Law: 条例 art. 42; 国办函〔2020〕109号, in force since 2021.
"""

from datetime import date
from typing import Annotated, Literal

from ...errors import LawUnknown
from ...rules.fees import fee
from ...rules.rules import rule
from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, back, condition, lead
from ..fields import Choice, Count, DayOnly, IsoDate, Label, MoveData
from ..periods import Law, Term, open_period, restart_reply, set_due_day
from .correction import after_breach, answer_proves_receipt, applicant_in_time, infer_receipt

STEP = ProcedureStep("收费", 60)

BASIS = Choice(items="按件", pages=("按页", "按量"))


class Charge(MoveData):
    """A notice of the processing fee: by items or pages, and how many.

    Law: 条例 art. 42; 国办函〔2020〕109号.
    """

    basis: Annotated[Literal["items", "pages"], BASIS, Label("计费方式", "public")]
    quantity: Annotated[Count, Label("数量", "public", "按件的填件数，按页的填页数；金额由系统计算")]
    served_on: Annotated[IsoDate | None, Label("送达日期", "public", "申请人收到收费通知的日子")] = None


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
    if period is None or not period.is_missed(q.on):
        return None
    return Finding("period_lapsed", {"due_on": period.limit}, "charged_too_late")


def bill_applicant(case: Case, on: date, data: Charge, law: Law) -> None:
    """Computes the fee and opens the period for payment; the reply period is suspended.

    Law: 条例 art. 42; 国办函〔2020〕109号.
    """
    case.stood = case.standing
    bill = fee(data.basis, data.quantity, on)
    case.fee_basis, case.fee_quantity, case.fee_amount = data.basis, data.quantity, str(bill.amount)
    case.write("fee", on)
    letter = case.letter("fee")
    if letter is not None and data.served_on is not None:
        letter.served_on = data.served_on
    served = data.served_on is not None
    awaits = case.live and not served
    open_period(case, "payment", "payment", Term(on, data.served_on or on, served=served, awaits=awaits), law)
    if case.live:
        case.stand_still_from(letter, "payment")
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
        case.stand_still_from(letter, "payment")
    elif period.ending == "lapsed":
        case.premature.append("fee")


def take_payment(case: Case, on: date, data: MoveData, law: Law) -> None:
    """Records the payment and restarts the reply period.

    Law: 国办函〔2020〕109号.
    """
    infer_receipt(case.letter("fee"), on)
    count_payment(case, law)
    case.end_last(on, "payment")
    restart_reply(case, on, law)


charge = Move(
    name="charge",
    title="通知收费",
    description="申请的数量、频次明显超过合理范围，按标准收取信息处理费并通知申请人；答复期限停止计算。",
    article="payment",
    data=Charge,
    arrows=lead([State.ACCEPTED, State.EXTENDED], State.AWAITING_PAYMENT),
    conditions=(fees_are_law, charged_in_time, after_breach),
    effect=bill_applicant,
    papers=("fee",),
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
)
