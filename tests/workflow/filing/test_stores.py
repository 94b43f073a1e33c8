"""The stores that are shipped, where they differ: files that appear whole, portions in rows."""

import os
import stat

import pytest
import rows as t
from sqlalchemy import func, select

from disclosure.states.errors import SetupError
from disclosure.workflow import FolderStore
from disclosure.workflow.filing.stores import YOUNG, DatabaseStore
from disclosure.workflow.filing.types import PORTION

KEY = "0123456789abcdef" * 2


@pytest.fixture
def connection(engine):
    with engine.connect() as found, found.begin():
        yield found


def test_the_database_holds_a_content_in_rows_of_a_portion(connection):
    store = DatabaseStore()
    store.put(connection, KEY, (b"x" * PORTION for _ in range(3)))
    sizes = connection.execute(select(func.length(t.content.c.portion))).scalars().all()
    assert sizes == [PORTION] * 3
    assert list(store.keys(connection)) == [KEY]


def test_a_file_appears_whole_for_its_owner_alone_and_nothing_else_lies_there(tmp_path, sqlite_engine):
    store = FolderStore(tmp_path / "made")
    seen = []

    def content():
        yield b"one"
        seen.extend(path.name for path in (tmp_path / "made").rglob("*") if path.is_file())
        yield b"two"

    with sqlite_engine.connect() as connection:
        store.put(connection, KEY, content())
    assert KEY not in seen
    (file,) = [path for path in (tmp_path / "made").rglob("*") if path.is_file()]
    assert (file.name, file.read_bytes()) == (KEY, b"onetwo")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_files_of_the_last_hour_may_be_on_their_way_and_others_are_none_of_ours(tmp_path, sqlite_engine):
    store = FolderStore(tmp_path)
    with sqlite_engine.connect() as connection:
        store.put(connection, KEY, [b"x"])
        (tmp_path / "01" / "desktop.ini").write_bytes(b"x")
        assert list(store.keys(connection)) == []
        path = tmp_path / "01" / KEY
        before = path.stat().st_mtime - YOUNG - 1
        os.utime(path, (before, before))
        assert list(store.keys(connection)) == [KEY]


def test_a_folder_that_cannot_be_written_is_told_by_its_name(tmp_path, sqlite_engine):
    (tmp_path / "file").write_bytes(b"")
    store = FolderStore(tmp_path / "file")
    with sqlite_engine.connect() as connection, pytest.raises(SetupError) as refused:
        store.put(connection, KEY, [b"x"])
    assert refused.value.code == "file_unwritable"
    assert str(tmp_path / "file") in refused.value.fields["path"]


def test_what_is_no_file_in_the_place_of_one_is_told(tmp_path, sqlite_engine):
    (tmp_path / "01" / KEY).mkdir(parents=True)
    store = FolderStore(tmp_path)
    with sqlite_engine.connect() as connection:
        with pytest.raises(SetupError) as refused:
            list(store.get(connection, KEY))
        assert refused.value.code == "file_unreadable"
        with pytest.raises(SetupError):
            store.remove(connection, KEY)
