"""Messages about a case and the results of its requests are erased with it, and nothing that is about another case."""

import json

import pytest
from office import ADMIN
from sqlalchemy import insert, select

from disclosure.workflow import CaseRow, Context
from disclosure.workflow.kernel import outbox, owner
from disclosure.workflow.kernel.outbox import Message
from disclosure.workflow.kernel.tables import kernel as t

AT = "2024-03-01T01:00:00.000+00:00"
CASE = CaseRow(1, "default", "A-1")
OURS = {"moved": {"case": "A-1"}, "sheet": {"sheet": "A-1#2"}, "listed": {"items": [{"case": "A-9"}, {"case": "A-1"}]}}
OTHERS = {"longer": {"case": "A-11"}, "named": {"note": "A-1"}, "other_sheet": {"sheet": "A-11#1"}}


def messages(texts, agency="default"):
    return [Message(f"{agency}.{key}", "case.moved", agency, json.dumps(body)) for key, body in texts.items()]


def result(key, body, agency="default"):
    row = {"agency": agency, "request_key": key, "request_hash": "0" * 64, "created_at": AT}
    return row | {"result": json.dumps(body)}


@pytest.fixture
def filled(sessions):
    """Messages and results about one case, about others, and about the same number at another agency."""
    with sessions() as session, session.begin():
        connection = session.connection()
        outbox.enqueue_new(connection, messages(OURS | OTHERS), AT)
        outbox.enqueue_new(connection, messages(OURS, "county"), AT)
        rows = [result(key, body) for key, body in (OURS | OTHERS).items()]
        connection.execute(insert(t.idempotency), [*rows, result("moved", OURS["moved"], "county")])
    return sessions


def counted(context):
    return {item.table: item.rows for item in owner.holdings(context, CASE)}


def test_what_names_the_case_or_a_sheet_of_it_is_held(filled):
    with filled() as session:
        assert counted(Context(session, ADMIN)) == {"dsc_outbox": 3, "dsc_idempotency": 3}


def test_erasing_takes_what_is_held_and_leaves_the_rest(filled):
    with filled() as session, session.begin():
        owner.erase(Context(session, ADMIN), CASE)
    with filled() as session:
        assert set(counted(Context(session, ADMIN)).values()) == {0}
        sent = set(session.execute(select(t.outbox.c.event_key)).scalars())
        kept = {tuple(row) for row in session.execute(select(t.idempotency.c.agency, t.idempotency.c.request_key))}
    assert sent == {f"default.{key}" for key in OTHERS} | {f"county.{key}" for key in OURS}
    assert kept == {("default", key) for key in OTHERS} | {("county", "moved")}


def test_more_than_one_portion_is_erased(filled):
    many = {f"m{number}": {"case": "A-1"} for number in range(owner.PORTION + 1)}
    with filled() as session, session.begin():
        outbox.enqueue_new(session.connection(), messages(many), AT)
        owner.erase(Context(session, ADMIN), CASE)
        assert set(counted(Context(session, ADMIN)).values()) == {0}
