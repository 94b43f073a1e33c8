"""Verbs that involve others: who may be given what, and where the sheet goes on."""

import json

import pytest
import rows as t
from approvals import Office
from sqlalchemy import select

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


def states_of(office, user):
    with office.at_hand(user) as (sheet, _):
        return [task.state for task in sheet.tasks if task.user_id == user]


def test_who_added_a_signer_takes_out_again_and_the_sheet_goes_on_as_before(office):
    office.do("u2", "add_signer", to=["u4"])
    office.do("u4", "read")
    done = office.do("u2", "remove_signer", to=["u4"])
    assert (done.waiting_for, done.step) == (("李四",), "head环节")
    assert states_of(office, "u4") == ["closed"]
    assert office.do("u2", "approve").waiting_for == ("王五",)
    assert office.do("u3", "approve").status == "done"


def test_one_added_after_oneself_is_taken_out_before_the_turn_has_come(office):
    office.do("u2", "add_signer", to=["u4", "u6"], where="after")
    office.do("u2", "remove_signer", to=["u4"])
    assert office.do("u2", "approve").waiting_for == ("孙八",)


@pytest.mark.parametrize(("mode", "waits"), [("all", ("孙八",)), ("any", ("孙八",)), ("sequence", ("孙八",))])
def test_of_several_added_the_others_stay(office, mode, waits):
    office.do("u2", "add_signer", to=["u4", "u6"], mode=mode)
    assert office.do("u2", "remove_signer", to=["u4"]).waiting_for == waits
    assert office.do("u6", "approve").waiting_for == ("李四",)


def test_where_the_others_have_signed_the_step_is_done_when_the_last_one_is_taken_out(office):
    office.do("u2", "add_signer", to=["u4", "u6"])
    office.do("u4", "approve")
    assert office.do("u2", "remove_signer", to=["u6"]).waiting_for == ("李四",)
    with office.at_hand("u2") as (sheet, _):
        assert [task.user_id for task in sheet.signatures()] == ["u4"]


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("approve", {}),
        ("transfer", {"to": "u5", "opinion": "请办"}),
        ("delegate", {"to": "u7"}),
        ("add_signer", {"to": ["u5"], "where": "after"}),
    ],
)
def test_who_has_acted_is_not_taken_out(office, verb, data):
    office.do("u2", "add_signer", to=["u4", "u6"])
    office.do("u4", verb, **data)
    assert refused(office, "u2", "remove_signer", to=["u4"]) == "added_has_acted"


def test_only_who_added_a_signer_takes_out(office):
    office.do("u2", "add_signer", to=["u4"])
    for user in ("u4", "u3", "u1", "root"):
        assert refused(office, user, "remove_signer", to=["u4"]) in ("added_nobody", "no_task")
    assert refused(office, "u2", "remove_signer", to=["u3"]) == "not_added"


def test_the_entry_in_the_other_systems_list_is_withdrawn(office):
    office.do("u2", "add_signer", to=["u4"])
    office.do("u2", "remove_signer", to=["u4"])
    with office.sessions() as session:
        payload = session.execute(select(t.outbox.c.payload).order_by(t.outbox.c.id.desc())).scalars().first()
    assert {(item["receiver"], item["status"]) for item in json.loads(payload)["items"]} >= {("u4", "closed")}
