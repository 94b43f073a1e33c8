"""Asking a third party, a co-making organ or another organ for its opinion.

Law: 条例 arts. 32, 33 para 3, 34.
"""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from ...rules.rules import rule
from ..case import NEVER, Case, Consultation, Ending, Span, State
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, back, condition, lead, received_too_early
from ..fields import Choice, IsoDate, Label, MoveData, Named, Text, When
from ..letters import Letter, Trip
from ..periods import Law, Term, open_period, sent_again, set_due_day
from .correction import after_breach, late_without_reason

STEP = ProcedureStep("征求意见", 30)

COUNTERPART = Choice(
    third_party=("第三方", "第三人"),
    co_author=("共同制作机关", "共同制作单位"),
    other_organ=("其他机关", "其他行政机关"),
)
OPINION = Choice(agrees=("同意公开", "同意"), objects=("不同意公开", "不同意"), partly=("部分同意公开", "部分同意"))


WAYS_TRIED = 2
"""In so many different ways a letter has to have failed before nobody can be reached."""


class Consult(MoveData):
    """A written request for the opinion of a third party, a co-making organ or another organ.

    Law: 条例 arts. 32, 33 para 3, 34.
    """

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    id: Annotated[Text, Label("编号", "public", "给这次征求意见起的编号，以后的步骤用它指明是哪一次")]
    counterpart: Annotated[str, COUNTERPART, Label("征求意见对象", "public")] = Field(alias="with")
    name: Annotated[Text, Label("名称", "personal", "对方的姓名或者名称")]
    served_on: Annotated[IsoDate | None, Label("送达日期", "public", "对方收到征求意见函的日子")] = None
    due_on: Annotated[
        IsoDate | None,
        Label("最后一日", "public", "对方答复的最后一日", When("对象是其他机关的", "with", "other_organ")),
    ] = None
    override: Annotated[Text | None, Label("逾期以后办理的理由", "personal", "答复已经逾期的才填")] = None


class Opinion(Named):
    """The answer to one consultation.

    Law: 条例 arts. 32, 34.
    """

    opinion: Annotated[str, OPINION, Label("意见", "public")]
    reason: Annotated[Text | None, Label("理由", "personal")] = None


class CancelConsultation(Named):
    """The end of a consultation that the agency calls off, with the reason."""

    reason: Annotated[Text, Label("理由", "personal")]
    undeliverable: Annotated[
        Text | None, Label("送达情况", "personal", "无法送达的，写明先后以哪些方式送过、结果怎样")
    ] = None


@condition("excluded_time")
def consultation_new(q: Question[Consult]) -> Finding | None:
    """Requires an id that is not taken yet, and a last day that lies ahead where one is set.

    Law: 条例 arts. 32-34.
    """
    if q.data is None:
        return None
    if q.case.consultation(q.data.id) is not None:
        return Finding("bad_data", {"field": "id", "problem": "id_taken", "value": q.data.id})
    if q.data.due_on is not None and q.data.due_on < q.on:
        return Finding("bad_data", {"field": "due_on", "problem": "not_after_at"})
    return None


@condition("remedy_from_receipt", timely=True, by="day", live=True)
def letter_received_when_made(q: Question[Consult]) -> Finding | None:
    """In live work, refuses a service that lies before the letter was made.

    Law: 条例 arts. 32, 34.
    """
    return received_too_early(q.data.served_on if q.data is not None else None, q.on)


@condition("consultation_third_party", hard=False)
def consultation_term_statutory(q: Question[Consult]) -> Finding | None:
    """Warns that the agency cannot change the statutory term of fifteen working days.

    Law: 条例 arts. 32, 34.
    """
    if q.data is None or q.data.counterpart == "other_organ" or q.data.due_on is None:
        return None
    basis = rule(f"consultation_{q.data.counterpart}", q.case.law_on)
    return None if basis.by_notice else Finding("statutory_term_kept", source=basis.source)


@condition("excluded_time")
def consultation_known(q: Question[Named]) -> Finding | None:
    """Requires that the consultation that the move names is open."""
    if q.data is None:
        return None
    found = q.case.consultation(q.data.id)
    if found is not None and found.ended_on is None:
        return None
    known = "、".join(item.id for item in q.case.consultations if item.ended_on is None)
    return Finding("bad_data", {"field": "id", "problem": "unknown_id", "value": q.data.id, "choices": known})


def _named(q: Question[Named]) -> Consultation | None:
    """The consultation that the move names; without data the open one that ends first."""
    if q.data is not None:
        return q.case.consultation(q.data.id)
    return min((item for item in q.case.consultations if item.ended_on is None), key=_due_on, default=None)


def _due_on(item: Consultation) -> date:
    return item.due_on


@condition("consultation_third_party", timely=True, waits=True)
def consultation_over(q: Question[Named]) -> Finding | None:
    """Refuses to count silence until the letter has been received and the last day has passed.

    Law: 条例 arts. 32, 34.
    """
    found = _named(q)
    if found is None or q.on > found.due_on:
        return None
    source = rule(f"consultation_{found.counterpart}", q.case.law_on).source
    if found.due_on == NEVER:
        return Finding("service_unproved", {"of": "consultation"}, source=source)
    return Finding("period_running", {"due_on": found.due_on}, source=source)


@condition("consultation_third_party", hard=False, timely=True)
def consultation_service_known(q: Question[Named]) -> Finding | None:
    """Warns that silence is counted from a service that is only assumed.

    Law: 条例 arts. 32, 34.
    """
    period = q.case.last_period("consultation", q.data.id) if q.data is not None else None
    if period is None or period.fixed_on is not None or period.served or period.awaits:
        return None
    return Finding("service_assumed", {"on": period.starts_on, "of": "consultation"})


@condition("consultation_third_party", hard=False, timely=True)
def opinion_proves_receipt(q: Question[Named]) -> Finding | None:
    """Warns that a letter of which no service is on record is taken as received on the day of the opinion.

    Law: 条例 arts. 32, 34.
    """
    letter = q.case.letter("consultation", q.data.id) if q.data is not None else None
    return Finding("service_inferred", {"of": "consultation"}) if letter is not None and letter.unproved else None


@condition("service_returned", hard=False, timely=True, by="day", live=True)
def tried_twice(q: Question[CancelConsultation]) -> Finding | None:
    """In live work, warns that who cannot be reached has not been tried in two ways, as far as is on record.

    Law: 民诉法 arts. 87-95; 条例 arts. 15, 32.
    """
    if q.data is None or not q.data.undeliverable:
        return None
    letters = [one for one in q.case.letters if (one.of, one.ref) == ("consultation", q.data.id)]
    tried = {trip.way for one in letters for trip in one.trips if trip.back_on is not None}
    return Finding("attempts_missing", {"tried": len(tried)}) if len(tried) < WAYS_TRIED else None


@condition("reply", timely=True, by="day", live=True)
def override_when_late(q: Question[Consult]) -> Finding | None:
    """In live work, wants a reason for consulting when the reply is late.

    Law: 条例 arts. 32, 33.
    """
    return late_without_reason(q.case, q.on, q.data.override if q.data is not None else None)


def ask_for_opinion(case: Case, on: date, data: Consult, law: Law) -> None:
    """Opens the consultation; while it lasts the reply period does not run.

    Law: 条例 arts. 32-34.
    """
    if case.state != State.CONSULTING:
        case.stood = case.standing
    item = Consultation(data.id, data.counterpart, on, NEVER)
    case.consultations.append(item)
    case.write("consultation", on, data.id)
    letter = case.letter("consultation", data.id)
    if letter is not None:
        letter.served_on = data.served_on
    key = f"consultation_{data.counterpart}"
    fixed = data.due_on if rule(key, case.law_on).by_notice else None
    awaits = fixed is None and letter is not None and letter.unproved
    told = data.served_on is not None
    term = Term(case.law_on, data.served_on or on, fixed_on=fixed, ref=data.id, served=told, awaits=awaits)
    open_period(case, "consultation", key, term, law)
    count_consultation(case, item, law)


def count_consultation(case: Case, item: Consultation, law: Law) -> None:
    """Computes the term of a consultation, and the days that it leaves out of the reply period, from what is on record.

    Law: 条例 arts. 32, 33 para 3, 34.
    """
    period = case.last_period("consultation", item.id)
    letter = case.letter("consultation", item.id)
    if period is None:
        item.due_on = item.sent_on
    else:
        if letter is not None and period.fixed_on is None:
            period.awaits, period.served = letter.unproved, letter.served_on is not None
            period.starts_on = letter.served_on or letter.made_on
        item.due_on = set_due_day(period, law).due_on
    reply = case.reply_period()
    if reply is not None and left_out(case, item.counterpart, law):
        place = next((n for n, span in enumerate(reply.spans) if span.ref == item.id), len(reply.spans))
        others = [span for span in reply.spans if span.ref != item.id]
        reply.spans = [*others[:place], *_spans(case, item, law), *others[place:]]
        set_due_day(reply, law)


def _spans(case: Case, item: Consultation, law: Law) -> list[Span]:
    """The days that a consultation leaves out, from the day after its letter left to its end."""
    end = min(item.due_on, item.ended_on or NEVER)
    period = case.last_period("consultation", item.id)
    if law.settings.reading("consultation_starts", case.law_on) == "served":
        days = [(period.starts_on, end)] if period is not None and not period.awaits else []
    else:
        days = _out(case, item, law)
    return [Span(after, max(after, min(until, end)), "excluded_time", item.id) for after, until in days]


def _out(case: Case, item: Consultation, law: Law) -> list[tuple[date, date]]:
    """From each day on which a letter left, or was received by hand, to its return or the end of its own term.

    One that is known by nothing but its move left on the day of that move, as a record of the past assumes. Until a
    term has begun it is counted from the dispatch.
    """
    letters = [one for one in case.letters if (one.of, one.ref) == ("consultation", item.id)]
    periods = [one for one in case.periods if (one.rule, one.ref) == ("consultation", item.id)]
    sent = sorted(day for one in letters for day in (*(trip.sent_on for trip in _posted(one)), one.served_on) if day)
    found = []
    for number, period in enumerate(reversed(periods), 1):
        letter = letters[-number] if number <= len(letters) else None
        if letter is None or not letter.live:
            found.append((item.sent_on, period.due_on))
            continue
        found += [(trip.sent_on, _trip_end(period.due_on, law, trip, sent)) for trip in _posted(letter)]
        found += [(letter.served_on, period.due_on)] if letter.served_on is not None else []
    return found


def _posted(letter: Letter) -> list[Trip]:
    """The times that it was sent otherwise than from hand to hand."""
    return [trip for trip in letter.trips if not trip.handed]


def _trip_end(due_on: date, law: Law, trip: Trip, sent: list[date]) -> date:
    if trip.back_on is not None:
        return sent_again(trip.back_on, sent, law) or trip.back_on
    if due_on != NEVER:
        return due_on
    return law.calendar.project(trip.sent_on, rule("consultation_third_party", trip.sent_on).length or 0)


def left_out(case: Case, counterpart: str, law: Law) -> bool:
    """Whether that consultation's time is left out of the reply period (of organs that are no co-author: Q7).

    Law: 条例 art. 33 para 3; before 2019 only a third party's time.
    """
    if counterpart not in rule("excluded_time", case.law_on).scope:
        return False
    return counterpart != "other_organ" or law.settings.reading("consultation_scope", case.law_on) == "any_organ"


def end_consultation(case: Case, item: Consultation, on: date, ending: Ending | None, law: Law) -> None:
    """Ends one consultation, and the time excluded for it."""
    item.ended_on = on
    count_consultation(case, item, law)
    case.end_last(on, "consultation", ending, item.id)


def take_opinion(case: Case, on: date, data: Opinion, law: Law) -> None:
    """Records the opinion and ends the consultation on that day.

    Law: 条例 arts. 32, 34.
    """
    item = case.consultation(data.id)
    if item is not None:
        item.opinion = data.opinion
        letter = case.letter("consultation", item.id)
        if letter is not None and letter.unproved:
            letter.served_on, letter.inferred = on, True
        end_consultation(case, item, on, None, law)


def note_silence(case: Case, on: date, data: Named, law: Law) -> None:
    """Records silence: a co-making organ is taken to agree, a third party is not.

    Law: 条例 arts. 32, 34.
    """
    item = case.consultation(data.id)
    if item is not None:
        item.opinion = "agrees" if item.counterpart == "co_author" else "silent"
        early = on <= item.due_on
        end_consultation(case, item, min(on, item.due_on), "lapsed", law)
        case.mark_early(f"consultation:{item.id}", early=early)


def call_off(case: Case, on: date, data: CancelConsultation, law: Law) -> None:
    """Ends the consultation without an opinion; the time used up to then stays excluded.

    Where it could not be served it ends with the last return of its letter.
    """
    item = case.consultation(data.id)
    if item is not None:
        item.opinion = "cancelled"
        letter = case.letter("consultation", item.id)
        back = [trip.back_on for trip in letter.trips if trip.back_on] if letter is not None else []
        end_consultation(case, item, max(back) if back and data.undeliverable else on, "cancelled", law)


def others_open(turn: Turn[Case]) -> bool:
    """Whether another consultation is still open."""
    return turn.row.has_open_consultation()


_ON = (*lead([State.CONSULTING], State.CONSULTING, others_open), *back([State.CONSULTING]))
"""Consulting ends when all consultations have."""

consult = Move(
    name="consult",
    title="征求意见",
    description="向第三方、共同制作机关或者其他机关书面征求意见，所需时间不计算在答复期限内。",
    article="excluded_time",
    data=Consult,
    arrows=lead([State.ACCEPTED, State.EXTENDED, State.CONSULTING], State.CONSULTING),
    conditions=(
        consultation_new,
        letter_received_when_made,
        consultation_term_statutory,
        override_when_late,
        after_breach,
    ),
    effect=ask_for_opinion,
    papers=(
        "consultation_third_party",
        "consultation_co_author",
        "consultation_other_organ",
        "consultation_notice",
    ),
    asks=True,
)
opinion = Move(
    name="opinion",
    title="收到意见",
    description="收到对方的意见，这次征求意见结束。",
    article="excluded_time",
    data=Opinion,
    arrows=_ON,
    conditions=(consultation_known, opinion_proves_receipt),
    effect=take_opinion,
    answers=True,
)
lapse_consultation = Move(
    name="lapse_consultation",
    title="意见期限届满",
    description="对方逾期没有提出意见：共同制作机关视为同意，第三方不视为同意。",
    article="excluded_time",
    data=Named,
    arrows=_ON,
    conditions=(consultation_known, consultation_over, consultation_service_known),
    effect=note_silence,
    presumes=("opinion",),
)
cancel_consultation = Move(
    name="cancel_consultation",
    title="撤回征求意见",
    description="不再征求这一方的意见，已经用去的时间仍不计算在内。",
    article="excluded_time",
    data=CancelConsultation,
    arrows=_ON,
    conditions=(consultation_known, tried_twice),
    effect=call_off,
    presumes=("opinion",),
)
