"""Tables of retention: what was listed for erasure and what was erased, as the links of a chain, and its end."""

from sqlalchemy import Column, Date, Integer, String, Table, Text, UniqueConstraint

from .base import PREFIX, metadata, rows_of

erasure = Table(
    f"{PREFIX}erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("case_no", String(128), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("actor", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("list_hash", String(64), nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("agency", "seq"),
)

erasure_head = Table(
    f"{PREFIX}erasure_head",
    metadata,
    Column("agency", String(64), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

LINKED = (rows_of("erasure", erasure),)
