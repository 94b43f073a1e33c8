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


PROVED = {"reason": "不要了", "proof": "撤回申请"}


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("data", [PROVED, {"reason": "不要了"}])
def test_a_withdrawal_of_live_work_is_proved_and_the_past_is_told_what_it_lacks(live, data):
    events = [replace(item, live=live) for item in history(SUBMIT, ACCEPT, ("2024-03-06", "withdraw", data))]
    if live and "proof" not in data:
        with pytest.raises(BadData) as refused:
            fold("一件", events, LAW)
        assert [(item["field"], item["problem"]) for item in refused.value.faults] == [("proof", "missing")]
        return
    case, warnings = fold("一件", events, LAW)
    assert case.state == "discontinued"
    assert [item.unmet.code for item in warnings] == ([] if "proof" in data else ["withdrawal_unproved"])


def test_the_confirmation_of_a_withdrawal_waits_to_be_sent():
    steps = history(SUBMIT, ACCEPT, ("2024-03-06", "withdraw", PROVED))
    case, _ = fold("一件", [replace(item, live=True) for item in steps], LAW)
    assert (case.by_papers(), case.letter("discontinuation").made_on.isoformat()) == ("to_dispatch", "2024-03-06")


@pytest.mark.parametrize(("sent", "live", "warned"), [(True, True, False), (False, True, True), (False, False, False)])
def test_a_file_is_closed_with_a_warning_while_nothing_tells_that_its_reply_has_left(sent, live, warned):
    replied = ("2024-03-06", "reply", {"answer": "O02", "delivery": "post"})
    more = (("2024-03-06", "dispatch", SENT),) if sent else ()
    steps = history(SUBMIT, ACCEPT, replied, *more, ("2024-03-14", "close", {}))
    _, warnings = fold("一件", [replace(item, live=live) for item in steps], LAW)
    assert ("paper_never_left" in [item.unmet.code for item in warnings]) == warned
