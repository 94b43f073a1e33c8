"""A Django host: cases move on Django's own connection, and are committed and rolled back with what Django writes.

    python examples/django_host.py

Prints:
    together: 2026-017 received, 1 note of Django's
    Django rolls back: 1 case, 1 note
    a move is refused and Django goes on: 1 case, 2 notes
    without a transaction: borrowed_idle
"""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction
from embed import REQUEST
from sqlalchemy import Connection, Engine

from disclosure.states.errors import MoveRefused, SetupError
from disclosure.workflow import ADMINISTRATOR, Context, borrowed_engine, list_cases, move, upgrade


def driver() -> Any:
    """Django's connection of this thread, as its driver has it."""
    connection.ensure_connection()
    return connection.connection


def desk(shared: Connection) -> Context:
    """Who is signed in, on Django's connection."""
    return Context(shared, ADMINISTRATOR)


def note(text: str) -> None:
    """Something that Django writes."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO oa_note (text) VALUES (%s)", [text])


def counted(engine: Engine) -> str:
    """How many cases and notes there are."""
    with transaction.atomic(), engine.begin() as shared, connection.cursor() as cursor:
        cases = list_cases(desk(shared)).total
        notes = cursor.execute("SELECT count(*) FROM oa_note").fetchone()[0]
    return f"{cases} case{'s' * (cases != 1)}, {notes} note{'s' * (notes != 1)}"


def live(engine: Engine) -> None:
    """What a host does: views under ``transaction.atomic()``, as with ``ATOMIC_REQUESTS``."""
    with transaction.atomic(), engine.begin() as shared:
        upgrade(shared)  # in a migration: migrations.RunPython
        note("a request has come in")
        done = move(desk(shared), "2026-017", "submit", REQUEST)
    print(f"together: {done.case} {done.state}, 1 note of Django's")

    with suppress(KeyError), transaction.atomic():
        with engine.begin() as shared:
            move(desk(shared), "2026-018", "submit", REQUEST)
        note("another")
        raise KeyError("something of the host's fails later")
    print("Django rolls back:", counted(engine))

    with transaction.atomic():
        note("a view goes on")
        with suppress(MoveRefused), engine.begin() as shared:
            move(desk(shared), "2026-019", "submit", REQUEST)
            move(desk(shared), "2026-019", "close")
    print("a move is refused and Django goes on:", counted(engine))

    try:
        with engine.begin() as shared:
            move(desk(shared), "2026-020", "submit", REQUEST)
    except SetupError as refused:
        print("without a transaction:", refused.code)


def project(database: dict[str, object]) -> Engine:
    """A Django project with that database, and the engine on its connections: one a database, kept with the process."""
    settings.configure(DATABASES={"default": database})
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE oa_note (text VARCHAR(40))")
    return borrowed_engine(connection.vendor, driver)


def main() -> None:
    """With a file that goes away again."""
    with TemporaryDirectory() as folder:
        live(project({"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder, "oa.db"))}))
        connection.close()


if __name__ == "__main__":
    main()
