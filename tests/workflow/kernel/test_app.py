"""The helper of hosts without a session: it commits what went well, and nothing else."""

from datetime import date

import pytest
import rows as t
from office import CLERK, SUBMIT
from sqlalchemy import select

from disclosure.workflow import Context, Disclosure, move

ON = date(2024, 3, 1)


def test_a_block_that_succeeds_is_kept_and_one_that_fails_leaves_nothing(engine):
    office = Disclosure(engine)
    with office.transaction() as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
    with pytest.raises(ZeroDivisionError), office.transaction() as session:
        move(Context(session, CLERK), "A-1", "accept", at=ON)
        1 / 0  # noqa: B018 - fails on purpose
    with office.transaction() as session:
        assert session.execute(select(t.event.c.move)).scalars().all() == ["submit"]


def test_an_address_makes_the_file_with_its_tables_and_is_the_same_database_the_next_time(tmp_path):
    address = f"sqlite:///{tmp_path / 'x.db'}"
    first = Disclosure(address)
    with first.transaction() as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
    first.engine.dispose()
    again = Disclosure(address)
    with again.transaction() as session:
        assert session.execute(select(t.case.c.case_no)).scalars().all() == ["A-1"]
    again.engine.dispose()


def test_an_engine_of_the_host_is_used_as_it_is(sqlite_engine):
    assert Disclosure(sqlite_engine).engine is sqlite_engine
