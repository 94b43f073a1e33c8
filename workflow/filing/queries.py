"""What other rooms ask of attachments: the evidence for a bundle, what a reply gives, what lies outside."""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ...states.errors import SetupError
from ..kernel.tables import attachments as t
from .entries import Kept, entries
from .port import find_store

_APART = t.attached.c


class Enclosure(NamedTuple):
    """An attachment for a bundle: its entry and what stands apart as they are stored, and its content unless erased."""

    kept: Kept
    content: bytes | None


def enclosures(connection: Connection, case_id: int, number: str) -> list[Enclosure]:
    """The attachments of a case with their contents.

    Raises:
        SetupError: ``attachment_missing``, ``attachment_altered``, ``store_missing``: half of them would prove nothing.
    """
    return [Enclosure(item, _content(connection, item, number)) for item in entries(connection, case_id)]


def _content(connection: Connection, kept: Kept, number: str) -> bytes | None:
    apart = kept.apart
    if apart.store is None or apart.store_key is None:
        return None
    try:
        found = b"".join(find_store(apart.store).get(connection, apart.store_key))
    except LookupError:
        raise SetupError("attachment_missing", case=number, seq=kept.entry.seq) from None
    if sha256(found).hexdigest() != apart.sha256:
        raise SetupError("attachment_altered", case=number, seq=kept.entry.seq)
    return found


def outside(connection: Connection) -> Mapping[str, int]:
    """How many contents lie in stores other than the database: no copy of the database holds them."""
    where = (_APART.store != "database", _APART.erased_at.is_(None))
    rows = connection.execute(select(_APART.store, func.count().label("n")).where(*where).group_by(_APART.store))
    return {row.store: row.n for row in rows}
