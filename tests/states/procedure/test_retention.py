"""How long a file is protected: as long as somebody could still go against the result, and the years after that."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, history, opened

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.retention import kept_until, open_order, open_remedy, remedies_end_on

GRANTED = ("2024-03-20", "reply", {"answer": "O02", "delivery": "post"})
REFUSED = ("2024-03-20", "reply", {"answer": "O08", "ground": "《条例》第十六条第一款", "delivery": "post"})
SERVED = ("2024-03-22", "serve", {"proof": "回执"})
SUIT = ("2024-06-03", "file_suit", {"id": "s"})
JUDGED = ("2024-12-03", "judge", {"id": "s", "instance": 1, "result": "claim_dismissed"})
REVIEW = ("2024-04-10", "file_review", {"id": "r"})


def test_a_case_without_result_and_remedy_has_no_end_to_count_from():
    assert remedies_end_on(opened(ACCEPT), LAW) is None


@pytest.mark.parametrize(
    ("reply", "last"),
    [
        (GRANTED, date(2024, 9, 20)),  # six months to sue
        (REFUSED, date(2024, 5, 20)),  # review comes first: sixty days, the last of them a Sunday
    ],
)
def test_a_result_that_nobody_served_counts_as_received_on_its_day(reply, last):
    assert remedies_end_on(opened(ACCEPT, reply), LAW) == last


def test_a_service_on_record_is_what_the_terms_count_from():
    assert remedies_end_on(opened(ACCEPT, GRANTED, SERVED), LAW) == date(2024, 9, 23)


def test_a_judgment_is_open_up_to_the_last_day_of_appeal_and_final_on_the_next():
    case = opened(ACCEPT, GRANTED, SERVED, SUIT, JUDGED)
    last = case.last_period("appeal", "s").due_on
    assert open_remedy(case, last, LAW).id == "s"
    assert open_remedy(case, date.fromordinal(last.toordinal() + 1), LAW) is None


@pytest.mark.parametrize(("result", "open_for"), [("ordered", "r"), ("revoked", "r"), ("upheld", None)])
def test_an_order_is_open_until_the_request_is_answered_anew(result, open_for):
    decided = ("2024-06-03", "decide_review", {"id": "r", "result": result})
    case = opened(ACCEPT, GRANTED, SERVED, REVIEW, decided)
    found = open_order(case)
    assert (found.id if found else None) == open_for
    if open_for:
        again = ("2024-06-11", "reply", {"answer": "O01", "delivery": "post"})
        anew = opened(ACCEPT, GRANTED, SERVED, REVIEW, decided, ("2024-06-05", "reopen", {"ordered_by": "决定"}), again)
        assert open_order(anew) is None


def test_years_end_on_the_same_day_or_on_the_last_of_a_shorter_month():
    assert kept_until(date(2024, 9, 23), 30) == date(2054, 9, 23)
    assert kept_until(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_a_term_that_waits_for_its_service_counts_as_if_it_had_come_at_once():
    events = [replace(event, live=True) for event in history(SUBMIT, ACCEPT, GRANTED, SUIT, JUDGED)]
    case = fold("一件", events, LAW)[0]
    assert case.last_period("appeal", "s").awaits
    assert open_remedy(case, date(2024, 12, 18), LAW).id == "s"
    assert open_remedy(case, date(2024, 12, 19), LAW) is None
    assert remedies_end_on(case, LAW) == date(2024, 12, 18)
