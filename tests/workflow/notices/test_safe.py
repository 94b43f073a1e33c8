"""The last days on which a reply is sent in time."""

from datetime import date

import pytest
from counter import REPLIED, Counter
from office import SUBMIT

from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.workflow.cases.store import load_case
from disclosure.workflow.notices.safe import SafeDays, last_safe_days

POST = {"method": "post", "carrier": "EMS", "waybill": "E100", "address": "湖城市某路1号"}
SAFE = SafeDays(post_by=date(2024, 3, 29), signed_by=date(2024, 3, 29))


@pytest.fixture
def counter(sessions):
    made = Counter(sessions).replied()
    made.issue()
    return made.at(date(2024, 4, 30))


def safe(counter, case="A-1", on=REPLIED):
    with counter.sessions() as session:
        connection = session.connection()
        return last_safe_days(connection, load_case(connection, "default", case), on)


def test_the_last_safe_days_are_those_of_the_reply_period(sessions):
    counter = Counter(sessions)
    counter.make("A-9", "submit", SUBMIT)
    assert safe(counter, "A-9") == SAFE


def test_a_recorded_reply_is_safe_only_once_it_is_posted(counter):
    assert safe(counter) == SAFE
    counter.serve("1", "dispatched", POST, on=REPLIED)
    assert safe(counter) is None


def test_a_reply_without_an_issued_paper_is_made_and_has_no_last_day(sessions):
    assert safe(Counter(sessions).replied()) is None


def test_no_last_day_is_told_once_it_has_passed_or_while_the_period_stands_still(sessions):
    counter = Counter(sessions).at(date(2024, 3, 5))
    counter.make("A-9", "submit", SUBMIT)
    counter.make("A-9", "accept")
    assert (safe(counter, "A-9", SAFE.post_by), safe(counter, "A-9", date(2024, 3, 30))) == (SAFE, None)
    asked = {"items": ["某处"], "days": 10}
    counter.make("A-9", "request_correction", asked)
    assert safe(counter, "A-9") == SAFE, "what was not sent stops nothing"
    counter.make("A-9", "dispatch", {"of": "correction", "method": "post"})
    assert safe(counter, "A-9") is None


def test_a_reply_to_be_handed_over_is_safe_only_once_it_is_signed_for(counter):
    counter.serve("1", "dispatched", {"method": "in_person"}, on=REPLIED)
    assert safe(counter) == SAFE
    counter.serve("1", "signed", {"signed_by": "本人"}, on=REPLIED)
    assert safe(counter) is None


@pytest.fixture
def law_of_arrival(tmp_path):
    """From 2024-03-22 on a reply by electronic mail is made when it arrives, not when it leaves."""
    since = '[[ways.email.versions]]\nsince = 2024-03-22\nmade_on = "delivered"\n'
    (tmp_path / "service.toml").write_text(f"{law_text('service.toml')}\n{since}", "utf-8")
    with using(LawFiles(tmp_path)):
        yield


def test_a_reply_is_made_by_the_act_that_the_law_names_on_the_day_on_which_it_set_out(counter, law_of_arrival):
    mail, day = {"method": "email", "address": "a@b"}, date(2024, 3, 22)
    counter.serve("1", "dispatched", mail, on=day)
    assert safe(counter) == SAFE
    assert counter.serve("1", "delivered", on=date(2024, 3, 25)).warnings
    assert safe(counter) is None


def test_a_law_that_comes_while_a_reply_is_under_way_does_not_unmake_it(counter, law_of_arrival):
    counter.serve("1", "dispatched", {"method": "email", "address": "a@b"}, on=date(2024, 3, 21))
    assert safe(counter) is None
    assert counter.serve("1", "delivered", on=date(2024, 3, 25)).warnings == ()


def test_a_reply_that_was_made_stays_made_when_it_comes_back_and_sets_out_anew_under_another_law(
    counter, law_of_arrival
):
    mail = {"method": "email", "address": "a@b"}
    counter.serve("1", "dispatched", mail, on=date(2024, 3, 21))
    counter.serve("1", "returned", {"reason": "邮箱不存在"}, on=date(2024, 3, 22))
    counter.serve("1", "dispatched", mail, on=date(2024, 3, 22))
    assert counter.serve("1", "delivered", on=date(2024, 3, 25)).warnings == ()
