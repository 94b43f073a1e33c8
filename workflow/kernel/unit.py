"""One unit of work inside the host's transaction: all or nothing, once for each idempotency key.

What it has to tell the world is written in the same transaction; delivery reads it later.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache
from logging import INFO
from operator import attrgetter, methodcaller
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from sqlalchemy import CompoundSelect, Connection, CursorResult, Date, Delete, Insert, Select, Update, insert, select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import TypeEngine

from ...states import admission
from ...states.errors import Conflict, DisclosureError
from .chains import canonical, digest
from .context import Context
from .tables.base import SCHEMA
from .tables.kernel import idempotency, outbox
from .versions import schema_of

Result = TypeVar("Result", bound=BaseModel)


class Key(NamedTuple):
    """An idempotency key, if the caller gave one, with the hash of what was asked under it."""

    key: str | None
    request: str

    @classmethod
    def of(cls, context: Context, key: str | None, command: str, *asked: object) -> "Key":
        """The key for a request: who makes it and how, the command, and everything that was asked of it.

        That it records the past, of which day and person, is part of it. An object among what was asked is a form: a
        field left blank counts as absent. Where a blank says something, give the fields in a list; of a file its hash.
        The version that the caller expects to find is not among it: it guards the request and is no part of it.
        """
        if key is None:
            return _NO_KEY
        acting = context.acting
        day = context.day if context.past else None
        who = (context.actor.user_id, acting.user_id, acting.on_behalf_of, context.past, day)
        return cls(key, digest(command, canonical([who, *map(_filled, asked)])))


_NO_KEY = Key(None, "")


def _filled(asked: object) -> object:
    """What was asked without what was left blank; texts that stand alone are empty then."""
    if isinstance(asked, Mapping):
        return {name: value for name, value in asked.items() if not _is_blank(value)}
    return None if _is_blank(asked) else asked


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


class Done(BaseModel):
    """That something was done, with its number where it has one: what is kept of a request that gives no more."""

    number: int = 0
    repeated: bool = False


class TakenBack(Exception):
    """Ends a unit of work that is to leave no trace, with what it found; nothing is kept under its key."""


def once(
    context: Context,
    key: Key,
    model: type[Result],
    work: Callable[[], Result],
    sight: Callable[[], object] | None = None,
) -> Result:
    """Runs a unit of work; a key that the same person repeats gives the first result again and changes nothing.

    ``sight`` refuses who may no longer see what the result tells of; it is asked before a first result is given again.
    Two requests that meet are one after the other: who loses the race reads what the other has written, whatever
    the loser was refused for (the case is there already, the task is done).
    Raises:
        Conflict: the key belongs to another request, or somebody else was quicker;
        BadData: the key is nothing that can be stored.
    """
    if key.key is not None and not (type(key.key) is str and admission.plain_key(key.key)):
        key = key._replace(key=admission.key("idempotency_key", key.key))

    def attempt() -> Result:
        with unit(context):
            earlier = _earlier(context, key, model)
            if earlier is not None:
                return _given_again(earlier, sight)
            result = work()
            if key.key is not None:
                _remember(context, key, result)
            return result

    try:
        try:
            return attempt()
        except IntegrityError:  # somebody has just written the same: now it can be read
            return _again(attempt)
    except (DisclosureError, TakenBack):
        if key.key is None:
            raise
        with unit(context):  # the same request may have been quicker
            earlier = _earlier(context, key, model)
            if earlier is None:
                raise
            return _given_again(earlier, sight)


def _given_again(earlier: Result, sight: Callable[[], object] | None) -> Result:
    if sight is not None:
        sight()
    return earlier


def _again(attempt: Callable[[], Result]) -> Result:
    try:
        return attempt()
    except IntegrityError as error:  # the host's transaction can't see what others have committed
        raise Conflict("conflict", text="overtaken") from error


def _stored(context: Context, key: str) -> str:
    """The key as it is stored: each person has keys of the own, and nobody finds out about another's."""
    return digest(context.actor.user_id, key)


def _earlier(context: Context, key: Key, model: type[Result]) -> Result | None:
    if key.key is None:
        return None
    columns = idempotency.c
    row = context.connection.execute(
        select(columns.request_hash, columns.result).where(
            columns.agency == context.agency, columns.request_key == _stored(context, key.key)
        )
    ).first()
    if row is None:
        return None
    if row.request_hash != key.request:
        raise Conflict("conflict", text="idempotency_key_reused", key=key.key)
    return model.model_validate_json(row.result).model_copy(update={"repeated": True})


def _remember(context: Context, key: Key, result: BaseModel) -> None:
    row = {
        "agency": context.agency,
        "request_key": _stored(context, key.key or ""),
        "request_hash": key.request,
        "result": result.model_dump_json(),
        "created_at": context.stamp,
    }
    context.connection.execute(insert(idempotency), row)


def unit(context: Context) -> AbstractContextManager[Connection]:
    """One unit of work on the context's connection: whatever fails inside leaves no trace."""
    return savepoint(context.connection)


@contextmanager
def savepoint(connection: Connection) -> Iterator[Connection]:
    """A SAVEPOINT in the host's transaction: whatever fails inside leaves no trace, and nothing here commits.

    On SQLite the transaction is begun first where the driver has not done so: a savepoint outside of one would
    commit when it is released. A transaction that begins here holds nothing else, so that taking it back is the
    savepoint.
    Raises:
        Conflict: the database itself gave the race to somebody else.
    """
    run: Callable[[str], Any] = connection.exec_driver_sql  # begin_nested() compiles the same words on each call
    depth = connection.info.get(_DEPTH, 0)
    before, failed, done = _savepoint(depth)
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        run = driver.execute
        if not connection.in_transaction():
            connection.begin()  # the library's, before the driver is asked past it
        if not _is_begun(connection):
            before, failed, done = _WHOLE
    say = driver.execute if connection.dialect.driver == "psycopg" and connection.in_transaction() else run
    _say(before, say, connection)
    connection.info[_DEPTH] = depth + 1
    try:
        yield connection
    except BaseException as error:
        _take_back(connection, run, failed)
        if isinstance(error, DBAPIError) and race_lost(error):
            raise Conflict("conflict", text="overtaken") from error
        raise
    else:
        for statement in done:
            _say(statement, say, connection)
    finally:
        if not connection.invalidated:
            connection.info[_DEPTH] = depth


def _is_begun(connection: Connection) -> bool:
    """Whether SQLite has a transaction open; an asynchronous driver tells it of itself, not of what wraps it."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


_DEPTH = "disclosure_units"
_Statements = tuple[str, tuple[str, ...], tuple[str, ...]]
_WHOLE: _Statements = ("BEGIN IMMEDIATE", ("ROLLBACK",), ())
"""SQLite's one place for writers is taken at once, rather than fail when a reader turns writer."""


@cache
def _savepoint(depth: int) -> _Statements:
    """Each depth has a name of its own, so that none takes the place of another."""
    name = f"dsc_unit_{depth}"
    release = f"RELEASE SAVEPOINT {name}"
    return (f"SAVEPOINT {name}", (f"ROLLBACK TO SAVEPOINT {name}", release), (release,))


def _say(statement: str, run: Callable[[str], Any], connection: Connection) -> None:
    try:
        run(statement)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _of_the_library(connection, statement, error) from error


def _of_the_library(connection: Connection, statement: str, error: Exception) -> Exception:
    """The library's own error for one of the driver, which was asked itself; without the values.

    A connection that is lost is given up, as the library does.
    """
    dialect: Any = connection.dialect
    lost = not connection.invalidated and dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(statement, None, error, base, connection_invalidated=lost, dialect=dialect)


def _take_back(connection: Connection, run: Callable[[str], Any], failed: tuple[str, ...]) -> None:
    """Rolls a unit back; where the database dropped the whole transaction, the host can't commit the rest."""
    if connection.invalidated:
        return
    if connection.dialect.name == "sqlite" and not _is_begun(connection):
        if failed is not _WHOLE[1]:  # a full disk or a failing one: SQLite has taken everything back
            connection.invalidate()
        return
    for statement in failed:
        run(statement)


_RACES = {"40001", "40P01", 517}
"""Serialization failure and deadlock in SQL, SQLite's ``SQLITE_BUSY_SNAPSHOT``: repeating may help, waiting can't."""


def race_lost(error: DBAPIError) -> bool:
    """Whether the database itself gave a race to somebody else, so that the same may be tried again."""
    origin = error.orig
    return getattr(origin, "sqlstate", None) in _RACES or getattr(origin, "sqlite_errorcode", None) in _RACES


Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete


class _Text(NamedTuple):
    """A statement as one database wants it; ``names`` is the order of its parameters where they have no names."""

    sql: str
    names: tuple[str, ...] | None
    constants: Mapping[str, object]
    processors: tuple[tuple[str, Callable[[Any], Any]], ...]
    row: Callable[..., Any]

    def parameters(self, values: Mapping[str, object]) -> Any:
        """The values as the driver takes them."""
        given = {**self.constants, **values}
        for name, process in self.processors:
            value = given[name]
            if value is not None:
                given[name] = process(value)
        return given if self.names is None else tuple(map(given.__getitem__, self.names))


class Prepared:
    """A statement of the hot path, whose text and parameters are worked out once for each database, not at each move.

    Its parameters are named; an insert names the columns that it fills. The library's own cache still goes through a
    statement and its parameters on every call; ``benchmarks/moves.py`` shows what that costs.
    """

    def __init__(self, statement: Statement, *columns: str) -> None:
        self.statement = statement
        self._columns = columns or None
        self._texts: WeakKeyDictionary[Dialect, dict[str | None, _Text]] = WeakKeyDictionary()

    def run(self, connection: Connection, values: Mapping[str, object]) -> CursorResult[Any]:
        """Executes it with these values, one for each parameter."""
        text = self._text(connection)
        return connection.exec_driver_sql(text.sql, text.parameters(values))

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Executes it once for each of some sets of values; there is at least one."""
        text = self._text(connection)
        connection.exec_driver_sql(text.sql, [text.parameters(values) for values in rows])

    def first(self, connection: Connection, values: Mapping[str, object]) -> Any:
        """The first row that it finds with these values, by the names of its columns; None where there is none.

        Raises:
            DBAPIError: the library's own, whoever was asked.
        """
        if not _asks_the_driver(connection):
            return self.run(connection, values).first()
        text = self._text(connection)
        found = _ask(connection, text, values, _ROW)
        return text.row(*found) if found is not None else None

    def write(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Executes what gives no rows with these values; how many rows it has written.

        Raises:
            DBAPIError: the library's own, whoever was asked.
        """
        if not _asks_the_driver(connection):
            return self.run(connection, values).rowcount
        return int(_ask(connection, self._text(connection), values, _WRITTEN))

    def _text(self, connection: Connection) -> _Text:
        texts = self._texts.get(connection.dialect)
        if texts is None:
            texts = self._texts[connection.dialect] = {}
        schema = schema_of(connection)
        text = texts.get(schema)
        if text is None:
            text = texts[schema] = self._compile(connection, schema)
        return text

    def _compile(self, connection: Connection, schema: str | None) -> _Text:
        schemas = {SCHEMA: schema} if schema != SCHEMA else None
        compiled: Any = self._for(connection.dialect).compile(
            dialect=connection.dialect,
            column_keys=list(self._columns) if self._columns else None,
            schema_translate_map=schemas,
            render_schema_translate=schemas is not None,
        )
        processors = {name: _processor(bind.type, connection.dialect) for bind, name in compiled.bind_names.items()}
        return _Text(
            str(compiled),
            tuple(compiled.positiontup) if compiled.positional else None,
            {name: value for name, value in compiled.params.items() if value is not None},
            tuple((name, process) for name, process in processors.items() if process is not None),
            namedtuple("Row", self.statement.selected_columns.keys(), rename=True)
            if isinstance(self.statement, Select)
            else tuple,
        )

    def _for(self, dialect: Dialect) -> Statement:
        """The statement as the database needs it."""
        return self.statement


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value, where there is one, into one of the driver's."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    # the library fills in a pattern with names for SQLite's days, at ten times the cost of the same text
    return date.isoformat if process is not None and isinstance(kind, Date) and dialect.name == "sqlite" else process


_ASKED_ITSELF = ("pysqlite", "psycopg")
"""Drivers whose connection executes a statement itself and whose rows are plain values."""
_ROW, _WRITTEN, _ID = methodcaller("fetchone"), attrgetter("rowcount"), attrgetter("lastrowid")
"""What a driver's cursor tells: a row, how many rows were written, the number of a new one."""


def _asks_the_driver(connection: Connection) -> bool:
    """Whether the driver is asked itself: in a transaction that has begun and to which nobody listens.

    The library makes a context and a result of each statement, which cost more than all the rest.
    """
    if connection.dialect.driver not in _ASKED_ITSELF or not connection.in_transaction():
        return False
    heard, told = connection.dispatch, connection.dialect.dispatch
    before, after = heard.before_cursor_execute, heard.after_cursor_execute
    return not (
        connection.engine.logger.isEnabledFor(INFO)
        or before.listeners  # of the engine; asked one by one at a third of the cost of asking for both
        or before.parent_listeners  # of the connection
        or after.listeners
        or after.parent_listeners
        or told.do_execute
        or told.handle_error
    )


def _ask(connection: Connection, text: _Text, values: Mapping[str, object], told: Callable[[Any], Any]) -> Any:
    """What the driver's cursor tells of a statement, executed with these values."""
    given, driver = text.parameters(values), cast(Any, connection.connection.dbapi_connection)
    try:
        return told(driver.execute(text.sql, given))
    except connection.dialect.loaded_dbapi.Error as error:
        raise _of_the_library(connection, text.sql, error) from error


class PreparedInsert(Prepared):
    """An insert into a table whose rows are numbered by the database, and that tells the number of the new row."""

    statement: Insert

    def new_id(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Inserts a row of these values; returns its number."""
        if not _asks_the_driver(connection):
            result = self.run(connection, values)
            return int(result.lastrowid if _tells_id(connection.dialect) else result.scalar_one())
        if _tells_id(connection.dialect):
            return int(_ask(connection, self._text(connection), values, _ID))
        return int(_ask(connection, self._text(connection), values, _ROW)[0])

    def _for(self, dialect: Dialect) -> Insert:
        if _tells_id(dialect):
            return self.statement
        return self.statement.returning(*self.statement.table.primary_key)


def _tells_id(dialect: Any) -> bool:
    """Whether the driver tells the number of a new row; else the statement has to return it."""
    return bool(dialect.postfetch_lastrowid)


class Message(NamedTuple):
    """One message: its key (the same on every attempt), topic, agency, and payload as JSON text."""

    event_key: str
    topic: str
    agency: str
    payload: str


_INSERT_MESSAGE = Prepared(insert(outbox), "event_key", "topic", "agency", "payload", "created_at", "attempts")


def enqueue(connection: Connection, message: Message, at: str) -> None:
    """Writes a message; ``at`` is the moment as ISO text in UTC."""
    _INSERT_MESSAGE.write(connection, {**message._asdict(), "created_at": at, "attempts": 0})
