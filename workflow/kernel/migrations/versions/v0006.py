"""Version 0006: attachments of cases, and by what cases are listed and searched."""

import sqlalchemy as sa
from alembic import op

from disclosure.workflow.kernel.database import schema_of, trigger_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Goes forward."""
    _attachments(op.get_bind())
    _lists()


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


_LAMP = (
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


def _lists() -> None:
    """Indexes of the lists, and the pairs by which names and subjects are found: ``db upgrade`` fills these."""
    op.create_table(
        "dsc_pair",
        sa.Column("pair", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dsc_case.id"], name="fk_dsc_pair"),
        sa.PrimaryKeyConstraint("pair", "case_id", name="pk_dsc_pair"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dsc_pair_case", "dsc_pair", ["case_id"], unique=False)
    op.drop_index("ix_dsc_case_due", table_name="dsc_case")
    op.create_index("ix_dsc_case_due", "dsc_case", ["is_open", "agency", "due_on", "id"], unique=False)
    for name in ("department", "handler", "state"):
        op.create_index(f"ix_dsc_case_{name}", "dsc_case", ["agency", name, "is_open", "due_on"], unique=False)
    of_open = sa.text("is_open = 1")
    op.create_index(
        "ix_dsc_case_lamp", "dsc_case", list(_LAMP), unique=False, sqlite_where=of_open, postgresql_where=of_open
    )
