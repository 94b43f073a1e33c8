"""Administrative litigation: other people's acts, recorded and never refused for time or route.

Law: 条例 art. 51; 行诉法 arts. 44-89.
"""

from datetime import date, timedelta
from typing import Annotated

from ...rules.remedies import in_force_as, meant, result_words, results
from ...rules.rules import rule
from ..case import SUIT_ORDER, Case, Remedy, RemedyStep
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead, onward, received_too_early
from ..fields import Choice, Instance, IsoDate, Label, RemedyStepData, Text
from ..periods import Law, Term, open_period
from .review import against, end_answer, from_service, service_told, something_to_contest

STEP = ProcedureStep("行政诉讼", 110)

RESULT = Choice(**result_words("suit"))
PARTY = Choice(applicant=("申请人", "原告"), agency=("本机关", "被告"), third_party="第三人")


class FileSuit(RemedyStepData):
    """A suit that was filed; ``after_review`` is the id of the review before it (or true).

    Law: 行诉法 arts. 45, 46.
    """

    after_review: Annotated[bool | Text | None, Label("经过的复议", "public", "经过复议的，填复议的编号")] = None


class NotifySuit(RemedyStepData):
    """The complaint that was received, with the court's own last day for evidence where it has set one.

    Law: 行诉法 art. 67; 法释〔2018〕1号 art. 104.
    """

    due_on: Annotated[
        IsoDate | None,
        Label("举证期限的最后一日", "public", "适用简易程序、法院另定举证期限的，填法院确定的最后一日；不填的是十五日"),
    ] = None


class Appeal(RemedyStepData):
    """An appeal, and who has brought it.

    Law: 行诉法 art. 85.
    """

    by: Annotated[Annotated[str, PARTY] | None, Label("上诉人", "public", "谁上诉的")] = None

    def as_step(self, move: str, on: date) -> RemedyStep:
        """The appeal as a step, with who has brought it."""
        return RemedyStep(move, on, by=self.by or "")


class Judge(RemedyStepData):
    """A judgment or ruling of one instance; retrials and their appeals are counted on from the third.

    Law: 行诉法 arts. 62, 69-77, 89, 91; 法释〔2018〕1号 arts. 109, 119.
    """

    instance: Annotated[int, Instance(), Label("审级", "public")]
    result: Annotated[str, RESULT, Label("结果", "public")]
    served_on: Annotated[
        IsoDate | None, Label("送达日期", "public", "申请人收到裁判文书的日子，上诉期限从此起算；以后知道的再更正")
    ] = None

    def as_step(self, move: str, on: date) -> RemedyStep:
        """The judgment as a step."""
        return RemedyStep(move, on, self.result, self.instance, self.served_on)

    @property
    def takes_up_again(self) -> bool:
        """A retrial goes on with a suit that was over."""
        return self.instance > _APPEAL


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
    if q.data is None or not _can_be_appealed(_named(q), q.data):
        return None
    return service_told(q.data.served_on, q.on, "judgment", q.live)


@condition("suit_instances", timely=True, by="day")
def instance_in_order(q: Question[Judge]) -> Finding | None:
    """Requires the instance that can follow on the last one: none is judged twice unless it was sent back.

    Law: 行诉法 arts. 85-91.
    """
    remedy = _named(q)
    judged = remedy.judgments if remedy is not None else []
    if q.data is None or not judged:
        return None
    last = judged[-1]
    following = [_APPEAL, _APPEAL + 1] if last.instance == 1 else [last.instance + 1]
    if _sent_back(last.result, last.on):
        following = [1, last.instance + 1]
    if q.data.instance in following:
        return None
    choices = "、".join(str(number) for number in following)
    return Finding("bad_data", {"field": "instance", "problem": "instance_out_of_order", "choices": choices})


@condition("suit_instances", by="day")
def result_of_its_instance(q: Question[Judge]) -> Finding | None:
    """Refuses a result that an instance cannot have: nobody's appeal is dismissed by the first."""
    if q.data is None or q.data.instance >= results("suit")[q.data.result].from_instance:
        return None
    first = "、".join(key for key, item in results("suit").items() if item.from_instance <= q.data.instance)
    return Finding("bad_data", {"field": "result", "problem": "result_of_appeal", "choices": first})


@condition("suit_instances", timely=True, by="day", live=True)
def which_withdrawal(q: Question[Judge]) -> Finding | None:
    """Requires in an appeal whether the appeal or the suit was withdrawn: one leaves the first judgment, one does not.

    Law: 行诉法 art. 62; 法释〔2018〕1号 art. 60.
    """
    if q.data is None or meant("suit", q.data.result, q.data.instance) == q.data.result:
        return None
    return Finding("bad_data", {"field": "result", "problem": "which_withdrawal"})


@condition("suit_instances", hard=False, timely=True, by="day")
def earlier_instance_known(q: Question[Judge]) -> Finding | None:
    """Tells that the judgment before this one is not on record."""
    remedy = _named(q)
    if q.data is None or remedy is None or q.data.instance == 1 or remedy.judgments:
        return None
    return Finding("instance_missing", {"instance": q.data.instance})


@condition("suit_answer_set", by="day")
def court_term_ahead(q: Question[NotifySuit]) -> Finding | None:
    """Requires that the court's own last day does not lie before the day on which the complaint was received."""
    if q.data is None or q.data.due_on is None or q.data.due_on >= q.on:
        return None
    return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})


@condition("suit_answer_set", hard=False, timely=True, by="day")
def court_term_as_the_law_has_it(q: Question[NotifySuit]) -> Finding | None:
    """Tells that the court's own term is longer than the law lets it be.

    Law: 法释〔2018〕1号 art. 104 para 1.
    """
    longest = rule("suit_answer_set", q.on).length
    if q.data is None or q.data.due_on is None or longest is None or q.data.due_on <= q.on + timedelta(days=longest):
        return None
    return Finding("court_term_long", {"days": longest})


_APPEAL = 2
"""The instance that judges an appeal; what comes after it is a retrial, or an appeal against one."""


def _named(q: Question[Judge]) -> Remedy | None:
    return q.case.remedy(q.data.id, "suit") if q.data is not None else None


def _sent_back(result: str, on: date) -> bool:
    return in_force_as("suit", result, on) == "pending"


def heard_first(remedy: Remedy, instance: int) -> bool:
    """Whether an instance is heard by the procedure of a first one, so that an appeal can be brought against it.

    A retrial is, where the judgment that it takes up again was one of first instance, or where it was sent back.
    Law: 行诉法 art. 85; 法释〔2018〕1号 arts. 109, 119.
    """
    judged = remedy.judgments
    if not judged:
        return instance == 1
    last = judged[-1]
    if _sent_back(last.result, last.on) or instance == 1:
        return True
    appealed = any(step.move == "appeal" for step in remedy.steps[remedy.steps.index(last) + 1 :])
    return instance > _APPEAL and last.at_first and not appealed


def _can_be_appealed(remedy: Remedy | None, data: Judge) -> bool:
    first = heard_first(remedy, data.instance) if remedy is not None else data.instance == 1
    return first and not results("suit")[data.result].no_appeal


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
    before = data.after_review if isinstance(data.after_review, str) else ""
    remedy = Remedy(data.id, "suit", "filed", on, after_review=bool(data.after_review), review_id=before)
    case.remedies.append(against(case, remedy))


def note_notice(case: Case, on: date, data: NotifySuit, law: Law) -> None:
    """Opens the agency's period for defence and evidence: fifteen days from receipt, or to the court's own last day.

    Law: 行诉法 art. 67; 法释〔2018〕1号 art. 104.
    """
    end_answer(case, on, "suit_answer", data.id)
    key = "suit_answer_set" if data.due_on is not None else "suit_answer"
    term = Term(suit(case, data.id).filed_on, on, fixed_on=data.due_on, ref=data.id)
    open_period(case, "suit_answer", key, term, law)


def note_answer(case: Case, on: date, data: RemedyStepData, law: Law) -> None:
    """Records the defence, which ends the agency's period for it.

    Law: 行诉法 art. 67.
    """
    case.end_last(on, "suit_answer", ref=data.id)


def note_judgment(case: Case, on: date, data: Judge, law: Law) -> None:
    """Records the judgment; one of first instance opens the term to appeal, which runs from its service.

    An appeal that was dismissed or withdrawn leaves the result before it in force; what was sent back has none.
    Law: 行诉法 arts. 69-77, 85, 89.
    """
    remedy = suit(case, data.id)
    stands = in_force_as("suit", meant("suit", data.result, data.instance), on)
    if stands != "earlier":
        remedy.result = "" if stands == "pending" else data.result
    remedy.sent_back, remedy.at_first = stands == "pending", heard_first(remedy, data.instance)
    end_answer(case, on, "suit_answer", remedy.id)
    term = case.last_period("appeal", remedy.id)
    if term is not None:
        term.end(on, "lapsed" if data.takes_up_again and on > term.due_on else "met")
    if _can_be_appealed(remedy, data):
        key = "appeal_ruling" if results("suit")[data.result].ruling else "appeal_judgment"
        open_period(case, "appeal", key, from_service(case, on, data.served_on, remedy.id), law)


def note_appeal(case: Case, on: date, data: Appeal, law: Law) -> None:
    """Records the appeal, which ends the term for it.

    Law: 行诉法 art. 85.
    """
    case.end_last(on, "appeal", ref=data.id)


def over(turn: Turn[Remedy]) -> bool:
    """Whether the judgment is final: not one by the procedure of a first instance."""
    return not turn.facts.get("at_first", turn.facts["instance"] == 1)


def sent_back(turn: Turn[Remedy]) -> bool:
    """Whether the judgment before was set aside and the case sent back to be judged anew."""
    return bool(turn.facts.get("sent_back"))


def retried(turn: Turn[Remedy]) -> bool:
    """Whether a suit that was over is judged again."""
    return turn.facts["instance"] > _APPEAL


def retried_and_sent_back(turn: Turn[Remedy]) -> bool:
    """Whether a suit that was over is to be judged anew from the first instance."""
    return retried(turn) and sent_back(turn)


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
    data=NotifySuit,
    of="suit",
    arrows=onward(SUIT_ORDER, "notified"),
    conditions=(court_term_ahead, court_term_as_the_law_has_it),
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
    description="任何一方上诉，写明是谁。",
    article="appeal_judgment",
    data=Appeal,
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
    arrows=(
        *lead(SUIT_ORDER, "answered", sent_back),
        *lead(SUIT_ORDER, "closed", over),
        *lead(SUIT_ORDER, "judged"),
        *lead(["closed"], "answered", retried_and_sent_back),
        *lead(["closed"], "closed", retried),
    ),
    conditions=(
        served_after_made,
        instance_in_order,
        result_of_its_instance,
        which_withdrawal,
        earlier_instance_known,
        judgment_service_known,
    ),
    effect=note_judgment,
    revives=True,
)
