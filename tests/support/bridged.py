"""Django's own connection under a case: what is committed and what is not, as one JSON document.

``python bridged.py DATABASE FOLDER``: a database without tables, as JSON of Django's settings; a folder for contents.
"""

import json
import sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

import django_host
from django.db import connection, transaction
from django_host import counted, desk, driver, live, project
from embed import REQUEST
from office import ADMIN
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from disclosure.states.errors import DisclosureError, SetupError
from disclosure.workflow import (
    Context,
    FolderStore,
    attach,
    change_settings,
    list_cases,
    move,
    register_store,
    set_profile,
    verify,
)
from disclosure.workflow.kernel.codes import DEFAULT
from disclosure.workflow.kernel.versions import latest, law_at

PDF = b"%PDF-1.4\n%%EOF\n"


def state_of_connection() -> tuple[object, ...]:
    """What of Django's connection an engine could have set up otherwise."""
    raw = driver()
    if connection.vendor == "sqlite":
        return raw.isolation_level, raw.execute("SELECT 'Aa' REGEXP 'a+'").fetchone()[0]
    return raw.autocommit, raw.isolation_level, len(raw._notice_handlers), str(raw.row_factory)


def rolled_back_setting(engine: Engine) -> list[object]:
    """A setting that was rolled back after it had been read, and another one under the same number."""
    with suppress(KeyError), transaction.atomic():
        with engine.begin() as shared:
            change_settings(desk(shared), {"red_days": "4"})
        with engine.begin() as shared:  # read again, as though it were committed
            read = law_at(shared, latest(shared), DEFAULT).settings.red_days
        raise KeyError
    with transaction.atomic(), engine.begin() as shared:
        change_settings(desk(shared), {"red_days": "2"})
    with transaction.atomic(), engine.begin() as shared:
        return [read, law_at(shared, latest(shared), DEFAULT).settings.red_days]


def rolled_back_agency(engine: Engine) -> str:
    """What is said of an agency whose registration was rolled back after it had been found."""
    with suppress(KeyError), transaction.atomic():
        with engine.begin() as shared:
            set_profile(Context(shared, ADMIN, agency="county"), {"name": "县局"})
        with engine.begin() as shared:
            list_cases(Context(shared, ADMIN, agency="county"))
        raise KeyError
    try:
        with transaction.atomic(), engine.begin() as shared:
            list_cases(Context(shared, ADMIN, agency="county"))
    except SetupError as refused:
        return refused.code
    return "found"


def contents(engine: Engine, folder: Path) -> list[int]:
    """How many contents lie in a folder: after a block that fails inside of Django's transaction, and after one that does not."""
    register_store(FolderStore(folder))
    found = []
    with transaction.atomic():
        with engine.begin() as shared:
            change_settings(desk(shared), {"attachment_store": "folder"})
        with suppress(DisclosureError), engine.begin() as shared:
            attach(desk(shared), "2026-017", "a.pdf", PDF)
            move(desk(shared), "2026-017", "submit", REQUEST)
        found.append(sum(path.is_file() for path in folder.rglob("*")))
        with engine.begin() as shared:
            attach(desk(shared), "2026-017", "a.pdf", PDF)
    found.append(sum(path.is_file() for path in folder.rglob("*")))
    return found


def promised() -> list[str]:
    """What the example says that it prints."""
    return [line.strip() for line in str(django_host.__doc__).partition("Prints:\n")[2].split("\n") if line.strip()]


def bridge(engine: Engine, folder: Path) -> dict[str, object]:
    """Everything that is asked of the bridge."""
    before = state_of_connection()
    live(engine)
    with transaction.atomic(), Session(engine) as session, session.begin():
        move(Context(session, ADMIN), "2026-017", "accept")
    found: dict[str, object] = {
        "setting": rolled_back_setting(engine),
        "agency": rolled_back_agency(engine),
        "contents": contents(engine, folder),
        "counted": counted(engine),
    }
    with transaction.atomic(), engine.begin() as shared:
        found["faults"] = [fault.code for fault in verify(desk(shared)).faults]
    found["untouched"] = state_of_connection() == before and not connection.in_atomic_block
    return found


if __name__ == "__main__":
    with redirect_stdout(StringIO()) as printed:
        document = bridge(project(json.loads(sys.argv[1])), Path(sys.argv[2]))
    print(json.dumps({"printed": printed.getvalue().split("\n")[:-1]} | document))
    connection.close()
