"""The machine as a whole: every state can be reached and left, every ending is counted once, nothing hides."""

import gc
from collections import Counter, deque
from dataclasses import dataclass

import pytest

from disclosure.states.case import FINISHED, Case, State
from disclosure.states.errors import MoveRefused
from disclosure.states.fold import MOVES
from disclosure.states.forms import forms
from disclosure.states.machine import (
    CASE_TRANSITIONS,
    REMEDY_MOVES,
    REVIEW_TRANSITIONS,
    SUIT_TRANSITIONS,
    go,
    mermaid,
    sources,
    states_of,
)
from disclosure.states.options import NO_PERIOD, ways_to
from disclosure.states.outcomes import outcomes
from disclosure.states.rules import rules

TABLES = {"case": CASE_TRANSITIONS, "review": REVIEW_TRANSITIONS, "suit": SUIT_TRANSITIONS}
STARTS = {"case": {"submitted", "received"}, "review": {"filed"}, "suit": {"filed"}}
ENDS = {"case": set(), "review": {"decided"}, "suit": {"closed"}}

CONTRACT = {  # as the journal's contract has them
    "confirm": {"submitted"},
    "accept": {"received"},
    "request_correction": {"received", "accepted", "extended"},
    "correct": {"awaiting_correction"},
    "abandon": {"awaiting_correction", "awaiting_payment"},
    "consult": {"accepted", "extended", "consulting"},
    "opinion": {"consulting"},
    "lapse_consultation": {"consulting"},
    "cancel_consultation": {"consulting"},
    "extend": {"accepted", "extended", "consulting"},
    "demand_reasons": {"accepted", "extended"},
    "give_reasons": {"awaiting_reasons"},
    "defer": {"accepted", "extended"},
    "charge": {"accepted", "extended"},
    "pay": {"awaiting_payment"},
    "reply": {"received", "accepted", "extended", "awaiting_reasons"},
    "serve": {"replied"},
    "withdraw": {str(state) for state in State} - {"replied", "discontinued", "closed"},
    "discontinue": {str(state) for state in State} - {"replied", "discontinued", "closed"},
    "close": {"replied", "discontinued"},
    "reopen": {"replied", "discontinued", "closed"},
}


def test_each_move_leads_on_from_the_states_of_the_contract():
    assert {move: set(sources("case", move)) for move in CONTRACT} == CONTRACT
    assert set(MOVES) == set(CONTRACT) | set(REMEDY_MOVES) | {"submit", "amend"}


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_is_reached_and_no_state_is_a_dead_end(kind):
    arrows = TABLES[kind]
    reached, queue = set(STARTS[kind]), deque(STARTS[kind])
    while queue:
        here = queue.popleft()
        for arrow in arrows:
            if here in arrow.sources and arrow.dest not in reached:
                reached.add(arrow.dest)
                queue.append(arrow.dest)
    assert reached == set(states_of(arrows))
    left = {source for arrow in arrows for source in arrow.sources if arrow.dest != source}
    assert reached - left == ENDS[kind]


def test_from_every_state_a_case_can_come_to_its_result():
    for state in State:
        if state not in FINISHED:
            assert ways_to(state, FINISHED), state


@pytest.mark.parametrize("kind", TABLES)
def test_no_arrow_hides_another(kind):
    """Of two arrows with one move, source and guard the first would silently win."""
    found = Counter((arrow.move, source, arrow.guard) for arrow in TABLES[kind] for source in arrow.sources)
    assert [key for key, n in found.items() if n > 1] == []


@pytest.mark.parametrize("kind", TABLES)
def test_an_unguarded_arrow_comes_last(kind):
    seen: set[tuple[str, str]] = set()
    for arrow in TABLES[kind]:
        for source in arrow.sources:
            assert (arrow.move, source) not in seen
            if arrow.guard is None:
                seen.add((arrow.move, source))


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_every_ending_has_exactly_one_row_of_the_report(form):
    rows = [form.row_of(outcome.row) for outcome in outcomes()]
    assert set(rows) == set(form.result_rows)


def test_every_state_has_a_running_period_or_a_declared_reason_for_none():
    known = {rule.key for rule in rules()}
    for state in State:
        assert state in NO_PERIOD or PERIODS[state] in known
    assert set(NO_PERIOD) & set(PERIODS) == set()


PERIODS = {
    State.RECEIVED: "reply",
    State.ACCEPTED: "reply",
    State.EXTENDED: "reply",
    State.AWAITING_CORRECTION: "correction",
    State.AWAITING_REASONS: "reasons",
    State.CONSULTING: "consultation_third_party",
    State.AWAITING_PAYMENT: "payment",
}


@dataclass
class Row:
    """Anything with a state."""

    state: str
    stood: str = "accepted"

    def has_open_consultation(self) -> bool:
        return False


def test_one_machine_moves_many_rows_and_keeps_none_of_them():
    first, second = Row("received"), Row("accepted")
    go("case", first, "accept")
    go("case", second, "reply")
    assert (first.state, second.state) == ("accepted", "replied")
    rows = [Row("received") for _ in range(500)]
    for row in rows:
        go("case", row, "accept")
    del rows, row
    gc.collect()
    assert sum(isinstance(item, Row) for item in gc.get_objects()) == 2


def test_a_move_that_does_not_lead_on_is_refused_and_leaves_the_row_alone():
    row = Case("x", state="replied")
    with pytest.raises(MoveRefused) as refused:
        go("case", row, "pay")
    assert row.state == "replied"
    assert refused.value.fields["allowed"] == ["awaiting_payment"]


@pytest.mark.parametrize("kind", TABLES)
def test_the_diagram_shows_every_arrow(kind):
    text = mermaid(kind)
    for arrow in TABLES[kind]:
        for source in arrow.sources:
            assert f"{source} --> {arrow.dest}: {arrow.move}" in text
