"""The deadline sweep: reminders for what falls due, each exactly once, and a checkpoint over the history.

A plain function for the host's scheduler. A day on which it did not run loses no reminder.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import islice
from logging import INFO, WARNING

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ...notifications.channels.config import Reminders
from ...states.errors import Conflict, SetupError
from ...states.procedure.case import State
from ...states.procedure.periods import Law
from ...states.remark import Remark
from ...states.rules.rules import rule
from ..approvals.limits import escalate
from ..cases.due_list import ToAct, agencies_at_work, bucket, cases_to_act
from ..cases.queries import OpenCase, open_cases
from ..cases.recompute import recompute_stale
from ..kernel.chains import canonical
from ..kernel.context import Context, Operator
from ..kernel.linking import link_up
from ..kernel.outbox import Message, enqueue_new
from ..kernel.retries import transaction
from ..kernel.sweeps import is_recent, last_sweep, note_sweep
from ..kernel.unit import savepoint
from ..kernel.versions import forget_incomplete, latest, law_at
from .anchors import send_anchor
from .channels import reminders_of
from .log import record

REMINDED = ("overdue", "today", "red", "yellow")
"""Buckets that call for a reminder."""
PORTION = 500
POST_PROPOSED = 2
"""Working days before the last day from which the post is proposed for a reply that nobody has collected."""


class TickResult(BaseModel):
    """What a sweep did; ``checkpointed`` counts the ends of chains, and rows, that its checkpoints link.

    ``anchored`` tells whether it has written the anchor of the day.
    """

    model_config = ConfigDict(frozen=True)
    day: date
    reminders: int
    checkpointed: int
    anchored: bool = False
    escalated: tuple[str, ...]
    warnings: tuple[Remark, ...]


class Health(BaseModel):
    """Whether the sweep has run recently; ``remark`` tells when, and what to do."""

    model_config = ConfigDict(frozen=True)
    healthy: bool
    last_day: date | None
    remark: Remark


def tick(operator: Operator, *, key: bytes | None = None) -> TickResult:
    """Writes the reminders that are due into the outbox, tells superiors of steps past their share, takes a checkpoint.

    A reminder belongs to a case, a period, its due day and a bucket, or a level where the agency has set
    thresholds: a due day that moves brings new ones. One that comes after its first day is marked late. Of a reply
    that is decided and has not gone out, and of an extension that was not told, every day reminds once; of what else
    the agency has to do while no day of its own runs, it reminds once, and again after a step that leaves it to do.
    With the office's private ``key`` the anchor of the day is sent, once a day.
    Raises:
        NotPermitted.
    """
    operator.require()
    on = operator.today
    escalated, unknown = _escalated(operator)
    reminders, law = transaction(operator.sessions, lambda session: _sweep(operator.context(session), on))
    covered = link_up(operator.sessions, operator.stamp)
    anchored, against = send_anchor(operator, key) if key is not None else (False, ())
    warnings = (*_warnings(on, law), *unknown, *against)
    record(
        WARNING if warnings else INFO,
        "sweep",
        day=on.isoformat(),
        outcome="done",
        reminders=reminders,
        checkpointed=covered,
        escalated=len(escalated),
        error=warnings[0].code if warnings else None,
    )
    return TickResult(
        day=on,
        reminders=reminders,
        checkpointed=covered,
        anchored=anchored,
        escalated=tuple(escalated),
        warnings=warnings,
    )


def _escalated(operator: Operator) -> tuple[list[str], tuple[Remark, ...]]:
    """The sheets whose superiors were told; a directory in which these cannot be looked up delays no reminder."""
    try:
        return escalate(operator), ()
    except SetupError as error:
        return [], (Remark(code=error.code, fields=error.fields),)


def _sweep(context: Context, on: date) -> tuple[int, Law]:
    """Computes what is behind the settings, writes the reminders of a day, and notes the sweep."""
    connection = context.connection
    whole = not forget_incomplete(connection)
    version = latest(connection)
    law = law_at(connection, version, context.agency)
    with suppress(Conflict):  # a case that is being moved just now is computed again next time
        recompute_stale(context, whole=whole)
    reminders = sum(_remind(connection, portion, context.stamp) for portion in _portions(connection, on, version))
    note_sweep(connection, on, context.stamp, reminders)
    return reminders, law


def _portions(connection: Connection, on: date, version: int) -> Iterable[list[Message]]:
    laws = partial(law_at, connection, version)
    rows = iter(open_cases(connection, on, laws))
    thresholds: dict[str, Reminders | None] = {}
    while portion := list(islice(rows, PORTION)):
        for agency in {row.agency for row in portion} - thresholds.keys():
            thresholds[agency] = reminders_of(connection, version, agency)
        yield [item for row in portion for item in _reminders(row, on, laws(row.agency), thresholds[row.agency])]
    for agency in agencies_at_work(connection):
        yield [_to_act(row) for row in cases_to_act(connection, agency, on, laws(agency))]


def _reminders(row: OpenCase, on: date, law: Law, thresholds: Reminders | None) -> Iterator[Message]:
    """What a case calls for on a day, written before or not."""
    place, left = bucket(row.due_on, row.paused_until, bool(row.waits), on, law)
    yield from _of_papers(row, on, place, left)
    before, left_before = bucket(row.due_on, row.paused_until, bool(row.waits), on - timedelta(days=1), law)
    if thresholds is None:
        if place in REMINDED:
            yield _reminder(row, place, place, left, before == place, {})
        return
    levels = thresholds.thresholds()
    if place == "overdue":
        if levels:
            yield _reminder(row, place, place, left, before == place, {"levels": list(levels)})
    elif left is not None and place != "suspended":
        running = left_before is not None and before != "suspended"
        for level, days in levels.items():
            if left <= days:
                late = running and left_before is not None and left_before <= days
                yield _reminder(row, level, place, left, late, {"levels": [level]})


def _of_papers(row: OpenCase, on: date, place: str, left: int | None) -> Iterator[Message]:
    """What has to leave the house: a reply that is decided, an extension to tell of; once a day and case.

    Close to the last day the post is proposed for what waits to be collected.
    Law: 条例 art. 33; 国办公开办函〔2016〕235号 point 4.
    """
    decided = row.state == State.DECIDED
    telling = row.tell_by is not None and on <= row.tell_by
    if not (decided or telling):
        return
    close = row.due_rule == "reply" and left is not None and 0 <= left <= POST_PROPOSED
    more: dict[str, object] = {
        "levels": ["handler"],
        "stage": row.stage,
        "tell_by": row.tell_by.isoformat() if telling and row.tell_by is not None else None,
        "propose": "post" if decided and row.stage == "awaiting_receipt" and close else None,
    }
    yield _reminder(row, f"waits:{on.isoformat()}", place, left, False, more)


def _to_act(row: ToAct) -> Message:
    """What the agency has to do where no day of its own runs: once for what is to be done since a step.

    Law: 条例 arts. 30-34.
    """
    payload = {
        "agency": row.agency,
        "case": row.case_no,
        "rule": None,
        "due_on": None,
        "bucket": "act",
        "days_left": None,
        "late": False,
        "levels": ["handler"],
        "stage": row.stage,
        "to_do": list(row.to_do),
    }
    key = f"act:{row.id}:{'+'.join(row.to_do)}:{row.told_on.isoformat()}"
    return Message(key, "case.due", row.agency, canonical(payload))


def _reminder(
    row: OpenCase, mark: str, place: str, left: int | None, late: bool, more: Mapping[str, object]
) -> Message:
    payload = {
        "agency": row.agency,
        "case": row.case_no,
        "rule": row.due_rule,
        "due_on": row.due_on.isoformat(),
        "bucket": place,
        "days_left": left,
        "late": late,
    }
    key = f"due:{row.id}:{row.due_rule}:{row.due_on.isoformat()}:{mark}"
    return Message(key, "case.due", row.agency, canonical(payload | dict(more)))


def _remind(connection: Connection, reminders: list[Message], at: str) -> int:
    """Writes those that have not been written before."""
    try:
        with savepoint(connection):
            return enqueue_new(connection, reminders, at)
    except IntegrityError:  # another sweep has just written some of them: they can be read now
        with savepoint(connection):
            return enqueue_new(connection, reminders, at)


def _warnings(on: date, law: Law) -> list[Remark]:
    """Warns when the calendar ends before the longest period that can begin today."""
    longest = (rule("reply", on).length or 0) + (rule("extension", on).length or 0)
    end = law.calendar.project(on, longest)
    if end <= law.announced_until:
        return []
    days = {"last": law.announced_until.isoformat(), "end": end.isoformat()}
    return [Remark(code="calendar_ends_soon", fields=days)]


def health(context: Context) -> Health:
    """Whether the last sweep is at most one working day old.

    Raises:
        NotPermitted.
    """
    context.require_everywhere("operate")
    last = last_sweep(context.connection)
    if last is None:
        return Health(healthy=False, last_day=None, remark=Remark(code="sweep_never"))
    healthy = is_recent(context.connection, context.agency, last, context.today)
    remark = Remark(code="sweep_healthy" if healthy else "sweep_stale", fields={"last": last.isoformat()})
    return Health(healthy=healthy, last_day=last, remark=remark)
