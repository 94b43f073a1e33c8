"""Version 0007: one table of counts, for the numbers of papers and of cases."""

import sqlalchemy as sa

from disclosure.workflow.kernel.migrations.operations import TableOperations

_NAMES = ("agency", "series", "year", "last")


def upgrade(op: TableOperations) -> None:
    """Goes forward: the counts of papers go on where they were."""
    op.create_table(
        "serial",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "agency", "series", "year"),
    )
    before = op.table("series", *map(sa.column, _NAMES))
    after = op.table("serial", *map(sa.column, ("kind", *_NAMES)))
    moved = sa.select(sa.literal("paper", sa.String(16)), *(before.c[name] for name in _NAMES))
    op.bind.execute(after.insert().from_select(["kind", *_NAMES], moved))
    op.drop_table("series")
