"""Suits and their instances."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history

from disclosure.states.procedure.counting import OPEN, remedy_places
from disclosure.states.procedure.history import Event


def test_a_suit_appealed_in_two_years_stays_pending_in_both():
    events = [
        Event(
            1,
            "submit",
            date(2024, 3, 1),
            data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"},
        ),
        Event(2, "withdraw", date(2024, 3, 2), data={"reason": "x"}),
        Event(3, "file_suit", date(2024, 4, 1), data={"id": "s"}),
        Event(4, "appeal", date(2024, 12, 30), data={"id": "s"}),
        Event(5, "appeal", date(2025, 1, 2), data={"id": "s"}),
    ]
    places = remedy_places(folded(events).remedies[0], LAW.settings)
    assert [(place.column, place.from_year, place.to_year) for place in places] == [("suit_direct_pending", 2024, OPEN)]


@pytest.mark.parametrize(
    ("result", "served_on", "live", "due"),
    [
        ("claim_dismissed", "2024-09-12", True, "2024-09-27"),
        ("suit_rejected", "2024-09-12", True, "2024-09-23"),  # ten days, the last of them a Sunday
        ("claim_dismissed", None, False, "2024-09-25"),
        ("claim_dismissed", None, True, "9999-12-31"),
    ],
)
def test_the_term_to_appeal_starts_with_the_service_of_the_judgment(result, served_on, live, due):
    replied = ("2024-03-20", "reply", {"answer": "O12", "delivery": "post"})
    data = {"id": "s", "instance": 1, "result": result} | ({"served_on": served_on} if served_on else {})
    moves = (SUBMIT, ACCEPT, replied, ("2024-05-20", "file_suit", {"id": "s"}), ("2024-09-10", "judge", data))
    case = folded([replace(event, live=live) for event in history(*moves)])
    assert case.last_period("appeal", "s").due_on.isoformat() == due
