"""Checkpoints tie the chains of all cases together."""

from datetime import date

import pytest
import rows as t
from audited import checkpointed, faults, tamper
from sqlalchemy import delete, text, update

from disclosure.workflow import ADMINISTRATOR, Context, checkpoint
from disclosure.workflow.cases.checkpoints import checkpoints_with, verify_checkpoints

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions, work, clock):
    return checkpointed(sessions, work, clock, ON)


def test_a_history_cut_off_with_its_head_forged_is_found_by_the_checkpoint(office):
    with office() as session:
        head = session.execute(text("SELECT hash FROM dsc_event WHERE case_id = 1 AND seq = 2")).scalar_one()
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 3))
    tamper(office, update(t.case).where(t.case.c.id == 1).values(head_hash=head))
    assert faults(office) == [("checkpointed_step_gone", "A-1")]


def test_a_whole_case_taken_out_is_found_by_the_checkpoint(office):
    for table, column in ((t.private, "case_id"), (t.event, "case_id"), (t.case, "id")):
        tamper(office, delete(table).where(table.c[column] == 1))
    assert [code for code, _ in faults(office)] == ["checkpointed_step_gone"]


def test_a_forged_checkpoint_is_found(office):
    tamper(office, update(t.checkpoint_head).where(t.checkpoint_head.c.case_id == 1).values(seq=2))
    assert ("checkpoint_altered", "1") in faults(office)


def test_a_checkpoint_takes_only_what_has_grown(office, clock):
    with office() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 1
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 0
    assert faults(office) == []


def test_a_checkpoint_holds_the_last_step_of_each_case_then(office):
    with office() as session:
        (found,) = checkpoints_with(session.connection(), 2)
        assert [(head.case_id, head.seq) for head in found.heads] == [(1, 3), (2, 2)]
        assert verify_checkpoints(session.connection()) == ({"checkpoints": 1}, ())
