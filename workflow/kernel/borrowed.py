"""An engine over connections that the host opens without SQLAlchemy, as Django does, and whose transactions it ends.

What is a transaction to SQLAlchemy is a savepoint in the host's: a commit hands the work over to it, a rollback takes
back what was done since the savepoint, and nothing here begins, commits, closes or sets up the host's connection.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Date, Engine, NullPool, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import DATE
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect

from ...states.errors import SetupError

_OPEN = "disclosure_borrowed"
_NAME = "dsc_borrowed"


def borrowed_engine(kind: str, connection: Callable[[], Any]) -> Engine:
    """An engine on the connection that ``connection()`` gives: the host's own, of this thread, with a transaction open.

    The drivers are sqlite3 and psycopg 3. One engine a database, kept as long as the process: what is known of settings
    is kept with it.
    Raises:
        SetupError: ``database_unsupported``; whenever a connection is taken ``borrowed_driver``, ``borrowed_idle``.
    """
    if kind not in _DIALECTS:
        raise SetupError("database_unsupported", kind=kind)
    registry.register(f"{kind}.borrowed", __name__, _DIALECTS[kind].__name__)

    def take() -> Any:
        found = connection()
        if not isinstance(found, engine.dialect.loaded_dbapi.Connection):
            raise SetupError("borrowed_driver", driver=type(found).__module__)
        if not _DIALECTS[kind].is_under_way(found):
            raise SetupError("borrowed_idle")
        return found

    options: dict[str, Any] = {"use_native_hstore": False} if kind == "postgresql" else {}  # that would set it up
    ours: dict[str, Any] = {"creator": take, "poolclass": NullPool, "pool_reset_on_return": None}
    engine = create_engine(f"{kind}+borrowed://", hide_parameters=True, **ours, **options)
    return engine


class _Borrowed:
    """What a dialect does otherwise on a connection of the host's."""

    is_borrowed = True

    def on_connect(self) -> Any:
        """Nothing: the host has set its connection up."""
        return None

    def do_begin(self, connection: Any) -> None:
        """Marks where this work begins in the host's transaction."""
        _say(connection, f"SAVEPOINT {_NAME}")
        connection.record_info[_OPEN] = True

    def do_commit(self, connection: Any) -> None:
        """Hands the work over to the host's transaction."""
        _end(connection, f"RELEASE SAVEPOINT {_NAME}")

    def do_rollback(self, connection: Any) -> None:
        """Takes the work back, and nothing that the host had done before."""
        _end(connection, f"ROLLBACK TO SAVEPOINT {_NAME}", f"RELEASE SAVEPOINT {_NAME}")

    def do_close(self, connection: Any) -> None:
        """Leaves it to the host."""

    do_terminate = do_close


def _say(connection: Any, statement: str) -> None:
    connection.dbapi_connection.execute(statement)


def _end(connection: Any, *statements: str) -> None:
    if connection.record_info.pop(_OPEN, False):  # the library's first look at a database begins nothing and ends it
        for statement in statements:
            _say(connection, statement)


class _Day(DATE):
    """A day that the host's driver may have read already: Django has it read whatever is declared a date."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What makes a day of what the driver gives."""
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value


class BorrowedSQLite(_Borrowed, SQLiteDialect_pysqlite):
    """SQLite on a connection of the host's."""

    supports_statement_cache = True
    colspecs = {**SQLiteDialect_pysqlite.colspecs, Date: _Day}  # noqa: RUF012 - as the library declares it

    @staticmethod
    def is_under_way(connection: Any) -> bool:
        """Whether the host has a transaction open."""
        return bool(connection.in_transaction)


class BorrowedPsycopg(_Borrowed, PGDialect_psycopg):
    """PostgreSQL on a connection of the host's."""

    supports_statement_cache = True

    @staticmethod
    def is_under_way(connection: Any) -> bool:
        """Whether the host has a transaction open, or the first statement opens one."""
        return not connection.autocommit or connection.info.transaction_status.name != "IDLE"


_DIALECTS: dict[str, Any] = {"sqlite": BorrowedSQLite, "postgresql": BorrowedPsycopg}
