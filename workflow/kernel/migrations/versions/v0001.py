"""The first tables."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0001"
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
        sa.PrimaryKeyConstraint("id", name="pk_dsc_outbox"),
        sa.UniqueConstraint("event_key", name="uq_dsc_outbox"),
    )
    op.create_index("ix_dsc_outbox_open", "dsc_outbox", ["sent_at", "id"], unique=False)
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
    bind = op.get_bind()
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), ["dsc_event"]):
        op.execute(statement)
