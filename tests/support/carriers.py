"""A carrier that a host adds: the notice as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from disclosure.notifications.documents.render import Notice
from disclosure.notifications.formats.carriers import Carrier, register_carrier, remove_carrier


def write(notice: Notice, letterhead: bytes | None) -> bytes:
    """Title, paragraphs and whether there is a letterhead."""
    body = {"title": notice.title, "lines": [item.text for item in notice.paragraphs], "own": letterhead is not None}
    return json.dumps(body, ensure_ascii=False).encode()


JSON = Carrier("json", "application/json", "json", write)


@contextmanager
def json_carrier() -> Iterator[Carrier]:
    """Registered for a while."""
    register_carrier(JSON)
    yield JSON
    remove_carrier("json")
