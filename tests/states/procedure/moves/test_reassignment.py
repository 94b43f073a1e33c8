"""Giving a case to another department: it stays where it stood, and its periods run on."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, codes, due, opened

from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import preview_events

GIVEN = ("2024-03-05", "reassign", {"department": "业务科", "reason": "由业务科掌握"})


@pytest.mark.parametrize("move", ["reassign", "send_back"])
def test_state_and_periods_stay_and_the_earlier_handler_goes(move):
    case = opened(("2024-03-01", "accept", {"handler": "u1"}))
    data = {"department": "业务科", "reason": "由业务科掌握"}
    given, _ = preview_events(case, [Event(9, move, date(2024, 3, 5), data=data)], LAW)
    assert (given.state, due(given), given.department, given.handler) == ("accepted", due(case), "业务科", "")


def test_a_new_handler_may_be_named():
    case, _ = preview_events(
        opened(ACCEPT), [Event(9, GIVEN[1], date(2024, 3, 5), data=GIVEN[2] | {"handler": "u7"})], LAW
    )
    assert case.handler == "u7"


@pytest.mark.parametrize(
    ("end", "possible"),
    [
        ([("2024-03-04", "withdraw", {"reason": "不要了"})], True),
        ([("2024-03-04", "withdraw", {"reason": "不要了"}), ("2024-03-04", "close", {})], False),
        ([("2024-03-04", "annul", {"reason": "重复"})], False),
    ],
)
def test_a_case_that_is_closed_or_annulled_goes_nowhere(end, possible):
    case = opened(ACCEPT, *end)
    assert (codes(case, "reassign", "2024-03-05") == []) is possible
