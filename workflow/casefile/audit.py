"""Proof that the history is whole: each case's chain recomputed, and checkpoints that tie the chains together.

Writers of different cases never wait for each other: a chain runs within one case, and a checkpoint
notes the heads of all chains that have grown since the one before.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ...notifications.messages.catalogue import say
from ...states.errors import Conflict
from ..approvals.audit import verify_sheets
from ..kernel import tables as t
from ..kernel.clock import SystemClock
from ..kernel.context import Context
from ..kernel.sealing import GENESIS, SEALED, canonical, digest, event_hash, sealed_places
from ..kernel.unit import unit
from ..notices.audit import verify_papers

_CLOCK = SystemClock()
PORTION = 1000
HEADS = 10_000
"""A checkpoint holds no more: the first one after a large import must not fill the memory."""
_SEALED = (
    update(t.case).where(t.case.c.id == bindparam("b_id")).values(sealed_version=bindparam("b_version"))
)  # a case that grows meanwhile has a higher version and is sealed next time
_LAST_STEP = select(func.max(t.event.c.seq)).where(t.event.c.case_id == t.case.c.id).scalar_subquery()
_GROWN = (
    select(t.case.c.id, t.case.c.head_hash, t.case.c.version, _LAST_STEP.label("seq"))
    .where(t.case.c.version > t.case.c.sealed_version, t.case.c.id > bindparam("last"))
    .order_by(t.case.c.id)
    .limit(HEADS)
)
"""Head and number of the last step in one statement: a move between two would part them."""
_LAST_CHECKPOINT = select(t.checkpoint.c.hash).order_by(t.checkpoint.c.id.desc()).limit(1)


class AuditFault(BaseModel):
    """One place where the history is not what was written: ``where`` is the case or checkpoint."""

    model_config = ConfigDict(frozen=True)
    code: str
    where: str
    seq: int | None = None
    message: str


class AuditResult(BaseModel):
    """What was verified, and every fault found."""

    model_config = ConfigDict(frozen=True)
    cases: int
    events: int
    checkpoints: int
    sheets: int
    papers: int
    faults: tuple[AuditFault, ...]


def verify(context: Context, agency: str | None = None) -> AuditResult:
    """Recomputes every chain and checkpoint, and who may not have signed; memory does not grow with the history."""
    connection = context.connection
    faults: list[AuditFault] = []
    cases = events = 0
    for _, rows in groupby(_rows(connection, agency), key=lambda row: row.case_id):
        cases += 1
        events += _chain(list(rows), faults)
    checkpoints = _checkpoints(connection, faults)
    sheets, found = verify_sheets(connection, agency)
    faults += [_fault(item.code, item.sheet, item.seq) for item in found]
    issued, wrong = verify_papers(connection, agency)
    faults += [_fault(item.code, item.case, item.seq) for item in wrong]
    return AuditResult(
        cases=cases, events=events, checkpoints=checkpoints, sheets=sheets, papers=issued, faults=tuple(faults)
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
            event.on_date,
            event.at_text,
            event.recorded_at,
            event.actor,
            event.data,
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


def _fault(code: str, where: str, seq: int | None = None) -> AuditFault:
    return AuditFault(code=code, where=where, seq=seq, message=say(f"audit_{code}", where=where, seq=seq))


def _chain(rows: list[Any], faults: list[AuditFault]) -> int:
    """One case's links; returns how many there are."""
    first = rows[0]
    if first.seq is None:
        faults.append(_fault("no_history", first.case_no))
        return 0
    previous = GENESIS
    for expected, row in enumerate(rows, 1):
        if row.seq != expected:
            faults.append(_fault("step_missing", row.case_no, expected))
            return len(rows)
        if row.prev_hash != previous or row.hash != event_hash(previous, row.agency, row.case_no, row._mapping):
            faults.append(_fault("step_altered", row.case_no, row.seq))
            return len(rows)
        if not _private_is_whole(row):
            faults.append(_fault("private_altered", row.case_no, row.seq))
        previous = row.hash
    if first.head_hash != previous:
        faults.append(_fault("end_missing", first.case_no, len(rows)))
    return len(rows)


def _private_is_whole(row: Any) -> bool:
    """Whether what was put aside is what the history sealed."""
    sealed = dict(sealed_places(json.loads(row.data)))
    if row.payload is None:
        return not sealed or row.erased_at is not None
    aside = json.loads(row.payload).items()
    return sealed == {place: SEALED + digest(row.salt or "", canonical(value)) for place, value in aside}


def checkpoint(
    context: Context,
) -> int:
    """Ties together the heads of all chains that have grown since the last checkpoint; returns how many.

    Raises:
        Conflict: another checkpoint was taken at the same moment.
    """
    total = last = 0
    with unit(context) as connection:
        while grown := connection.execute(_GROWN, {"last": last}).all():
            previous = connection.execute(_LAST_CHECKPOINT).scalar() or GENESIS
            try:
                _write(connection, [row for row in grown if row.seq is not None], previous, context.stamp)
            except IntegrityError:
                raise Conflict("conflict", text="checkpoint_twice") from None
            connection.execute(_SEALED, [{"b_id": row.id, "b_version": row.version} for row in grown])
            total, last = total + len(grown), grown[-1].id
    return total


def _write(connection: Connection, grown: Sequence[Any], previous: str, at: str) -> None:
    rows = [{"case_id": row.id, "seq": row.seq, "hash": row.head_hash} for row in grown]
    row = {"created_at": at, "heads": len(rows), "prev_hash": previous, "hash": _sum(previous, at, rows)}
    key = connection.execute(insert(t.checkpoint), row).inserted_primary_key[0]  # type: ignore[index]
    for start in range(0, len(rows), PORTION):
        portion = [item | {"checkpoint_id": key} for item in rows[start : start + PORTION]]
        connection.execute(insert(t.checkpoint_head), portion)


def _sum(previous: str, at: str, rows: list[dict[str, Any]]) -> str:
    return digest(previous, at, *(f"{row['case_id']}:{row['seq']}:{row['hash']}" for row in rows))


def _checkpoints(connection: Connection, faults: list[AuditFault]) -> int:
    """The chain of checkpoints, and each head in it against the history of its case."""
    head, event = t.checkpoint_head.c, t.event.c
    previous, number = GENESIS, 0
    for row in connection.execute(select(t.checkpoint).order_by(t.checkpoint.c.id)).all():
        number += 1
        statement = select(head.case_id, head.seq, head.hash).where(head.checkpoint_id == row.id).order_by(head.case_id)
        rows = [item._asdict() for item in connection.execute(statement)]
        if row.prev_hash != previous or row.heads != len(rows) or row.hash != _sum(previous, row.created_at, rows):
            faults.append(_fault("checkpoint_altered", str(row.id)))
        previous = row.hash
    statement = (
        select(head.case_id, head.seq, t.case.c.case_no)
        .outerjoin(t.event, and_(event.case_id == head.case_id, event.seq == head.seq))
        .outerjoin(t.case, t.case.c.id == head.case_id)
        .where(or_(event.hash.is_(None), event.hash != head.hash))
        .order_by(head.case_id, head.seq)
    )
    for item in connection.execute(statement):
        faults.append(_fault("sealed_step_gone", item.case_no or str(item.case_id), item.seq))
    return number
