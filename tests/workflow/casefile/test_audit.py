"""The history proves itself: whatever is altered, removed or cut off is found."""

from datetime import date

import pytest
import rows as t
from office import ADMIN
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from disclosure.workflow import ADMINISTRATOR, Context, checkpoint, erase, verify

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions, work, clock):
    """Two cases of some steps, sealed by a checkpoint, and one step more."""
    work("A-1", ("submit", ON), ("accept", ON), ("reply", ON, {"outcome": "granted", "delivery": "post"}))
    work("A-2", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 2
    work("A-2", ("withdraw", ON, {"reason": "不要了"}))
    return sessions


def tamper(sessions, statement) -> None:
    """Changes a row behind the product's back, as somebody with the database's password could."""
    with sessions() as session, session.begin():
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS dsc_event_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE dsc_event DISABLE TRIGGER ALL"))
        connection.execute(statement)


def faults(sessions) -> list[tuple[str, str]]:
    """What the audit finds."""
    with sessions() as session:
        return [(fault.code, fault.where) for fault in verify(Context(session, ADMINISTRATOR)).faults]


def test_an_untouched_history_is_whole(office):
    with office() as session:
        found = verify(Context(session, ADMINISTRATOR))
    assert (found.cases, found.events, found.checkpoints, found.faults) == (2, 6, 1, ())


def test_the_database_itself_refuses_to_change_the_history(office):
    for statement in (update(t.event).values(move="submit"), delete(t.event)):
        with office() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("on_date", date(2024, 2, 1)),
        ("data", '{"outcome":"partial"}'),
        ("actor", '{"user_id":"x"}'),
        ("move", "serve"),
        ("recorded_at", "2024-01-01T00:00:00.000+00:00"),
        ("hash", "0" * 64),
    ],
)
def test_an_altered_step_is_found(office, column, value):
    case = t.event.c.case_id == 1
    tamper(office, update(t.event).where(case, t.event.c.seq == 2).values({column: value}))
    assert ("step_altered", "A-1") in faults(office)


def test_a_step_taken_out_is_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 2))
    assert ("step_missing", "A-1") in faults(office)


def test_steps_cut_off_at_the_end_are_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 2, t.event.c.seq == 3))
    assert ("end_missing", "A-2") in faults(office)


def test_a_history_cut_off_with_its_head_forged_is_found_by_the_checkpoint(office):
    with office() as session:
        head = session.execute(text("SELECT hash FROM dsc_event WHERE case_id = 1 AND seq = 2")).scalar_one()
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 3))
    tamper(office, update(t.case).where(t.case.c.id == 1).values(head_hash=head))
    assert faults(office) == [("sealed_step_gone", "A-1")]


def test_a_whole_case_taken_out_is_found_by_the_checkpoint(office):
    for table, column in ((t.private, "case_id"), (t.event, "case_id"), (t.case, "id")):
        tamper(office, delete(table).where(table.c[column] == 1))
    assert [code for code, _ in faults(office)] == ["sealed_step_gone"]


def test_a_forged_checkpoint_is_found(office):
    tamper(office, update(t.checkpoint_head).where(t.checkpoint_head.c.case_id == 1).values(seq=2))
    assert ("checkpoint_altered", "1") in faults(office)


def test_altered_personal_data_are_found_and_erased_ones_are_not_a_fault(office, work, clock):
    tamper(office, update(t.private).where(t.private.c.case_id == 2).values(payload='{"applicant.name":"别人"}'))
    assert faults(office) == [("private_altered", "A-2")]
    work("A-1", ("close", date(2024, 3, 2)))
    with office() as session, session.begin():
        erase(Context(session, ADMIN, clock=clock), "A-1")
    assert faults(office) == [("private_altered", "A-2")]


def test_a_checkpoint_takes_only_what_has_grown(office, clock):
    with office() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 1
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 0
    assert faults(office) == []
