"""The chained entries of a case, and what is personal of each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import rows as t
from office import ADMIN, SUBMIT
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData
from disclosure.workflow import Context, attach, attachments, change_settings, move, verify
from disclosure.workflow.cases.queries import id_of
from disclosure.workflow.filing.commands import MB
from disclosure.workflow.filing.entries import entries, find_entry, size_of

TEXT = "申请补正".encode()
WRITERS = 4


@pytest.fixture
def case(sessions):
    with sessions() as session, session.begin():
        move(Context(session, ADMIN), "A-1", "submit", SUBMIT, at="2024-03-01")
    return sessions


def test_an_entry_holds_the_one_before_and_says_nothing_of_name_or_content(case):
    with case() as session, session.begin():
        for name in ("张三.txt", "李四.txt"):
            attach(Context(session, ADMIN), "A-1", name, TEXT)
        connection = session.connection()
        one, two = (item.entry for item in entries(connection, 1))
        assert two.prev_hash == one.hash != two.hash
        assert one.seal != two.seal
        stored = str(session.execute(select(t.attachment)).all())
        told = attachments(Context(session, ADMIN), "A-1")[0].sha256
    assert told not in stored and "张三" not in stored


def test_one_is_found_by_its_number(case):
    with case() as session, session.begin():
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
        found = find_entry(session.connection(), 1, 1)
        assert found is not None and found.apart.name == "a.txt"
        assert find_entry(session.connection(), 1, 2) is None
        assert find_entry(session.connection(), 2, 1) is None


def test_the_database_itself_refuses_to_change_an_entry_or_take_it_away(case):
    with case() as session, session.begin():
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
    for statement in (update(t.attachment).values(role="evidence"), t.attachment.delete()):
        with case() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)


def test_those_who_file_at_once_get_numbers_one_after_the_other_and_share_one_limit(case):
    with case() as session, session.begin():
        change_settings(Context(session, ADMIN), {"attachment_mb": "1", "case_attachments_mb": "3"})
    start = Barrier(WRITERS)

    def file(place):
        start.wait(timeout=60)
        with sessionmaker(case.kw["bind"])() as session, session.begin():
            try:
                return attach(Context(session, ADMIN), "A-1", f"{place}.txt", b"x" * MB).number
            except BadData as error:
                return error.faults[0]["problem"]

    with ThreadPoolExecutor(WRITERS) as pool:
        ends = list(pool.map(file, range(WRITERS)))
    assert sorted(map(str, ends)) == ["1", "2", "3", "attachments_too_large"]
    with case() as session:
        connection = session.connection()
        assert size_of(connection, id_of(connection, "default", "A-1")) == 3 * MB
        assert verify(Context(session, ADMIN)).faults == ()
