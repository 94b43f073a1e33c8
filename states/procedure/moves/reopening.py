"""Handling again after a remedy or by self-correction.

Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
"""

from collections.abc import Container
from datetime import date
from typing import Annotated

from ..case import FINISHED, Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead
from ..fields import IsoDate, Label, MoveData, Text, When
from ..periods import Law, Term, open_period
from .consultation import count_consultation
from .correction import count_correction
from .fee import count_payment

STEP = ProcedureStep("重新办理", 90)


class Reopen(MoveData):
    """An order or decision to handle a finished request again, or the reason why the agency corrects itself.

    Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
    """

    ordered_by: Annotated[
        Text | None,
        Label("重新办理的依据", "personal", "复议决定、判决的文号", When("没有写理由时")),
    ] = None
    reason: Annotated[Text | None, Label("理由", "personal", "自行纠正的，写明为什么")] = None
    due_on: Annotated[IsoDate | None, Label("最后一日", "public", "决定或者判决限定的最后一日")] = None


@condition("ordered_disclosure", by="day")
def reopened_until_later(q: Question[Reopen]) -> Finding | None:
    """Requires that the last day of the new handling lies ahead."""
    if q.data is None or q.data.due_on is None or q.data.due_on > q.on:
        return None
    return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})


@condition("ordered_disclosure", by="day")
def reopened_for_a_reason(q: Question[Reopen]) -> Finding | None:
    """Requires what the handling again rests on: an order, or a reason."""
    if q.data is None or q.data.ordered_by or q.data.reason:
        return None
    return Finding("bad_data", {"field": "ordered_by", "problem": "missing"})


@condition("ordered_disclosure", by="day", live=True)
def ordered_on_record(q: Question[Reopen]) -> Finding | None:
    """Refuses an order to handle the request again where no review and no suit has ended with a result."""
    if q.data is None or not q.data.ordered_by or any(item.result for item in q.case.remedies):
        return None
    return Finding("bad_data", {"field": "ordered_by", "problem": "nothing_ordered", "value": q.data.ordered_by})


@condition("remedy_from_receipt", by="day")
def finished_or_premature(q: Question[Reopen]) -> Finding | None:
    """Refuses where the request is being handled and nothing was ended too early."""
    if q.case.state in FINISHED or q.case.premature:
        return None
    return Finding("move_not_allowed", text="nothing_to_reopen")


def begin_again(case: Case, on: date, data: Reopen, law: Law) -> None:
    """Leads back to before a step that came too early; else opens a new reply period.

    That one runs to the day that was set, else twenty working days.
    Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
    """
    given_up = next((item for item in ("correction", "fee") if item in case.premature), None)
    silent = [item.removeprefix("consultation:") for item in case.premature if item.startswith("consultation:")]
    case.premature = []
    if case.state == State.DISCONTINUED and given_up is not None:
        _wait_again(case, on, given_up, law)
        return
    if case.state not in FINISHED:
        _ask_again(case, silent, law)
        return
    case.outcome = case.decided_on = case.served_on = None
    case.answer = case.delivery = ""
    case.stood, case.extended_days, case.corrections = State.ACCEPTED.value, 0, 0
    case.told = case.deferred = None
    case.end_all(on, "review_application", "suit")
    open_period(case, "reply", "ordered_disclosure", Term(on, on, fixed_on=data.due_on), law)


def _wait_again(case: Case, on: date, paper: str, law: Law) -> None:
    """Takes up the applicant's term, and the reply period, as they stood before the abandonment.

    Law: 条例 arts. 30, 42.
    """
    case.outcome = case.decided_on = case.served_on = None
    case.end_all(on, "review_application", "suit")
    for rule in ("correction" if paper == "correction" else "payment", "reply"):
        period = case.last_period(rule)
        if period is not None:
            period.ended_on = period.ending = None
    (count_correction if paper == "correction" else count_payment)(case, law)


def _ask_again(case: Case, silent: list[str], law: Law) -> None:
    """Takes up consultations in which silence was noted too early.

    Law: 条例 arts. 32, 34.
    """
    if case.state != State.CONSULTING:
        case.stood = case.standing
    for item in case.consultations:
        period = case.last_period("consultation", item.id)
        if item.id in silent and period is not None:
            item.ended_on, item.opinion = None, ""
            period.ended_on = period.ending = None
            count_consultation(case, item, law)


REPLACED = ("partly_changed", "changed", "revoked", "void")
"""Results by which a review organ or a court has itself taken a decision away, so that there is nothing to revoke."""


def taken_away(case: Case, decided_on: date, results: Container[str] = REPLACED) -> bool:
    """Whether a review or suit, by its result in force, has taken away the decision made on a day.

    Law: 复议法 arts. 63, 64, 67; 行诉法 arts. 70, 75, 77.
    """
    ended = [max(step.on for step in item.steps if step.result) for item in case.remedies if item.result in results]
    return any(on >= decided_on for on in ended)


def correction_awaited(turn: Turn[Case]) -> bool:
    """Whether the applicant may still correct the request."""
    return _runs(turn.row, "correction")


def payment_awaited(turn: Turn[Case]) -> bool:
    """Whether the applicant may still pay."""
    return _runs(turn.row, "payment")


def _runs(case: Case, rule: str) -> bool:
    period = case.last_period(rule)
    return period is not None and period.ended_on is None


_DONE = (State.REPLIED, State.DISCONTINUED, State.CLOSED)

reopen = Move(
    name="reopen",
    title="重新办理",
    description="复议决定、判决要求重新办理，或者自行纠正，另起答复期限；视为放弃、意见期限届满登记得过早的，回到那一步以前。",
    article="ordered_disclosure",
    data=Reopen,
    arrows=(
        *lead([State.DISCONTINUED], State.AWAITING_CORRECTION, correction_awaited),
        *lead([State.DISCONTINUED], State.AWAITING_PAYMENT, payment_awaited),
        *lead([State.ACCEPTED, State.EXTENDED, State.CONSULTING], State.CONSULTING),
        *lead(_DONE, State.ACCEPTED),
    ),
    conditions=(finished_or_premature, reopened_until_later, reopened_for_a_reason, ordered_on_record),
    effect=begin_again,
    papers=("revocation",),
)
