"""The calendar and the readings that hold in a database: append-only rows, so that every case can name its own.

The number of the latest row is the version. A finished case keeps the version of its last move; open
cases follow the newest.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from ..states.calendar import Calendar, Overlay
from ..states.periods import Law
from ..states.settings import settings_from
from .database import schema_of
from .tables import config

_cache: WeakKeyDictionary[Engine, dict[tuple[str | None, int], Law]] = WeakKeyDictionary()
_OWN = "disclosure_laws"

LATEST = select(func.coalesce(func.max(config.c.id), 0)).scalar_subquery()
"""The version in force, to be selected beside whatever a command reads anyway."""


def law_at(connection: Connection, number: int) -> Law:
    """The calendar and readings of a version."""
    own = _own(connection)
    if number in own:
        return own[number]
    laws = _cache.setdefault(connection.engine, {})
    key = (schema_of(connection), number)
    law = laws.get(key)
    if law is None:
        law = laws[key] = _read_law(connection, number)
    return law


def _own(connection: Connection) -> dict[int, Law]:
    """Versions added in this transaction: it may be rolled back, and their numbers be given again."""
    mark: tuple[Any, dict[int, Law]] | None = connection.info.get(_OWN)
    if mark is None:
        return {}
    if mark[0] is not connection.get_transaction():
        del connection.info[_OWN]
        return {}
    return mark[1]


def latest(connection: Connection) -> int:
    """The version in force."""
    return int(connection.execute(select(LATEST)).scalar_one())


def added_law(connection: Connection, number: int) -> Law:
    """The calendar and readings of the version that this transaction has just added."""
    older = {key: law for key, law in _own(connection).items() if key < number}
    law = _read_law(connection, number)
    connection.info[_OWN] = (connection.get_transaction(), older | {number: law})
    return law


def _read_law(connection: Connection, number: int) -> Law:
    if number == 0:
        return Law.standard()
    rows = connection.execute(
        select(config.c.topic, config.c.name, config.c.value).where(config.c.id <= number).order_by(config.c.id)
    ).all()
    chosen = {row.name: row.value for row in rows if row.topic == "setting"}
    files = {row.name: row.value for row in rows if row.topic == "calendar"}
    overlays = [Overlay.parse(text, name) for name, text in files.items()]
    return Law(Calendar.official().with_overlays(*overlays), settings_from(chosen))
