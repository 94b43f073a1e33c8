"""A unit of work: taken back alone, never half kept, and a race is told as a conflict. Its prepared statements do what the
library does with the same ones, on every database and in a host's schema."""

from datetime import date

import pytest
import rows as t
from office import CLERK, SUBMIT
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from disclosure.states.errors import Conflict
from disclosure.workflow import Context, move
from disclosure.workflow.kernel.unit import Prepared, PreparedInsert, savepoint


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


MESSAGE = {"event_key": "k%1", "topic": "t", "agency": "甲", "payload": "{}", "created_at": "2024-03-01", "attempts": 0}
INSERT = Prepared(insert(t.outbox), *MESSAGE)
FIND = Prepared(
    select(t.outbox.c.agency, func.coalesce(t.outbox.c.failure, "没有").label("failure")).where(
        t.outbox.c.event_key == bindparam("key"), t.outbox.c.attempts < 5
    )
)
RAISE = Prepared(update(t.outbox).where(t.outbox.c.event_key == bindparam("key")).values(attempts=bindparam("times")))


def test_what_a_prepared_statement_writes_is_what_the_library_reads(engine):
    with engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
        row = connection.execute(select(t.outbox)).one()._mapping
        assert {name: row[name] for name in MESSAGE} == MESSAGE


def test_a_prepared_statement_finds_by_its_parameters_and_keeps_its_constants(engine):
    with engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
        assert FIND.run(connection, {"key": "k%1"}).one() == ("甲", "没有")
        assert FIND.run(connection, {"key": "other"}).first() is None
        assert RAISE.write(connection, {"key": "k%1", "times": 9}) == 1
        assert RAISE.write(connection, {"key": "other", "times": 9}) == 0
        assert FIND.run(connection, {"key": "k%1"}).first() is None


def test_the_first_row_is_the_same_whoever_listens_and_who_listens_hears_of_it(engine):
    heard = []
    with engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
        found = FIND.first(connection, {"key": "k%1"})
        assert FIND.first(connection, {"key": "other"}) is None
        event.listen(connection, "before_cursor_execute", lambda *call: heard.append(call[2]))
        assert FIND.first(connection, {"key": "k%1"})._asdict() == found._asdict()
    assert len(heard) == 1


@pytest.mark.parametrize("of_engine", [True, False])
@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
def test_who_listens_to_the_connection_or_the_engine_hears_of_each_write(engine, moment, of_engine):
    heard = []
    with engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
        event.listen(engine if of_engine else connection, moment, lambda *call: heard.append(call[2]))
        assert RAISE.write(connection, {"key": "k%1", "times": 2}) == 1
        PreparedInsert(insert(t.outbox), *MESSAGE).new_id(connection, MESSAGE | {"event_key": "k2"})
    assert [statement.split()[0] for statement in heard] == ["UPDATE", "INSERT"]


def test_who_listens_to_the_dialect_hears_of_each_write(engine):
    heard = []
    event.listen(engine, "do_execute", lambda cursor, statement, *rest: heard.append(statement.split()[0]))
    with engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
    assert "INSERT" in heard


def test_who_listens_to_errors_hears_of_a_write_that_fails(engine):
    heard = []
    event.listen(engine, "handle_error", lambda context: heard.append(type(context.sqlalchemy_exception)))
    with engine.connect() as connection, connection.begin():
        INSERT.write(connection, MESSAGE)
        with pytest.raises(IntegrityError):
            INSERT.write(connection, MESSAGE)
    assert heard == [IntegrityError]


def test_statements_are_logged_where_the_log_of_the_library_is_on(engine, caplog):
    with caplog.at_level("INFO", "sqlalchemy.engine"), engine.begin() as connection:
        INSERT.write(connection, MESSAGE)
        FIND.first(connection, {"key": "k%1"})
    logged = [record.getMessage().split()[0] for record in caplog.records]
    assert "INSERT" in logged
    assert "SELECT" in logged


def test_a_write_that_fails_is_an_error_of_the_library_with_the_statement_and_without_the_values(engine):
    with engine.connect() as connection, connection.begin():
        INSERT.write(connection, MESSAGE)
        with pytest.raises(IntegrityError, match="INSERT INTO dsc_outbox") as failed:
            INSERT.write(connection, MESSAGE)
    assert isinstance(failed.value.orig, engine.dialect.loaded_dbapi.IntegrityError)
    assert failed.value.params is None


@pytest.mark.parametrize("listen", [False, True])
def test_a_connection_that_is_lost_is_given_up_whoever_was_asked(postgresql_engine, listen):
    with postgresql_engine.connect() as connection:
        connection.begin()
        if listen:
            event.listen(connection, "before_cursor_execute", lambda *call: None)
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with postgresql_engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)")
        with pytest.raises(OperationalError) as failed:
            INSERT.write(connection, MESSAGE)
        assert failed.value.connection_invalidated
        assert connection.invalidated


def test_a_first_row_that_fails_is_an_error_of_the_library_with_its_code(engine):
    lost = Prepared(select(Table("dsc_nowhere", MetaData(), Column("name", Integer)).c.name))
    codes = []
    for listen in (False, True):
        with engine.connect() as connection, connection.begin():
            if listen:
                event.listen(connection, "before_cursor_execute", lambda *call: None)
            with pytest.raises(DBAPIError, match="dsc_nowhere") as failed:
                lost.first(connection, {})
            codes.append((type(failed.value), getattr(failed.value.orig, "sqlstate", None)))
    assert codes[0] == codes[1]


def test_a_day_in_a_prepared_statement_is_written_as_the_database_writes_days(engine):
    find = Prepared(select(func.count()).select_from(t.event).where(t.event.c.on_date == bindparam("on")))
    with engine.begin() as connection:
        assert find.run(connection, {"on": date(2024, 3, 1)}).scalar_one() == 0


def test_a_prepared_statement_goes_to_the_schema_in_which_the_host_has_put_the_tables(sqlite_engine):
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS oa")
        connection.exec_driver_sql("CREATE TABLE oa.dsc_outbox AS SELECT * FROM dsc_outbox")
        INSERT.write(connection.execution_options(schema_translate_map={None: "oa"}), MESSAGE)
        assert connection.exec_driver_sql("SELECT count(*) FROM oa.dsc_outbox").scalar_one() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM main.dsc_outbox").scalar_one() == 0


def test_an_insert_tells_the_number_that_the_database_has_given(engine):
    message = PreparedInsert(insert(t.outbox), *MESSAGE)
    with engine.begin() as connection:
        numbers = [message.new_id(connection, MESSAGE | {"event_key": f"k{turn}"}) for turn in range(3)]
        stored = connection.execute(select(t.outbox.c.id, t.outbox.c.event_key)).all()
    assert [(number, f"k{turn}") for turn, number in enumerate(numbers)] == sorted(stored)
