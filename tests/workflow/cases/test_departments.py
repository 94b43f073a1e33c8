"""A case belongs to one department, changes it by a move of its own, and its history tells which."""

import pytest
import rows as t
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import select, update

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, MoveRefused, NotPermitted
from disclosure.workflow import Actor, Context, TomlDirectory, move, recompute, set_directory

OTHER = Actor(user_id="u7", name="周九", department="业务科", roles=("staff",))
CHIEF = Actor(user_id="u9", name="何科", department="办公室", roles=("department_head",))
OTHER_CHIEF = Actor(user_id="u8", name="吴科", department="业务科", roles=("department_head",))
HEAD = Actor(user_id="u2", name="李四", department="公开办", roles=("disclosure_head",))
GIVE = {"department": "业务科", "reason": "由业务科掌握"}


@pytest.fixture
def tell(sessions, clock):
    def act(actor, name, data=None, number="A-1", at="2024-03-15", **more):
        with sessions() as session, session.begin():
            return move(Context(session, actor, clock=clock, **more), number, name, data or {}, at=at)

    return act


@pytest.fixture
def where(sessions, clock):
    """The department of the case, as lists and the check of every figure have it."""

    def find(number="A-1"):
        with sessions() as session:
            assert recompute(Context(session, ADMIN, clock=clock)).differences == ()
            return session.execute(select(t.case.c.department).where(t.case.c.case_no == number)).scalar_one()

    return find


def test_who_accepts_a_case_of_another_department_does_not_get_it(tell, where):
    tell(CLERK, "submit", SUBMIT)
    with pytest.raises(NotPermitted):
        tell(OTHER, "accept")
    assert where() == "办公室"
    tell(HEAD, "accept")
    assert where() == "办公室"
    tell(CLERK, "withdraw", {"reason": "不要了"})


@pytest.mark.parametrize(
    ("actor", "may"), [(CHIEF, True), (HEAD, True), (ADMIN, True), (CLERK, False), (OTHER_CHIEF, False)]
)
def test_its_departments_head_the_disclosure_head_or_an_administrator_reassigns(tell, where, actor, may):
    tell(CLERK, "submit", SUBMIT)
    if not may:
        with pytest.raises(NotPermitted):
            tell(actor, "reassign", GIVE)
        assert where() == "办公室"
        return
    tell(actor, "reassign", GIVE)
    assert where() == "业务科"
    with pytest.raises(NotPermitted):
        tell(CLERK, "accept")
    tell(OTHER, "accept")


def test_it_goes_back_to_where_it_came_from(tell, where):
    tell(CLERK, "submit", SUBMIT)
    with pytest.raises(BadData) as refused:
        tell(CHIEF, "send_back", {"reason": "不归我"})
    assert refused.value.faults[0]["field"] == "department"
    tell(CHIEF, "reassign", GIVE)
    tell(OTHER_CHIEF, "send_back", {"reason": "不归我科"})
    assert where() == "办公室"
    tell(CHIEF, "send_back", {"reason": "还是归你", "department": "业务科"})
    assert where() == "业务科"


def test_an_amended_reassignment_leads_where_it_should_have_led(tell, where):
    tell(CLERK, "submit", SUBMIT)
    tell(CHIEF, "reassign", GIVE)
    tell(ADMIN, "amend", {"seq": 2, "data": {"department": "法规科"}, "reason": "写错了"})
    assert where() == "法规科"


RECORDER = CLERK.model_copy(update={"roles": ("staff", "recorder")})


@pytest.mark.parametrize(
    ("amended", "says"),
    [
        (1, {"data": {"department": "业务科"}}),
        (2, {"data": {"department": "法规科"}}),
        (2, {"at": "2024-03-11"}),
    ],
    ids=["registration", "reassignment", "order of two reassignments"],
)
@pytest.mark.parametrize("past", [False, True], ids=["live", "past"])
def test_an_amendment_that_gives_a_case_away_is_for_who_reassigns(tell, where, amended, says, past):
    tell(CLERK, "submit", SUBMIT, at="2024-03-01")
    if amended == 2:
        tell(CHIEF, "reassign", GIVE, at="2024-03-05")
        tell(OTHER_CHIEF, "reassign", {"department": "办公室", "reason": "退回"}, at="2024-03-08")
    before = where()
    amendment = {"seq": amended, "reason": "写错了", **says}
    with pytest.raises(NotPermitted):
        tell(RECORDER, "amend", amendment, past=past)
    assert where() == before
    tell(RECORDER, "amend", {"seq": 1, "data": {"information": "全文"}, "reason": "补全"}, past=past)
    tell(ADMIN, "amend", amendment, past=past)


@pytest.mark.parametrize("past", [False, True], ids=["live", "past"])
def test_no_amendment_leads_to_a_department_that_the_office_has_not(sessions, tell, where, clock, past):
    tell(CLERK, "submit", SUBMIT)
    people = '[[person]]\nid = "u7"\nname = "周九"\ndepartment = "业务科"\nroles = ["staff", "administrator"]\n'
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), people)
    with pytest.raises(BadData) as refused:
        tell(ADMIN, "amend", {"seq": 1, "data": {"department": "业务一科"}, "reason": "写错了"}, past=past)
    assert refused.value.faults[0]["field"] == "data.department"
    tell(ADMIN, "amend", {"seq": 1, "data": {"department": "业务科"}, "reason": "写错了"}, past=past)
    assert where() == "业务科"


def test_a_department_that_the_office_has_not_is_refused(sessions, tell, clock):
    tell(CLERK, "submit", SUBMIT)
    people = '[[person]]\nid = "u7"\nname = "周九"\ndepartment = "业务科"\nroles = ["staff", "administrator"]\n'
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), people)
    with pytest.raises(BadData) as refused:
        tell(HEAD, "reassign", GIVE | {"department": "业务一科"})
    assert refused.value.faults[0]["choices"] == "业务科"
    tell(HEAD, "reassign", GIVE)


def test_a_registration_names_a_department_whose_cases_one_sees(tell, where):
    with pytest.raises(NotPermitted):
        tell(CLERK, "submit", SUBMIT | {"department": "业务科"})
    tell(HEAD, "submit", SUBMIT | {"department": "业务科"})
    assert where() == "业务科"


@pytest.mark.parametrize(
    ("actor", "named", "found"),
    [
        (CLERK.model_copy(update={"roles": ("staff", "recorder")}), {}, "办公室"),
        (ADMIN.model_copy(update={"department": "信息中心"}), {}, None),
        (ADMIN, {"department": "已撤并的科"}, "已撤并的科"),
    ],
    ids=["who sees one", "who sees all", "named"],
)
def test_what_is_recorded_of_the_past_has_the_department_named_else_the_recorders(tell, where, actor, named, found):
    tell(actor, "submit", SUBMIT | named, past=True)
    assert where() == found
    tell(actor, "accept", past=True)
    assert where() == found


def test_a_department_that_the_history_does_not_give_is_found(sessions, tell, clock):
    tell(CLERK, "submit", SUBMIT)
    with sessions() as session, session.begin():
        session.execute(update(t.case).values(department="业务科"))
    with sessions() as session:
        (found,) = recompute(Context(session, ADMIN, clock=clock)).differences
    assert (found.column, found.stored, found.computed) == ("department", "业务科", "办公室")


def test_a_closed_case_stays_where_it_is(tell):
    tell(CLERK, "submit", SUBMIT)
    tell(CLERK, "withdraw", {"reason": "不要了"})
    tell(CLERK, "close")
    with pytest.raises(MoveRefused):
        tell(CHIEF, "reassign", GIVE)


@pytest.mark.parametrize("department", ["办公室", ""], ids=["of a department", "of none"])
def test_who_may_do_nothing_but_record_the_past_opens_a_case_of_the_past(tell, where, department):
    recorder = Actor(user_id="u5", name="补录员", department=department, roles=("recorder",))
    assert tell(recorder, "submit", SUBMIT, past=True).state == "received"
    assert where() == (department or None)
    with pytest.raises(NotPermitted):
        tell(recorder, "submit", SUBMIT | {"department": "业务科"}, number="A-2", past=True)
    with pytest.raises(NotPermitted):
        tell(recorder, "submit", SUBMIT, number="A-3")


STAFF = "".join(
    f'[[person]]\nid = "{user}"\nname = "{name}"\ndepartment = "{department}"\nroles = ["{role}"]\n'
    for user, name, department, role in (("u017", "张三", "办公室", "administrator"), ("u7", "周九", "业务科", "staff"))
)


def test_in_live_work_nobody_of_the_office_cannot_handle_a_case(tell, sessions, clock):
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), STAFF)
    tell(CLERK, "submit", SUBMIT)
    for name, data, field in (
        ("accept", {"handler": "周酒"}, "handler"),
        ("reassign", {**GIVE, "handler": "周酒"}, "handler"),
        ("amend", {"seq": 2, "data": {"handler": "周酒"}, "reason": "写错"}, "data.handler"),
    ):
        with pytest.raises(BadData) as refused:
            tell(CHIEF, name, data)
        (fault,) = refused.value.faults
        assert (fault["field"], fault["problem"], fault["value"]) == (field, "unknown_person", "周酒")
        assert "directory --load" in describe(refused.value)
        if name == "accept":
            tell(CLERK, "accept", {"handler": "周九"})
    tell(CHIEF, "reassign", {**GIVE, "handler": "u7"})


def test_a_hosts_own_directory_is_asked_for_the_handler(tell):
    people = TomlDirectory.parse(STAFF)
    tell(CLERK, "submit", SUBMIT, directory=people)
    with pytest.raises(BadData):
        tell(CLERK, "accept", {"handler": "u70"}, directory=people)
    tell(CLERK, "accept", {"handler": "u7"}, directory=people)


def test_a_handler_of_earlier_days_is_recorded_and_put_right_whoever_it_was(tell, sessions, clock):
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), STAFF)
    tell(ADMIN, "submit", SUBMIT, past=True)
    tell(ADMIN, "accept", {"handler": "已调走的老王"}, past=True)
    tell(ADMIN, "amend", {"seq": 2, "data": {"handler": "已调走的老汪"}, "reason": "写错"})


def test_where_nobody_is_on_record_anybody_may_handle_a_case(tell):
    tell(CLERK, "submit", SUBMIT)
    assert tell(CLERK, "accept", {"handler": "周酒"}).state == "accepted"
