"""Tables of delivery: sweeps over due days."""

from sqlalchemy import Column, Date, Integer, String, Table

from .base import PREFIX, metadata

sweep = Table(
    f"{PREFIX}sweep",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ran_at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("reminders", Integer, nullable=False),
)
