"""Handling again after a remedy or by self-correction.

Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead
from ..fields import IsoDate, Label, MoveData, Text
from ..periods import Law, Term, open_period

STEP = ProcedureStep("重新办理", 90)


class Reopen(MoveData):
    """An order or decision to handle a finished request again.

    Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
    """

    ordered_by: Annotated[Text, Label("重新办理的依据", "personal", "复议决定、判决的文号，或者自行纠正的理由")]
    due_on: Annotated[IsoDate | None, Label("最后一日", "public", "决定或者判决限定的最后一日")] = None


@condition("ordered_disclosure", by="day")
def reopened_until_later(q: Question[Reopen]) -> Finding | None:
    """Requires that the last day of the new handling lies ahead."""
    if q.data is None or q.data.due_on is None or q.data.due_on > q.on:
        return None
    return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})


def begin_again(case: Case, on: date, data: Reopen, law: Law) -> None:
    """Opens a new reply period: to the day that was set, else twenty working days.

    Law: 复议法 arts. 64, 66; 法释〔2025〕8号.
    """
    case.outcome = case.decided_on = case.served_on = None
    case.answer = case.delivery = ""
    case.stood, case.extended_days, case.corrections = State.ACCEPTED.value, 0, 0
    case.end_all(on, "review_application", "suit")
    open_period(case, "reply", "ordered_disclosure", Term(on, on, fixed_on=data.due_on), law)


reopen = Move(
    name="reopen",
    title="重新办理",
    description="复议决定、判决要求重新办理，或者自行纠正，另起答复期限。",
    article="ordered_disclosure",
    data=Reopen,
    arrows=lead([State.REPLIED, State.DISCONTINUED, State.CLOSED], State.ACCEPTED),
    conditions=(reopened_until_later,),
    effect=begin_again,
)
