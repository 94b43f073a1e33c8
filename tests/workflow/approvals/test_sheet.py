"""One sheet: where it can go, in which order its steps and people come, who may not sign, what is taken back."""

from datetime import date

import pytest
from approvals import ROLES, Office, directory_text, person, procedure_text
from office import ADMIN
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import SheetRefused
from disclosure.workflow import Context, StandIn, appoint, set_directory
from disclosure.workflow.approvals.procedure import StepPlan
from disclosure.workflow.approvals.sheet import OPEN, TRANSITIONS, Sheet, candidates, lay_out, own_task, rewind, step_on

DAY = date(2024, 3, 5)
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


@pytest.fixture
def acting(office):
    with office.at_hand("u1") as (_, found):
        yield found


def test_a_step_that_is_put_between_moves_the_later_ones_back(acting):
    sheet = blank()
    lay_out(sheet, acting, [plan("a"), plan("b")])
    sheet.add_step(plan("between", added_by="u2"), 2)
    assert [(step.plan.key, step.place) for step in sheet.ordered()] == [("a", 1), ("between", 2), ("b", 3)]


def test_the_same_plan_keeps_its_steps_and_another_drops_them_all(acting):
    sheet = blank()
    lay_out(sheet, acting, [plan("a"), plan("b")])
    sheet.add_step(plan("added", added_by="u2"), 3)
    before = [step.no for step in sheet.ordered()]
    lay_out(sheet, acting, [plan("a"), plan("b")])
    assert [step.no for step in sheet.ordered()] == before
    lay_out(sheet, acting, [plan("b")])
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


# one person never signs both reviews

DENIED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}
LEGAL, SECRECY = "legal_reviewer", "confidentiality_reviewer"


def refusal(engine, reviewers, mode="any"):
    """A refusal on its way through both reviews, in an office with these reviewers."""
    people = {user: ROLES[user] for user in ("u1", "u2", "u3", "root")}
    people |= {user: (f"审{user}", "法制科", posts, None) for user, posts in reviewers.items()}
    text = procedure_text("head disclosure_head any 10").replace(
        'reviewer"\nmode = "any"', f'reviewer"\nmode = "{mode}"'
    )
    office = Office(sessionmaker(engine), text=text, people=people).accept()
    office.propose(data=DENIED)
    return office


def waits(office):
    with office.at_hand("u1") as (sheet, _):
        return sheet.current.plan.key, sorted(task.user_id for task in sheet.tasks_of(sheet.current, "open"))


@pytest.mark.parametrize("mode", ["any", "all", "sequence"])
def test_who_alone_could_make_the_other_review_is_kept_for_it(sqlite_engine, mode):
    office = refusal(sqlite_engine, {"r1": (LEGAL, SECRECY), "r2": (LEGAL,)}, mode)
    assert waits(office) == ("legal", ["r2"])
    office.do("r2", "approve")
    assert waits(office) == ("secrecy", ["r1"])


@pytest.mark.parametrize(("mode", "first"), [("any", ["r1", "r2"]), ("all", ["r1"]), ("sequence", ["r1"])])
def test_two_who_could_make_both_reviews_make_one_each(sqlite_engine, mode, first):
    office = refusal(sqlite_engine, {"r1": (LEGAL, SECRECY), "r2": (LEGAL, SECRECY)}, mode)
    assert waits(office) == ("legal", first)
    office.do("r1", "approve")
    assert waits(office) == ("secrecy", ["r2"])
    assert office.do("r2", "approve").waiting_for == ("李四",)


def test_a_stand_in_does_not_sign_the_review_that_would_leave_none_for_the_other(sqlite_engine):
    office = refusal(sqlite_engine, {"r1": (LEGAL, SECRECY), "r2": (LEGAL,)})
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("r2", office.people), **office.shared), StandIn("r2", "r1", DAY, DAY))
    with pytest.raises(SheetRefused) as error:
        office.do("r1", "approve")
    assert error.value.code == "kept_for_review"


def test_a_review_that_only_the_other_reviewer_could_sign_is_left_out_and_taken_up_again_after_a_recall(sqlite_engine):
    office = refusal(sqlite_engine, {"r1": (LEGAL, SECRECY)})
    office.do("r1", "approve")
    assert waits(office) == ("head", ["u2"])
    with office.at_hand("u1") as (sheet, _):
        assert [step.state for step in sheet.ordered()] == ["done", "left_out", "active"]
    office.do("r1", "recall")
    with office.at_hand("u1") as (sheet, _):
        assert [step.state for step in sheet.ordered()] == ["active", "waiting", "waiting"]
    office.do("r1", "approve")
    assert office.do("u2", "approve").status == "done"


def test_a_joint_step_is_signed_once_by_one_person_and_goes_on_when_the_administrator_finds_nobody_else(sqlite_engine):
    reviewers = {"r1": (LEGAL,), "r2": (LEGAL,), "r3": (SECRECY,)}
    office = refusal(sqlite_engine, reviewers, "all")
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("r2", office.people), **office.shared), StandIn("r2", "r1", DAY, DAY))
    office.do("r1", "approve")
    for verb, by, given in (("approve", "r1", {}), ("transfer", "r2", {"to": "r1", "opinion": "请办"})):
        with pytest.raises(SheetRefused) as error:
            office.do(by, verb, **given)
        assert error.value.code == "signed_already"
    with office.sessions() as session, session.begin():
        text = directory_text(office.people, left=("r2",))
        set_directory(Context(session, ADMIN, **office.shared), text)
    office.do("root", "assign", to="r1", opinion="会签人离岗，别无他人")
    assert waits(office) == ("secrecy", ["r3"])
