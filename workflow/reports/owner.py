"""What the report's tables hold, verified: the figures of a year as they were published."""

from sqlalchemy import Connection, select

from ..kernel.chains import digest
from ..kernel.context import Context
from ..kernel.owners import CaseRow, Holding, IntegrityFault, Verified
from ..kernel.tables import reports as t


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """Published figures name no person."""
    return ()


def erase(context: Context, case: CaseRow) -> None:
    """Published figures name no person: nothing of a case is to be erased here."""


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Published figures stay as they were published."""


def published_years(connection: Connection, agency: str) -> frozenset[int]:
    """The years whose figures the agency has published."""
    return frozenset(connection.execute(select(t.frozen.c.year).where(t.frozen.c.agency == agency)).scalars())


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every published year with its hash."""
    statement = select(t.frozen).order_by(t.frozen.c.id)
    if agency is not None:
        statement = statement.where(t.frozen.c.agency == agency)
    rows = connection.execute(statement).all()
    faults = (
        IntegrityFault("figures_altered", f"{row.agency} {row.year}", row.revision)
        for row in rows
        if row.hash != digest(row.agency, str(row.year), row.figures, row.places)
    )
    return Verified({"published": len(rows)}, tuple(faults))
