"""What comes with a sheet is admitted like a move's data: the sheet's name, what it proposes, what is said of it."""

import pytest
import rows as t
from approvals import Office, person, procedure_text
from office import SUBMIT
from sqlalchemy import select

from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import Change, Context, Proposal, edit, propose, show, show_sheet, sign

GRANTED = {"answer": "O02", "delivery": "post"}


@pytest.fixture
def office(sessions):
    office = Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20"))
    office.make("u1", "A-1", "submit", SUBMIT, "2024-03-01")
    office.make("u1", "A-1", "accept", on="2024-03-01")
    return office


def refused(office, by, command, *asked):
    """Whether the command is refused by what it brings, in a transaction that the host commits all the same."""
    with office.sessions() as session, session.begin(), pytest.raises(BadData):
        command(Context(session, person(by), **office.shared), *asked)


def everything(office):
    with office.sessions() as session:
        return [session.execute(select(table)).all() for table in (t.sheet, t.task, t.action, t.event)]


@pytest.mark.parametrize("bad", ["某\x00路", "某\ud800路", "刘\ue863", "字" * 20_001])
def test_what_may_not_enter_is_refused_at_every_verb(office, bad):
    office.propose()
    before = everything(office)
    for by, command, *asked in (
        ("u1", propose, "A-1", Proposal(move="extend", data={"days": 5, "reason": bad})),
        ("u1", edit, "A-1#1", Change(data=GRANTED | {"ground": bad})),
        ("u2", sign, "A-1#1", "approve", {"opinion": bad}),
        ("u2", sign, "A-1#1", "return", {"opinion": "退回", "reason": b"%PDF"}),
        ("u2", sign, "A\x00-1#1", "approve"),
    ):
        refused(office, by, command, *asked)
        assert everything(office) == before


def test_a_sheet_is_found_by_a_name_that_looks_alike(office):
    office.propose(case="Ａ－１")
    assert office.do("u2", "approve", "Ａ－１\u200b").sheet == "A-1#1"
    assert office.do("u3", "approve", "A\u20111#1").moved.case == "A-1"


def test_a_fee_by_items_is_signed_with_the_number_that_it_goes_on_from(sessions):
    office = Office(sessions, text=procedure_text("head disclosure_head any 10")).accept().accept("A-2")
    office.propose("u1", "A-2", "charge", {"basis": "items", "quantity": 10, "already": ""})
    assert office.ask(show_sheet, "u1", "A-2").data == {"basis": "items", "quantity": 10, "already": 1}
    office.make("u2", "A-1", "annul", {"reason": "重复登记"})
    with pytest.raises(BadData) as refused:
        office.do("u2", "approve", "A-2")
    assert refused.value.faults[0]["problem"] == "already_differs"
    edited = office.edit("u1", "A-2", {"basis": "items", "quantity": 10})
    assert office.do("u2", "approve", "A-2", content=edited.content).moved.state == "awaiting_payment"
    assert [item.already for item in office.ask(show, "u2", "A-2").charges] == [0]


def of_the_past(office, recorder, by, act, *asked):
    """A verb of the past, as it is said to have been done by somebody."""
    with office.sessions() as session, session.begin():
        return act(Context(session, recorder, by=person(by), past=True, **office.shared), *asked)


ACTS = {
    "propose": (propose, "A-2", Proposal(move="reply", data={"answer": "O02", "delivery": "post"})),
    "edit": (edit, "A-1#1", Change(data={"answer": "O01", "delivery": "post"})),
    "void": (sign, "A-1#1", "void"),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_an_administrator_records_what_another_has_done_on_a_sheet(office, act):
    office.propose()
    office.accept("A-2")
    clerk = person("u7").model_copy(update={"roles": ("disclosure_head", "recorder")})
    before = everything(office)
    with pytest.raises(NotPermitted) as caught:
        of_the_past(office, clerk, "u1", *ACTS[act])
    assert (caught.value.code, everything(office)) == ("signature_of_another", before)
    done = of_the_past(office, person("root"), "u1", *ACTS[act])
    assert done.verb == act


def test_a_signature_of_the_past_is_recorded_by_who_made_it_or_by_an_administrator(office):
    office.propose()
    clerk = person("u1").model_copy(update={"roles": ("staff", "recorder")})
    with pytest.raises(NotPermitted) as caught:
        of_the_past(office, clerk, "u2", sign, "A-1#1", "approve")
    assert caught.value.code == "signature_of_another"
    head = person("u2").model_copy(update={"roles": ("disclosure_head", "recorder")})
    assert of_the_past(office, head, "u2", sign, "A-1#1", "approve").waiting_for == ("王五",)
    assert of_the_past(office, person("root"), "u3", sign, "A-1#1", "approve").status == "done"
