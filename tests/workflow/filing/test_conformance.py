"""What any store must promise, and a store that breaks each promise."""

import pytest

from disclosure.workflow import FolderStore, MemoryStore
from disclosure.workflow.filing.conformance import check, checks
from disclosure.workflow.filing.stores import DatabaseStore


@pytest.fixture
def connection(engine):
    with engine.connect() as found, found.begin():
        yield found


@pytest.fixture(params=["database", "folder", "memory"])
def store(request, tmp_path):
    return {"database": DatabaseStore, "folder": lambda: FolderStore(tmp_path), "memory": MemoryStore}[request.param]()


@pytest.mark.parametrize("promise", list(checks()), ids=lambda item: item.__name__)
def test_each_shipped_store_keeps_each_promise(store, connection, promise):
    promise(store, connection)


class Broken(MemoryStore):
    """Whatever is not overridden works."""


class Mixes(Broken):
    def get(self, connection, key):
        yield from reversed(list(super().get(connection, key)))


class Empty(Broken):
    def get(self, connection, key):
        yield b""
        yield from super().get(connection, key)


class RemovesAll(Broken):
    def remove(self, connection, key):
        self.contents.clear()


class FindsAnything(Broken):
    def get(self, connection, key):
        yield self.contents.get(key, b"something")


class KeepsAll(Broken):
    def remove(self, connection, key):
        pass


class Swallows(Broken):
    def put(self, connection, key, content):
        try:
            super().put(connection, key, content)
        except Exception:
            self.contents[key] = b""


class KeepsHalf(Broken):
    def put(self, connection, key, content):
        for portion in content:
            self.contents[key] = self.contents.get(key, b"") + portion


class Invents(Broken):
    def keys(self, connection):
        yield "0" * 32


@pytest.mark.parametrize(
    "store",
    [Mixes, Empty, RemovesAll, FindsAnything, KeepsAll, Swallows, KeepsHalf, Invents],
)
def test_a_store_that_breaks_a_promise_is_told_which(store, sqlite_engine):
    with sqlite_engine.connect() as connection, pytest.raises(AssertionError, match=r"\(\)"):
        check(store(), connection)
