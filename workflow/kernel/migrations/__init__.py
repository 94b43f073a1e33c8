"""The plugin's own migrations, on the host's connection and with a version table of their own.

A host calls ``upgrade(connection)``, by itself or inside of a migration of its own; where its Alembic compares its
models with the database, ``include_name`` leaves the plugin's tables out. Then ``disclosure db upgrade`` folds again
the cases that are judged otherwise by now.
"""

import importlib
import pkgutil
from collections.abc import Mapping

from sqlalchemy import Connection, inspect, select, update

from ....states.errors import SetupError
from ..database import NAMES, check_schema, make_tables, own_engine, require_place, require_there, setup_errors
from ..tables.base import PREFIX, SCHEMA, SCHEMA_VERSION
from ..tables.kernel import version
from ..unit import savepoint
from ..versions import schema_of
from . import versions

FIRST = "0003"
"""The earliest version that can be brought further."""
GONE = frozenset({f"{PREFIX}checkpoint_head", f"{PREFIX}series"})
"""Tables that earlier versions had: a database that is not upgraded yet still has them."""


def upgrade(connection: Connection) -> None:
    """Brings the tables to the version of this program, or creates them, in the transaction of the connection.

    It neither commits nor rolls back; what fails leaves no trace. A schema that the environment names is created
    where it is not there.
    Raises:
        SetupError: schema_version, of a newer program or one too old; database_unsupported, schema_missing,
            place_changed.
    """
    require_place()
    with savepoint(connection):
        before = _version(connection)
        if before is None:
            make_tables(connection)
        elif before != SCHEMA_VERSION:
            _go_on(connection, before)


def upgrade_database(url: str) -> tuple[str | None, str]:
    """Brings the tables of a database to this version, all of it or nothing; returns the version before and after.

    Raises:
        SetupError: unreadable address, missing driver, not there, unreachable, without tables, or of a newer program.
    """
    require_there(url)
    engine = own_engine(url)
    try:
        with setup_errors(engine):
            with engine.connect() as connection:
                before = _version(connection)
            if before is None:
                check_schema(engine)
            with engine.begin() as connection:
                upgrade(connection)
            check_schema(engine)
    finally:
        engine.dispose()
    return before, SCHEMA_VERSION


def _go_on(connection: Connection, before: str) -> None:
    from .operations import TableOperations  # Alembic: a new database does without

    if before not in upgradable():
        raise SetupError("schema_version", found=before, wanted=SCHEMA_VERSION)
    operations = TableOperations(connection)
    for name in _later():
        if name > before:
            importlib.import_module(f"{versions.__name__}.v{name}").upgrade(operations)
            connection.execute(update(version).values(version_num=name))


def _version(connection: Connection) -> str | None:
    """The version of the tables that are there, ``?`` where they do not tell; None where there are none."""
    if not inspect(connection).has_table(version.name, schema=schema_of(connection)):
        return None
    found: str | None = connection.execute(select(version.c.version_num)).scalar()
    return found or "?"


def _later() -> list[str]:
    """The versions after the first, in order: a module each."""
    return sorted(module.name.removeprefix("v") for module in pkgutil.iter_modules(versions.__path__))


def upgradable() -> frozenset[str]:
    """The versions of a database that this program can bring to its own."""
    return frozenset((FIRST, *_later()))


def include_name(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """Leaves our tables out of a comparison: for ``context.configure(include_name=...)`` of the host's Alembic.

    They are told by their whole names, so that a table of the host's that begins with the same letters is compared as
    before.
    """
    if type_ != "table" or name not in NAMES | GONE:
        return True
    return parent_names.get("schema_name") not in (None, SCHEMA)
