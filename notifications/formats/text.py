"""The plain text carrier."""

from ..documents.render import Notice


def write(notice: Notice, letterhead: bytes | None) -> bytes:
    """The notice as UTF-8; plain text has no letterhead."""
    return notice.text.encode()
