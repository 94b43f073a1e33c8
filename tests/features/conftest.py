"""One database for all scenarios; each has a transaction of its own, which is taken back at its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from procedure import Procedure
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from disclosure.workflow.kernel.database import open_engine


def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """Tags are articles and rules for readers, not marks for pytest."""
    return True


@pytest.fixture(scope="session")
def database() -> Iterator[Engine]:
    """A database in memory, with the tables."""
    engine = open_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture
def procedure(database: Engine) -> Iterator[Procedure]:
    """A request that has not been submitted yet."""
    with Session(database) as session:
        yield Procedure(session)
        session.rollback()
