"""Keeps stores that lie outside of the database in step with its transactions.

What was put in a transaction that fails is taken out again. What was erased goes as the transaction commits, before the
commit: so nothing is left of what a committed erasure took. Where the commit then fails, erasing is repeated.
"""

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event, select

from ..kernel.tables import attachments as t
from .port import Store

_KEY = t.attached.c.store_key
PORTION = 500


class _Touched:
    """The contents of other stores that a transaction has put, or is to take away."""

    def __init__(self) -> None:
        self.put: dict[str, Store] = {}
        self.erased: dict[str, Store] = {}

    def commit(self, connection: Connection) -> None:
        """Takes away what no row will name once the transaction is committed."""
        touched = self._taken(self.put | self.erased)
        kept = _named(connection, list(touched))
        for key, store in touched.items():
            if key not in kept:
                store.remove(connection, key)

    def rollback(self, connection: Connection) -> None:
        """Takes out what was put; what was to be erased stays."""
        for key, store in self._taken(self.put).items():
            store.remove(connection, key)

    def _taken(self, found: dict[str, Store]) -> dict[str, Store]:
        self.put, self.erased = {}, {}
        return found


_touched: WeakKeyDictionary[Connection, _Touched] = WeakKeyDictionary()


def note_put(connection: Connection, store: Store, key: str) -> None:
    """Before a content is put: from here on it goes again, unless its row is committed."""
    if not store.in_database:
        _of(connection).put[key] = store


def note_erased(connection: Connection, store: Store, key: str) -> None:
    """Takes a content away: at once where the database keeps it, else as the transaction commits."""
    if store.in_database:
        store.remove(connection, key)
    else:
        _of(connection).erased[key] = store


def _of(connection: Connection) -> _Touched:
    found = _touched.get(connection)
    if found is None:
        found = _touched[connection] = _Touched()
        event.listen(connection, "commit", found.commit)
        event.listen(connection, "rollback", found.rollback)
    return found


def _named(connection: Connection, keys: list[str]) -> set[str]:
    """Those of some keys that a row names."""
    found: set[str] = set()
    for start in range(0, len(keys), PORTION):
        found.update(connection.execute(select(_KEY).where(_KEY.in_(keys[start : start + PORTION]))).scalars())
    return found
