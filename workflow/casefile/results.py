"""The results of queries on one case: frozen models, whose JSON has their fields in their order."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ...states.procedure.case import NEVER, Period
from ...states.procedure.periods import ONE_DAY, Law, days_left, open_span, rule_of, status
from ...states.remark import Remark
from ...states.rules.rules import rule
from ..approvals.queries import SheetBrief
from ..filing.commands import Attachment


def known_day(due_on: date) -> date | None:
    """A last day; None where the period has not begun."""
    return None if due_on == NEVER else due_on


class CaseModel(BaseModel):
    """The base of every model about a case: frozen, written by its aliases."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class PendingView(CaseModel):
    """What counts only when the applicant is told of it: the last day then, and by when to tell.

    ``days`` of an extension; None for a deferred reply. While the period stands still with no end in sight no day is
    certain: ``tell_by`` and the last day of an extension are None.
    """

    days: int | None
    due_on: date | None
    tell_by: date | None


class StandstillView(CaseModel):
    """Since which day a period stands still, the last day of it where that is known, for what, and by which text."""

    since: date
    until: date | None
    why: str
    source: str

    @classmethod
    def of(cls, period: Period, on: date) -> "StandstillView | None":
        """How a period stands still at the end of a day; None where it runs or has ended."""
        span = open_span(period, on) if status(period, on) == "suspended" else None
        if span is None:
            return None
        source = rule(span.why, period.law_on).source
        return cls(since=span.after + ONE_DAY, until=span.until, why=span.why, source=source)


class PeriodView(CaseModel):
    """One period as it stands on a day; ``days_left`` counts in its own unit.

    ``starts_on`` and ``due_on`` are None while the service with which it starts is not on record. While it stands still
    the last day is none to rely on: ``standstill`` tells since when, and until when where that is known.
    """

    rule: str
    ref: str | None
    starts_on: date | None
    due_on: date | None
    status: str
    days_left: int | None
    unit: str
    provisional: bool
    source: str
    confidence: str
    pending: PendingView | None = None
    standstill: StandstillView | None = None

    @classmethod
    def of(cls, period: Period, on: date, law: Law, pending: PendingView | None = None) -> "PeriodView":
        """A period on a day."""
        basis = rule_of(period)
        return cls(
            rule=period.rule,
            ref=period.ref or None,
            starts_on=None if period.awaits else period.starts_on,
            due_on=known_day(period.due_on),
            status=status(period, on),
            days_left=days_left(period, on, law),
            unit=str(basis.unit or "working_day"),
            provisional=not period.awaits and law.calendar.is_provisional(period.due_on),
            source=basis.source,
            confidence=str(basis.confidence),
            pending=pending,
            standstill=StandstillView.of(period, on),
        )


class ConsultationView(CaseModel):
    """One consultation."""

    id: str
    with_: str = Field(alias="with")
    sent_on: date
    due_on: date | None
    ended_on: date | None
    opinion: str | None


class ChargeView(CaseModel):
    """A fee that was charged, in yuan; ``already`` is what the applicant had asked for before in that month."""

    seq: int
    basis: str
    quantity: int
    already: int
    amount: str


class RemedyView(CaseModel):
    """One review or suit, with the column in which it is reported."""

    id: str
    kind: str
    state: str
    result: str | None
    counted_as: str | None


class DueNotice(CaseModel):
    """A notice that a step gives rise to."""

    kind: str
    title: str
    seq: int
    on: date


class SafeDaysView(CaseModel):
    """The last day on which a reply may be posted, and on which it must be signed for when handed over."""

    post_by: date
    signed_by: date


class SheetView(CaseModel):
    """An approval sheet in a few words; ``in_force`` tells whether its step is still as it was approved."""

    sheet: str
    move: str
    status: str
    drafter: str | None
    event: int | None
    created_at: str
    in_force: bool | None

    @classmethod
    def of(cls, sheet: SheetBrief) -> "SheetView":
        """A sheet of the approvals."""
        return cls(**sheet._asdict())


class HistoryEntry(CaseModel):
    """One recorded step; in its ``data`` stands ``sealed:`` where personal data were put aside.

    ``by`` acted, or is said to have acted; ``recorder`` wrote it down at ``recorded_at``, ``live`` or as the past.
    ``entered_at`` is the real moment where the call had stated another day than the clock's.
    """

    seq: int
    move: str
    at: str
    by: str
    recorder: str
    recorded_at: str
    entered_at: str | None
    live: bool
    data: Mapping[str, object]
    hash: str


class CaseView(CaseModel):
    """The whole case at the end of a day; the applicant is masked unless somebody asked for more.

    ``to_do`` is what the agency has to do that day, as the list of due cases tells it.
    """

    case: str
    agency: str
    as_of: date
    state: str
    stage: str | None
    to_do: tuple[str, ...]
    received_on: date | None
    breached_on: date | None
    outcome: str | None
    answer: str | None
    ground: str | None
    handler: str | None
    version: int
    applicant: Mapping[str, object]
    periods: tuple[PeriodView, ...]
    consultations: tuple[ConsultationView, ...]
    charges: tuple[ChargeView, ...]
    remedies: tuple[RemedyView, ...]
    remedy_route: str | None
    remedy_source: str | None
    notices: tuple[DueNotice, ...]
    last_safe: SafeDaysView | None
    approvals: tuple[SheetView, ...]
    attachments: tuple[Attachment, ...]
    warnings: tuple[Remark, ...]
    history: tuple[HistoryEntry, ...]


class CountedDay(CaseModel):
    """One calendar day of a period: whether it counts, its number in the count, and why.

    ``stopped_by`` is what it is left out for, where it is ``suspended``.
    """

    date: date
    counted: bool
    n: int
    why: str
    source: str
    stopped_by: str | None

    @property
    def reason(self) -> str:
        """The key of the words for why it counts or not."""
        return f"{self.why}_{self.stopped_by}" if self.stopped_by else self.why


class Explanation(CaseModel):
    """The ledger of one period, day by day; ``length`` is None where its last day was fixed.

    A period that waits for a service has neither days nor a first or last one. ``pending`` is an extension of which the
    applicant has not been told. ``breached_on``: since when the reply is late, ``claims`` the steps that would show
    otherwise and wait for ``lift_breach``.
    """

    case: str
    rule: str
    starts_on: date | None
    due_on: date | None
    length: int | None
    unit: str
    extended_by: int | None
    fixed_on: date | None
    status: str
    provisional: bool
    source: str
    confidence: str
    calendar: str
    days: tuple[CountedDay, ...]
    standstill: StandstillView | None = None
    pending: PendingView | None = None
    breached_on: date | None = None
    claims: tuple[int, ...] = ()


class Obstacle(Remark):
    """A condition that does not hold; one that does not block is a warning.

    ``describe`` tells it to staff, ``mend`` tells them what would satisfy it.
    """

    blocks: bool


class MoveOption(CaseModel):
    """A move: whether it can be made, whether it needs approval, which data it wants, what stands in its way."""

    move: str
    name: str
    available: bool
    approval: bool
    needs: tuple[str, ...]
    unmet: tuple[Obstacle, ...]


class ReportPlace(CaseModel):
    """Where the annual report counts the case."""

    received_year: int
    row: str


class Standing(CaseModel):
    """Where a case stands: state, periods, fees, place in the report."""

    state: str
    outcome: str | None
    periods: tuple[PeriodView, ...]
    charges: tuple[ChargeView, ...]
    report: ReportPlace | None


class MovePreview(CaseModel):
    """What a move would do; ``before`` is None for the one that opens the case."""

    case: str
    move: str
    on: date
    approval: bool
    before: Standing | None
    after: Standing
    notices: tuple[DueNotice, ...]
    warnings: tuple[Remark, ...]
