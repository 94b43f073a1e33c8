"""What the product has to tell the world, written in the transaction of what it tells of.

Delivery reads these rows later; a message that is in the outbox is sent at least once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from .tables.kernel import outbox


class Message(NamedTuple):
    """One message: its key (the same on every attempt), topic, agency, and payload as JSON text."""

    event_key: str
    topic: str
    agency: str
    payload: str


_INSERT = insert(outbox)


def enqueue(connection: Connection, message: Message, at: str) -> None:
    """Writes a message; ``at`` is the moment as ISO text in UTC."""
    connection.execute(_INSERT, {**message._asdict(), "created_at": at, "attempts": 0})


def enqueue_new(connection: Connection, messages: Sequence[Message], at: str) -> int:
    """Writes those whose key has not been written before; returns how many."""
    if not messages:
        return 0
    keys = [message.event_key for message in messages]
    known = set(connection.execute(select(outbox.c.event_key).where(outbox.c.event_key.in_(keys))).scalars())
    fresh = [
        {**message._asdict(), "created_at": at, "attempts": 0} for message in messages if message.event_key not in known
    ]
    if fresh:
        connection.execute(_INSERT, fresh)
    return len(fresh)


def agency_of(connection: Connection, key: str) -> str:
    """The agency whose message bears that key."""
    found: str = connection.execute(select(outbox.c.agency).where(outbox.c.event_key == key)).scalar_one()
    return found
