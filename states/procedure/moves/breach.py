"""A reply period that was kept after all: confirmed on the proof of an earlier fact.

Law: 条例 art. 33: judged by the days on which things happened.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
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


@condition("reply", once=True)
def step_claims(q: Question[LiftBreach]) -> Finding | None:
    """Requires a step that was written down late and would have kept the period."""
    known = q.case.claims
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
    claims = q.case.claims
    return Finding("move_not_allowed", {"claim": claims[0]}, "breach_unconfirmed") if claims else None


def lift(case: Case, on: date, data: LiftBreach, law: Law) -> None:
    """Changes no period itself: who folds the history keeps none missed any longer for that step."""


lift_breach = Move(
    name="lift_breach",
    title="核销逾期",
    description="事后补记的步骤证明没有逾期的，由政府信息公开工作机构负责人核对凭证后核销；补记的人不能自己核销。",
    article="reply",
    data=LiftBreach,
    arrows=stay([state for state in State if state != State.ANNULLED]),
    conditions=(step_claims,),
    effect=lift,
    confirms=True,
)
