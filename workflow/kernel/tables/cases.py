"""Tables of the cases: rows, events, personal data apart, by what they are searched, reads of them, remedies."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from .base import PREFIX, Linked, metadata

case = Table(
    f"{PREFIX}case",
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
    Column("open_sheets", Integer, nullable=False, server_default="0"),
    Column("stage", String(32)),
    Column("awaits_since", Date),
    Column("acts_on", Date),
    Column("tell_by", Date),
    Column("to_confirm", Integer, nullable=False, server_default="0"),
    Column("breached_on", Date),
    Column("last_fact_on", Date, nullable=False, server_default="0001-01-01"),
    Column("reply_issued", Integer, nullable=False, server_default="0"),
    Column("snapshot", Text, nullable=False),
    UniqueConstraint("agency", "case_no"),
    Index(f"ix_{PREFIX}case_due", "is_open", "agency", "due_on", "id"),
    Index(f"ix_{PREFIX}case_waiting", "agency", "awaits_since"),
    Index(f"ix_{PREFIX}case_ahead", "agency", "last_fact_on"),
    Index(f"ix_{PREFIX}case_received", "agency", "received_on"),
    Index(f"ix_{PREFIX}case_department", "agency", "department", "is_open", "due_on"),
    Index(f"ix_{PREFIX}case_handler", "agency", "handler", "is_open", "due_on"),
    Index(f"ix_{PREFIX}case_state", "agency", "state", "is_open", "due_on"),
    Index(f"ix_{PREFIX}case_report", "agency", "done_year", "received_year", "kind", "row_key"),
)

IS_OPEN = case.c.is_open == literal_column("1")
"""Open, as a constant: only then a database sees that an index of the open cases alone will do."""
Index(
    f"ix_{PREFIX}case_lamp",
    *(
        case.c[name]
        for name in (
            "is_open",
            "agency",
            "due_on",
            "id",
            "paused_until",
            "acts_on",
            "awaits_since",
            "stage",
            "state",
            "to_confirm",
            "breached_on",
            "reply_issued",
            "open_sheets",
            "last_fact_on",
            "department",
            "handler",
        )
    ),
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
"""All that tells the lamp of an open case: lamps are counted without reading a row."""

event = Table(
    f"{PREFIX}event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("move", String(32), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("at_text", String(40)),
    Column("recorded_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("live", Integer, nullable=False, server_default="0"),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "seq"),
)

private = Table(
    f"{PREFIX}private",
    metadata,
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("erased_at", String(32)),
    Column("erased_by", String(128)),
)

pair = Table(
    f"{PREFIX}pair",
    metadata,
    Column("pair", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), primary_key=True),
    Index(f"ix_{PREFIX}pair_case", "case_id"),
    sqlite_with_rowid=False,
)

remedy = Table(
    f"{PREFIX}remedy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("remedy_no", String(128), nullable=False),
    Column("column_key", String(32), nullable=False),
    Column("from_year", Integer, nullable=False),
    Column("to_year", Integer, nullable=False),
    Index(f"ix_{PREFIX}remedy_case", "case_id"),
    Index(f"ix_{PREFIX}remedy_report", "agency", "to_year", "from_year", "column_key"),
)

read = Table(
    f"{PREFIX}read",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("what", String(32), nullable=False),
    Column("about", String(255), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("why_hash", String(64), nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "seq"),
)

read_why = Table(
    f"{PREFIX}read_why",
    metadata,
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("erased_at", String(32)),
)

LINKED = (Linked("case", event, "case_id"), Linked("read", read, "case_id"))
