"""Tables of delivery: sweeps over due days."""

from sqlalchemy import Column, Date, Integer, String, Table

from .base import metadata

sweep = Table(
    "dsc_sweep",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ran_at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("reminders", Integer, nullable=False),
)
