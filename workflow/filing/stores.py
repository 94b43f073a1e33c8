"""The stores that are shipped: the database itself, a folder, and a double in memory for a host's own tests."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from ...notifications.files import OWN, write_portions
from ...states.admission import file_name
from ...states.errors import SetupError
from ..kernel.context import SystemClock
from ..kernel.tables import attachments as t
from .types import PORTION

_CONTENT = t.content.c
_PORTION_OF = select(_CONTENT.portion)
YOUNG = 3600
"""Seconds after which a file must have its row."""
_NAME = re.compile(r"[0-9a-f]{32}")


class DatabaseStore:
    """The default: portions in rows, committed, rolled back and backed up with everything else."""

    key, in_database = "database", True

    def put(self, connection: Connection, key: str, content: Iterable[bytes]) -> None:
        """One row a portion."""
        for place, portion in enumerate(content):
            connection.execute(insert(t.content), {"store_key": key, "place": place, "portion": portion})

    def get(self, connection: Connection, key: str) -> Iterator[bytes]:
        """One portion a query: no driver holds more of it.

        Raises:
            LookupError.
        """
        place = 0
        while (portion := self._portion(connection, key, place)) is not None:
            yield portion
            place += 1
        if not place:
            raise LookupError(key)

    def _portion(self, connection: Connection, key: str, place: int) -> bytes | None:
        mine = (_CONTENT.store_key == key, _CONTENT.place == place)
        found: bytes | None = connection.execute(_PORTION_OF.where(*mine)).scalar()
        return found

    def remove(self, connection: Connection, key: str) -> None:
        """The rows go."""
        connection.execute(delete(t.content).where(_CONTENT.store_key == key))

    def keys(self, connection: Connection) -> Iterator[str]:
        """Every key of which there is a portion."""
        yield from connection.execute(select(_CONTENT.store_key).distinct().order_by(_CONTENT.store_key)).scalars()


class FolderStore:
    """A folder of the office's own, for one database; each file appears whole, or not at all."""

    key, in_database = "folder", False

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def _path(self, key: str) -> Path:
        """Where a content lies: a folder holds a few hundred files of each two digits."""
        return self.folder / file_name(key[:2]) / file_name(key)

    def put(self, connection: Connection, key: str, content: Iterable[bytes]) -> None:
        """Writes the file beside its place and moves it there once it is on the disk.

        Raises:
            SetupError: ``file_unwritable``.
        """
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_portions(path, content, OWN)
            _sync(path.parent)
        except OSError as error:
            reason = error.strerror or str(error)
            raise SetupError("file_unwritable", path=str(path.parent), reason=reason) from None

    def get(self, connection: Connection, key: str) -> Iterator[bytes]:
        """Reads the file.

        Raises:
            LookupError; SetupError: ``file_unreadable``.
        """
        path = self._path(key)
        try:
            with path.open("rb") as file:
                while portion := file.read(PORTION):
                    yield portion
        except FileNotFoundError:
            raise LookupError(key) from None
        except OSError as error:
            raise SetupError("file_unreadable", path=str(path), reason=error.strerror or str(error)) from None

    def remove(self, connection: Connection, key: str) -> None:
        """Takes the file away.

        Raises:
            SetupError: ``file_unwritable``.
        """
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise SetupError("file_unwritable", path=str(path), reason=error.strerror or str(error)) from None

    def keys(self, connection: Connection) -> Iterator[str]:
        """The files that have been there for an hour; younger ones may be of a transaction that is under way."""
        oldest = SystemClock().now().timestamp() - YOUNG
        for path in sorted(self.folder.glob("*/*")):
            if _NAME.fullmatch(path.name) and path.stat().st_mtime < oldest:
                yield path.name


def _sync(folder: Path) -> None:
    """Puts the names in a folder on the disk, on systems that let one."""
    if os.name != "nt":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


class MemoryStore:
    """A double for a host's tests: contents in a dictionary of this process, gone with it."""

    in_database = False

    def __init__(self, key: str = "memory") -> None:
        self.key = key
        self.contents: dict[str, bytes] = {}

    def put(self, connection: Connection, key: str, content: Iterable[bytes]) -> None:
        """Keeps it."""
        self.contents[key] = b"".join(content)

    def get(self, connection: Connection, key: str) -> Iterator[bytes]:
        """Gives it in portions.

        Raises:
            LookupError.
        """
        found = self.contents[key]
        yield from (found[start : start + PORTION] for start in range(0, len(found), PORTION))

    def remove(self, connection: Connection, key: str) -> None:
        """Forgets it."""
        self.contents.pop(key, None)

    def keys(self, connection: Connection) -> Iterator[str]:
        """Every key."""
        yield from sorted(self.contents)
