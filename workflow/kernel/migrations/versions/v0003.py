"""The tables as they are before the first release: the version that every later one goes on from."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0003"
down_revision = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "dsc_agency",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_dsc_agency"),
    )
    op.create_table(
        "dsc_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("handler", sa.String(length=128), nullable=True),
        sa.Column("department", sa.String(length=128), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("is_open", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_rule", sa.String(length=32), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("received_year", sa.Integer(), nullable=True),
        sa.Column("done_year", sa.Integer(), nullable=True),
        sa.Column("row_key", sa.String(length=32), nullable=True),
        sa.Column("config_id", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_version", sa.Integer(), nullable=False),
        sa.Column("open_sheets", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_case"),
        sa.UniqueConstraint("agency", "case_no", name="uq_dsc_case"),
    )
    op.create_index("ix_dsc_case_due", "dsc_case", ["is_open", "agency", "due_on"], unique=False)
    op.create_index(
        "ix_dsc_case_report", "dsc_case", ["agency", "done_year", "received_year", "kind", "row_key"], unique=False
    )
    op.create_table(
        "dsc_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_checkpoint"),
        sa.UniqueConstraint("prev_hash", name="uq_dsc_checkpoint"),
    )
    op.create_table(
        "dsc_config",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_config"),
    )
    op.create_table(
        "dsc_frozen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_frozen"),
        sa.UniqueConstraint("agency", "year", "revision", name="uq_dsc_frozen"),
    )
    op.create_table(
        "dsc_idempotency",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("request_key", sa.String(length=128), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("agency", "request_key", name="pk_dsc_idempotency"),
    )
    op.create_table(
        "dsc_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_key", sa.String(length=220), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("dead_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_outbox"),
        sa.UniqueConstraint("event_key", name="uq_dsc_outbox"),
    )
    op.create_index("ix_dsc_outbox_open", "dsc_outbox", ["sent_at", "id"], unique=False)
    op.create_table(
        "dsc_series",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "series", "year", name="pk_dsc_series"),
    )
    op.create_table(
        "dsc_substitute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("principal", sa.String(length=128), nullable=False),
        sa.Column("stand_in", sa.String(length=128), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_substitute"),
    )
    op.create_index("ix_dsc_substitute_in", "dsc_substitute", ["stand_in", "agency", "until_on"], unique=False)
    op.create_table(
        "dsc_sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ran_at", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_sweep"),
    )
    op.create_table(
        "dsc_checkpoint_head",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["dsc_checkpoint.id"], name="fk_dsc_checkpoint_head"),
        sa.PrimaryKeyConstraint("checkpoint_id", "case_id", name="pk_dsc_checkpoint_head"),
    )
    op.create_table(
        "dsc_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at_text", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_event"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_event"),
        sa.UniqueConstraint("case_id", "seq", name="uq_dsc_event"),
    )
    op.create_table(
        "dsc_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("notice_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=True),
        sa.Column("series", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.String(length=32), nullable=False),
        sa.Column("template_hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("replaces_no", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.String(length=32), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_notice"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_notice"),
        sa.UniqueConstraint("case_id", "notice_no", name="uq_dsc_notice"),
    )
    op.create_index("ix_dsc_notice_number", "dsc_notice", ["agency", "series", "year", "serial"], unique=True)
    op.create_index("ix_dsc_notice_text", "dsc_notice", ["agency", "number"], unique=False)
    op.create_table(
        "dsc_paper_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("notice_no", sa.Integer(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_paper_act"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_paper_act"),
        sa.UniqueConstraint("case_id", "seq", name="uq_dsc_paper_act"),
    )
    op.create_table(
        "dsc_private",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.Column("erased_by", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_private"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_dsc_private"),
    )
    op.create_table(
        "dsc_proof",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("file_content", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_proof"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_dsc_proof"),
    )
    op.create_table(
        "dsc_remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("remedy_no", sa.String(length=128), nullable=False),
        sa.Column("column_key", sa.String(length=32), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_remedy"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_remedy"),
    )
    op.create_index("ix_dsc_remedy_case", "dsc_remedy", ["case_id"], unique=False)
    op.create_index(
        "ix_dsc_remedy_report", "dsc_remedy", ["agency", "to_year", "from_year", "column_key"], unique=False
    )
    op.create_table(
        "dsc_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=128), nullable=False),
        sa.Column("sheet_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_open", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=16), nullable=False),
        sa.Column("drafter", sa.String(length=128), nullable=False),
        sa.Column("drafter_name", sa.String(length=128), nullable=True),
        sa.Column("department", sa.String(length=128), nullable=True),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("config_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=True),
        sa.Column("seal_role", sa.String(length=64), nullable=True),
        sa.Column("sealed_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("urged_at", sa.String(length=32), nullable=True),
        sa.Column("last_act", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_sheet"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_sheet"),
        sa.UniqueConstraint("agency", "case_no", "sheet_no", name="uq_dsc_sheet"),
    )
    op.create_index("ix_dsc_sheet_case", "dsc_sheet", ["case_id"], unique=False)
    op.create_index("ix_dsc_sheet_mine", "dsc_sheet", ["drafter", "agency", "is_open", "due_on"], unique=False)
    op.create_index("ix_dsc_sheet_open", "dsc_sheet", ["agency", "is_open", "due_on"], unique=False)
    op.create_table(
        "dsc_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=128), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["dsc_sheet.id"], name="fk_dsc_action"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_action"),
        sa.UniqueConstraint("sheet_id", "seq", name="uq_dsc_action"),
    )
    op.create_table(
        "dsc_aside",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["dsc_sheet.id"], name="fk_dsc_aside"),
        sa.PrimaryKeyConstraint("sheet_id", "kind", "no", name="pk_dsc_aside"),
    )
    op.create_table(
        "dsc_carrier",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["dsc_notice.id"], name="fk_dsc_carrier"),
        sa.PrimaryKeyConstraint("notice_id", "carrier", name="pk_dsc_carrier"),
    )
    op.create_table(
        "dsc_step",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["dsc_sheet.id"], name="fk_dsc_step"),
        sa.PrimaryKeyConstraint("sheet_id", "no", name="pk_dsc_step"),
    )
    op.create_table(
        "dsc_task",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("box", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_no", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("signed", sa.String(length=64), nullable=True),
        sa.Column("acted_by", sa.String(length=128), nullable=True),
        sa.Column("saved", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=True),
        sa.Column("done_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["dsc_sheet.id"], name="fk_dsc_task"),
        sa.PrimaryKeyConstraint("sheet_id", "no", name="pk_dsc_task"),
    )
    op.create_index("ix_dsc_task_box", "dsc_task", ["user_id", "agency", "box", "due_on"], unique=False)
    op.create_table(
        "dsc_urge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("task_no", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("urged_by", sa.String(length=128), nullable=False),
        sa.Column("urged_at", sa.String(length=32), nullable=False),
        sa.Column("read_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["dsc_sheet.id"], name="fk_dsc_urge"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_urge"),
    )
    op.create_index("ix_dsc_urge_sheet", "dsc_urge", ["sheet_id", "task_no"], unique=False)
    bind = op.get_bind()
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), ("dsc_event", "dsc_action", "dsc_paper_act")):
        op.execute(statement)
