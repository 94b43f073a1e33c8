"""Reasons that are asked for."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, opened

from disclosure.states.errors import BadData
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import preview_events


@pytest.mark.parametrize(("due_on", "good"), [("2024-03-04", True), ("2024-03-03", False)])
def test_time_to_give_reasons_lies_ahead(due_on, good):
    event = Event(9, "demand_reasons", date(2024, 3, 4), data={"due_on": due_on})
    if good:
        assert preview_events(opened(ACCEPT), [event], LAW)[0].state == "awaiting_reasons"
    else:
        with pytest.raises(BadData) as refused:
            preview_events(opened(ACCEPT), [event], LAW)
        assert refused.value.faults[0]["field"] == "due_on"
