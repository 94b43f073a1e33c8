"""Who signs, sends back and takes back: the text that was read, the steps done, what nobody has touched yet."""

import pytest
from approvals import Office

from disclosure.states.errors import SheetRefused
from disclosure.workflow import show_sheet


@pytest.fixture
def office(sessions):
    office = Office(sessions).accept()
    office.propose()
    return office


def refused(office, by, verb, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(by, verb, **data)
    return caught.value.code


def content(office):
    return office.ask(show_sheet, "u1", "A-1").content


def test_a_text_is_named_by_twelve_characters_of_its_hash_and_by_no_fewer(office):
    full = content(office)
    other = ("0" if full[0] != "0" else "1") + full[1:]
    assert refused(office, "u2", "approve", content=full[:11]) == "content_changed"
    assert refused(office, "u2", "approve", content=other) == "content_changed"
    assert office.do("u2", "approve", content=full[:12]).waiting_for == ("王五",)


def test_who_has_asked_for_advice_signs_after_it_has_come(office):
    office.do("u2", "delegate", to="u7")
    assert refused(office, "u2", "approve") == "advice_pending"
    office.do("u7", "advise", opinion="可以")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_a_sheet_goes_back_only_to_a_step_that_is_done(office):
    assert refused(office, "u2", "return", opinion="再核", to="leader") == "step_not_done"
    office.do("u2", "approve")
    for step in ("leader", "nowhere"):
        assert refused(office, "u3", "return", opinion="再核", to=step) == "step_not_done"
    back = office.do("u3", "return", opinion="再核", to="head")
    assert (back.status, back.waiting_for) == ("running", ("李四",))
    assert office.do("u2", "return", opinion="重写").status == "returned"


def test_a_signature_is_taken_back_until_the_next_has_read_the_sheet(office):
    office.do("u2", "approve")
    assert office.do("u2", "recall").waiting_for == ("李四",)
    office.do("u2", "approve")
    office.do("u3", "read")
    assert refused(office, "u2", "recall") == "next_step_touched"


def test_the_drafter_takes_the_sheet_back_until_somebody_has_read_it_and_nobody_else_does(office):
    assert refused(office, "u8", "recall") == "nothing_to_recall"
    assert office.do("u1", "recall").status == "recalled"
    office.do("u1", "send")
    office.do("u2", "read")
    assert refused(office, "u1", "recall") == "next_step_touched"
