"""The last days on which a reply is sent in time."""

from datetime import date

import pytest
from counter import REPLIED, Counter
from office import SUBMIT

from disclosure.workflow.cases.store import load_case
from disclosure.workflow.notices.safe import SafeDays, last_safe_days

POST = {"method": "post", "carrier": "EMS", "waybill": "E100", "address": "湖城市某路1号"}
SAFE = SafeDays(post_by=date(2024, 3, 29), signed_by=date(2024, 3, 29))


@pytest.fixture
def counter(sessions):
    made = Counter(sessions).replied()
    made.issue()
    return made.at(date(2024, 4, 30))


def safe(counter, case="A-1"):
    with counter.sessions() as session:
        connection = session.connection()
        return last_safe_days(connection, load_case(connection, "default", case))


def test_the_last_safe_days_are_those_of_the_reply_period(sessions):
    counter = Counter(sessions)
    counter.make("A-9", "submit", SUBMIT)
    assert safe(counter, "A-9") == SAFE


def test_a_recorded_reply_is_safe_only_once_it_is_posted(counter):
    assert safe(counter) == SAFE
    counter.serve("1", "dispatched", POST, on=REPLIED)
    assert safe(counter) is None


def test_a_reply_to_be_handed_over_is_safe_only_once_it_is_signed_for(counter):
    counter.serve("1", "dispatched", {"method": "in_person"}, on=REPLIED)
    assert safe(counter) == SAFE
    counter.serve("1", "signed", {"signed_by": "本人"}, on=REPLIED)
    assert safe(counter) is None
