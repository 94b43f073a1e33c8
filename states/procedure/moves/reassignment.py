"""Giving a case to another department of the office, or back to the one from which it came.

Law: 条例 art. 4 para 2.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
from ..declaration import Move, ProcedureStep, stay
from ..fields import Department, Label, MoveData, Text
from ..periods import Law

STEP = ProcedureStep("改派和退回", 15)

UNDER_WAY = tuple(state for state in State if state not in (State.CLOSED, State.ANNULLED))


class Reassign(MoveData):
    """The department that handles the case from now on, and why."""

    department: Annotated[Department, Label("承办部门", "office", "改由哪个部门承办")]
    handler: Annotated[Text | None, Label("承办人", "office", "不填的，由新的承办部门另定")] = None
    reason: Annotated[Text, Label("理由", "personal", "为什么改派")]


class SendBack(MoveData):
    """Why the case goes back, and to which department where that is not the one from which it came."""

    department: Annotated[
        Department | None, Label("承办部门", "office", "退回哪个部门；不填的，退回改派以前的部门")
    ] = None
    handler: Annotated[Text | None, Label("承办人", "office", "不填的，由退回的部门另定")] = None
    reason: Annotated[Text, Label("理由", "personal", "为什么退回")]


def give(case: Case, on: date, data: Reassign | SendBack, law: Law) -> None:
    """Gives the case to another department; the earlier handler has no more to do with it."""
    case.department = data.department or case.department
    case.handler = data.handler or ""


reassign = Move(
    name="reassign",
    title="改派",
    description="改由另一个部门承办；期限照常计算。",
    article="reply",
    data=Reassign,
    arrows=stay(UNDER_WAY),
    effect=give,
)
send_back = Move(
    name="send_back",
    title="退回",
    description="改派有误的，退回原来的部门；期限照常计算。",
    article="reply",
    data=SendBack,
    arrows=stay(UNDER_WAY),
    effect=give,
)
