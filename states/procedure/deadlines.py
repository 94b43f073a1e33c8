"""One period by itself: a rule of law, a first day, and the last day that follows from them.

For whoever needs a single due day without a case or a database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from ..calendar.dates import read_date
from ..errors import BadData
from ..rules.rules import Rule, rule, rules
from .case import Period
from .periods import Law, LedgerDay, ledger, rule_of, set_due_day


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day with the rule that sets it; ``provisional`` where holidays up to it are not all announced.

    ``law_on`` is the day by which the rule was looked up.
    """

    rule: Rule
    starts_on: date
    due_on: date
    provisional: bool
    law: Law
    law_on: date

    @property
    def source(self) -> str:
        """The instrument and article."""
        return self.rule.source

    def days(self) -> Iterator[LedgerDay]:
        """Every calendar day from the first to the last, each with its reason and source."""
        return ledger(_period(self.rule.key, self.law_on, self.starts_on, self.law), self.law)


def deadline(key: str, starts_on: date | str, *, law_on: date | str | None = None, law: Law | None = None) -> Deadline:
    """The last day of a period that begins on a day, which itself is not counted.

    ``key`` is a rule such as ``reply``, ``review_application`` or ``suit``; ``law_on`` chooses the version
    of the rule where that is another day than the first.
    Raises:
        BadData: no such rule, a rule without a term, or no date.
        LawUnknown: no law on that day.
        CalendarUnknown: a day before the first covered year or beyond what can be projected.
    """
    start = _day("starts_on", starts_on)
    known = [item.key for item in rules() if item.length is not None]
    if key not in known:
        near = get_close_matches(str(key), known, n=1, cutoff=0)
        raise BadData({"field": "key", "problem": "unknown_field", "value": key, "nearest": near[0]})
    chosen_on = start if law_on is None else _day("law_on", law_on)
    basis = rule(key, chosen_on)
    if basis.length is None:
        raise BadData({"field": "key", "problem": "no_term", "value": key})
    chosen = law if law is not None else Law.standard()
    period = _period(key, chosen_on, start, chosen)
    provisional = chosen.calendar.is_provisional(period.due_on)
    return Deadline(rule_of(period), start, period.due_on, provisional, chosen, chosen_on)


def _day(name: str, value: date | str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)  # a library's own kind of date, too
    try:
        return read_date(str(value))
    except ValueError:
        raise BadData({"field": name, "problem": "not_a_date", "value": str(value)[:40]}) from None


def _period(key: str, law_on: date, starts_on: date, law: Law) -> Period:
    return set_due_day(Period(key, key, law_on, starts_on, starts_on, rule(key, law_on).length), law)
