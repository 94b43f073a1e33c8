"""Tables of the kernel: schema version, agencies, settings, keys, outbox, counts, sweeps, the register's chain."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from .base import PREFIX, metadata, rows_of

version = Table(f"{PREFIX}version", metadata, Column("version_num", String(32), primary_key=True))

agency = Table(
    f"{PREFIX}agency",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("profile", Text, nullable=False),
)

outbox = Table(
    f"{PREFIX}outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_key", String(220), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", String(32)),
    Column("sent_at", String(32)),
    Column("failure", Text),
    Column("dead_at", String(32)),
    UniqueConstraint("event_key"),
    Index(f"ix_{PREFIX}outbox_open", "sent_at", "id"),
)

idempotency = Table(
    f"{PREFIX}idempotency",
    metadata,
    Column("agency", String(64), primary_key=True),
    Column("request_key", String(128), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

config = Table(
    f"{PREFIX}config",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("value", Text, nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Index(f"ix_{PREFIX}config_version", "version"),
)

counter = Table(
    f"{PREFIX}counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", String(64)),
)

serial = Table(
    f"{PREFIX}serial",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("agency", String(64), primary_key=True),
    Column("series", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

checkpoint = Table(
    f"{PREFIX}checkpoint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", String(32), nullable=False),
    Column("heads", Integer, nullable=False),
    Column("scheme", Integer, nullable=False, server_default="1"),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("prev_hash"),
)

link = Table(
    f"{PREFIX}link",
    metadata,
    Column("checkpoint_id", Integer, ForeignKey(f"{PREFIX}checkpoint.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("ref", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("state", String(64)),
    Index(f"ix_{PREFIX}link_of", "kind", "ref", "seq"),
)

sweep = Table(
    f"{PREFIX}sweep",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ran_at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("reminders", Integer, nullable=False),
)

LINKED = (rows_of("config", config),)
