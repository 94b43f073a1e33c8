"""Which cases may be erased: archived ones whose retention has passed and against which nothing can be sought.

Law: 个人信息保护法 art. 47; 档案法实施条例 arts. 19, 24.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict

from ...states.errors import SetupError
from ...states.procedure.case import ARCHIVED, Case
from ...states.procedure.periods import Law
from ...states.procedure.retention import kept_until, open_order, open_remedy, remedies_end_on
from ...states.rules.forms import category_of
from ...states.rules.settings import PERMANENT
from ..cases.queries import archived_cases
from ..cases.steps import last_live_day
from ..kernel.context import Context
from ..kernel.versions import latest, law_at
from .erasure_chain import erased_numbers


class Erasable(BaseModel):
    """A case whose retention has passed: until when its file had to be kept, and since when no remedy is left.

    The years count from that day, or from the later one on which live work last came into the record.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    outcome: str | None
    remedies_ended_on: date
    kept_until: date


def erasable(context: Context) -> tuple[Erasable, ...]:
    """Every case of the agency that may be erased today, in the order in which they were entered.

    Raises:
        NotPermitted.
    """
    context.require("erase")
    connection = context.connection
    law = law_at(connection, latest(connection), context.agency)
    gone = erased_numbers(connection, context.agency)
    cases = archived_cases(connection, context.agency)
    by_stated_days = [(id, case) for id, case in cases if case.case not in gone and _due(case, law, context.today)]
    found = (_due(case, law, context.today, last_live_day(connection, id)) for id, case in by_stated_days)
    return tuple(item for item in found if item is not None)


def _due(case: Case, law: Law, on: date, worked_on: date | None = None) -> Erasable | None:
    try:
        return check_retention(case, law, on, worked_on)
    except SetupError:
        return None


def check_retention(case: Case, law: Law, on: date, worked_on: date | None) -> Erasable:
    """Refuses to erase a case too early; ``law`` is that of today, with the office's retention.

    ``worked_on`` is the real day on which live work on it last came into the record: no step that is dated back, and no
    amendment of a day, lets the years count from an earlier one. What was recorded as the past counts by its own days.

    Raises:
        SetupError: ``not_archived``, ``remedy_open``, ``order_open``, ``retention_not_set``, ``kept_permanently``,
            ``retention_running`` with the day from which it may be erased.
    """
    if case.state not in ARCHIVED:
        raise SetupError("not_archived", case=case.case, state=case.state)
    if (remedy := open_remedy(case, on, law)) is not None:
        raise SetupError("remedy_open", case=case.case, id=remedy.id)
    if (remedy := open_order(case)) is not None:
        raise SetupError("order_open", case=case.case, id=remedy.id)
    years = law.settings.retention_years(category_of(case.outcome or ""))
    if years is None:
        raise SetupError("retention_not_set", case=case.case)
    if years == PERMANENT:
        raise SetupError("kept_permanently", case=case.case)
    ended = remedies_end_on(case, law) or case.last_on or on
    counted_from = max(ended, worked_on) if worked_on is not None else ended
    until = kept_until(counted_from, int(years))
    if on <= until:
        raise SetupError("retention_running", case=case.case, years=years, ended=counted_from, until=until)
    return Erasable(case=case.case, outcome=case.outcome, remedies_ended_on=ended, kept_until=until)
