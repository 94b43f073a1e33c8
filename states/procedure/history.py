"""What is recorded of a case: its moves, each at its own day.

Amendments replace fields of the moves that they amend, and moves recorded late are put at their own day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from ..calendar.dates import SHANGHAI, read_date
from ..errors import BadData

Data: TypeAlias = dict[str, Any]
"""The data of a move as a journal writes them: JSON, not looked at yet."""


@dataclass(frozen=True, slots=True)
class Event:
    """One move of a case: the day it happened (and the instant, where it was given) and its data.

    ``live``: staff made it as it happened, and it is judged so whenever the case is folded; else it records the past.
    ``recorded_on`` is the day on which live work wrote it down, or gave it its present day.
    """

    seq: int
    move: str
    on: date
    at: datetime | None = None
    data: Data = field(default_factory=dict)
    live: bool = False
    recorded_on: date | None = None

    @property
    def is_written_later(self) -> bool:
        """Whether live work wrote it down, or gave it its present day, after the day on which it happened."""
        return self.live and self.recorded_on is not None and self.on < self.recorded_on


def is_decision(event: Event) -> bool:
    """Whether the move says what is replied; one that only sends out what was decided does not."""
    told = event.data.get("answer") or event.data.get("outcome")
    return event.move in ("reply", "decide") and bool(told)


def timeline(events: Iterable[Event]) -> list[Event]:
    """The moves in force, each at its own day: with amendments applied and late moves in their places.

    Raises:
        BadData: an amendment names no move of the case.
    """
    order: list[Event] = []
    for event in events:
        if event.move == "amend":
            order = _amended(order, event)
        else:
            _put(order, event)
    return order


def _earlier(one: Event, other: Event) -> bool:
    """Whether one move lies before another; a bare day equals every moment of it."""
    if one.on != other.on:
        return one.on < other.on
    return one.at is not None and other.at is not None and one.at < other.at


def _put(order: list[Event], event: Event) -> None:
    index = len(order)
    while index > 0 and _earlier(event, order[index - 1]):
        index -= 1
    order.insert(index, event)


def _amended(order: list[Event], event: Event) -> list[Event]:
    """The move as amended, at its own day; among moves of one day it keeps its place.

    Where its data are changed it is judged as the amendment was made: in live work or as a record of the past.
    """
    index = next((i for i, item in enumerate(order) if item.seq == int(event.data["seq"])), None)
    if index is None:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": event.data["seq"]}, move="amend")
    old = order[index]
    on, at = (old.on, old.at) if event.data.get("at") is None else read_moment(event.data["at"], "data.at")
    changed = event.data.get("data") or {}
    data = {name: value for name, value in {**old.data, **changed}.items() if value is not None}
    live = event.live if changed else old.live
    recorded_on = old.recorded_on if on == old.on else event.recorded_on
    new = replace(old, on=on, at=at, data=data, live=live, recorded_on=recorded_on if live else None)
    rest = order[:index] + order[index + 1 :]
    while index > 0 and _earlier(new, rest[index - 1]):
        index -= 1
    while index < len(rest) and _earlier(rest[index], new):
        index += 1
    return [*rest[:index], new, *rest[index:]]


def read_moment(value: object, name: str = "at") -> tuple[date, datetime | None]:
    """The legal day (Asia/Shanghai), and the instant if there is one, from a date or date-time.

    Raises:
        BadData: not an ISO date, nor an ISO date-time with offset.
    """
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        return value, None
    else:
        try:
            if not isinstance(value, str):
                raise ValueError
            if len(value) == len("2024-01-31"):
                return read_date(value), None
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise BadData({"field": name, "problem": "not_a_moment", "value": str(value)[:40]}) from None
    if moment.tzinfo is None:
        raise BadData({"field": name, "problem": "offset_missing", "value": str(value)[:40]})
    try:
        local = moment.astimezone(SHANGHAI)
    except OverflowError:  # the first and the last day that there are have no day before or after
        raise BadData({"field": name, "problem": "not_a_moment", "value": str(value)[:40]}) from None
    return local.date(), local
