"""Tables of internal approval: sheets, steps, tasks, actions, what is kept apart, who has read what, urges,
substitutes, acting posts."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from .base import PREFIX, Linked, metadata, rows_of

sheet = Table(
    f"{PREFIX}sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("case_id", Integer, ForeignKey(f"{PREFIX}case.id"), nullable=False),
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
    Index(f"ix_{PREFIX}sheet_case", "case_id"),
    Index(f"ix_{PREFIX}sheet_mine", "drafter", "agency", "is_open", "due_on"),
    Index(f"ix_{PREFIX}sheet_open", "agency", "is_open", "due_on"),
)

step = Table(
    f"{PREFIX}step",
    metadata,
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_on", Date),
    Column("level", Integer, nullable=False),
)

task = Table(
    f"{PREFIX}task",
    metadata,
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), primary_key=True),
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
    Index(f"ix_{PREFIX}task_box", "user_id", "agency", "box", "due_on"),
)

action = Table(
    f"{PREFIX}action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), nullable=False),
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
    f"{PREFIX}aside",
    metadata,
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("salt", String(64)),
    Column("payload", Text),
    Column("erased_at", String(32)),
)

shown = Table(
    f"{PREFIX}shown",
    metadata,
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), primary_key=True),
    Column("user_id", String(128), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("case_seq", Integer, nullable=False),
    Column("shown_at", String(32), nullable=False),
)

urge = Table(
    f"{PREFIX}urge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sheet_id", Integer, ForeignKey(f"{PREFIX}sheet.id"), nullable=False),
    Column("task_no", Integer, nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("urged_by", String(128), nullable=False),
    Column("urged_at", String(32), nullable=False),
    Column("read_at", String(32)),
    Index(f"ix_{PREFIX}urge_sheet", "sheet_id", "task_no"),
)

substitute = Table(
    f"{PREFIX}substitute",
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
    Index(f"ix_{PREFIX}substitute_in", "stand_in", "agency", "until_on"),
)

acting = Table(
    f"{PREFIX}acting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("user_id", String(128), nullable=False),
    Column("post", String(64), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("basis", String(200), nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("ended_by", Text),
    Index(f"ix_{PREFIX}acting_now", "agency", "until_on"),
)

LINKED = (
    Linked("sheet", action, "sheet_id", states="disclosure.workflow.approvals.owner"),
    rows_of("substitute", substitute, "ended_at"),
    rows_of("acting", acting, "ended_at", "ended_by"),
)
