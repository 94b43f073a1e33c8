"""Version 0006: attachments of cases."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Goes forward."""
    _attachments(op.get_bind())


def _attachments(bind: sa.Connection) -> None:
    """The entries, what is personal of them, and the contents in the database's own store."""
    op.create_table(
        "dsc_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_attachment"),
        sa.PrimaryKeyConstraint("id", name="pk_dsc_attachment"),
        sa.UniqueConstraint("case_id", "seq", name="uq_dsc_attachment"),
    )
    op.create_table(
        "dsc_attached",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("store", sa.String(length=16), nullable=False),
        sa.Column("store_key", sa.String(length=64), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_attached"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_dsc_attached"),
    )
    op.create_table(
        "dsc_content",
        sa.Column("store_key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("portion", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_key", "place", name="pk_dsc_content"),
    )
    for statement in trigger_sql(bind.dialect.name, schema_of(bind), ("dsc_attachment",)):
        op.execute(statement)
