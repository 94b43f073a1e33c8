"""Tables of the audit: checkpoints and the heads that they tie together."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from .base import metadata

checkpoint = Table(
    "dsc_checkpoint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", String(32), nullable=False),
    Column("heads", Integer, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("prev_hash"),
)

checkpoint_head = Table(
    "dsc_checkpoint_head",
    metadata,
    Column("checkpoint_id", Integer, ForeignKey("dsc_checkpoint.id"), primary_key=True),
    Column("case_id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
