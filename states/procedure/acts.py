"""What each move does to a case: the values it sets, the periods it opens, ends and moves.

Law: 条例 arts. 29-42, 51. Every function changes the case in place; conditions have been asked before.
"""

from datetime import date, timedelta, timezone
from typing import Any

from ..rules.fees import fee
from ..rules.remedies import Route, remedy_route
from ..rules.rules import rule
from .case import Case, Consultation, Ending, Period, Remedy, RemedyStep, Span, State
from .machine import go
from .periods import Law, settle

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Chinese standard time; no daylight saving since before the first Regulations."""


def open_period(case: Case, name: str, key: str, law_on: date, starts_on: date, law: Law, **more: Any) -> Period | None:
    """Opens a period by the rule in force; none where the rule sets no term and no day is fixed."""
    basis = rule(key, law_on)
    if basis.length is None and more.get("fixed_on") is None:
        return None
    period = Period(name, key, law_on, starts_on, starts_on, basis.length, **more)
    case.periods.append(settle(period, law))
    return period


def end(period: Period | None, on: date, ending: Ending | None = None) -> None:
    """Ends a running period; without ``ending`` it is met or missed by its day."""
    if period is None or period.ended_on is not None:
        return
    period.ended_on = on
    period.ending = ending or ("met" if on <= period.due_on else "missed")


def end_all(case: Case, on: date, *names: str, ending: Ending = "cancelled") -> None:
    """Ends every running period of those names; what had lapsed by then stays lapsed."""
    for period in case.periods:
        if period.rule in names and period.ended_on is None:
            lapsed = on > period.due_on and period.rule in ("correction_notice", "correction", "payment")
            end(period, on, "lapsed" if lapsed else ending)


def reply_period(case: Case) -> Period | None:
    """The reply period that runs."""
    period = case.last_period("reply")
    return period if period is not None and period.ended_on is None else None


def _open_reply(case: Case, on: date, law: Law) -> None:
    open_period(case, "reply", "reply", case.law_on, on, law, extra=case.extended_days)


def _receive(case: Case, on: date, law: Law) -> None:
    case.received_on = on
    _open_reply(case, on, law)
    open_period(case, "correction_notice", "correction_notice", case.law_on, on, law)


def nothing(case: Case, on: date, data: Any, law: Law) -> None:
    """An amendment changes the case through what it amends."""


def submit(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 31 items 1, 2."""
    case.channel, case.applicant_kind, case.submitted_on = data.channel, data.applicant.kind, on
    if data.channel in ("in_person", "oral", "signed_mail"):
        case.state = State.RECEIVED.value
        _receive(case, on, law)
    else:
        case.state = State.SUBMITTED.value


def confirm(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 31 items 2, 3."""
    moved = law.settings.rest_day_arrival == "next_working_day" and case.channel in ("online", "fax")
    _receive(case, law.calendar.project_next_working(on) if moved else on, law)


def accept(case: Case, on: date, data: Any, law: Law) -> None:
    """The case is taken up."""
    case.handler = data.handler or case.handler


def request_correction(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 30: the reply period stands until the corrected request comes."""
    case.stood = _standing(case)
    case.corrections += 1
    notice = case.last_period("correction_notice")
    case.late_correction_notice = notice is not None and on > notice.due_on
    end(notice, on)
    open_period(case, "correction", "correction", case.law_on, on, law, fixed_on=data.due_on)
    _stand_still(case, on, "correction")


def _standing(case: Case) -> str:
    return State.EXTENDED.value if case.state == State.EXTENDED else State.ACCEPTED.value


def _stand_still(case: Case, on: date, why: str) -> None:
    period = reply_period(case)
    if period is not None:
        period.spans.append(Span(on, None, why))


def _restart(case: Case, on: date, law: Law) -> None:
    end(reply_period(case), on, "cancelled")
    _open_reply(case, on, law)


def correct(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 30: the reply period starts again from zero."""
    end(case.last_period("correction"), on)
    period = reply_period(case)
    if case.late_correction_notice and law.settings.late_correction == "does_not_restart" and period:
        period.spans = [span for span in period.spans if span.why != "correction"]
        settle(period, law)
    else:
        _restart(case, on, law)


def abandon(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 arts. 30, 42: the applicant let the time pass."""
    unpaid = case.state == State.AWAITING_PAYMENT
    end(case.last_period("payment" if unpaid else "correction"), on, "lapsed")
    _finish(case, on, "other_no_payment" if unpaid else "other_no_correction")


def _finish(case: Case, on: date, outcome: str, ending: Ending = "cancelled") -> None:
    for item in case.consultations:
        item.ended_on = item.ended_on or on
    end_all(case, on, "consultation", "correction_notice", "correction", "payment", "reasons")
    end_all(case, on, "reply", ending=ending)
    end_all(case, on, "review_application", "suit")
    case.outcome, case.decided_on = outcome, on
    if case.first_on is None:
        case.first_on, case.first_outcome = on, outcome


def consult(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 arts. 32-34: days after the letter, up to the opinion or the last day, do not count."""
    if case.state != State.CONSULTING:
        case.stood = _standing(case)
    key = f"consultation_{data.counterpart}"
    basis = rule(key, case.law_on)
    statutory = basis.length is not None and basis.confidence == "V"
    fixed = None if statutory else data.due_on
    period = open_period(case, "consultation", key, case.law_on, data.served_on or on, law, fixed_on=fixed, ref=data.id)
    due_on = period.due_on if period is not None else on
    case.consultations.append(Consultation(data.id, data.counterpart, on, due_on))
    reply = reply_period(case)
    if reply is not None and _excluded(case, data.counterpart, law):
        served = law.settings.consultation_starts == "served"
        reply.spans.append(Span(data.served_on or on if served else on, due_on, "excluded_time", data.id))
        settle(reply, law)


def _excluded(case: Case, counterpart: str, law: Law) -> bool:
    """Whether that consultation's time is left out of the reply period.

    Law: 条例 art. 33 para 3; before 2019 only a third party's time.
    """
    if counterpart == "third_party":
        return True
    if rule("consultation_co_author", case.law_on).confidence != "V":
        return False
    return counterpart == "co_author" or law.settings.consultation_scope == "any_organ"


def _end_consultation(case: Case, id: str, on: date, law: Law, opinion: str, ending: Ending | None) -> None:
    item = case.consultation(id)
    if item is None:
        return
    item.ended_on, item.opinion = on, opinion
    end(case.last_period("consultation", id), on, ending)
    reply = reply_period(case)
    if reply is not None:
        for span in reply.spans:
            if span.ref == id and span.until is not None:
                span.until = max(span.after, min(span.until, on))
        settle(reply, law)


def opinion(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 arts. 32, 34."""
    _end_consultation(case, data.id, on, law, data.opinion, None)


def lapse_consultation(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 arts. 32, 34: a co-making organ's silence is consent, a third party's is not."""
    item = case.consultation(data.id)
    if item is not None:
        silence = "agrees" if item.counterpart == "co_author" else "silent"
        _end_consultation(case, data.id, item.due_on, law, silence, "lapsed")


def cancel_consultation(case: Case, on: date, data: Any, law: Law) -> None:
    """The consultation is called off; time used up to then stays left out."""
    _end_consultation(case, data.id, on, law, "cancelled", "cancelled")


def extend(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 33 para 2; a day that a deferral has set moves on by as many working days."""
    case.stood = State.EXTENDED.value
    case.extended_days += data.days
    period = reply_period(case)
    if period is not None:
        period.extra = case.extended_days
        if period.fixed_on is not None and period.key == "reply":
            period.fixed_on = law.calendar.project(period.fixed_on, data.days)
        settle(period, law)


def demand_reasons(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 35; whether the clock stops is an open question (Q8)."""
    case.stood = _standing(case)
    open_period(case, "reasons", "reasons", case.law_on, on, law, fixed_on=data.due_on)
    period = reply_period(case)
    if law.settings.reasons_stop_clock == "yes" and period is not None:
        period.spans.append(Span(on, data.due_on, "reasons", "reasons"))
        settle(period, law)


def give_reasons(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 35."""
    case.reasons_accepted = data.accepted
    end(case.last_period("reasons"), on)
    period = reply_period(case)
    if period is not None:
        for span in period.spans:
            if span.ref == "reasons" and span.until is not None:
                span.until = max(span.after, min(span.until, on))
        settle(period, law)


def defer(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 35: the due day becomes the day decided."""
    period = reply_period(case)
    if period is not None:
        period.fixed_on = data.until
        settle(period, law)


def charge(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 art. 42; 国办函〔2020〕109号."""
    case.stood = _standing(case)
    bill = fee(data.basis, data.quantity, on)
    case.fee_basis, case.fee_quantity, case.fee_amount = data.basis, data.quantity, str(bill.amount)
    open_period(case, "payment", "payment", on, data.served_on or on, law)
    _stand_still(case, on, "payment")


def pay(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 国办函〔2020〕109号: the reply period starts again."""
    end(case.last_period("payment"), on)
    _restart(case, on, law)


def reply(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 条例 arts. 33, 36-39; the day is the one on which the reply counts as made."""
    period = reply_period(case)
    end(period, on)
    case.ground, case.delivery = data.ground or "", data.delivery
    _finish(case, on, "other_misc" if data.outcome == "other" else data.outcome)


def serve(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 art. 20; 行诉法 art. 46; 复议法实施条例 art. 15: terms run from the applicant's receipt."""
    case.served_on = on
    if case.outcome is None or case.decided_on is None:
        return
    open_period(case, "review_application", "review_application", case.decided_on, on, law)
    route = remedy_route(case.outcome, case.decided_on, law.settings).route
    if route is not Route.REVIEW_FIRST:
        open_period(case, "suit", "suit", case.decided_on, on, law)


def give_up(case: Case, on: date, data: Any, law: Law) -> None:
    """The case ends for another reason (report row 其他处理 3)."""
    case.ground = data.reason
    _finish(case, on, "other_misc")


def withdraw(case: Case, on: date, data: Any, law: Law) -> None:
    """The applicant takes the request back; whether it counts is an open question (Q16)."""
    case.withdrawn = True
    give_up(case, on, data, law)


def close(case: Case, on: date, data: Any, law: Law) -> None:
    """The file is archived."""


def reopen(case: Case, on: date, data: Any, law: Law) -> None:
    """Handled again after a remedy or by self-correction, with a period of its own.

    Law: 复议法 arts. 64, 66; 法释〔2025〕8号: twenty working days where no day is set.
    """
    case.outcome = case.decided_on = case.served_on = None
    case.ground = case.delivery = ""
    case.stood, case.extended_days, case.corrections = State.ACCEPTED.value, 0, 0
    end_all(case, on, "review_application", "suit")
    open_period(case, "reply", "ordered_disclosure", on, on, law, fixed_on=data.due_on)


# Reviews and suits: other people's acts, recorded and never refused for time or route.


def _remedy(case: Case, data: Any, kind: str) -> Remedy:
    found = case.remedy(data.id, kind)
    assert found is not None  # noqa: S101 - checked before the act
    return found


def enter_remedy(case: Case, move: str, on: date, data: Any) -> None:
    """Moves the remedy's own machine and notes the step."""
    kind = "review" if "review" in move else "suit"
    remedy = _remedy(case, data, kind)
    instance = data.instance if move == "judge" else 0
    result = data.result if move in ("judge", "decide_review") else ""
    if not move.startswith("file_"):
        go(remedy.kind, remedy, move, over=instance == 2)
    remedy.steps.append(RemedyStep(move, on, result, instance))


def _contest(case: Case, on: date, rule_name: str) -> None:
    end(case.last_period(rule_name), on)


def file_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 arts. 20, 30."""
    _contest(case, on, "review_application")
    case.remedies.append(Remedy(data.id, "review", "filed", on))
    open_period(case, "review_acceptance", "review_acceptance", on, on, law, ref=data.id)


def _review_law_on(remedy: Remedy, on: date, law: Law) -> date:
    return on if law.settings.review_law_date == "notified" else remedy.filed_on


def accept_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 arts. 30, 62."""
    remedy = _remedy(case, data, "review")
    remedy.procedure = data.procedure or remedy.procedure
    end(case.last_period("review_acceptance", remedy.id), on)
    end(case.last_period("review_decision", remedy.id), on, "cancelled")
    key = f"review_decision_{remedy.procedure}"
    open_period(case, "review_decision", key, _review_law_on(remedy, on, law), on, law, ref=remedy.id)


def notify_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 arts. 48, 54: the answer is due ten working days later, five in the simplified procedure."""
    remedy = _remedy(case, data, "review")
    remedy.procedure = data.procedure or remedy.procedure
    end(case.last_period("review_answer", remedy.id), on, "cancelled")
    key = f"review_answer_{remedy.procedure}"
    open_period(case, "review_answer", key, _review_law_on(remedy, on, law), on, law, ref=remedy.id)


def answer_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 art. 70: none or late counts as without evidence."""
    end(case.last_period("review_answer", data.id), on)


def suspend_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 art. 39."""
    period = case.last_period("review_decision", data.id)
    if period is not None and period.ended_on is None and all(span.until for span in period.spans):
        period.spans.append(Span(on, None, "review_suspension"))


def resume_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 复议法 art. 40."""
    period = case.last_period("review_decision", data.id)
    if period is not None:
        for span in period.spans:
            span.until = span.until or on
        settle(period, law)


def _give_up_answer(period: Period | None, on: date) -> None:
    """No answer was recorded before the decision: missed where its day had passed, else no longer due."""
    if period is not None:
        end(period, on, "missed" if on > period.due_on else "cancelled")


def decide_review(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 art. 45: fifteen days to sue after the decision."""
    remedy = _remedy(case, data, "review")
    remedy.result = data.result
    end(case.last_period("review_acceptance", remedy.id), on, "cancelled")
    _give_up_answer(case.last_period("review_answer", remedy.id), on)
    end(case.last_period("review_decision", remedy.id), on)
    end(case.last_period("suit"), on, "cancelled")
    open_period(case, "suit", "suit_after_review", on, on, law, ref=remedy.id)


def file_suit(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 arts. 45, 46."""
    _contest(case, on, "suit")
    case.remedies.append(Remedy(data.id, "suit", "filed", on, after_review=bool(data.after_review)))


def notify_suit(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 art. 67: defence and evidence within fifteen days of receipt."""
    end(case.last_period("suit_answer", data.id), on, "cancelled")
    open_period(case, "suit_answer", "suit_answer", _remedy(case, data, "suit").filed_on, on, law, ref=data.id)


def answer_suit(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 art. 67."""
    end(case.last_period("suit_answer", data.id), on)


_RULINGS = frozenset({"suit_rejected", "not_docketed", "withdrawn"})


def judge(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 arts. 69-77, 85."""
    remedy = _remedy(case, data, "suit")
    remedy.result = data.result
    _give_up_answer(case.last_period("suit_answer", remedy.id), on)
    if data.instance == 1 and data.result != "withdrawn":
        key = "appeal_ruling" if data.result in _RULINGS else "appeal_judgment"
        open_period(case, "appeal", key, on, on, law, ref=remedy.id)


def appeal(case: Case, on: date, data: Any, law: Law) -> None:
    """Law: 行诉法 art. 85."""
    end(case.last_period("appeal", data.id), on)
