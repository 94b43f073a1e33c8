"""What acting on a sheet asks of the office is looked up when it is needed, and not before."""

from datetime import date

import pytest
from approvals import Office, person

from disclosure.workflow import Context, StandIn, TomlDirectory, appoint, sign
from disclosure.workflow.approvals.conformance import Known, check
from disclosure.workflow.approvals.sheet import ActingPost
from disclosure.workflow.approvals.standing import CurrentOffice, PeopleInPosts
from disclosure.workflow.kernel.directory import directory_of

DAY = date(2024, 3, 5)


class Asked:
    """A directory that notes what it is asked."""

    def __init__(self, people: TomlDirectory) -> None:
        self.people, self.questions = people, []

    def __getattr__(self, name):
        def ask(*given):
            self.questions.append(name)
            return getattr(self.people, name)(*given)

        return ask


@pytest.fixture
def office(sessions):
    office = Office(sessions).accept()
    office.propose()
    office.do("u2", "approve")
    return office


def directory(office):
    with office.sessions() as session:
        return Asked(directory_of(session.connection(), "default"))


def approve(office, user, people):
    with office.sessions() as session, session.begin():
        return sign(Context(session, person(user), clock=office.clock, directory=people), "A-1#1", "approve")


def test_who_approves_the_own_task_asks_nothing_of_the_directory(office):
    people = directory(office)
    assert approve(office, "u3", people).moved is not None
    assert people.questions == []


def test_who_acts_for_another_is_looked_up(office):
    with office.sessions() as session, session.begin():
        appoint(Context(session, person("u3"), clock=office.clock), StandIn("u3", "u2", DAY, DAY))
    people = directory(office)
    assert approve(office, "u2", people).moved is not None
    assert "principals" in people.questions


def test_each_is_asked_once(office):
    with office.sessions() as session:
        people = directory(office)
        standing = CurrentOffice(Context(session, person("u2"), clock=office.clock, directory=people), 0)
        assert standing.stand_ins == standing.stand_ins == ()
    assert people.questions == ["principals"]


def test_people_in_the_posts_of_acting_appointments_are_still_a_directory(office):
    with office.sessions() as session:
        people = directory_of(session.connection(), "default")
    acting = ActingPost(1, "u3", "disclosure_head", DAY, DAY, "会议纪要")
    both = PeopleInPosts(people, [acting])
    known = Known(on=DAY, person="u1", role="disclosure_head", holders=["u2", "u3"], department="办公室")
    check(both, known)
    assert "disclosure_head" in both.person("u3", DAY).roles
    assert [found.user_id for found in both.holders("disclosure_head", "办公室", DAY)] == ["u2"]
    later = date(2024, 3, 6)
    assert [found.user_id for found in both.holders("disclosure_head", None, later)] == ["u2"]
    assert both.person("u3", later).roles == people.person("u3", later).roles
