"""What is recorded of a case: its moves, each at its own day.

Amendments replace fields of the moves that they amend, and moves recorded late are put at their own day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from ..calendar.dates import SHANGHAI, read_date
from ..errors import BadData

Data: TypeAlias = dict[str, Any]
"""The data of a move as a journal writes them: JSON, not looked at yet."""
PUT_ASIDE, ERASED = "sealed:", "（已按保存期限删除）"
"""How the mark begins that stands in a history for a personal text kept apart, and what stands for an erased one."""


def is_put_aside(value: object) -> bool:
    """Whether a mark stands in the place of a personal text, which was judged when it came in and is not again."""
    return isinstance(value, str) and (value.startswith(PUT_ASIDE) or value == ERASED)


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


FINDS_SILENCE = {
    "abandon": ("correct", "pay"),
    "lapse_consultation": ("opinion",),
    "cancel_correction": ("correct",),
    "cancel_charge": ("pay",),
    "cancel_consultation": ("opinion",),
    "renew_term": ("correct", "pay", "opinion"),
}
"""The steps that take it for granted that nobody has answered, each with the answers."""
_ASKS = ("request_correction", "charge", "consult")
_SETTLES = ("decide", "reply", "withdraw", "discontinue", "abandon")


def groundless(order: Sequence[Event]) -> frozenset[int]:
    """The steps that found that nobody had answered, where an answer that was written down later had come before them.

    With them go the sending of their paper, the closing and the handling again that followed from them alone. ``order``
    is that of the days.
    Law: 条例 arts. 30, 32, 34; 国办函〔2020〕109号 art. 6.
    """
    gone: set[int] = set()
    for place, step in enumerate(order):
        if step.move in FINDS_SILENCE and _answered(order[:place], step):
            gone |= {step.seq, *_hanging(order[place + 1 :], step)}
    return frozenset(gone)


def _answered(before: Sequence[Event], step: Event) -> bool:
    """Whether what the step found unanswered had been answered, as was written down after it."""
    silent = step.data.get("id")
    for event in reversed(before):
        if silent is not None and event.data.get("id") != silent:
            continue
        if event.move in FINDS_SILENCE[step.move] and event.seq > step.seq:
            return True
        if event.move in _ASKS:
            return False
    return False


def _hanging(after: Sequence[Event], step: Event) -> Iterator[int]:
    """The steps after one that found silence which have no ground without it."""
    for event in after:
        if step.move == "abandon" and (event.move == "close" or event.data.get("of") == "discontinuation"):
            yield event.seq
        elif event.move == "reopen":
            yield event.seq
            return
        elif event.move in _SETTLES:
            return


def as_it_was(event: Event, *, replied: bool) -> Event:
    """The step as it is judged by what is known: to withdraw a decision that had gone out is to handle it again.

    Law: 条例 art. 33; 国办公开办函〔2016〕235号 point 4.
    """
    if event.move != "withdraw_decision" or not replied:
        return event
    return replace(event, move="reopen", data={"reason": event.data["reason"]})


def taken_back(events: Iterable[Event]) -> frozenset[int]:
    """The steps that a later one took back: decisions, notices of correction, unsent letters and unsent endings.

    Steps that have lost their ground are among them.
    """
    standing: dict[tuple[str, str], list[int]] = {}
    order = list(events)
    gone = set(groundless(order))
    for event in order:
        of, ref = str(event.data.get("of", "")), str(event.data.get("id", ""))
        match event.move:
            case "decide":
                standing.setdefault(("decide", ""), []).append(event.seq)
            case "request_correction":
                standing["correction", ""] = [event.seq]
            case "consult":
                standing["consultation", ref] = [event.seq]
            case "renew_term":
                standing.get((of, ref if of == "consultation" else ""), []).append(event.seq)
            case "abandon":
                standing["discontinuation", ""] = [event.seq]
            case "dispatch" | "serve" if of in ("consultation", "discontinuation"):
                standing.pop((of, ref), None)
            case "reopen":
                gone.update(standing.pop(("discontinuation", ""), ()))
            case "withdraw_decision":
                gone.update(standing.pop(("decide", ""), ()))
            case "cancel_correction":
                gone.update(standing.pop(("correction", ""), ()))
            case "cancel_consultation":
                gone.update(standing.pop(("consultation", ref), ()))
    return frozenset(gone)


def given_up_unpaid(events: Iterable[Event]) -> frozenset[int]:
    """The steps by which a request was given up for want of payment, not of correction."""
    asked, found = "", set()
    for event in events:
        if event.move in ("request_correction", "charge"):
            asked = event.move
        elif event.move == "abandon" and asked == "charge":
            found.add(event.seq)
    return frozenset(found)
