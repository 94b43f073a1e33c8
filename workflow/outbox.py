"""Delivery of what the cases have to tell the world: at least once, by rows of the outbox.

A row is written in the transaction of the move it tells of. Delivery claims a row for a while, sends
it outside any transaction, and notes the result; a row whose sender died is claimed again later.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TextIO

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ..states.errors import SetupError
from . import tables as t
from .clock import Clock, SystemClock

Deliver = Callable[[str, str, str], None]
"""Sends one message: topic, key (the same on every attempt), payload as JSON text; raises where it could not."""
Sessions = Callable[[], Session]

_CLOCK = SystemClock()
LEASE = timedelta(minutes=5)
PORTION = 500
LONGEST_WAIT = timedelta(days=1)
_FAILURE_LENGTH = 500


class RelayResult(BaseModel):
    """What became of a round of deliveries."""

    model_config = ConfigDict(frozen=True)
    sent: int
    failed: int
    left: int


def relay(sessions: Sessions, deliver: Deliver, *, clock: Clock = _CLOCK, limit: int = 1000) -> RelayResult:
    """Delivers waiting messages, oldest first, each in transactions of its own.

    A message that fails waits longer each time, up to a day, and the later ones of its case wait with it.
    Two relays at once share the work.
    """
    sent = failed = 0
    columns = t.outbox.c
    waiting, held = _waiting(sessions, clock, limit)
    for key, name in waiting:
        if _stream(name) in held:
            continue
        with sessions() as session, session.begin():
            row = session.execute(
                select(columns.topic, columns.event_key, columns.payload, columns.attempts).where(columns.id == key)
            ).one()
            if not _claim(session, key, row.attempts, clock):
                held.add(_stream(name))
                continue
        try:
            deliver(row.topic, row.event_key, row.payload)
        except Exception as error:  # whatever the sender raises, the message is kept
            failed += 1
            held.add(_stream(name))
            failure = f"{type(error).__name__}: {error}"[:_FAILURE_LENGTH]
            note: dict[str, str | None] = {"failure": failure, "retry_at": _retry(row.attempts, clock)}
        else:
            sent += 1
            note = {"sent_at": _text(clock.now()), "failure": None, "retry_at": None}
        with sessions() as session, session.begin():
            session.execute(update(t.outbox).where(columns.id == key).values(note))
    with sessions() as session:
        left = session.execute(select(func.count()).where(columns.sent_at.is_(None))).scalar_one()
    return RelayResult(sent=sent, failed=failed, left=left)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _waiting(sessions: Sessions, clock: Clock, limit: int) -> tuple[list[tuple[int, str]], set[str]]:
    """The messages whose time has come, and the cases that have an earlier one whose time has not."""
    columns = t.outbox.c
    now = _text(clock.now())
    found: list[tuple[int, str]] = []
    held: set[str] = set()
    unsent = select(columns.id, columns.event_key, columns.retry_at).where(columns.sent_at.is_(None))
    with sessions() as session:
        for row in session.execute(unsent.order_by(columns.id), execution_options={"yield_per": PORTION}):
            if row.retry_at is not None and row.retry_at > now:
                held.add(_stream(row.event_key))
            elif _stream(row.event_key) not in held:
                found.append((row.id, row.event_key))
                if len(found) == limit:
                    break
    return found, held


def _stream(name: str) -> str:
    """What keeps its order: the messages of one case."""
    return name.rpartition("/")[0] or name


def _claim(session: Session, key: int, attempts: int, clock: Clock) -> bool:
    """Takes the message for a while; False where another relay was quicker."""
    columns = t.outbox.c
    statement = (
        update(t.outbox)
        .where(columns.id == key, columns.attempts == attempts, columns.sent_at.is_(None))
        .values(attempts=attempts + 1, retry_at=_text(clock.now() + LEASE))
    )
    return bool(session.connection().execute(statement).rowcount == 1)


def _retry(attempts: int, clock: Clock) -> str:
    wait = min(timedelta(minutes=2 ** min(attempts, 20)), LONGEST_WAIT)
    return _text(clock.now() + wait)


class FileSender:
    """Writes each message as a line of JSON to a file, or to standard output."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __enter__(self) -> "FileSender":
        if self.path is not None:
            try:
                self._file = self.path.open("a", encoding="utf-8")
            except OSError as error:
                reason = error.strerror or str(error)
                raise SetupError("file_unwritable", path=str(self.path), reason=reason) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def __call__(self, topic: str, key: str, payload: str) -> None:
        """Writes one line and flushes it."""
        line = json.dumps({"topic": topic, "key": key, "payload": json.loads(payload)}, ensure_ascii=False)
        print(line, file=self._file, flush=True)
