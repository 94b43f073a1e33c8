"""Administrative review: other people's acts, recorded and never refused for time or route.

Law: 条例 art. 51; 复议法 arts. 20-76.
"""

from datetime import date
from typing import Annotated

from ..case import REVIEW_ORDER, Case, Remedy, Span
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead, onward, received_too_early, stay
from ..fields import Choice, IsoDate, Label, RemedyStepData, Text
from ..periods import Law, Term, open_period, set_due_day, status

STEP = ProcedureStep("行政复议", 100)

PROCEDURE = Choice(ordinary=("普通程序", "普通"), simplified=("简易程序", "简易"))
RESULT = Choice(
    upheld="维持",
    claim_rejected="驳回请求",
    changed="变更",
    revoked="撤销",
    unlawful="确认违法",
    ordered="责令履行",
    void="确认无效",
    application_rejected="驳回申请",
    not_accepted="不予受理",
    terminated="终止",
    withdrawn=("撤回（撤诉）", "撤回"),
    mediated="调解",
)


class FileReview(RemedyStepData):
    """An application for administrative review.

    Law: 复议法 art. 20.
    """

    organ: Annotated[Text | None, Label("复议机关", "personal")] = None


class ReviewStep(RemedyStepData):
    """A step of the review organ: acceptance, notice, suspension or resumption, or the agency's answer.

    Law: 复议法 arts. 30, 39, 48, 54.
    """

    procedure: Annotated[Annotated[str, PROCEDURE] | None, Label("复议程序", "public", "不填的按普通程序计算期限")] = (
        None
    )


class DecideReview(RemedyStepData):
    """The decision of the review organ.

    Law: 复议法 arts. 28-73.
    """

    result: Annotated[str, RESULT, Label("结果", "public")]
    served_on: Annotated[
        IsoDate | None, Label("送达日期", "public", "申请人收到复议决定书的日子，起诉期限从此起算；以后知道的再更正")
    ] = None

    def result_and_instance(self) -> tuple[str, int]:
        """The result; a review has no instances, so 0."""
        return self.result, 0


@condition("review_application", timely=True, by="day")
def something_to_contest(q: Question[RemedyStepData]) -> Finding | None:
    """Requires something to contest: a reply, a discontinuation, or silence past the due day.

    Law: 条例 art. 51.
    """
    if q.case.first_on is not None or (q.case.state and not q.case.is_open):
        return None
    replies = (period for period in q.case.periods if period.rule == "reply")
    if any(status(period, q.on) == "missed" for period in replies):
        return None
    period = q.case.last_period("reply")
    return Finding("move_not_allowed", {"due_on": period.due_on if period else None}, text="nothing_to_contest")


@condition("review_application", by="day")
def review_new(q: Question[RemedyStepData]) -> Finding | None:
    """Requires an id that no review of the case has yet."""
    if q.data is None or q.case.remedy(q.data.id, "review") is None:
        return None
    return Finding("bad_data", {"field": "id", "problem": "id_taken", "value": q.data.id})


@condition("remedy_from_receipt", by="day")
def served_after_made(q: Question[DecideReview]) -> Finding | None:
    """Refuses a service that lies before the decision."""
    return received_too_early(q.data.served_on if q.data is not None else None, q.on)


@condition("suit_after_review", hard=False, timely=True, by="day")
def decision_service_known(q: Question[DecideReview]) -> Finding | None:
    """Tells that the term to sue counts from a service that is assumed; in live work that it has not begun.

    Law: 行诉法 art. 45.
    """
    return service_told(q.data.served_on, q.on, "decision", q.live) if q.data is not None else None


def service_told(served_on: date | None, on: date, of: str, live: bool) -> Finding | None:
    """That the service of a decision or judgment is not on record."""
    if served_on is not None:
        return None
    if live:
        return Finding("service_unproved", text=f"{of}_unserved")
    return Finding("service_assumed", {"on": on}, f"{of}_assumed")


def from_service(case: Case, on: date, served_on: date | None, id: str) -> Term:
    """A term against a decision or judgment: from its service; without one, in a record of the past, from its day.

    Law: 行诉法 arts. 45, 85.
    """
    awaits = case.live and served_on is None
    return Term(on, served_on or on, ref=id, served=served_on is not None, awaits=awaits)


def review(case: Case, id: str) -> Remedy:
    """The review that a move names; its existence was checked before."""
    found = case.remedy(id, "review")
    assert found is not None  # noqa: S101 - the machine has seen to it
    return found


def law_day(remedy: Remedy, on: date, law: Law) -> date:
    """The day that decides which law applies to the review (an open question)."""
    return on if law.settings.reading("review_law_date", remedy.filed_on) == "notified" else remedy.filed_on


def end_answer(case: Case, on: date, rule: str, id: str) -> None:
    """Ends the agency's answer period without an answer: missed where its day has passed, else no longer due."""
    period = case.last_period(rule, id)
    if period is not None:
        period.end(on, "missed" if on > period.due_on else "cancelled")


def begin_review(case: Case, on: date, data: FileReview, law: Law) -> None:
    """Adds a pending review and opens the period in which the review organ decides on accepting it.

    Law: 复议法 arts. 20, 30.
    """
    case.end_last(on, "review_application")
    case.remedies.append(Remedy(data.id, "review", "filed", on))
    open_period(case, "review_acceptance", "review_acceptance", Term(on, on, ref=data.id), law)


def note_acceptance(case: Case, on: date, data: ReviewStep, law: Law) -> None:
    """Records the acceptance of the review and opens the period for its decision.

    Law: 复议法 arts. 30, 62.
    """
    remedy = review(case, data.id)
    remedy.procedure = data.procedure or remedy.procedure
    case.end_last(on, "review_acceptance", ref=remedy.id)
    case.end_last(on, "review_decision", "cancelled", remedy.id)
    key = f"review_decision_{remedy.procedure}"
    open_period(case, "review_decision", key, Term(law_day(remedy, on, law), on, ref=remedy.id), law)


def note_notice(case: Case, on: date, data: ReviewStep, law: Law) -> None:
    """Opens the agency's answer period: ten working days, five in the simplified procedure.

    Law: 复议法 arts. 48, 54.
    """
    remedy = review(case, data.id)
    remedy.procedure = data.procedure or remedy.procedure
    end_answer(case, on, "review_answer", remedy.id)
    key = f"review_answer_{remedy.procedure}"
    open_period(case, "review_answer", key, Term(law_day(remedy, on, law), on, ref=remedy.id), law)


def note_answer(case: Case, on: date, data: ReviewStep, law: Law) -> None:
    """Records the agency's answer; without one, or with a late one, the agency counts as without evidence.

    Law: 复议法 art. 70.
    """
    case.end_last(on, "review_answer", ref=data.id)


def note_suspension(case: Case, on: date, data: ReviewStep, law: Law) -> None:
    """Suspends the period for the review decision.

    Law: 复议法 art. 39.
    """
    period = case.last_period("review_decision", data.id)
    if period is not None and period.ended_on is None and all(span.until for span in period.spans):
        period.spans.append(Span(on, None, "review_suspension"))


def note_resumption(case: Case, on: date, data: ReviewStep, law: Law) -> None:
    """Lets the period for the review decision run again.

    Law: 复议法 art. 40.
    """
    period = case.last_period("review_decision", data.id)
    if period is not None:
        for span in period.spans:
            span.until = span.until or on
        set_due_day(period, law)


def note_decision(case: Case, on: date, data: DecideReview, law: Law) -> None:
    """Records the decision and opens the term of fifteen days to sue, which runs from its service on the applicant.

    Law: 行诉法 art. 45.
    """
    remedy = review(case, data.id)
    remedy.result = data.result
    case.end_last(on, "review_acceptance", "cancelled", remedy.id)
    end_answer(case, on, "review_answer", remedy.id)
    case.end_last(on, "review_decision", ref=remedy.id)
    case.end_last(on, "suit", "cancelled")
    open_period(case, "suit", "suit_after_review", from_service(case, on, data.served_on, remedy.id), law)


_PENDING = (*REVIEW_ORDER, "suspended")

file_review = Move(
    name="file_review",
    title="被申请行政复议",
    description="申请人申请行政复议。",
    article="review_application",
    data=FileReview,
    of="review",
    conditions=(something_to_contest, review_new),
    effect=begin_review,
    opens=True,
)
accept_review = Move(
    name="accept_review",
    title="复议受理",
    description="复议机关受理。",
    article="review_acceptance",
    data=ReviewStep,
    of="review",
    arrows=onward(REVIEW_ORDER, "accepted", "suspended"),
    effect=note_acceptance,
)
notify_review = Move(
    name="notify_review",
    title="收到复议答复通知",
    description="收到复议申请书副本和答复通知，复议答复期限从此起算。",
    article="review_answer_ordinary",
    data=ReviewStep,
    of="review",
    arrows=onward(REVIEW_ORDER, "notified", "suspended"),
    effect=note_notice,
    papers=("review_answer",),
)
answer_review = Move(
    name="answer_review",
    title="提交复议答复",
    description="向复议机关提交答复书和证据。",
    article="review_answer_ordinary",
    data=ReviewStep,
    of="review",
    arrows=onward(REVIEW_ORDER, "answered", "suspended"),
    effect=note_answer,
)
suspend_review = Move(
    name="suspend_review",
    title="复议中止",
    description="复议机关中止审理。",
    article="review_suspension",
    data=ReviewStep,
    of="review",
    arrows=lead(_PENDING, "suspended"),
    effect=note_suspension,
)
resume_review = Move(
    name="resume_review",
    title="复议恢复",
    description="复议机关恢复审理。",
    article="review_suspension",
    data=ReviewStep,
    of="review",
    arrows=(*lead(["suspended"], "answered"), *stay(REVIEW_ORDER)),
    effect=note_resumption,
)
decide_review = Move(
    name="decide_review",
    title="复议决定",
    description="复议机关作出决定，或者以其他方式结案。",
    article="review_decision_ordinary",
    data=DecideReview,
    of="review",
    arrows=lead(_PENDING, "decided"),
    conditions=(served_after_made, decision_service_known),
    effect=note_decision,
)
