"""To-do entries on their way to another system: rising revisions, nothing lost, and pulling agrees with pushing."""

import json
from datetime import timedelta

import pytest
import rows as t
from approvals import ROLES, Office, procedure_text
from office import operator
from sqlalchemy import select

from disclosure.states.errors import DisclosureError
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, TodoSender, pull, relay

STORY = (
    ("u2", "read", {}),
    ("u2", "copy", {"to": ["u7"]}),
    ("u2", "advise", {"to": ["u4"]}),
    ("u4", "complete", None),
    ("u2", "return", {"opinion": "再核"}),
    ("u1", "send", {}),
    ("u2", "approve", {}),
    ("u2", "recall", {}),
    ("u2", "approve", {}),
    ("u3", "transfer", {"to": "u2"}),
    ("u3", "approve", {}),
)


class OtherSystem:
    """What the other system holds: the newest entry of each id, as its own rule says; it may be out of order."""

    def __init__(self, fails=0):
        self.held, self.revs, self.fails = {}, {}, fails

    def push(self, item):
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the other system is away")
        self.revs.setdefault(item.id, []).append(item.rev)
        if item.id not in self.held or item.rev > self.held[item.id].rev:
            self.held[item.id] = item


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20")).accept()


def send(office, system, days=0):
    clock = FixedClock(office.clock.now().date() + timedelta(days=days))
    return relay(operator(office.sessions, clock), TodoSender(system))


def play(office, user, verb, data):
    try:
        office.do(user, verb, **(data or {}))
    except DisclosureError:
        return False
    return True


def open_by_push(system, user):
    return {item.id for item in system.held.values() if item.receiver == user and item.status in ("todo", "cc")}


def test_what_was_pushed_is_what_is_pulled_after_every_verb(office):
    system, done = OtherSystem(), 0
    office.propose()
    for user, verb, data in STORY:
        done += play(office, user, verb, data)
        send(office, system)
        with office.sessions() as session:
            for person in ROLES:
                pulled = {item.id for item in pull(Context(session.connection(), ADMINISTRATOR), person)}
                assert pulled == open_by_push(system, person), (verb, person)
    assert done >= 7
    assert all(revs == sorted(set(revs)) for revs in system.revs.values()), "a revision goes back or comes twice"


def test_a_system_that_is_away_loses_nothing(office):
    away = OtherSystem(fails=2)
    office.propose()
    office.do("u2", "approve")
    assert send(office, away).failed == 1
    for days in (1, 2, 3):
        send(office, away, days)
    with office.sessions() as session:
        rows = [
            json.loads(row.payload)["items"]
            for row in session.execute(
                select(t.outbox).where(t.outbox.c.topic == "todo.changed").order_by(t.outbox.c.id)
            )
        ]
    sent = {item["id"]: item["rev"] for items in rows for item in items}
    assert {id: item.rev for id, item in away.held.items()} == sent


def test_no_personal_data_leaves_in_an_entry(office):
    office.propose()
    office.do("u2", "approve")
    with office.sessions() as session:
        text = " ".join(session.execute(select(t.outbox.c.payload)).scalars())
    assert "A-1" in text
    for secret in ("110101199003078888", "13800138000", "欧阳小明", "滨河路改造规划批复"):
        assert secret not in text
