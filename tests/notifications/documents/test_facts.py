"""Facts: each with where it comes from, dated by the step, a gap where one is missing."""

import re
from dataclasses import replace
from datetime import date

from histories import LAW, histories
from hypothesis import given
from notices import OFFICE, ON, replied, submitted, written

from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import due_notices
from disclosure.notifications.documents.render import notice_for
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event, timeline


@given(histories())
def test_every_date_in_a_text_is_a_fact_with_an_origin(events):
    case, _ = fold("一件", events, LAW)
    for ref in due_notices(case, timeline(events)):
        notice = notice_for(CaseHistory("一件", events, LAW), ref, OFFICE)
        traced = {trace.value for trace in notice.traces}
        assert set(re.findall(r"\d{4}年\d{1,2}月\d{1,2}日", notice.text)) <= traced
        assert all(trace.origin for trace in notice.traces)


def test_a_corrected_day_changes_the_text_and_a_later_step_does_not():
    events = (submitted(), Event(2, "accept", ON))
    before = written(*events, kind="receipt").text
    assert written(*events, Event(3, "withdraw", ON, data={"reason": "x"}), kind="receipt").text == before
    amended = Event(3, "amend", date(2024, 3, 5), data={"seq": 1, "at": "2024-02-29", "reason": "x"})
    assert "2024年2月29日" in written(*events, amended, kind="receipt").text


def test_what_the_office_has_not_told_of_itself_shows_as_a_gap():
    notice = written(*replied("granted"), kind="reply", office=replace(OFFICE, court=""))
    assert "【待补：管辖法院】" in notice.text
    assert notice.missing == ("管辖法院",)
