"""Receipt: which day counts."""

from datetime import date

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
