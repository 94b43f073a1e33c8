"""Verbs that involve others: who may be given what, and where the sheet goes on."""

import pytest
from approvals import Office

from disclosure.states.errors import BadData, SheetRefused


@pytest.fixture
def office(sessions):
    office = Office(sessions).accept()
    office.propose()
    return office


def refused(office, by, verb, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(by, verb, **data)
    return caught.value.code


def test_a_signature_is_passed_neither_to_the_drafter_nor_to_who_may_not_sign(office):
    codes = {to: refused(office, "u2", "transfer", to=to, opinion="请办") for to in ("u1", "u2", "u8")}
    assert codes == {"u1": "signer_drafted", "u2": "signer_has_it", "u8": "signer_may_not"}
    assert office.do("u2", "transfer", to="u3", opinion="请办").waiting_for == ("王五",)


def test_advice_that_was_asked_for_goes_over_with_the_task(office):
    office.do("u2", "delegate", to="u7")
    office.do("u2", "transfer", to="u3", opinion="请办")
    assert refused(office, "u3", "approve") == "advice_pending"


def test_advice_is_asked_of_each_person_once_and_not_of_oneself(office):
    office.do("u2", "delegate", to="u7")
    assert refused(office, "u2", "delegate", to="u7") == "signer_has_it"
    assert refused(office, "u2", "delegate", to="u2") == "signer_has_it"


@pytest.mark.parametrize(("where", "waits"), [("before", "赵六"), ("after", "李四")])
def test_an_added_signer_signs_before_or_after_who_added(office, where, waits):
    assert office.do("u2", "add_signer", to=["u4"], where=where).waiting_for == (waits,)
    order = ("u4", "u2") if where == "before" else ("u2", "u4")
    for user in order:
        done = office.do(user, "approve")
    assert done.waiting_for == ("王五",)


def test_who_is_unknown_or_named_twice_is_told_at_once_for_all(office):
    with pytest.raises(BadData) as caught:
        office.do("u2", "copy", to=["u7", "nobody", "u7"])
    assert [fault["problem"] for fault in caught.value.faults] == ["unknown_person", "twice"]
