"""Administrative litigation: other people's acts, recorded and never refused for time or route.

Law: 条例 art. 51; 行诉法 arts. 44-89.
"""

from datetime import date
from typing import Annotated

from ..case import SUIT_ORDER, Case, Remedy
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead, onward, received_too_early
from ..fields import Choice, Instance, IsoDate, Label, RemedyStepData, Text
from ..periods import Law, Term, open_period
from .review import end_answer, from_service, service_told, something_to_contest

STEP = ProcedureStep("行政诉讼", 110)

RESULT = Choice(
    claim_dismissed="驳回诉讼请求",
    revoked="撤销",
    ordered="责令履行",
    paid="判令给付",
    unlawful="确认违法",
    void="确认无效",
    changed="变更",
    suit_rejected="驳回起诉",
    not_docketed="不予立案",
    withdrawn=("撤回（撤诉）", "撤诉"),
)
_RULINGS = frozenset({"suit_rejected", "not_docketed", "withdrawn"})


class FileSuit(RemedyStepData):
    """A suit that was filed; ``after_review`` is the id of the review before it (or true).

    Law: 行诉法 arts. 45, 46.
    """

    after_review: Annotated[bool | Text | None, Label("经过的复议", "public", "经过复议的，填复议的编号")] = None


class Judge(RemedyStepData):
    """A judgment or ruling of one instance.

    Law: 行诉法 arts. 62, 69-77.
    """

    instance: Annotated[int, Instance(), Label("审级", "public")]
    result: Annotated[str, RESULT, Label("结果", "public")]
    served_on: Annotated[
        IsoDate | None, Label("送达日期", "public", "申请人收到裁判文书的日子，上诉期限从此起算；以后知道的再更正")
    ] = None

    def result_and_instance(self) -> tuple[str, int]:
        """The result and its instance."""
        return self.result, self.instance


@condition("review_application", by="day")
def suit_new(q: Question[FileSuit]) -> Finding | None:
    """Requires an id that no suit of the case has yet."""
    if q.data is None or q.case.remedy(q.data.id, "suit") is None:
        return None
    return Finding("bad_data", {"field": "id", "problem": "id_taken", "value": q.data.id})


@condition("remedy_from_receipt", by="day")
def served_after_made(q: Question[Judge]) -> Finding | None:
    """Refuses a service that lies before the judgment."""
    return received_too_early(q.data.served_on if q.data is not None else None, q.on)


@condition("appeal_judgment", hard=False, timely=True, by="day")
def judgment_service_known(q: Question[Judge]) -> Finding | None:
    """Tells that the term to appeal counts from a service that is assumed; in live work that it has not begun.

    Law: 行诉法 art. 85.
    """
    if q.data is None or not _can_be_appealed(q.data):
        return None
    return service_told(q.data.served_on, q.on, "judgment", q.live)


def _can_be_appealed(data: Judge) -> bool:
    return data.instance == 1 and data.result != "withdrawn"


def suit(case: Case, id: str) -> Remedy:
    """The suit that a move names; its existence was checked before."""
    found = case.remedy(id, "suit")
    assert found is not None  # noqa: S101 - the machine has seen to it
    return found


def begin_suit(case: Case, on: date, data: FileSuit, law: Law) -> None:
    """Adds a pending suit and ends the term to sue.

    Law: 行诉法 arts. 45, 46.
    """
    case.end_last(on, "suit")
    case.remedies.append(Remedy(data.id, "suit", "filed", on, after_review=bool(data.after_review)))


def note_notice(case: Case, on: date, data: RemedyStepData, law: Law) -> None:
    """Opens the agency's period for defence and evidence: fifteen days from receipt.

    Law: 行诉法 art. 67.
    """
    end_answer(case, on, "suit_answer", data.id)
    open_period(case, "suit_answer", "suit_answer", Term(suit(case, data.id).filed_on, on, ref=data.id), law)


def note_answer(case: Case, on: date, data: RemedyStepData, law: Law) -> None:
    """Records the defence, which ends the agency's period for it.

    Law: 行诉法 art. 67.
    """
    case.end_last(on, "suit_answer", ref=data.id)


def note_judgment(case: Case, on: date, data: Judge, law: Law) -> None:
    """Records the judgment; one of first instance opens the term to appeal, which runs from its service.

    Law: 行诉法 arts. 69-77, 85.
    """
    remedy = suit(case, data.id)
    remedy.result = data.result
    end_answer(case, on, "suit_answer", remedy.id)
    if _can_be_appealed(data):
        key = "appeal_ruling" if data.result in _RULINGS else "appeal_judgment"
        open_period(case, "appeal", key, from_service(case, on, data.served_on, remedy.id), law)


def note_appeal(case: Case, on: date, data: RemedyStepData, law: Law) -> None:
    """Records the appeal, which ends the term for it.

    Law: 行诉法 art. 85.
    """
    case.end_last(on, "appeal", ref=data.id)


def over(turn: Turn[Remedy]) -> bool:
    """Whether the judgment is final."""
    return turn.facts["instance"] == 2


file_suit = Move(
    name="file_suit",
    title="被提起行政诉讼",
    description="申请人向法院起诉。",
    article="suit",
    data=FileSuit,
    of="suit",
    conditions=(something_to_contest, suit_new),
    effect=begin_suit,
    opens=True,
)
notify_suit = Move(
    name="notify_suit",
    title="收到应诉通知",
    description="收到起诉状副本，答辩和举证的期限从此起算。",
    article="suit_answer",
    data=RemedyStepData,
    of="suit",
    arrows=onward(SUIT_ORDER, "notified"),
    effect=note_notice,
    papers=("suit_answer",),
)
answer_suit = Move(
    name="answer_suit",
    title="提交答辩状",
    description="向法院提交答辩状和证据。",
    article="suit_answer",
    data=RemedyStepData,
    of="suit",
    arrows=onward(SUIT_ORDER, "answered"),
    effect=note_answer,
)
appeal = Move(
    name="appeal",
    title="上诉",
    description="任何一方上诉。",
    article="appeal_judgment",
    data=RemedyStepData,
    of="suit",
    arrows=lead(SUIT_ORDER, "appealed"),
    effect=note_appeal,
)
judge = Move(
    name="judge",
    title="法院裁判",
    description="法院作出判决或者裁定，写明审级和结果。",
    article="suit_first_instance",
    data=Judge,
    of="suit",
    arrows=(*lead(SUIT_ORDER, "closed", over), *lead(SUIT_ORDER, "judged")),
    conditions=(served_after_made, judgment_service_known),
    effect=note_judgment,
)
