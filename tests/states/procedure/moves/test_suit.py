"""Suits and their instances."""

from datetime import date

from histories import LAW
from lives import folded

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
