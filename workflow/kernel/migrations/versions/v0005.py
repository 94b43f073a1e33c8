"""Version 0005: the register-wide chain, a counter for settings versions, guards of more tables, erasures of before."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.chains import GENESIS, link
from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Goes forward."""
    bind = op.get_bind()
    _counter(bind)
    _profiles(bind)
    _links(bind)
    _erased(bind)
    op.drop_column("dsc_case", "sealed_version")
    op.drop_column("dsc_carrier", "salt")
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), _GUARDED):
        op.execute(statement)


_GUARDED = (
    "dsc_event",
    "dsc_action",
    "dsc_paper_act",
    "dsc_erasure",
    "dsc_read",
    "dsc_config",
    "dsc_frozen",
    "dsc_checkpoint",
    "dsc_link",
)


def _counter(bind: sa.Connection) -> None:
    """The settings version as a counter: versions of before keep their numbers."""
    op.create_table(
        "dsc_counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_dsc_counter"),
    )
    op.add_column("dsc_config", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_dsc_config_version", "dsc_config", ["version"], unique=False)
    config = sa.table("dsc_config", sa.column("id"), sa.column("version"))
    bind.execute(sa.update(config).values(version=config.c.id))
    newest = bind.execute(sa.select(sa.func.max(config.c.id))).scalar()
    _count(bind, "settings", newest or 0, None)


def _profiles(bind: sa.Connection) -> None:
    """Puts the particulars of the agencies on record, so that a change of them can be told."""
    names = ("topic", "name", "value", "user_id", "created_at", "version")
    config = sa.table("dsc_config", *(sa.column(name) for name in names))
    agency = sa.table("dsc_agency", sa.column("code"), sa.column("profile"))
    for row in bind.execute(sa.select(agency).order_by(agency.c.code)).all():
        values = ("agency", row.code, row.profile, "", "", 0)
        bind.execute(sa.insert(config).values(dict(zip(names, values, strict=True))))


def _count(bind: sa.Connection, name: str, number: int, sum_: str | None) -> None:
    counter = sa.table("dsc_counter", sa.column("name"), sa.column("number"), sa.column("hash"))
    bind.execute(sa.insert(counter).values(name=name, number=number, hash=sum_))


def _links(bind: sa.Connection) -> None:
    """Checkpoints hold more than chains of cases; those of before stay as they are, under the first scheme."""
    op.add_column("dsc_checkpoint", sa.Column("scheme", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "dsc_link",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["dsc_checkpoint.id"], name="fk_dsc_link"),
        sa.PrimaryKeyConstraint("checkpoint_id", "kind", "ref", name="pk_dsc_link"),
    )
    op.create_index("ix_dsc_link_of", "dsc_link", ["kind", "ref", "seq"], unique=False)
    names = ("checkpoint_id", "case_id", "seq", "hash")
    head = sa.table("dsc_checkpoint_head", *(sa.column(name) for name in names))
    new = sa.table("dsc_link", *(sa.column(name) for name in ("checkpoint_id", "kind", "ref", "seq", "hash")))
    before = sa.select(head.c.checkpoint_id, sa.literal_column("'case'"), head.c.case_id, head.c.seq, head.c.hash)
    bind.execute(sa.insert(new).from_select(["checkpoint_id", "kind", "ref", "seq", "hash"], before))
    op.drop_table("dsc_checkpoint_head")
    checkpoint = sa.table("dsc_checkpoint", sa.column("id"), sa.column("hash"))
    number = bind.execute(sa.select(sa.func.count()).select_from(checkpoint)).scalar_one()
    last = bind.execute(sa.select(checkpoint.c.hash).order_by(checkpoint.c.id.desc()).limit(1)).scalar()
    if last is not None:
        _count(bind, "checkpoints", number, last)


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


def _erased(bind: sa.Connection) -> None:
    """Notes what was erased before erasures were a chain: what says of itself that it is erased must be on record."""
    names = (*_ERASURE[:4], *_ERASURE[5:], "prev_hash", "hash")
    erasure = sa.table("dsc_erasure", sa.column("on_date", sa.Date()), *(sa.column(name) for name in names))
    head = sa.table("dsc_erasure_head", sa.column("agency"), sa.column("seq"), sa.column("hash"))
    for agency, rows in groupby(_erased_before(bind), key=lambda row: row.agency):
        end = bind.execute(sa.select(head.c.seq, head.c.hash).where(head.c.agency == agency)).first()
        seq, previous = (end.seq, end.hash) if end is not None else (0, GENESIS)
        for row in rows:
            seq += 1
            by = row.erased_by or ""
            day = sa.Date().python_type.fromisoformat(row.erased_at[:10])
            values = (agency, seq, "earlier", row.case_no, day, row.erased_at, by, "{}", "{}", "")
            sum_ = link(previous, *values)
            found = dict(zip(_ERASURE, values, strict=True)) | {"prev_hash": previous, "hash": sum_}
            bind.execute(sa.insert(erasure).values(found))
            previous = sum_
        if end is not None:
            bind.execute(sa.update(head).where(head.c.agency == agency).values(seq=seq, hash=previous))
        else:
            bind.execute(sa.insert(head).values(agency=agency, seq=seq, hash=previous))


def _erased_before(bind: sa.Connection) -> Sequence[Any]:
    """Agency, number, last moment and person of each case that was erased and is not in the chain."""
    case = sa.table("dsc_case", sa.column("id"), sa.column("agency"), sa.column("case_no"))
    private = sa.table("dsc_private", sa.column("case_id"), sa.column("erased_at"), sa.column("erased_by"))
    known = sa.table("dsc_erasure", sa.column("agency"), sa.column("case_no"), sa.column("act"))
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
    return bind.execute(statement).all()
