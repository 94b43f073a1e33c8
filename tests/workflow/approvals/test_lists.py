"""Each person's lists: whole, in the order of legal urgency, as the due list lights them, and counted rightly."""

from datetime import date

import pytest
import rows as t
from approvals import ROLES, Office, person, procedure_text
from office import ADMIN
from sqlalchemy import func, select

from disclosure.states.errors import Conflict, NotPermitted, SheetRefused
from disclosure.workflow import Context, Proposal, StandIn, appoint, counters, propose, sign, worklist
from disclosure.workflow.approvals.lists import BOXES
from disclosure.workflow.cases.due_list import bucket
from disclosure.workflow.kernel.versions import latest, law_at

TODAY = date(2024, 3, 5)
EVERYBODY = [user for user in ROLES if user != "root"]


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20"))


def several(office, how_many=7):
    """Cases received on different days, each proposed."""
    for number in range(how_many):
        office.accept(f"A-{number}", date(2024, 2, 1 + (number * 5) % 20))
        office.propose(case=f"A-{number}")
    return office


def page(office, user, box="todo", **more):
    return office.ask(worklist, user, box, **more)


def test_pages_hold_each_entry_once_most_urgent_first(office):
    several(office)
    pages = [page(office, "u2", page=number, size=3) for number in (1, 2, 3)]
    entries = [entry for item in pages for entry in item.entries]
    assert [len(item.entries) for item in pages] == [3, 3, 1]
    assert {item.total for item in pages} == {7}
    assert len({entry.sheet for entry in entries}) == 7
    assert [entry.due_on for entry in entries] == sorted(entry.due_on for entry in entries)
    beyond = page(office, "u2", page=4, size=3)
    assert (beyond.total, beyond.entries) == (7, ())


def test_each_entry_is_lit_as_the_due_list_lights_its_case(office):
    several(office)
    with office.sessions() as session:
        connection = session.connection()
        law = law_at(connection, latest(connection), "default")
        due = {row.case_no: row.due_on for row in connection.execute(select(t.case.c.case_no, t.case.c.due_on))}
    entries = page(office, "u2").entries
    assert len({entry.light for entry in entries}) > 1
    for entry in entries:
        assert entry.due_on == due[entry.case]
        assert (entry.light, entry.days_left) == bucket(entry.due_on, None, False, TODAY, law)


def test_each_entry_tells_where_its_case_stands(office):
    office.accept("A-1", date(2024, 3, 1))
    office.propose(case="A-1")
    assert [entry.stage for entry in page(office, "u2").entries] == ["approving"]


def test_an_opened_task_is_marked_read(office):
    several(office, 2)
    office.do("u2", "read", "A-0#1")
    assert {entry.case: entry.read for entry in page(office, "u2").entries} == {"A-0": True, "A-1": False}


def test_each_verb_moves_the_entry_to_its_list(office):
    office.accept().propose()
    assert [page(office, "u2", box).total for box in ("todo", "done")] == [1, 0]
    office.do("u2", "copy", to=["u7"])
    assert page(office, "u7", "toread").total == 1
    office.do("u7", "read")
    assert [page(office, "u7", box).total for box in ("toread", "read")] == [0, 1]
    office.do("u2", "approve")
    assert [page(office, "u2", box).total for box in ("todo", "done")] == [0, 1]
    assert page(office, "u1", "mine").total == 1
    office.do("u3", "return", opinion="再核")
    assert page(office, "u1", "drafts").total == page(office, "u1", "todo").total == 1


def test_counters_equal_the_lists_for_everybody(office):
    several(office)
    office.do("u2", "approve", "A-0#1")
    office.do("u2", "copy", "A-1#1", to=["u7"])
    office.do("u2", "return", "A-2#1", opinion="再核")
    office.do("u1", "recall", "A-3#1")
    with office.sessions() as session, session.begin():
        appoint(Context(session, ADMIN, **office.shared), StandIn("u2", "u7", TODAY, TODAY))
    for user in EVERYBODY:
        counted = office.ask(counters, user)
        for box in BOXES:
            try:
                total = page(office, user, box).total
            except NotPermitted:
                total = 0
            assert getattr(counted, box) == total, (user, box)


@pytest.mark.parametrize(
    ("from_on", "until_on", "moves", "seen"),
    [
        (TODAY, TODAY, (), 2),
        (TODAY, TODAY, ("extend",), 1),
        (date(2024, 3, 6), date(2024, 3, 9), (), 0),
        (date(2024, 3, 1), date(2024, 3, 4), (), 0),
    ],
)
def test_a_stand_in_finds_the_work_of_the_time_and_matter(office, from_on, until_on, moves, seen):
    office.accept().propose()
    office.propose(name="extend", data={"days": 10, "reason": "需要核对多份档案"})
    with office.sessions() as session, session.begin():
        appoint(Context(session, ADMIN, **office.shared), StandIn("u2", "u7", from_on, until_on, moves))
    found = page(office, "u7")
    assert found.total == len(found.entries) == office.ask(counters, "u7").todo == seen
    assert {entry.on_behalf_of for entry in found.entries} <= {"u2"}


def test_who_may_see_one_department_watches_only_that(sessions):
    people = ROLES | {"u9": ("郝一", "业务科", ("staff",), "u7")}
    office = Office(sessions, people=people).accept("A-1", by="u1").accept("A-2", by="u9")
    office.propose(case="A-1")
    office.propose("u9", case="A-2")
    assert {entry.case for entry in page(office, "u2", "monitor").entries} == {"A-1", "A-2"}
    with sessions() as session:
        seen = worklist(Context(session, person("u9", people), **office.shared), "monitor")
    assert [entry.case for entry in seen.entries] == ["A-2"]


def rows(sessions):
    with sessions() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in t.metadata.tables.items()
        }


def test_a_host_that_commits_after_a_refusal_keeps_nothing_of_it(office):
    office.accept().propose()
    before = rows(office.sessions)
    for user, verb, data in (
        ("u3", "approve", {}),
        ("u1", "approve", {}),
        ("u2", "transfer", {"to": "u1", "opinion": "转"}),
        ("u5", "return", {"opinion": "x"}),
    ):
        with office.sessions() as session:
            with pytest.raises(SheetRefused):
                sign(Context(session, person(user), **office.shared), "A-1", verb, data)
            session.commit()
    assert rows(office.sessions) == before


def test_a_key_signs_once_and_belongs_to_one_request(office):
    office.accept().propose()
    first = office.do("u2", "approve", idempotency_key="k")
    before = rows(office.sessions)
    again = office.do("u2", "approve", idempotency_key="k")
    assert (first.repeated, again.repeated, again.version) == (False, True, first.version)
    assert rows(office.sessions) == before
    with pytest.raises(Conflict):
        office.do("u2", "return", idempotency_key="k", opinion="x")


def test_a_key_proposes_once(office):
    office.accept()
    body = {"answer": "O02", "delivery": "post"}
    for repeated in (False, True):
        with office.sessions() as session, session.begin():
            done = propose(
                Context(session, person("u1"), **office.shared),
                "A-1",
                Proposal(move="reply", data=body),
                idempotency_key="k",
            )
        assert done.repeated is repeated
    assert page(office, "u2").total == 1
