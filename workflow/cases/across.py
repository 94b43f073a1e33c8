"""What is open and late in several agencies at once: in those beneath an agency, or in every one of the database."""

from dataclasses import replace
from datetime import date

from pydantic import BaseModel, ConfigDict

from ...states.remark import Remark
from ..kernel.agencies import AgencyEntry, agency_entries, below
from ..kernel.context import OVERVIEW, Context
from .due_list import BucketCounts, DueCase, counts, due_in
from .lists.reasons import reason_of


class LateCase(BaseModel):
    """A case that is late in an agency, and why; of the applicant and the handler nothing."""

    model_config = ConfigDict(frozen=True)
    case: str
    state: str
    stage: str | None
    rule: str | None
    due_on: date | None
    days_over: int | None
    breached_on: date | None
    reason: Remark


class AgencyOverview(BaseModel):
    """An agency with its open cases by their lamps, and those of them that are late, the longest first."""

    model_config = ConfigDict(frozen=True)
    agency: AgencyEntry
    open: int
    counts: BucketCounts
    late: tuple[LateCase, ...]


def overview(context: Context) -> tuple[AgencyOverview, ...]:
    """Which agencies are late, in how many cases and why; those with the most first.

    Who may know the figures of an agency may know those of all beneath it; who may know them everywhere, of all.
    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    entries = agency_entries(context.connection)
    if context.may_everywhere(*OVERVIEW):
        context.require_everywhere(*OVERVIEW)  # which also asks whether its own agency is known
    else:
        context.require(*OVERVIEW)
        seen = below(context.connection, context.agency)
        entries = tuple(item for item in entries if item.code in seen)
    found = [_of_agency(replace(context, agency=item.code), item) for item in entries]
    return tuple(sorted(found, key=lambda item: (-len(item.late), item.agency.code)))


def _of_agency(context: Context, entry: AgencyEntry) -> AgencyOverview:
    cases = due_in(context, None)
    late = sorted((item for item in cases if item.bucket == "overdue"), key=lambda item: item.due_on or date.max)
    return AgencyOverview(agency=entry, open=len(cases), counts=counts(cases), late=tuple(map(_late, late)))


def _late(item: DueCase) -> LateCase:
    return LateCase(
        case=item.case,
        state=item.state,
        stage=item.stage,
        rule=item.rule,
        due_on=item.due_on,
        days_over=-item.days_left if item.days_left is not None else None,
        breached_on=item.breached_on,
        reason=reason_of(item.model_dump(), item.bucket),
    )
