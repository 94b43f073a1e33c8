"""The day of a duty of the agency that has been missed: it stays, whatever the record says afterwards, but for who may
annul.

Law: 条例 art. 33; 复议法 arts. 48, 54; 行诉法 art. 67.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from ...states.errors import MoveRefused
from ...states.procedure.case import AGENCY_DUTIES, Case
from ...states.procedure.catalogue import move_of
from ...states.procedure.periods import ran_out
from ..kernel.context import Context
from .steps import entries

Annuls = Callable[[], bool]
"""Whether who decides may annul; asked only where a missed day is at stake."""


class Day(NamedTuple):
    """The last day of a duty that has passed: a reply, or the answer to a review or suit (``ref``)."""

    on: date
    rule: str
    ref: str


class Missed(NamedTuple):
    """The last days that had passed by a day, and that of the reply period that still runs among them."""

    state: str
    on: date
    days: tuple[Day, ...]
    running: date | None


def missed_days(context: Context, case: Case, case_id: int, move: str) -> Missed | None:
    """What has been missed in a case as it stands on record, before a move; None where nothing has.

    A fact of live work on the clock's day is let through: what it would cure stays missed until it is confirmed.
    It is judged by the later of the day of the call and the real day. On the one real day on which a case is put on
    record, as the past or on stated days, the real day does not count: nobody has been shown yet what was missed.
    """
    if not context.past and not context.is_day_stated:
        if move_of(move).fact:
            return None
        on = context.today
    elif _stands(context, case_id):
        on = max(context.today, context.real_day)
    elif context.past:
        return None
    else:
        on = context.today
    days = _ran_out(case, on)
    last = case.last_period("reply")
    running = last.limit if last is not None and last.ended_on is None and ran_out(last, on) else None
    return Missed(case.state, on, days, running) if days else None


def _stands(context: Context, case_id: int) -> bool:
    """Whether the case was on record before this day, or is one of live work by the clock."""
    found = entries(context.connection, case_id)
    return any(entry.on < context.real_day or (entry.live and not entry.stated) for entry in found)


def _ran_out(case: Case, on: date) -> tuple[Day, ...]:
    duties = (item for item in case.periods if item.rule in AGENCY_DUTIES)
    return tuple(Day(item.limit, item.rule, item.ref) for item in duties if ran_out(item, on))


def check_missed_days(missed: Missed, case: Case, move: str, may_annul: Annuls) -> None:
    """Refuses a move after which what was missed counts as missed no longer, or another day counts in its place.

    A reply, or another end of the case, after the missed day leaves it as it is.
    Raises:
        MoveRefused.
    """
    gone = list(missed.days)
    for day in _ran_out(case, missed.on):
        if day in gone:
            gone.remove(day)
    last = case.last_period("reply")
    if missed.running is not None and (last is None or last.limit != missed.running):
        gone.append(Day(missed.running, "reply", ""))
    if gone and not may_annul():
        first = min(gone)
        told = {"due_on": first.on, "duty": first.rule}
        raise MoveRefused(move=move, case=case.case, state=missed.state, text="missed_day_stays", **told)
