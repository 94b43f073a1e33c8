"""The log of deliveries and sweeps: one record for each, with fields for a machine to read.

The records of the logger ``disclosure.delivery`` have the fields ``event``, ``topic``, ``key``, ``channel``,
``attempt``, ``outcome`` and ``error`` (a code), as far as they apply. No field and no message holds a name, an
address, a text or a payload. The host decides where they go; until it does they go nowhere.
"""

import logging
import re

from ...states.errors import DisclosureError
from ...states.remark import Remark

LOGGER = logging.getLogger("disclosure.delivery")
LOGGER.addHandler(logging.NullHandler())
_MOST_WORDS = 500


def record(level: int, event: str, **fields: object) -> None:
    """Logs one event with its fields; the message repeats them as ``name=value``."""
    if LOGGER.isEnabledFor(level):
        known = {name: value for name, value in fields.items() if value is not None}
        text = " ".join([event, *(f"{name}={value}" for name, value in known.items())])
        LOGGER.log(level, "%s", text, extra={"event": event, **known})


_DELIVERY = re.compile(r"([a-z0-9][a-z0-9_-]{0,31})(?::.*)?>(.*)", re.DOTALL)
"""The key of a delivery: the channel, the person if there is one, and the key of the message."""


def logged_key(key: str) -> str:
    """A key without the person to whom it goes: ``mail:u1>due:7`` is logged as ``mail>due:7``."""
    found = _DELIVERY.fullmatch(key)
    return f"{found[1]}>{found[2]}" if found else key


def channel_in(key: str) -> str | None:
    """The channel of a delivery, which its key begins with; None for a message that has not been spread."""
    found = _DELIVERY.fullmatch(key)
    return found[1] if found else None


def code_of(error: Exception) -> str:
    """The code of an error, or the name of its class; its text may hold anything, and is not logged."""
    return error.code if isinstance(error, DisclosureError) else type(error).__name__


def remark_of(error: Exception) -> Remark:
    """What staff are told of an error; of one that is not this package's, its own words."""
    if isinstance(error, DisclosureError):
        return Remark.of_error(error)
    kind = code_of(error)
    return Remark.quote(kind, f"{kind}: {error}"[:_MOST_WORDS])
