"""The days of a period: when it ends, how it stands on a day, and the ledger that explains it.

Law: 条例 arts. 30-35; 民法典 arts. 200-204; 行诉法 and 复议法 as each rule names them.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ..calendar.calendar import Calendar
from ..rules.rules import Rule, Unit, rule
from .case import NEVER, Case, Period, Span, State
from .law import Law as Law

Status = Literal["awaiting_service", "running", "suspended", "met", "missed", "lapsed", "cancelled"]
ONE_DAY = timedelta(days=1)


def rule_of(period: Period) -> Rule:
    """The rule of law that the period follows."""
    return rule(period.key, period.law_on)


def add_months(start: date, months: int) -> date:
    """The matching day some months later, or the month's last day.

    Law: 民法典 art. 202.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - ONE_DAY).day
    return date(year, month + 1, min(start.day, last))


def merged(spans: list[Span]) -> list[tuple[date, date]]:
    """Closed spans in order, overlaps joined, so that no day is left out twice."""
    joined: list[tuple[date, date]] = []
    closed = ((span.after, span.until) for span in spans if span.until is not None and span.until > span.after)
    for after, until in sorted(closed):
        if joined and after <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((after, until))
    return joined


def due_day(period: Period, law: Law) -> date:
    """The period's last day.

    Working days are counted on the calendar, days left out are skipped; a period in days or months
    that ends on a rest day ends on the next working day. Past the announced years this is the
    earliest day that it can be. One that has not begun has none.
    Law: 民法典 arts. 201-203.
    Raises:
        CalendarUnknown: beyond the days that can be projected, for a day fixed as well as for one counted.
    """
    if period.awaits:
        return NEVER
    calendar = law.calendar
    if period.fixed_on is not None:
        rolled = calendar.project_next_working(period.fixed_on)
        return rolled if rule_of(period).bound == "applicant" else period.fixed_on
    assert period.length is not None  # noqa: S101 - a period has a length or a fixed day
    length = period.length + period.extra
    unit = rule_of(period).unit
    if unit is Unit.WORKING_DAY or unit is None:
        return _working_due(period, length, calendar)
    start = calendar.project_day(period.starts_on).date
    last = add_months(start, length) if unit is Unit.MONTH else _calendar_due(period, length)
    return calendar.project_next_working(last)


def _working_due(period: Period, length: int, calendar: Calendar) -> date:
    position, left = period.starts_on, length
    for after, until in merged(period.spans) if period.spans else ():
        if until <= position:
            continue
        if after > position:
            counted = calendar.project_count(position, after)
            if counted >= left:
                break
            left -= counted
        position = until
    return calendar.project(position, left)


def _calendar_due(period: Period, length: int) -> date:
    due = period.starts_on + timedelta(days=length)
    for after, until in merged(period.spans):
        if after < due:
            due += until - max(after, period.starts_on)
    return due


def set_due_day(period: Period, law: Law) -> Period:
    """Computes the due day of a period again and returns the period."""
    period.due_on = due_day(period, law)
    return period


class Term(NamedTuple):
    """A period to be opened: the day that chooses its law, its first day, and what the case gives it.

    ``length`` is that of a notice where the law leaves it to the notice; ``served``: the first day is that of a
    recorded service, ``awaits``: it starts with one to come.
    """

    law_on: date
    starts_on: date
    fixed_on: date | None = None
    extra: int = 0
    ref: str = ""
    length: int | None = None
    served: bool = False
    awaits: bool = False


def open_period(case: Case, name: str, key: str, term: Term, law: Law) -> Period | None:
    """Opens a period by the rule in force; none where the rule sets no term and no day is fixed."""
    basis = rule(key, term.law_on)
    length = basis.length if term.length is None else term.length
    if length is None and term.fixed_on is None:
        return None
    period = Period(
        name,
        key,
        term.law_on,
        term.starts_on,
        term.starts_on,
        length,
        extra=term.extra,
        fixed_on=term.fixed_on,
        ref=term.ref,
        served=term.served,
        awaits=term.awaits,
    )
    case.periods.append(set_due_day(period, law))
    return period


def open_reply(case: Case, on: date, law: Law) -> None:
    """Opens the reply period, with the days that an extension has granted."""
    open_period(case, "reply", "reply", Term(case.law_on, on, extra=case.extended_days), law)


def restart_reply(case: Case, on: date, law: Law) -> None:
    """Starts the reply period again from zero, that day not counted; one that was missed stays so.

    Then the new last day is one for work inside the house: the reply stays late. An extension ends with the period that
    it extended, and another can be granted, unless the office reads the law otherwise (Q27).
    Law: 条例 arts. 30, 33 para 2; 国办函〔2020〕109号.
    """
    old = case.reply_period()
    missed = old if old is not None and old.is_missed(on) else None
    case.end_last(on, "reply", "missed" if missed else "cancelled")
    case.pending = case.deferral = case.deferred = None
    if law.settings.reading("extension_after_restart", case.law_on) == "ends":
        case.extended_days, case.told, case.stood = 0, None, State.ACCEPTED.value
    open_reply(case, on, law)
    if missed is not None:
        case.periods[-1].missed_due = missed.limit


def sent_again(back_on: date, sent: Iterable[date], law: Law) -> date | None:
    """The day on which a paper that came back was sent again, or received; None where not within the office's days."""
    again = min((day for day in sent if day >= back_on), default=NEVER)
    return again if again <= law.calendar.project(back_on, law.settings.resend_days) else None


def run_on(case: Case, why: str, law: Law) -> None:
    """Lets the reply period run on as if it had never stood still for that reason."""
    period = case.reply_period()
    if period is not None:
        period.spans = [span for span in period.spans if span.why != why]
        set_due_day(period, law)


def open_span(period: Period, on: date) -> Span | None:
    """The span in which the period stands still at the end of that day, the longest one.

    What begins only when the period has run out leaves nothing out: it stays as late as it was.
    """
    covering = [span for span in period.spans if span.after <= on and _stands(span, on, period.due_on)]
    return max(covering, key=lambda span: span.until or date.max, default=None)


def _stands(span: Span, on: date, due_on: date) -> bool:
    return span.after <= due_on if span.until is None else on < span.until and span.after < due_on


def status(period: Period, on: date) -> Status:
    """How the period stands at the end of that day.

    ``missed``: its day has passed without the act of the one it binds (or the act came late) and the
    agency is bound; ``lapsed``: the same for anybody else.
    """
    if period.ended_on is not None and period.ending is not None and period.ended_on <= on:
        return period.ending
    if period.awaits:
        return "awaiting_service"
    if period.missed_due is not None and on > period.missed_due:
        return "missed"
    if open_span(period, on) is not None:
        return "suspended"
    if on <= period.due_on:
        return "running"
    return "missed" if rule_of(period).bound == "agency" and period.rule != "correction_notice" else "lapsed"


def ran_out(period: Period, on: date) -> bool:
    """Whether the period had run out by the end of that day, whatever has ended it since."""
    ended = period.ended_on
    if ended is None or ended > on:
        return status(period, on) == "missed"
    return period.ending == "missed" or (ended > period.due_on and open_span(period, ended) is None)


def days_left(period: Period, on: date, law: Law) -> int | None:
    """Days left at the end of that day in the period's own unit, negative when overdue; None once ended.

    Once missed it is overdue by the day that was missed, whatever day follows from what was recorded later. While it
    stands still with no end in sight, the days that were left when it stopped. Months are given in calendar days.
    """
    if period.awaits or (period.ended_on is not None and period.ended_on <= on):
        return None
    if period.missed_due is not None and on > period.missed_due:
        return min(law.calendar.project_count(on, period.missed_due), -1)
    span = open_span(period, on)
    if span is not None and span.until is None:
        on = span.after
    if rule_of(period).unit is not Unit.WORKING_DAY:
        return (period.due_on - on).days
    calendar = law.calendar
    left = calendar.project_count(on, period.due_on)
    for after, until in merged(period.spans):
        after, until = max(after, on), min(until, period.due_on)
        if until > after:
            left -= calendar.project_count(after, until)
    return left if on <= period.due_on else min(left, -1)


Why = Literal[
    "start", "working_day", "make_up_day", "rest_day", "holiday", "suspended", "unannounced", "calendar_day", "rolled"
]


class LedgerDay(NamedTuple):
    """One calendar day of a period: whether it counts, which it is, why, and by which text.

    ``stopped_by``: for what it is left out where it is ``suspended``, as the rule of that span is called.
    """

    date: date
    counted: bool
    n: int
    why: str
    source: str
    stopped_by: str | None = None

    @property
    def reason(self) -> str:
        """The key of the words for why it counts or not."""
        return f"{self.why}_{self.stopped_by}" if self.stopped_by else self.why


def ledger(period: Period, law: Law) -> Iterator[LedgerDay]:
    """Every calendar day from the start to the due day, each with its reason and source; none before it has begun.

    ``n`` counts what the period counts: working days, calendar days, or months completed. While the period stands still
    with no end in sight, the days from then on are left out, so that the count stops where it stood.
    """
    if period.awaits:
        return
    basis = rule_of(period)
    n = 0
    yield LedgerDay(period.starts_on, False, 0, "start", rule("count_from_next_day", period.starts_on).source)
    day = period.starts_on + ONE_DAY
    while day <= period.due_on:
        span = next((span for span in period.spans if _covers(span, day)), None)
        if span is not None:
            yield LedgerDay(day, False, n, "suspended", _span_source(span, period), span.why)
        else:
            counted, why, source = _count(day, n, period, basis, law)
            n += counted
            yield LedgerDay(day, counted, n, why, source)
        day += ONE_DAY


def _covers(span: Span, day: date) -> bool:
    return span.after < day and (span.until is None or day <= span.until)


def _span_source(span: Span, period: Period) -> str:
    return rule(span.why, period.law_on).source


def _count(day: date, n: int, period: Period, basis: Rule, law: Law) -> tuple[bool, str, str]:
    known = law.calendar.project_day(day)
    if basis.unit is Unit.WORKING_DAY or basis.unit is None:
        return known.working, str(known.kind), known.source
    length = (period.length or 0) + period.extra
    if n >= length:
        return False, str(known.kind), known.source
    if basis.unit is Unit.MONTH:
        reached = day == add_months(period.starts_on, n + 1)
        return reached, str(known.kind), basis.source if reached else known.source
    return True, str(known.kind), basis.source
