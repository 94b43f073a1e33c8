"""The anchor of the day: a signed statement of the register, sent to where the database is not."""

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ...states.remark import Remark
from ..casefile.anchor import is_known, state
from ..kernel.chains import canonical
from ..kernel.context import DEFAULT, Operator
from ..kernel.outbox import Message, enqueue_new, unwritten
from ..kernel.retries import transaction
from ..kernel.versions import latest, names_at
from .channels import TOPIC as CHANNELS
from .channels import channels_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TOPIC = "audit.anchor"


def send_anchor(operator: Operator, key: bytes) -> tuple[bool, tuple[Remark, ...]]:
    """Writes the anchor of the day into the outbox, once a day; whether it did, and what stands against it.

    It goes to the agencies whose channels take it; where none has any channel, to the default one, for a sender of the
    host's own.
    """
    return transaction(operator.sessions, partial(_write, operator=operator, key=key))


def _write(session: "Session", *, operator: Operator, key: bytes) -> tuple[bool, tuple[Remark, ...]]:
    context = operator.context(session)
    connection, on = context.connection, operator.today.isoformat()
    wanted = unwritten(connection, {f"anchor:{agency}:{on}": agency for agency in _takers(connection)})
    if not wanted:
        return False, ()
    if not is_known(connection, key):
        return False, (Remark(code="anchor_key_unknown"),)
    payload = canonical(state(context, key).model_dump())
    messages = [Message(name, TOPIC, agency, payload) for name, agency in wanted.items()]
    return enqueue_new(connection, messages, context.stamp) > 0, ()


def _takers(connection: Connection) -> list[str]:
    """The agencies to which it goes."""
    agencies = names_at(connection, latest(connection), CHANNELS)
    plans = {agency: channels_of(connection, agency) for agency in agencies}
    taking = [agency for agency, plan in plans.items() if plan and any(TOPIC in route.topics for route in plan.route)]
    return sorted(taking) if agencies else [DEFAULT]
