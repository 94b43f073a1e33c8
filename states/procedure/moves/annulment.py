"""Taking back a registration that was a mistake, or the second one of the same request.

Law: 条例 art. 50: what was never a request is not counted as one.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead
from ..fields import Label, MoveData, Text
from ..periods import Law

STEP = ProcedureStep("登记作废", 85)


class Annul(MoveData):
    """Why the registration was a mistake, and the other case of the same request where there is one."""

    reason: Annotated[Text, Label("理由", "personal", "为什么作废，例如重复登记、登记有误")]
    of: Annotated[Text | None, Label("原登记编号", "office", "重复登记的，写明继续办理的那一件的登记编号")] = None


@condition("reply")
def never_replied(q: Question[Annul]) -> Finding | None:
    """Refuses where the request has been replied to: what went out cannot be unmade."""
    handled_again = any(item.key == "ordered_disclosure" for item in q.case.periods)
    went_out = bool(q.case.delivery) and q.case.state != State.DECIDED
    if not went_out and not handled_again:
        return None
    return Finding("move_not_allowed", text="annul_after_reply")


@condition("reply")
def nobody_contests(q: Question[Annul]) -> Finding | None:
    """Refuses while a review or a suit about the case is pending."""
    pending = [item.id for item in q.case.remedies if not item.is_over]
    return Finding("move_not_allowed", {"id": "、".join(pending)}, "annul_contested") if pending else None


@condition("reply")
def another_case(q: Question[Annul]) -> Finding | None:
    """Refuses a case that is named as the double of itself."""
    if q.data is None or q.data.of != q.case.case:
        return None
    return Finding("bad_data", {"field": "of", "problem": "the_same_case"})


def strike(case: Case, on: date, data: Annul, law: Law) -> None:
    """Ends everything that was awaited; a reply period that had ended without a reply stays missed."""
    for item in case.consultations:
        item.ended_on = item.ended_on or on
    period = case.reply_period()
    if period is not None and period.is_missed(on):
        period.end(on, "missed")
    for period in case.periods:
        period.end(on, "cancelled")
    case.pending = case.deferral = None
    case.annulled_on, case.annulled_for = on, data.of or ""


annul = Move(
    name="annul",
    title="作废登记",
    description="登记有误或者重复登记的，作废这一件登记；编号不再使用，不计入年度报告。",
    article="reply",
    data=Annul,
    arrows=lead([state for state in State if state not in (State.REPLIED, State.ANNULLED)], State.ANNULLED),
    conditions=(never_replied, nobody_contests, another_case),
    effect=strike,
)
