"""Acting appointments: an administrator records them with their basis; they give one signature, and are named."""

from datetime import date, timedelta

import pytest
import rows as t
from approvals import ROLES, Office, directory_text, person, procedure_text
from office import ADMIN
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, NotPermitted, SheetRefused
from disclosure.workflow import (
    Acting,
    Context,
    StandIn,
    acting_appointments,
    appoint,
    appoint_acting,
    end_acting,
    hand_over,
    move,
    set_directory,
    show_sheet,
    stuck,
)
from disclosure.workflow.kernel.context import StatedDay, entered_at

DAY = date(2024, 3, 5)
BASIS = "局党组会议纪要〔2024〕3号"
HEAD = "disclosure_head"
EXTEND = {"days": 10, "reason": "需要核对多份档案"}


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10")).accept()


def record(office, user="u3", post=HEAD, start=DAY, until=DAY, basis=BASIS, by="root", key=None):
    with office.sessions() as session, session.begin():
        context = Context(session, person(by), **office.shared)
        return appoint_acting(context, Acting(user, post, start, until, basis), idempotency_key=key)


def on_record(office, **more):
    return office.ask(acting_appointments, "root", **more)


def refused(office, by, verb, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(by, verb, **data)
    return caught.value.code


def test_who_acts_in_a_post_gets_its_signature_and_the_sheet_names_the_basis(office):
    found = record(office)
    office.propose(by="u2", name="extend", data=EXTEND)
    done = office.do("u3", "approve")
    assert done.moved.move == "extend"
    (signed,) = [item for item in office.ask(show_sheet, "u3", "A-1#1").actions if item.verb == "approve"]
    assert signed.data["acting"] == {"no": found.id, "post": HEAD, "basis": BASIS}
    assert signed.data["post"] == HEAD


@pytest.mark.parametrize(
    ("start", "until"), [(DAY + timedelta(1), DAY + timedelta(9)), (DAY - timedelta(9), DAY - timedelta(1))]
)
def test_an_appointment_that_is_not_yet_or_no_longer_in_force_gives_nothing(office, start, until):
    record(office, start=start, until=until)
    assert office.propose(by="u2", name="extend", data=EXTEND).trouble == "no_candidate"


def test_it_gives_the_signature_of_the_post_and_nothing_else(office):
    record(office, user="u8")
    office.propose(by="u2", name="extend", data=EXTEND)
    assert office.ask(show_sheet, "u8", "A-1#1").steps[0].tasks[0].user == "u8"
    with office.sessions() as session, pytest.raises(NotPermitted):
        move(Context(session, person("u8"), **office.shared), "A-1", "withdraw", {"reason": "撤回"}, at=DAY)
    assert office.do("u8", "approve").status == "done"


def test_nobody_approves_the_own_draft_by_acting_in_the_post(office):
    record(office, user="u1")
    assert office.propose(by="u1", name="extend", data=EXTEND).waiting_for == ("李四",)
    assert refused(office, "u2", "transfer", to="u1", opinion="请办") == "signer_drafted"


def test_an_administrator_alone_records_and_ends_it(office):
    for by in ("u2", "u3"):
        with pytest.raises(NotPermitted):
            record(office, by=by)
    found = record(office)
    with office.sessions() as session, session.begin(), pytest.raises(NotPermitted):
        end_acting(Context(session, person("u3"), **office.shared), found.id)
    assert [item.id for item in on_record(office)] == [found.id]


@pytest.mark.parametrize(
    ("given", "field", "problem"),
    [
        ({"user": "nobody"}, "user", "unknown_person"),
        ({"post": "seal_keeper"}, "post", "signs_nothing"),
        ({"post": "headman"}, "post", "signs_nothing"),
        ({"user": "u2"}, "post", "holds_the_post"),
        ({"basis": " "}, "basis", "empty"),
        ({"basis": "纪" * 201}, "basis", "too_long"),
        ({"until": DAY - timedelta(1)}, "until_on", "ends_before_it_starts"),
    ],
)
def test_what_cannot_be_an_acting_appointment_is_refused(office, given, field, problem):
    with pytest.raises(BadData) as caught:
        record(office, **given)
    assert [(item["field"], item["problem"]) for item in caught.value.faults] == [(field, problem)]
    assert on_record(office, past=True) == []


def test_it_stays_on_record_with_who_recorded_and_who_ended_it(office):
    found = record(office, until=DAY + timedelta(9))
    with office.sessions() as session, session.begin():
        end_acting(Context(session, ADMIN, **office.shared), found.id)
    assert on_record(office) == []
    (kept,) = on_record(office, past=True)
    assert (kept.user, kept.post, kept.basis, kept.recorded_by) == ("u3", HEAD, BASIS, "root")
    assert (kept.ended_by, kept.ended_at is not None) == (ADMIN.user_id, True)
    assert office.propose(by="u2", name="extend", data=EXTEND).trouble == "no_candidate"
    with office.sessions() as session, session.begin(), pytest.raises(BadData) as caught:
        end_acting(Context(session, ADMIN, **office.shared), found.id)
    assert caught.value.faults[0]["problem"] == "unknown_acting"


def test_a_repeated_request_records_it_once(office):
    first = record(office, key="k-1")
    again = record(office, key="k-1")
    assert (again.id, again.repeated, len(on_record(office))) == (first.id, True, 1)


def test_no_way_of_passing_a_statutory_step_on_gets_around_the_post(office):
    """Stand-in, transfer, an added signer, a handover, the administrator: each needs the post or leaves the step."""
    office.propose(name="extend", data=EXTEND)
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("u2"), **office.shared), StandIn("u2", "u3", DAY, DAY))
    assert refused(office, "u3", "approve") == "signer_without_post"
    assert refused(office, "u2", "transfer", to="u3", opinion="请办") == "signer_without_post"
    office.do("u2", "add_signer", to=["u3"])
    assert office.do("u3", "approve").waiting_for == ("李四",)
    with office.sessions() as session, session.begin():
        done = hand_over(Context(session, person("root"), **office.shared), "u2", "u3", "离岗")
    assert done.kept_back == (("A-1#1", "signer_without_post"),)
    assert refused(office, "root", "assign", to="u3", opinion="请办") == "not_stuck"
    record(office)
    assert office.do("u3", "approve").moved.move == "extend"


def test_who_has_lost_the_post_signs_no_longer_and_the_administrator_names_another(office):
    office.propose(name="extend", data=EXTEND)
    office.people = ROLES | {"u2": ("李四", "办公室", ("leader",), "u3"), "u3": ("王五", "局领导", (HEAD,), None)}
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(office.people))
    assert refused(office, "u2", "approve") == "signer_without_post"
    (entry,) = office.ask(stuck, "root")
    assert (entry.trouble, entry.post) == ("holders_gone", HEAD)
    assert office.do("root", "assign", to="u3", opinion="职务变动").waiting_for == ("王五",)


def test_the_list_of_the_administrator_names_the_post(office):
    office.propose(by="u2", name="extend", data=EXTEND)
    (entry,) = office.ask(stuck, "root")
    assert (entry.trouble, entry.post) == ("no_candidate", HEAD)
    assert "公开工作机构负责人" in describe(entry.remedy)
    record(office)
    assert office.do("root", "assign", to="u3", opinion="负责人拟稿").waiting_for == ("王五",)


def changed(office, **people):
    office.people = {**ROLES, **people}
    with office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **office.shared), directory_text(office.people))


def test_an_acting_appointment_is_for_who_works_on_cases(office):
    changed(office, u9=("吕二", "办公室", (), None))
    with pytest.raises(BadData) as caught:
        record(office, user="u9")
    assert [(item["field"], item["problem"]) for item in caught.value.faults] == [("user", "works_on_no_cases")]


def test_who_acts_in_a_post_and_has_lost_the_last_own_one_is_told_to_the_administrator(office):
    record(office)
    office.propose(by="u2", name="extend", data=EXTEND)
    changed(office, u3=("王五", "局领导", (), None))
    with office.sessions() as session, pytest.raises(NotPermitted):
        show_sheet(Context(session, person("u3", office.people), **office.shared), "A-1#1")
    (entry,) = office.ask(stuck, "root")
    assert (entry.trouble, entry.post) == ("no_candidate", HEAD)
    assert refused(office, "root", "assign", to="u3", opinion="请办") == "signer_may_not"
    changed(office)
    assert office.do("u3", "approve").moved.move == "extend"
    assert office.ask(stuck, "root") == []


def test_a_reviewer_who_is_kept_for_the_other_review_is_told_to_the_administrator(sessions):
    office = Office(sessions).accept()
    both = ("legal_reviewer", "confidentiality_reviewer")
    changed(office, u4=("赵六", "法制科", both, "u3"), u5=ROLES["u8"])
    office.propose(data={"outcome": "denied_internal", "delivery": "post", "ground": "16.1"})
    assert office.ask(stuck, "root") == []
    changed(office, u4=("赵六", "法制科", both, "u3"), u6=ROLES["u8"])
    assert refused(office, "u4", "approve") == "kept_for_review"
    (entry,) = office.ask(stuck, "root")
    assert entry.trouble == "no_candidate"
    assert office.do("root", "assign", to="u5", opinion="请办").waiting_for == ("钱七",)


def stated(office, on=DAY):
    """The same office for who states a day in place of the clock's."""
    office.shared = office.shared | {"clock": StatedDay(on)}
    return office


def test_a_stated_day_brings_no_appointment_back_that_is_over(office):
    record(office)
    office.propose(by="u2", name="extend", data=EXTEND)
    assert refused(stated(office), "u3", "approve") == "signer_without_post"
    assert office.ask(show_sheet, "u2", "A-1#1").status == "running"


def test_a_stated_day_brings_no_stand_in_back_whose_time_is_over(office):
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("u2"), **office.shared), StandIn("u2", "u7", DAY, DAY))
    office.propose(name="reply")
    with pytest.raises(NotPermitted):
        stated(office).do("u7", "approve")


def test_what_was_arranged_on_a_stated_day_holds_on_stated_days_and_says_when_it_was_entered(office):
    record(stated(office).accept("A-2"))
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("u2"), **office.shared), StandIn("u2", "u7", DAY, DAY))
    office.propose(by="u2", case="A-2", name="extend", data=EXTEND)
    office.propose(case="A-2", name="reply")
    assert office.do("u3", "approve", sheet="A-2#1").moved.move == "extend"
    assert office.do("u7", "approve", sheet="A-2#2").moved.move == "decide"
    with office.sessions() as session:
        for table in (t.acting, t.substitute):
            assert entered_at(session.execute(select(table.c.actor)).scalar_one()) is not None
