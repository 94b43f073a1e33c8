"""What goes with every call: the day in China, who may do what and see which case, when a stand-in holds."""

import logging
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from office import ADMIN, CLERK, SCHEDULER
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import NotPermitted
from disclosure.workflow import Actor, Context, FixedClock, Operator, RoleAuthorizer
from disclosure.workflow.kernel.context import (
    PERMISSIONS,
    WORK,
    OfCase,
    OfPeople,
    StandIn,
    permission_of,
    permits,
    require,
    sight,
    stamp,
    today,
)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 16, 0, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 2, 29, 20, 0, tzinfo=timezone(timedelta(hours=-8))), date(2024, 3, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_china_wherever_the_machine_stands(moment, day):
    assert today(FixedClock(moment)) == day


def test_a_stamp_is_in_utc_to_the_millisecond():
    assert stamp(FixedClock(date(2024, 3, 1))) == "2024-03-01T04:00:00.000+00:00"


@pytest.mark.parametrize(
    ("move", "on", "covered"),
    [
        ("reply", date(2024, 3, 4), False),
        ("reply", date(2024, 3, 5), True),
        ("reply", date(2024, 3, 6), True),
        ("reply", date(2024, 3, 7), False),
        ("extend", date(2024, 3, 5), False),
    ],
)
def test_a_stand_in_holds_from_its_first_day_to_its_last_in_its_matters(move, on, covered):
    days = (date(2024, 3, 5), date(2024, 3, 6))
    assert StandIn("u1", "u2", *days, ("reply",)).covers(move, on) is covered
    assert StandIn("u1", "u2", *days).covers("extend", on) is (days[0] <= on <= days[1])


def test_only_who_may_operate_runs_what_has_transactions_of_its_own(sqlite_engine):
    sessions = sessionmaker(sqlite_engine)
    Operator(sessions, SCHEDULER).require()
    with pytest.raises(NotPermitted):
        Operator(sessions, CLERK).require()
    Operator(sessions, CLERK, authorizer=RoleAuthorizer({"staff": ["operate"]})).require()


def test_an_operator_is_the_same_person_by_the_same_clock_in_each_transaction(sqlite_engine):
    sessions, clock = sessionmaker(sqlite_engine), FixedClock(date(2024, 3, 1))
    operator = Operator(sessions, SCHEDULER, clock)
    with sessions() as session:
        context = operator.context(session, "water")
        assert (context.actor, context.agency, context.stamp) == (SCHEDULER, "water", operator.stamp)
        assert context.connection is session.connection()


_ROLES = RoleAuthorizer()


def test_who_has_no_known_role_may_do_nothing():
    for actor in (Actor(user_id="u1"), Actor(user_id="u1", roles=("king",))):
        assert not any(RoleAuthorizer().allows(actor, action, "default") for action in (*PERMISSIONS, "accept"))


@pytest.mark.parametrize(
    ("action", "needed"),
    [("erase", "erase"), ("configure", "administer"), ("freeze", "report"), ("accept", "propose")],
)
def test_an_action_needs_its_permission_and_no_other(action, needed):
    actor = Actor(user_id="u1", roles=("one",))
    granting = [name for name in PERMISSIONS if RoleAuthorizer({"one": [name]}).allows(actor, action, "default")]
    assert granting == [needed]


@pytest.mark.parametrize(
    ("action", "needed"), [("import", "record_past"), ("send_back", "reassign"), ("reply", "propose")]
)
def test_the_permission_of_an_action_is_the_one_that_grants_it(action, needed):
    assert permission_of(action) == needed


def may(actor, action, touched=None):
    """Whether the shipped roles let a person do that."""
    return permits(_ROLES, actor, action, "default", touched)


def test_a_department_s_cases_are_seen_by_its_own_people_and_those_it_was_granted_to(sqlite_engine):
    with sqlite_engine.connect() as connection:
        granted = Context(connection, CLERK.model_copy(update={"grants": ("法规科",)}))
        assert granted.departments() == {"办公室", "法规科"}
        for department in ("办公室", "法规科"):
            granted.require_sight(department)
        with pytest.raises(NotPermitted) as refused:
            granted.require_sight("财务科")
        assert refused.value.fields["user"] == "u017"
        with pytest.raises(NotPermitted):
            Context(connection, Actor(user_id="u1", department="办公室")).departments()
        assert Context(connection, ADMIN).departments() is None


@pytest.mark.parametrize("nowhere", [None, ""])
def test_a_case_without_a_department_is_for_those_who_see_all(nowhere):
    homeless = CLERK.model_copy(update={"department": ""})
    assert sight(_ROLES, homeless, "default") == frozenset()
    assert not any(may(actor, "see", OfCase(nowhere)) for actor in (CLERK, homeless))
    assert may(ADMIN, "see", OfCase(nowhere))


def test_to_do_something_with_a_case_takes_the_permission_and_the_sight():
    monitor = Actor(user_id="m1", roles=("monitor",))
    assert may(CLERK, "extend", OfCase("办公室"))
    assert not may(CLERK, "extend", OfCase("财务科"))
    assert may(monitor, "see", OfCase("财务科"))
    assert not may(monitor, "extend", OfCase("财务科"))


def test_what_is_one_s_own_is_for_whoever_works_on_cases_and_for_nobody_else():
    retired = Actor(user_id=CLERK.user_id)
    for touched in (OfPeople((CLERK.user_id,)), OfCase("财务科", (CLERK.user_id,))):
        assert may(CLERK, "administer", touched)
        assert not may(retired, "administer", touched)
    assert not may(CLERK, "administer", OfPeople(("u1",)))
    assert may(ADMIN, "administer", OfPeople(("u1",)))
    for name in WORK:
        assert permits(
            RoleAuthorizer({"one": [name]}), Actor(user_id="u1", roles=("one",)), "x", "a", OfPeople(("u1",))
        )


def test_a_refusal_is_logged_with_the_person_and_what_was_asked_and_nothing_else(caplog):
    with caplog.at_level(logging.INFO, "disclosure.authority"), pytest.raises(NotPermitted):
        require(_ROLES, CLERK, ("configure",), "water", OfCase("财务科"))
    require(_ROLES, CLERK, ("see", "see_all"), "water")
    (record,) = caplog.records
    assert (record.user, record.asked, record.agency, record.touched) == ("u017", "configure", "water", "OfCase")
    assert "张三" not in record.getMessage()


@pytest.mark.parametrize(
    ("agencies", "here", "everywhere"),
    [
        ((), True, True),
        (("water",), True, False),
        (("school",), False, False),
        (("school", "water"), True, False),
        (("default",), False, True),
        (("*",), True, True),
    ],
)
def test_roles_count_in_the_agencies_that_the_person_belongs_to(agencies, here, everywhere):
    head = Actor(user_id="u2", roles=("disclosure_head", "administrator"), agencies=agencies)
    assert _ROLES.allows(head, "approve", "water") is here
    assert _ROLES.allows(head, "administer", "*") is everywhere


def test_no_row_of_a_history_repeats_the_agencies_of_a_person(sqlite_engine):
    head = Actor(user_id="u2", name="李四", agencies=("water",))
    with sessionmaker(sqlite_engine)() as session:
        assert "water" not in Context(session, head, "water").written()
