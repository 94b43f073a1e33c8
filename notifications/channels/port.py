"""The interface of a channel: the message that it is given, and the error when it cannot deliver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ...states.errors import DisclosureError


class NotDelivered(DisclosureError):
    """A channel could not deliver; the code says why. The message is kept and tried again."""

    default_code = "not_delivered"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a channel gets it.

    ``key`` is the idempotency key: equal on every attempt, different for every message. ``to`` are
    addresses of the channel's own kind, ``data`` is what a machine reads, ``private`` marks a message that
    holds personal data.
    """

    key: str
    subject: str
    text: str
    to: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    private: bool = False


class Channel(Protocol):
    """What delivers messages. The same key may come twice; a receiver that keeps keys can tell."""

    def send(self, message: Message, at: datetime) -> None:
        """Delivers the message; ``at`` is the moment of this attempt.

        Raises:
            NotDelivered: whatever the reason, the message has to be tried again.
        """
        ...
