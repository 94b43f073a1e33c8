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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = "0003"
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
    Column("department", String(128)),
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
    Column("open_sheets", Integer, nullable=False, server_default="0"),
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
    Column("dead_at", String(32)),
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

sheet = Table(
    "dsc_sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("case_id", Integer, ForeignKey("dsc_case.id"), nullable=False),
    Column("case_no", String(128), nullable=False),
    Column("sheet_no", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("move", String(32), nullable=False),
    Column("matter", String(16), nullable=False),
    Column("drafter", String(128), nullable=False),
    Column("drafter_name", String(128)),
    Column("department", String(128)),
    Column("authors", Text, nullable=False),
    Column("config_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("step_no", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("trouble", String(32)),
    Column("event_seq", Integer),
    Column("seal_role", String(64)),
    Column("sealed_hash", String(64)),
    Column("created_at", String(32), nullable=False),
    Column("closed_at", String(32)),
    Column("urged_at", String(32)),
    Column("last_act", Integer, nullable=False),
    UniqueConstraint("agency", "case_no", "sheet_no"),
    Index("ix_dsc_sheet_case", "case_id"),
    Index("ix_dsc_sheet_mine", "drafter", "agency", "is_open", "due_on"),
    Index("ix_dsc_sheet_open", "agency", "is_open", "due_on"),
)

step = Table(
    "dsc_step",
    metadata,
    Column("sheet_id", Integer, ForeignKey("dsc_sheet.id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_on", Date),
    Column("level", Integer, nullable=False),
)

task = Table(
    "dsc_task",
    metadata,
    Column("sheet_id", Integer, ForeignKey("dsc_sheet.id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("step_no", Integer, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("move", String(32), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("user_name", String(128)),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("box", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("parent_no", Integer),
    Column("verdict", String(16)),
    Column("signed", String(64)),
    Column("acted_by", String(128)),
    Column("saved", Text),
    Column("due_on", Date, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("opened_at", String(32)),
    Column("done_at", String(32)),
    Index("ix_dsc_task_box", "user_id", "agency", "box", "due_on"),
)

action = Table(
    "dsc_action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sheet_id", Integer, ForeignKey("dsc_sheet.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("on_behalf_of", String(128)),
    Column("actor", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("sheet_id", "seq"),
)

aside = Table(
    "dsc_aside",
    metadata,
    Column("sheet_id", Integer, ForeignKey("dsc_sheet.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("erased_at", String(32)),
)

urge = Table(
    "dsc_urge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sheet_id", Integer, ForeignKey("dsc_sheet.id"), nullable=False),
    Column("task_no", Integer, nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("urged_by", String(128), nullable=False),
    Column("urged_at", String(32), nullable=False),
    Column("read_at", String(32)),
    Index("ix_dsc_urge_sheet", "sheet_id", "task_no"),
)

substitute = Table(
    "dsc_substitute",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("principal", String(128), nullable=False),
    Column("stand_in", String(128), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("moves", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Index("ix_dsc_substitute_in", "stand_in", "agency", "until_on"),
)

series = Table(
    "dsc_series",
    metadata,
    Column("agency", String(64), primary_key=True),
    Column("series", String(64), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

notice = Table(
    "dsc_notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("case_id", Integer, ForeignKey("dsc_case.id"), nullable=False),
    Column("notice_no", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("paper", String(8), nullable=False),
    Column("event_seq", Integer, nullable=False),
    Column("ref", String(128), nullable=False),
    Column("title", String(128), nullable=False),
    Column("number", String(128)),
    Column("series", String(64)),
    Column("year", Integer),
    Column("serial", Integer),
    Column("issued_on", Date, nullable=False),
    Column("issued_at", String(32), nullable=False),
    Column("template_hash", String(64), nullable=False),
    Column("facts", Text),
    Column("facts_hash", String(64), nullable=False),
    Column("salt", String(64)),
    Column("replaces_no", Integer),
    Column("voided_at", String(32)),
    Column("erased_at", String(32)),
    UniqueConstraint("case_id", "notice_no"),
    Index("ix_dsc_notice_number", "agency", "series", "year", "serial", unique=True),
    Index("ix_dsc_notice_text", "agency", "number"),
)

carrier = Table(
    "dsc_carrier",
    metadata,
    Column("notice_id", Integer, ForeignKey("dsc_notice.id"), primary_key=True),
    Column("carrier", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("salt", String(64)),
    Column("content", LargeBinary),
)

paper_act = Table(
    "dsc_paper_act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("dsc_case.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("notice_no", Integer),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "seq"),
)

proof = Table(
    "dsc_proof",
    metadata,
    Column("case_id", Integer, ForeignKey("dsc_case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("file_name", String(255)),
    Column("file_hash", String(64)),
    Column("file_content", LargeBinary),
    Column("erased_at", String(32)),
)
