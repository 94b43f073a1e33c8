"""Every change of an attachment is found, and erasing takes name and content and leaves the entry."""

import os

import pytest
import rows as t
from attached import EACH, PDF
from audited import unguarded
from erasing import erased
from office import ADMIN, SUBMIT
from sqlalchemy import delete, insert, select, update

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import (
    ADMINISTRATOR,
    CaseRow,
    Context,
    attach,
    attachments,
    change_settings,
    checkpoint,
    move,
    verify,
)
from disclosure.workflow.filing.owner import Annex, annexes, holdings
from disclosure.workflow.filing.port import VARIABLE
from disclosure.workflow.filing.stores import YOUNG

TEXT = "申请补正".encode()


@pytest.fixture(params=["database", "folder"])
def store(request, monkeypatch, tmp_path):
    """Where the contents lie."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "contents"))
    return request.param


@pytest.fixture
def filed(sessions, store):
    """Two cases with three attachments, linked."""
    with sessions() as session, session.begin():
        context = Context(session, ADMIN)
        change_settings(context, {"attachment_store": store})
        for number in ("A-1", "A-2"):
            move(context, number, "submit", SUBMIT, at="2024-03-01")
        for number, name, content in (("A-1", "a.txt", TEXT), ("A-1", "b.pdf", PDF), ("A-2", "c.txt", TEXT)):
            attach(context, number, name, content)
        checkpoint(context)
    return sessions


def faults(sessions, agency=None):
    """What the audit finds, by code, place and number; each has its sentence."""
    with sessions() as session:
        found = verify(Context(session, ADMINISTRATOR), agency)
        assert all(describe(item.remark) and "{" not in describe(item.remark) for item in found.faults)
        return [(item.code, item.where, item.seq) for item in found.faults]


def changed(sessions, *statements):
    """What is found once somebody has changed the rows behind the product's back."""
    with sessions() as session, session.begin(), unguarded(session.connection()):
        for statement in statements:
            session.execute(statement)
    return faults(sessions)


def mine(table, seq=1):
    return table.c.case_id == 1, table.c.seq == seq


def test_what_is_whole_has_no_fault_and_is_counted(filed):
    assert faults(filed) == []
    with filed() as session:
        assert verify(Context(session, ADMINISTRATOR)).attachments == 3


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("role", "evidence"),
            ("type", "pdf"),
            ("size", 1),
            ("seal", "0" * 64),
            ("recorded_at", "x"),
            ("actor", "{}"),
        ),
    ],
)
def test_an_entry_that_was_changed_is_found(filed, column, value):
    statement = update(t.attachment).where(*mine(t.attachment)).values({column: value})
    assert ("attachment_entry_altered", "A-1", 1) in changed(filed, statement)


@pytest.mark.parametrize("column", ["name", "sha256", "salt", "store_key"])
def test_what_stands_apart_is_held_by_the_entry(filed, column):
    statement = update(t.attached).where(*mine(t.attached)).values({column: "0" * 32})
    found = changed(filed, statement)
    assert found[0][0] in ("attachment_changed", "attachment_lost") and found[0][1:] == ("A-1", 1)


def test_an_attachment_that_changes_places_with_another_is_found(filed):
    with filed() as session:
        one, two = session.execute(select(t.attached.c.store_key).where(t.attached.c.case_id == 1)).scalars()
    found = changed(
        filed,
        update(t.attached).where(*mine(t.attached)).values(store_key=two),
        update(t.attached).where(*mine(t.attached, 2)).values(store_key=one),
    )
    assert found == [("attachment_changed", "A-1", 1), ("attachment_changed", "A-1", 2)]


def test_an_entry_that_is_gone_is_found_also_the_last(filed):
    gone = [delete(t.attached).where(*mine(t.attached, 2)), delete(t.attachment).where(*mine(t.attachment, 2))]
    found = changed(filed, *gone)
    assert ("gone_attachment", "A-1", 2) in found
    with filed() as session, session.begin(), unguarded(session.connection()):
        session.execute(delete(t.attachment).where(*mine(t.attachment, 1)))
    assert ("attachments_cut", "A-1", 1) in faults(filed)


def test_an_entry_before_others_that_is_gone_is_found(filed):
    assert ("attachments_cut", "A-1", 2) in changed(filed, delete(t.attachment).where(*mine(t.attachment)))


def test_what_stands_apart_and_is_gone_is_found(filed):
    assert ("attachment_lost", "A-1", 1) in changed(filed, delete(t.attached).where(*mine(t.attached)))


def test_what_only_says_that_it_was_erased_is_found(filed):
    gone = {"name": None, "salt": None, "sha256": None, "store_key": None, "erased_at": "2024-03-01T00:00:00.000+00:00"}
    found = changed(filed, update(t.attached).where(*mine(t.attached)).values(gone))
    assert ("erased_without_record", "A-1", None) in found


def test_an_audit_of_one_agency_tells_of_that_agency_alone(filed):
    with filed() as session, session.begin(), unguarded(session.connection()):
        session.execute(delete(t.attached).where(*mine(t.attached)))
    assert faults(filed, "default") == [("attachment_lost", "A-1", 1)]


class TestDatabase:
    """Contents in rows."""

    @pytest.fixture
    def store(self):
        return "database"

    def test_a_content_that_was_changed_cut_or_taken_away_is_found(self, filed):
        with filed() as session:
            key = session.execute(select(t.attached.c.store_key).where(*mine(t.attached))).scalar_one()
        here = t.content.c.store_key == key
        longer = insert(t.content).values(store_key=key, place=1, portion=b"x")
        other = update(t.content).where(here, t.content.c.place == 0).values(portion=b"x")
        fault = ("attachment_changed", "A-1", 1)
        assert changed(filed, longer) == [fault]
        assert changed(filed, other) == [fault]
        assert changed(filed, delete(t.content).where(here)) == [("attachment_lost", "A-1", 1)]

    def test_a_content_that_no_row_names_is_found(self, filed):
        stray = insert(t.content).values(store_key="f" * 32, place=0, portion=b"x")
        assert changed(filed, stray) == [("attachment_stray", f"database/{'f' * 32}", None)]


class TestFolder:
    """Contents in files."""

    @pytest.fixture
    def store(self, monkeypatch, tmp_path):
        monkeypatch.setenv(VARIABLE, str(tmp_path / "contents"))
        return "folder"

    @pytest.fixture
    def file(self, filed, tmp_path):
        """The file of the first attachment."""
        with filed() as session:
            key = session.execute(select(t.attached.c.store_key).where(*mine(t.attached))).scalar_one()
        return tmp_path / "contents" / key[:2] / key

    def test_a_file_that_was_changed_or_taken_away_is_found(self, filed, file):
        file.write_bytes(TEXT + b"x")
        assert faults(filed) == [("attachment_changed", "A-1", 1)]
        file.unlink()
        assert faults(filed) == [("attachment_lost", "A-1", 1)]

    def test_a_file_that_no_row_names_is_found_once_it_is_an_hour_old(self, filed, file):
        stray = file.parent / ("f" * 32)
        stray.write_bytes(b"x")
        assert faults(filed) == []
        old = file.stat().st_mtime - YOUNG - 1
        os.utime(stray, (old, old))
        assert faults(filed) == [("attachment_stray", f"folder/{'f' * 32}", None)]

    def test_a_store_that_this_process_lacks_is_told_of_each_attachment(self, filed, monkeypatch):
        monkeypatch.delenv(VARIABLE)
        assert {code for code, _, _ in faults(filed)} == {"attachment_store_missing"}


def closed(sessions):
    with sessions() as session, session.begin():
        context = Context(session, ADMIN)
        move(context, "A-1", "withdraw", {"reason": "不要了"}, at="2024-03-02")
        move(context, "A-1", "close", at="2024-03-03")


def test_erasing_takes_names_hashes_and_contents_and_leaves_the_entries_whole(filed, tmp_path):
    closed(filed)
    with filed() as session:
        (held,) = holdings(Context(session, ADMIN), CaseRow(1, "default", "A-1"))
        assert (held.table, held.rows) == ("dsc_attached", 2)
    done = erased(filed, "A-1")
    assert {item.table: item.rows for item in done.items}["dsc_attached"] == 2
    assert faults(filed) == []
    with filed() as session:
        told = attachments(Context(session, ADMIN), "A-1", unmasked=True)
        assert [(item.number, item.sha256, item.erased, item.size) for item in told] == [
            (1, None, True, len(TEXT)),
            (2, None, True, len(PDF)),
        ]
        left = session.execute(select(t.attached.c.name, t.attached.c.salt).where(t.attached.c.case_id == 1)).all()
        assert {tuple(row) for row in left} == {(None, None)}
        assert [item.erased for item in attachments(Context(session, ADMIN), "A-2")] == [False]
        contents = session.execute(select(t.content.c.store_key).distinct()).all()
    files = [path for path in (tmp_path / "contents").rglob("*") if path.is_file()]
    assert len(contents) + len(files) == 1


def test_a_reply_gives_what_is_filed_as_its_annexes_alone(sessions):
    with sessions() as session, session.begin():
        context = Context(session, ADMIN)
        move(context, "A-1", "submit", SUBMIT, at="2024-03-01")
        attach(context, "A-1", "a.txt", TEXT)
        assert annexes(context.connection, 1) == []
        for name, key in (("批复.pdf", "pdf"), ("清单.xlsx", "xlsx")):
            attach(context, "A-1", name, EACH[key], role="annex")
        assert annexes(context.connection, 1) == [Annex("批复.pdf", "pdf"), Annex("清单.xlsx", "xlsx")]
