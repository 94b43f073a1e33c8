"""The plugin's own metadata: own prefix and schema, portable types, identifiers of at most 30 characters.

Dates are ``Date`` (Asia/Shanghai); instants are ISO texts in UTC, so that a hash over them holds on every
database; JSON is text.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import MetaData, Table

from ..place import named_place

SCHEMA_VERSION = "0007"
PLACE = named_place()
"""Where the tables of this process stand."""
SCHEMA, PREFIX = PLACE
NEVER = date.max
"""The due day of a row that has none: sorts last on every database."""

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s",
        "pk": "pk_%(table_name)s",
    },
)
"""All tables of the plugin, apart from the host's own."""


class Linked(NamedTuple):
    """Rows that the register-wide chain holds: the ends of chains, or rows that each stand by themselves.

    ``parent`` names the column of the row whose chain it is; without one a row is hashed over ``columns``, and over
    ``ending`` too once these are filled. ``states`` is the module whose ``states(connection, refs)`` gives the texts
    of the rows that change with the chain only.
    """

    kind: str
    table: Table
    parent: str = ""
    states: str = ""
    columns: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()


def rows_of(kind: str, table: Table, *ending: str) -> Linked:
    """Rows that are never changed, but for the columns by which they end."""
    return Linked(kind, table, columns=tuple(item.name for item in table.c if item.name not in ending), ending=ending)
