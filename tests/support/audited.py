"""A history with a checkpoint, changed behind the product's back, and what the audit says of it."""

from contextlib import contextmanager

from sqlalchemy import text

from disclosure.workflow import ADMINISTRATOR, Context, checkpoint, metadata, verify
from disclosure.workflow.kernel.database import trigger_sql


def checkpointed(sessions, work, clock, on):
    """Two cases of some steps, covered by a checkpoint, and one step more."""
    work("A-1", ("submit", on), ("accept", on), ("reply", on, {"answer": "O02", "delivery": "post"}))
    work("A-2", ("submit", on), ("accept", on))
    with sessions() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 2
    work("A-2", ("withdraw", on, {"reason": "不要了"}))
    return sessions


@contextmanager
def unguarded(connection):
    """Within it the database lets everything be changed, as for who has its password; then it keeps watch again."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        for statement in trigger_sql("sqlite"):
            connection.exec_driver_sql(statement)
        return
    for verb in ("DISABLE", "ENABLE"):
        for table in metadata.tables:
            connection.execute(text(f"ALTER TABLE {table} {verb} TRIGGER ALL"))
        if verb == "DISABLE":
            yield


def tamper(sessions, statement) -> None:
    """Changes a row behind the product's back, as somebody with the database's password could."""
    with sessions() as session, session.begin(), unguarded(session.connection()):
        session.connection().execute(statement)


def faults(sessions) -> list[tuple[str, str]]:
    """What the audit finds."""
    with sessions() as session:
        return [(fault.code, fault.where) for fault in verify(Context(session, ADMINISTRATOR)).faults]
