"""The reply and its service."""

import pytest
from lives import ACCEPT, MAIL_2017, SUBMIT, due, folded, history

from disclosure.states.errors import DisclosureError


@pytest.mark.parametrize(("on", "ending"), [("2017-07-10", "met"), ("2017-07-11", "missed")])
def test_a_mail_of_a_sunday_in_2017_is_answered_in_time_on_the_fifteenth_working_day(on, ending):
    case = folded(history(*MAIL_2017, (on, "reply", {"outcome": "granted", "delivery": "post"}), channel="online"))
    assert (due(case), case.last_period("reply").ending) == ("2017-07-10", ending)


@pytest.mark.parametrize("on", ["2090-01-01", "9999-12-31"])
def test_terms_of_a_remedy_that_no_calendar_reaches_are_refused(on):
    reply = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    with pytest.raises(DisclosureError) as refused:
        folded(history(SUBMIT, ACCEPT, reply, (on, "serve", {})))
    assert refused.value.code == "calendar_unknown"
