"""Checks that every store of attachments must pass; a host runs them against its own.

``check(store, connection)`` raises ``AssertionError`` with a sentence about the first promise that is broken. In a
test-suite each function below is one test. They use keys of their own and leave nothing behind.
"""

import secrets
from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from .port import Store

_PORTION = 100_000


def _claim(holds: bool, text: str) -> None:
    if not holds:
        raise AssertionError(text)


def _portions(count: int) -> Iterator[bytes]:
    """A content in portions that differ, so that their order shows."""
    for place in range(count):
        yield bytes([place % 256]) * _PORTION


def _put(store: Store, connection: Connection, count: int) -> str:
    key = secrets.token_hex(16)
    store.put(connection, key, _portions(count))
    return key


def _content(store: Store, connection: Connection, key: str) -> bytes | None:
    try:
        return b"".join(store.get(connection, key))
    except LookupError:
        return None


def _is_there(store: Store, connection: Connection, key: str) -> bool:
    return _content(store, connection, key) is not None


def check_what_was_put_comes_back(store: Store, connection: Connection) -> None:
    """A content comes back byte for byte, in portions, and as often as it is asked for."""
    key = _put(store, connection, 5)
    wanted = b"".join(_portions(5))
    for _ in range(2):
        _claim(_content(store, connection, key) == wanted, "get() gives another content than was put")
    portions = [len(portion) for portion in store.get(connection, key)]
    _claim(0 not in portions, "get() gives an empty portion")
    store.remove(connection, key)


def check_contents_are_kept_apart(store: Store, connection: Connection) -> None:
    """Two contents do not touch each other, also when one of them goes."""
    one, two = _put(store, connection, 1), _put(store, connection, 2)
    store.remove(connection, one)
    _claim(_content(store, connection, two) == b"".join(_portions(2)), "remove() touches another content")
    store.remove(connection, two)


def check_what_is_not_there_is_told(store: Store, connection: Connection) -> None:
    """A key that was never put is a ``LookupError``, not an empty content."""
    _claim(not _is_there(store, connection, secrets.token_hex(16)), "get() finds what was never put")


def check_what_was_removed_is_gone(store: Store, connection: Connection) -> None:
    """After ``remove`` there is nothing to get; removing again is no error."""
    key = _put(store, connection, 3)
    store.remove(connection, key)
    _claim(not _is_there(store, connection, key), "get() still finds what was removed")
    _claim(key not in set(store.keys(connection)), "keys() still names what was removed")
    store.remove(connection, key)


class _Torn(Exception):
    """The host's stream breaks."""


def check_half_a_content_is_none(store: Store, connection: Connection) -> None:
    """Where the content breaks off, ``put`` hands the error on, and outside of the database nothing is left."""

    def torn() -> Iterator[bytes]:
        yield from _portions(2)
        raise _Torn

    key = secrets.token_hex(16)
    try:
        store.put(connection, key, torn())
    except _Torn:
        pass
    else:
        _claim(False, "put() swallows the error of a content that breaks off")
    if store.in_database:
        store.remove(connection, key)
    _claim(not _is_there(store, connection, key), "put() keeps half of a content that broke off")


def check_keys_name_no_more_than_is_there(store: Store, connection: Connection) -> None:
    """Whatever ``keys`` names can be read."""
    key = _put(store, connection, 1)
    for name in store.keys(connection):
        _claim(_is_there(store, connection, name), "keys() names what get() does not find")
    store.remove(connection, key)


Check = Callable[[Store, Connection], None]


def checks() -> Iterator[Check]:
    """Every check, each a test of its own."""
    yield from (
        check_what_was_put_comes_back,
        check_contents_are_kept_apart,
        check_what_is_not_there_is_told,
        check_what_was_removed_is_gone,
        check_half_a_content_is_none,
        check_keys_name_no_more_than_is_there,
    )


def check(store: Store, connection: Connection) -> None:
    """Runs every check.

    Raises:
        AssertionError: the first promise that is broken, as a sentence.
    """
    for item in checks():
        item(store, connection)
