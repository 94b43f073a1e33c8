"""The plugin's own metadata: own prefix, portable types, identifiers of at most 30 characters.

Dates are ``Date`` (Asia/Shanghai); instants are ISO texts in UTC, so that a hash over them holds on every
database; JSON is text.
"""

from datetime import date

from sqlalchemy import MetaData

SCHEMA_VERSION = "0004"
PREFIX = "dsc_"
NEVER = date.max
"""The due day of a row that has none: sorts last on every database."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of the plugin, apart from the host's own."""
