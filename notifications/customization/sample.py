"""A sample case for every kind of paper: for previews, and for validating an office's own templates."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from ...states.procedure.advance import fold
from ...states.procedure.catalogue import fields_of
from ...states.procedure.description import kind_of
from ...states.procedure.history import Event, timeline
from ...states.procedure.periods import Law
from ...states.rules.outcomes import outcomes
from ..documents.agency import Agency
from ..documents.context import document_context
from ..documents.facts import LONGEST, NOTHING, CaseHistory, situation
from ..documents.kinds import NoticeRef, due_notices, kind, raised
from ..documents.render import NO_OVERRIDES, Notice, notice_for
from ..messages.catalogue import say

NUMBER = "示例-1"
AGENCY = Agency(
    name="示例市示例局",
    kind="department",
    office="办公室",
    address="示例市示例路1号",
    phone="000-00000000",
    email="office@example.org",
    review_organ="示例市人民政府",
    court="示例市中级人民法院",
    online_review="示例市行政复议网上申请平台",
    code="示公开",
    representative="示例局局长",
    payment="非税收入缴款书",
)
_GIVEN: dict[str, object] = {
    "document_number": "示公开〔示例〕1号",
    "document": "告知书（示公开〔示例〕1号）",
    "withdrawn_number": "示公开〔示例〕0号",
    "earlier_number": "示公开〔示例〕0号",
    "days_left": 3,
    "drafter": "经办人",
    "approvals": (("负责人审核", "某负责人", "同意", "某日"),),
    "draft": "拟办文书的文字。",
    "documents": (("1", "收件回执", "示公开〔示例〕1号", "某日"),),
    "service": {
        "method": "邮寄",
        "address": "申请人地址",
        "carrier": "EMS",
        "waybill": "E00000000",
        "dispatched_on": "某日",
        "delivered_on": "某日",
        "signed_on": "某日",
        "signed_by": "申请人姓名",
        "returned_on": "某日",
        "reason": "地址不详",
        "again": "邮寄 某日",
        "proof": "回执",
        "hash": "0" * 64,
    },
}
APPLICANT = {"kind": "natural_person", "name": "申请人姓名", "phone": "00000000000", "address": "申请人地址"}


class Sample(NamedTuple):
    """The history of a sample case, the paper wanted of it, and what its issuer gives."""

    history: CaseHistory
    ref: NoticeRef
    agency: Agency
    given: Mapping[str, object]

    def notice(self, overrides: Mapping[str, str] = NO_OVERRIDES) -> Notice:
        """The paper, written with an office's own templates or with those shipped."""
        return notice_for(self.history, self.ref, self.agency, given=self.given, overrides=overrides)


def sample(
    key: str,
    day: date,
    law: Law,
    *,
    submitted: Mapping[str, object] = NOTHING,
    data: Mapping[str, object] = NOTHING,
    replied: bool = False,
) -> Sample:
    """A sample for a kind of paper.

    ``submitted`` replaces fields in the data of the request, ``data`` in that of the step that gives rise to the
    paper. ``replied`` gives a paper that is written when it is asked for a case with a reply.
    Raises:
        KeyError: no such kind.
    """
    first: dict[str, object] = {"channel": "oral" if key == "oral_record" else "in_person", "applicant": APPLICANT}
    first |= {"information": "示例信息", "form": "纸质，邮寄"}
    first |= {**_ASKED.get(key, {}), **submitted}
    steps = _STEPS.get(key, ()) or ((("reply", 15, _GRANTED),) if replied else _declared(key))
    events = [Event(1, "submit", day, data=first)]
    for seq, (move, after, plain) in enumerate((_ACCEPTED, *steps), 2):
        laid = {**plain, **(data if seq == len(steps) + 2 else {})}
        body = {name: _dated(value, day) for name, value in laid.items()}
        events.append(Event(seq, move, day + timedelta(days=after), data=body))
    given = {asked: f"示例内容（{say(f'fact_{asked}')}）" for asked in kind(key).asks} | _GIVEN
    return Sample(CaseHistory(NUMBER, events, law), _ref(key, events, law), AGENCY, given)


def sample_day(law: Law) -> date:
    """A day on which every period of a sample lies within the announced years."""
    return date(law.announced_until.year, 3, 1)


AWKWARD = '<&{{乙}} ]]> "引" {% if %} ｛｛丙｝｝ \n@题 假标题｜一'
"""A text with all the letters that could be taken for tags or marks."""


def variants(key: str, day: date, law: Law) -> Iterator[tuple[str, Sample]]:
    """Samples that try a template in every way: plain, each outcome, awkward letters, a very long request.

    Raises:
        KeyError: no such kind.
    """
    yield "plain", sample(key, day, law)
    by_code = {item.code: item for item in outcomes() if item.holds(day)}
    for code in (known for known in kind(key).decisions if known in by_code):
        more: dict[str, object] = {"answer": code, "ground": say("sample_ground"), "earlier": NUMBER}
        if "search" in by_code[code].needs:
            more["search"] = _SEARCH
        if "endangers" in by_code[code].needs:
            more["endangers"] = "public_security"
        if not by_code[code].divides:
            more["items"] = ["第一项", "第二项"]
        yield code, sample(key, day, law, data=more)
    if key not in raised():
        yield "replied", sample(key, day, law, replied=True)
    yield (
        "awkward",
        sample(key, day, law, submitted={"information": AWKWARD, "applicant": APPLICANT | {"name": "某" * 200}}),
    )
    yield "long", sample(key, day, law, submitted={"information": "长" * LONGEST})


@cache
def facts_of(key: str) -> Mapping[str, object]:
    """The dictionary of facts that a template of that kind may use, each with an example.

    Raises:
        KeyError: no such kind.
    """
    law = Law.standard()
    found: dict[str, object] = {"title": kind(key).title}
    for name, item in variants(key, sample_day(law), law):
        if name != "long":
            at = situation(item.history, item.ref, item.agency, item.given)
            found = document_context(key, at).values | found
    return found


def _declared(key: str) -> "tuple[_Step, ...]":
    """For a paper that no step below is written for: the move that gives rise to it, with what it must be given."""
    return tuple((move, 5, dict(_fields(move))) for move in kind(key).moves[:1])


def _fields(move: str) -> Iterator[tuple[str, object]]:
    for item in (item for item in fields_of(move) if item.required and not item.inner):
        example = f"示例内容（{item.title}）"
        plain = {"date": timedelta(19), "number": 1, "texts": [example]}
        yield item.key, next(iter(item.choices), None) or plain.get(kind_of(move, item.key), example)


def _dated(value: object, day: date) -> object:
    """A distance from the first day as a date."""
    return (day + value).isoformat() if isinstance(value, timedelta) else value


def _ref(key: str, events: Sequence[Event], law: Law) -> NoticeRef:
    case, _ = fold(NUMBER, events, law)
    found = [ref for ref in due_notices(case, timeline(events)) if ref.kind == key]
    if found or key in raised():
        return found[-1]
    return NoticeRef(key, events[-1].seq, events[-1].on, "c" if key == "opinion_slip" else "")


_ASKED: Mapping[str, Mapping[str, object]] = {"rectification": {"kind": "rectification", "evidence": "户口簿"}}
"""What the request says for papers that belong to one kind of request."""
_Step = tuple[str, int, Mapping[str, object]]
"""A move, the days after the first one, and its data; a distance in it stands for a date."""


def _consult(counterpart: str) -> _Step:
    more = {"due_on": timedelta(31)} if counterpart == "other_organ" else {}
    return ("consult", 1, {"id": "c", "with": counterpart, "name": "被征求意见的单位"} | more)


_REPLY: Mapping[str, object] = {
    "answer": "O03",
    "delivery": "online",
    "ground": "示例理由",
    "items": [{"part": "第一部分", "answer": "O02"}, {"part": "第二部分", "answer": "O09", "ground": "讨论记录"}],
}
_GRANTED: Mapping[str, object] = {"answer": "O02", "delivery": "post", "ground": "理由不足以阻止公开"}
_OVERRULED = {**_GRANTED, "overruled_for": "unreasonable"}
_SEARCH = {
    "systems": "档案系统",
    "keywords": "示例词语",
    "range": "近十年",
    "person": "检索人",
    "on": "某日",
    "result": "没有",
}
_NOT_HELD: Mapping[str, object] = {
    "answer": "O12",
    "delivery": "post",
    "ground": "经检索没有",
    "search": _SEARCH,
}
_ACCEPTED: _Step = ("accept", 0, {"handler": "承办人"})
_STEPS: Mapping[str, Sequence[_Step]] = {
    "correction": (("request_correction", 3, {"items": ["写明文号", "写明年份"], "due_on": timedelta(19)}),),
    "extension": (("extend", 5, {"days": 10, "reason": "需要核对多份档案", "approved_by": "负责人"}),),
    "consultation_third_party": (_consult("third_party"),),
    "consultation_co_author": (_consult("co_author"),),
    "consultation_other_organ": (_consult("other_organ"),),
    "consultation_notice": (_consult("third_party"),),
    "opinion_slip": (_consult("third_party"),),
    "reasons": (("demand_reasons", 2, {"due_on": timedelta(19), "counts": "一个月内一百件"}),),
    "deferral": (
        ("demand_reasons", 2, {"due_on": timedelta(19)}),
        ("give_reasons", 4, {"accepted": True}),
        ("defer", 5, {"until": timedelta(119)}),
    ),
    "fee": (("charge", 2, {"basis": "items", "quantity": 1, "already": 30}),),
    "third_party_decision": (
        _consult("third_party"),
        ("opinion", 5, {"id": "c", "opinion": "objects", "reason": "商业秘密"}),
        ("reply", 15, _OVERRULED),
    ),
    "withdrawal": (("withdraw", 5, {"reason": "不再需要"}),),
    "discontinuation": (("discontinue", 5, {"reason": "申请人死亡且没有承继人", "ground": "《条例》第二条"}),),
    "reply": (("reply", 15, _REPLY),),
    "rectification": (("reply", 15, {"answer": "O23", "delivery": "post", "ground": "予以更正"}),),
    "search_record": (("reply", 15, _NOT_HELD),),
    "abandonment_correction": (
        ("request_correction", 3, {"items": ["写明文号"], "due_on": timedelta(19)}),
        ("abandon", 25, {}),
    ),
    "abandonment_payment": (("charge", 2, {"basis": "items", "quantity": 31}), ("abandon", 60, {})),
    "revocation": (("reply", 15, _GRANTED), ("reopen", 20, {"reason": "经自行检查，适用法律有误"})),
    "review_answer": (
        ("reply", 15, _GRANTED),
        ("file_review", 20, {"id": "复议1号"}),
        ("notify_review", 25, {"id": "复议1号", "procedure": "ordinary"}),
    ),
    "suit_answer": (
        ("reply", 15, _GRANTED),
        ("file_suit", 20, {"id": "诉讼1号"}),
        ("notify_suit", 25, {"id": "诉讼1号"}),
    ),
    "compliance_report": (
        ("reply", 15, _GRANTED),
        ("reopen", 20, {"ordered_by": "复议决定1号"}),
        ("reply", 30, _GRANTED),
    ),
}
