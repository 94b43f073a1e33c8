"""A table of the host's own beside a case: erased with it, and counted by the audit.

    python examples/own_table.py

Prints:
    visits before: 1
    audit: 0 faults, visits 1
    visits after: 0
"""

from datetime import date

from embed import REQUEST
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, delete, func, insert, select
from sqlalchemy.orm import Session

from disclosure.workflow import (
    ADMINISTRATOR,
    CaseRow,
    Context,
    FixedClock,
    Holding,
    Verified,
    change_settings,
    create_schema,
    erase,
    list_erasure,
    move,
    register_owner,
    verify,
)

HOST = MetaData()
visit = Table(
    "oa_visit", HOST, Column("id", Integer, primary_key=True), Column("case_no", String(64)), Column("who", String(64))
)


def visits(connection: Connection) -> int:
    """How many visits are on record."""
    return connection.scalar(select(func.count()).select_from(visit)) or 0


class Visits:
    """Who came to the counter about a case: the host's rows, which tell of people."""

    def holdings(self, context: Context, case: CaseRow) -> tuple[Holding, ...]:
        """Goes with the list before an erasure: how many rows it would take, and what they are."""
        mine = select(func.count()).select_from(visit).where(visit.c.case_no == case.number)
        return (Holding("oa_visit", context.connection.scalar(mine) or 0, "来访登记"),)

    def erase(self, context: Context, case: CaseRow) -> None:
        """Goes with the erasure of the case, in the same transaction."""
        context.connection.execute(delete(visit).where(visit.c.case_no == case.number))

    def verify(self, connection: Connection, agency: str | None) -> Verified:
        """Goes with the audit: counts, and a fault for each row that is not what was written."""
        return Verified({"visits": visits(connection)}, ())

    def follow(self, connection: Connection, case: CaseRow | None) -> None:
        """Goes with each move; these rows keep nothing that follows from a case."""


def main() -> None:
    """A case ends and is erased, and the host's rows about it go too."""
    register_owner(Visits())  # once, in every process; the program `disclosure` by DISCLOSURE_HOST
    engine = create_engine("sqlite://")
    create_schema(engine)
    HOST.create_all(engine)
    with Session(engine) as session, session.begin():
        desk = Context(session, ADMINISTRATOR, clock=FixedClock(date(2026, 3, 6)))
        move(desk, "2026-017", "submit", REQUEST)
        move(desk, "2026-017", "withdraw", {"reason": "已自行查到"})
        move(desk, "2026-017", "close")
        session.execute(insert(visit).values(case_no="2026-017", who="李四"))
        print("visits before:", visits(desk.connection))
        audit = verify(desk)
        print(f"audit: {len(audit.faults)} faults, visits {audit.others['visits']}")
        change_settings(desk, {"retention_years": "10"})
        later = Context(session, ADMINISTRATOR, clock=FixedClock(date(2037, 3, 6)))
        list_erasure(later, "2026-017")
        erase(later, "2026-017")
        print("visits after:", visits(desk.connection))


if __name__ == "__main__":
    main()
