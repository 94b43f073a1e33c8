"""Databases: created, checked, refused with a remedy; the tables fit every kind of database."""

import gzip
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import rows as t
from office import CLERK, SUBMIT
from sqlalchemy import Engine, create_engine, create_mock_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from tables_0003 import create_tables_0003

from disclosure.states.errors import SetupError
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    check_schema,
    create_schema,
    describe,
    metadata,
    move,
    verify,
)
from disclosure.workflow.kernel.database import (
    APPEND_ONLY,
    create_database,
    missing_guards,
    open_engine,
    schema_sql,
    setup_errors,
)
from disclosure.workflow.kernel.migrations import upgrade, upgrade_database


def code_of(url: str) -> str:
    with pytest.raises(SetupError) as refused:
        open_engine(url)
    return refused.value.code


def test_a_missing_file_is_created_and_a_server_is_not(tmp_path, server):
    open_engine(f"sqlite:///{tmp_path / 'new.db'}").dispose()
    assert code_of(server) == "database_without_tables"


def test_what_cannot_be_used_is_refused_with_its_own_code(tmp_path):
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100, "utf-8")
    assert code_of(f"sqlite:///{tmp_path / 'letter.db'}") == "database_damaged"
    assert code_of(f"sqlite:///{tmp_path / 'none' / 'x.db'}") == "database_folder"
    assert code_of("nonsense://x") == "database_address"
    assert code_of("not an address") == "database_address"
    assert code_of("postgresql://nobody@127.0.0.1:1/x") == "database_unreachable"


@pytest.mark.parametrize("kind", ["MySQL", "MariaDB", "Oracle"])
@pytest.mark.parametrize("attempt", [create_database, open_engine, upgrade_database])
def test_a_kind_of_database_that_nobody_has_proved_is_refused_before_it_is_reached(kind, attempt):
    with pytest.raises(SetupError) as refused:
        attempt(f"{kind.lower()}+nodriver://user:secret@127.0.0.1:1/x")
    assert (refused.value.code, refused.value.fields) == ("database_unsupported", {"kind": kind})
    assert kind in describe(refused.value)


def test_tables_are_not_made_on_a_hosts_own_engine_of_such_a_kind():
    mariadb = create_mock_engine("mysql://", lambda statement: None)
    with pytest.raises(SetupError) as refused:
        create_schema(mariadb)
    assert refused.value.code == "database_unsupported"


def test_a_file_locked_by_another_program_is_told_so(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    engine = open_engine(url)
    other = sqlite3.connect(tmp_path / "x.db", timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = create_engine(url, connect_args={"timeout": 0})
    with pytest.raises(SetupError) as refused, setup_errors(impatient), Session(impatient) as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT)
    other.close()
    engine.dispose()
    assert refused.value.code == "database_locked"


def test_another_version_is_refused(engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE dsc_version SET version_num = '0000'"))
    with pytest.raises(SetupError) as refused:
        check_schema(engine)
    assert refused.value.code == "schema_version"


def test_every_identifier_is_short_and_every_type_portable():
    for table in metadata.tables.values():
        names = [table.name, *(index.name for index in table.indexes), *(item.name for item in table.constraints)]
        names += [column.name for column in table.columns]
        assert all(len(str(name)) <= 30 for name in names)
        assert table.name.startswith("dsc_")
        for column in table.columns:
            assert type(column.type).__name__ in (
                "BigInteger",
                "Integer",
                "String",
                "Text",
                "Date",
                "DateTime",
                "Numeric",
                "LargeBinary",
            )


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_statements_for_hand_work_name_every_table_and_the_guards(dialect):
    text_ = schema_sql(dialect)
    assert all(f"CREATE TABLE {name} " in text_ for name in metadata.tables)
    assert text_.count("append-only") >= 1


@pytest.mark.parametrize(("dialect", "code"), [("nonsense", "unknown_dialect"), ("mysql", "database_unsupported")])
def test_a_dialect_that_is_unknown_or_not_supported_is_refused(dialect, code):
    with pytest.raises(SetupError) as refused:
        schema_sql(dialect)
    assert refused.value.code == code


def structure(engine) -> dict:
    """Tables, columns, keys and indexes as the database tells them."""
    inspector = inspect(engine)
    return {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)),
            sorted((index["name"], tuple(index["column_names"])) for index in inspector.get_indexes(name)),
            sorted(str(key["name"]) for key in inspector.get_unique_constraints(name)),
            sorted(tuple(key["constrained_columns"]) for key in inspector.get_foreign_keys(name)),
            tuple(inspector.get_pk_constraint(name)["constrained_columns"]),
        )
        for name in sorted(inspector.get_table_names())
    }


@pytest.fixture
def empty(request, tmp_path, engine):
    """A database without tables, of the kind of the one that has them."""
    if engine.dialect.name == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        maker = create_engine(request.getfixturevalue("server"), isolation_level="AUTOCOMMIT")
        name = f"empty_{abs(hash(str(tmp_path)))}"
        with maker.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine = create_engine(maker.url.set(database=name))
        maker.dispose()
    yield engine
    engine.dispose()


def test_tables_are_created_all_or_none(empty):
    def breaks_off(connection, cursor, statement, *_):
        if "append-only" in statement:
            raise OSError("the disk is full")

    event.listen(empty, "before_cursor_execute", breaks_off)
    with pytest.raises(OSError, match="full"):
        create_schema(empty)
    event.remove(empty, "before_cursor_execute", breaks_off)
    assert inspect(empty).get_table_names() == []
    create_schema(empty)
    check_schema(empty)


def test_the_upgrade_of_an_earlier_version_leads_to_the_same_tables(empty, engine):
    with empty.begin() as connection:
        create_tables_0003(connection)
    with empty.begin() as connection:
        upgrade(connection)
    check_schema(empty)
    assert structure(empty) == structure(engine)
    with Session(empty) as session, session.begin():
        move(Context(session, CLERK), "A-1", "submit", SUBMIT)
    with Session(empty) as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


@pytest.mark.parametrize("other", ["0001", "9999"])
def test_a_database_that_this_program_cannot_upgrade_is_told_by_its_version_and_left_alone(tmp_path, other):
    url = f"sqlite:///{tmp_path / 'other.db'}"
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(t.version.update().values(version_num=other))
    engine.dispose()
    for attempt in (open_engine, upgrade_database):
        with pytest.raises(SetupError) as told:
            attempt(url)
        assert (told.value.code, told.value.fields["found"]) == ("schema_version", other)


def test_the_tables_can_stand_in_a_schema_of_the_hosts_choice(postgresql_engine):
    with postgresql_engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA apart"))
        connection.execute(text("DROP TABLE dsc_private, dsc_remedy, dsc_event, dsc_case CASCADE"))
    apart = postgresql_engine.execution_options(schema_translate_map={None: "apart"})
    create_schema(apart)
    check_schema(apart)
    with Session(apart) as session, session.begin():
        move(Context(session, CLERK), "A-1", "submit", SUBMIT)
        assert verify(Context(session, ADMINISTRATOR)).cases == 1
    with postgresql_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM apart.dsc_event")).scalar_one() == 1


def test_rows_of_a_history_are_neither_changed_nor_taken_away_nor_replaced(engine, work):
    work("A-1", ("submit", date(2024, 3, 1)))
    attempts = ["DELETE FROM dsc_event", "UPDATE dsc_event SET move = 'accept'"]
    copied = ", ".join(column.name for column in t.event.c)
    attempts += (
        [f"INSERT OR REPLACE INTO dsc_event ({copied}) SELECT {copied} FROM dsc_event"]  # noqa: S608 - own names
        if engine.dialect.name == "sqlite"
        else ["TRUNCATE dsc_event"]
    )
    for statement in attempts:
        with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))


def test_a_guard_that_is_gone_off_or_says_something_else_is_named(engine):
    with engine.begin() as connection:
        assert missing_guards(connection) == []
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER dsc_event_no_replace"))
            connection.execute(text("DROP TRIGGER dsc_read_no_update"))
            connection.execute(
                text("CREATE TRIGGER dsc_read_no_update BEFORE UPDATE ON dsc_read BEGIN SELECT 'dsc_read'; END")
            )
            assert missing_guards(connection) == ["dsc_event_no_replace", "dsc_read_no_update"]
        else:
            connection.execute(text("ALTER TABLE dsc_event DISABLE TRIGGER dsc_event_keep_all"))
            connection.execute(
                text(
                    "CREATE OR REPLACE FUNCTION dsc_read_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
                )
            )
            assert missing_guards(connection) == ["dsc_event_keep_all", "dsc_read_keep", "dsc_read_keep_all"]
    with Session(engine) as session:
        codes = {fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults}
    assert codes == {"guard_missing"}


HOLLOW = {
    "dsc_event_keep": [
        "DROP TRIGGER dsc_event_keep ON dsc_event",
        "CREATE TRIGGER dsc_event_keep BEFORE UPDATE OR DELETE ON dsc_event "
        "FOR EACH ROW WHEN (false) EXECUTE FUNCTION dsc_event_keep()",
    ],
    "dsc_read_keep": [
        "DROP TRIGGER dsc_read_keep ON dsc_read",
        "CREATE TRIGGER dsc_read_keep BEFORE UPDATE OF id OR DELETE ON dsc_read "
        "FOR EACH ROW EXECUTE FUNCTION dsc_read_keep()",
    ],
    "dsc_link_keep": [
        "DROP TRIGGER dsc_link_keep ON dsc_link",
        "CREATE TRIGGER dsc_link_keep AFTER DELETE ON dsc_link FOR EACH ROW EXECUTE FUNCTION dsc_link_keep()",
    ],
}


@pytest.mark.parametrize("name", HOLLOW)
def test_a_guard_of_the_same_name_that_never_fires_is_named(postgresql_engine, name):
    with postgresql_engine.begin() as connection:
        for statement in HOLLOW[name]:
            connection.execute(text(statement))
        assert missing_guards(connection) == [name]


def test_guards_that_a_setting_of_the_database_switches_off_are_named(postgresql_engine):
    with postgresql_engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert len(missing_guards(connection)) == 2 * len(APPEND_ONLY)


def test_an_upgrade_that_breaks_off_leaves_the_earlier_version_and_can_be_run_again(tmp_path):
    dump = Path(__file__).parents[2] / "data" / "database_0003.sql.gz"
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(dump.read_bytes()).decode())
        before = sorted(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())

    def breaks_off(connection, cursor, statement, *_):
        if "dsc_link_no_replace" in statement:
            raise OSError("the disk is full")

    event.listen(Engine, "before_cursor_execute", breaks_off)
    with pytest.raises(OSError, match="full"):
        upgrade_database(f"sqlite:///{path}")
    event.remove(Engine, "before_cursor_execute", breaks_off)
    with closing(sqlite3.connect(path)) as connection:
        assert sorted(connection.execute("SELECT name, sql FROM sqlite_master").fetchall()) == before
        assert connection.execute("SELECT version_num FROM dsc_version").fetchall() == [("0003",)]
    assert upgrade_database(f"sqlite:///{path}")[0] == "0003"


def test_eight_first_commands_at_once_on_a_new_file_all_work(tmp_path):
    script = "import sys; from disclosure.workflow.cli.main import run; sys.exit(run(sys.argv[1:]))"
    line = ("settings", "--set", "red_days=4", "--db", str(tmp_path / "new.db"))
    command = [sys.executable, "-c", script, *line]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(8)]  # noqa: S603
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    assert [status for _, status in ended] == [0] * 8, ended
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("SELECT number FROM dsc_counter WHERE name = 'settings'").fetchall() == [(8,)]
