"""Ports that read the host's database: asked on the connection of the command, with a pool that has no other."""

from datetime import date

import own_directory
import pytest
from approval import CLERK, HEAD, REPLY
from office import SCHEDULER, SUBMIT
from own_directory import AUTHORIZER, DIRECTORY, HOST, People, appoint, desk
from sending import folder, route
from sqlalchemy import QueuePool, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from disclosure.states.errors import NotPermitted
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    ConnectedAuthorizer,
    ConnectedDirectory,
    Context,
    Dispatcher,
    FixedClock,
    Operator,
    Proposal,
    create_schema,
    move,
    propose,
    relay,
    send_all,
    set_channels,
    set_procedure,
    tick,
)
from disclosure.workflow.approvals import conformance

ON = date(2026, 3, 6)
LATE = FixedClock(date(2026, 4, 2))


@pytest.fixture(params=["sqlite", "postgresql"])
def narrow(request, fresh):
    """A database whose pool has one connection: whoever takes another fails."""
    engine = create_engine(fresh(request.param), poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.5)
    yield engine
    engine.dispose()


def test_the_example_does_what_it_says_with_one_connection(narrow, capsys):
    own_directory.live(narrow)
    told = own_directory.__doc__.partition("Prints:\n")[2].replace("    ", "").strip().splitlines()
    assert capsys.readouterr().out.splitlines() == told[:-1]


@pytest.fixture
def office(narrow):
    """The host's people, and a case with a sheet that waits."""
    create_schema(narrow)
    HOST.create_all(narrow)
    with Session(narrow) as session, session.begin():
        for person in (CLERK, HEAD, SCHEDULER.model_copy(update={"department": "信息中心"})):
            appoint(session, person)
        set_procedure(desk(session, ADMINISTRATOR), own_directory.PROCEDURE)
        move(desk(session, CLERK), "A-1", "submit", SUBMIT)
        move(desk(session, CLERK), "A-1", "accept", {"handler": CLERK.user_id})
        propose(desk(session, CLERK), "A-1", Proposal(move="reply", data=REPLY))
    return sessionmaker(narrow)


def test_the_sweep_and_the_dispatcher_ask_on_the_connection_of_their_transactions(office, tmp_path):
    with office() as session, session.begin():
        set_channels(desk(session, ADMINISTRATOR), "\n".join((folder(tmp_path / "out"), route("box"))))
    robot = Operator(office, SCHEDULER, LATE, AUTHORIZER, DIRECTORY)
    assert tick(robot).reminders > 0
    done = send_all(robot, Dispatcher(robot))
    assert (done.failed, done.left) == (0, 0)
    assert done.sent == len(list((tmp_path / "out").iterdir())) > 0


def test_a_sender_may_open_a_session_of_its_own_for_the_relay_holds_no_connection_meanwhile(office):
    told = []

    def deliver(topic, key, payload):
        with office() as session:
            told.append(session.execute(text("SELECT count(*) FROM oa_person")).scalar_one())

    done = relay(Operator(office, SCHEDULER, LATE, AUTHORIZER, DIRECTORY), deliver)
    assert (done.sent, done.failed) == (len(told), 0)
    assert set(told) == {3}


def test_who_is_gone_from_the_hosts_table_may_run_nothing(office):
    stranger = Actor(user_id="gone", name="某人", roles=("operator",))
    with pytest.raises(NotPermitted):
        tick(Operator(office, stranger, LATE, AUTHORIZER, DIRECTORY))
    with office() as session:
        assert not Context(session, stranger, authorizer=AUTHORIZER).may("operate")


def test_the_port_is_made_once_for_each_connection_of_a_context(office):
    made = []

    def make(connection):
        made.append(connection)
        return People(connection)

    directory = ConnectedDirectory(make)
    with office() as session:
        context = Context(session, CLERK, directory=directory)
        assert made == [], "nothing is asked of the database before somebody asks"
        for user in (CLERK.user_id, "nobody"):
            context.directory.person(user, ON)
        assert made == [session.connection()]
        session.rollback()
        assert context.directory.superior(CLERK.user_id, ON) is None
        assert made[1:] == [session.connection()]
        assert context.joined().directory.holders("staff", None, ON)[0].user_id == CLERK.user_id
        assert list(context.directory.principals(CLERK.user_id, ON)) == []


def test_the_directory_of_the_example_keeps_what_every_directory_promises(office):
    user = CLERK.user_id
    people = conformance.Known(on=ON, person=user, role="staff", holders=[user], department=CLERK.department)
    with office() as session:
        conformance.check(Context(session, CLERK, directory=DIRECTORY).directory, people)


@pytest.mark.parametrize(
    ("port", "ask"),
    [
        (ConnectedDirectory(People), lambda port: port.person("u1", ON)),
        (ConnectedAuthorizer(own_directory.Rights), lambda port: port.allows(CLERK, "see", "default")),
    ],
)
def test_asked_without_a_context_it_says_what_is_missing(port, ask):
    with pytest.raises(RuntimeError, match="context"):
        ask(port)
