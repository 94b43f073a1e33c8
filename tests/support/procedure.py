"""One request worked through the product's own commands, in a transaction that is never committed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import rows as t
from answers import Asked, blocks_of, state_of, version_of
from office import ADMIN, CLERK, operator
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from disclosure.states.errors import BadData, DisclosureError, MoveRefused, UnknownCase
from disclosure.states.remark import Remark
from disclosure.workflow import Actor, Context, FixedClock, MoveRequest, change_settings, load_calendar, move, tick
from disclosure.workflow.cases.commands import preview_moves
from disclosure.workflow.kernel.database import open_engine

APPLICANT = {"kind": "natural_person", "name": "某人"}
BEFORE_ALL = date(2007, 1, 1)
"""The clock stands here until the scenario tells a day: before every case of every feature."""
LIES_IN_THE_DATA = ("not_approved", "missed_day_stays", "no_such_paper", "nothing_to_pay", "given_up_already")
"""Refusals that nobody can foresee who has not read the data and the day: ``why`` is asked without them."""


class Procedure:
    """A request from its submission on, made live on the days told: the clock stands at the latest of them.

    A refused move must leave everything as it was; the refusal is kept in ``refused``.
    """

    def __init__(self, session: Session, case: str = "A-1", today: date = BEFORE_ALL) -> None:
        self.session, self.case, self.today = session, case, today
        self.refused: DisclosureError | None = None
        self.warnings: list[Remark] = []

    def context(self, actor: Actor = CLERK) -> Context:
        """The clerk, or somebody else, at work today."""
        return Context(self.session, actor, clock=FixedClock(self.today))

    def on(self, today: date) -> Context:
        """The clerk at work on a day, whatever the scenario has told since."""
        return Context(self.session, CLERK, clock=FixedClock(today))

    def at(self, on: date | None = None) -> Asked:
        """The case as it stands at the end of a day, else of today."""
        return Asked(self.context(), self.case, on or self.today)

    def by(self, actor: Actor, name: str, on: date, /, **told: Any) -> None:
        """Makes a move by somebody else's hand."""
        self._make(actor, name, on, told)

    def do(self, name: str, on: date, /, **told: Any) -> None:
        """Makes a move by the clerk's hand."""
        self._make(CLERK, name, on, told)

    def _make(self, actor: Actor, name: str, on: date, told: dict[str, Any]) -> None:
        """Makes a move; the dry run before it must foresee what the move then does, and ``why`` must say it."""
        assert self.refused is None, f"上一步没有办成：{self.refused}"
        self.today = max(self.today, on)
        data = {key: value.isoformat() if isinstance(value, date) else value for key, value in told.items()}
        foreseen = attempt(lambda: preview_moves(self.context(actor), self.case, [MoveRequest(name, data, on)]))
        before = self._version()
        done = attempt(lambda: move(self.context(actor), self.case, name, data, at=on))
        if isinstance(done, DisclosureError):
            assert code_of(foreseen) == code_of(done)
            assert self._version() == before, "what was refused has left a trace"
            if isinstance(done, MoveRefused) and code_of(done) not in LIES_IN_THE_DATA:
                assert blocks_of(self.at(on), name) == [done.code]
            self.refused, self.warnings = done, []
        else:
            assert (foreseen.after.state, foreseen.warnings) == (done.state, list(done.warnings))
            assert state_of(self.at()) == done.state
            self.warnings = list(done.warnings)

    def record(self, name: str, on: date, /, **told: Any) -> None:
        """Enters a move as a record of the past."""
        assert self.refused is None, f"上一步没有办成：{self.refused}"
        self.today = max(self.today, on)
        self.warnings = list(move(replace(self.context(ADMIN), past=True), self.case, name, told, at=on).warnings)

    def swept(self, on: date) -> list[dict[str, Any]]:
        """What the sweep of a day writes of papers that have to leave the house."""
        connection = self.session.connection()
        point = connection.begin_nested()
        tick(operator(sessionmaker(connection, join_transaction_mode="create_savepoint"), FixedClock(on)))
        told = [json.loads(text) for text in connection.execute(select(t.outbox.c.payload)).scalars()]
        point.rollback()
        return [item for item in told if "stage" in item]

    def choose(self, name: str, reading: str) -> None:
        """Chooses a reading of an open question."""
        change_settings(self.context(ADMIN), {name: reading})

    def load(self, text: str, origin: str) -> None:
        """Takes in a year's notice on holidays or a local closure."""
        load_calendar(self.context(ADMIN), text, origin)

    def _version(self) -> int:
        """How often the case has been written; a case that is not there, never."""
        found = attempt(lambda: version_of(self.at()))
        return 0 if isinstance(found, UnknownCase) else int(found)


def attempt(call: Callable[[], Any]) -> Any:
    """What a command gives, or the error with which it refuses."""
    try:
        return call()
    except DisclosureError as error:
        return error


def code_of(error: Any) -> str:
    """The code of a refusal, and for faults of the data the fault."""
    assert isinstance(error, DisclosureError), "没有被拒绝"
    if isinstance(error, BadData):
        return str(error.faults[0]["problem"])
    if isinstance(error, MoveRefused) and error.fields.get("text"):
        return str(error.fields["text"])
    return error.code


@contextmanager
def procedure_in(database: Engine) -> Iterator[Procedure]:
    """A request that has not been submitted yet; all that is done is taken back at the end."""
    with Session(database) as session:
        yield Procedure(session)
        session.rollback()


@pytest.fixture(scope="session")
def database() -> Iterator[Engine]:
    """A database in memory, with the tables: one for all scenarios."""
    engine = open_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture
def procedure(database: Engine) -> Iterator[Procedure]:
    """A request that has not been submitted yet."""
    with procedure_in(database) as found:
        yield found
