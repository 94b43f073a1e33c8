"""Internal approval: sheets, steps, tasks, actions; the department of a case."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Goes forward."""
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
    op.add_column("dsc_case", sa.Column("department", sa.String(length=128), nullable=True))
    op.add_column("dsc_case", sa.Column("open_sheets", sa.Integer(), server_default="0", nullable=False))
    bind = op.get_bind()
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), ["dsc_action"]):
        op.execute(statement)
