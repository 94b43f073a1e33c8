"""Whether the process answers and whether it can work, for whoever watches over it."""

from office import operator
from sqlalchemy import update
from web import Web, code

from disclosure.workflow import tick
from disclosure.workflow.kernel.tables.kernel import version


def test_the_process_answers_without_a_login_and_a_database(web: Web) -> None:
    assert web.get("health/live", user=None).json == {"status": "live"}


def test_it_is_ready_once_the_sweep_has_run_and_not_after_it_has_stood_still(web: Web) -> None:
    assert code(web.get("health/ready", user=None)) == (503, "sweep_never")
    tick(operator(web.office.sessions, web.office.clock))
    assert web.get("health/ready", user=None).json == {"status": "ready", "last_sweep": "2024-03-05"}
    web.office.clock.advance(days=2)
    assert code(web.get("health/ready", user=None)) == (503, "sweep_stale")


def test_tables_of_another_version_are_no_reason_to_send_requests(web: Web) -> None:
    tick(operator(web.office.sessions, web.office.clock))
    with web.office.sessions() as session, session.begin():
        session.execute(update(version).values(version_num="0001"))
    assert code(web.get("health/ready", user=None)) == (503, "schema_version")
