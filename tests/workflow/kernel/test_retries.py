"""A transaction that loses a race begins again; what is no race is told at once."""

import pytest
import rows as t
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import Conflict
from disclosure.workflow.kernel.retries import ATTEMPTS, LONGEST_WAIT, SHORTEST_WAIT, transaction


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_race_that_the_database_gives_to_somebody_else_is_run_again(postgresql_engine, level):
    mine = sessionmaker(create_engine(postgresql_engine.url, isolation_level=level))
    others = sessionmaker(postgresql_engine)
    with others() as session, session.begin():
        session.execute(t.counter.insert(), {"name": "n", "number": 0})
    begun = []

    def add(session):
        begun.append(session)
        number = session.execute(select(t.counter.c.number).where(t.counter.c.name == "n")).scalar_one()
        if len(begun) == 1:  # somebody is quicker between reading and writing
            with others() as other, other.begin():
                other.execute(update(t.counter).where(t.counter.c.name == "n").values(number=10))
        changed = update(t.counter).where(t.counter.c.name == "n", t.counter.c.number == number)
        if session.execute(changed.values(number=number + 1)).rowcount != 1:
            raise Conflict("conflict", text="overtaken")
        return number + 1

    assert transaction(mine, add) == 11
    assert len(begun) == 2
    mine.kw["bind"].dispose()


def test_who_loses_every_time_is_told_of_a_conflict(sqlite_engine):
    begun, waits = [], []

    def lose(session):
        begun.append(session)
        raise Conflict("conflict", text="overtaken")

    with pytest.raises(Conflict):
        transaction(sessionmaker(sqlite_engine), lose, wait=waits.append)
    assert len(begun) == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1, "nobody waits before the first attempt, nor after the last"
    bounds = [min(SHORTEST_WAIT * 2**lost, LONGEST_WAIT) for lost in range(1, ATTEMPTS)]
    assert all(0 <= found <= most for found, most in zip(waits, bounds, strict=True))
    assert len(set(waits)) > ATTEMPTS // 2, "drawn by lot: who lost together does not come back together"


def test_what_is_no_race_is_not_run_again(engine):
    begun = []

    def err(session):
        begun.append(session)
        session.execute(text("SELECT * FROM nothing"))

    with pytest.raises((OperationalError, ProgrammingError)):
        transaction(sessionmaker(engine), err)
    assert len(begun) == 1
