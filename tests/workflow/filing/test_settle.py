"""Stores outside of the database keep step with its transactions, however these end."""

import pytest
import rows as t
from erasing import LATER, erased, set_retention
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import event, select
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    Context,
    FixedClock,
    MemoryStore,
    attach,
    attachments,
    change_settings,
    erase,
    list_erasure,
    move,
    register_store,
    verify,
)
from disclosure.workflow.filing.port import remove_store

TEXT = "申请补正".encode()


@pytest.fixture
def store():
    """A host's store, into which new contents go."""
    found = MemoryStore("oa")
    register_store(found)
    yield found
    remove_store("oa")


@pytest.fixture
def office(sessions, store):
    """A case whose contents lie in that store."""
    with sessions() as session, session.begin():
        context = Context(session, ADMIN)
        change_settings(context, {"attachment_store": "oa"})
        move(context, "A-1", "submit", SUBMIT, at="2024-03-01")
    return sessions


def rows(sessions):
    with sessions() as session:
        return list(session.execute(select(t.attached.c.store_key)).scalars())


def test_what_is_committed_stays(office, store):
    with office() as session, session.begin():
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
    assert list(store.contents) == rows(office)
    with office() as session, session.begin():
        attach(Context(session, ADMIN), "A-1", "b.txt", TEXT)
    assert sorted(store.contents) == sorted(rows(office))
    assert len(store.contents) == 2


def test_what_the_host_rolls_back_is_taken_out_again(office, store):
    with office() as session:
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
        assert len(store.contents) == 1
        session.rollback()
    assert store.contents == {} and rows(office) == []


def test_what_a_session_is_closed_over_is_taken_out_again(office, store):
    with office() as session:
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
    assert store.contents == {}


def test_what_a_savepoint_took_back_goes_when_the_rest_is_committed(office, store):
    with office() as session, session.begin():
        attach(Context(session, ADMIN), "A-1", "a.txt", TEXT)
        with session.begin_nested() as nested:
            attach(Context(session, ADMIN), "A-1", "b.txt", TEXT)
            nested.rollback()
    assert list(store.contents) == rows(office)
    assert len(store.contents) == 1


def test_a_transaction_after_one_that_failed_on_the_same_connection_keeps_what_it_puts(office, store):
    with office.kw["bind"].connect() as connection:
        attach(Context(connection, ADMIN), "A-1", "a.txt", TEXT)
        connection.rollback()
        attach(Context(connection, ADMIN), "A-1", "a.txt", TEXT)
        connection.commit()
    assert list(store.contents) == rows(office)
    assert len(store.contents) == 1


@pytest.fixture
def filed(office, store):
    """Something is filed, and the case may be erased."""
    with office() as session, session.begin():
        context = Context(session, CLERK.model_copy(update={"roles": ("administrator",)}))
        attach(context, "A-1", "a.txt", TEXT)
        move(context, "A-1", "withdraw", {"reason": "不要了"}, at="2024-03-02")
        move(context, "A-1", "close", at="2024-03-03")
    return office


def test_what_is_erased_goes_as_it_is_committed(filed, store):
    erased(filed, "A-1")
    assert store.contents == {}
    with filed() as session:
        assert verify(Context(session, ADMIN)).faults == ()
        assert [item.erased for item in attachments(Context(session, ADMIN), "A-1")] == [True]


def listed_for_erasure(sessions):
    set_retention(sessions)
    with sessions() as session, session.begin():
        list_erasure(Context(session, ADMIN, clock=FixedClock(LATER)), "A-1")


def test_an_erasure_that_is_rolled_back_leaves_the_content(filed, store):
    listed_for_erasure(filed)
    with filed() as session:
        erase(Context(session, ADMIN, clock=FixedClock(LATER)), "A-1")
        assert len(store.contents) == 1
        session.rollback()
    assert list(store.contents) == rows(filed)
    with filed() as session:
        assert verify(Context(session, ADMIN)).faults == ()


def test_an_erasure_that_fails_in_its_unit_leaves_the_content_though_the_host_commits(filed, store):
    listed_for_erasure(filed)
    engine = filed.kw["bind"]

    def refuse(connection, cursor, statement, *rest):
        if statement.startswith("INSERT INTO dsc_erasure "):
            raise DisclosureError("stopped")

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        with filed() as session, session.begin(), pytest.raises(DisclosureError):
            erase(Context(session, ADMIN, clock=FixedClock(LATER)), "A-1")
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
    assert list(store.contents) == rows(filed)


def test_without_the_store_nothing_is_erased(filed, store):
    listed_for_erasure(filed)
    remove_store("oa")
    with sessionmaker(filed.kw["bind"])() as session, session.begin(), pytest.raises(DisclosureError) as refused:
        erase(Context(session, ADMIN, clock=FixedClock(LATER)), "A-1")
    assert refused.value.code == "store_missing"
    assert list(store.contents) == rows(filed)
