"""The last days on which a reply can be sent in time.

Law: 国办公开办函〔2016〕235号 point 4: by post the day of posting counts, by hand the day of signature.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from ...states.procedure.case import State
from ..cases.queries import last_step
from ..cases.store import Loaded
from .store import acts_of, notices_of

HANDED = ("in_person", "entrusted")
"""Ways by which a paper is handed over: its day is that of the signature."""


class SafeDays(NamedTuple):
    """The last day on which a reply may be posted, and on which it must be signed for when handed over."""

    post_by: date
    signed_by: date


def last_safe_days(connection: Connection, loaded: Loaded) -> SafeDays | None:
    """The last days on which the reply of a case is sent in time.

    A reply that is recorded but has not gone out is not yet made; None once it has, or where none is due.
    Law: 国办公开办函〔2016〕235号 point 4.
    """
    case = loaded.case
    period = case.last_period("reply")
    if period is None or case.state in (State.DISCONTINUED, State.CLOSED) or case.served_on is not None:
        return None
    if period.ended_on is not None and _reply_sent(connection, loaded):
        return None
    return SafeDays(period.due_on, period.due_on)


def _reply_sent(connection: Connection, loaded: Loaded) -> bool:
    """Whether the paper of the last reply has left by a way that counts on leaving, or has been taken."""
    last = last_step(connection, loaded.id, "reply")
    rows = [row for row in notices_of(connection, loaded.id) if row.kind == "reply" and row.event_seq == last]
    for row in rows:
        for act in () if row.void else acts_of(connection, loaded.id, row.notice_no):
            if act.act in ("signed", "refused") or (act.act == "dispatched" and act.method not in HANDED):
                return True
    return False
