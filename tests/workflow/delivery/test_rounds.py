"""A round of a service: the sweep where it is due, whatever waits to be sent, and nothing twice."""

from pathlib import Path

from office import ADMIN, operator
from sqlalchemy import func, select

from disclosure.workflow import Context, set_channels
from disclosure.workflow.delivery.rounds import run_round
from disclosure.workflow.kernel.tables.kernel import outbox

BOX = '[channel.box]\ntype = "folder"\npath = "{}"\n'


def test_the_sweep_runs_when_the_last_one_is_an_hour_old(sessions, clock) -> None:
    runs = operator(sessions, clock)
    assert run_round(runs).swept is not None
    assert run_round(runs).swept is None
    clock.advance(minutes=59)
    assert run_round(runs).swept is None
    clock.advance(minutes=1)
    assert run_round(runs).swept is not None


def test_another_service_on_the_same_database_does_not_sweep_again(sessions, clock) -> None:
    run_round(operator(sessions, clock))
    assert run_round(operator(sessions, clock)).swept is None


def test_nothing_is_sent_where_no_channel_is_set_and_all_that_waits_where_one_is(
    sessions, clock, work, tmp_path: Path
) -> None:
    work("A-1", ("submit", "2024-03-01"), ("accept", "2024-03-01"))
    runs = operator(sessions, clock)
    clock.advance(days=30)
    assert run_round(runs).sent is None
    with sessions() as session, session.begin():
        set_channels(Context(session, ADMIN, clock=clock), BOX.format(tmp_path / "box"))
    assert run_round(runs).sent is not None
    with sessions() as session:
        assert session.execute(select(func.count()).where(outbox.c.sent_at.is_(None))).scalar_one() == 0
