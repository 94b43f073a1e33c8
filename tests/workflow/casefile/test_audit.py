"""The history proves itself: whatever is altered, removed or cut off is found."""

from datetime import date

import pytest
import rows as t
from audited import checkpointed, faults, tamper
from office import ADMIN
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from disclosure.workflow import ADMINISTRATOR, Context, erase, verify

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions, work, clock):
    return checkpointed(sessions, work, clock, ON)


def test_an_untouched_history_is_whole(office):
    with office() as session:
        found = verify(Context(session, ADMINISTRATOR))
    assert (found.cases, found.events, found.checkpoints, found.faults) == (2, 6, 1, ())


def test_the_database_itself_refuses_to_change_the_history(office):
    for statement in (update(t.event).values(move="submit"), delete(t.event)):
        with office() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("on_date", date(2024, 2, 1)),
        ("data", '{"outcome":"partial"}'),
        ("actor", '{"user_id":"x"}'),
        ("move", "serve"),
        ("recorded_at", "2024-01-01T00:00:00.000+00:00"),
        ("hash", "0" * 64),
    ],
)
def test_an_altered_step_is_found(office, column, value):
    case = t.event.c.case_id == 1
    tamper(office, update(t.event).where(case, t.event.c.seq == 2).values({column: value}))
    assert ("step_altered", "A-1") in faults(office)


def test_a_step_taken_out_is_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 2))
    assert ("step_missing", "A-1") in faults(office)


def test_steps_cut_off_at_the_end_are_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 2, t.event.c.seq == 3))
    assert ("end_missing", "A-2") in faults(office)


def test_altered_personal_data_are_found_and_erased_ones_are_not_a_fault(office, work, clock):
    tamper(office, update(t.private).where(t.private.c.case_id == 2).values(payload='{"applicant.name":"别人"}'))
    assert faults(office) == [("private_altered", "A-2")]
    work("A-1", ("close", date(2024, 3, 2)))
    with office() as session, session.begin():
        erase(Context(session, ADMIN, clock=clock), "A-1")
    assert faults(office) == [("private_altered", "A-2")]
