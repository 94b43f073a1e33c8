"""What an applicant may do when a period has run out in silence: that of the reply, or that of a review.

Law: 条例 arts. 33, 51; 复议法 art. 11 item 14; 复议法实施条例 art. 16; 行诉法 arts. 45, 47.
"""

from datetime import date

from ..rules.rules import rule
from .case import Case, Period, Remedy
from .periods import Law, set_due_day, status


def silence_periods(case: Case, on: date, law: Law) -> list[Period]:
    """Terms to contest silence, from the day on which the reply period ran out; none while it has not.

    The day is the one that was missed, whatever was recorded later and whatever day for work inside the house follows.
    """
    period = case.last_period("reply")
    if period is None or period.ended_on is not None or status(period, on) != "missed":
        return []
    start = period.limit
    return [
        set_due_day(Period(name, key, start, start, start, rule(key, start).length), law)
        for name, key in (("review_application", "review_application_silence"), ("suit", "suit_silence"))
    ]


def silent_review_periods(case: Case, on: date, law: Law) -> list[Period]:
    """Terms to sue from the day on which a review ran out without a decision; none once the applicant has sued.

    Law: 行诉法 art. 45 sentence 2; 复议法 arts. 30 para 3, 34.
    """
    found = []
    for review in case.remedies:
        if review.kind != "review" or review.is_over:
            continue
        term = _decision_term(case, review, on, law)
        sued = any(item.kind == "suit" and item.filed_on >= review.filed_on for item in case.remedies)
        if term is not None and not sued and status(term, on) == "lapsed":
            key = "suit_after_silent_review"
            start = term.due_on
            period = Period("suit", key, start, start, start, rule(key, start).length, ref=review.id)
            found.append(set_due_day(period, law))
    return found


def _decision_term(case: Case, review: Remedy, on: date, law: Law) -> Period | None:
    """The term to decide a review; of one of whose acceptance nothing is known, from the day on which silence accepts.

    Law: 复议法 art. 30 para 3.
    """
    term = case.last_period("review_decision", review.id)
    asked = case.last_period("review_acceptance", review.id)
    if term is not None or asked is None or status(asked, on) != "lapsed":
        return term
    key = f"review_decision_{review.procedure}"
    accepted = asked.due_on
    return set_due_day(
        Period(
            "review_decision",
            key,
            review.filed_on,
            accepted,
            accepted,
            rule(key, review.filed_on).length,
            ref=review.id,
        ),
        law,
    )
