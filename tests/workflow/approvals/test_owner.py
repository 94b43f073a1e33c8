"""Sheets under tampering and erasing: found, and whole."""

import pytest
import rows as t
from approvals import Office, procedure_text
from audited import tamper, unguarded
from erasing import erased
from sqlalchemy import select, text
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, verify
from disclosure.workflow.approvals.owner import _Named
from disclosure.workflow.approvals.store import action_hash

SEALED = procedure_text("head disclosure_head any 10", "leader leader any 20", seal="seal_keeper")
TAMPER = {
    "UPDATE dsc_action SET user_id = 'u1' WHERE verb = 'approve'": "sheet_action_altered",
    "UPDATE dsc_action SET data = '{}' WHERE seq = 1": "sheet_action_altered",
    "DELETE FROM dsc_action WHERE seq = (SELECT max(seq) FROM dsc_action)": "sheet_actions_cut",
    "DELETE FROM dsc_action": "sheet_without_actions",
    'UPDATE dsc_aside SET payload = \'{"data": {}, "draft": ""}\' WHERE kind = \'content\'': "sheet_text_altered",
    "UPDATE dsc_aside SET payload = '\"不同意\"' WHERE kind = 'opinion'": "sheet_text_altered",
    "UPDATE dsc_sheet SET content_hash = 'x'": "signature_of_another_text",
    "UPDATE dsc_sheet SET sealed_hash = 'x'": "sealed_another_text",
    "UPDATE dsc_sheet SET event_seq = NULL": "sheet_and_history_differ",
}


def finished(sessions):
    """A sheet that has been approved with an opinion, and sealed."""
    office = Office(sessions, text=SEALED).accept()
    office.propose()
    office.do("u2", "approve", opinion="同意")
    done = office.do("u3", "approve", opinion="同意")
    office.do("u8", "seal", content=done.content)
    return office


def codes(sessions):
    with sessions() as session:
        return {fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults}


@pytest.mark.parametrize("statement", TAMPER)
def test_tampering_is_found(sqlite_engine, statement):
    sessions = sessionmaker(sqlite_engine)
    finished(sessions)
    assert codes(sessions) == set()
    tamper(sessions, text(statement))
    assert TAMPER[statement] in codes(sessions)


def forge(sessions, statement):
    """Changes the actions of the sheet by a hand that holds the database, and links them anew."""
    with sessions() as session, session.begin(), unguarded(session.connection()):
        session.execute(text(statement))
        before = "0" * 64
        for row in session.execute(select(t.action).order_by(t.action.c.seq)).mappings().all():
            link = action_hash(_Named("default", "A-1", 1), {**row, "prev_hash": before})
            where = t.action.c.id == row["id"]
            session.execute(t.action.update().where(where).values(prev_hash=before, hash=link))
            before = link
        session.execute(t.sheet.update().values(head_hash=before))


def test_a_drafter_who_signs_by_a_hand_of_the_database_is_found(sqlite_engine):
    """The chain can be forged by who holds the database; the separation of duties is judged all the same."""
    sessions = sessionmaker(sqlite_engine)
    finished(sessions)
    forge(sessions, "UPDATE dsc_action SET user_id = 'u1' WHERE verb = 'approve'")
    assert codes(sessions) == {"drafter_approved"}


def test_one_person_who_has_signed_both_reviews_by_a_hand_of_the_database_is_found(sqlite_engine):
    sessions = sessionmaker(sqlite_engine)
    office = Office(sessions, text=SEALED).accept()
    office.propose(data={"outcome": "denied_internal", "delivery": "post", "ground": "16.1"})
    for user in ("u4", "u6", "u2", "u3"):
        office.do(user, "approve")
    assert codes(sessions) == set()
    forge(sessions, "UPDATE dsc_action SET user_id = 'u6' WHERE verb = 'approve' AND user_id = 'u4'")
    assert codes(sessions) == {"both_reviews_by_one"}


def test_a_review_that_was_passed_over_by_a_hand_of_the_database_is_found(sqlite_engine):
    sessions = sessionmaker(sqlite_engine)
    office = Office(sessions, text=SEALED).accept()
    office.propose(data={"outcome": "denied_internal", "delivery": "post", "ground": "16.1"})
    for user in ("u4", "u6", "u2", "u3"):
        office.do(user, "approve")
    assert codes(sessions) == set()
    forge(sessions, "UPDATE dsc_action SET verb = 'read' WHERE user_id = 'u6'")
    assert codes(sessions) == {"review_passed_over"}


def test_erasing_clears_drafts_and_opinions_and_the_audit_stays_clean(sessions):
    office = finished(sessions)
    for name, data in (("serve", {"proof": "回执"}), ("close", {})):
        office.make("u1", "A-1", name, data)
    erased(sessions, "A-1")
    with sessions() as session:
        assert set(session.execute(select(t.aside.c.payload)).scalars()) == {None}
    assert codes(sessions) == set()
