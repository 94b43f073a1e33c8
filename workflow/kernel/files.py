"""Reads files that somebody names; what cannot be read is told by its name and with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...states.errors import SetupError


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Within it a file or folder is read: what the machine says of it becomes an error with its name.

    Raises:
        SetupError: ``file_missing``; ``file_unreadable``: a folder in the place of a file, no right to read it, a name
        that cannot be one, text that is not of this encoding.
    """
    try:
        yield
    except FileNotFoundError:
        raise SetupError("file_missing", path=str(path)) from None
    except (OSError, ValueError) as error:  # a text of another encoding and a name with NUL are values
        reason = getattr(error, "strerror", None) or str(error)
        raise SetupError("file_unreadable", path=str(path), reason=reason) from None


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        SetupError: as in ``reading``.
    """
    with reading(path):
        return path.read_bytes()


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without a mark at its beginning.

    Raises:
        SetupError: as in ``reading``.
    """
    with reading(path):
        return path.read_text("utf-8-sig")
