"""The history proves itself: an untouched one is whole, and the database itself keeps it."""

from datetime import date

import pytest
import rows as t
from audited import checkpointed
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from disclosure.workflow import ADMINISTRATOR, Context, verify

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
