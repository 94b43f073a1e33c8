"""What an office has told of itself stands in its papers; what it has not told is the office itself, or a gap."""

from dataclasses import asdict, replace
from datetime import date

import pytest
from notices import OFFICE, replied, submitted, written

from disclosure.notifications.documents.agency import FIELDS, Agency
from disclosure.notifications.messages.catalogue import say
from disclosure.states.procedure.history import Event
from disclosure.states.rules.remedies import agency_kinds

SUED = (
    *replied("granted"),
    Event(3, "serve", date(2024, 3, 21)),
    Event(4, "file_suit", date(2024, 4, 1), data={"id": "s1"}),
    Event(5, "notify_suit", date(2024, 4, 8), data={"id": "s1"}),
)


def test_an_office_that_has_told_nothing_is_empty_in_every_particular():
    assert set(asdict(Agency()).values()) == {""}
    assert tuple(asdict(Agency())) == FIELDS


def test_every_particular_has_a_name_of_its_own_for_staff():
    names = [say(f"agency_{field}") for field in FIELDS]
    assert all(names)
    assert len(set(names)) == len(FIELDS)


@pytest.mark.parametrize(("body", "signer"), [("", OFFICE.name), ("湖城市人民政府办公室", "湖城市人民政府办公室")])
def test_the_office_itself_signs_unless_another_body_does(body, signer):
    text = written(submitted(), kind="receipt", office=replace(OFFICE, signing_body=body)).text
    assert f"\n{signer}\n2024年3月1日\n" in text
    assert text.startswith(OFFICE.name)


@pytest.mark.parametrize(("respondent", "named"), [("", OFFICE.name), ("湖城市人民政府", "湖城市人民政府")])
def test_the_office_itself_answers_in_a_suit_unless_another_body_does(respondent, named):
    text = written(*SUED, kind="suit_answer", office=replace(OFFICE, respondent=respondent)).text
    assert f"被告{named}，法定代表人{OFFICE.representative}。" in text


@pytest.mark.parametrize("kind", ["", *agency_kinds()])
def test_the_court_is_never_worked_out_from_the_kind_of_the_office(kind):
    told = written(*replied("granted"), kind="reply", office=replace(OFFICE, kind=kind))
    untold = written(*replied("granted"), kind="reply", office=replace(OFFICE, kind=kind, court=""))
    assert OFFICE.court in told.text and told.missing == ()
    assert OFFICE.court not in untold.text and untold.missing == ("管辖法院",)
