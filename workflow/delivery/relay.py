"""The relay: delivers the rows of the outbox, each at least once.

A row is written in the transaction of the move it announces. Delivery claims a row for a while, sends
it outside any transaction, and notes the result; a row whose sender died is claimed again later. A row
that has failed too often is given up: it lies among the dead letters until somebody puts it back.
"""

import io
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from logging import ERROR, INFO, WARNING
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from ...states import admission
from ...states.errors import BadData, SetupError
from ...states.remark import Remark
from ..approvals.items import TOPIC as TODO_CHANGED
from ..approvals.items import with_titles
from ..kernel.context import Clock, Context, Operator
from ..kernel.outbox import Claimed, Waiting, claim, given_up, left_and_dead, note, put_back, unsent
from ..kernel.retries import transaction
from ..kernel.unit import Done, Key, once
from .log import channel_in, logged_key, record, remark_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Deliver = Callable[[str, str, str], None]
"""Sends one message: topic, key (the same on every attempt), payload as JSON text; raises where it could not."""

LEASE = timedelta(minutes=5)
PORTION = 500
LONGEST_WAIT = timedelta(days=1)
ATTEMPTS = 20
"""Attempts before a message is given up: ten days, so that a server that is off over the longest holiday loses none."""
_LONGEST_FAILURE = 4000
LATE = "too_late"
"""The code of a delivery that took longer than a message may take."""
LATE_IN_A_ROW = 2
"""Deliveries in a row that took too long, after which a channel has no more in this round."""


class Postponed(Exception):
    """Raised by a sender: send not now but from ``until`` on. It is no failure and counts as no attempt."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(until.isoformat())


class RelayResult(BaseModel):
    """What became of a round of deliveries; ``left`` wait for their turn, ``dead`` for somebody to put them back."""

    model_config = ConfigDict(frozen=True)
    sent: int
    failed: int
    left: int
    dead: int = 0


class DeadLetter(BaseModel):
    """A message that was given up, with what made the last attempt fail."""

    model_config = ConfigDict(frozen=True)
    key: str
    topic: str
    agency: str
    created_at: str
    dead_at: str
    attempts: int
    failure: Remark


class _Attempt(NamedTuple):
    """How an attempt ended, what is noted of it in the row, and the code of its error."""

    outcome: Literal["sent", "failed", "dead", "postponed"]
    note: Mapping[str, object]
    error: str | None = None


def relay(
    operator: Operator, deliver: Deliver, *, limit: int = 1000, attempts: int = ATTEMPTS, at_once: int = 1
) -> RelayResult:
    """Delivers waiting messages, oldest first, each in transactions of its own.

    A message that fails waits longer each time, up to a day, and the later ones of its case wait with it.
    After so many attempts it is given up and holds nothing back any more. Two relays at once share the work.
    ``at_once`` channels are served beside each other, if ``deliver`` may be called from several threads.
    Raises:
        NotPermitted.
    """
    operator.require()
    waiting, held = transaction(operator.sessions, lambda session: _waiting(session, operator.clock, limit))
    work = partial(_serve, operator, deliver, attempts=attempts, held=held)
    lanes = _lanes(waiting) if at_once > 1 else [waiting]
    if len(lanes) > 1:
        with ThreadPoolExecutor(min(at_once, len(lanes)), "disclosure-channel") as pool:
            done = list(pool.map(work, lanes))
    else:
        done = [work(lane) for lane in lanes]
    sent, failed = sum(item.sent for item in done), sum(item.failed for item in done)
    left, dead = transaction(operator.sessions, lambda session: left_and_dead(session.connection()))
    record(INFO, "relay", sent=sent, failed=failed, left=left, dead=dead)
    return RelayResult(sent=sent, failed=failed, left=left, dead=dead)


def _lanes(waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    """The messages by channel: those of one channel wait for each other, and for no other channel."""
    lanes: dict[str | None, list[Waiting]] = {}
    for row in waiting:
        lanes.setdefault(channel_in(row.key), []).append(row)
    return list(lanes.values())


class _Served(NamedTuple):
    """What became of the messages of one channel."""

    sent: int
    failed: int


def _serve(
    operator: Operator, deliver: Deliver, lane: Iterable[Waiting], *, attempts: int, held: frozenset[str]
) -> _Served:
    """Delivers messages one after the other; a channel on which some in a row took too long is left for this round."""
    sessions, clock = operator.sessions, operator.clock
    sent = failed = late = 0
    waits = set(held)
    for row in lane:
        if _stream(row.key) in waits:
            continue
        message = transaction(sessions, partial(_claim, row=row, until=_text(clock.now() + LEASE)))
        if message is None:
            waits.add(_stream(row.key))
            continue
        attempt = _attempt(deliver, message, row, attempts, clock)
        _log(message, row, attempt)
        sent += attempt.outcome == "sent"
        failed += attempt.outcome in ("failed", "dead")
        if attempt.outcome in ("failed", "postponed"):
            waits.add(_stream(row.key))
        transaction(sessions, partial(_note, row=row, values=attempt.note))
        late = late + 1 if attempt.error == LATE else 0
        if late == LATE_IN_A_ROW:
            break
    return _Served(sent, failed)


def _claim(session: "Session", *, row: Waiting, until: str) -> Claimed | None:
    return claim(session.connection(), row, until)


def _note(session: "Session", *, row: Waiting, values: Mapping[str, object]) -> None:
    note(session.connection(), row, values)


def _attempt(deliver: Deliver, message: Claimed, row: Waiting, attempts: int, clock: Clock) -> _Attempt:
    """Hands the message to the sender; whatever that raises, the message is kept."""
    try:
        deliver(message.topic, message.key, _told_in_words(message))
    except Postponed as later:
        return _Attempt("postponed", {"attempts": row.attempts, "retry_at": _text(later.until)})
    except Exception as error:  # a sender may raise anything
        failure, code = _failure(error)
        if row.attempts + 1 >= attempts:
            return _Attempt("dead", {"failure": failure, "retry_at": None, "dead_at": _text(clock.now())}, code)
        return _Attempt("failed", {"failure": failure, "retry_at": _retry(row.attempts, clock)}, code)
    return _Attempt("sent", {"failure": None, "retry_at": None, "sent_at": _text(clock.now())})


def _told_in_words(message: Claimed) -> str:
    """The payload as it is sent: Chinese sentences are added here, not where the message is written."""
    return with_titles(message.payload) if message.topic == TODO_CHANGED else message.payload


_LEVEL = {"sent": INFO, "postponed": INFO, "failed": WARNING, "dead": ERROR}


def _log(message: Claimed, row: Waiting, attempt: _Attempt) -> None:
    """One record for each attempt."""
    record(
        _LEVEL[attempt.outcome],
        "delivery",
        topic=message.topic,
        key=logged_key(message.key),
        channel=channel_in(message.key),
        attempt=row.attempts + 1,
        outcome=attempt.outcome,
        error=attempt.error,
    )


def _failure(error: Exception) -> tuple[str, str]:
    """What is noted of a failed attempt, and its code; of facts beyond measure the code alone."""
    remark = remark_of(error)
    text = remark.model_dump_json(exclude_defaults=True)
    return text if len(text) <= _LONGEST_FAILURE else Remark(code=remark.code).model_dump_json(), remark.code


def _noted(text: str) -> Remark:
    """What was noted of a failure; an earlier version noted the sentence itself."""
    return Remark.model_validate_json(text) if text.startswith("{") else Remark.quote("delivery_failed", text)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _waiting(session: "Session", clock: Clock, limit: int) -> tuple[list[Waiting], frozenset[str]]:
    """The messages whose time has come, and the cases that have an earlier one whose time has not."""
    now = _text(clock.now())
    found: list[Waiting] = []
    held: set[str] = set()
    for row in unsent(session.connection()):
        if row.retry_at is not None and row.retry_at > now:
            held.add(_stream(row.key))
        elif _stream(row.key) not in held:
            found.append(row)
            if len(found) == limit:
                break
    return found, frozenset(held)


def _stream(name: str) -> str:
    """What keeps its order: the messages of one case."""
    return name.rpartition("/")[0] or name


def _retry(attempts: int, clock: Clock) -> str:
    wait = min(timedelta(minutes=2 ** min(attempts, 20)), LONGEST_WAIT)
    return _text(clock.now() + wait)


def dead_letters(context: Context) -> list[DeadLetter]:
    """The messages of an agency that were given up, oldest first.

    Raises:
        NotPermitted.
    """
    context.require("operate")
    found = given_up(context.connection, context.agency)
    return [DeadLetter.model_validate(row | {"failure": _noted(str(row["failure"]))}) for row in found]


def replay_dead(context: Context, keys: Collection[str] | None = None, *, idempotency_key: str | None = None) -> int:
    """Puts messages that were given up back into the queue, under the keys they had; None means all of the agency.

    Returns how many. Their attempts begin anew; the last failure stays noted until they are sent.
    Raises:
        NotPermitted; BadData: keys that are not among the dead letters, all of them.
    """
    context.require("operate")
    for key in keys or ():
        admission.text("key", key)

    def work() -> Done:
        known = {letter.key for letter in dead_letters(context)}
        unknown = [key for key in dict.fromkeys(keys or ()) if key not in known]
        if unknown:
            raise BadData(*({"field": "key", "problem": "no_dead_letter", "value": key} for key in unknown))
        wanted = sorted(known if keys is None else set(keys))
        put_back(context.connection, wanted)
        return Done(number=len(wanted))

    asked = None if keys is None else sorted(set(keys))
    return once(context, Key.of(context, idempotency_key, "replay_dead", asked), Done, work).number


class FileSender:
    """Writes each message as a line of JSON to the end of a file, whole or not at all, or to standard output."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._file: io.FileIO | None = None

    def __enter__(self) -> "FileSender":
        if self.path is not None:
            try:
                self._file = self.path.open("ab", buffering=0)
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
        """Writes one line; where the disk is full, the file ends as it did before.

        Raises:
            OSError.
        """
        line = json.dumps({"topic": topic, "key": key, "payload": json.loads(payload)}, ensure_ascii=False)
        if self._file is None:
            print(line, flush=True)
            return
        content, written = f"{line}\n".encode(), 0
        try:
            while written < len(content):
                written += self._file.write(content[written:])
        except OSError:
            _take_back(self._file, written)
            raise


def _take_back(file: io.FileIO, written: int) -> None:
    """Takes the bytes that were written last off a file, unless another program has written behind them."""
    if written and file.seekable() and file.tell() == os.fstat(file.fileno()).st_size:
        file.truncate(file.tell() - written)
