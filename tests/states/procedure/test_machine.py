"""The machine as a whole: every state can be reached and left, every ending is counted once, nothing hides."""

import gc
from collections import Counter, deque
from dataclasses import dataclass

import pytest
from histories import NO_PERIOD
from machine_page import mermaid

from disclosure.states.errors import MoveRefused
from disclosure.states.procedure.advance import go
from disclosure.states.procedure.case import FINISHED, Case, State
from disclosure.states.procedure.catalogue import moves
from disclosure.states.procedure.machine import sources, states_of, transitions
from disclosure.states.procedure.options import ways_to
from disclosure.states.rules.forms import forms
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.rules import rules

TABLES = {kind: transitions(kind) for kind in ("case", "review", "suit")}
REMEDY_MOVES = {name: move.of for name, move in moves().items() if move.of != "case"}
STARTS = {"case": {"submitted", "received"}, "review": {"filed"}, "suit": {"filed"}}
ENDS = {"case": {"annulled"}, "review": {"decided"}, "suit": {"closed"}}

CONTRACT = {  # as the journal's contract has them
    "confirm": {"submitted", "received"},
    "accept": {"received"},
    "request_correction": {"received", "accepted", "extended"},
    "correct": {"awaiting_correction"},
    "abandon": {"awaiting_correction", "awaiting_payment"},
    "consult": {"accepted", "extended", "consulting"},
    "opinion": {"consulting"},
    "lapse_consultation": {"consulting"},
    "cancel_consultation": {"consulting"},
    "extend": {"received", "accepted", "extended", "consulting", "awaiting_reasons"},
    "demand_reasons": {"accepted", "extended"},
    "give_reasons": {"awaiting_reasons"},
    "defer": {"accepted", "extended"},
    "charge": {"accepted", "extended"},
    "pay": {"awaiting_payment"},
    "reply": {"received", "accepted", "extended", "awaiting_reasons", "decided"},
    "decide": {"received", "accepted", "extended", "awaiting_reasons", "decided"},
    "withdraw_decision": {"decided"},
    "dispatch": {str(state) for state in State} - {"annulled"},
    "serve": {str(state) for state in State} - {"annulled"},
    "fail_service": {str(state) for state in State} - {"annulled"},
    "renew_term": {"awaiting_correction", "awaiting_payment", "awaiting_reasons", "consulting"},
    "withdraw": {str(state) for state in State} - {"replied", "discontinued", "closed", "annulled"},
    "discontinue": {str(state) for state in State} - {"replied", "discontinued", "closed", "annulled"},
    "annul": {str(state) for state in State} - {"replied", "annulled"},
    "reassign": {str(state) for state in State} - {"closed", "annulled"},
    "send_back": {str(state) for state in State} - {"closed", "annulled"},
    "close": {"replied", "discontinued"},
    "reopen": {"replied", "discontinued", "closed", "accepted", "extended", "consulting"},
}


def test_each_move_leads_on_from_the_states_of_the_contract():
    assert {move: set(sources("case", move)) for move in CONTRACT} == CONTRACT
    assert set(CONTRACT) <= set(moves()) - set(REMEDY_MOVES)


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
    assert reached == set(states_of(kind))
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
        assert NO_PERIOD.get(state, PERIODS.get(state)) in known
    assert set(NO_PERIOD) & set(PERIODS) == set()


PERIODS = {
    State.RECEIVED: "reply",
    State.ACCEPTED: "reply",
    State.EXTENDED: "reply",
    State.DECIDED: "reply",
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
    assert sum(type(item) is Row for item in gc.get_objects()) == 2


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


PENDING = {
    "review": ("filed", "accepted", "notified", "answered", "suspended"),
    "suit": ("filed", "notified", "answered", "judged", "appealed"),
}


@pytest.mark.parametrize("kind", PENDING)
def test_steps_of_other_people_are_recorded_from_every_pending_state(kind):
    """A missing step is never a reason to refuse the next one."""
    for move, of in REMEDY_MOVES.items():
        if of == kind and not move.startswith("file_"):
            assert set(sources(kind, move)) == set(PENDING[kind]), move


@pytest.mark.parametrize("kind", PENDING)
def test_a_remedy_that_is_over_takes_no_step(kind):
    for move, of in REMEDY_MOVES.items():
        if of == kind and not move.startswith("file_"):
            row = Row("decided" if kind == "review" else "closed")
            with pytest.raises(MoveRefused):
                go(kind, row, move, instance=1)
            assert row.state in ("decided", "closed")


def test_a_step_recorded_late_never_leads_a_remedy_back():
    order = {
        "review": ["filed", "accepted", "notified", "answered"],
        "suit": ["filed", "notified", "answered", "judged", "appealed"],
    }
    for kind, states in order.items():
        for move in ("accept_review", "notify_review", "answer_review", "notify_suit", "answer_suit"):
            for here in states if REMEDY_MOVES[move] == kind else ():
                row = Row(here)
                go(kind, row, move)
                assert states.index(row.state) >= states.index(here)


@pytest.mark.parametrize(("instance", "state"), [(2, "closed"), (1, "judged")])
def test_the_last_instance_closes_a_suit_and_the_first_does_not(instance, state):
    row = Row("filed")
    go("suit", row, "judge", instance=instance)
    assert row.state == state


def test_a_guard_that_cannot_be_asked_refuses_the_move_with_the_project_s_own_error():
    row = Row("filed")
    with pytest.raises(MoveRefused):
        go("suit", row, "judge")
    assert row.state == "filed"


@pytest.mark.parametrize(
    "move", ["correct", "give_reasons", "pay", "opinion", "lapse_consultation", "cancel_consultation"]
)
@pytest.mark.parametrize("stood", ["accepted", "extended"])
def test_after_a_side_step_a_case_goes_back_to_where_it_stood(move, stood):
    (source,) = sources("case", move)
    row = Row(source, stood)
    go("case", row, move)
    assert row.state == stood


def test_consulting_ends_with_the_last_of_its_consultations():
    class Waiting(Row):
        def has_open_consultation(self) -> bool:
            return True

    row = Waiting("consulting", "extended")
    go("case", row, "opinion")
    assert row.state == "consulting"


@pytest.mark.parametrize("kind", TABLES)
def test_where_a_guarded_arrow_does_not_hold_another_one_leads_on(kind):
    """No guard alone keeps a case where it is: that is for the conditions, which say why."""
    for arrow in TABLES[kind]:
        if arrow.guard is None:
            continue
        for source in arrow.sources:
            guards = {other.guard for other in TABLES[kind] if other.move == arrow.move and source in other.sources}
            assert None in guards or guards >= {"stood_accepted", "stood_extended"}
