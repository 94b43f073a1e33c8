"""Arrows and conditions as the files of moves declare them."""

from datetime import date

import pytest
from histories import LAW

from disclosure.states.procedure.case import REVIEW_ORDER, Case, Remedy, State
from disclosure.states.procedure.declaration import (
    Arrow,
    Finding,
    Question,
    Turn,
    back,
    condition,
    guard_name,
    lead,
    onward,
    pending,
    stay,
)

ON = date(2024, 3, 1)


def ends(arrows: tuple[Arrow, ...]) -> dict[str, str]:
    """Where each state leads."""
    return {source: arrow.dest for arrow in arrows for source in arrow.sources}


@pytest.mark.parametrize("stood", list(State))
def test_after_a_side_step_a_case_goes_back_to_where_it_stood_and_to_one_state_only(stood):
    turn = Turn(Case("A-1", stood=stood))
    (found,) = [arrow.dest for arrow in back([State.CONSULTING]) if arrow.guard is None or arrow.guard(turn)]
    assert found == (State.EXTENDED if stood == State.EXTENDED else State.ACCEPTED)


def test_a_step_of_others_never_leads_back_whatever_was_recorded_before():
    assert ends(onward(REVIEW_ORDER, "notified", "suspended")) == {
        "filed": "notified",
        "accepted": "notified",
        "notified": "notified",
        "answered": "answered",
        "suspended": "suspended",
    }


def test_a_step_that_is_first_in_its_order_leads_no_state_on():
    assert ends(onward(REVIEW_ORDER, "filed")) == {state: state for state in REVIEW_ORDER}


def test_states_are_kept_as_plain_words_and_a_guard_by_its_own_name():
    def on_paper(turn):
        return turn.row.channel == "post"

    (arrow,) = lead([State.RECEIVED, State.ACCEPTED], State.REPLIED, on_paper)
    assert (arrow.sources, arrow.dest, guard_name(arrow)) == (("received", "accepted"), "replied", "on_paper")
    assert {type(word) for word in (*arrow.sources, arrow.dest)} == {str}
    assert [guard_name(arrow) for arrow in stay([State.RECEIVED])] == [""]


def test_only_what_is_not_over_and_of_that_kind_is_pending():
    kinds = [
        ("r1", "review", "decided"),
        ("r2", "review", "suspended"),
        ("s1", "suit", "judged"),
        ("s2", "suit", "closed"),
    ]
    case = Case("A-1", remedies=[Remedy(id, kind, state, ON) for id, kind, state in kinds])
    assert [item.id for item in pending(case, "review")] == ["r2"]
    assert [item.id for item in pending(case, "suit")] == ["s1"]


def test_a_condition_refuses_by_the_law_of_the_receipt_unless_it_says_otherwise():
    @condition("reply")
    def refuses(q):
        return Finding("late", {"on": q.on})

    @condition("extension", hard=False, timely=True, by="day", live=True)
    def warns(q):
        return None

    asked = Question(Case("A-1"), ON, None, LAW)
    assert refuses.ask(asked) == ("late", {"on": ON}, "", "") and warns.ask(asked) is None
    assert (refuses.article, refuses.hard, refuses.timely, refuses.by, refuses.live) == (
        "reply",
        True,
        False,
        "receipt",
        False,
    )
    assert (warns.article, warns.hard, warns.timely, warns.by, warns.live) == ("extension", False, True, "day", True)
