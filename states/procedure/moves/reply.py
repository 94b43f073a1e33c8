"""The reply: its decision, which is not the reply yet, taking that back, and the reply itself.

Law: 条例 arts. 33, 36-40; 国办公开办函〔2016〕235号 point 4; 复议法 art. 20; 行诉法 art. 46.
"""

import re
from datetime import date
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from ...calendar.dates import days_told
from ...rules.forms import forms
from ...rules.outcomes import answer_told, outcome_rows, outcomes, refuses, row_named, withholds
from ...rules.remedies import Route, remedy_route
from ...rules.service import way_on, ways
from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead
from ..fields import Choice, Label, MoveData, ObjectOrText, Reason, Text, When, Words, text_list
from ..history import Data
from ..periods import Law, Term, open_period, set_due_day

STEP = ProcedureStep("答复", 70)

DELIVERY = Choice(**{way.key: (way.label, *way.words) for way in ways() if way.in_reply})


DECIDABLE = (State.RECEIVED, State.ACCEPTED, State.EXTENDED, State.AWAITING_REASONS)
"""The states in which a request can be answered."""
_NUMBERED = re.compile(r"^(（[一二三四五六七八九十]）|\d+\.)")


def _results() -> dict[str, tuple[str, ...]]:
    """The rows of results as the newest form that has them prints them, with and without what goes before."""
    rows = {row.key: row for form in forms() for row in form.rows}
    found = {}
    for key in outcome_rows():
        label = rows[key].label
        words = ("".join((*rows[key].path[1:], label)), label, _NUMBERED.sub("", label))
        found[key] = tuple(dict.fromkeys(words))
    return found


OUTCOME = Choice({"other": "other_misc", "其他处理": "other_misc"}, **_results())
ANSWER = Choice(**{item.code: (item.label, *item.words) for item in outcomes()})


class _Known(NamedTuple):
    """What the law says of an answer: its row, the days between which it can be given, and what must be there for it.

    ``elsewhere``: at some time it has rested on another law, whose article its ground names, or another step gives it.
    """

    row: str
    since: date
    until: date
    needs: tuple[str, ...]
    elsewhere: bool

    def holds(self, on: date) -> bool:
        """Whether the law of a day knows it."""
        return self.since <= on < self.until


_ANSWERS = {
    item.code: _Known(
        item.row,
        item.versions[0].since,
        item.versions[-1].until or date.max,
        item.needs,
        item.article_elsewhere or bool(item.step) or not all(version.cited for version in item.versions),
    )
    for item in outcomes()
}


class Search(BaseModel):
    """How was searched for what is not held.

    In live work nothing else can be told of it; what the past has told besides is kept, and not printed.
    Law: 条例 art. 36 item 4.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    systems: Annotated[Words | None, Label("检索的系统、库房和载体", "personal")] = None
    keywords: Annotated[Words | None, Label("检索使用的词语", "personal")] = None
    range: Annotated[Words | None, Label("检索的时间范围", "personal")] = None
    person: Annotated[Words | None, Label("检索人", "personal")] = None
    on: Annotated[Words | None, Label("检索日期", "personal", "写成 2024-03-01；几天的写成 2024-03-01至2024-03-04")] = (
        None
    )
    result: Annotated[Words | None, Label("检索结果", "personal")] = None
    what: Annotated[Words | None, Label("检索情况", "personal", "以上各项以外还要说明的")] = None


class Earlier(BaseModel):
    """An earlier reply from before the system: cited by its number and day, with its scan.

    Law: 条例 art. 36 item 6.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    number: Annotated[Words, Label("先前答复的文号", "personal")]
    on: Annotated[Words, Label("先前答复的日期", "personal", "写成 2024-03-01")]
    scan: Annotated[Words, Label("先前答复的扫描件", "personal", "扫描件（连同送达凭证）的文件名或者存放的地方")]


class Part(BaseModel):
    """How one part of a request is answered; whatever else is told of it is kept and printed.

    What is not told of the part is that of the whole reply: the search, the earlier reply, the interest, whom it
    protects.
    Law: 条例 art. 37.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    item: Annotated[Words | None, Label("分项编号", "personal", "申请时给这一项的编号")] = None
    part: Annotated[Words | None, Label("分项内容", "personal", "所申请内容中的哪一部分")] = None
    answer: Annotated[Words | None, Label("分项答复种类", "personal", "这一部分依法是哪一种答复，如 O02")] = None
    outcome: Annotated[Words | None, Label("分项答复结果", "personal", "年度报告表三的一行；已填种类的不必填")] = None
    ground: Annotated[Words | None, Label("分项理由和依据", "personal", "不公开这一部分的理由和法律条款")] = None
    search: Annotated[
        ObjectOrText[Search, Words] | None,
        Label("分项检索记录", "personal", "这一部分怎样检索过；不填的用整件的检索记录"),
    ] = None
    earlier: Annotated[
        ObjectOrText[Earlier, Words] | None,
        Label("分项先前的答复", "personal", "这一部分先前的答复；不填的用整件的"),
    ] = None
    endangers: Annotated[
        Words | None, Label("分项可能危及的利益", "personal", "这一部分危及的是哪一项；不填的用整件的")
    ] = None
    unconsulted: Annotated[
        Words | None, Label("分项没有征求意见的理由", "personal", "这一部分没有征求第三方意见的原因")
    ] = None
    protects: Annotated[
        Words | None, Label("分项保护的第三方", "personal", "这一部分保护的第三方，填征求意见的编号")
    ] = None


ENDANGERS = Choice(
    state_security=("国家安全",),
    public_security=("公共安全",),
    economic_security=("经济安全",),
    social_stability=("社会稳定",),
)
OVERRULED_FOR = Choice(unreasonable=("理由不合理",), public_interest=("不公开可能对公共利益造成重大影响", "公共利益"))


class Overruled(BaseModel):
    """Why the objection of one third party is not followed, where several object.

    Law: 条例 art. 32.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[Words, Label("征求意见编号", "personal", "不采纳的是哪一个第三方的意见")]
    reason: Annotated[Words, Label("不采纳的理由", "personal", "不采纳这一个第三方意见的理由")]
    overruled_for: Annotated[
        Words | None, Label("不采纳属于哪一种情形", "personal", "理由不合理，还是公共利益需要公开；不填的用整件的")
    ] = None


def _one_result_in_forms(schema: JsonSchemaValue) -> None:
    """Says in the form what ``Reply`` checks: no row of another answer."""
    schema["allOf"] = [
        {
            "if": {"properties": {"answer": {"const": item.code}}, "required": ["answer"]},
            "then": {"properties": {"outcome": {"const": item.row}}},
        }
        for item in outcomes()
    ]


class Reply(MoveData):
    """The reply: its answer, from which the row of the report follows (older data: the row alone), and its delivery.

    ``search`` is the record of the search for what is not held, ``earlier`` the reply or case that is
    repeated, ``overruled`` why a third party's objection is not followed (of several each), and ``overruled_for`` which
    of the two grounds of the law that is. ``endangers`` is the one ground of art. 14 that was chosen,
    ``unconsulted`` why no third party was asked, ``protects`` whose rights are the ground, by their consultations.

    Law: 条例 arts. 33, 36-39.
    """

    model_config = ConfigDict(json_schema_extra=_one_result_in_forms)
    answer: Annotated[
        str | None,
        ANSWER,
        Label("答复种类", "public", "依法作出的是哪一种答复；年度报告的一行由它得出", When("没有填答复结果时")),
    ] = None
    outcome: Annotated[
        str | None,
        OUTCOME,
        Label(
            "答复结果",
            "public",
            "年度报告表三的一行，填了答复种类的由它得出，不必填。逾期不补正、"
            "逾期不缴费的各选一行，其余都不合适的才选最后的“其他”",
        ),
    ] = None
    delivery: Annotated[str, DELIVERY, Label("送达方式", "public")]
    ground: Annotated[Text | None, Label("理由和依据", "personal", "事实理由和法律条款，写到款、项")] = None
    items: Annotated[
        Annotated[list[ObjectOrText[Part, Words]], BeforeValidator(text_list)] | None,
        Label("分项答复", "personal", "一件里几项内容分别怎样答复"),
    ] = None
    search: Annotated[
        ObjectOrText[Search, Text] | None,
        Label("检索记录", "personal", "本机关不掌握的，写明怎样检索过"),
    ] = None
    earlier: Annotated[
        ObjectOrText[Earlier, Text] | None,
        Label(
            "先前的答复",
            "personal",
            "重复申请的，写明先前的案件编号或者文号；不在系统里的，写明文号（number）、日期（on）和扫描件（scan）",
        ),
    ] = None
    endangers: Annotated[str | None, ENDANGERS, Label("可能危及的利益", "public", "“三安全一稳定”中危及的是哪一项")] = (
        None
    )
    unconsulted: Annotated[
        Text | None,
        Label("没有征求第三方意见的理由", "personal", "以第三方合法权益不予公开而没有征求意见的，写明原因"),
    ] = None
    protects: Annotated[
        Text | None,
        Label(
            "保护的第三方",
            "personal",
            "征求过几个第三方意见的，写明不予公开保护的是哪一个：征求意见的编号，几个的用顿号分开",
        ),
    ] = None
    overruled: Annotated[
        Annotated[list[ObjectOrText[Overruled, Text]], BeforeValidator(text_list)] | None,
        Label(
            "不采纳第三方意见的理由",
            "personal",
            "第三方不同意而仍予公开的，写明理由；几个第三方不同意的，分别写明：征求意见编号（id）、理由（reason）",
        ),
    ] = None
    overruled_for: Annotated[
        str | None, OVERRULED_FOR, Label("不采纳属于哪一种", "public", "第三方的理由不合理，还是公共利益需要公开")
    ] = None

    @model_validator(mode="after")
    def _one_result(self) -> Self:
        """The row that is given and the answer agree."""
        if self.outcome is not None and self.answer is not None and self.outcome != self.row:
            raise PydanticCustomError("row_of_other_answer", "another row", {"field": "outcome"})
        return self

    @property
    def row(self) -> str:
        """The row of the report, in the newest form."""
        return _ANSWERS[self.answer].row if self.answer is not None else self.outcome or ""


class Decide(Reply):
    """What will be replied, and how it is to go out; once decided, no more than another way of delivery.

    Law: 条例 arts. 33, 36-39.
    """

    delivery: Annotated[Annotated[str, DELIVERY] | None, Label("送达方式", "public")] = None  # type: ignore[assignment]


@condition("reply")
def answer_given(q: Question[Reply]) -> Finding | None:
    """Requires an answer or a row; where it is decided already, no other than that.

    Law: 条例 art. 36.
    """
    if q.data is None:
        return None
    if q.case.state != State.DECIDED:
        return None if q.data.row else Finding("bad_data", {"field": "answer", "problem": "missing"})
    other = (q.data.answer or q.case.answer, q.data.row or q.case.outcome) != (q.case.answer, q.case.outcome)
    return Finding("bad_data", {"field": "answer", "problem": "decided_already"}) if other else None


@condition("reply")
def other_way_named(q: Question[Decide]) -> Finding | None:
    """Requires another way of delivery where the decision stands already."""
    if q.data is None or q.case.state != State.DECIDED or q.data.delivery:
        return None
    return Finding("bad_data", {"field": "delivery", "problem": "missing"})


@condition("reply", hard=False, timely=True)
def reply_in_time(q: Question[Reply]) -> Finding | None:
    """Warns of a reply after the due day.

    Law: 条例 art. 33 para 2.
    """
    period = q.case.last_period("reply")
    if period is None or q.on <= period.limit:
        return None
    return Finding("reply_late", {"due_on": period.limit})


@condition("reply", live=True)
def answer_named(q: Question[Reply]) -> Finding | None:
    """Refuses a row that several answers share without the answer.

    Law: 条例 art. 36.
    """
    if q.data is None or q.data.answer is not None or q.case.state == State.DECIDED:
        return None
    row, on = q.data.row, q.case.law_on
    shared = [code for code, known in _ANSWERS.items() if known.row == row and known.holds(on)]
    if len(shared) < 2:
        return None
    return Finding("bad_data", {"field": "answer", "problem": "answer_needed", "choices": "、".join(shared)})


@condition("reply")
def answer_of_its_law(q: Question[Reply]) -> Finding | None:
    """Refuses an answer that the law of the day of receipt does not know.

    Law: 条例 art. 36.
    """
    if q.data is None or not q.data.row:
        return None
    answers = {code: known.row for code, known in _ANSWERS.items() if known.holds(q.case.law_on)}
    field, value = ("outcome", q.data.row) if q.data.answer is None else ("answer", q.data.answer)
    choices = dict.fromkeys(answers.values() if field == "outcome" else answers)
    if value in choices:
        return None
    return Finding("bad_data", {"field": field, "problem": "not_in_that_law", "choices": "、".join(choices)})


@condition("reply", timely=True, live=True)
def parts_of_its_answer(q: Question[Reply]) -> Finding | None:
    """Refuses a part whose answer nobody knows, and one that is withheld under an answer that withholds nothing.

    Law: 条例 arts. 14-16, 37.
    """
    parts = enumerate(q.data.items or []) if q.data is not None else ()
    for place, part in parts:
        for name in ("answer", "outcome") if isinstance(part, Part) else ():
            word = getattr(part, name)
            row = row_named(word or "")
            at = {"field": f"items.{place}.{name}"}
            if word and not row:
                return Finding("bad_data", at | {"problem": "not_one_of", "choices": "、".join(_ANSWERS)})
            if q.data is not None and withholds(row) and not refuses(q.data.row):
                return Finding("bad_data", at | {"problem": "withheld_under_other_answer"})
    return None


@condition("reply", timely=True, live=True)
def evidence_can_be_read(q: Question[Reply]) -> Finding | None:
    """Refuses a search record with what it does not have, and a day of a search or an earlier reply that is none.

    Law: 条例 art. 36 items 4, 6.
    """
    parts = enumerate(q.data.items or []) if q.data is not None else ()
    told: list[tuple[str, object]] = [("", q.data)]
    told += [(f"items.{place}.", part) for place, part in parts if isinstance(part, Part)]
    for at, answer in told:
        search, earlier = getattr(answer, "search", None), getattr(answer, "earlier", None)
        strange = next(iter(search.model_extra or ()), None) if isinstance(search, Search) else None
        if strange is not None:
            choices = "、".join(Search.model_fields)
            return Finding(
                "bad_data", {"field": f"{at}search.{strange}", "problem": "not_in_record", "choices": choices}
            )
        for name, of in (("search", search), ("earlier", earlier)):
            on = of.on if isinstance(of, (Search, Earlier)) else None
            if on and not days_told(on):
                return Finding("bad_data", {"field": f"{at}{name}.on", "problem": "not_a_date"})
    return None


@condition("consultation_third_party", hard=False, timely=True, live=True)
def third_party_asked(q: Question[Reply]) -> Finding | None:
    """Warns of an answer that protects a third party whom nobody has asked.

    Law: 条例 art. 32.
    """
    if q.data is None or q.case.state == State.DECIDED or not _protects_third_party(q.data):
        return None
    asked = any(item.counterpart == "third_party" and item.opinion != "cancelled" for item in q.case.consultations)
    return None if asked else Finding("third_party_not_asked")


def _protects_third_party(data: Reply) -> bool:
    parts = [part for part in data.items or [] if isinstance(part, Part)]
    rows = {data.row, *(row_named(part.answer or part.outcome or "") for part in parts)}
    return any("consulted" in known.needs and known.row in rows for known in _ANSWERS.values())


def wants_proof(reply: Data) -> bool:
    """Whether the answer of a reply, or of one of its parts, may need something to have happened, or to be told."""
    if reply.get("items"):
        return True
    code, row = reply.get("answer"), reply.get("outcome")
    meant = [known for key, known in _ANSWERS.items() if key == code or (not code and known.row == row)]
    return any(known.needs or known.elsewhere for known in meant)


def answer(case: Case, on: date, data: Reply, law: Law) -> None:
    """Sets the result of the request, on the day on which the reply counts as made.

    What live work records as handed over has been received that day.
    Law: 条例 arts. 33, 36-39; 国办公开办函〔2016〕235号 point 4.
    """
    if case.state != State.DECIDED:
        case.undecided = case.state
        settle(case, data)
        case.write("reply", on)
    case.delivery = data.delivery
    go_out(case, on, law)
    way, letter = way_on(case.delivery, on), case.letter("reply")
    if case.live and letter is not None and way is not None and way.made_on == "signed":
        letter.served_on, letter.presumed = on, True
        note_service(case, on, law)


def settle(case: Case, data: Reply) -> None:
    """Keeps what is replied."""
    case.answer = data.answer or answer_told(data.row, data.ground or "", case.law_on)
    case.outcome = data.row


def hold(case: Case, on: date, data: Decide, law: Law) -> None:
    """Keeps the decision; nothing has gone out, and the reply period runs on.

    Where the way is changed, what lay ready to be collected has to go out by the new one.
    Law: 条例 art. 33.
    """
    letter = case.letter("reply")
    if case.state == State.DECIDED and letter is not None and data.delivery not in (None, case.delivery):
        letter.trips = [trip for trip in letter.trips if trip.way != "in_person"]
    case.delivery = data.delivery or case.delivery
    if case.state != State.DECIDED:
        case.undecided = case.state
        settle(case, data)
        case.write("reply", on)


def take_back(case: Case, on: date, data: Reason, law: Law) -> None:
    """Leads back to before the decision; its paper goes nowhere."""
    case.outcome, case.answer, case.delivery = None, "", ""
    if case.stood == State.EXTENDED and case.undecided in (State.RECEIVED, State.ACCEPTED):
        case.undecided = State.EXTENDED.value
    elif case.stood != State.EXTENDED and case.undecided == State.EXTENDED:
        case.undecided = State.ACCEPTED.value
    case.keep_back("reply")


def was_received(turn: Turn[Case]) -> bool:
    """Whether the decision was made before the case was accepted."""
    return turn.row.undecided == State.RECEIVED


def was_extended(turn: Turn[Case]) -> bool:
    """Whether the decision was made after an extension."""
    return turn.row.undecided == State.EXTENDED


def reasons_were_awaited(turn: Turn[Case]) -> bool:
    """Whether the decision was made while reasons were awaited."""
    return turn.row.undecided == State.AWAITING_REASONS


def go_out(case: Case, on: date, law: Law) -> None:
    """Makes the reply that the case holds.

    Law: 条例 art. 33.
    """
    case.end_last(on, "reply")
    end_with_result(case, on, case.outcome or "", law)


def unmake(case: Case) -> None:
    """Takes the reply back to what was decided: it has reached nobody, and the reply period runs on.

    Law: 条例 art. 33; 民诉法 art. 90.
    """
    made_on, period = case.decided_on, case.last_period("reply")
    if period is not None and period.ended_on == made_on and period.ending in ("met", "missed"):
        period.ended_on = period.ending = None
    if case.first_on == made_on:
        case.first_on = case.first_outcome = None
    case.periods = [item for item in case.periods if item.rule not in _REMEDY_TERMS or item.law_on != made_on]
    case.decided_on = case.served_on = None


_REMEDY_TERMS = ("review_application", "suit")


def end_with_result(case: Case, on: date, outcome: str, law: Law) -> None:
    """Sets the result; in live work the remedy terms against it wait for its service.

    Law: 复议法 art. 20; 复议法实施条例 art. 15; 行诉法 art. 46.
    """
    case.finish(on, outcome)
    if case.live:
        note_service(case, None, law)


def with_answer(data: Data, case: Case) -> Data:
    """The data with the answer that an older way of writing told by its code at the beginning of the ground.

    The ground is personal data and may be erased; the answer stays.
    """
    ground, row = data.get("ground"), data.get("outcome")
    if data.get("answer") is not None or not isinstance(ground, str) or not isinstance(row, str) or not case.state:
        return data
    told = answer_told(OUTCOME.older.get(row, row), ground, case.law_on)
    return {**data, "answer": told} if told else data


def note_service(case: Case, on: date | None, law: Law) -> None:
    """Starts the remedy terms, which run from the day on which the applicant received the result; None: they wait.

    A record of the past opens none before a service is on record.
    Law: 复议法 art. 20; 行诉法 art. 46; 复议法实施条例 art. 15.
    """
    case.served_on = on
    if case.outcome is None or case.decided_on is None:
        return
    terms = ["review_application"]
    if remedy_route(case.outcome, case.decided_on, law.settings).route is not Route.REVIEW_FIRST:
        terms.append("suit")
    for name in terms:
        found = next((item for item in reversed(case.periods) if (item.rule, item.key) == (name, name)), None)
        known = found is not None and found.law_on == case.decided_on
        if found is not None and not known and found.awaits and found.ended_on is None:
            case.periods.remove(found)  # the result was made on another day after all
        if found is not None and known and found.ended_on is None:
            found.starts_on, found.awaits, found.served = on or case.decided_on, on is None, on is not None
            set_due_day(found, law)
        elif not known and (on is not None or case.live):
            term = Term(case.decided_on, on or case.decided_on, served=on is not None, awaits=on is None)
            open_period(case, name, name, term, law)


decide = Move(
    name="decide",
    title="决定",
    description="决定怎样答复；答复书还没有送出，答复期限照常计算。已经决定的，可以改变送达方式。",
    article="reply",
    data=Decide,
    arrows=lead([*DECIDABLE, State.DECIDED], State.DECIDED),
    conditions=(
        answer_given,
        other_way_named,
        answer_named,
        answer_of_its_law,
        parts_of_its_answer,
        evidence_can_be_read,
        third_party_asked,
    ),
    effect=hold,
    reads=with_answer,
    papers=("reply", "rectification", "third_party_decision"),
    settles=True,
)
withdraw_decision = Move(
    name="withdraw_decision",
    title="撤回决定",
    description="答复书还没有送出的，撤回决定，回到决定以前。",
    article="reply",
    data=Reason,
    arrows=(
        *lead([State.DECIDED], State.RECEIVED, was_received),
        *lead([State.DECIDED], State.EXTENDED, was_extended),
        *lead([State.DECIDED], State.AWAITING_REASONS, reasons_were_awaited),
        *lead([State.DECIDED], State.ACCEPTED),
    ),
    effect=take_back,
)
reply = Move(
    name="reply",
    title="答复",
    description="作出答复；日期是答复视为作出的日子，晚于最后一日的按逾期登记。",
    article="reply",
    data=Reply,
    arrows=lead([*DECIDABLE, State.DECIDED], State.REPLIED),
    conditions=(
        answer_given,
        answer_named,
        answer_of_its_law,
        parts_of_its_answer,
        evidence_can_be_read,
        third_party_asked,
        reply_in_time,
    ),
    effect=answer,
    reads=with_answer,
    papers=("reply", "rectification", "third_party_decision"),
    settles=True,
)
