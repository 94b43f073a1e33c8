"""Erases what the kernel's tables hold of a case: its messages, delivered or not, and the results of its requests."""

import json
from collections.abc import Iterator

from sqlalchemy import Column, Connection, Table, delete, select

from .agencies import altered_profiles
from .context import Context
from .owners import CaseRow, Holding, IntegrityFault, Verified
from .tables.kernel import idempotency, outbox
from .versions import backdated, is_counter_whole, latest

PORTION = 500


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """The messages about a case, and the results of requests that are kept for their repetition."""
    connection = context.connection
    return (
        Holding(outbox.name, sum(1 for _ in _about(connection, outbox, outbox.c.payload, case))),
        Holding(idempotency.name, sum(1 for _ in _about(connection, idempotency, idempotency.c.result, case))),
    )


def erase(context: Context, case: CaseRow) -> None:
    """Takes the messages and results away: a failure told by a channel, or the lines of a paper, may name people."""
    connection = context.connection
    _delete(connection, outbox.c.id, list(_about(connection, outbox, outbox.c.payload, case)))
    keys = list(_about(connection, idempotency, idempotency.c.result, case))
    _delete(connection, idempotency.c.request_key, keys, idempotency.c.agency == case.agency)


def verify(connection: Connection, agency: str | None) -> Verified:
    """The particulars of agencies; messages and results are in no chain: they tell of what the rooms' chains hold."""
    altered = (code for code in altered_profiles(connection) if agency in (None, code))
    faults = [IntegrityFault("agency_altered", code) for code in altered]
    if not is_counter_whole(connection):
        faults.append(IntegrityFault("version_altered", str(latest(connection))))
    faults += [IntegrityFault("version_backdated", str(key)) for key in backdated(connection)]
    return Verified({}, tuple(faults))


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Does nothing: what has been written to be sent stays as it was written."""


def _about(connection: Connection, table: Table, text: Column[str], case: CaseRow) -> Iterator[object]:
    """The keys of the rows of an agency whose text tells of the case or of one of its sheets."""
    key = outbox.c.id if table is outbox else idempotency.c.request_key
    number = json.dumps(case.number, ensure_ascii=False)[1:-1]
    rows = connection.execute(
        select(key, text).where(table.c.agency == case.agency, text.contains(number, autoescape=True))
    )
    for found, told in rows.all():
        if _tells_of(json.loads(told), case.number):
            yield found


def _tells_of(told: object, number: str) -> bool:
    if isinstance(told, list):
        return any(_tells_of(item, number) for item in told)
    if not isinstance(told, dict):
        return False
    sheet = str(told.get("sheet") or "").rpartition("#")[0]
    return told.get("case") == number or sheet == number or any(_tells_of(item, number) for item in told.values())


def _delete(connection: Connection, column: Column[object], keys: list[object], *where: object) -> None:
    for start in range(0, len(keys), PORTION):
        portion = column.in_(keys[start : start + PORTION])
        connection.execute(delete(column.table).where(portion, *where))  # type: ignore[arg-type]
