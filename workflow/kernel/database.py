"""Databases: opening one, creating and checking the tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from ...states import admission
from ...states.errors import SetupError
from .place import named_place
from .tables import approvals, attachments, cases, kernel, notices, reports, retention
from .tables.base import PLACE, PREFIX, SCHEMA, SCHEMA_VERSION
from .tables.base import metadata as metadata
from .tables.kernel import version
from .unit import savepoint
from .versions import schema_of as schema_of

TABLES = (approvals, attachments, cases, kernel, notices, reports, retention)
"""Modules that put their tables into the metadata: imported here so that it is whole."""
LINKED = tuple(item for module in TABLES for item in getattr(module, "LINKED", ()))
"""What the register-wide chain holds."""
NAMES = frozenset(table.name for table in metadata.tables.values())
"""The names of the tables, each with the prefix and without the schema."""


def open_engine(url: str, *, create: bool = True) -> Engine:
    """An engine for a database of the plugin's own.

    A missing SQLite file is created with its tables, unless ``create`` is false; a server's database must have them
    already.
    Raises:
        SetupError: unreadable address, missing driver, not there, unreachable, of another schema version, or of a kind
            that is not supported.
    """
    if not create:
        require_there(url)
    engine = own_engine(url)
    try:
        with setup_errors(engine):
            if create and engine.dialect.name == "sqlite" and not _tables(engine):
                create_schema(engine)
            check_schema(engine)
    except SetupError:
        engine.dispose()
        raise
    return engine


def is_missing(url: str) -> bool:
    """Whether the address means a SQLite file that is not there, or is there without a byte in it."""
    try:
        parsed = _parsed(url)
    except ArgumentError:  # told when it is opened
        return False
    name = (parsed.database or ":memory:").removeprefix("file:").split("?")[0]
    if parsed.get_backend_name() != "sqlite" or name == ":memory:" or "mode" in parsed.query:
        return False
    path = Path(name)
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def _parsed(url: str) -> URL:
    """The parts of an address.

    Raises:
        BadData: no driver could take it; ArgumentError: it is no address.
    """
    if admission.unstorable(url):
        admission.text("db", url)
    return make_url(url)


def require_there(url: str) -> None:
    """Refuses a SQLite file that is not there; opening it would make an empty one.

    Raises:
        SetupError: database_missing.
    """
    if is_missing(url):
        raise SetupError("database_missing", url=shown_url(url))


def create_database(url: str) -> None:
    """Creates the tables in a database; where they are, of this version, nothing changes.

    Raises:
        SetupError: unreadable address, missing driver, unreachable, or of another schema version.
    """
    engine = own_engine(url)
    try:
        with setup_errors(engine):
            if not _tables(engine):
                create_schema(engine)
            check_schema(engine)
    finally:
        engine.dispose()


def own_engine(url: str) -> Engine:
    """An engine for an address, without a look at what is there.

    Raises:
        SetupError: unreadable address, missing driver, a kind that is not supported, a folder that is missing.
    """
    try:
        parsed = _parsed(url)
        _require_supported(parsed.get_backend_name())
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, **_options(parsed.get_backend_name()))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SetupError("database_address", url=shown_url(url), reason=str(error).splitlines()[0]) from None
    if parsed.get_backend_name() == "sqlite":
        _tune_sqlite(engine)
        name = parsed.database or ":memory:"
        if name != ":memory:" and not name.startswith("file:") and not Path(name).parent.is_dir():
            raise SetupError("database_folder", folder=str(Path(name).parent))
        if SCHEMA is not None:  # a file has no schemas
            return engine.execution_options(schema_translate_map={SCHEMA: None})
    return engine


_UNSUPPORTED = {"mysql": "MySQL", "mariadb": "MariaDB", "oracle": "Oracle", "mssql": "SQL Server"}
"""Databases on which nobody has proved the races, the guards and the dates yet, by what an address calls them."""


def _require_supported(backend: str) -> None:
    """Refuses a kind of database on which the product does not keep its promises.

    Raises:
        SetupError: database_unsupported.
    """
    if backend in _UNSUPPORTED:
        raise SetupError("database_unsupported", kind=_UNSUPPORTED[backend])


def _options(backend: str) -> dict[str, object]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": 10}, "hide_parameters": True}  # a failing statement shows no values
    return {"pool_pre_ping": True, "hide_parameters": True}


def shown_url(url: str) -> str:
    """The address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.split("@")[-1]


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except connection.OperationalError as error:
            if "readonly" not in str(error):  # opened for reading alone, the file keeps the log that it has
                raise
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased leaves no bytes behind
        cursor.close()


@contextmanager
def setup_errors(engine: Engine) -> Iterator[None]:
    """Turns a database that is locked, damaged or out of reach into an error with a remedy."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
        lowered = text.lower()
        code = "database_unreachable"
        if "locked" in lowered or "busy" in lowered:
            code = "database_locked"
        elif "not a database" in lowered or "malformed" in lowered:
            code = "database_damaged"
        elif "no such table" in lowered or "does not exist" in lowered:
            code = "database_without_tables"
        elif "readonly" in lowered or "read-only" in lowered:
            code = "database_read_only"
        elif "unable to open" in lowered:
            code = "database_not_opened"
        raise SetupError(code, url=shown_url(str(engine.url)), reason=text) from None
    except SQLAlchemyError as error:
        raise SetupError("database_unreachable", url=shown_url(str(engine.url)), reason=str(error)) from None


def clear_traces(engine: Engine) -> bool:
    """Takes what was erased out of the write-ahead log of a SQLite file too; other databases are left alone.

    Outside of every transaction. False while others read the file: the log goes when the last of them closes it.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy


def _tables(engine: Engine) -> frozenset[str]:
    return NAMES.intersection(inspect(engine).get_table_names(schema=schema_of(engine)))


def create_schema(engine: Engine) -> None:
    """Creates the tables, with the triggers that keep the history append-only, and notes the version, or nothing.

    A schema that the environment names and that is not there is created, too.
    Raises:
        SetupError: database_unsupported, schema_missing, place_changed.
    """
    _require_supported(engine.dialect.name)
    with engine.begin() as connection:
        make_tables(connection)


def make_tables(connection: Connection) -> None:
    """The same in the transaction of a connection; what fails leaves no trace.

    Raises:
        SetupError: database_unsupported, schema_missing, place_changed.
    """
    _require_supported(connection.dialect.name)
    require_place()
    with savepoint(connection):
        _make_schema(connection, schema_of(connection))
        metadata.create_all(connection)
        for statement in trigger_sql(connection.dialect.name, schema_of(connection)):
            connection.exec_driver_sql(statement)
        if connection.execute(select(version.c.version_num)).first() is None:
            connection.execute(version.insert(), {"version_num": SCHEMA_VERSION})


def require_place() -> None:
    """Refuses an environment that names another place than the one for which the tables of this process were built.

    Raises:
        SetupError: place_changed.
    """
    if named_place() != PLACE:
        raise SetupError("place_changed", schema=SCHEMA or "", prefix=PREFIX)


def _make_schema(connection: Connection, schema: str | None) -> None:
    """Creates the schema of the tables where a server lacks it.

    Raises:
        SetupError: schema_missing: a file has the schemas alone that were attached to the connection.
    """
    if schema is None or schema in inspect(connection).get_schema_names():
        return
    if connection.dialect.name == "sqlite":
        raise SetupError("schema_missing", schema=schema)
    connection.execute(CreateSchema(schema))


APPEND_ONLY = tuple(
    f"{PREFIX}{name}"
    for name in (
        "event",
        "action",
        "paper_act",
        "erasure",
        "read",
        "config",
        "frozen",
        "checkpoint",
        "link",
        "attachment",
    )
)
"""Tables whose rows are never changed nor deleted."""


def trigger_sql(dialect: str, schema: str | None = None, tables: Sequence[str] = APPEND_ONLY) -> list[str]:
    """Statements that make the history refuse changes, on databases where that is one statement's work."""
    prefix = f'"{schema}".' if schema else ""
    return [statement for name in tables for statement in _triggers(dialect, prefix, name)]


def _triggers(dialect: str, prefix: str, name: str) -> list[str]:
    if dialect == "sqlite":
        return [f"CREATE TRIGGER IF NOT EXISTS {prefix}{key} {body}" for key, body in _sqlite_guards(name).items()]
    if dialect == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {prefix}{name}_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$${_KEEP.format(name=name)}$$",
            f"CREATE OR REPLACE TRIGGER {name}_keep BEFORE UPDATE OR DELETE ON {prefix}{name} "
            f"FOR EACH ROW EXECUTE FUNCTION {prefix}{name}_keep()",
            f"CREATE OR REPLACE TRIGGER {name}_keep_all BEFORE TRUNCATE ON {prefix}{name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {prefix}{name}_keep()",
        ]
    return []


_KEEP = " BEGIN RAISE EXCEPTION '{name} is append-only'; END "


def _sqlite_guards(name: str) -> dict[str, str]:
    """The triggers of a table on SQLite; INSERT OR REPLACE takes a row away without asking those against DELETE."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    found = {f"{name}_no_{verb.lower()}": f"BEFORE {verb} ON {name} {refuse}" for verb in ("UPDATE", "DELETE")}
    there = " OR ".join(f"({' AND '.join(f'{item} = NEW.{item}' for item in key)})" for key in _keys(name))
    condition = f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {there})"  # noqa: S608 - own names
    return found | {f"{name}_no_replace": f"BEFORE INSERT ON {name} {condition} {refuse}"}


def _keys(name: str) -> list[list[str]]:
    """The keys by which one row of a table could take the place of another."""
    table = next(item for item in metadata.tables.values() if item.name == name)
    unique = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
    found = [[column.name for column in item.columns] for item in unique]
    return [[column.name for column in table.primary_key], *sorted(found)]


def guard_names(dialect: str) -> frozenset[str]:
    """The names of all the triggers by which the history refuses changes."""
    if dialect == "sqlite":
        return frozenset(key for name in APPEND_ONLY for key in _sqlite_guards(name))
    return frozenset(f"{name}_keep{part}" for name in APPEND_ONLY for part in _KEPT)


def missing_guards(connection: Connection) -> list[str]:
    """The triggers that are not there, switched off, or no longer say what they said; by name."""
    if connection.dialect.name == "sqlite":
        place = f'"{schema_of(connection)}".' if schema_of(connection) else ""
        there = connection.exec_driver_sql(f"SELECT name, sql FROM {place}sqlite_master WHERE type = 'trigger'")  # noqa: S608 - an own name
        known = {row.name: row.sql.partition(row.name)[2].strip() for row in there}
        wanted = {key: body for name in APPEND_ONLY for key, body in _sqlite_guards(name).items()}
        return [key for key, body in wanted.items() if known.get(key) != body]
    there = connection.execute(_GUARDS, {"schema": schema_of(connection)})
    held = {(row.tgname, row.tgtype) for row in there if row.prosrc == _KEEP.format(name=row.relname)}
    wanted_types = {f"{name}_keep{part}": kind for name in APPEND_ONLY for part, kind in _KEPT.items()}
    return [key for key, kind in wanted_types.items() if (key, kind) not in held]


_KEPT = {"": 1 + 2 + 8 + 16, "_all": 2 + 32}
"""When each trigger of PostgreSQL fires, as it keeps that: before each row's DELETE and UPDATE, before TRUNCATE."""

_GUARDS = text(
    "SELECT t.tgname, t.tgtype, c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid "
    "JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql' "
    "WHERE t.tgqual IS NULL AND t.tgattr = '' AND n.nspname = coalesce(CAST(:schema AS text), current_schema()) "
    "AND (t.tgenabled = 'A' OR t.tgenabled = 'O' AND current_setting('session_replication_role') <> 'replica')"
)


def check_schema(engine: Engine) -> None:
    """Refuses a database whose tables are missing or of another version.

    Raises:
        SetupError: database_without_tables, schema_version, place_changed.
    """
    require_place()
    there = _tables(engine)
    found = _version(engine) if version.name in there else None
    if found is not None and found != SCHEMA_VERSION:
        raise SetupError("schema_version", found=found, wanted=SCHEMA_VERSION)
    missing = NAMES - there
    if missing:
        raise SetupError("database_without_tables", url=shown_url(str(engine.url)), reason="、".join(sorted(missing)))
    if found is None:
        raise SetupError("schema_version", found="?", wanted=SCHEMA_VERSION)


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        found: str | None = connection.execute(select(version.c.version_num)).scalar()
    return found


def schema_sql(dialect_name: str) -> str:
    """The statements that create the tables, for an administrator who runs SQL by hand.

    Raises:
        SetupError: a database that is not known here, or not supported.
    """
    from sqlalchemy.schema import CreateIndex, CreateTable

    _require_supported(dialect_name)
    require_place()
    try:
        dialect = _dialect(dialect_name)
    except (NoSuchModuleError, ArgumentError, ImportError):
        raise SetupError("unknown_dialect", dialect=dialect_name) from None
    schema = None if dialect_name == "sqlite" else SCHEMA  # a file has no schemas
    tables = metadata if schema == SCHEMA else _without_schema()
    parts = [f'CREATE SCHEMA IF NOT EXISTS "{schema}"'] if schema else []
    for table in tables.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        parts.extend(
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    parts += trigger_sql(dialect_name, schema)
    noted = insert(next(item for item in tables.tables.values() if item.name == version.name))
    values = noted.values(version_num=SCHEMA_VERSION)
    parts.append(str(values.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
    return ";\n\n".join(parts) + ";\n"


def _without_schema() -> MetaData:
    """The tables as a database has them that knows no schemas."""
    plain = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(plain, schema=None)  # type: ignore[arg-type] # documented: no schema
    return plain


def _dialect(name: str) -> Any:
    return make_url(f"{name}://").get_dialect()()
