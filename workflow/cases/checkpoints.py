"""Checkpoints: each links the last hashes of all chains that have grown since the checkpoint before.

Writers of different cases never wait for each other: a chain runs within one case.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from ...states.errors import Conflict
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context
from ..kernel.owners import IntegrityFault, Verified
from ..kernel.tables import cases as t
from ..kernel.unit import unit
from .queries import grown_chains, hashes_at, names_of, note_checkpointed

PORTION = 1000
HEADS = 10_000
"""A checkpoint holds no more: the first one after a large import must not fill the memory."""

_HEAD = t.checkpoint_head.c
_HEADS = (_HEAD.case_id, _HEAD.seq, _HEAD.hash)
_LAST_CHECKPOINT = select(t.checkpoint.c.hash).order_by(t.checkpoint.c.id.desc()).limit(1)


class Head(NamedTuple):
    """The end of one case's chain, as a checkpoint holds it."""

    case_id: int
    seq: int
    hash: str


class Checkpoint(NamedTuple):
    """A checkpoint with the heads that it ties together."""

    id: int
    created_at: str
    prev_hash: str
    hash: str
    heads: Sequence[Head]


def checkpoint(context: Context) -> int:
    """Links the last hashes of all chains that have grown since the last checkpoint; returns how many.

    Raises:
        NotPermitted; Conflict: another checkpoint was taken at the same moment.
    """
    context.require_everywhere("operate")
    total = last = 0
    with unit(context) as connection:
        while grown := grown_chains(connection, last, HEADS):
            previous = connection.execute(_LAST_CHECKPOINT).scalar() or GENESIS
            heads = [Head(row.id, row.seq, row.head_hash) for row in grown if row.seq is not None]
            try:
                _write(connection, heads, previous, context.stamp)
            except IntegrityError:
                raise Conflict("conflict", text="checkpoint_twice") from None
            note_checkpointed(connection, grown)
            total, last = total + len(grown), grown[-1].id
    return total


def _write(connection: Connection, heads: Sequence[Head], previous: str, at: str) -> None:
    row = {"created_at": at, "heads": len(heads), "prev_hash": previous, "hash": _sum(previous, at, heads)}
    key = connection.execute(insert(t.checkpoint), row).inserted_primary_key[0]  # type: ignore[index]
    for start in range(0, len(heads), PORTION):
        portion = [{"checkpoint_id": key} | head._asdict() for head in heads[start : start + PORTION]]
        connection.execute(insert(t.checkpoint_head), portion)


def _sum(previous: str, at: str, heads: Sequence[Head]) -> str:
    return digest(previous, at, *(f"{head.case_id}:{head.seq}:{head.hash}" for head in heads))


def _heads_of(connection: Connection, checkpoint_id: int) -> list[Head]:
    statement = select(*_HEADS).where(_HEAD.checkpoint_id == checkpoint_id).order_by(_HEAD.case_id)
    return [Head(*row) for row in connection.execute(statement)]


def checkpoints_with(connection: Connection, case_id: int) -> list[Checkpoint]:
    """The checkpoints that hold a case; of the other cases in them no more than number and hash."""
    mine = select(_HEAD.checkpoint_id).where(_HEAD.case_id == case_id)
    rows = connection.execute(select(t.checkpoint).where(t.checkpoint.c.id.in_(mine)).order_by(t.checkpoint.c.id)).all()
    return [Checkpoint(row.id, row.created_at, row.prev_hash, row.hash, _heads_of(connection, row.id)) for row in rows]


def verify_checkpoints(connection: Connection) -> Verified:
    """The chain of checkpoints, and each head in it against the history of its case."""
    faults: list[IntegrityFault] = []
    previous, number = GENESIS, 0
    for row in connection.execute(select(t.checkpoint).order_by(t.checkpoint.c.id)).all():
        number += 1
        heads = _heads_of(connection, row.id)
        if row.prev_hash != previous or row.heads != len(heads) or row.hash != _sum(previous, row.created_at, heads):
            faults.append(IntegrityFault("checkpoint_altered", str(row.id)))
        previous = row.hash
    faults += _lost_heads(connection)
    return Verified({"checkpoints": number}, tuple(faults))


def _lost_heads(connection: Connection) -> Iterator[IntegrityFault]:
    """Every hash in a checkpoint that the history of its case no longer contains."""
    statement = select(*_HEADS).distinct().order_by(_HEAD.case_id, _HEAD.seq)
    heads = (Head(*row) for row in connection.execute(statement).all())
    while portion := list(islice(heads, PORTION)):
        now = hashes_at(connection, [(head.case_id, head.seq) for head in portion])
        gone = [head for head in portion if now.get((head.case_id, head.seq)) != head.hash]
        names = names_of(connection, [head.case_id for head in gone])
        for head in gone:
            _, number = names.get(head.case_id, ("", str(head.case_id)))
            yield IntegrityFault("checkpointed_step_gone", number, head.seq)
