"""One sheet: where it can go, in which order its steps and people come, who may not sign, what is taken back."""

from datetime import date

import pytest
from approvals import Office, procedure_text
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import SheetRefused
from disclosure.workflow.approvals.procedure import StepPlan
from disclosure.workflow.approvals.sheet import OPEN, TRANSITIONS, Sheet, candidates, lay_out, own_task, rewind, step_on

STATUSES = (*OPEN, "done", "void", "completed")
IN_TURN = procedure_text("lawyers legal_reviewer sequence 10", "head disclosure_head any 10", "leader leader any 20")


def blank(status="draft"):
    return Sheet(
        agency="default",
        case_id=1,
        case="A-1",
        no=1,
        move="reply",
        matter="other",
        drafter="u1",
        drafter_name="张三",
        department="办公室",
        config_id=1,
        created_at="2024-03-05T04:00:00.000+00:00",
        due_on=date(2024, 3, 29),
        length=20,
        status=status,
    )


def plan(key, **more):
    return StepPlan(key=key, title=f"{key}环节", role="leader", **more)


@pytest.fixture
def office(sqlite_engine):
    """A proposal that two reviewers sign one after the other, then the head, then a leader."""
    office = Office(sessionmaker(sqlite_engine), text=IN_TURN).accept()
    office.propose()
    return office


@pytest.mark.parametrize("status", STATUSES)
def test_a_sheet_moves_only_from_where_its_machine_lets_it(status):
    for trigger, sources, after in TRANSITIONS:
        sheet = blank(status)
        assert sheet.can(trigger) == (status in sources)
        if status in sources:
            sheet.go(trigger, trigger)
            assert sheet.status == after
        else:
            with pytest.raises(SheetRefused) as error:
                sheet.go(trigger, trigger)
            assert (error.value.code, sheet.status) == ("sheet_status", status)


def test_a_step_that_is_put_between_moves_the_later_ones_back():
    sheet = blank()
    lay_out(sheet, [plan("a"), plan("b")])
    sheet.add_step(plan("between", added_by="u2"), 2)
    assert [(step.plan.key, step.place) for step in sheet.ordered()] == [("a", 1), ("between", 2), ("b", 3)]


def test_the_same_plan_keeps_its_steps_and_another_drops_them_all():
    sheet = blank()
    lay_out(sheet, [plan("a"), plan("b")])
    sheet.add_step(plan("added", added_by="u2"), 3)
    before = [step.no for step in sheet.ordered()]
    lay_out(sheet, [plan("a"), plan("b")])
    assert [step.no for step in sheet.ordered()] == before
    lay_out(sheet, [plan("b")])
    assert [step.plan.key for step in sheet.ordered()] == ["b"]
    assert {step.no for step in sheet.ordered()}.isdisjoint(before)


def test_authors_and_people_without_permission_are_no_candidates(office):
    with office.at_hand("u1") as (sheet, acting):
        reviewers = plan("legal").model_copy(update={"role": "legal_reviewer"})
        assert [person.user_id for person in candidates(sheet, acting, reviewers)] == ["u4", "u5"]
        sheet.authors.append("u4")
        assert [person.user_id for person in candidates(sheet, acting, reviewers)] == ["u5"]
        named = StepPlan(key="named", title="某环节", people=("u8", "u3", "u99"))
        assert [person.user_id for person in candidates(sheet, acting, named)] == ["u3"]


def test_who_has_nothing_to_do_is_told_why(office):
    def why(user):
        with office.at_hand(user) as (sheet, acting), pytest.raises(SheetRefused) as error:
            own_task(sheet, acting, "approve", "approve")
        return error.value.code

    assert [why(user) for user in ("u5", "u3")] == ["not_your_turn", "no_task"]
    office.do("u4", "approve")
    assert why("u4") == "task_gone"
    office.do("u1", "void", opinion="不再需要")
    assert why("u5") == "sheet_status"


def test_taking_back_a_step_voids_its_signatures_and_keeps_those_before_it(office):
    office.do("u4", "approve")
    office.do("u5", "approve")
    office.do("u2", "approve")
    with office.at_hand("u3") as (sheet, acting):
        head = sheet.ordered()[1]
        assert [task.user_id for task in rewind(sheet, acting, head)] == ["u2"]
        assert [task.user_id for task in sheet.signatures()] == ["u4", "u5"]
        assert [step.state for step in sheet.ordered()] == ["done", "waiting", "waiting"]
        assert [task for task in sheet.tasks if task.state == "open" and task.user_id == "u3"] == []
        assert [task.user_id for task in rewind(sheet, acting, None)] == ["u4", "u5"]


def test_signers_in_sequence_come_one_at_a_time(office):
    with office.at_hand("u4") as (sheet, acting):
        first, second = sheet.tasks_of(sheet.current, "open", "waiting")
        assert (first.user_id, first.state, second.user_id, second.state) == ("u4", "open", "u5", "waiting")
        first.state = "done"
        step_on(sheet, acting, sheet.current)
        assert (second.state, sheet.current.plan.key) == ("open", "lawyers")
        second.state = "done"
        step_on(sheet, acting, sheet.current)
        assert sheet.current.plan.key == "head"
