"""Version 0006: by what cases are listed and searched."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Goes forward."""
    _lists()


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
