"""Forty agencies in one database, whose people a host keeps: what belongs to one reaches nobody of another."""

import json
from datetime import date

import pytest
import rows as t
from approvals import procedure_text
from office import ADMIN, HEAD, SCHEDULER, SUBMIT
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted, SetupError, SheetRefused
from disclosure.workflow import (
    Actor,
    Context,
    FixedClock,
    Operator,
    Proposal,
    TomlDirectory,
    list_cases,
    move,
    propose,
    register_agency,
    relay,
    set_channels,
    set_procedure,
    show_sheet,
    sign,
    tick,
)
from disclosure.workflow.delivery.dispatcher import SEND, Dispatcher

DAY = date(2024, 3, 1)
AGENCIES = [f"a{number:02}" for number in range(1, 41)]
PEOPLE = """
[[person]]
id = "clerk"
name = "{agency}经办"
department = "办公室"
roles = ["staff"]
superior = "head-{agency}"

[[person]]
id = "head-{agency}"
name = "{agency}主任"
department = "办公室"
roles = ["disclosure_head"]
superior = "leader-{agency}"

[[person]]
id = "leader-{agency}"
name = "{agency}局长"
department = "局领导"
roles = ["leader"]

[[person]]
id = "legal-{agency}"
name = "{agency}法制"
department = "法制科"
roles = ["legal_reviewer"]

[[person]]
id = "secrecy-{agency}"
name = "{agency}保密"
department = "保密室"
roles = ["confidentiality_reviewer"]
"""
CHANNELS = """
[channel.mail]
type = "mail"
host = "127.0.0.1"
port = 1
security = "none"
sender = "disclosure@example.gov.cn"

[[route]]
topics = ["case.due"]
channels = ["mail"]
"""


class City:
    """The host's people: of each agency its own; clerks of all agencies have the same id."""

    def of_agency(self, agency):
        return TomlDirectory.parse(PEOPLE.format(agency=agency) if agency in AGENCIES else "", agency=agency)


WHOLE = TomlDirectory.parse(
    "".join(PEOPLE.format(agency=agency).replace('"clerk"', f'"clerk-{agency}"') for agency in AGENCIES)
)
"""The same host with one heap of people for the whole city."""


class Database:
    """Each act committed, on a day of its own."""

    def __init__(self, sessions):
        self.sessions, self.on = sessions, DAY

    def do(self, command, *given, agency, actor=ADMIN, directory=None, **more):
        with self.sessions() as session, session.begin():
            context = Context(session, actor, agency, FixedClock(self.on), directory=directory or City())
            return command(context, *given, **more)

    def operator(self, on, directory=None):
        return Operator(self.sessions, SCHEDULER, FixedClock(on), directory=directory or City())

    def signers(self, agency):
        with self.sessions() as session:
            columns = t.task.c
            of = select(columns.user_id).join(t.sheet, t.sheet.c.id == columns.sheet_id)
            return set(session.execute(of.where(t.sheet.c.agency == agency, columns.state == "open")).scalars())


def of(agency, user):
    return City().of_agency(agency).person(user, DAY)


@pytest.fixture
def city(sessions):
    found = Database(sessions)
    for agency in AGENCIES:
        found.do(register_agency, {"name": f"{agency}局", "level": "city"}, agency=agency)
    for agency in ("a09", "a10"):
        text = procedure_text("head disclosure_head any 10", "leader leader any 20")
        found.do(set_procedure, text, agency=agency)
        found.do(set_channels, CHANNELS, agency=agency)
        clerk = of(agency, "clerk")
        found.do(move, "A-1", "submit", SUBMIT, at=DAY, agency=agency, actor=clerk)
        found.do(move, "A-1", "accept", {"handler": "clerk"}, agency=agency, actor=clerk)
        reply = Proposal(move="reply", data={"answer": "O02", "delivery": "post"})
        found.do(propose, "A-1", reply, agency=agency, actor=clerk)
    return found


def test_a_step_waits_for_the_head_of_its_own_agency_and_for_no_other(city):
    assert city.signers("a09") == {"head-a09"}
    with pytest.raises((NotPermitted, SheetRefused)):
        city.do(sign, "A-1#1", "approve", agency="a09", actor=of("a10", "head-a10"))
    city.do(sign, "A-1#1", "approve", agency="a09", actor=of("a09", "head-a09"))
    assert (city.signers("a09"), city.signers("a10")) == ({"leader-a09"}, {"head-a10"})


def test_who_belongs_to_one_agency_sees_and_does_nothing_in_another(city):
    stranger = of("a10", "head-a10")
    for command, *given in ((list_cases,), (move, "A-1", "withdraw", {"reason": "不要了"}), (show_sheet, "A-1#1")):
        with pytest.raises(NotPermitted):
            city.do(command, *given, agency="a09", actor=stranger)
    assert city.do(list_cases, agency="a10", actor=stranger).total == 1


def test_one_who_belongs_to_both_works_in_both(city):
    both = of("a10", "head-a10").model_copy(update={"agencies": ("a09", "a10")})
    assert [city.do(list_cases, agency=agency, actor=both).total for agency in ("a09", "a10")] == [1, 1]
    with pytest.raises(NotPermitted):
        city.do(list_cases, agency="a11", actor=both)


def test_escalation_goes_up_in_the_agency_of_the_sheet(city):
    late = date(2024, 4, 1)
    assert tick(city.operator(late)).escalated == ("A-1#1", "A-1#1")
    assert {agency: city.signers(agency) for agency in ("a09", "a10")} == {
        agency: {f"head-{agency}", f"leader-{agency}"} for agency in ("a09", "a10")
    }


def test_a_reminder_goes_to_the_people_of_its_agency_and_not_to_forty_heads(city):
    operator = city.operator(date(2024, 4, 1))
    tick(operator)
    relay(operator, Dispatcher(operator, env={}))  # one round spreads them
    for agency in ("a09", "a10"):
        with city.sessions() as session:
            sent = session.execute(select(t.outbox.c.payload).where(t.outbox.c.topic == SEND)).scalars()
            told = {item["user"] for item in map(json.loads, sent) if item["agency"] == agency}
        assert told == {"clerk", f"head-{agency}", f"leader-{agency}"}


def test_a_directory_without_agencies_is_refused_where_there_are_several(city):
    with pytest.raises(SetupError) as caught:
        city.do(sign, "A-1#1", "approve", agency="a09", actor=of("a09", "head-a09"), directory=WHOLE)
    assert caught.value.code == "directory_without_agencies"
    assert "of_agency" in describe(caught.value)


def test_such_a_directory_delays_no_reminder_and_is_warned_of(city):
    found = tick(city.operator(date(2024, 4, 1), WHOLE))
    assert found.reminders == 2
    assert [item.code for item in found.warnings] == ["directory_without_agencies"]


def test_an_office_alone_in_its_database_needs_no_agencies_in_its_directory(sessions):
    alone = TomlDirectory.parse(PEOPLE.format(agency="a01"))
    database = Database(sessions)
    database.do(register_agency, {"name": "某局"}, agency="a01", directory=alone)
    database.do(set_procedure, procedure_text("leader leader any 20"), agency="a01", directory=alone)
    clerk = Actor(user_id="clerk", name="经办", department="办公室", roles=("staff",))
    database.do(move, "A-1", "submit", SUBMIT, at=DAY, agency="a01", actor=clerk, directory=alone)
    database.do(move, "A-1", "accept", agency="a01", actor=HEAD, directory=alone)
    reply = Proposal(move="reply", data={"answer": "O02", "delivery": "post"})
    database.do(propose, "A-1", reply, agency="a01", actor=clerk, directory=alone)
    assert database.signers("a01") == {"leader-a01"}
    assert tick(database.operator(date(2024, 4, 1), alone)).escalated == ("A-1#1",)
