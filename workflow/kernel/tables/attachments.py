"""Tables of attachments: the entries, what is personal of them, and the contents in the database's own store."""

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from .base import PREFIX, Linked, metadata

attachment = Table(
    f"{PREFIX}attachment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("type", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "seq"),
)

attached = Table(
    f"{PREFIX}attached",
    metadata,
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("name", String(255)),
    Column("sha256", String(64)),
    Column("store", String(16), nullable=False),
    Column("store_key", String(64)),
    Column("erased_at", String(32)),
)

content = Table(
    f"{PREFIX}content",
    metadata,
    Column("store_key", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("portion", LargeBinary, nullable=False),
)

LINKED = (Linked("attachment", attachment, "case_id"),)
