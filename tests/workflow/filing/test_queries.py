"""What other rooms ask of attachments."""

import pytest
import rows as t
from attached import PDF
from office import ADMIN, SUBMIT
from sqlalchemy import update

from disclosure.states.errors import SetupError
from disclosure.workflow import Context, MemoryStore, attach, change_settings, move, register_store
from disclosure.workflow.filing.port import remove_store
from disclosure.workflow.filing.queries import enclosures, outside

TEXT = "申请补正".encode()


@pytest.fixture
def context(sessions):
    with sessions() as session, session.begin():
        found = Context(session, ADMIN)
        move(found, "A-1", "submit", SUBMIT, at="2024-03-01")
        yield found


def test_a_bundle_gets_each_attachment_with_its_content(context):
    attach(context, "A-1", "a.txt", TEXT)
    attach(context, "A-1", "b.pdf", PDF)
    found = enclosures(context.connection, 1, "A-1")
    assert [(item.kept.apart.name, item.content) for item in found] == [("a.txt", TEXT), ("b.pdf", PDF)]


def test_a_bundle_with_another_content_or_without_one_is_none(context):
    attach(context, "A-1", "a.txt", TEXT)
    context.connection.execute(update(t.content).values(portion=b"other"))
    with pytest.raises(SetupError) as refused:
        enclosures(context.connection, 1, "A-1")
    assert refused.value.code == "attachment_altered"
    context.connection.execute(t.content.delete())
    with pytest.raises(SetupError) as refused:
        enclosures(context.connection, 1, "A-1")
    assert refused.value.code == "attachment_missing"


def test_what_no_copy_of_the_database_holds_is_counted_by_its_store(context):
    register_store(MemoryStore("oa"))
    try:
        attach(context, "A-1", "a.txt", TEXT)
        assert outside(context.connection) == {}
        change_settings(context, {"attachment_store": "oa"})
        attach(context, "A-1", "b.txt", TEXT)
        assert outside(context.connection) == {"oa": 1}
    finally:
        remove_store("oa")
