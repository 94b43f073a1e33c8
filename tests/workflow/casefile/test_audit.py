"""The history proves itself: an untouched one is whole, and the database itself keeps it."""

from datetime import date

import pytest
import rows as t
from approvals import Office
from audited import checkpointed, unguarded
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, recompute, verify

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


DAMAGED = {
    "data": lambda key: update(t.event).where(t.event.c.case_id == key).values(data="{"),
    "actor": lambda key: update(t.event).where(t.event.c.case_id == key).values(actor="[]"),
    "private": lambda key: update(t.private).where(t.private.c.case_id == key).values(payload="{", salt=None),
    "snapshot": lambda key: update(t.case).where(t.case.c.id == key).values(snapshot="{"),
}


def judged(session, damage):
    """What is found after some damage to the first case and a change of the second one."""
    first = session.execute(select(func.min(t.case.c.id))).scalar_one()
    with unguarded(session.connection()):
        session.execute(damage(first))
        session.execute(update(t.case).where(t.case.c.case_no == "A-2").values(head_hash="0" * 64, row_key="x"))
    context = Context(session, ADMINISTRATOR)
    found = {(fault.code, fault.where) for fault in verify(context).faults}
    return found, {item.case for item in recompute(context).differences}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_verified(office, damage):
    """A disk that fails damages one case; what somebody did to another one is found all the same."""
    with office() as session:
        found, differing = judged(session, DAMAGED[damage])
    assert ("end_missing", "A-2") in found
    assert "A-1" in {where for _, where in found} | differing
    assert "A-2" in differing


def test_a_day_that_is_none_is_named_and_the_rest_is_verified(sqlite_engine):
    """SQLite keeps whatever is written into a column."""
    office = Office(sessionmaker(sqlite_engine)).accept("A-1").accept("A-2")
    never = text("UPDATE dsc_event SET on_date = 'never' WHERE case_id = :key")
    with office.sessions() as session:
        found, differing = judged(session, lambda key: never.bindparams(key=key))
    assert found >= {("step_altered", "A-1"), ("end_missing", "A-2")}
    assert differing == {"A-1", "A-2"}
