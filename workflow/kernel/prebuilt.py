"""Statements of the hot path: compiled once for each kind of database, run with their values by the driver.

SQLAlchemy's own execution gathers parameters and types anew on each call, which costs as much as a small
statement itself. What is run is what SQLAlchemy compiled, through the host's connection and transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Update


class _Ready(NamedTuple):
    """The text for one kind of database, with what each value needs before the driver takes it."""

    text: str
    order: tuple[str, ...] | None
    processors: dict[str, Callable[[Any], Any]]


class Prebuilt:
    """One insert or update; the values of every run have the same names."""

    def __init__(self, statement: Insert | Update) -> None:
        self.statement = statement
        self._ready: dict[tuple[str, str], _Ready] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Runs it in the connection's transaction."""
        if connection.get_execution_options().get("schema_translate_map"):
            return connection.execute(self.statement, dict(values))
        dialect = connection.dialect
        key = (dialect.name, dialect.paramstyle)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self._build(dialect, list(values))
        bound = dict(values)
        for name, process in ready.processors.items():
            bound[name] = process(bound[name])
        if ready.order is None:
            return connection.exec_driver_sql(ready.text, bound)
        return connection.exec_driver_sql(ready.text, tuple([bound[name] for name in ready.order]))

    def _build(self, dialect: Dialect, names: list[str]) -> _Ready:
        keys = names if isinstance(self.statement, Insert) else None
        compiled: Any = self.statement.compile(dialect=dialect, column_keys=keys)
        processors = {}
        for bind, name in compiled.bind_names.items():
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                processors[name] = process
        return _Ready(compiled.string, tuple(compiled.positiontup) if compiled.positional else None, processors)
