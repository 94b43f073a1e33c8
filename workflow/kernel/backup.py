"""A consistent copy of a whole database in one file while others write, and its way back.

The copy is a SQLite file whatever the database is, so that a register moves from one to the other by it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, select, text
from sqlalchemy.engine import make_url

from ...notifications.files import OWN, appearing
from ...states.errors import SetupError
from .database import (
    check_schema,
    create_schema,
    is_missing,
    metadata,
    open_engine,
    own_engine,
    require_there,
    schema_of,
    setup_errors,
    shown_url,
)
from .files import reading
from .tables.kernel import version

PORTION, OF_CONTENTS = 1000, 20
"""Rows that are held at a time; of a table that holds bytes, fewer."""


def back_up(engine: Engine, target: Path) -> int:
    """Writes a copy of the database as it is at this moment; returns its size in bytes.

    Raises:
        SetupError: file_unwritable; backup_onto_itself; the database cannot be read.
    """
    if engine.dialect.name == "sqlite" and os.path.realpath(str(engine.url.database)) == os.path.realpath(target):
        raise SetupError("backup_onto_itself", path=str(target))
    with _appearing(target) as unfinished, setup_errors(engine):
        if engine.dialect.name == "sqlite":
            _copy_pages(engine, unfinished)
        else:
            _copy_rows_out(engine, unfinished)
    return target.stat().st_size


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A file for its owner alone that appears whole or not at all.

    Raises:
        SetupError: file_unwritable.
    """
    try:
        with appearing(Path(os.path.realpath(target)), OWN) as unfinished:
            yield unfinished
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SetupError("file_unwritable", path=str(target), reason=reason) from None


def _copy_pages(engine: Engine, target: Path) -> None:
    with engine.connect() as connection, closing(sqlite3.connect(target)) as copy:
        driver: Any = connection.connection.driver_connection
        driver.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _copy_rows_out(engine: Engine, target: Path) -> None:
    copy = own_engine(f"sqlite:///{target}")
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            create_schema(copy)
            with copy.begin() as writing:
                _copy_rows(connection, writing)
        with copy.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    finally:
        copy.dispose()


def _copy_rows(source: Connection, target: Connection) -> None:
    """Every row of every table, in the order in which one refers to another."""
    for table in metadata.sorted_tables:
        if table is version:
            continue
        many = _at_a_time(table)
        rows = source.execute(select(table), execution_options={"yield_per": many})
        for portion in rows.mappings().partitions(many):
            target.execute(insert(table), [dict(row) for row in portion])


def _at_a_time(table: Table) -> int:
    return OF_CONTENTS if any(isinstance(column.type, LargeBinary) for column in table.columns) else PORTION


def restore(source: Path, url: str) -> None:
    """Puts a copy in the place of a database that is not there, or holds nothing yet: all of it or nothing.

    Raises:
        SetupError: the copy is missing, damaged or of another version; ``restore_not_empty``; file_unwritable.
    """
    copied = f"sqlite:///{source}"
    with reading(source):
        source.open("rb").close()
    require_there(copied)
    open_engine(copied, create=False).dispose()
    if is_missing(url):
        path = Path(str(make_url(url).database))
        with _appearing(path) as unfinished:
            _copy_file(source, unfinished)
        return
    engine, copy_engine = own_engine(url), own_engine(copied)
    try:
        with setup_errors(engine):
            _fill(engine, copy_engine)
    finally:
        engine.dispose()
        copy_engine.dispose()


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(target)) as made:
        copy.backup(made, pages=-1)


def _fill(engine: Engine, copy: Engine) -> None:
    """Creates the tables where there are none, and fills them, in one transaction."""
    create_schema(engine)
    check_schema(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table is not version and connection.execute(select(table).limit(1)).first() is not None:
                raise SetupError("restore_not_empty", url=shown_url(str(engine.url)))
        with copy.connect() as source:
            _copy_rows(source, connection)
        if engine.dialect.name == "postgresql":
            _count_on(connection)


def _count_on(connection: Connection) -> None:
    """Lets PostgreSQL number new rows after the last of those that were copied."""
    for table in metadata.sorted_tables:
        key = table.primary_key.columns.values()[0]
        if key.name == "id":
            last = connection.execute(select(func.max(key))).scalar()
            if last is not None:
                moved = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                connection.execute(moved, {"name": _qualified(connection, table), "last": last})


def _qualified(connection: Connection, table: Table) -> str:
    """The name of a table with the schema in which it stands, quoted where it has to be."""
    quoted = connection.dialect.identifier_preparer
    schema = schema_of(connection)
    return ".".join(([quoted.quote_schema(schema)] if schema else []) + [quoted.quote(table.name)])
