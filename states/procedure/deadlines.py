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
from .periods import Law, LedgerDay, due_day, ledger


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day with the rule that sets it; ``provisional`` where holidays up to it are not all announced."""

    rule: Rule
    starts_on: date
    due_on: date
    provisional: bool
    law: Law

    @property
    def source(self) -> str:
        """The instrument and article."""
        return self.rule.source

    def days(self) -> Iterator[LedgerDay]:
        """Every calendar day from the first to the last, each with its reason and source."""
        return ledger(_period(self.rule, self.starts_on, self.due_on), self.law)


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
    basis = rule(key, start if law_on is None else _day("law_on", law_on))
    if basis.length is None:
        raise BadData({"field": "key", "problem": "no_term", "value": key})
    chosen = law if law is not None else Law.standard()
    due_on = due_day(_period(basis, start, start), chosen)
    return Deadline(basis, start, due_on, chosen.calendar.is_provisional(due_on), chosen)


def _day(name: str, value: date | str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)  # a library's own kind of date, too
    try:
        return read_date(str(value))
    except ValueError:
        raise BadData({"field": name, "problem": "not_a_date", "value": str(value)[:40]}) from None


def _period(basis: Rule, starts_on: date, due_on: date) -> Period:
    return Period(basis.key, basis.key, basis.since, starts_on, due_on, basis.length)
