"""A register in the place that the environment names, beside a host's own tables: what stands where, as one JSON document.

``python placed.py URL OTHER FILE``: two databases without tables of ours, and the file of a copy between them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from office import ADMIN, SUBMIT
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, inspect, select
from sqlalchemy.orm import Session
from tables_0003 import create_tables_0003
from whole_register import empty_tables, whole_register

from disclosure.workflow import Context, check_schema, create_schema, metadata, move, verify
from disclosure.workflow.kernel.backup import back_up, restore
from disclosure.workflow.kernel.database import NAMES, missing_guards, own_engine
from disclosure.workflow.kernel.migrations import upgrade
from disclosure.workflow.kernel.versions import schema_of

PATHS = (str(Path(__file__).parent), str(Path(__file__).parents[2] / "examples"))


def in_place(place: dict[str, str], *command: str) -> str:
    """What a program of Python prints in a process of its own, in which the environment names that place."""
    path = os.pathsep.join((*PATHS, os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"} | place
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, *command], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


HOST = MetaData()
CASE = Table("dsc_case", HOST, Column("id", Integer, primary_key=True), Column("title", String(40)))
"""A table of the host's own that bears a name of ours."""


def host_engine(url: str) -> Engine:
    """A host's own engine; on a server its tables stand in a schema of its own, and nothing else is on its path."""
    if url.startswith("sqlite"):
        return create_engine(url)
    maker = create_engine(url)
    with maker.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS oa")
    maker.dispose()
    return create_engine(url, connect_args={"options": "-c search_path=oa"})


def structure(connection: Connection) -> dict[str, object]:
    """Tables, columns, keys and indexes of ours as the database tells them."""
    inspector, schema = inspect(connection), schema_of(connection)
    return {
        name: (
            sorted((item["name"], str(item["type"]), item["nullable"]) for item in inspector.get_columns(name, schema)),
            sorted((item["name"], *item["column_names"]) for item in inspector.get_indexes(name, schema)),
            sorted(str(item["name"]) for item in inspector.get_unique_constraints(name, schema)),
            sorted(
                (item["name"], item["referred_schema"], item["referred_table"], *item["constrained_columns"])
                for item in inspector.get_foreign_keys(name, schema)
            ),
            inspector.get_pk_constraint(name, schema)["constrained_columns"],
            inspector.get_pk_constraint(name, schema)["name"],
        )
        for name in sorted(inspector.get_table_names(schema))
        if name in NAMES
    }


def live(url: str, other: str, file: Path) -> dict[str, object]:
    """A whole register beside the host's table; a copy of it in another database."""
    engine = host_engine(url)
    HOST.create_all(engine)
    with Session(engine) as session, session.begin():
        session.execute(CASE.insert().values(id=1, title="the host's"))
    create_schema(engine)
    whole_register(engine)
    with engine.connect() as connection:
        made, guards = structure(connection), missing_guards(connection)
        titles = connection.execute(select(CASE.c.title)).scalars().all()
        path = "" if connection.dialect.name == "sqlite" else connection.exec_driver_sql("SHOW search_path").scalar()
    back_up(engine, file)
    restore(file, other)
    copy = own_engine(other)
    check_schema(copy)
    found = {
        "tables": sorted(made),
        "guards": guards,
        "titles": titles,
        "path": path,
        "empty": sorted(empty_tables(engine)),
        "faults": [faults(engine), faults(copy)],
        "next": goes_on(copy),
        "upgraded": upgraded(url, made),
    }
    engine.dispose()
    copy.dispose()
    return found


def faults(engine: Engine) -> list[str]:
    """What the audit finds."""
    with Session(engine) as session:
        return [fault.code for fault in verify(Context(session, ADMIN)).faults]


def goes_on(engine: Engine) -> str:
    """The state of a case that is new in a copied register: its rows get numbers that no other has."""
    with Session(engine) as session, session.begin():
        return move(Context(session, ADMIN), "N-1", "submit", SUBMIT).state


def upgraded(url: str, made: dict[str, object]) -> bool:
    """Whether the tables of an earlier version come to be as the new ones are, where these were."""
    engine = host_engine(url)
    with engine.begin() as connection:
        metadata.drop_all(connection)
    with engine.begin() as connection:
        create_tables_0003(connection)
    with engine.begin() as connection:
        upgrade(connection)
    check_schema(engine)
    with engine.connect() as connection:
        same = structure(connection) == made and missing_guards(connection) == []
    engine.dispose()
    return same


if __name__ == "__main__":
    print(json.dumps(live(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
