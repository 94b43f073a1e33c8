"""Whether an agency is known: the one that is always there, and those whose particulars are on record.

``Context.require`` asks it, so that every door does. Once registered an agency stays, so that an answer is kept for the
process; one that was registered in a transaction that may still be rolled back is looked up again.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, select

from ...states.errors import SetupError
from .codes import DEFAULT
from .tables.kernel import agency
from .versions import is_borrowed, schema_of

SHOWN = 20
"""Agencies that an error names at most."""
_IS_THERE = select(agency.c.code).where(agency.c.code == bindparam("code"))
_cache: WeakKeyDictionary[Engine, set[tuple[str | None, str]]] = WeakKeyDictionary()
_OWN = "disclosure_registering"


def is_registered(connection: Connection, code: str) -> bool:
    """Whether the agency is the one that is always there, or one whose particulars are on record."""
    if code == DEFAULT:
        return True
    known = _cache.setdefault(connection.engine, set())
    key = (schema_of(connection), code)
    if key in known:
        return True
    found = connection.execute(_IS_THERE, {"code": code}).first() is not None
    if found and not _is_registering(connection) and not is_borrowed(connection):
        known.add(key)
    return found


def note_registration(connection: Connection) -> None:
    """Notes that this transaction writes particulars: what it finds may never be."""
    connection.info[_OWN] = connection.get_transaction()


def _is_registering(connection: Connection) -> bool:
    own: Any = connection.info.get(_OWN)
    if own is None:
        return False
    if own is connection.get_transaction():
        return True
    del connection.info[_OWN]
    return False


def require_agency(connection: Connection, code: str) -> None:
    """Refuses an agency that nobody has registered.

    Raises:
        SetupError: unknown_agency, with those that are known.
    """
    if is_registered(connection, code):
        return
    rows = connection.execute(
        select(agency.c.code).where(agency.c.code != DEFAULT).order_by(agency.c.code).limit(SHOWN)
    )
    known = list(rows.scalars())
    told = [DEFAULT, *known[: SHOWN - 1], *(["…"] if len(known) >= SHOWN else [])]
    raise SetupError("unknown_agency", agency=code, known="、".join(told))
