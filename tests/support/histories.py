"""Random lawful histories: at each step one of the moves that the law allows, on that day or a later one."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from disclosure.states.errors import DisclosureError
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.case import Case, State, dump, load
from disclosure.states.procedure.catalogue import Field, fields_of, move_of
from disclosure.states.procedure.description import kind_of
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.outcomes import outcome_rows

LAW = Law.standard()
NO_PERIOD = {
    State.SUBMITTED: "receipt_online",
    State.REPLIED: "remedy_from_receipt",
    State.DISCONTINUED: "remedy_from_receipt",
    State.CLOSED: "remedy_from_receipt",
    State.ANNULLED: "reply",
}
"""States in which no period of the request need run, each with the rule that says why."""


def choices(move: str, key: str) -> tuple[str, ...]:
    """The values that a field of a move may have."""
    (field,) = [item for item in fields_of(move) if item.key == key]
    return tuple(field.choices)


APPLICANT_KINDS = choices("submit", "applicant.kind")
CHANNELS = ("in_person", "oral", "signed_mail", "ordinary_mail", "online", "fax")
_REMEDIES = ("review", "suit")
_OVERDUE = ("abandon", "lapse_consultation")
_WAYS_ON = (
    "correct",
    "pay",
    "give_reasons",
    "opinion",
    "renew_term",
    *(f"cancel_{item}" for item in ("correction", "charge", "consultation")),
)
"""Ways on for a request that waits for somebody: without them most would end there."""
_ENDS = ("reply", "withdraw", "discontinue", "annul", "close", "reopen")

_ASKED_BY = {
    State.AWAITING_CORRECTION: "correction",
    State.AWAITING_PAYMENT: "fee",
    State.CONSULTING: "consultation",
    State.AWAITING_REASONS: "reasons",
}


@st.composite
def histories(
    draw: st.DrawFn, first: date = date(2019, 6, 1), last: date = date(2025, 6, 30), steps: int = 14
) -> list[Event]:
    """A history that every command would have accepted."""
    on = draw(st.dates(first, last))
    submit = {
        "channel": draw(st.sampled_from(CHANNELS)),
        "applicant": {"kind": draw(st.sampled_from(APPLICANT_KINDS)), "name": "某人"},
        "information": "某文件",
    }
    case = Case("一件")
    events: list[Event] = []
    case = _add(case, events, Event(1, "submit", on, data=submit))
    for _ in range(draw(st.integers(0, steps))):
        on = _later(draw, case, on)
        possible = [item.move for item in options(case, on, LAW) if item.available]
        if not possible:
            break
        move = _move(draw, possible)
        case = _add(case, events, Event(len(events) + 1, move, on, data=_data(draw, case, move, on)))
    return events


def _later(draw: st.DrawFn, case: Case, on: date) -> date:
    """Some days on, or about the last day of a period that runs: there the law changes its mind."""
    running = (item for item in case.periods if item.ended_on is None and not item.awaits)
    last_days = [item.due_on for item in running if item.due_on >= on]
    if last_days and draw(st.integers(0, 2)) == 0:
        return max(on, draw(st.sampled_from(last_days)) + timedelta(days=draw(st.sampled_from((1, 0, -1, 2)))))
    return on + timedelta(days=draw(st.integers(0, 12)))


def _move(draw: st.DrawFn, possible: list[str]) -> str:
    """One of the moves; handling more often than an end or a remedy, or few cases would come to anything."""
    overdue = [move for move in possible if move in _OVERDUE]
    if overdue and draw(st.booleans()):
        return draw(st.sampled_from(overdue))
    ways_on = [move for move in possible if move in _WAYS_ON]
    if ways_on and draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(ways_on))
    if "fail_service" in possible and draw(st.integers(0, 2)) == 0:
        return "fail_service"
    remedies = [move for move in possible if move_of(move).of != "case"]
    going = [move for move in remedies if not move.startswith("file_")]
    groups = [
        [move for move in possible if move not in _ENDS and move_of(move).of == "case" and not move_of(move).fact],
        [move for move in possible if move in _ENDS],
        going if going and draw(st.booleans()) else remedies,
        [move for move in possible if move_of(move).fact],
    ]
    wanted = groups[draw(st.sampled_from((0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 3)))]
    return draw(st.sampled_from(wanted or possible))


def _add(case: Case, events: list[Event], event: Event) -> Case:
    """Keeps the event if the law takes it, and gives the case after it; data drawn at random may still be refused."""
    try:
        after = advance(load(dump(case)), event, LAW, lambda: events).case
    except DisclosureError:
        return case
    events.append(event)
    return after


def at_work(events: list[Event]) -> list[Event]:
    """The steps of a past history that live work takes too, numbered anew: it asks for more."""
    case, taken = Case("一件"), list[Event]()
    for event in events:
        case = _add(case, taken, Event(len(taken) + 1, event.move, event.on, data=event.data, live=True))
    return taken


def _data(draw: st.DrawFn, case: Case, move: str, on: date) -> dict[str, Any]:
    later = (on + timedelta(days=draw(st.integers(1, 40)))).isoformat()
    waiting = [item for item in case.consultations if item.ended_on is None]
    if move == "lapse_consultation":
        waiting = [item for item in waiting if item.due_on < on]
    open_ones = [item.id for item in waiting] or ["none"]
    if move in ("opinion", "lapse_consultation", "cancel_consultation"):
        return {
            "id": draw(st.sampled_from(open_ones)),
            "opinion": draw(st.sampled_from(["agrees", "objects"])),
            "reason": "x",
        }
    if move == "consult":
        kind = draw(st.sampled_from(["third_party", "co_author", "other_organ"]))
        return {"id": f"c{len(case.consultations)}", "with": kind, "name": "某方", "due_on": later}
    remedy = next((kind for kind in _REMEDIES if kind in move or move in ("appeal", "judge")), None)
    if move.startswith("file_"):
        return {"id": f"r{len(case.remedies)}", "after_review": draw(st.booleans())}
    if remedy is not None:
        kind = "suit" if move in ("appeal", "judge") else remedy
        pending = [item.id for item in case.remedies if item.kind == kind and item.state not in ("decided", "closed")]
        results = choices("judge" if kind == "suit" else "decide_review", "result")
        return {
            "id": draw(st.sampled_from(pending or ["none"])),
            "result": draw(st.sampled_from(results)),
            "instance": draw(st.integers(1, 2)),
            "procedure": draw(st.sampled_from(["ordinary", "simplified"])),
        }
    known = {
        "items": ["某处"],
        **_term(draw, move, later),
        "of": draw(st.sampled_from(_papers(case, move))),
        "reason": draw(st.sampled_from(choices(move, "reason"))) if move == "fail_service" else "某原因",
        "approved_by": "主任",
        "accepted": draw(st.booleans()),
        "until": (on + timedelta(days=200)).isoformat(),
        "basis": draw(st.sampled_from(["items", "pages"])),
        "quantity": draw(st.integers(1, 500)),
        "outcome": draw(st.sampled_from(outcome_rows())),
        "delivery": "post",
        "ordered_by": "某决定",
        "method": draw(st.sampled_from(["post", "in_person", "email"])),
    }
    return {
        item.key: _any(draw, move, item, later) for item in fields_of(move) if item.required and not item.inner
    } | known


def _term(draw: st.DrawFn, move: str, later: str) -> dict[str, Any]:
    """A last day or a number of days; where the law wants both or only one, that."""
    days = {"days": draw(st.integers(1, 20))}
    if move not in ("request_correction", "renew_term"):
        return {"due_on": later} | days
    return draw(st.sampled_from(({"due_on": later}, days)))


def _papers(case: Case, move: str) -> list[str]:
    """Papers of which something may be told: those on their way first."""
    if move == "renew_term":
        return [_ASKED_BY[case.state]]
    sent = [item.of for item in case.letters if item.trips]
    if move == "fail_service" and sent:
        return sent
    made = {"correction": "correction", "payment": "fee", "reasons": "reasons"}
    return [made[item.rule] for item in case.periods if item.rule in made] or ["reply", "confirmation"]


def _any(draw: st.DrawFn, move: str, field: Field, later: str) -> object:
    """A value that a field may have, as its move declares it."""
    if field.choices:
        return draw(st.sampled_from(list(field.choices)))
    values: dict[str, object] = {"date": later, "number": 1, "texts": ["某处"]}
    return values.get(kind_of(move, field.key), "某事")
