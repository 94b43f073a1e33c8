"""An office that goes on lawfully with a case until it is closed, by the moves that the options name alone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from histories import LAW

from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.case import Case
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options

MOST = 25
Told = Callable[[Case], dict[str, Any] | None]


def _nothing(case: Case) -> dict[str, Any]:
    return {"reason": "依法办理"}


def _receipt(case: Case) -> dict[str, Any] | None:
    """The receipt, confirmed once."""
    return {"proof": "电话确认"} if case.state == "submitted" else None


def _paper(case: Case) -> dict[str, Any] | None:
    """A paper of which the case waits for the service."""
    if case.state == "decided":
        return {"of": "reply"}
    waited = {"awaiting_correction": "correction", "awaiting_payment": "fee"}.get(case.state)
    letter = case.letter(waited) if waited else None
    if letter is not None and letter.served_on is None:
        return {"of": waited}
    for item in case.consultations:
        letter = case.letter("consultation", item.id)
        if case.state == "consulting" and item.ended_on is None and letter is not None and letter.served_on is None:
            return {"of": "consultation", "id": item.id}
    return None


def _posted(case: Case) -> dict[str, Any] | None:
    found = _paper(case)
    letter = case.letter(found["of"], found.get("id", "")) if found is not None else None
    gone = letter is not None and bool(letter.trips)
    return None if found is None or gone else found | {"method": "post", "carrier": "ems"}


def _asked(case: Case) -> dict[str, Any] | None:
    waiting = sorted((item.due_on, item.id) for item in case.consultations if item.ended_on is None)
    return {"id": waiting[0][1], "reason": "依法办理"} if waiting else None


def _renewed(case: Case) -> dict[str, Any] | None:
    """A new term for a notice that came after its own last day."""
    period, letter = case.last_period("correction"), case.letter("correction")
    if case.state != "awaiting_correction" or period is None or letter is None or letter.served_on is None:
        return None
    if period.fixed_on is None or letter.served_on <= period.due_on:
        return None
    return {"of": "correction", "days": 5, "reason": "送达时已经逾期"}


def _proved(case: Case) -> dict[str, Any] | None:
    """The proof of what was written down when the reply was late, before it is held against the applicant."""
    if case.state not in ("awaiting_correction", "awaiting_payment") or not case.claims:
        return None
    return {"seq": case.claims[0], "proof": "邮政收据", "reason": "当日没有登记"}


def _answer(case: Case) -> dict[str, Any]:
    return {"delivery": "post"} | ({} if case.state == "decided" else {"answer": "O02"})


CALLING_OFF: dict[str, Told] = {
    "close": _nothing,
    "confirm": _receipt,
    "cancel_correction": _nothing,
    "cancel_charge": _nothing,
    "cancel_consultation": _asked,
    "reply": _answer,
}
"""What was begun is called off, and the request answered."""
TO_THE_END: dict[str, Told] = {
    "close": _nothing,
    "confirm": _receipt,
    "accept": _nothing,
    "renew_term": _renewed,
    "dispatch": _posted,
    "serve": _paper,
    "lift_breach": _proved,
    "abandon": _nothing,
    "lapse_consultation": _asked,
    "decide": lambda case: None if case.state == "decided" else _answer(case),
}
"""What was begun runs to its end: papers leave and arrive, terms pass, and the reply is decided and sent."""


def close(events: list[Event], on: date, ways: dict[str, Told]) -> tuple[Case, list[str]]:
    """The case when it is closed, and the moves that have led there; what the options offer has to be taken."""
    made: list[str] = []
    day, case, events = on, fold("一件", events, LAW)[0], list(events)
    for _ in range(MOST * 2):
        if case.state in ("closed", "annulled"):
            return case, made
        found = _next(case, day, ways)
        if found is None:
            day = max(day, next_end(case, day)) + timedelta(days=1)
            continue
        move, data = found
        event = Event(len(events) + 1, move, day, data=data, live=True, recorded_on=day)
        case = advance(case, event, LAW, lambda: events).case
        events.append(event)
        made.append(move)
        assert len(made) <= MOST, (case.state, made)
    raise AssertionError(f"no way on from {case.state}: {made}")


def _next(case: Case, day: date, ways: dict[str, Told]) -> tuple[str, dict[str, Any]] | None:
    offered = {item.move for item in options(case, day, LAW, live=True) if item.available}
    for move, told in ways.items():
        data = told(case) if move in offered else None
        if data is not None:
            return move, data
    return None


def next_end(case: Case, day: date) -> date:
    """The next last day for which the case waits."""
    ends = [item.due_on for item in case.periods if item.ended_on is None and not item.awaits and item.due_on >= day]
    return min(ends, default=day)
