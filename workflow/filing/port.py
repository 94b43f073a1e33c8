"""The port for contents: where they lie is the office's choice, and a host adds a store of its own by a call.

Each attachment says in which store it lies, so that the setting ``attachment_store``, which names the one for new ones,
may change at any time. ``disclosure.workflow.filing.conformance`` is what every store must pass.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from ...states.errors import SetupError

VARIABLE = "DISCLOSURE_ATTACHMENTS"
"""The environment variable that names the folder of the store ``folder``."""
_KEY = re.compile(r"[a-z0-9_-]{1,16}")


class Store(Protocol):
    """Keeps contents under keys of ours: 32 hexadecimal digits, which say nothing and never come twice.

    ``key`` is its name in the setting and in the rows. ``in_database``: what it writes on the connection is rolled back
    with the transaction; what another store was given is taken out again where the transaction fails.
    """

    @property
    def key(self) -> str:
        """The name of the store."""
        ...

    @property
    def in_database(self) -> bool:
        """Whether its contents are committed and rolled back with the connection's transaction."""
        ...

    def put(self, connection: Connection, key: str, content: Iterable[bytes]) -> None:
        """Keeps a content, which comes in portions: all of it, durably, or nothing."""
        ...

    def get(self, connection: Connection, key: str) -> Iterator[bytes]:
        """A content in portions.

        Raises:
            LookupError: at the latest as the first portion is asked for, there is none under that key.
        """
        ...

    def remove(self, connection: Connection, key: str) -> None:
        """Takes a content away for good; one that is not there is no error."""
        ...

    def keys(self, connection: Connection) -> Iterator[str]:
        """The keys of the contents that lie there; those of the last hour may be left out: they may be on their way."""
        ...


_stores: dict[str, Store] = {}


def register_store(store: Store) -> None:
    """Makes a store known to this process; one of the same key takes the place of the earlier.

    Raises:
        TypeError: it lacks a function; ValueError: its key is no short word of small letters and digits.
    """
    lacking = [name for name in ("put", "get", "remove", "keys") if not callable(getattr(store, name, None))]
    if lacking:
        raise TypeError(f"{store!r} keeps attachments and cannot do this with them: {', '.join(lacking)}")
    if not _KEY.fullmatch(store.key):
        raise ValueError(f"a store's key is a word of at most 16 small letters and digits, not {store.key!r}")
    _stores[store.key] = store


def remove_store(key: str) -> None:
    """Takes a store off the list of this process; what lies in it can then be neither read nor erased here."""
    _stores.pop(key, None)


def find_store(key: str) -> Store:
    """The store of that key: a registered one, else one that is shipped.

    Raises:
        SetupError: ``store_missing``: this process has none of that key.
    """
    found = _stores.get(key)
    if found is None and key in _SHIPPED:
        found = _SHIPPED[key]()
    if found is None:
        raise SetupError("store_missing", store=key, variable=VARIABLE)
    return found


def _database() -> Store:
    from .stores import DatabaseStore

    return DatabaseStore()


def _folder() -> Store | None:
    """The folder that the environment names."""
    from .stores import FolderStore

    named = os.environ.get(VARIABLE, "")
    return FolderStore(Path(named)) if named else None


_SHIPPED: dict[str, Callable[[], Store | None]] = {"database": _database, "folder": _folder}
