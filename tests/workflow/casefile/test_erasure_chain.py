"""Every listing and every erasure is a link: one that is altered, removed or cut off is found."""

from datetime import date

import pytest
from audited import tamper
from erasing import erased
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, checkpoint, verify
from disclosure.workflow.casefile.erasure_chain import add_link

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
        work(number, ("submit", ON), ("withdraw", ON, {"reason": "不要了"}), ("close", ON))
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


def forged(sessions, act, number="A-1", listed=""):
    """One more link with its hashes in order, as whoever has the database can make it."""
    with sessions() as session, session.begin():
        context = Context(session, ADMINISTRATOR, clock=FixedClock(ON))
        add_link(context, act, number, "{}", listed)


def test_an_erasure_that_nobody_had_listed_is_no_record_of_one(twice):
    forged(twice, "erased")
    assert found(twice) == ["erasure_unlisted"]


def test_an_erasure_of_another_list_than_the_one_before_it_is_found(twice):
    forged(twice, "listed", listed="a")
    forged(twice, "erased", listed="b")
    assert found(twice) == ["erasure_unlisted"]


def test_what_is_said_to_have_been_erased_before_the_chain_was_there_from_its_beginning(twice):
    """Else whoever takes personal data away writes that it was done before anybody kept a record of it."""
    forged(twice, "earlier")
    assert found(twice) == []
    with twice() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR))
    assert found(twice) == []
    forged(twice, "earlier")
    assert found(twice) == ["erasure_not_earlier"]
    with twice() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR))
    assert found(twice) == ["erasure_not_earlier"]
