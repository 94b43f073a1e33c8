"""Verbs that leave a sheet where it is: read once, an opinion that only its author sees, urging at intervals."""

import pytest
from approvals import Office

from disclosure.states.errors import NotPermitted, SheetRefused
from disclosure.workflow import show_sheet


@pytest.fixture
def office(sessions):
    office = Office(sessions).accept()
    office.propose()
    return office


def done(office):
    return [item.verb for item in office.ask(show_sheet, "u1", "A-1").actions]


def test_a_second_reading_is_not_recorded_again(office):
    before = done(office)
    for _ in range(2):
        office.do("u2", "read")
    assert done(office) == [*before, "read"]
    with pytest.raises(SheetRefused, match="no_task"):
        office.do("u3", "read")


def test_a_saved_opinion_is_seen_by_its_author_alone_and_is_no_signature(office):
    before = done(office)
    assert office.do("u2", "save", opinion="拟同意").waiting_for == ("李四",)
    seen = [office.ask(show_sheet, user, "A-1").saved_opinion for user in ("u2", "u1")]
    assert (seen, done(office)) == (["拟同意", None], before)


def test_signers_are_urged_again_after_the_hours_of_the_procedure_and_not_a_minute_before(office):
    office.do("u1", "urge")
    office.clock.advance(hours=23, minutes=59)
    with pytest.raises(SheetRefused, match="urged_recently"):
        office.do("u1", "urge")
    office.clock.advance(minutes=1)
    office.do("u1", "urge")
    assert [item.user for item in office.ask(show_sheet, "u1", "A-1").urges] == ["u2", "u2"]


def test_who_has_no_part_in_a_sheet_and_watches_none_urges_nobody(office):
    with pytest.raises(NotPermitted):
        office.do("u7", "urge")
    office.do("u2", "return", opinion="再核")
    with pytest.raises(SheetRefused, match="sheet_status"):
        office.do("u1", "urge")
