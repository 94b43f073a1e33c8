"""The calendar and the readings that hold in a database: append-only rows, so that every case can name its own.

The number of the latest row is the version. A finished case keeps the version of its last move; open
cases follow the newest.
"""

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from ..states.calendar import Calendar, Overlay
from ..states.periods import Law
from ..states.settings import settings_from
from .tables import config

_cache: WeakKeyDictionary[Engine, dict[int, Law]] = WeakKeyDictionary()

LATEST = select(func.coalesce(func.max(config.c.id), 0)).scalar_subquery()
"""The version in force, to be selected beside whatever a command reads anyway."""


def law_at(connection: Connection, number: int) -> Law:
    """The calendar and readings of a version."""
    laws = _cache.setdefault(connection.engine, {})
    law = laws.get(number)
    if law is None:
        law = laws[number] = read_law(connection, number)
    return law


def latest(connection: Connection) -> int:
    """The version in force."""
    return int(connection.execute(select(LATEST)).scalar_one())


def read_law(connection: Connection, number: int) -> Law:
    """The same, read afresh: for the command that has just added a version."""
    if number == 0:
        return Law.standard()
    rows = connection.execute(
        select(config.c.topic, config.c.name, config.c.value).where(config.c.id <= number).order_by(config.c.id)
    ).all()
    chosen = {row.name: row.value for row in rows if row.topic == "setting"}
    files = {row.name: row.value for row in rows if row.topic == "calendar"}
    overlays = [Overlay.parse(text, name) for name, text in files.items()]
    return Law(Calendar.official().with_overlays(*overlays), settings_from(chosen))
