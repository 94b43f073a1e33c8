"""The outbox: messages about moves, written in the same transaction as the move.

Delivery reads these rows later; a message that is in the outbox is sent at least once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from .tables.kernel import outbox
from .unit import Message as Message
from .unit import enqueue as enqueue


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
        connection.execute(insert(outbox), fresh)
    return len(fresh)


def unwritten(connection: Connection, wanted: Mapping[str, str]) -> dict[str, str]:
    """Those of some keys, each with its agency, under which no message has been written."""
    known = set(connection.execute(select(outbox.c.event_key).where(outbox.c.event_key.in_(wanted))).scalars())
    return {key: agency for key, agency in wanted.items() if key not in known}


def agency_of(connection: Connection, key: str) -> str:
    """The agency whose message has that key."""
    found: str = connection.execute(select(outbox.c.agency).where(outbox.c.event_key == key)).scalar_one()
    return found


class Waiting(NamedTuple):
    """A message that has not been sent, as it was when the round began."""

    id: int
    key: str
    attempts: int
    retry_at: str | None


class Claimed(NamedTuple):
    """A message that a relay has claimed for a while."""

    topic: str
    key: str
    payload: str


PORTION = 500
_O = outbox.c
_UNSENT = (
    select(_O.id, _O.event_key, _O.attempts, _O.retry_at)
    .where(_O.sent_at.is_(None), _O.dead_at.is_(None))
    .order_by(_O.id)
)


def unsent(connection: Connection) -> Iterator[Waiting]:
    """Messages that have neither been sent nor given up, oldest first."""
    with closing(connection.execute(_UNSENT, execution_options={"yield_per": PORTION})) as rows:
        for row in rows:
            yield Waiting(*row)


def claim(connection: Connection, row: Waiting, until: str) -> Claimed | None:
    """Takes a message until a moment; None where another relay was quicker."""
    same = _O.retry_at.is_(None) if row.retry_at is None else _O.retry_at == row.retry_at
    mine = (_O.id == row.id, _O.attempts == row.attempts, same, _O.sent_at.is_(None), _O.dead_at.is_(None))
    values = {"attempts": row.attempts + 1, "retry_at": until}
    if connection.execute(update(outbox).where(*mine).values(values)).rowcount != 1:
        return None
    return Claimed(*connection.execute(select(_O.topic, _O.event_key, _O.payload).where(_O.id == row.id)).one())


def note(connection: Connection, row: Waiting, values: Mapping[str, object]) -> None:
    """Records how an attempt ended: a success by whoever sent it, a failure only by the last claimer."""
    mine = [_O.id == row.id]
    if "sent_at" not in values:
        mine += [_O.attempts == row.attempts + 1, _O.sent_at.is_(None)]
    connection.execute(update(outbox).where(*mine).values(dict(values)))


def left_and_dead(connection: Connection) -> tuple[int, int]:
    """How many messages wait, and how many are given up."""
    statement = select(func.count(), func.count(_O.dead_at)).where(_O.sent_at.is_(None))
    waiting, dead = connection.execute(statement).one()
    return waiting - dead, dead


def given_up(connection: Connection, agency: str) -> list[dict[str, object]]:
    """The messages of an agency that were given up, oldest first."""
    columns = (_O.event_key.label("key"), _O.topic, _O.agency, _O.created_at, _O.dead_at, _O.attempts)
    failure = func.coalesce(_O.failure, "").label("failure")
    where = (_O.agency == agency, _O.dead_at.is_not(None), _O.sent_at.is_(None))
    rows = connection.execute(select(*columns, failure).where(*where).order_by(_O.id))
    return [dict(row._mapping) for row in rows]


def put_back(connection: Connection, keys: Sequence[str]) -> None:
    """Puts messages that were given up back into the queue; their attempts begin anew."""
    back = {"attempts": 0, "retry_at": None, "dead_at": None}
    for start in range(0, len(keys), PORTION):
        portion = _O.event_key.in_(keys[start : start + PORTION])
        connection.execute(update(outbox).where(portion, _O.dead_at.is_not(None)).values(back))
