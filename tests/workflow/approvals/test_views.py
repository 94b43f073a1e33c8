"""What a person is shown of a sheet: who may look, what can be done and why not, and a preview that writes nothing."""

from datetime import date

import pytest
import rows as t
from approvals import Office, person, procedure_text
from erasing import erased
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted, SheetRefused, UnknownSheet
from disclosure.workflow import Context, preview_verb, read_log, show_sheet, why_sheet
from disclosure.workflow.approvals.views import actions

TABLES = (t.case, t.event, t.sheet, t.step, t.task, t.action, t.aside, t.outbox)


@pytest.fixture
def office(sessions):
    text = procedure_text("head disclosure_head any 10", "leader leader any 20")
    office = Office(sessions, text=text).accept()
    office.propose()
    return office


def stored(office):
    """Every row that a verb could have touched."""
    with office.sessions() as session:
        return [session.execute(select(table).order_by(*table.primary_key)).all() for table in TABLES]


def test_whether_a_case_has_sheets_is_told_to_who_sees_it(office):
    for name in ("A-1#9", "A-1"):
        with pytest.raises(NotPermitted):
            office.ask(show_sheet, "u7", name)
    with pytest.raises(NotPermitted):
        office.do("u7", "approve", sheet="A-1#9")


def test_who_takes_no_part_sees_a_sheet_only_with_sight_of_its_department(office):
    for question, rest in ((show_sheet, ()), (why_sheet, ()), (preview_verb, ("approve",))):
        with pytest.raises(NotPermitted):
            office.ask(question, "u7", "A-1#1", *rest)
        with pytest.raises(UnknownSheet):
            office.ask(question, "u2", "A-1#9", *rest)
    assert office.ask(show_sheet, "u6", "A-1#1").sheet == "A-1#1", "a reviewer sees every case"
    office.do("u2", "copy", to=["u7"])
    assert office.ask(show_sheet, "u7", "A-1#1").sheet == "A-1#1"


def test_the_active_step_alone_tells_its_cost_and_copies_stand_apart_from_the_steps(office):
    office.do("u2", "copy", to=["u7"])
    office.do("u2", "approve")
    shown = office.ask(show_sheet, "u1", "A-1#1")
    assert [(step.key, step.state, step.cost is None) for step in shown.steps] == [
        ("head", "done", True),
        ("leader", "active", False),
    ]
    assert [task.user for step in shown.steps for task in step.tasks] == ["u2", "u3"]
    assert [(task.kind, task.user) for task in shown.others] == [("read", "u7")]


def test_an_opinion_that_is_only_saved_is_shown_to_its_writer_alone(office):
    office.do("u2", "save", opinion="还要再想")
    assert office.ask(show_sheet, "u2", "A-1#1").saved_opinion == "还要再想"
    others = office.ask(show_sheet, "u1", "A-1#1")
    assert others.saved_opinion is None
    assert "还要再想" not in others.model_dump_json()


def test_every_verb_is_answered_with_its_rule_and_the_refused_ones_with_a_reason(office):
    answers = {item.verb: item for item in office.ask(why_sheet, "u3", "A-1#1")}
    assert "edit" in answers
    assert all(item.rule and item.allowed == (item.refusal is None) for item in answers.values())
    assert (answers["approve"].allowed, answers["approve"].refusal.code) == (False, "no_task")
    office.do("u2", "approve")
    (now,) = office.ask(why_sheet, "u3", "A-1#1", "approve")
    assert now.allowed
    (gone,) = office.ask(why_sheet, "u2", "A-1#1", "approve")
    assert gone.refusal.code == "task_gone"
    assert "李四" in describe(gone.refusal)


def test_a_preview_tells_what_the_verb_then_does_and_writes_nothing(office):
    before = stored(office)
    first = office.ask(preview_verb, "u2", "A-1#1", "approve")
    assert (first.step, first.waiting_for, first.move) == ("leader环节", ("王五",), None)
    with pytest.raises(SheetRefused):
        office.ask(preview_verb, "u3", "A-1#1", "approve")
    assert stored(office) == before
    office.do("u2", "approve")
    before = stored(office)
    back = office.ask(preview_verb, "u3", "A-1#1", "return")
    assert (back.status.before, back.status.after, back.voided) == ("running", "returned", ())
    further = office.ask(preview_verb, "u3", "A-1#1", "return", {"to": "head"})
    assert (further.status.after, further.voided, further.waiting_for) == ("running", ("李四",), ("李四",))
    last = office.ask(preview_verb, "u3", "A-1#1", "approve")
    assert stored(office) == before
    done = office.do("u3", "approve")
    assert (last.status.after, last.move.move, last.move.state) == (done.status, "decide", done.moved.state)
    assert last.move.on == date(2024, 3, 5)


def test_an_erased_opinion_leaves_the_act_without_it(office):
    for user in ("u2", "u3"):
        office.do(user, "approve", opinion="同意")

    def opinions():
        with office.sessions() as session:
            found = actions(session.connection(), 1)
        return [(item.by, item.opinion) for item in found if item.verb == "approve"]

    assert opinions() == [("u2", "同意"), ("u3", "同意")]
    for name, data in (("serve", {"proof": "回执"}), ("close", {})):
        office.make("u1", "A-1", name, data)
    erased(office.sessions, "A-1")
    assert opinions() == [("u2", None), ("u3", None)]


def test_who_neither_signs_a_sheet_nor_has_signed_it_is_noted_as_a_reader(office):
    def readers():
        return [(item.by, item.what) for item in office.ask(read_log, "root", "A-1")]

    def opened(user):
        with office.sessions() as session, session.begin():
            show_sheet(Context(session, person(user), **office.shared), "A-1#1")

    before = readers()
    office.do("u2", "copy", "A-1#1", to=["u7"])
    for user in ("u2", "u1", "u7", "u3"):
        opened(user)
    assert readers() == [*before, ("u1", "sheet"), ("u7", "sheet"), ("u3", "sheet")]
    office.do("u2", "approve", "A-1#1")
    for user in ("u2", "u3"):
        opened(user)
    assert len(readers()) == len(before) + 3
