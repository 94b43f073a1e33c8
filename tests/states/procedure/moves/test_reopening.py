"""A case that is handled again: a period of its own, and the first result stays the one that counts."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, due, folded, history

from disclosure.states.errors import BadData
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import preview_events

REPLIED = ("2024-03-06", "reply", {"outcome": "denied_internal", "delivery": "post"})


@pytest.mark.parametrize(("data", "day"), [({}, "2024-07-08"), ({"due_on": "2024-06-20"}, "2024-06-20")])
def test_a_new_handling_has_twenty_working_days_or_the_day_that_was_set(data, day):
    case = folded(history(SUBMIT, ACCEPT, REPLIED, ("2024-06-07", "reopen", {"ordered_by": "某判决", **data})))
    assert (case.state, due(case)) == ("accepted", day)
    assert (case.outcome, case.first_outcome) == (None, "denied_internal")


@pytest.mark.parametrize(("day", "good"), [("2024-06-08", True), ("2024-06-07", False)])
def test_the_day_that_is_set_lies_ahead(day, good):
    case = folded(history(SUBMIT, ACCEPT, REPLIED))
    event = Event(9, "reopen", date(2024, 6, 7), data={"ordered_by": "某判决", "due_on": day})
    if good:
        assert preview_events(case, [event], LAW)[0].state == "accepted"
    else:
        with pytest.raises(BadData) as refused:
            preview_events(case, [event], LAW)
        assert refused.value.faults[0]["field"] == "due_on"
