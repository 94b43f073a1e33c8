"""Taking a registration back: only before a reply, only while nobody contests it, and a missed term stays missed."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, codes, opened

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.counting import counted
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import preview_events

REPLY = ("2024-03-20", "reply", {"outcome": "granted", "delivery": "post"})
WITHDRAW = ("2024-03-20", "withdraw", {"reason": "不要了"})
CLOSE = ("2024-03-21", "close", {})
FILED = ("2024-04-02", "file_review", {"id": "r"})
ENDED = ("2024-05-02", "decide_review", {"id": "r", "result": "upheld"})


def annulled(case, on="2024-06-03", **data):
    event = Event(99, "annul", date.fromisoformat(on), data={"reason": "重复登记"} | data)
    return preview_events(case, [event], LAW)[0]


@pytest.mark.parametrize("moves", [(), (ACCEPT,), (WITHDRAW,), (WITHDRAW, CLOSE), (FILED, ENDED)])
def test_what_was_never_replied_to_can_be_annulled_and_counts_nowhere(moves):
    case = annulled(opened(*moves), of="另一件")
    assert (case.state, case.annulled_on, case.annulled_for) == ("annulled", date(2024, 6, 3), "另一件")
    assert counted(case, LAW.settings) is None
    assert all(period.ended_on is not None for period in case.periods)


@pytest.mark.parametrize(
    "moves",
    [(REPLY,), (REPLY, CLOSE), (REPLY, ("2024-04-01", "reopen", {"ordered_by": "自行纠正"}))],
    ids=["replied", "closed", "reopened"],
)
def test_after_a_reply_it_is_refused(moves):
    with pytest.raises(MoveRefused):
        annulled(opened(*moves))


def test_while_somebody_contests_it_it_is_refused():
    case = opened(ACCEPT, FILED)
    assert codes(case, "annul", "2024-06-03") == ["move_not_allowed"]
    with pytest.raises(MoveRefused) as refused:
        annulled(case)
    assert refused.value.fields["text"] == "annul_contested"


@pytest.mark.parametrize(("on", "ending"), [("2024-03-29", "cancelled"), ("2024-03-30", "missed")])
def test_a_term_that_had_run_out_stays_missed(on, ending):
    assert annulled(opened(ACCEPT), on).last_period("reply").ending == ending


def test_a_case_is_not_the_double_of_itself():
    with pytest.raises(BadData):
        annulled(opened(), of="一件")


@pytest.mark.parametrize("move", ["file_review", "file_suit", "accept", "annul", "reassign"])
def test_nothing_more_is_recorded_of_it(move):
    assert codes(annulled(opened()), move, "2024-06-04") == ["move_not_allowed"]


def test_a_term_that_stood_still_had_not_run_out():
    asked = ("2024-03-04", "request_correction", {"items": ["某处"], "due_on": "2024-05-20"})
    assert annulled(opened(ACCEPT, asked)).breached_on(date(2024, 6, 3)) is None
