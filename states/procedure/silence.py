"""What an applicant may do when the reply period has run out without a reply.

Law: 复议法实施条例 art. 16; 行诉法 art. 47; 法释〔2025〕8号 art. 2.
"""

from datetime import date

from ..rules.rules import rule
from .case import Case, Period
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
