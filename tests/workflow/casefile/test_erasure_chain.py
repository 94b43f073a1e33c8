"""Every listing and every erasure is a link: one that is altered, removed or cut off is found."""

from datetime import date

import pytest
from audited import tamper
from erasing import erased
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, verify

ON = date(2024, 3, 1)
TAMPER = {
    "UPDATE dsc_erasure SET user_id = 'x' WHERE seq = 2": "erasure_altered",
    "UPDATE dsc_erasure SET list = '{}' WHERE seq = 1": "erasure_altered",
    "UPDATE dsc_erasure SET case_no = 'A-9' WHERE seq = 4": "erasure_altered",
    "UPDATE dsc_erasure SET recorded_at = 'x' WHERE seq = 3": "erasure_altered",
    "DELETE FROM dsc_erasure WHERE seq = 1": "erasure_missing",
    "DELETE FROM dsc_erasure WHERE seq = 4": "erasure_missing",
    "DELETE FROM dsc_erasure": "erasure_missing",
    "DELETE FROM dsc_erasure_head": "erasure_missing",
    "UPDATE dsc_erasure_head SET seq = 3": "erasure_missing",
}


@pytest.fixture
def twice(sqlite_engine, work):
    found = sessionmaker(sqlite_engine)
    for number in ("A-1", "A-2"):
        work(number, ("submit", ON), ("withdraw", ON, {"reason": "不要了", "proof": "撤回申请"}), ("close", ON))
        erased(found, number)
    return found


@pytest.fixture
def sessions(sqlite_engine):
    return sessionmaker(sqlite_engine)


def found(sessions):
    with sessions() as session:
        return [fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults]


@pytest.mark.parametrize("statement", TAMPER)
def test_tampering_is_found(twice, statement):
    assert found(twice) == []
    tamper(twice, text(statement))
    assert TAMPER[statement] in found(twice)


def test_the_links_are_never_changed_nor_deleted(twice):
    for statement in ("DELETE FROM dsc_erasure", "UPDATE dsc_erasure SET user_id = 'x'"):
        with twice() as session, pytest.raises(DBAPIError):
            session.execute(text(statement))
