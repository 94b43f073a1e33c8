"""A history with a checkpoint, changed behind the product's back, and what the audit says of it."""

from sqlalchemy import text

from disclosure.workflow import ADMINISTRATOR, Context, checkpoint, verify


def checkpointed(sessions, work, clock, on):
    """Two cases of some steps, covered by a checkpoint, and one step more."""
    work("A-1", ("submit", on), ("accept", on), ("reply", on, {"answer": "O02", "delivery": "post"}))
    work("A-2", ("submit", on), ("accept", on))
    with sessions() as session, session.begin():
        assert checkpoint(Context(session, ADMINISTRATOR, clock=clock)) == 2
    work("A-2", ("withdraw", on, {"reason": "不要了"}))
    return sessions


def tamper(sessions, statement) -> None:
    """Changes a row behind the product's back, as somebody with the database's password could."""
    with sessions() as session, session.begin():
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS dsc_event_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE dsc_event DISABLE TRIGGER ALL"))
        connection.execute(statement)


def faults(sessions) -> list[tuple[str, str]]:
    """What the audit finds."""
    with sessions() as session:
        return [(fault.code, fault.where) for fault in verify(Context(session, ADMINISTRATOR)).faults]
