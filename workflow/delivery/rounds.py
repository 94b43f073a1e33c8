"""A round of a service that has no scheduler: the sweep where it is due, and whatever waits to be sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from ..kernel.context import Operator
from ..kernel.linking import link_up
from ..kernel.sweeps import last_moment
from ..kernel.versions import latest, names_at
from .dispatcher import Dispatcher, send_all
from .relay import RelayResult
from .sweep import TickResult, tick

SWEEP_EVERY = timedelta(hours=1)
"""How long after a sweep the next one is due; it writes each reminder once, however often it runs."""


class Round(NamedTuple):
    """What a round did; None for what was not due, or what no channel is set for."""

    swept: TickResult | None
    sent: RelayResult | None


def run_round(operator: Operator, *, key: bytes | None = None) -> Round:
    """Sweeps if the last sweep on record is an hour old, sends what waits, and links what is not linked yet.

    Several services on one database share the work: a message is claimed by one, a reminder is written once.
    Raises:
        NotPermitted.
    """
    operator.require()
    with operator.sessions() as session:
        connection = session.connection()
        last = last_moment(connection)
        has_channels = bool(names_at(connection, latest(connection), "channels"))
    due = last is None or operator.clock.now() - datetime.fromisoformat(last) >= SWEEP_EVERY
    swept = tick(operator, key=key) if due else None
    sent = send_all(operator, Dispatcher(operator)) if has_channels else None
    if swept is None:  # a sweep has linked everything
        link_up(operator.sessions, operator.stamp)
    return Round(swept, sent)
