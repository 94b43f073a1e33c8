"""What stands in the database and is none of the product's writing: values in another form, rows of nothing, triggers.

A value can say the same to who reads it and yet be passed over by who searches for it: a day written by its week is
read as that day, and sorts behind every other. No hash tells that, since the hash is over what was read.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    and_,
    case,
    func,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.sql.schema import Column, Table

from .database import NAMES, guard_names, metadata
from .owners import IntegrityFault
from .versions import schema_of

PORTION = 500


def unsound(connection: Connection) -> Iterator[IntegrityFault]:
    """Every value that is stored in another form than the product writes, and every row that belongs to none."""
    for table in metadata.sorted_tables:
        yield from _misformed(connection, table)
        for reference in sorted(table.foreign_key_constraints, key=lambda item: list(item.column_keys)):
            yield from _astray(connection, table, reference)
        if connection.dialect.name == "sqlite":
            yield from _indexes(connection, table)


def strange_guards(connection: Connection) -> list[str]:
    """What works on the product's tables and is not of the product: triggers, rules, policies that hide rows."""
    if connection.dialect.name == "sqlite":
        there = connection.exec_driver_sql("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
        known = guard_names("sqlite")
        return [f"{table}: {name}" for table, name in there if table in NAMES and name not in known]
    known = guard_names("postgresql")
    found = connection.execute(_STRANGE, {"schema": schema_of(connection)})
    return [f"{table}: {name}" for table, name in found if table in NAMES and name not in known]


_STRANGE = text(
    "SELECT c.relname, found.name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL ("
    "SELECT t.tgname AS name FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal "
    "UNION ALL SELECT r.rulename FROM pg_rewrite r WHERE r.ev_class = c.oid AND c.relkind <> 'v' "
    "UNION ALL SELECT 'row level security' WHERE c.relrowsecurity OR c.relforcerowsecurity"
    ") found WHERE n.nspname = coalesce(CAST(:schema AS text), current_schema()) ORDER BY 1, 2"
)


def _misformed(connection: Connection, table: Table) -> Iterator[IntegrityFault]:
    """Where a row of a table has a value in a form that the product never writes."""
    odd = {column: _odd(connection, column) for column in table.columns}
    wanted = {column: condition for column, condition in odd.items() if condition is not None}
    if not wanted:
        return
    keys = [type_coerce(column, String) for column in table.primary_key.columns]
    flags = [case((condition, 1), else_=0) for condition in wanted.values()]
    statement = select(*keys, *flags).where(or_(*wanted.values())).order_by(*table.primary_key.columns)
    for row in connection.execute(statement, execution_options={"yield_per": PORTION}):
        for column, flag in zip(wanted, row[len(keys) :], strict=True):
            if flag:
                yield IntegrityFault("value_misformed", f"{table.name}.{column.name} {_key(row[: len(keys)])}")


def _key(parts: Iterable[object]) -> str:
    return "/".join(map(str, parts))


def _odd(connection: Connection, column: Column[object]) -> ColumnElement[bool] | None:
    """When a value is not as the product writes it; None where the database itself takes no other."""
    raw = type_coerce(column, String)
    conditions: list[ColumnElement[bool]] = []
    if connection.dialect.name == "sqlite":
        conditions.append(func.typeof(raw) != _stored_as(column))
        if isinstance(column.type, Date):
            conditions.append(func.coalesce(func.date(raw), "") != raw)
    elif isinstance(column.type, Date):
        conditions.append(~func.isfinite(column))
    if isinstance(column.type, String) and column.nullable and column.name.endswith(("_at", "_by")):
        conditions.append(raw == "")  # nothing and an empty text have the same hash, and not the same sense
    return and_(column.is_not(None), or_(*conditions)) if conditions else None


def _stored_as(column: Column[object]) -> str:
    if isinstance(column.type, Integer):
        return "integer"
    return "blob" if isinstance(column.type, LargeBinary) else "text"


def _astray(connection: Connection, table: Table, reference: ForeignKeyConstraint) -> Iterator[IntegrityFault]:
    """The rows of a table that belong to a row which is not there."""
    parent = reference.referred_table
    pairs = [(item.parent, parent.c[item.column.name]) for item in reference.elements]
    keys = list(table.primary_key.columns)
    lost = (
        select(*(type_coerce(key, String) for key in keys))
        .select_from(table)
        .outerjoin(parent, and_(*(child == above for child, above in pairs)))
        .where(*(child.is_not(None) for child, _ in pairs), pairs[0][1].is_(None))
        .order_by(*keys)
    )
    for row in connection.execute(lost):
        yield IntegrityFault("row_astray", f"{table.name} {_key(row)}")


def _indexes(connection: Connection, table: Table) -> Iterator[IntegrityFault]:
    """Where an index of SQLite leaves out rows: a search by it passes over them, and nothing else shows it."""
    for (told,) in connection.exec_driver_sql(f"PRAGMA integrity_check({table.name})").all():
        if told != "ok":
            yield IntegrityFault("index_damaged", f"{table.name}: {told}")
