"""Writes files: each appears whole or not at all."""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PLAIN = 0o666
"""Rights of a new file, less what the process withholds."""
OWN = 0o600
"""Rights of a file for nobody but its owner."""


def write_whole(path: Path, content: bytes, rights: int = PLAIN) -> None:
    """Puts a file in place once all of it is on the disk; until then an earlier one of that name stays as it was.

    Raises:
        OSError: nothing has changed.
    """
    write_portions(path, (content,), rights)


def write_portions(path: Path, content: Iterable[bytes], rights: int = PLAIN) -> None:
    """The same of a content that comes in portions; what they raise leaves everything as it was, too.

    An earlier file hands on its rights, a link stays a link. What is no file (a pipe, the terminal) is written to.

    Raises:
        OSError: nothing has changed.
    """
    target = Path(os.path.realpath(path))
    with suppress(FileNotFoundError):
        found = target.stat()
        if not stat.S_ISREG(found.st_mode):
            with target.open("wb") as file:
                file.writelines(content)
            return
        rights = stat.S_IMODE(found.st_mode)
    with appearing(target, rights) as unfinished, unfinished.open("wb") as file:
        file.writelines(content)


@contextmanager
def appearing(target: Path, rights: int = PLAIN) -> Iterator[Path]:
    """A file to be written beside the target, that takes its place once all of it is on the disk.

    Raises:
        OSError: nothing has changed.
    """
    unfinished = target.with_name(f".unfinished-{secrets.token_hex(8)}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), rights))
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
