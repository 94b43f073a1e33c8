"""The interface on each database."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from web import Web


@pytest.fixture
def web(sqlite_engine: Engine) -> Web:
    """An office on SQLite, and the interface to it."""
    return Web(sessionmaker(sqlite_engine))


@pytest.fixture
def every_web(sessions: sessionmaker[Session]) -> Web:
    """The same on each database in turn."""
    return Web(sessions)
