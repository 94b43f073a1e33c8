"""Version 0005: the register-wide chain, a counter for settings versions, guards of more tables, erasures of before."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from disclosure.workflow.kernel.chains import GENESIS, link
from disclosure.workflow.kernel.migrations.operations import TableOperations


def upgrade(op: TableOperations) -> None:
    """Goes forward."""
    _counter(op)
    _profiles(op)
    _links(op)
    _erased(op)
    op.drop_column("case", "sealed_version")
    op.drop_column("carrier", "salt")
    op.guard(*_GUARDED)


_GUARDED = (
    "event",
    "action",
    "paper_act",
    "erasure",
    "read",
    "config",
    "frozen",
    "checkpoint",
    "link",
)


def _counter(op: TableOperations) -> None:
    """The settings version as a counter: versions of before keep their numbers."""
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("config", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index("config_version", "config", ["version"])
    config = op.table("config", sa.column("id"), sa.column("version"))
    op.bind.execute(sa.update(config).values(version=config.c.id))
    newest = op.bind.execute(sa.select(sa.func.max(config.c.id))).scalar()
    _count(op, "settings", newest or 0, None)


def _profiles(op: TableOperations) -> None:
    """Puts the particulars of the agencies on record, so that a change of them can be told."""
    names = ("topic", "name", "value", "user_id", "created_at", "version")
    config = op.table("config", *(sa.column(name) for name in names))
    agency = op.table("agency", sa.column("code"), sa.column("profile"))
    for row in op.bind.execute(sa.select(agency).order_by(agency.c.code)).all():
        values = ("agency", row.code, row.profile, "", "", 0)
        op.bind.execute(sa.insert(config).values(dict(zip(names, values, strict=True))))


def _count(op: TableOperations, name: str, number: int, sum_: str | None) -> None:
    counter = op.table("counter", sa.column("name"), sa.column("number"), sa.column("hash"))
    op.bind.execute(sa.insert(counter).values(name=name, number=number, hash=sum_))


def _links(op: TableOperations) -> None:
    """Checkpoints hold more than chains of cases; those of before stay as they are, under the first scheme."""
    op.add_column("checkpoint", sa.Column("scheme", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "link",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["checkpoint_id"], [op.key("checkpoint.id")]),
        sa.PrimaryKeyConstraint("checkpoint_id", "kind", "ref"),
    )
    op.create_index("link_of", "link", ["kind", "ref", "seq"])
    names = ("checkpoint_id", "case_id", "seq", "hash")
    head = op.table("checkpoint_head", *(sa.column(name) for name in names))
    new = op.table("link", *(sa.column(name) for name in ("checkpoint_id", "kind", "ref", "seq", "hash")))
    before = sa.select(head.c.checkpoint_id, sa.literal_column("'case'"), head.c.case_id, head.c.seq, head.c.hash)
    op.bind.execute(sa.insert(new).from_select(["checkpoint_id", "kind", "ref", "seq", "hash"], before))
    op.drop_table("checkpoint_head")
    checkpoint = op.table("checkpoint", sa.column("id"), sa.column("hash"))
    number = op.bind.execute(sa.select(sa.func.count()).select_from(checkpoint)).scalar_one()
    last = op.bind.execute(sa.select(checkpoint.c.hash).order_by(checkpoint.c.id.desc()).limit(1)).scalar()
    if last is not None:
        _count(op, "checkpoints", number, last)


_ERASURE = (
    "agency",
    "seq",
    "act",
    "case_no",
    "on_date",
    "recorded_at",
    "user_id",
    "actor",
    "list",
    "list_hash",
)


def _erased(op: TableOperations) -> None:
    """Notes what was erased before erasures were a chain: what says of itself that it is erased must be on record."""
    names = (*_ERASURE[:4], *_ERASURE[5:], "prev_hash", "hash")
    erasure = op.table("erasure", sa.column("on_date", sa.Date()), *(sa.column(name) for name in names))
    head = op.table("erasure_head", sa.column("agency"), sa.column("seq"), sa.column("hash"))
    for agency, rows in groupby(_erased_before(op), key=lambda row: row.agency):
        end = op.bind.execute(sa.select(head.c.seq, head.c.hash).where(head.c.agency == agency)).first()
        seq, previous = (end.seq, end.hash) if end is not None else (0, GENESIS)
        for row in rows:
            seq += 1
            by = row.erased_by or ""
            day = sa.Date().python_type.fromisoformat(row.erased_at[:10])
            values = (agency, seq, "earlier", row.case_no, day, row.erased_at, by, "{}", "{}", "")
            sum_ = link(previous, *values)
            found = dict(zip(_ERASURE, values, strict=True)) | {"prev_hash": previous, "hash": sum_}
            op.bind.execute(sa.insert(erasure).values(found))
            previous = sum_
        if end is not None:
            op.bind.execute(sa.update(head).where(head.c.agency == agency).values(seq=seq, hash=previous))
        else:
            op.bind.execute(sa.insert(head).values(agency=agency, seq=seq, hash=previous))


def _erased_before(op: TableOperations) -> Sequence[Any]:
    """Agency, number, last moment and person of each case that was erased and is not in the chain."""
    case = op.table("case", sa.column("id"), sa.column("agency"), sa.column("case_no"))
    private = op.table("private", sa.column("case_id"), sa.column("erased_at"), sa.column("erased_by"))
    known = op.table("erasure", sa.column("agency"), sa.column("case_no"), sa.column("act"))
    there = sa.exists().where(
        known.c.agency == case.c.agency, known.c.case_no == case.c.case_no, known.c.act == "erased"
    )
    statement = (
        sa.select(
            case.c.agency,
            case.c.case_no,
            sa.func.max(private.c.erased_at).label("erased_at"),
            sa.func.max(private.c.erased_by).label("erased_by"),
        )
        .join_from(private, case, case.c.id == private.c.case_id)
        .where(private.c.erased_at.is_not(None), ~there)
        .group_by(case.c.agency, case.c.case_no)
        .order_by(case.c.agency, case.c.case_no)
    )
    return op.bind.execute(statement).all()
