"""The plugin's own migrations, on the host's connection and with a version table of their own.

A host runs ``upgrade(connection)``; a host with an Alembic environment of its own adds ``include_name``
to it, so that its autogenerate leaves the plugin's tables alone. Then ``disclosure db upgrade`` folds again
the cases that are judged otherwise by now.
"""

from typing import Any

from sqlalchemy import Connection

from ..tables.base import PREFIX
from ..tables.kernel import version

VERSION_TABLE = version.name


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings the plugin's tables to a revision, in the transaction of the connection."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def upgradable() -> frozenset[str]:
    """The versions of a database that this program can bring to its own."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config(None))
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config(connection: Connection | None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "disclosure.workflow.kernel:migrations")
    config.attributes["connection"] = connection
    return config


def include_name(name: str | None, type_: str, parent_names: Any) -> bool:
    """For the host's own environment: leaves the plugin's tables out of its autogenerate."""
    return not (type_ == "table" and name is not None and name.startswith(PREFIX))


def own_name(name: str | None, type_: str, parent_names: Any) -> bool:
    """For the plugin's environment: its own tables only."""
    return type_ != "table" or (name is not None and name.startswith(PREFIX))
