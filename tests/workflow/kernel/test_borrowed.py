"""Connections that a host opens without SQLAlchemy: its transactions hold ours, and its connection stays as it was."""

import json
import sqlite3
import sys
from contextlib import closing

import bridged
import psycopg
import pytest
from office import ADMIN, SUBMIT
from placed import in_place
from sqlalchemy import make_url

from disclosure.states.errors import SetupError
from disclosure.workflow import Context, borrowed_engine, describe, move, upgrade, verify


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_case_moves_inside_of_djangos_transaction_and_is_committed_and_rolled_back_with_it(fresh, tmp_path, kind):
    url = make_url(fresh(kind))
    database = {"ENGINE": f"django.db.backends.{'sqlite3' if kind == 'sqlite' else kind}", "NAME": url.database}
    if kind == "postgresql":
        database |= {"USER": url.username, "PASSWORD": url.password or "", "HOST": url.query["host"]}
    (tmp_path / "contents").mkdir()
    found = json.loads(in_place({}, bridged.__file__, json.dumps(database), str(tmp_path / "contents")))
    assert found == {
        "printed": bridged.promised(),
        "setting": [4, 2],
        "agency": "unknown_agency",
        "contents": [0, 1],
        "counted": "1 case, 2 notes",
        "faults": [],
        "untouched": True,
    }


def test_a_transaction_of_the_driver_itself_is_committed_by_whoever_began_it(fresh):
    address = make_url(fresh("postgresql")).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as raw:
        engine = borrowed_engine("postgresql", lambda: raw)
        with engine.begin() as shared:
            upgrade(shared)
            move(Context(shared, ADMIN), "A-1", "submit", SUBMIT)
        raw.rollback()
        with engine.begin() as shared:
            upgrade(shared)
        raw.commit()
        with engine.begin() as shared:
            assert verify(Context(shared, ADMIN)).cases == 0


def test_what_is_taken_back_here_takes_nothing_of_the_hosts():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        engine = borrowed_engine("sqlite", lambda: raw)
        raw.execute("BEGIN")
        raw.execute("CREATE TABLE oa_note (text)")
        with engine.connect() as shared:
            upgrade(shared)
            shared.rollback()
        with engine.connect() as shared:
            upgrade(shared)  # and left without a word: taken back, too
        assert raw.in_transaction
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("oa_note",)]


def test_a_connection_without_a_transaction_is_refused_before_anything_is_written(fresh):
    address = make_url(fresh("postgresql")).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(sqlite3.connect(":memory:")) as file, psycopg.connect(address, autocommit=True) as server:
        for kind, raw in (("sqlite", file), ("postgresql", server)):
            with pytest.raises(SetupError) as refused, borrowed_engine(kind, lambda raw=raw: raw).begin():
                pass
            assert refused.value.code == "borrowed_idle"
            assert "atomic" in describe(refused.value)
        with server.transaction(), borrowed_engine("postgresql", lambda: server).begin() as shared:
            upgrade(shared)


def test_another_driver_is_refused_by_its_name():
    with pytest.raises(SetupError) as refused, borrowed_engine("postgresql", lambda: sys).begin():
        pass
    assert (refused.value.code, refused.value.fields) == ("borrowed_driver", {"driver": "builtins"})
    with pytest.raises(SetupError) as refused:
        borrowed_engine("mysql", lambda: None)
    assert refused.value.code == "database_unsupported"
