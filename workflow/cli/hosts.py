"""The host's own modules on the command line: importing them adds channels, carriers and owners of tables."""

import importlib

from ...states.errors import SetupError

VARIABLE = "DISCLOSURE_HOST"
"""The environment variable that names them, with commas between."""


def load_hosts(names: str) -> None:
    """Imports the modules.

    Raises:
        SetupError: ``host_module``, a module that cannot be imported.
    """
    for name in filter(None, (part.strip() for part in names.split(","))):
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever a host's module raises is reported with its name
            raise SetupError("host_module", module=name, reason=f"{type(error).__name__}: {error}") from error
