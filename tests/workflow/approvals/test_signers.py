"""Who may be given a signature or a draft: nobody who wrote it, nobody without the post, nobody twice."""

import pytest
from approvals import ROLES, Office, directory_text, person, procedure_text
from office import ADMIN
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData, SheetRefused
from disclosure.workflow import Context, StandIn, appoint, set_directory
from disclosure.workflow.approvals.sheet import takes_part
from disclosure.workflow.approvals.signers import check_drafter, check_signer, new_drafter, people

EXTEND = {"days": 10, "reason": "需要核对多份档案"}


@pytest.fixture
def office(sqlite_engine):
    text = procedure_text("lawyers legal_reviewer all 10", "head disclosure_head any 10")
    return Office(sessionmaker(sqlite_engine), text=text).accept()


def why(call, *given):
    with pytest.raises(SheetRefused) as error:
        call(*given)
    return error.value.code


def test_everybody_who_is_not_there_or_named_twice_is_told_at_once(office):
    office.propose()
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(left=("u6",)))
    with office.at_hand("u4") as (sheet, acting):
        assert [found.user_id for found in people(sheet, acting, "copy", ["u7", "u2"])] == ["u7", "u2"]
        with pytest.raises(BadData) as error:
            people(sheet, acting, "copy", ["u7", "u99", "u7", "u6"])
    assert [(item["value"], item["problem"]) for item in error.value.faults] == [
        ("u99", "unknown_person"),
        ("u7", "twice"),
        ("u6", "unknown_person"),
    ]


def test_a_signature_is_given_to_no_author_to_nobody_without_permission_and_to_nobody_twice(office):
    office.propose(by="u2")
    with office.at_hand("u4") as (sheet, acting):
        step = sheet.current
        assert why(check_signer, sheet, acting, "transfer", person("u2"), step) == "signer_drafted"
        assert why(check_signer, sheet, acting, "transfer", person("u8"), step) == "signer_may_not"
        assert why(check_signer, sheet, acting, "transfer", person("u5"), step) == "signer_has_it"
        check_signer(sheet, acting, "add_signer", person("u5"), None)
        check_signer(sheet, acting, "transfer", person("u3"), sheet.ordered()[1])


def test_a_step_that_the_law_asks_for_goes_only_to_who_holds_its_post(office):
    office.people = ROLES | {"u9": ("郝一", "办公室", ("disclosure_head",), "u3")}
    office.propose(name="extend", data=EXTEND)
    with office.at_hand("u2") as (sheet, acting):
        step = sheet.current
        assert step.plan.floor
        assert why(check_signer, sheet, acting, "transfer", person("u3"), step) == "signer_without_post"
        check_signer(sheet, acting, "transfer", person("u9", office.people), step)


def test_a_draft_goes_to_nobody_who_alone_can_sign_it(office):
    """Whoever takes a draft over signs it no more: a returned sheet that went to the only head would be stuck."""
    office.propose()
    office.do("u4", "return", opinion="再核")
    with office.at_hand("u1") as (sheet, acting):
        assert why(check_drafter, sheet, acting, "transfer", person("u2")) == "drafter_alone_signs"
    with pytest.raises(SheetRefused):
        office.do("u1", "transfer", to="u2", opinion="请接手")
    office.people = ROLES | {"u9": ("郝一", "办公室", ("disclosure_head",), "u3")}
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(office.people))
    assert office.do("u1", "transfer", to="u2", opinion="请接手").status == "returned"


def test_who_has_signed_or_is_to_sign_takes_over_no_draft(office):
    office.people = {**ROLES, "u4": ("赵六", "法制科", ("legal_reviewer", "staff"), "u3")}
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(office.people))
    office.propose()
    lawyer = person("u4", office.people)
    with office.at_hand("root") as (sheet, acting):
        assert why(check_drafter, sheet, acting, "handover", lawyer) == "drafter_signs"
        assert why(check_drafter, sheet, acting, "handover", person("u6")) == "signer_may_not"
        check_drafter(sheet, acting, "handover", person("root"))
    office.do("u4", "approve")
    with office.at_hand("root") as (sheet, acting):
        assert why(check_drafter, sheet, acting, "handover", lawyer) == "drafter_signs"
    office.do("u5", "return", opinion="再核")
    with office.at_hand("root") as (sheet, acting):
        check_drafter(sheet, acting, "handover", lawyer)


def test_a_new_drafter_leaves_the_earlier_one_an_author(office):
    office.propose()
    with office.at_hand("root") as (sheet, acting):
        for _ in range(2):
            new_drafter(sheet, acting, person("u7"))
        assert (sheet.drafter, sheet.drafter_name, sheet.authors) == ("u7", "周九", ["u1", "u7"])
        assert why(check_signer, sheet, acting, "transfer", person("u7"), None) == "signer_drafted"


def test_the_drafter_the_signers_and_their_stand_ins_take_part_and_nobody_else(office):
    office.propose()

    def part():
        found = []
        for user in ROLES:
            with office.at_hand(user) as (sheet, acting):
                if takes_part(sheet, acting):
                    found.append(user)
        return found

    assert part() == ["u1", "u4", "u5"]
    today = office.clock.now().date()
    with office.sessions() as session, session.begin():
        context = Context(session, ADMIN, **office.shared)
        appoint(context, StandIn("u4", "u3", today, today, ("reply",)))
        appoint(context, StandIn("u4", "u7", today, today, ("extend",)))
    assert part() == ["u1", "u3", "u4", "u5"]
