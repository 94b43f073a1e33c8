"""What acting on a sheet asks of the office is looked up when it is needed, and not before."""

from datetime import date

import pytest
from approvals import Office, person

from disclosure.workflow import Context, TomlDirectory, appoint, sign
from disclosure.workflow.approvals.standing import CurrentOffice
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
        appoint(Context(session, person("u3"), clock=office.clock), "u3", "u2", DAY, DAY)
    people = directory(office)
    assert approve(office, "u2", people).moved is not None
    assert "principals" in people.questions


def test_each_is_asked_once(office):
    with office.sessions() as session:
        people = directory(office)
        standing = CurrentOffice(Context(session, person("u2"), clock=office.clock, directory=people), 0)
        assert standing.stand_ins == standing.stand_ins == ()
    assert people.questions == ["principals"]
