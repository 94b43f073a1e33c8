"""A host's own Alembic: one of its migrations brings our tables along, and its autogenerate leaves them alone.

    python examples/host_migrations.py

Prints:
    after the migration: 案件登记 2026-017 received
    autogenerate: nothing to do
    with a phone number in the host's models: add_column oa_user.phone
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from embed import REQUEST
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine
from sqlalchemy.orm import Session

from disclosure.workflow import ADMINISTRATOR, Context, include_name, move

HOST = MetaData()
USER = Table("oa_user", HOST, Column("id", Integer, primary_key=True), Column("name", String(40)))
MENU = Table("oa_menu", HOST, Column("id", Integer, primary_key=True), Column("title", String(40)))

ENV = """
from alembic import context
from disclosure.workflow import include_name

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["models"],
        include_name=include_name,  # the one line that keeps autogenerate off our tables
    )
    with context.begin_transaction():
        context.run_migrations()
"""
"""What stands in the host's ``env.py``."""

MIGRATION = """
import sqlalchemy as sa
from alembic import op
from disclosure.workflow import upgrade as upgrade_disclosure

revision, down_revision = "oa_1", None


def upgrade():
    op.create_table("oa_user", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
    upgrade_disclosure(op.get_bind())  # creates our tables, or brings them to the version that is installed
    op.create_table("oa_menu", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String(40)))
    op.bulk_insert(sa.table("oa_menu", sa.column("title")), [{"title": "案件登记"}])
"""
"""A migration of the host's."""


def environment(folder: Path, engine: Engine, migration: str = MIGRATION) -> Config:
    """The host's Alembic environment: a folder with ``env.py`` and its migrations."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV, "utf-8")
    (folder / "versions" / "oa_1.py").write_text(migration, "utf-8")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes.update(engine=engine, models=HOST)
    return config


def differences(engine: Engine, models: MetaData, **options: Any) -> list[Any]:
    """What ``alembic revision --autogenerate`` would write."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": include_name, **options})
        return list(compare_metadata(context, models))


def main() -> None:
    """The host migrates, works, and changes its models."""
    sys.dont_write_bytecode = True
    engine = create_engine("sqlite://")
    with TemporaryDirectory() as folder:
        command.upgrade(environment(Path(folder, "migrations"), engine), "head")
    with Session(engine) as session, session.begin():
        done = move(Context(session, ADMINISTRATOR), "2026-017", "submit", REQUEST)
        title = session.execute(MENU.select()).one().title
    print(f"after the migration: {title} 2026-017 {done.state}")
    print("autogenerate:", differences(engine, HOST) or "nothing to do")
    USER.append_column(Column("phone", String(20)))
    ((kind, _, table, column),) = differences(engine, HOST)
    print(f"with a phone number in the host's models: {kind} {table}.{column.name}")


if __name__ == "__main__":
    main()
