"""A host's Alembic around our tables, in the place that the environment names: what it leaves and finds, as one JSON document.

``python migrating.py URL FOLDER``: a database without tables, and a folder for the host's migrations.
"""

import json
import sys
from pathlib import Path
from typing import Any

from alembic import command
from host_migrations import HOST, MENU, MIGRATION, differences, environment
from sqlalchemy import Column, Engine, Integer, MetaData, NullPool, String, Table, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from tables_0003 import create_tables_0003

from disclosure.workflow import check_schema, metadata
from disclosure.workflow.kernel.database import NAMES, missing_guards
from disclosure.workflow.kernel.migrations import include_name, upgrade
from disclosure.workflow.kernel.versions import schema_of

FAILS = MIGRATION.replace('op.bulk_insert(sa.table("oa_menu"', 'op.bulk_insert(sa.table("oa_nowhere"')


def left(engine: Engine) -> list[str]:
    """What stands in the database, ours by one word; their number where they are not all there."""
    with engine.connect() as connection:
        inspector, schema = inspect(connection), schema_of(connection)
        tables = set(inspector.get_table_names()) | set(inspector.get_table_names(schema))
    ours = tables & NAMES
    return sorted(tables - ours) + (["ours"] if ours == NAMES else [f"{len(ours)} of ours"] if ours else [])


def attempt(engine: Engine, folder: Path, migration: str) -> list[str]:
    """What a migration of the host's that fails after ours leaves."""
    try:
        command.upgrade(environment(folder, engine, migration), "head")
    except DBAPIError:
        return left(engine)
    raise AssertionError("the migration has not failed")


def own(name: str | None, kind: str, parents: Any) -> bool:
    """For our own comparison: our tables alone."""
    return kind != "table" or not include_name(name, kind, parents)


def told(found: list[Any]) -> list[str]:
    """Differences in a word each."""
    flat = [part for item in found for part in (item if isinstance(item, list) else [item])]
    return sorted(f"{item[0]} {getattr(item[1], 'name', item[1]) or ''}" for item in flat)


def changed() -> MetaData:
    """The host's models with changes of every kind, one a table that begins as ours do."""
    models = MetaData()
    Table("oa_user", models, Column("id", Integer, primary_key=True), Column("name", String(40), index=True))
    Table("dsc_contract", models, Column("id", Integer, primary_key=True))
    return models


def live(engine: Engine, folder: Path) -> dict[str, object]:
    """One life of a database that the host's Alembic owns."""
    found: dict[str, object] = {"failed": attempt(engine, folder / "failing", FAILS)}
    HOST.drop_all(engine)
    config = environment(folder / "works", engine)
    command.upgrade(config, "head")
    found["left"] = left(engine)
    check_schema(engine)
    with engine.connect() as connection:
        found["guards"], found["titles"] = missing_guards(connection), connection.execute(MENU.select()).all()[0].title
    everywhere = {"include_schemas": True} if metadata.schema else {}
    found["host"] = [told(differences(engine, HOST, include_schemas=flag)) for flag in (False, True)]
    found["ours"] = told(differences(engine, metadata, include_name=own, compare_type=True, **everywhere))
    found["without"] = len(differences(engine, HOST, include_name=None, **everywhere)) >= len(NAMES)
    found["changed"] = told(differences(engine, changed()))
    with engine.begin() as connection:
        metadata.drop_all(connection)
        create_tables_0003(connection)
    found["earlier"] = told(differences(engine, HOST))
    with engine.begin() as connection:
        upgrade(connection)
        upgrade(connection)
    found["upgraded"] = told(differences(engine, metadata, include_name=own, compare_type=True, **everywhere))
    return found


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    print(json.dumps(live(create_engine(sys.argv[1], poolclass=NullPool), Path(sys.argv[2]))))
