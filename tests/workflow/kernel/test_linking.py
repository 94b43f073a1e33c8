"""The register-wide chain ties all other chains together, and the rows that stand by themselves."""

from datetime import date

import pytest
import rows as t
from approvals import Office
from audited import checkpointed, faults, tamper
from office import ADMIN, operator
from sqlalchemy import delete, func, insert, select, text, update

from disclosure.workflow import ADMINISTRATOR, Context, change_settings, checkpoint, freeze, set_profile, tick
from disclosure.workflow.kernel import linking

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions, work, clock):
    return checkpointed(sessions, work, clock, ON)


def test_a_history_cut_off_with_its_head_forged_is_found_by_the_checkpoint(office):
    with office() as session:
        head = session.execute(text("SELECT hash FROM dsc_event WHERE case_id = 1 AND seq = 2")).scalar_one()
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 3))
    tamper(office, update(t.case).where(t.case.c.id == 1).values(head_hash=head))
    assert faults(office) == [("gone_case", "A-1")]


def test_a_whole_case_taken_out_is_found_by_the_checkpoint(office):
    for table, column in ((t.private, "case_id"), (t.pair, "case_id"), (t.event, "case_id"), (t.case, "id")):
        tamper(office, delete(table).where(table.c[column] == 1))
    assert faults(office) == [("gone_case", "1")]


@pytest.mark.parametrize("column", ["kind", "ref", "seq", "hash", "state"])
def test_an_end_that_was_written_anew_is_found(office, column):
    value = {"kind": "read", "ref": 9, "seq": 9}.get(column, "0" * 64)
    tamper(office, update(t.link).where(t.link.c.kind == "case", t.link.c.ref == 1).values({column: value}))
    assert ("checkpoint_altered", "1") in faults(office)


@pytest.mark.parametrize("column", ["created_at", "heads", "scheme", "prev_hash", "hash"])
def test_a_checkpoint_that_was_written_anew_is_found(office, column):
    value = {"heads": 9, "scheme": 3, "created_at": "x"}.get(column, "0" * 63 + "1")
    tamper(office, update(t.checkpoint).values({column: value}))
    assert ("checkpoint_altered", "1") in faults(office)


def test_an_end_of_the_first_scheme_cannot_be_passed_off_as_of_another_kind(office):
    """Its hash knew chains of cases only: what is said to be of no kind would be compared with nothing."""
    with office() as session:
        found = next(linking.checkpoints(session.connection()))
    earliest = found._replace(scheme=1)
    tamper(office, update(t.checkpoint).values(scheme=1, hash=earliest.sum()))
    tamper(office, update(t.counter).where(t.counter.c.name == "checkpoints").values(hash=earliest.sum()))
    assert faults(office) == []
    tamper(office, update(t.link).where(t.link.c.ref == 1).values(kind="none"))
    assert faults(office) == [("checkpoint_altered", "1")]


def test_a_mark_that_was_set_ahead_does_not_keep_rows_from_being_linked(office, clock):
    tamper(office, update(t.counter).where(t.counter.c.name == "linked:case").values(number=10**6))
    with office() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 1


def test_checkpoints_that_were_taken_away_are_found(office):
    tamper(office, delete(t.link))
    tamper(office, delete(t.checkpoint))
    assert faults(office) == [("checkpoints_cut", "0")]


def test_a_checkpoint_takes_only_what_has_grown(office, clock):
    with office() as session, session.begin():
        context = Context(session, ADMINISTRATOR, clock=clock)
        assert [checkpoint(context), checkpoint(context), checkpoint(context, whole=True)] == [1, 0, 0]
    assert faults(office) == []


def test_what_is_not_linked_yet_is_no_fault(sessions, work):
    work("A-1", ("submit", ON), ("accept", ON))
    assert faults(sessions) == []


def test_a_checkpoint_holds_the_last_step_of_each_case_then(office):
    with office() as session:
        (found,) = linking.checkpoints_with(session.connection(), "case", 2)
        assert [(end.ref, end.seq) for end in found.ends if end.kind == "case"] == [(1, 3), (2, 2)]
        assert found.scheme == 2


def test_portions_go_on_where_the_one_before_stopped(sessions, work, clock, monkeypatch):
    monkeypatch.setattr(linking, "HEADS", 2)
    for number in range(5):
        work(f"A-{number}", ("submit", ON), ("accept", ON))
    assert linking.link_up(sessions, "2024-03-01T00:00:00.000+00:00") == 5
    with sessions() as session:
        counted = session.execute(select(func.count()).select_from(t.link).where(t.link.c.kind == "case")).scalar_one()
        assert counted == 5
        assert session.execute(select(func.max(t.checkpoint.c.heads))).scalar_one() <= 2
    assert faults(sessions) == []


def test_a_row_that_was_committed_after_later_ones_is_linked_all_the_same(postgresql_engine, clock):
    from sqlalchemy.orm import sessionmaker

    sessions = sessionmaker(postgresql_engine)
    row = {"topic": "numbers", "name": "default", "value": "", "user_id": "u", "created_at": "x", "version": 1}
    with sessions() as slow, sessions() as quick:
        slow.execute(insert(t.config), row)
        quick.execute(insert(t.config), row)
        quick.commit()
        assert linking.link_up(sessions, "x") == 1
        slow.commit()
    assert linking.link_up(sessions, "x") == 1


def test_everything_that_counts_is_linked(sessions, clock):
    found = Office(sessions, on=date(2024, 3, 5)).accept()
    found.propose()
    with sessions() as session, session.begin():
        context = Context(session, ADMIN, clock=clock)
        set_profile(context, {"name": "某局"})
        change_settings(context, {"red_days": "4"})
        freeze(context, 2023)
    tick(operator(sessions, clock))
    with sessions() as session:
        kinds = set(session.execute(select(t.link.c.kind)).scalars())
    assert kinds >= {"case", "sheet", "config", "frozen"}
    assert faults(sessions) == []


def test_published_figures_are_linked_by_publishing_them(sessions, clock):
    with sessions() as session, session.begin():
        freeze(Context(session, ADMIN, clock=clock), 2023)
    with sessions() as session:
        assert list(session.execute(select(t.link.c.kind)).scalars()) == ["frozen"]


def test_the_hash_is_a_setting_and_what_was_linked_before_stays_proved(office, clock):
    with office() as session, session.begin():
        change_settings(Context(session, ADMIN, clock=clock), {"hash": "sm3"})
    with office() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR, clock=clock))
    with office() as session:
        assert list(session.execute(select(t.checkpoint.c.scheme).order_by(t.checkpoint.c.id)).scalars()) == [2, 3]
    assert faults(office) == []
    tamper(office, update(t.config).values(value="sha256"))
    assert [code for code, _ in faults(office)] == ["changed_config"]


def test_sm3_is_the_one_of_the_standard():
    assert linking.digest_by("sm3", []) == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
