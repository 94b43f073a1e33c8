"""Where the tables stand: the schema and the prefix that the environment names, one of each for a process.

They are part of the tables' names, so that no statement is rewritten as it runs, and a host's own models, its
session and its ``search_path`` stay as they are.
"""

import os
import re
from typing import NamedTuple

from ...states.errors import SetupError

SCHEMA_VARIABLE, PREFIX_VARIABLE = "DISCLOSURE_SCHEMA", "DISCLOSURE_PREFIX"
DEFAULT_PREFIX = "dsc_"
_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,7}_")
"""Short enough that no identifier is longer than thirty characters, in letters that no database folds."""


class Place(NamedTuple):
    """A schema, None for the one that the connection has by itself, and what the names of the tables begin with."""

    schema: str | None
    prefix: str


def named_place() -> Place:
    """The place that the environment names now.

    Raises:
        SetupError: schema_unusable, prefix_unusable.
    """
    schema, prefix = os.environ.get(SCHEMA_VARIABLE) or None, os.environ.get(PREFIX_VARIABLE) or DEFAULT_PREFIX
    if schema is not None and not _SCHEMA.fullmatch(schema):
        raise SetupError("schema_unusable", schema=schema, variable=SCHEMA_VARIABLE)
    if not _PREFIX.fullmatch(prefix):
        raise SetupError("prefix_unusable", prefix=prefix, variable=PREFIX_VARIABLE)
    return Place(schema, prefix)
