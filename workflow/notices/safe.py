"""The last days on which a reply can be sent in time.

Law: 国办公开办函〔2016〕235号 point 4: by post the day of posting counts, by hand the day of signature.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from ...notifications.documents.kinds import ANSWERS
from ...states.procedure.case import Case, State
from ...states.procedure.periods import open_span
from ...states.rules.service import way_on
from ..cases.queries import last_decision
from ..cases.store import Loaded
from .store import Act, acts_of, notices_of


class SafeDays(NamedTuple):
    """The last day on which a reply may be posted, and on which it must be signed for when handed over."""

    post_by: date
    signed_by: date


def last_safe_days(connection: Connection, loaded: Loaded, on: date) -> SafeDays | None:
    """The last days on which the reply of a case is sent in time, as things stand at the end of a day.

    None where none is certain or left: nothing is due, the period stands still, its last day has passed, or the reply
    is made. A reply whose paper is issued is made when that has gone out.
    Law: 国办公开办函〔2016〕235号 point 4.
    """
    case = loaded.case
    period = case.last_period("reply")
    if period is None or case.state in (State.DISCONTINUED, State.CLOSED, State.ANNULLED) or case.served_on is not None:
        return None
    if on > period.limit or not period.presses or open_span(period, on) is not None:
        return None
    if period.ended_on is not None and (_has_left(case) or not _lies_in_house(connection, loaded)):
        return None
    return SafeDays(period.limit, period.limit)


def _has_left(case: Case) -> bool:
    """Whether a move tells that the last reply went out in a way in which its leaving makes it."""
    letter = case.letter("reply")
    trips = letter.trips if letter is not None else []
    ways = (way_on(trip.way, trip.sent_on) for trip in trips if not trip.handed)
    return any(way is not None and way.made_on == "dispatched" for way in ways)


def _lies_in_house(connection: Connection, loaded: Loaded) -> bool:
    """Whether the last reply has an issued paper that has neither gone the way that makes the reply nor been taken."""
    last = last_decision(connection, loaded.id)
    rows = [row for row in notices_of(connection, loaded.id) if row.kind in ANSWERS and row.event_seq == last]
    papers = [acts_of(connection, loaded.id, row.notice_no) for row in rows if not row.void]
    return bool(papers) and not any(map(is_made, papers))


def is_made(acts: Sequence[Act]) -> bool:
    """Whether a reply has been made by one of the acts of its paper."""
    return any(_made(acts[: place + 1]) for place in range(len(acts)))


def _made(acts: Sequence[Act]) -> bool:
    """Whether a reply is made by the last of these acts of its paper."""
    act = acts[-1]
    return act.act in ("signed", "refused") or makes_reply(acts[:-1], act.act, act.method, act.on_date)


def makes_reply(earlier: Sequence[Act], act: str, method: str, on: date) -> bool:
    """Whether the day of an act is that on which the reply counts as made.

    Law: 国办公开办函〔2016〕235号 point 4, by the day on which the paper set out.
    """
    way = way_on(method, set_out(earlier, act, method, on))
    return way is not None and act == way.made_on


def set_out(earlier: Sequence[Act], act: str, method: str, on: date) -> date:
    """The day on which a paper set out by a way: of its last dispatch by it; of the act itself where it has none."""
    days = (item.on_date for item in reversed(earlier) if item.act == "dispatched" and item.method == method)
    return on if act == "dispatched" else next(days, on)
