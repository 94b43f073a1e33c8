"""Version 0006: attachments of cases, and by what cases are listed and searched."""

import sqlalchemy as sa

from disclosure.workflow.kernel.migrations.operations import TableOperations


def upgrade(op: TableOperations) -> None:
    """Goes forward."""
    _attachments(op)
    _lists(op)


def _attachments(op: TableOperations) -> None:
    """The entries, what is personal of them, and the contents in the database's own store."""
    op.create_table(
        "attachment",
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
        sa.ForeignKeyConstraint(["case_id"], [op.key("case.id")]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "seq"),
    )
    op.create_table(
        "attached",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("store", sa.String(length=16), nullable=False),
        sa.Column("store_key", sa.String(length=64), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], [op.key("case.id")]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.create_table(
        "content",
        sa.Column("store_key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("portion", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_key", "place"),
    )
    op.guard("attachment")


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


def _lists(op: TableOperations) -> None:
    """Indexes of the lists, and the pairs by which names and subjects are found: ``db upgrade`` fills these."""
    op.create_table(
        "pair",
        sa.Column("pair", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], [op.key("case.id")]),
        sa.PrimaryKeyConstraint("pair", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("pair_case", "pair", ["case_id"])
    op.drop_index("case_due", "case")
    op.create_index("case_due", "case", ["is_open", "agency", "due_on", "id"])
    for name in ("department", "handler", "state"):
        op.create_index(f"case_{name}", "case", ["agency", name, "is_open", "due_on"])
    of_open = sa.text("is_open = 1")
    op.create_index("case_lamp", "case", list(_LAMP), sqlite_where=of_open, postgresql_where=of_open)
