"""The migrations, by themselves and inside of a host's Alembic: all or nothing, and the host's own work goes on."""

import json

import migrating
import pytest
from office import ADMIN, SUBMIT
from placed import in_place
from sqlalchemy import NullPool, create_engine, event, insert, inspect, select
from sqlalchemy.orm import Session
from tables_0003 import create_tables_0003

from disclosure.states.errors import SetupError
from disclosure.workflow import Context, check_schema, include_name, move, upgrade, verify
from disclosure.workflow.kernel.database import NAMES
from disclosure.workflow.kernel.migrations import GONE, upgradable
from disclosure.workflow.kernel.tables.base import SCHEMA_VERSION
from disclosure.workflow.kernel.tables.kernel import version


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("sqlite", {}),
        ("sqlite", {"DISCLOSURE_PREFIX": "foi_"}),
        ("postgresql", {}),
        ("postgresql", {"DISCLOSURE_SCHEMA": "Apart", "DISCLOSURE_PREFIX": "foi_"}),
    ],
)
def test_a_hosts_alembic_brings_our_tables_along_and_finds_only_its_own_differences(fresh, tmp_path, kind, place):
    found = json.loads(in_place(place, migrating.__file__, fresh(kind), str(tmp_path / "migrations")))
    changed = ["add_index ix_oa_user_name", "add_table dsc_contract", "remove_table oa_menu"]
    assert found == {
        # of a migration that fails SQLite keeps what Alembic has let stand before ours
        "failed": [] if kind == "postgresql" else ["alembic_version", "oa_user"],
        "left": ["alembic_version", "oa_menu", "oa_user", "ours"],
        "guards": [],
        "titles": "案件登记",
        "host": [[], []],
        "ours": [],
        "without": True,
        "changed": changed,
        "earlier": [],
        "upgraded": [],
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request, fresh):
    """A database in which there is nothing."""
    engine = create_engine(fresh(request.param), poolclass=NullPool)
    yield engine
    engine.dispose()


def tables(engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_nothing_is_committed_here(blank):
    with blank.connect() as connection:
        upgrade(connection)
        connection.rollback()
    assert tables(blank) == set()
    with blank.begin() as connection:
        create_tables_0003(connection)
    with blank.connect() as connection:
        upgrade(connection)
        connection.rollback()
        assert connection.execute(select(version.c.version_num)).scalar_one() == "0003"
    with blank.begin() as connection:
        upgrade(connection)
    check_schema(blank)


@pytest.mark.parametrize("earlier", [False, True])
def test_an_upgrade_that_breaks_off_leaves_what_the_host_has_done_in_the_same_transaction(blank, earlier):
    def breaks_off(connection, cursor, statement, *_):
        if "append-only" in statement and "dsc_attachment" in statement:
            raise OSError("the disk is full")

    event.listen(blank, "before_cursor_execute", breaks_off)
    with blank.begin() as connection:
        if earlier:
            create_tables_0003(connection)
        connection.exec_driver_sql("CREATE TABLE oa_user (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO oa_user VALUES (1)")
        before = set(inspect(connection).get_table_names())
        with pytest.raises(OSError, match="full"):
            upgrade(connection)
    event.remove(blank, "before_cursor_execute", breaks_off)
    assert tables(blank) == before
    with blank.begin() as connection:
        upgrade(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM oa_user").scalar_one() == 1
    check_schema(blank)


def test_new_tables_and_work_in_them_are_one_transaction_of_the_host(blank):
    with Session(blank) as session, session.begin():
        upgrade(session.connection())
        move(Context(session, ADMIN), "A-1", "submit", SUBMIT)
    with Session(blank) as session:
        assert verify(Context(session, ADMIN)).cases == 1


@pytest.mark.parametrize("other", ["0002", "9999", "?"])
def test_a_version_from_which_no_way_leads_is_refused_and_left_alone(blank, other):
    with blank.begin() as connection:
        version.create(connection)
        if other != "?":
            connection.execute(insert(version).values(version_num=other))
    with blank.begin() as connection, pytest.raises(SetupError) as refused:
        upgrade(connection)
    assert (refused.value.code, refused.value.fields["found"]) == ("schema_version", other)
    assert tables(blank) == {version.name}


def test_the_last_version_is_the_one_of_this_program():
    assert max(upgradable()) == SCHEMA_VERSION


def test_every_table_that_any_version_had_is_left_out_of_a_hosts_comparison(blank):
    seen = set()
    with blank.begin() as connection:
        create_tables_0003(connection)
        seen |= set(inspect(connection).get_table_names())
    with blank.begin() as connection:
        upgrade(connection)
    assert seen | tables(blank) == NAMES | GONE
    assert not any(include_name(name, "table", {"schema_name": None}) for name in seen | NAMES)


@pytest.mark.parametrize(
    ("name", "kind", "schema"),
    [
        ("oa_user", "table", None),
        ("dsc_contract", "table", None),
        ("dsc_case", "table", "another"),
        ("dsc_case", "index", None),
        ("dsc_case", "schema", None),
        (None, "schema", None),
    ],
)
def test_what_is_the_hosts_own_is_compared(name, kind, schema):
    assert include_name(name, kind, {"schema_name": schema})
