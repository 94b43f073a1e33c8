"""Receipt: which day counts."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import due, folded, history

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.moves.receipt import Applicant
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.settings import settings_from


def test_a_confirmation_on_a_rest_day_is_that_day_or_the_next_working_one_by_the_reading_chosen():
    saturday = history(("2024-03-01", "submit", {}), ("2024-03-02", "confirm", {}), channel="online")
    moved = fold("一件", saturday, Law(LAW.calendar, settings_from({"rest_day_arrival": "next_working_day"})))[0]
    assert (folded(saturday).received_on, due(folded(saturday))) == (date(2024, 3, 2), "2024-03-29")
    assert (moved.received_on, due(moved)) == (date(2024, 3, 4), "2024-04-01")


def test_what_tells_of_an_applicant_is_text_also_where_it_was_a_number():
    found = Applicant.model_validate({"kind": "natural_person", "phone": 10000000001, "height": 3})
    assert (found.phone, found.model_extra) == ("10000000001", {"height": 3})


@pytest.mark.parametrize(
    ("channel", "submitted", "confirmed", "text"),
    [
        ("ordinary_mail", "2024-03-01", "2024-03-01", None),
        ("ordinary_mail", "2024-03-01", "2024-03-04", "confirmed_late_by_mail"),
        ("online", "2024-03-01", "2024-03-06", None),
        ("online", "2024-03-01", "2024-03-07", "confirmed_late"),
        ("fax", "2024-04-30", "2024-05-08", None),
        ("fax", "2024-04-30", "2024-05-09", "confirmed_late"),
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_a_receipt_that_is_confirmed_late_is_told(channel, submitted, confirmed, text, live):
    steps = history((submitted, "submit", {}), (confirmed, "confirm", {}), channel=channel)
    _, warnings = fold("一件", [replace(item, live=live) for item in steps], LAW, strict=True)
    assert [item.unmet.text or item.unmet.code for item in warnings] == ([text] if text else [])
