"""Tables of the annual report: published figures."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from .base import PREFIX, metadata, rows_of

frozen = Table(
    f"{PREFIX}frozen",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("figures", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    UniqueConstraint("agency", "year", "revision"),
)

LINKED = (rows_of("frozen", frozen),)
