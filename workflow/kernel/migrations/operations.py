"""What a version does to the tables, wherever they stand: names without prefix, none with a schema.

Alembic makes the statements. Its global ``alembic.op`` and ``alembic.context`` are left alone: a migration of the
host's may be under way, and they are its own.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from ..database import trigger_sql
from ..tables.base import PREFIX, metadata
from ..versions import schema_of


class TableOperations:
    """Changes of the tables on a connection, in its transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.bind, self.schema = connection, schema_of(connection)
        # the metadata give the names of keys and constraints
        self._op = Operations(MigrationContext.configure(connection, opts={"target_metadata": metadata}))

    def table(self, name: str, *columns: Any) -> sa.TableClause:
        """A table to be read and written as it was at a version."""
        return sa.table(PREFIX + name, *columns, schema=self.schema)

    def key(self, column: str) -> str:
        """What a foreign key names: a column, with its table."""
        return ".".join(([self.schema] if self.schema else []) + [PREFIX + column])

    def create_table(self, name: str, *items: Any, **options: Any) -> None:
        """Creates a table."""
        self._op.create_table(PREFIX + name, *items, schema=self.schema, **options)

    def drop_table(self, name: str) -> None:
        """Takes a table away."""
        self._op.drop_table(PREFIX + name, schema=self.schema)

    def add_column(self, table: str, column: sa.Column[Any]) -> None:
        """Adds a column."""
        self._op.add_column(PREFIX + table, column, schema=self.schema)

    def drop_column(self, table: str, column: str) -> None:
        """Takes a column away."""
        self._op.drop_column(PREFIX + table, column, schema=self.schema)

    def create_index(self, name: str, table: str, columns: Sequence[str], **options: Any) -> None:
        """Creates an index."""
        self._op.create_index(f"ix_{PREFIX}{name}", PREFIX + table, columns, schema=self.schema, **options)

    def drop_index(self, name: str, table: str) -> None:
        """Takes an index away."""
        self._op.drop_index(f"ix_{PREFIX}{name}", PREFIX + table, schema=self.schema)

    def guard(self, *tables: str) -> None:
        """Lets tables refuse changes of their rows."""
        for statement in trigger_sql(self.bind.dialect.name, self.schema, [PREFIX + name for name in tables]):
            self.bind.exec_driver_sql(statement)
