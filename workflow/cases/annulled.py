"""Cases whose registration was annulled: what stands in the way of it, and the list of their own in which they count.

Law: 条例 art. 50.
"""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from ...states.errors import BadData, MoveRefused
from ...states.procedure.case import Case, State, load
from ...states.procedure.counting import CountedRemedy, counted
from ...states.procedure.periods import Law
from ..kernel.context import Context
from ..kernel.owners import published_years
from ..kernel.tables import cases as t

_CASE = t.case.c


class AnnulledCase(BaseModel):
    """A case whose registration was annulled; ``double_of`` is the one of the same request that goes on.

    ``overdue``: its reply period, which ended on ``due_on``, had run out by then.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    received_on: date | None
    annulled_on: date
    double_of: str | None
    due_on: date | None
    overdue: bool


def annulled(context: Context, year: int | None = None) -> list[AnnulledCase]:
    """The annulled cases that the person may see, of one year of receipt or of all.

    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    seen = context.departments()
    where = (_CASE.agency == context.agency, _CASE.state == str(State.ANNULLED))
    rows = context.connection.execute(select(_CASE.department, _CASE.snapshot).where(*where).order_by(_CASE.id))
    found = [load(row.snapshot) for row in rows if seen is None or row.department in seen]
    return [_listed(case) for case in found if year is None or _year(case) == year]


def _year(case: Case) -> int:
    return case.law_on.year


def _listed(case: Case) -> AnnulledCase:
    assert case.annulled_on is not None  # noqa: S101 - the move sets it
    period = case.last_period("reply")
    return AnnulledCase(
        case=case.case,
        received_on=case.received_on,
        annulled_on=case.annulled_on,
        double_of=case.annulled_for or None,
        due_on=period.limit if period is not None else None,
        overdue=period is not None and period.ending == "missed",
    )


def check_annulment(
    context: Context, case: Case, law: Law, remedies: list[CountedRemedy], data: Mapping[str, object]
) -> None:
    """Refuses to annul what published figures count, or for a case that is not there.

    Raises:
        BadData, MoveRefused.
    """
    connection, agency = context.connection, context.agency
    of = data.get("of")
    if isinstance(of, str) and not _is_there(connection, agency, of):
        raise BadData({"field": "of", "problem": "unknown_case", "value": of}, move="annul")
    place = counted(case, law.settings)
    spans = [(item.from_year, item.to_year) for item in remedies]
    spans += [(place.received_year, place.done_year)] if place is not None else []
    for year in sorted(published_years(connection, agency)):
        if any(first <= year <= last for first, last in spans):
            raise MoveRefused(move="annul", case=case.case, state=case.state, text="annul_frozen_year", year=year)


def _is_there(connection: Connection, agency: str, number: str) -> bool:
    where = (_CASE.agency == agency, _CASE.case_no == number.strip())
    return connection.execute(select(_CASE.id).where(*where)).first() is not None
