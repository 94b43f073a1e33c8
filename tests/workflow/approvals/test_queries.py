"""What other rooms ask of approvals: in the order of the rounds, of the one case, without what has been erased."""

from datetime import date

import pytest
from approvals import Office, person, procedure_text
from erasing import erased

from disclosure.workflow import Context, StandIn, appoint, end_appointment
from disclosure.workflow.approvals.queries import (
    actions_of,
    approval_form,
    approved_draft,
    last_day,
    sheets_of,
    stand_ins_of,
)

SIGNING = ("approve", "return")


@pytest.fixture
def office(sessions):
    """One round that was given up, and one that was approved on the next day."""
    office = Office(sessions, text=procedure_text("head disclosure_head any 10")).accept("A-1").accept("A-2")
    office.propose(draft="第一稿")
    office.do("u1", "void", opinion="重拟")
    office.propose(draft="第二稿")
    office.clock.advance(days=1)
    office.do("u2", "approve", "A-1#2", opinion="同意")
    return office


def read(office, query, *given):
    with office.sessions() as session:
        return query(session.connection(), *given)


def test_the_sheets_of_a_case_come_in_the_order_of_their_rounds(office):
    found = read(office, sheets_of, "default", "A-1")
    assert [(item.sheet, item.status, item.event is None) for item in found] == [
        ("A-1#1", "void", True),
        ("A-1#2", "done", False),
    ]
    for agency, number in (("default", "A-2"), ("other", "A-1")):
        assert read(office, sheets_of, agency, number) == []


def test_the_actions_of_each_round_come_in_their_order_and_the_last_day_is_that_of_any_round(office):
    found = read(office, actions_of, "default", "A-1")
    rounds = [(number, [(row.seq, row.verb) for row in rows]) for number, rows in found]
    assert [number for number, _ in rounds] == [1, 2]
    assert [[seq for seq, _ in rows] for _, rows in rounds] == [[*range(1, len(rows) + 1)] for _, rows in rounds]
    assert [(rows[0][1], rows[-1][1]) for _, rows in rounds] == [("propose", "void"), ("propose", "carry_out")]
    assert read(office, last_day, "default", "A-1") == date(2024, 3, 6)
    assert read(office, last_day, "default", "A-2") is None


def test_the_approved_draft_is_that_of_the_step_that_its_sheet_made_and_is_gone_once_erased(office):
    (_, done) = read(office, sheets_of, "default", "A-1")
    found = read(office, approved_draft, 1, done.event)
    assert (found.sheet, found.draft) == ("A-1#2", "第二稿")
    assert read(office, approved_draft, 1, done.event - 1) is None, "accepting the request needed no sheet"
    assert read(office, approved_draft, 2, done.event) is None
    for name, data in (("serve", {"proof": "回执"}), ("close", {})):
        office.make("u1", "A-1", name, data)
    erased(office.sessions, "A-1")
    assert read(office, approved_draft, 1, done.event) is None


def test_the_form_shows_the_last_round_that_was_not_given_up_with_the_asked_verbs_alone(office):
    form = read(office, approval_form, 1, SIGNING)
    assert (form.drafter, form.draft) == ("张三", "第二稿")
    assert form.signatures == (("head环节", "李四", "李四", "approve", "同意", date(2024, 3, 6), "", ""),)
    assert read(office, approval_form, 1, ("return",)).signatures == ()
    assert read(office, approval_form, 2, SIGNING) is None


def test_a_stand_in_counts_from_the_first_day_to_the_last_until_the_appointment_is_ended(office):
    first, last = date(2024, 3, 7), date(2024, 3, 8)
    with office.sessions() as session, session.begin():
        number = appoint(Context(session, person("u2"), **office.shared), StandIn("u2", "u7", first, last, ("reply",)))

    def found(day, agency="default"):
        return read(office, stand_ins_of, agency, "u2", date(2024, 3, day))

    assert [found(day) for day in (6, 7, 8, 9)] == [[], [("u7", ("reply",))], [("u7", ("reply",))], []]
    assert found(7, "other") == []
    with office.sessions() as session, session.begin():
        end_appointment(Context(session, person("u2"), **office.shared), number)
    assert found(7) == []
