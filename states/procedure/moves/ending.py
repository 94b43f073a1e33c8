"""Other ends of a request, and its file.

Law: 条例 arts. 36-39 for what a result is; the report's row 其他处理 3.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead
from ..fields import DayOnly, Label, Reason, Text
from ..periods import Law
from .reply import end_with_result

STEP = ProcedureStep("撤回、终止和归档", 80)

BEFORE_REPLY = (
    State.SUBMITTED,
    State.RECEIVED,
    State.ACCEPTED,
    State.AWAITING_CORRECTION,
    State.AWAITING_REASONS,
    State.CONSULTING,
    State.AWAITING_PAYMENT,
    State.EXTENDED,
    State.DECIDED,
)


class Discontinue(Reason):
    """Why the handling ends, and the article on which that rests: its paper cites it."""

    ground: Annotated[
        Text | None,
        Label("依据", "personal", "所依据的法律、法规、规章及其条款，写到条；终止告知书要写明"),
    ] = None


def stop(case: Case, on: date, data: Reason, law: Law) -> None:
    """Ends the case for another reason (report row 其他处理 3)."""
    case.answer = case.delivery = ""
    end_with_result(case, on, "other_misc", law)


def tell_of_the_end(case: Case, on: date, data: Discontinue, law: Law) -> None:
    """Ends the case for another reason; the applicant is to be told."""
    stop(case, on, data, law)
    case.write("discontinuation", on)


def take_back(case: Case, on: date, data: Reason, law: Law) -> None:
    """Ends the case because the applicant withdraws the request; whether it counts is an open question (Q16)."""
    case.withdrawn = True
    stop(case, on, data, law)


withdraw = Move(
    name="withdraw",
    title="撤回申请",
    description="申请人撤回申请，不再办理。",
    article="reply",
    data=Reason,
    arrows=lead(BEFORE_REPLY, State.DISCONTINUED),
    effect=take_back,
    papers=("withdrawal",),
    settles=True,
)
discontinue = Move(
    name="discontinue",
    title="终止办理",
    description="因其他原因终止办理，写明理由和所依据的条款。",
    article="reply",
    data=Discontinue,
    arrows=lead(BEFORE_REPLY, State.DISCONTINUED),
    effect=tell_of_the_end,
    papers=("discontinuation",),
    settles=True,
)


@condition("reply_made_on", hard=False, by="day")
def nothing_came_back(q: Question[DayOnly]) -> Finding | None:
    """Warns that the paper of the result came back and has not been sent again.

    Law: 国办公开办函〔2016〕235号 point 4.
    """
    of = "reply" if q.case.state == State.REPLIED else "discontinuation"
    letter = q.case.letter(of)
    return Finding("paper_is_back", {"of": of}) if letter is not None and letter.is_back else None


close = Move(
    name="close",
    title="归档",
    description="材料归档，案件办结。",
    article="remedy_from_receipt",
    data=DayOnly,
    arrows=lead([State.REPLIED, State.DISCONTINUED], State.CLOSED),
    conditions=(nothing_came_back,),
)
