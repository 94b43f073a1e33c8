"""An office with people, a case and receivers of each kind."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from approvals import directory_text
from office import ADMIN, operator
from receivers import Mailbox, Web, mail_server, web_server
from sending import ENV

from disclosure.states.calendar.dates import SHANGHAI
from disclosure.workflow import Context, FixedClock, set_channels, set_directory, tick
from disclosure.workflow.delivery.dispatcher import Dispatcher, send_all


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def web(monkeypatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web_server() as found:
        yield found


@pytest.fixture
def setup(sessions, clock):
    """Puts a text on record."""

    def put(*parts: str, agency: str = "default"):
        with sessions() as session, session.begin():
            return set_channels(Context(session, ADMIN, agency=agency, clock=clock), "\n".join(parts))

    return put


@pytest.fixture
def people(sessions, clock):
    """The people of the office."""
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), directory_text())


@pytest.fixture
def case(work, people):
    """A case that 张三 handles, due on 29 March."""
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))


@pytest.fixture
def at(sessions):
    """Sweeps and sends at a moment of March; gives the result of sending."""

    def run(day: int, hour: int = 9, *, sweep: bool = True, env=ENV, attempts: int = 20):
        clock = FixedClock(datetime(2024, 3, day, hour, tzinfo=SHANGHAI))
        if sweep:
            tick(operator(sessions, clock))
        return send_all(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=env), attempts=attempts)

    return run
