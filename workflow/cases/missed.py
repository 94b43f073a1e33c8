"""The last day of a duty of the agency: nobody moves it later by mending the record, but for who may annul.

One that has been missed stays so whatever the record says afterwards.

Law: 条例 art. 33; 复议法 arts. 48, 54; 行诉法 art. 67.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from ...states.errors import MoveRefused
from ...states.procedure.case import AGENCY_DUTIES, NEVER, Case, Period
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


GIVE_ANOTHER_DAY = ("amend", "confirm")
"""Moves that give what is on record already another day: an earlier step, the receipt."""


def last_days(context: Context, case: Case, case_id: int) -> tuple[Day, ...]:
    """The last days that stand before a move that may give a day on record another one.

    A day that has been missed is kept otherwise; a case that holds nothing but records of the past is put right freely.
    """
    if case.received_on is None:
        return ()
    if context.past and not any(entry.live for entry in entries(context.connection, case_id)):
        return ()
    return tuple(Day(item.due_on, item.rule, item.ref) for item in _latest(case) if not _is_missed(item, context.today))


def _latest(case: Case) -> list[Period]:
    """The latest period of each duty of the agency."""
    found = {(item.rule, item.ref): item for item in case.periods if item.rule in AGENCY_DUTIES}
    return list(found.values())


def _is_missed(period: Period, on: date) -> bool:
    return period.missed_due is not None or period.ending == "missed" or ran_out(period, on)


def check_last_days(stood: tuple[Day, ...], case: Case, move: str, may_annul: Annuls) -> None:
    """Refuses what moves a last day that stood to a later one, or leaves none.

    Law: 条例 arts. 31, 33: the day follows from what happened, which one hand alone does not write anew.
    Raises:
        MoveRefused.
    """
    now = {(item.rule, item.ref): item.due_on for item in _latest(case)}
    later = [day for day in stood if now.get((day.rule, day.ref), NEVER) > day.on]
    if later and not may_annul():
        first = min(later)
        until = now.get((first.rule, first.ref))
        told = {"due_on": first.on, "duty": first.rule} | ({"until": until} if until is not None else {})
        text = "last_day_later" if until is not None else "last_day_gone"
        raise MoveRefused(move=move, case=case.case, state=case.state, text=text, **told)


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
