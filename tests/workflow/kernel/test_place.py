"""Where the tables stand: a schema and a prefix of the host's choice, its own models and its session left as they are."""

import json

import placed
import pytest
from office import ADMIN, SUBMIT
from placed import in_place
from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.orm import Session

from disclosure.states.errors import SetupError
from disclosure.workflow import Context, check_schema, create_schema, describe, metadata, move, schema_sql, verify
from disclosure.workflow.kernel.database import make_tables, missing_guards
from disclosure.workflow.kernel.place import PREFIX_VARIABLE, SCHEMA_VARIABLE, Place, named_place
from disclosure.workflow.kernel.tables.base import PREFIX


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("sqlite", {PREFIX_VARIABLE: "foi_"}),
        ("sqlite", {PREFIX_VARIABLE: "gongkai2_"}),
        ("postgresql", {PREFIX_VARIABLE: "foi_"}),
        ("postgresql", {SCHEMA_VARIABLE: "disclosure"}),
        ("postgresql", {SCHEMA_VARIABLE: "Apart", PREFIX_VARIABLE: "a_"}),
    ],
)
def test_a_whole_register_lives_in_the_place_beside_a_table_of_the_host_that_bears_one_of_its_names(
    fresh, tmp_path, kind, place
):
    url, other, copy = fresh(kind), fresh(kind), tmp_path / "copy.db"
    found = json.loads(in_place(place, placed.__file__, url, other, str(copy)))
    prefix = place.get(PREFIX_VARIABLE, PREFIX)
    assert found == {
        "tables": sorted(prefix + name.removeprefix(PREFIX) for name in metadata.tables),
        "guards": [],
        "titles": ["the host's"],
        "path": "" if kind == "sqlite" else "oa",
        "empty": [],
        "faults": [[], []],
        "next": "received",
        "upgraded": True,
    }


COMMAND = "import sys; from disclosure.workflow.cli.main import run; sys.exit(run(sys.argv[1:]))"


def test_the_command_line_works_in_the_place_and_finds_nothing_without_it(fresh):
    url, place = fresh("postgresql"), {SCHEMA_VARIABLE: "disclosure", PREFIX_VARIABLE: "foi_"}
    in_place(place, "-c", COMMAND, "db", "create", "--db", url)
    assert json.loads(in_place(place, "-c", COMMAND, "db", "check", "--db", url, "--format", "json"))["cases"] == 0
    engine = create_engine(url, poolclass=NullPool)
    with pytest.raises(SetupError) as refused:
        check_schema(engine)
    assert refused.value.code == "database_without_tables"


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_statements_for_hand_work_make_the_place_too(fresh, dialect):
    place, url = {SCHEMA_VARIABLE: "apart", PREFIX_VARIABLE: "foi_"}, fresh(dialect)
    statements = in_place(place, "-c", COMMAND, "db", "sql", "--dialect", dialect)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        driver.executescript(statements) if dialect == "sqlite" else driver.execute(statements)
    in_place(
        place,
        "-c",
        "import sys; from disclosure.workflow.kernel.database import open_engine; open_engine(sys.argv[1])",
        url,
    )
    assert "foi_event" in inspect(engine).get_table_names("apart" if dialect == "postgresql" else None)


def test_one_process_may_put_the_tables_of_each_engine_into_a_schema_of_its_own(fresh):
    """The schema that the environment names is then the one that the host's map gives another for."""
    found = in_place({SCHEMA_VARIABLE: "disclosure"}, "-c", CITIES, fresh("postgresql"))
    assert json.loads(found) == {"city_a": 1, "city_b": 2, "host": 1}


CITIES = """
import json, sys
import placed
from office import ADMIN, SUBMIT
from placed import in_place
from sqlalchemy.orm import Session
from disclosure.workflow import Context, create_schema, move, verify
engine = placed.create_engine(sys.argv[1])
placed.HOST.create_all(engine)
found = {}
for number, city in enumerate(("city_a", "city_b"), 1):
    apart = engine.execution_options(schema_translate_map={"disclosure": city})
    create_schema(apart)
    with Session(apart) as session, session.begin():
        session.execute(placed.CASE.insert().values(id=number))
        for case in range(number):
            move(Context(session, ADMIN), f"A-{case}", "submit", SUBMIT)
        found[city] = verify(Context(session, ADMIN)).cases
with engine.connect() as connection:
    found["host"] = len(placed.inspect(connection).get_table_names("public"))
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        (PREFIX_VARIABLE, "foi", "prefix_unusable"),
        (PREFIX_VARIABLE, "Foi_", "prefix_unusable"),
        (PREFIX_VARIABLE, "1_", "prefix_unusable"),
        (PREFIX_VARIABLE, "government_", "prefix_unusable"),
        (PREFIX_VARIABLE, "公开_", "prefix_unusable"),
        (SCHEMA_VARIABLE, 'a"; DROP', "schema_unusable"),
        (SCHEMA_VARIABLE, "9a", "schema_unusable"),
        (SCHEMA_VARIABLE, "a" * 64, "schema_unusable"),
    ],
)
def test_what_is_no_name_is_refused_with_what_it_should_be(monkeypatch, variable, value, code):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupError) as refused:
        named_place()
    assert refused.value.code == code
    assert variable in describe(refused.value) and value in describe(refused.value)


def test_without_a_word_of_the_environment_the_place_is_the_usual_one(monkeypatch):
    for value in (None, ""):
        for variable in (SCHEMA_VARIABLE, PREFIX_VARIABLE):
            monkeypatch.delenv(variable, raising=False) if value is None else monkeypatch.setenv(variable, value)
        assert named_place() == Place(None, "dsc_")


def test_no_identifier_is_too_long_under_the_longest_prefix():
    found = in_place({PREFIX_VARIABLE: "abcdefgh_"}, "-c", LONGEST)
    assert int(found) <= 30


LONGEST = """
from disclosure.workflow.kernel.database import APPEND_ONLY, _sqlite_guards, metadata
names = [name for table in metadata.tables.values() for name in (
    table.name, *(item.name for item in table.indexes), *(item.name for item in table.constraints))]
names += [name for table in APPEND_ONLY for name in (*_sqlite_guards(table), f"{table}_keep_all")]
print(max(map(len, names)))
"""


@pytest.mark.parametrize(("variable", "value"), [(SCHEMA_VARIABLE, "late"), (PREFIX_VARIABLE, "late_")])
def test_a_place_that_is_named_when_the_tables_are_built_already_is_refused(
    sqlite_engine, monkeypatch, variable, value
):
    monkeypatch.setenv(variable, value)
    for attempt in (create_schema, check_schema):
        with pytest.raises(SetupError) as refused:
            attempt(sqlite_engine)
        assert refused.value.code == "place_changed"
    with pytest.raises(SetupError):
        schema_sql("sqlite")


def test_a_schema_that_a_file_has_not_got_is_refused_and_one_that_is_attached_is_used(sqlite_engine):
    apart = sqlite_engine.execution_options(schema_translate_map={None: "apart"})
    with pytest.raises(SetupError) as refused:
        create_schema(apart)
    assert refused.value.code == "schema_missing"
    with apart.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS apart")
        make_tables(connection)
        move(Context(connection, ADMIN), "A-1", "submit", SUBMIT)
        assert missing_guards(connection) == []
        assert verify(Context(connection, ADMIN)).cases == 1
    with Session(sqlite_engine) as session:
        assert verify(Context(session, ADMIN)).cases == 0
