"""A new term for a paper that came too late, or did not come at all: a new paper, a new service, no second round.

Law: 条例 arts. 30, 32, 34, 35; 国办函〔2020〕109号 art. 6.
"""

from datetime import date
from typing import Annotated

from ...rules.rules import rule
from ..case import Case, Consultation, Span, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, stay
from ..fields import Choice, Count, IsoDate, Label, MoveData, Text
from ..periods import Law, Term, open_period, set_due_day
from .consultation import count_consultation
from .correction import term_ahead
from .reasons import stand_still

STEP = ProcedureStep("重新确定期限", 65)

PAPER = Choice(
    correction=("补正告知书", "补正"),
    fee=("收费通知书", "收费"),
    consultation=("征求意见书", "征求意见"),
    reasons=("说明理由通知书", "说明理由"),
)
_STATES = {
    "correction": State.AWAITING_CORRECTION,
    "fee": State.AWAITING_PAYMENT,
    "consultation": State.CONSULTING,
    "reasons": State.AWAITING_REASONS,
}
_PERIODS = {"correction": "correction", "fee": "payment", "consultation": "consultation", "reasons": "reasons"}


class RenewTerm(MoveData):
    """A new paper in place of one that came too late, with its term where the law does not set it.

    Law: 条例 arts. 30, 32, 34, 35.
    """

    of: Annotated[str, PAPER, Label("文书", "public", "为哪一种文书重新确定期限")]
    id: Annotated[Text | None, Label("征求意见编号", "public", "重新征求意见的；只有一次没有结束的，可以不填")] = None
    due_on: Annotated[IsoDate | None, Label("最后一日", "public")] = None
    days: Annotated[Count | None, Label("工作日数", "public", "从对方收到新的文书的次日起计算")] = None
    reason: Annotated[Text, Label("理由", "personal", "为什么重新确定期限，例如告知书送到时已经过了期限")]


def _asked(case: Case, data: RenewTerm) -> Consultation | None:
    """The open consultation that is meant: the one that is named, else the only one."""
    going = [item for item in case.consultations if item.ended_on is None]
    if data.of != "consultation" or (data.id is None and len(going) > 1):
        return None
    return next((item for item in going if data.id in (None, item.id)), None)


def _statutory(case: Case, data: RenewTerm) -> bool:
    """Whether the law sets the term, so that the agency cannot."""
    asked = _asked(case, data)
    return data.of == "fee" or (asked is not None and asked.counterpart != "other_organ")


@condition("correction")
def paper_awaited(q: Question[RenewTerm]) -> Finding | None:
    """Requires that an answer to that paper is awaited, and for a consultation that it is open."""
    if q.data is None:
        return None
    if q.case.state != _STATES[q.data.of]:
        return Finding("move_not_allowed", {"of": q.data.of}, "no_such_paper")
    if q.data.of != "consultation" or _asked(q.case, q.data) is not None:
        return None
    if q.data.id is None:
        return Finding("bad_data", {"field": "id", "problem": "missing"})
    known = "、".join(item.id for item in q.case.consultations if item.ended_on is None)
    return Finding("bad_data", {"field": "id", "problem": "unknown_id", "value": q.data.id, "choices": known})


@condition("correction", timely=True, live=True)
def paper_failed(q: Question[RenewTerm]) -> Finding | None:
    """In live work, refuses a new term where the paper was received in time: its term is the one that runs.

    Law: 条例 arts. 30, 32, 34, 35.
    """
    found = [_in_time(q.case, of, ref) for of, ref in _meant(q)]
    return found[0] if found and all(found) else None


def _meant(q: Question[RenewTerm]) -> list[tuple[str, str]]:
    """The papers that may get a new term: the one that is named, else those that are awaited."""
    going = [item.id for item in q.case.consultations if item.ended_on is None]
    if q.data is None:
        of = next((of for of, state in _STATES.items() if state == q.case.state), "")
        return [("consultation", ref) for ref in going] if of == "consultation" else [(of, "")]
    if q.data.of != "consultation":
        return [(q.data.of, "")]
    asked = _asked(q.case, q.data)
    return [(q.data.of, asked.id)] if asked is not None else []


def _in_time(case: Case, of: str, ref: str) -> Finding | None:
    """That a paper was received, and not after its own day."""
    letter, period = case.letter(of, ref), case.last_period(_PERIODS.get(of, ""), ref)
    if letter is None or letter.served_on is None or period is None or period.ran_out_before(letter.served_on):
        return None
    told = {"of": of, "served_on": letter.served_on, "due_on": period.due_on}
    return Finding("move_not_allowed", told, "served_in_time")


@condition("correction")
def new_term_ahead(q: Question[RenewTerm]) -> Finding | None:
    """Requires a last day or a number of days where the law sets none; for reasons a last day, as their demand does."""
    if q.data is None or _statutory(q.case, q.data):
        return None
    if q.data.of == "reasons" and q.data.due_on is None:
        return Finding("bad_data", {"field": "due_on", "problem": "missing"})
    return term_ahead(q.data.due_on, q.data.days, q.on)


@condition("correction", hard=False)
def term_of_the_law(q: Question[RenewTerm]) -> Finding | None:
    """Warns that the agency cannot change a term that the law sets."""
    if q.data is None or not _statutory(q.case, q.data) or (q.data.due_on is None and q.data.days is None):
        return None
    basis = rule("payment" if q.data.of == "fee" else "excluded_time", q.on)
    return Finding("statutory_term_kept", source=basis.source)


def renew(case: Case, on: date, data: RenewTerm, law: Law) -> None:
    """Ends the old term and opens the new one, which starts with the service of the new paper; no second round.

    Law: 条例 arts. 30, 32, 34.
    """
    name = _PERIODS[data.of]
    asked = _asked(case, data)
    ref = asked.id if asked is not None else ""
    old = case.last_period(name, ref)
    case.write(data.of, on, ref)
    _stand_on(case, on, data.of, law)
    if old is None:
        return
    case.end_last(on, name, "cancelled", ref)
    set_by_law = _statutory(case, data)
    fixed, days = (None, None) if set_by_law else (data.due_on, data.days)
    term = Term(old.law_on, on, fixed, ref=ref, length=days, awaits=case.live and fixed is None)
    open_period(case, name, old.key, term, law)
    if asked is not None:
        count_consultation(case, asked, law)
    if data.of == "reasons" and fixed is not None and not case.live:
        stand_still(case, on, fixed, law)


def _stand_on(case: Case, on: date, of: str, law: Law) -> None:
    """Lets the reply period run from the renewal on, until the new paper leaves; within the office's days it stood on.

    Law: 条例 arts. 30, 42.
    """
    period, letter, why = case.reply_period(), case.letter(of), _PERIODS[of]
    stood = [span.after for span in period.spans if span.why == why and span.until is None] if period else []
    if period is None or letter is None or not stood:
        return
    letter.stood_since = min(stood)
    if letter.live:
        others = [span for span in period.spans if span.why != why or span.until is not None]
        period.spans = [*others, Span(letter.stood_since, on, why)]
        set_due_day(period, law)


renew_term = Move(
    name="renew_term",
    title="重新确定期限",
    description="告知书、通知书、征求意见书送到时已经过期，或者没有送到的，重新发出并另定期限；不算再次告知。",
    article="correction",
    data=RenewTerm,
    arrows=stay(_STATES.values()),
    conditions=(paper_awaited, paper_failed, new_term_ahead, term_of_the_law),
    effect=renew,
    papers=(
        "correction",
        "fee",
        "reasons",
        "consultation_third_party",
        "consultation_co_author",
        "consultation_other_organ",
    ),
    presumes=("correct", "pay", "opinion"),
)
