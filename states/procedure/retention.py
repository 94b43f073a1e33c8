"""How long the file of a case is protected: until the last remedy against it can no longer be sought, and then on.

Law: 档案法实施条例 arts. 19, 24: the office's own approved table says how many years; the law gives no number.
"""

from dataclasses import replace
from datetime import date

from ..rules.remedies import Route, remedy_route
from ..rules.rules import rule
from .case import Case, Period, Remedy
from .periods import Law, add_months, due_day, set_due_day

TERMS = ("review_application", "suit", "appeal")
"""The periods in which a remedy can be sought."""
_ORDERS = frozenset({"ordered", "revoked"})
"""The results of a remedy after which the request has to be answered anew."""


def open_remedy(case: Case, on: date, law: Law) -> Remedy | None:
    """A review or suit that is not over: a judgment of first instance is final once nobody has appealed in time."""
    return next((item for item in case.remedies if not item.is_over and not _final(case, item, on, law)), None)


def _final(case: Case, remedy: Remedy, on: date, law: Law) -> bool:
    term = case.last_period("appeal", remedy.id)
    return remedy.state == "judged" and (term is None or on > _as_if_served(term, law))


def _as_if_served(term: Period, law: Law) -> date:
    """The last day of a term; of one that waits for its service, as if it had come on the day of the result."""
    return due_day(replace(term, awaits=False), law)


def open_order(case: Case) -> Remedy | None:
    """A review or suit after which the request has to be answered anew, and has not been."""
    ordering = (item for item in case.remedies if item.result in _ORDERS and item.steps)
    return next((item for item in ordering if case.decided_on is None or item.steps[-1].on > case.decided_on), None)


def remedies_end_on(case: Case, law: Law) -> date | None:
    """The last day on which a remedy against the result could still be sought, or on which one ended.

    Where no service is on record, the terms count from the day of the result. None: the case has no result and no
    remedy.
    Law: 复议法 art. 20; 行诉法 arts. 45, 46, 85.
    """
    days = [_as_if_served(item, law) for item in case.periods if item.rule in TERMS and item.ending != "cancelled"]
    days += [step.on for item in case.remedies for step in item.steps]
    if case.decided_on is not None:
        days += [case.decided_on, *(item.due_on for item in _assumed(case, law))]
    return max(days, default=None)


def _assumed(case: Case, law: Law) -> list[Period]:
    """The terms against a result of which no service is on record: as if received on its day."""
    on = case.decided_on
    if on is None or case.served_on is not None or case.outcome is None:
        return []
    terms = ["review_application"]
    if remedy_route(case.outcome, on, law.settings).route is not Route.REVIEW_FIRST:
        terms.append("suit")
    return [set_due_day(Period(term, term, on, on, on, rule(term, on).length), law) for term in terms]


def kept_until(last: date, years: int) -> date:
    """The last day of so many years after a day."""
    return add_months(last, 12 * years)
