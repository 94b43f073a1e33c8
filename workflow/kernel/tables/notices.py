"""Tables of issued papers: papers, their bytes, acts of service with proofs."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from .base import PREFIX, Linked, metadata

notice = Table(
    f"{PREFIX}notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
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
    Index(f"ix_{PREFIX}notice_number", "agency", "series", "year", "serial", unique=True),
    Index(f"ix_{PREFIX}notice_text", "agency", "number"),
)

carrier = Table(
    f"{PREFIX}carrier",
    metadata,
    Column("notice_id", Integer, ForeignKey(f"{PREFIX}notice.id"), primary_key=True),
    Column("carrier", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("content", LargeBinary),
)

paper_act = Table(
    f"{PREFIX}paper_act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
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
    f"{PREFIX}proof",
    metadata,
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("file_name", String(255)),
    Column("file_hash", String(64)),
    Column("file_content", LargeBinary),
    Column("erased_at", String(32)),
)

LINKED = (Linked("paper", paper_act, "case_id", states="disclosure.workflow.notices.owner"),)
