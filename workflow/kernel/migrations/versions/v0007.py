"""Version 0007: one table of counts, for the numbers of papers and of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Goes forward: the counts of papers go on where they were."""
    op.create_table(
        "dsc_serial",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "agency", "series", "year", name="pk_dsc_serial"),
    )
    names = ("agency", "series", "year", "last")
    before = sa.table("dsc_series", *map(sa.column, names))
    after = sa.table("dsc_serial", *map(sa.column, ("kind", *names)))
    moved = sa.select(sa.literal("paper", sa.String(16)), *(before.c[name] for name in names))
    op.execute(after.insert().from_select(["kind", *names], moved))
    op.drop_table("dsc_series")
