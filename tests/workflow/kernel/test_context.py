"""What goes with every call: the day in China, what a role grants, whose cases are seen, when a stand-in holds."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from office import ADMIN, CLERK

from disclosure.states.errors import NotPermitted
from disclosure.workflow import Actor, Context, FixedClock
from disclosure.workflow.kernel.context import PERMISSIONS, RoleAuthorizer, StandIn, stamp, today


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


def test_a_department_s_cases_are_seen_by_its_own_people_and_those_it_was_granted_to(sqlite_engine):
    with sqlite_engine.connect() as connection:
        granted = Context(connection, CLERK.model_copy(update={"grants": ("法规科",)}))
        assert granted.departments() == {"办公室", "法规科"}
        for department in ("办公室", "法规科", None, ""):
            granted.require_sight(department)
        with pytest.raises(NotPermitted) as refused:
            granted.require_sight("财务科")
        assert refused.value.fields["user"] == "u017"
        with pytest.raises(NotPermitted):
            Context(connection, Actor(user_id="u1", department="办公室")).departments()
        assert Context(connection, ADMIN).departments() is None


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
