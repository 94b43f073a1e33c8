"""Papers on their way: when each was made, how it went out, what came back, and when it was received.

A paper of live work is kept from its move on. One of the past is kept from the first fact that is recorded of it; until
then its service is assumed on the day of its move.

Law: 条例 arts. 30-35; 国办公开办函〔2016〕235号 points 2, 4.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Paper = Literal[
    "confirmation",
    "correction",
    "extension",
    "consultation",
    "fee",
    "deferral",
    "reasons",
    "discontinuation",
    "third_party_decision",
    "reply",
]
"""The papers that go out of the house."""
PAPERS: tuple[str, ...] = get_args(Paper)


@dataclass(slots=True)
class Trip:
    """One attempt: the day on which the paper left, the way, the day on which it came back and why.

    ``handed``: it is given from hand to hand, so that its service counts and not its leaving.
    """

    sent_on: date
    way: str
    handed: bool = False
    back_on: date | None = None
    why: str = ""


@dataclass(slots=True)
class Letter:
    """An outward paper of a case; ``ref`` is the consultation to which it belongs.

    ``live``: it was made in live work, so that nothing is assumed of its service. ``inferred``: that it was received is
    known by the answer alone. ``deemed``: it came back and counts as received. ``by_sending``: that it was received is
    known by its sending alone, which a bounce undoes. ``presumed``: it is known by nothing but the day that was typed
    for a reply handed over. ``stood_since``: since when the reply has stood still for the paper that it replaces.
    """

    of: str
    made_on: date
    ref: str = ""
    live: bool = False
    stood_since: date | None = None
    trips: list[Trip] = field(default_factory=list)
    served_on: date | None = None
    inferred: bool = False
    deemed: bool = False
    by_sending: bool = False
    presumed: bool = False

    @property
    def told_on(self) -> date | None:
        """The day on which its addressee was told by it: of a dispatch that did not bounce, or of its service."""
        days = [trip.sent_on for trip in self.trips if not trip.handed and trip.why != "bounced"]
        days += [self.served_on] if self.served_on is not None else []
        return min(days, default=None)

    @property
    def left_on(self) -> date | None:
        """The day on which it left: that of its first dispatch, or of a service before it; None where neither is."""
        days = [trip.sent_on for trip in self.trips if not trip.handed]
        return min([*days, self.served_on] if self.served_on is not None else days, default=None)

    @property
    def unproved(self) -> bool:
        """Whether what runs from its receipt has not begun."""
        return self.live and self.served_on is None

    @property
    def is_back(self) -> bool:
        """Whether its last attempt has failed."""
        return bool(self.trips) and self.trips[-1].back_on is not None and self.served_on is None
