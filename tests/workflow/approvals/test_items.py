"""Entries of to-do lists leave with their titles, which are not written into the outbox."""

import json

import rows as t
from approvals import Office
from office import operator
from sqlalchemy import select

from disclosure.workflow import ADMINISTRATOR, Context, pull, relay
from disclosure.workflow.approvals.items import TOPIC, title_of, with_titles

TITLE = "A-1 答复：审批"


def written(office):
    with office.sessions() as session:
        return list(session.execute(select(t.outbox.c.payload).where(t.outbox.c.topic == TOPIC)).scalars())


def test_a_title_is_made_when_the_entry_leaves(sessions):
    office = Office(sessions).accept()
    office.propose()
    (kept,) = written(office)
    assert "title" not in json.loads(kept)["items"][0]
    sent = {}
    relay(operator(sessions), lambda topic, key, payload: sent.update({topic: payload}))
    (item,) = json.loads(sent[TOPIC])["items"]
    assert item["title"] == TITLE == title_of("A-1", "reply", "approve")
    assert "move" not in item
    assert sent[TOPIC] == json.dumps(json.loads(sent[TOPIC]), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    with sessions() as session:
        pulled = pull(Context(session.connection(), ADMINISTRATOR), "u2")
    assert [entry.model_dump(mode="json") for entry in pulled] == [item]


def test_an_entry_that_was_written_with_its_title_keeps_it():
    old = '{"items":[{"case":"A-1","kind":"approve","title":"旧标题"}]}'
    assert with_titles(old) == old
