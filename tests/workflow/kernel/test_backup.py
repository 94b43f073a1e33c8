"""A copy of the whole database: consistent while others write, whole or not there, and as good as what it was made of."""

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import rows as t
from approvals import Office
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import SetupError
from disclosure.workflow import ADMINISTRATOR, Context, metadata, verify
from disclosure.workflow.kernel import backup
from disclosure.workflow.kernel.backup import back_up, restore
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.linking import link_up

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions):
    """A case with a sheet, linked."""
    Office(sessions).accept().propose()
    link_up(sessions, "2024-03-05T00:00:00.000+00:00")
    return sessions


def all_rows(engine):
    with engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table)).all())) for name, table in metadata.tables.items()
        }


def faults(engine):
    with sessionmaker(engine)() as session:
        return verify(Context(session, ADMINISTRATOR)).faults


def test_a_copy_has_every_row_and_every_chain_of_it_is_whole(office, engine, tmp_path):
    assert back_up(engine, tmp_path / "copy.db") == (tmp_path / "copy.db").stat().st_size
    copy = open_engine(f"sqlite:///{tmp_path / 'copy.db'}", create=False)
    assert all_rows(copy) == all_rows(engine)
    assert faults(copy) == ()
    copy.dispose()
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_a_copy_becomes_a_database_that_goes_on(office, engine, request, tmp_path):
    back_up(engine, tmp_path / "copy.db")
    if engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        maker = request.getfixturevalue("maker")
        with maker.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS restored"))
            connection.execute(text("CREATE DATABASE restored"))
        url = maker.url.set(database="restored").render_as_string(hide_password=False)
    restore(tmp_path / "copy.db", url)
    restored = create_engine(url)
    assert all_rows(restored) == all_rows(engine)
    Office(sessionmaker(restored)).accept("A-2", on=ON)
    assert faults(restored) == ()
    restored.dispose()
    with pytest.raises(SetupError) as refused:
        restore(tmp_path / "copy.db", url)
    assert refused.value.code == "restore_not_empty"


def test_a_register_moves_from_a_file_to_a_server_and_back(sqlite_engine, postgresql_engine, tmp_path):
    Office(sessionmaker(sqlite_engine)).accept().propose()
    back_up(sqlite_engine, tmp_path / "one.db")
    restore(tmp_path / "one.db", postgresql_engine.url.render_as_string(hide_password=False))
    back_up(postgresql_engine, tmp_path / "two.db")
    restore(tmp_path / "two.db", f"sqlite:///{tmp_path / 'three.db'}")
    back = create_engine(f"sqlite:///{tmp_path / 'three.db'}")
    assert all_rows(back) == all_rows(sqlite_engine)
    back.dispose()


def test_a_copy_made_while_others_write_has_each_of_their_moves_whole_or_not_at_all(engine, work, tmp_path):
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            work(f"W-{number}", ("submit", ON), ("accept", ON))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(engine, tmp_path / f"{number}.db")
            copy = create_engine(f"sqlite:///{tmp_path / f'{number}.db'}")
            assert faults(copy) == ()
            with copy.connect() as connection:
                newest = connection.execute(select(func.max(t.event.c.id))).scalar() or 0
                assert connection.execute(select(func.count()).select_from(t.event)).scalar_one() == newest
            copy.dispose()
    finally:
        stop.set()
        writer.join()


def test_a_copy_that_breaks_off_leaves_the_earlier_one(office, engine, tmp_path, monkeypatch):
    back_up(engine, tmp_path / "copy.db")
    before = (tmp_path / "copy.db").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_copy_pages" if engine.dialect.name == "sqlite" else "_copy_rows_out", full)
    with pytest.raises(SetupError) as refused:
        back_up(engine, tmp_path / "copy.db")
    assert refused.value.code == "file_unwritable"
    assert (tmp_path / "copy.db").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".db"} <= {"cases.db-wal", "cases.db-shm"}


def test_a_database_is_no_copy_of_itself(sqlite_engine, tmp_path):
    with pytest.raises(SetupError) as refused:
        back_up(sqlite_engine, tmp_path / "cases.db")
    assert refused.value.code == "backup_onto_itself"


@pytest.mark.parametrize("content", [b"", b"Dear Sir or Madam, " * 100])
def test_what_is_no_copy_restores_nothing(tmp_path, content):
    Path(tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(SetupError):
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


def test_a_copy_of_an_earlier_version_is_told_by_its_version(sqlite_engine, tmp_path):
    back_up(sqlite_engine, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection, connection:
        connection.execute("UPDATE dsc_version SET version_num = '0004'")
    with pytest.raises(SetupError) as refused:
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'new.db'}")
    assert refused.value.code == "schema_version"
