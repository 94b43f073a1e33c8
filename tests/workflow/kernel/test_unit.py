"""A unit of work: taken back alone, never half kept, and a race is told as a conflict."""

from datetime import date

import pytest
import rows as t
from office import CLERK, SUBMIT
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from disclosure.states.errors import Conflict
from disclosure.workflow import Context, move
from disclosure.workflow.kernel.unit import savepoint


def test_a_unit_within_a_unit_is_taken_back_alone(sessions):
    def write(connection, name):
        connection.execute(t.agency.insert(), {"code": name, "profile": "{}"})

    with sessions() as session, session.begin(), savepoint(session.connection()) as outer:
        write(outer, "first")
        with pytest.raises(ZeroDivisionError), savepoint(session.connection()) as inner:
            write(inner, "second")
            raise ZeroDivisionError
        with savepoint(session.connection()) as inner:
            write(inner, "third")
    with sessions() as session:
        assert set(session.execute(select(t.agency.c.code)).scalars()) == {"first", "third"}


def test_a_transaction_that_the_database_has_dropped_cannot_be_committed(sqlite_engine):
    """A full disk makes SQLite take everything back: what comes after must not be kept alone."""
    with Session(sqlite_engine) as session:
        session.execute(t.agency.insert(), {"code": "of the host", "profile": "{}"})
        with pytest.raises(OSError, match="disk"), savepoint(session.connection()) as connection:
            connection.connection.driver_connection.execute("ROLLBACK")
            raise OSError("disk full")
        with pytest.raises(SQLAlchemyError):
            session.execute(t.agency.insert(), {"code": "half", "profile": "{}"})
            session.commit()
    with Session(sqlite_engine) as session:
        assert session.execute(select(t.agency.c.code)).all() == []


def test_a_race_that_the_database_decides_is_a_conflict(postgresql_engine):
    first = Session(postgresql_engine.execution_options(isolation_level="REPEATABLE READ"))
    second = Session(postgresql_engine)
    with second.begin():
        move(Context(second, CLERK), "A-1", "submit", SUBMIT, at=date(2024, 3, 1))
    with first:
        first.execute(select(t.case)).all()
        with second.begin():
            move(Context(second, CLERK), "A-1", "accept", at=date(2024, 3, 4))
        with pytest.raises(Conflict):
            move(Context(first, CLERK), "A-1", "accept", at=date(2024, 3, 4))
    second.close()
