"""What is asked of a case is answered to who may see it, as frozen models."""

from datetime import date

import pytest
from office import ADMIN, CLERK, SUBMIT
from pydantic import ValidationError

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, DisclosureError, NotPermitted
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    MoveRequest,
    bundle,
    drafts,
    explain,
    move,
    preview,
    set_directory,
    show,
    why,
)

ON = date(2024, 3, 1)
POSTED = {"of": "reply", "method": "post"}
STRANGER = CLERK.model_copy(update={"user_id": "u9", "department": "规划科"})
PEOPLE = "".join(
    f'[[person]]\nid = "{user}"\nname = "{user}"\ndepartment = "{department}"\nroles = ["{role}"]\n'
    for user, department, role in (
        ("u1", CLERK.department, "staff"),
        ("u2", CLERK.department, "disclosure_head"),
        ("u3", "规划科", "staff"),
        ("root", "信息中心", "administrator"),
    )
)
QUESTIONS = {
    "show": lambda context: show(context, "A-1", ON),
    "explain": lambda context: explain(context, "A-1", "reply", ON),
    "why": lambda context: why(context, "A-1", ON),
    "preview": lambda context: preview(context, "A-1", MoveRequest("withdraw", {"reason": "不要了"}, ON)),
    "drafts": lambda context: drafts(context, "A-1", ON),
    "bundle": lambda context: bundle(context, "A-1", ON),
}


@pytest.fixture
def case(work):
    work("A-1", ("submit", ON), ("accept", ON))


def context(session, actor=ADMINISTRATOR):
    return Context(session.connection(), actor, clock=FixedClock(ON))


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_asks_who_may_see_the_case(case, sessions, ask):
    with sessions() as session:
        assert ask(context(session, CLERK))
        assert ask(context(session, STRANGER.model_copy(update={"grants": (CLERK.department,)})))
        with pytest.raises(NotPermitted) as caught:
            ask(context(session, STRANGER))
    assert caught.value.fields["action"] == "see"


TODAY = {
    "show": lambda context: show(context, "A-1"),
    "explain": lambda context: explain(context, "A-1"),
    "why": lambda context: why(context, "A-1"),
    "drafts": lambda context: drafts(context, "A-1"),
    "bundle": lambda context: bundle(context, "A-1"),
}


@pytest.mark.parametrize("question", TODAY)
def test_a_question_without_a_day_is_about_today(case, sessions, question):
    with sessions() as session:
        assert TODAY[question](context(session)) == QUESTIONS[question](context(session))


def test_anybody_may_try_a_registration_and_who_sees_the_case_what_follows(case, sessions):
    with sessions() as session:
        opened = preview(context(session, STRANGER), "A-2", MoveRequest("submit", SUBMIT, ON))
        assert (opened.before, opened.after.state) == (None, "received")
        with pytest.raises(NotPermitted):
            preview(context(session, STRANGER), "A-1", MoveRequest("accept", {}, ON))


def test_a_preview_writes_nothing(case, sessions):
    with sessions() as session, session.begin():
        before = show(context(session), "A-1", ON)
        found = preview(context(session), "A-1", MoveRequest("withdraw", {"reason": "不要了"}, ON))
        assert (found.before.state, found.after.state) == ("accepted", "discontinued")
        assert show(context(session), "A-1", ON) == before


MISSED = FixedClock(date(2024, 4, 10))
DRY = {
    "the missed day": (("u1", "staff"), {"seq": 1, "reason": "误", "at": "2024-02-29"}),
    "the department": (("u1", "staff"), {"seq": 1, "reason": "误", "data": {"department": "规划科"}}),
    "no department of the office": (
        ("u2", "disclosure_head"),
        {"seq": 1, "reason": "误", "data": {"department": "无"}},
    ),
    "another text": (("u1", "staff"), {"seq": 1, "reason": "误", "data": {"information": "全文"}}),
    "the missed day, by the head": (("u2", "disclosure_head"), {"seq": 1, "reason": "误", "at": "2024-02-29"}),
}


@pytest.mark.parametrize("past", [False, True], ids=["live", "past"])
@pytest.mark.parametrize("asked", DRY)
def test_a_dry_run_of_an_amendment_is_refused_as_the_amendment_is(case, sessions, asked, past):
    (user, role), data = DRY[asked]
    actor = Actor(user_id=user, name=user, department=CLERK.department, roles=(role, "recorder"))

    def answer(act):
        with sessions() as session:
            set_directory(Context(session, ADMIN, clock=MISSED), PEOPLE)
            try:
                act(Context(session, actor, clock=MISSED, past=past))
            except DisclosureError as error:
                return error.code, describe(error)
            return None

    made = answer(lambda context: move(context, "A-1", "amend", data))
    assert answer(lambda context: preview(context, "A-1", MoveRequest("amend", data))) == made
    taken = {"another text", "the missed day, by the head"} | (set() if past else {"the missed day"})
    assert (made is None) == (asked in taken)


def test_a_dry_run_asks_the_permission_that_the_move_asks(case, sessions):
    elsewhere = {"department": "规划科", "reason": "由规划科掌握"}
    with sessions() as session, pytest.raises(NotPermitted):
        preview(context(session, CLERK), "A-1", MoveRequest("reassign", elsewhere, ON))


def test_what_is_told_cannot_be_changed(case, sessions):
    with sessions() as session:
        found = show(context(session), "A-1", ON)
    with pytest.raises(ValidationError):
        found.state = "replied"


def test_the_applicant_is_masked_unless_somebody_asks_for_more(case, sessions):
    with sessions() as session:
        assert show(context(session), "A-1", ON).applicant["name"] == "欧***"
        assert show(context(session), "A-1", ON, unmasked=True).applicant["name"] == "欧阳小明"


def test_the_applicant_is_shown_as_amended(case, sessions, work):
    applicant = {"kind": "org_commercial", "name": "滨河公司", "phone": "02088886666"}
    work("A-1", ("amend", ON, {"seq": 1, "reason": "登记有误", "data": {"applicant": applicant}}))
    with sessions() as session:
        assert show(context(session), "A-1", ON, unmasked=True).applicant == applicant
        masked = show(context(session), "A-1", ON).applicant
    assert masked["kind"] == "org_commercial" and masked["name"] == "滨***"


def test_a_case_can_be_read_when_a_field_was_amended_that_is_personal_in_other_moves(case, sessions, work):
    work(
        "A-1",
        ("consult", ON, {"id": "甲", "with": "third_party", "name": "甲公司"}),
        ("dispatch", ON, {"of": "consultation", "method": "post", "carrier": "ems"}),
        ("fail_service", ON, {"of": "consultation", "reason": "refused"}),
        ("amend", ON, {"seq": 5, "reason": "看错了", "data": {"reason": "absent"}}),
    )
    with sessions() as session:
        told = show(context(session), "A-1", ON, unmasked=True).history
        assert (told[4].data["reason"], told[5].data["reason"]) == ("refused", "看错了")
        assert bundle(context(session), "A-1", ON)


def test_masked_a_case_tells_no_name_of_a_field_that_somebody_made_up(sessions, work):
    body = SUBMIT | {"王五的电话": "1", "applicant": SUBMIT["applicant"] | {"王五之妻": "李四"}}
    work("A-1", ("submit", ON, body))
    with sessions() as session:
        assert "王五" not in show(context(session), "A-1", ON).model_dump_json()
        told = show(context(session), "A-1", ON, unmasked=True)
    assert told.applicant["王五之妻"] == "李四" and told.history[0].data["王五的电话"] == "1"


def test_before_it_was_submitted_there_is_no_case(case, sessions):
    with sessions() as session, pytest.raises(BadData) as caught:
        show(context(session, ADMIN), "A-1", date(2024, 2, 29))
    assert caught.value.faults[0]["problem"] == "before_submission"


def test_an_unknown_period_is_told_with_those_that_there_are(case, sessions):
    with sessions() as session, pytest.raises(BadData) as caught:
        explain(context(session), "A-1", "payment", ON)
    assert caught.value.faults[0]["choices"] == "reply、correction_notice"


def told_of_strangers(sessions):
    """A case of the past that names a department, a handler and somebody who acted, none of whom the office knows."""
    with sessions() as session, session.begin():
        past = Context(session, ADMIN, clock=FixedClock(ON), past=True, by=Actor(user_id="毛某的邻居"))
        move(past, "A-1", "submit", SUBMIT | {"department": "某村某某组"}, at=ON)
        move(past, "A-1", "accept", {"handler": "毛某的外甥"}, at=ON)
        move(past, "A-1", "amend", {"seq": 2, "data": {"handler": "毛某的侄子"}, "reason": "写错"}, at=ON)


def test_who_is_nobody_of_the_office_is_masked_unless_somebody_asks_for_more(sessions):
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=FixedClock(ON)), PEOPLE)
    told_of_strangers(sessions)
    with sessions() as session, session.begin():
        masked = show(context(session), "A-1")
        assert "毛某的" not in masked.model_dump_json() and "某村" not in masked.model_dump_json()
        assert (masked.handler, {line.by for line in masked.history}) == ("毛***子", {"毛***居"})
        assert masked.history[2].data["data"] == {"handler": "毛***子"}
        assert {line.recorder for line in masked.history} == {ADMIN.name}
        shown = show(context(session), "A-1", unmasked=True)
        assert (shown.handler, {line.by for line in shown.history}) == ("毛某的侄子", {"毛某的邻居"})
        assert shown.history[0].data["department"] == "某村某某组"


def test_who_has_come_on_record_since_is_readable(sessions):
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=FixedClock(ON)), PEOPLE)
    told_of_strangers(sessions)
    with sessions() as session, session.begin():
        set_directory(
            Context(session, ADMIN, clock=FixedClock(ON)), PEOPLE + '[[person]]\nid = "u9"\nname = "毛某的侄子"\n'
        )
        assert show(context(session), "A-1").handler == "毛某的侄子"


def test_where_nobody_is_on_record_the_handler_stands_as_typed(sessions):
    told_of_strangers(sessions)
    with sessions() as session:
        assert show(context(session), "A-1").handler == "毛某的侄子"


@pytest.mark.parametrize("asked", ["show", "explain", "why", "drafts", "bundle"])
def test_a_day_that_was_written_too_late_by_a_slip_is_amended_and_read_at_once(case, work, sessions, asked):
    work("A-1", ("decide", ON, {"answer": "O02", "delivery": "post"}), ("dispatch", date(2024, 4, 3), POSTED))
    work("A-1", ("amend", ON, {"seq": 4, "at": ON.isoformat(), "reason": "日期写错"}))
    with sessions() as session:
        assert QUESTIONS[asked](context(session))
        found = show(context(session), "A-1", ON)
    assert (found.state, [item.seq for item in found.history]) == ("replied", [1, 2, 3, 4, 5])


def test_a_fact_is_put_in_its_place_beside_an_amended_slip(case, work, sessions):
    work("A-1", ("decide", ON, {"answer": "O02", "delivery": "post"}), ("dispatch", date(2024, 4, 3), POSTED))
    work("A-1", ("amend", date(2024, 3, 6), {"seq": 4, "at": "2024-03-05", "reason": "日期写错"}))
    work("A-1", ("serve", date(2024, 3, 8), {"of": "reply"}), ("serve", date(2024, 3, 7), {"of": "reply"}))
    with sessions() as session:
        assert show(context(session), "A-1", date(2024, 3, 8)).state == "replied"
