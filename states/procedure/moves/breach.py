"""A reply period that was kept after all: confirmed on the proof of an earlier fact.

Law: 条例 art. 33: judged by the days on which things happened.
"""

from datetime import date
from typing import Annotated

from ..case import Case, Period, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, stay
from ..fields import Count, Label, MoveData, Text
from ..periods import Law

STEP = ProcedureStep("逾期的核销", 76)


class LiftBreach(MoveData):
    """The step that proves that the period was kept, with its proof.

    Law: 条例 art. 33.
    """

    seq: Annotated[Count, Label("步骤序号", "public", "证明没有逾期的那一步在案件里的序号")]
    proof: Annotated[Text, Label("凭证", "personal", "证明那一步发生在最后一日以前的凭证")]
    reason: Annotated[Text, Label("理由", "personal", "为什么登记得晚")]


@condition("reply")
def step_claims(q: Question[LiftBreach]) -> Finding | None:
    """Requires a step that was written down late and would have kept the period."""
    known = sorted({seq for period in q.case.periods for seq in period.claims})
    if not known:
        return Finding("move_not_allowed", text="nothing_to_lift")
    if q.data is None or q.data.seq in known:
        return None
    choices = "、".join(map(str, known))
    return Finding("bad_data", {"field": "seq", "problem": "unknown_id", "value": q.data.seq, "choices": choices})


@condition("reply", timely=True, live=True)
def breach_settled(q: Question[MoveData]) -> Finding | None:
    """Refuses to hold against the applicant what was written down when the reply was late, until it is confirmed.

    Law: 条例 arts. 30, 33.
    """
    period = q.case.reply_period()
    claims = period.claims if period is not None else []
    return Finding("move_not_allowed", {"claim": claims[0]}, "breach_unconfirmed") if claims else None


def lift(case: Case, on: date, data: LiftBreach, law: Law) -> None:
    """Judges the period by the day of the step that has been proved."""
    replies = [period for period in case.periods if period.rule == "reply"]
    for before, period in zip([None, *replies], replies, strict=False):
        if data.seq not in period.claims:
            continue
        period.claims.remove(data.seq)
        restarted = before is not None and before.ended_on == period.starts_on
        period.missed_due = period.passed_due
        if before is not None and restarted and before.ending == "missed":
            period.missed_due = before.limit
        if period.ended_on is not None and period.ending == "missed" and not _is_late(period, period.ended_on):
            again = any(item is not period and item.starts_on == period.ended_on for item in replies)
            period.ending = "cancelled" if again else "met"


def _is_late(period: Period, ended_on: date) -> bool:
    """Whether the period had run out by its own days when it ended."""
    return period.missed_due is not None or (ended_on > period.due_on and not period.stands_still)


lift_breach = Move(
    name="lift_breach",
    title="核销逾期",
    description="事后补记的步骤证明没有逾期的，由政府信息公开工作机构负责人核对凭证后核销；补记的人不能自己核销。",
    article="reply",
    data=LiftBreach,
    arrows=stay([state for state in State if state != State.ANNULLED]),
    conditions=(step_claims,),
    effect=lift,
)
