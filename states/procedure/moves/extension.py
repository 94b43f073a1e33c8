"""Extension of the reply period.

Law: 条例 art. 33 para 2.
"""

from datetime import date
from typing import Annotated

from ...rules.rules import rule
from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead
from ..fields import Label, MoveData, Number, Text, When
from ..periods import Law, set_due_day

STEP = ProcedureStep("延长答复期限", 40)


class Extend(MoveData):
    """An extension of the reply period: how many working days, why, and who approved it.

    Law: 条例 art. 33 para 2.
    """

    days: Annotated[Number, Label("延长的工作日数", "public")]
    reason: Annotated[Text, Label("理由", "personal", "为什么要延长答复期限")]
    approved_by: Annotated[
        str | None,
        Label("批准人", "personal", "同意延长的政府信息公开工作机构负责人", When("不经审批单办理的")),
    ] = None


@condition("extension")
def extension_within_cap(q: Question[Extend]) -> Finding | None:
    """Allows at most twenty working days in all (fifteen before 2019).

    Law: 条例 art. 33 para 2.
    """
    if q.data is None:
        return None
    days, cap = q.data.days, rule("extension", q.case.law_on).length or 0
    several = q.law.settings.reading("extensions", q.case.law_on) == "several"
    left = cap - (q.case.extended_days if several else 0)
    if days <= left:
        return None
    fields = {"field": "days", "problem": "beyond_cap", "value": days, "cap": cap, "left": max(left, 0)}
    return Finding("bad_data", fields)


@condition("extension")
def extension_approved(q: Question[Extend]) -> Finding | None:
    """Requires the approval of the head of the disclosure office.

    Law: 条例 art. 33 para 2.
    """
    if q.data is None or (q.data.approved_by or "").strip():
        return None
    return Finding("not_approved")


@condition("extension")
def extended_only_once(q: Question[Extend]) -> Finding | None:
    """Refuses a second extension, unless the office reads the law otherwise (open question Q11).

    Law: 条例 art. 33 para 2.
    """
    if q.case.extended_days == 0 or q.law.settings.reading("extensions", q.case.law_on) == "several":
        return None
    return Finding("already_extended", {"days": q.case.extended_days})


@condition("extension", timely=True)
def reply_period_open(q: Question[MoveData]) -> Finding | None:
    """Requires that the extension is decided, and the applicant told, before the period ends.

    Law: 条例 art. 33 para 2.
    """
    period = q.case.last_period("reply")
    if period is None or q.on <= period.due_on:
        return None
    return Finding("period_lapsed", {"due_on": period.due_on})


def lengthen(case: Case, on: date, data: Extend, law: Law) -> None:
    """Adds the days to the reply period; a day set by a deferral moves on by as many working days.

    Law: 条例 art. 33 para 2.
    """
    case.stood = State.EXTENDED.value
    case.extended_days += data.days
    period = case.reply_period()
    if period is not None:
        period.extra = case.extended_days
        if period.fixed_on is not None and period.key == "reply":
            period.fixed_on = law.calendar.project(period.fixed_on, data.days)
        set_due_day(period, law)


extend = Move(
    name="extend",
    title="延长答复期限",
    description="经政府信息公开工作机构负责人同意，延长答复期限并告知申请人。",
    article="extension",
    data=Extend,
    arrows=(
        *lead([State.CONSULTING], State.CONSULTING),
        *lead([State.ACCEPTED, State.EXTENDED], State.EXTENDED),
    ),
    conditions=(extension_within_cap, extension_approved, extended_only_once, reply_period_open),
    effect=lengthen,
    papers=("extension",),
)
