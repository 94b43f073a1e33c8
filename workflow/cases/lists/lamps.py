"""The lamp of each case at the end of a day as a database tells it, by ranges of days: no case is looked at one by one.

The same as ``due_list`` tells of the rows that it reads. What it cannot tell from the columns of a row stands apart:
cases that tell of a later day, and breaches that wait for the proof which lifts them.
"""

from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, case, func, literal_column, not_, or_

from ....states.procedure.stages import AT_ONCE, IN_HOUSE
from ...kernel.tables import cases as t
from ...kernel.tables.base import NEVER
from ..due_list import JudgedDay

_C = t.case.c
_CLOSED = _C.is_open == literal_column("0")
_BY_PAPERS = [stage for stage in IN_HOUSE if stage != "to_issue"]
"""Stages in which the next step is the house's own, whatever is known of the reply's paper."""
FINISHED = "finished"
"""Stands beside the buckets for cases that are in none: nothing runs, and nobody waits."""
_NOT_BY_INDEX = func.coalesce(_C.last_fact_on, _C.last_fact_on)
"""The last day told, so that no index on it is taken: nearly all cases tell of none to come."""


def lamps_of(day: JudgedDay) -> "Lamps":
    """The lamps of a day: made once, as most lists of an office ask about today."""
    settings = day.law.settings
    red, yellow = (
        day.law.calendar.project(day.on, days + 1) - timedelta(days=1)
        for days in (settings.red_days, settings.yellow_days)
    )
    return _lamps(day.on, day.since, red, yellow)


class Lamps:
    """The lamps on one day, as conditions on the table of cases.

    ``since`` is the latest day of dispatch after which somebody is to be asked for the receipt.
    """

    def __init__(self, on: date, since: date, red_until: date, yellow_until: date) -> None:
        self.on, self.red_until, self.yellow_until = on, red_until, yellow_until
        self.waiting = and_(_CLOSED, _C.awaits_since <= since)
        """Finished cases in which there is something to do all the same."""
        self.quiet = and_(_CLOSED, or_(_C.awaits_since.is_(None), _C.awaits_since > since))
        claims = and_(
            _C.to_confirm == 1,
            func.coalesce(_C.awaits_since, NEVER) == AT_ONCE,
            func.coalesce(_C.breached_on, NEVER) <= on,
        )
        self.steady = and_(on >= _NOT_BY_INDEX, not_(claims))
        """What can be told from the columns of a row."""
        self.apart = (
            _C.last_fact_on > on,
            and_(_C.awaits_since <= AT_ONCE, _C.to_confirm == 1, _C.breached_on <= on, on >= _NOT_BY_INDEX),
        )
        """Two sets, each found by an index, that together hold all that cannot."""
        due, to_do = _C.due_on, self._to_do(since)
        pauses = and_(_C.paused_until > on, _C.paused_until < due)
        self.lamp = case(
            (due == NEVER, case((to_do, "act"), else_="awaiting")),
            (due < on, "overdue"),
            (pauses, case((to_do, "act"), else_="suspended")),
            (due == on, "today"),
            (due <= self.red_until, "red"),
            (due <= self.yellow_until, "yellow"),
            else_="green",
        )
        """The lamp of an open case."""

    def _to_do(self, since: date) -> ColumnElement[bool]:
        """Whether the house has something to do in an open case, as ``Turn.to_do`` tells it."""
        by_hand = and_(_C.state == "decided", _C.stage == "awaiting_receipt")
        unissued = and_(by_hand, _C.reply_issued == 0, _C.awaits_since.is_(None))
        sent = and_(_C.awaits_since > AT_ONCE, _C.awaits_since <= since)
        return or_(_C.stage.in_(_BY_PAPERS), unissued, _C.to_confirm == 1, _C.acts_on <= self.on, sent)

    def among(self, bucket: str) -> ColumnElement[bool]:
        """Whether a steady case has that lamp; ``finished``: it has none."""
        if bucket == FINISHED:
            return self.quiet
        lit = and_(t.IS_OPEN, self.lamp == bucket, *self._days(bucket))
        return or_(lit, self.waiting) if bucket == "act" else lit

    def _days(self, bucket: str) -> tuple[ColumnElement[bool], ...]:
        """Between which days the due day of an open case with that lamp lies."""
        due = _C.due_on
        return {
            "overdue": (due < self.on,),
            "today": (due == self.on,),
            "red": (due > self.on, due <= self.red_until),
            "yellow": (due > self.on, due <= self.yellow_until),
            "green": (due > self.on, due < NEVER),
            "suspended": (due > self.on, due < NEVER),
            "awaiting": (due == NEVER,),
            "act": (due >= self.on,),
        }[bucket]


_lamps = lru_cache(maxsize=16)(Lamps)


def shown_stage() -> ColumnElement[str | None]:
    """The stage that is shown of a case, as ``stages.shown`` tells it."""
    issued = or_(_C.reply_issued == 1, _C.awaits_since.is_not(None))
    unissued = and_(_C.stage.in_(("to_dispatch", "awaiting_receipt")), not_(issued))
    approving = and_(_C.open_sheets > 0, or_(_C.stage.is_(None), _C.stage == "awaiting_receipt"))
    return case(
        (and_(_C.state == "decided", unissued), "to_issue"),
        (and_(_C.state != "decided", approving), "approving"),
        else_=_C.stage,
    )
