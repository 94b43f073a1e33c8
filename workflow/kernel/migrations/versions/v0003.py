"""Notices as issued, their numbers, carriers and service; messages that are given up."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "dsc_series",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "series", "year", name="pk_dsc_series"),
    )
    _notices()
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
    op.add_column("dsc_outbox", sa.Column("dead_at", sa.String(length=32), nullable=True))
    bind = op.get_bind()
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), ["dsc_paper_act"]):
        op.execute(statement)


def _notices() -> None:
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
        "dsc_carrier",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["dsc_notice.id"], name="fk_dsc_carrier"),
        sa.PrimaryKeyConstraint("notice_id", "carrier", name="pk_dsc_carrier"),
    )
