"""The plugin's tables: own metadata, own prefix, portable types, identifiers of at most 30 characters.

Dates are ``Date`` (Asia/Shanghai); instants are ISO texts in UTC, so that a hash over them holds on
every database; JSON is text.
"""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = "0001"
PREFIX = "dsc_"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

version = Table("dsc_version", metadata, Column("version_num", String(32), primary_key=True))

agency = Table(
    "dsc_agency",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("profile", Text, nullable=False),
)

case = Table(
    "dsc_case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("case_no", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("handler", String(128)),
    Column("received_on", Date),
    Column("is_open", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("due_rule", String(32)),
    Column("paused_until", Date),
    Column("waits", Integer, nullable=False),
    Column("received_year", Integer),
    Column("done_year", Integer),
    Column("row_key", String(32)),
    Column("config_id", Integer, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("sealed_version", Integer, nullable=False),
    Column("snapshot", Text, nullable=False),
    UniqueConstraint("agency", "case_no"),
    Index("ix_dsc_case_due", "is_open", "agency", "due_on"),
    Index("ix_dsc_case_report", "agency", "done_year", "received_year", "kind", "row_key"),
)

event = Table(
    "dsc_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("dsc_case.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("move", String(32), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("at_text", String(40)),
    Column("recorded_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "seq"),
)

private = Table(
    "dsc_private",
    metadata,
    Column("case_id", Integer, ForeignKey("dsc_case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("erased_at", String(32)),
    Column("erased_by", String(128)),
)

remedy = Table(
    "dsc_remedy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("dsc_case.id"), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("remedy_no", String(128), nullable=False),
    Column("column_key", String(32), nullable=False),
    Column("from_year", Integer, nullable=False),
    Column("to_year", Integer, nullable=False),
    Index("ix_dsc_remedy_case", "case_id"),
    Index("ix_dsc_remedy_report", "agency", "to_year", "from_year", "column_key"),
)

outbox = Table(
    "dsc_outbox",
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
    UniqueConstraint("event_key"),
    Index("ix_dsc_outbox_open", "sent_at", "id"),
)

idempotency = Table(
    "dsc_idempotency",
    metadata,
    Column("agency", String(64), primary_key=True),
    Column("request_key", String(128), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

config = Table(
    "dsc_config",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("value", Text, nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("created_at", String(32), nullable=False),
)

frozen = Table(
    "dsc_frozen",
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

sweep = Table(
    "dsc_sweep",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ran_at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("reminders", Integer, nullable=False),
)
