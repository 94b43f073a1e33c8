"""Proof that the history is whole: each case's chain recomputed, and checkpoints that tie the chains together.

Writers of different cases never wait for each other: a chain runs within one case, and a checkpoint
notes the heads of all chains that have grown since the one before.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from ...notifications.messages.catalogue import say
from ...states.errors import Conflict
from ..cases.queries import grown_chains, hashes_at, names_of, note_sealed
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context, SystemClock
from ..kernel.owners import Fault, owners
from ..kernel.tables import casefile as t
from ..kernel.unit import unit

_CLOCK = SystemClock()
PORTION = 1000
HEADS = 10_000
"""A checkpoint holds no more: the first one after a large import must not fill the memory."""
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
    counts: dict[str, int] = {}
    found: list[Fault] = []
    checkpoints = _checkpoints(connection, found)
    for owner in owners():
        verified = owner.verify(connection, agency)
        counts |= verified.counts
        found += verified.faults
    faults = tuple(_told(item) for item in found)
    return AuditResult(checkpoints=checkpoints, faults=faults, **{name: counts[name] for name in _COUNTED})


_COUNTED = ("cases", "events", "sheets", "papers")


def _told(fault: Fault) -> AuditFault:
    where, seq = fault.where, fault.seq
    return AuditFault(code=fault.code, where=where, seq=seq, message=say(f"audit_{fault.code}", where=where, seq=seq))


def checkpoint(
    context: Context,
) -> int:
    """Ties together the heads of all chains that have grown since the last checkpoint; returns how many.

    Raises:
        Conflict: another checkpoint was taken at the same moment.
    """
    total = last = 0
    with unit(context) as connection:
        while grown := grown_chains(connection, last, HEADS):
            previous = connection.execute(_LAST_CHECKPOINT).scalar() or GENESIS
            try:
                _write(connection, [row for row in grown if row.seq is not None], previous, context.stamp)
            except IntegrityError:
                raise Conflict("conflict", text="checkpoint_twice") from None
            note_sealed(connection, grown)
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


def _checkpoints(connection: Connection, faults: list[Fault]) -> int:
    """The chain of checkpoints, and each head in it against the history of its case."""
    head = t.checkpoint_head.c
    previous, number = GENESIS, 0
    for row in connection.execute(select(t.checkpoint).order_by(t.checkpoint.c.id)).all():
        number += 1
        statement = select(head.case_id, head.seq, head.hash).where(head.checkpoint_id == row.id).order_by(head.case_id)
        rows = [item._asdict() for item in connection.execute(statement)]
        if row.prev_hash != previous or row.heads != len(rows) or row.hash != _sum(previous, row.created_at, rows):
            faults.append(Fault("checkpoint_altered", str(row.id)))
        previous = row.hash
    _compare_heads(connection, faults)
    return number


def _compare_heads(connection: Connection, faults: list[Fault]) -> None:
    """Each head that a checkpoint holds against the history of its case."""
    head = t.checkpoint_head.c
    statement = select(head.case_id, head.seq, head.hash).distinct().order_by(head.case_id, head.seq)
    rows = iter(connection.execute(statement).all())
    while portion := list(islice(rows, PORTION)):
        now = hashes_at(connection, [(row.case_id, row.seq) for row in portion])
        gone = [row for row in portion if now.get((row.case_id, row.seq)) != row.hash]
        names = names_of(connection, [row.case_id for row in gone])
        for row in gone:
            _, number = names.get(row.case_id, ("", str(row.case_id)))
            faults.append(Fault("sealed_step_gone", number, row.seq))
