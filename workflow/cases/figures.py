"""Where cases and remedies count in the annual report: grouped figures, and the cases behind them.

Law: 条例 arts. 49, 50. The rows are kept with each move, so that no history is read for a report.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, Integer, and_, bindparam, func, select

from ..kernel.tables import cases as t

_C, _R = t.case.c, t.remedy.c
_YEAR: BindParameter[int] = bindparam("year", type_=Integer)
_RELEVANT = and_(_C.done_year >= _YEAR, _C.received_year <= _YEAR)
_GROUP = (_C.done_year, _C.received_year, _C.kind, _C.row_key)
"""In the order of the index, so that no database has to sort."""
_CASES = select(*_GROUP, func.count().label("n")).where(_C.agency == bindparam("agency"), _RELEVANT).group_by(*_GROUP)
_ALL_CASES = (
    select(*_GROUP, func.count().label("n"), _C.agency)
    .where(_RELEVANT)
    .group_by(_C.agency, *_GROUP)
    .order_by(_C.agency)
)
_PENDING_OR_DONE = and_(_R.to_year >= _YEAR, _R.from_year <= _YEAR)
_REMEDIES = (
    select(_R.column_key, func.count().label("n"))
    .where(_R.agency == bindparam("agency"), _PENDING_OR_DONE)
    .group_by(_R.column_key)
)
_ALL_REMEDIES = (
    select(_R.column_key, func.count().label("n"), _R.agency)
    .where(_PENDING_OR_DONE)
    .group_by(_R.agency, _R.column_key)
    .order_by(_R.agency)
)


class CaseGroup(NamedTuple):
    """How many cases have these years, this kind of applicant and this row; ``agency`` empty where one was asked."""

    done_year: int
    received_year: int
    kind: str
    row_key: str | None
    n: int
    agency: str = ""


class RemedyGroup(NamedTuple):
    """How many remedies count in a column of section four; ``agency`` empty where one was asked."""

    column: str
    n: int
    agency: str = ""


class Placed(NamedTuple):
    """Where one case counts in the report of a year."""

    case: str
    kind: str
    received_year: int
    done_year: int
    row_key: str | None
    received_on: date | None
    state: str


class PlacedRemedy(NamedTuple):
    """Where one remedy counts in section four."""

    case: str
    remedy: str
    column: str


def case_groups(connection: Connection, year: int, agency: str | None = None) -> Iterator[CaseGroup]:
    """The year's cases of an agency, or of every agency in order, by what decides where they count."""
    values = {"year": year, "agency": agency}
    for row in connection.execute(_ALL_CASES if agency is None else _CASES, values):
        yield CaseGroup(*row)


def remedy_groups(connection: Connection, year: int, agency: str | None = None) -> Iterator[RemedyGroup]:
    """The year's remedies of an agency, or of every agency in order, by their column."""
    values = {"year": year, "agency": agency}
    for row in connection.execute(_ALL_REMEDIES if agency is None else _REMEDIES, values):
        yield RemedyGroup(*row)


def placed_cases(connection: Connection, year: int, agency: str) -> Iterator[Placed]:
    """Every case of an agency that counts in a year, by its day of receipt."""
    columns = (_C.case_no, _C.kind, _C.received_year, _C.done_year, _C.row_key, _C.received_on, _C.state)
    statement = select(*columns).where(_C.agency == agency, _RELEVANT).order_by(_C.received_on, _C.case_no)
    for row in connection.execute(statement, {"year": year}):
        yield Placed(*row)


def placed_remedies(
    connection: Connection, year: int, agency: str, columns: Sequence[str] | None = None
) -> Iterator[PlacedRemedy]:
    """Every remedy of an agency that counts in a year, in some columns of section four or in any."""
    statement = (
        select(_C.case_no, _R.remedy_no, _R.column_key)
        .join(t.remedy, _R.case_id == _C.id)
        .where(_R.agency == agency, _PENDING_OR_DONE)
        .order_by(_C.case_no, _R.remedy_no)
    )
    if columns is not None:
        statement = statement.where(_R.column_key.in_(columns))
    for row in connection.execute(statement, {"year": year}):
        yield PlacedRemedy(*row)
