"""A helper for hosts that have no session of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from .database import open_engine


class Disclosure:
    """One database; ``transaction()`` is the only place in the plugin that commits."""

    def __init__(self, database: str | Engine) -> None:
        self.engine = open_engine(database) if isinstance(database, str) else database
        self.sessions = sessionmaker(self.engine)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block succeeds and rolls back when it fails."""
        with self.sessions() as session, session.begin():
            yield session
