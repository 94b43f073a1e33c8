"""Erases and verifies the tables of cases: each case's chain, the personal data kept apart and searched, the reads."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, String, and_, func, or_, select, type_coerce, update

from ...states.procedure.advance import fold
from ...states.procedure.case import dump
from ..kernel.chains import GENESIS, canonical, digest, event_hash
from ..kernel.context import Context
from ..kernel.owners import UNREADABLE, CaseRow, Erasure, Holding, IntegrityFault, Verified
from ..kernel.personal_data import REDACTED, redacted_by, redacted_places
from ..kernel.tables import cases as t
from ..kernel.versions import law_at
from . import reads
from .departments import departments
from .lists import search
from .steps import history

PORTION = 1000


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """The steps of a case that have personal data put aside, and by what it is searched."""
    where = (t.private.c.case_id == case.id, t.private.c.payload.is_not(None))
    rows = context.connection.scalar(select(func.count()).select_from(t.private).where(*where))
    return (Holding(t.private.name, rows or 0), search.holdings(context, case))


def erase(context: Context, case: CaseRow) -> None:
    """Erases the personal data of the steps of a case, by what it is searched, and why it was read."""
    values = {"payload": None, "salt": None, "erased_at": context.stamp, "erased_by": context.actor.user_id}
    where = (t.private.c.case_id == case.id, t.private.c.payload.is_not(None))
    if context.connection.execute(update(t.private).where(*where).values(values)).rowcount:
        _fold_again(context.connection, case)
    search.erase(context, case)
    reads.erase(context, case)


def _fold_again(connection: Connection, case: CaseRow) -> None:
    """Takes out of the case's own row what was typed where a department or a person of the office is named."""
    columns = t.case.c
    found = (columns.snapshot, columns.version, columns.config_id, columns.department)
    row = connection.execute(select(*found).where(columns.id == case.id)).one()
    folded, _ = fold(case.number, history(connection, case.id), law_at(connection, row.config_id, case.agency))
    handled = departments(connection, case.id)
    told = {"handler": folded.handler or None, "department": handled[-1] if handled else None, "snapshot": dump(folded)}
    if (told["snapshot"], told["department"]) != (row.snapshot, row.department):
        told["version"] = row.version + 1  # who has read the case before may not write it back
        connection.execute(update(t.case).where(columns.id == case.id).values(told))


def erasures(connection: Connection) -> Iterator[Erasure]:
    """What says of itself that it was erased: steps, and reasons of reads."""
    columns = t.private.c
    erased = or_(columns.erased_at.is_not(None), columns.erased_by.is_not(None))
    statement = select(columns.case_id, columns.erased_at, columns.erased_by).where(erased)
    for row in connection.execute(statement.distinct().order_by(columns.case_id)):
        yield Erasure(*row)
    yield from reads.erasures(connection)


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Does nothing: the case's own row already has its due day."""


def verify(connection: Connection, agency: str | None) -> Verified:
    """Recomputes every chain, also of the reads; memory does not grow with the history."""
    faults: list[IntegrityFault] = []
    cases = events = 0
    for _, rows in groupby(_rows(connection, agency), key=lambda row: row.case_id):
        cases += 1
        events += _chain(list(rows), faults)
    read = reads.verify(connection, agency)
    lost = connection.execute(_WITHOUT_CASE).scalars()
    faults += [IntegrityFault("case_row_missing", str(case_id)) for case_id in lost]
    strays = _OF_NO_STEP if agency is None else _OF_NO_STEP.where(t.case.c.agency == agency)
    faults += [IntegrityFault("private_altered", number, seq) for number, seq in connection.execute(strays)]
    return Verified({"cases": cases, "events": events, **read.counts}, (*faults, *read.faults))


_WITHOUT_CASE = (
    select(t.event.c.case_id)
    .outerjoin(t.case, t.case.c.id == t.event.c.case_id)
    .where(t.case.c.id.is_(None))
    .distinct()
    .order_by(t.event.c.case_id)
)


_OF_NO_STEP = (
    select(t.case.c.case_no, t.private.c.seq)
    .join(t.case, t.case.c.id == t.private.c.case_id)
    .outerjoin(t.event, and_(t.event.c.case_id == t.private.c.case_id, t.event.c.seq == t.private.c.seq))
    .where(t.event.c.id.is_(None))
    .order_by(t.private.c.case_id, t.private.c.seq)
)


def _rows(connection: Connection, agency: str | None) -> Iterator[Any]:
    case, event, private = t.case.c, t.event.c, t.private.c
    statement = (
        select(
            case.id.label("case_id"),
            case.agency,
            case.case_no,
            case.head_hash,
            event.seq,
            event.move,
            type_coerce(event.on_date, String).label("on_date"),
            event.at_text,
            event.recorded_at,
            event.actor,
            event.data,
            event.live,
            event.prev_hash,
            event.hash,
            private.salt,
            private.payload,
            private.erased_at,
        )
        .outerjoin(t.event, event.case_id == case.id)
        .outerjoin(t.private, and_(private.case_id == case.id, private.seq == event.seq))
        .order_by(case.id, event.seq)
    )
    if agency is not None:
        statement = statement.where(case.agency == agency)
    return iter(connection.execute(statement, execution_options={"yield_per": PORTION}))


def _chain(rows: list[Any], faults: list[IntegrityFault]) -> int:
    """One case's links; returns how many there are."""
    first = rows[0]
    if first.seq is None:
        faults.append(IntegrityFault("no_history", first.case_no))
        return 0
    previous = GENESIS
    for expected, row in enumerate(rows, 1):
        if row.seq != expected:
            faults.append(IntegrityFault("step_missing", row.case_no, expected))
            return len(rows)
        whole = row.prev_hash == previous and row.live in (0, 1)  # any other number has the hash of 1
        if not whole or row.hash != event_hash(previous, row.agency, row.case_no, row._mapping):
            faults.append(IntegrityFault("step_altered", row.case_no, row.seq))
            return len(rows)
        try:
            if not _private_is_whole(row):
                faults.append(IntegrityFault("private_altered", row.case_no, row.seq))
        except UNREADABLE:
            faults.append(IntegrityFault("row_unreadable", row.case_no, row.seq))
        previous = row.hash
    if first.head_hash != previous:
        faults.append(IntegrityFault("end_missing", first.case_no, len(rows)))
    return len(rows)


def _private_is_whole(row: Any) -> bool:
    """Whether the personal data put aside match the hashes in the history."""
    redacted = dict(redacted_places(json.loads(row.data))) | redacted_by(row.actor)
    if row.payload is None:
        return row.salt is None and (not redacted or row.erased_at is not None)
    aside = json.loads(row.payload).items()
    return redacted == {place: REDACTED + digest(row.salt or "", canonical(value)) for place, value in aside}
