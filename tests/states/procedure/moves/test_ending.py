"""Ends that are no reply, and the archive."""

from dataclasses import replace

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.advance import fold


@pytest.mark.parametrize(("move", "withdrawn"), [("withdraw", True), ("discontinue", False)])
def test_a_request_that_is_taken_back_or_stopped_counts_in_the_last_row(move, withdrawn):
    case = folded(history(SUBMIT, ACCEPT, ("2024-03-06", move, {"reason": "另有原因"})))
    assert (case.state, case.outcome, case.withdrawn) == ("discontinued", "other_misc", withdrawn)
    assert all(period.ended_on is not None for period in case.periods)


@pytest.mark.parametrize("move", ["withdraw", "discontinue"])
def test_an_end_without_its_reason_is_refused(move):
    with pytest.raises(BadData):
        folded(history(SUBMIT, ACCEPT, ("2024-03-06", move, {})))


def test_only_what_has_its_result_goes_to_the_archive():
    with pytest.raises(MoveRefused):
        folded(history(SUBMIT, ACCEPT, ("2024-03-06", "close", {})))
    stopped = ("2024-03-06", "discontinue", {"reason": "x"})
    assert folded(history(SUBMIT, ACCEPT, stopped, ("2024-03-07", "close", {}))).state == "closed"


BACK = ("2024-03-12", "fail_service", {"of": "reply", "reason": "absent"})
SENT = {"of": "reply", "method": "post"}


@pytest.mark.parametrize(("more", "warned"), [((), True), ((("2024-03-13", "dispatch", SENT),), False)])
def test_a_file_is_closed_with_a_warning_while_its_reply_came_back(more, warned):
    replied = ("2024-03-06", "reply", {"answer": "O02", "delivery": "post"})
    moves = history(SUBMIT, ACCEPT, replied, ("2024-03-06", "dispatch", SENT), BACK, *more, ("2024-03-14", "close", {}))
    _, warnings = fold("一件", [replace(event, live=True) for event in moves], LAW)
    assert ("paper_is_back" in [item.unmet.code for item in warnings]) == warned
