"""What comes with a sheet is admitted like a move's data, and no refusal gets past the reviews that the office has."""

from datetime import date, timedelta

import pytest
import rows as t
from approvals import REVIEWS, ROLES, Office, directory_text, person, procedure_text, steps
from office import ADMIN, SUBMIT
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, NotPermitted, SheetRefused
from disclosure.workflow import (
    Change,
    Context,
    Proposal,
    drop_procedure,
    edit,
    preview_verb,
    propose,
    set_directory,
    set_procedure,
    show,
    show_sheet,
    sign,
    why_sheet,
)
from disclosure.workflow.approvals.procedure import shipped
from disclosure.workflow.kernel.context import FixedClock, StatedDay, SystemClock, today

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
    office.propose("u1", "A-2", "charge", {"basis": "items", "quantity": 11, "already": ""})
    assert office.ask(show_sheet, "u1", "A-2").data == {"basis": "items", "quantity": 11, "already": 1}
    office.make("u2", "A-1", "annul", {"reason": "重复登记"})
    with pytest.raises(BadData) as refused:
        office.do("u2", "approve", "A-2")
    assert refused.value.faults[0]["problem"] == "already_differs"
    edited = office.edit("u1", "A-2", {"basis": "items", "quantity": 11})
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


REFUSED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}
DAY, LATER = date(2024, 3, 5), date(2024, 3, 7)
REVIEWED = ["legal", "secrecy", "head"]
SIGNED_BY_TWO = procedure_text("head disclosure_head any 10", "leader leader any 20")
UNREVIEWED = SIGNED_BY_TWO.replace(steps(*REVIEWS) + "\n", "")
TEXTS = {item.key: item.text for item in shipped()}
SMALL = {user: ROLES[user] for user in ("u1", "u2", "u3", "root")}
"""The people of an office that has no reviewers."""


@pytest.fixture
def small(sessions):
    """An office without reviewers, in which the head alone decides, and a case."""
    return Office(sessions, text=TEXTS["two_person"], people=dict(SMALL)).accept()


def reviewers_come(office, more="", **posts):
    """The office has its reviewers from now on, or on the days that are told."""
    office.people = SMALL | {"u4": ROLES["u4"], "u6": ROLES["u6"]} | posts
    text = directory_text(office.people)
    for user in ("u4", "u6"):
        text = text.replace(f'id = "{user}"', f'id = "{user}"\n{more}')
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), text)


def on(office, clock):
    office.shared = office.shared | {"clock": clock}
    return office


def way(office):
    """The steps by which the newest sheet goes."""
    return [step.key for step in office.ask(show_sheet, "u1", "A-1#1").steps]


def refusal(office, by, verb="approve", **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(by, verb, "A-1#1", **data)
    return caught.value


def test_a_refusal_that_is_proposed_on_a_stated_day_passes_the_reviewers_of_the_real_day(small):
    reviewers_come(small, "from_on = 2024-03-06")
    on(small, StatedDay(DAY)).propose(data=REFUSED)
    assert way(small) == REVIEWED
    assert refusal(small, "u2").code == "no_task"
    on(small, FixedClock(LATER)).do("u1", "recall")
    assert small.do("u1", "send").waiting_for == ("赵六",)


def test_a_stated_day_after_reviewers_have_left_takes_no_post_away_that_is_held_today(small):
    leaves = today(SystemClock()) + timedelta(9)
    reviewers_come(small, f"left_on = {leaves}")
    small.propose(send=False, data=REFUSED)
    with on(small, StatedDay(leaves)).at_hand("u1") as (_, acting):
        assert acting.is_held("legal_reviewer")
    with on(small, FixedClock(leaves)).at_hand("u1") as (_, acting):
        assert not acting.is_held("legal_reviewer")


def test_a_draft_of_a_day_before_the_reviewers_passes_them_when_it_is_sent(small):
    small.propose(send=False, data=REFUSED)
    reviewers_come(small)
    assert small.ask(preview_verb, "u1", "A-1#1", "send").waiting_for == ("赵六",)
    assert small.do("u1", "send").waiting_for == ("赵六",)
    assert way(small) == REVIEWED


@pytest.mark.parametrize("back", ["return", "recall"])
def test_a_sheet_that_comes_back_passes_the_reviewers_of_the_day_on_which_it_is_sent_again(small, back):
    small.propose(data=REFUSED)
    reviewers_come(small)
    small.do(*{"return": ("u2", "return"), "recall": ("u1", "recall")}[back], opinion="再核")
    assert small.do("u1", "send").waiting_for == ("赵六",)
    assert way(small) == REVIEWED


def test_a_proposal_that_is_told_of_a_day_before_the_reviewers_passes_them(small):
    reviewers_come(small, f"from_on = {LATER}")
    on(small, FixedClock(LATER))
    with small.sessions() as session, session.begin():
        clerk = person("u1").model_copy(update={"roles": ("staff", "recorder")})
        context = Context(session, clerk, past=True, day=DAY, **small.shared)
        propose(context, "A-1", Proposal(move="reply", data=REFUSED))
    assert way(small) == REVIEWED
    assert refusal(small, "u2").code == "no_task"


def test_approvals_of_the_past_go_on_where_nobody_held_the_post_then_or_holds_it_now(small):
    on(small, FixedClock(LATER))
    for by, act, *asked in (
        ("u1", propose, "A-1", Proposal(move="reply", data=REFUSED)),
        ("u2", sign, "A-1#1", "approve"),
    ):
        with small.sessions() as session, session.begin():
            context = Context(session, ADMIN, by=person(by), past=True, day=DAY, **small.shared)
            done = act(context, *asked)
    assert (done.status, done.moved.move) == ("done", "reply")


def test_a_draft_goes_by_the_procedure_that_is_in_force_when_it_is_sent(small):
    small.propose(send=False, data=REFUSED)
    before = small.ask(show_sheet, "u1", "A-1#1").template_version
    reviewers_come(small, u8=ROLES["u8"])
    with small.sessions() as session, session.begin():
        set_procedure(Context(session, ADMIN, **small.shared), TEXTS["bureau"])
    small.do("u1", "send")
    assert way(small) == [*REVIEWED, "leader"]
    shown = small.ask(show_sheet, "u1", "A-1#1")
    assert shown.template_version > before
    assert shown.actions[-1].data == {"template": shown.template_version}


def test_signatures_are_kept_where_the_steps_stay_and_void_where_they_do_not(small):
    with small.sessions() as session, session.begin():
        set_procedure(Context(session, ADMIN, **small.shared), UNREVIEWED)
    small.propose(data=REFUSED)
    small.do("u2", "approve")
    small.do("u3", "return", opinion="再核")
    assert small.do("u1", "send").waiting_for == ("王五",), "the head has signed"
    small.do("u3", "return", opinion="再核")
    reviewers_come(small)
    with small.sessions() as session, session.begin():
        set_procedure(Context(session, ADMIN, **small.shared), SIGNED_BY_TWO)
    assert small.do("u1", "send").waiting_for == ("赵六",)
    assert len(small.ask(show_sheet, "u1", "A-1#1").actions[-1].data["voided"]) == 1
    for user in ("u4", "u6", "u2"):
        small.do(user, "approve")
    assert small.do("u3", "approve").moved.move == "decide"


def test_a_sheet_goes_on_by_its_own_procedure_where_none_is_in_force_any_more(small):
    small.propose(send=False, data=REFUSED)
    with small.sessions() as session, session.begin():
        drop_procedure(Context(session, ADMIN, **small.shared))
    assert small.do("u1", "send").waiting_for == ("李四",)
    assert small.do("u2", "approve").status == "done"


def test_a_refusal_under_way_is_not_made_past_a_review_that_the_office_has_by_now(small):
    small.propose(data=REFUSED)
    reviewers_come(small)
    before = everything(small)
    refused_for = refusal(small, "u2")
    assert (refused_for.code, refused_for.fields["role"]) == ("review_missing", "legal_reviewer")
    assert "重新送审" in describe(refused_for)
    assert everything(small) == before
    may = {item.verb: item.allowed for item in small.ask(why_sheet, "u2", "A-1#1")}
    assert (may["approve"], may["return"]) == (False, True)
    small.do("u2", "return", opinion="须经审查")
    small.do("u1", "send")
    for user in ("u4", "u6"):
        small.do(user, "approve")
    assert small.do("u2", "approve").moved.move == "decide"


def test_a_grant_under_way_asks_for_no_review(small):
    small.propose(data=GRANTED)
    reviewers_come(small)
    assert small.do("u2", "approve").moved.move == "decide"


def test_a_review_that_was_left_out_is_asked_for_once_somebody_can_sign_it(small):
    both = ("赵六", "法制科", ("legal_reviewer", "confidentiality_reviewer"), None)
    reviewers_come(small, u4=both, u6=ROLES["u8"])
    small.propose(data=REFUSED)
    assert small.do("u4", "approve").waiting_for == ("李四",), "nobody but the other reviewer could sign it"
    reviewers_come(small, u4=both)
    assert refusal(small, "u2").code == "review_missing"
    small.do("u2", "return", opinion="须经审查")
    assert small.do("u1", "send").waiting_for == ("孙八",), "the first review stays signed"
    small.do("u6", "approve")
    assert small.do("u2", "approve").moved.move == "decide"
