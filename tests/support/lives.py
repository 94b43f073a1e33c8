"""Short lives of a case, told by day, move and data."""

from datetime import date
from typing import Any

from histories import LAW

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options

Told = tuple[str, str, dict[str, Any]]

START = date(2024, 3, 1)


def opened(*moves: Told, channel: str = "in_person") -> Case:
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", START, data=submit)]
    for number, (on, move, data) in enumerate(moves, 2):
        events.append(Event(number, move, date.fromisoformat(on), data=data))
    return fold("一件", events, LAW, strict=True)[0]


ACCEPT = ("2024-03-01", "accept", {})

CORRECTION = ("2024-03-04", "request_correction", {"items": ["某处"], "due_on": "2024-03-15"})


def codes(case: Case, move: str, on: str) -> list[str]:
    (found,) = options(case, date.fromisoformat(on), LAW, move)
    return [item.code for item in found.unmet]


def folded(events: list[Event]) -> Case:
    return fold("一件", events, LAW)[0]


def history(*moves: Told, channel: str = "in_person") -> list[Event]:
    """Events from day, move and data; the first day submits."""
    (start, _, _), *rest = moves
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", date.fromisoformat(start), data=submit)]
    return events + [Event(n, move, date.fromisoformat(on), data=data) for n, (on, move, data) in enumerate(rest, 2)]


def due(case: Case) -> str:
    return case.last_period("reply").due_on.isoformat()


def extend(on: str, days: int) -> Told:
    return on, "extend", {"days": days, "reason": "多", "approved_by": "主任"}


def consult(on: str, counterpart: str, **more) -> Told:
    return on, "consult", {"id": "c", "with": counterpart, "name": "某方"} | more


SUBMIT = ("2024-03-01", "submit", {})

MAIL_2017 = (("2017-06-18", "submit", {}), ("2017-06-19", "confirm", {}), ("2017-06-19", "accept", {}))
