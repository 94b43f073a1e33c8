"""The calendar and the readings that hold in a database: append-only rows, so that every case can name its own.

The number of the latest row is the version. A finished case keeps the version of its last move; open
cases follow the newest.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, insert, select

from .tables.kernel import config

if TYPE_CHECKING:
    from ...states.calendar.calendar import Calendar
    from ...states.procedure.law import Law


@dataclass(frozen=True)
class _SettingsVersion:
    """One settings version: the latest text of everything by topic and name."""

    texts: dict[tuple[str, str], str]

    @cached_property
    def law(self) -> "Law":
        """The calendar and the readings; made when they are asked for: who only looks up people does without."""
        from ...states.procedure.law import Law
        from ...states.rules.settings import settings_from

        return Law(_calendar(self.of("calendar")), settings_from(self.of("setting")))

    def of(self, topic: str) -> dict[str, str]:
        """The texts of a topic by their names."""
        return {name: text for (kind, name), text in self.texts.items() if kind == topic}


_cache: WeakKeyDictionary[Engine, dict[tuple[str | None, int], _SettingsVersion]] = WeakKeyDictionary()
_OWN = "disclosure_laws"

LATEST = select(func.coalesce(func.max(config.c.id), 0)).scalar_subquery()
"""The version in force, to be selected beside whatever a command reads anyway."""


def schema_of(bind: Engine | Connection) -> str | None:
    """The schema in which the host has put the tables; None for the database's own."""
    schema: str | None = (bind.get_execution_options().get("schema_translate_map") or {}).get(None)
    return schema


def law_at(connection: Connection, number: int) -> "Law":
    """The calendar and readings of a version."""
    return _version(connection, number).law


def text_at(connection: Connection, number: int, topic: str, name: str) -> str | None:
    """What an agency had put on record by a version: its ``directory``, its ``approval`` procedure."""
    return _version(connection, number).texts.get((topic, name))


def names_at(connection: Connection, number: int, topic: str) -> list[str]:
    """The agencies that had something of that topic on record by a version."""
    return list(_version(connection, number).of(topic))


def _version(connection: Connection, number: int) -> _SettingsVersion:
    own = _own(connection)
    if number in own:
        return own[number]
    known = _cache.setdefault(connection.engine, {})
    key = (schema_of(connection), number)
    version = known.get(key)
    if version is None:
        version = known[key] = _read_version(connection, number)
    return version


def _own(connection: Connection) -> dict[int, _SettingsVersion]:
    """Versions added in this transaction: it may be rolled back, and their numbers be given again."""
    mark: tuple[Any, dict[int, _SettingsVersion]] | None = connection.info.get(_OWN)
    if mark is None:
        return {}
    if mark[0] is not connection.get_transaction():
        del connection.info[_OWN]
        return {}
    return mark[1]


def latest(connection: Connection) -> int:
    """The version in force."""
    return int(connection.execute(select(LATEST)).scalar_one())


def add_version(connection: Connection, topic: str, values: dict[str, str], user_id: str, at: str) -> int:
    """Puts texts on record under a new version; returns its number."""
    rows = [
        {"topic": topic, "name": name, "value": value, "user_id": user_id, "created_at": at}
        for name, value in values.items()
    ]
    connection.execute(insert(config), rows)
    number = latest(connection)
    older = {key: version for key, version in _own(connection).items() if key < number}
    connection.info[_OWN] = (connection.get_transaction(), older | {number: _read_version(connection, number)})
    return number


def _calendar(files: dict[str, str]) -> "Calendar":
    from ...states.calendar.calendar import Calendar

    if not files:
        return Calendar.official()
    from ...states.calendar.overlay_files import read_overlay  # models that a command without overlays starts without

    return Calendar.official().with_overlays(*(read_overlay(text, name) for name, text in files.items()))


def _read_version(connection: Connection, number: int) -> _SettingsVersion:
    if number == 0:
        return _SettingsVersion({})
    rows = connection.execute(
        select(config.c.topic, config.c.name, config.c.value).where(config.c.id <= number).order_by(config.c.id)
    )
    return _SettingsVersion({(row.topic, row.name): row.value for row in rows})
