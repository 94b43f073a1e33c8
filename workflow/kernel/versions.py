"""The calendar and the readings that hold in a database: append-only rows, so that every case can name its own.

The version is a counter in a row of its own: whoever adds texts holds that row until the commit, so that versions
become visible in their order, each of them whole. A finished case keeps the version of its last move; open cases
follow the newest.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, literal_column, select, update

from .tables.base import SCHEMA
from .tables.kernel import config, counter, link

if TYPE_CHECKING:
    from ...states.calendar.calendar import Calendar
    from ...states.procedure.law import Law


@dataclass(frozen=True)
class _SettingsVersion:
    """One settings version: the latest text of everything by topic and name; ``rows`` is of how many it was read."""

    texts: dict[tuple[str, str], str]
    rows: int = 0
    laws: dict[object, "Law"] = field(default_factory=dict)

    def law_of(self, agency: str) -> "Law":
        """The calendar and the readings of an agency: with its place's closures, and what it has chosen itself.

        Made when they are asked for: who only looks up people does without.
        """
        law = self.laws.get(agency)
        if law is None:
            own = self.own_settings.get(agency, {})
            key = (self.entry(agency).get("place", ""), tuple(sorted(own.items())))
            law = self.laws.get(key)
            if law is None:
                law = self.laws[key] = self._law(key[0], own)
            self.laws[agency] = law
        return law

    def _law(self, place: str, own: dict[str, str]) -> "Law":
        from ...states.procedure.law import Law
        from ...states.rules.settings import settings_from

        return Law(_calendar(self.of("calendar"), place), settings_from(self.of("setting") | own))

    @cached_property
    def own_settings(self) -> dict[str, dict[str, str]]:
        """What agencies have chosen themselves, by agency and name."""
        found: dict[str, dict[str, str]] = {}
        for name, value in self.of(OWN_SETTING).items():
            agency, _, key = name.rpartition("/")
            if value:  # an empty one has been taken back
                found.setdefault(agency, {})[key] = value
        return found

    def entry(self, agency: str) -> dict[str, str]:
        """What the agency is registered with: level, parent, place, its days."""
        text = self.texts.get((ENTRY, agency))
        found: dict[str, str] = json.loads(text) if text else {}
        return found

    def of(self, topic: str) -> dict[str, str]:
        """The texts of a topic by their names."""
        return {name: text for (kind, name), text in self.texts.items() if kind == topic}


_cache: WeakKeyDictionary[Engine, dict[tuple[str | None, int], _SettingsVersion]] = WeakKeyDictionary()
_unsure: WeakKeyDictionary[Engine, set[tuple[str | None, int]]] = WeakKeyDictionary()
"""Versions that were added on a borrowed connection: whether they come to be committed is never told."""
_OWN = "disclosure_laws"

_SETTINGS = "settings"
ENTRY, OWN_SETTING = "agency_entry", "own_setting"
"""The topics of what belongs to one agency: how it is registered, and (``AGENCY/KEY``) what it has chosen itself."""
_NUMBER = select(counter.c.number).where(counter.c.name == literal_column(f"'{_SETTINGS}'")).scalar_subquery()
LATEST = func.coalesce(_NUMBER, literal_column("0"))
"""The version in force, to be selected beside whatever a command reads anyway."""


def schema_of(bind: Engine | Connection) -> str | None:
    """The schema in which the host has put the tables; None for the database's own.

    It is the one that the environment names, unless the host's ``schema_translate_map`` puts another in its place.
    """
    moved = bind.get_execution_options().get("schema_translate_map")
    schema: str | None = moved.get(SCHEMA, SCHEMA) if moved else SCHEMA
    return schema


def is_borrowed(connection: Connection) -> bool:
    """Whether a transaction here is but a part of one that somebody else ends."""
    return bool(getattr(connection.dialect, "is_borrowed", False))


def law_at(connection: Connection, number: int, agency: str) -> "Law":
    """The calendar and readings of a version, as they hold for an agency."""
    return _version(connection, number).law_of(agency)


def entry_at(connection: Connection, number: int, agency: str) -> dict[str, str]:
    """What an agency was registered with by a version: level, parent, place, its days."""
    return _version(connection, number).entry(agency)


def own_settings_at(connection: Connection, number: int, agency: str) -> dict[str, str]:
    """What an agency had chosen itself by a version, by names."""
    return _version(connection, number).own_settings.get(agency, {})


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
        version = _read_version(connection, number)
        if key not in _unsure.get(connection.engine, ()):
            known[key] = version
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


def forget_incomplete(connection: Connection) -> bool:
    """Drops what this process keeps of versions that had fewer texts than they have now; whether there was any.

    Who holds the counter while adding texts leaves none; another program that wrote them behind it may.
    """
    known = _cache.get(connection.engine, {})
    schema = schema_of(connection)
    for key, version in list(known.items()):
        count = select(func.count()).select_from(config).where(*_up_to(key[1]))
        if key[0] == schema and connection.execute(count).scalar_one() != version.rows:
            for other in [found for found in known if found[0] == schema]:
                del known[other]
            return True
    return False


def is_counter_whole(connection: Connection) -> bool:
    """Whether the version in force is the one of the last texts that were added."""
    last: int = connection.execute(select(func.coalesce(func.max(config.c.version), 0))).scalar_one()
    return latest(connection) == last


def backdated(connection: Connection) -> list[int]:
    """The rows that say that they belong to a version, and were put on record when a later one was already there."""
    when = select(func.min(link.c.checkpoint_id)).where(link.c.kind == "config")
    linked = func.coalesce(when.where(link.c.ref == config.c.id).scalar_subquery(), literal_column("2147483647"))
    rows = connection.execute(
        select(config.c.id, config.c.version).where(config.c.version > 0).order_by(linked, config.c.id)
    )
    found, highest = [], 0
    for key, number in rows:
        if number < highest:
            found.append(key)
        highest = max(highest, number)
    return found


def add_version(connection: Connection, topic: str, values: dict[str, str], user_id: str, at: str) -> int:
    """Puts texts on record under a new version; returns its number.

    Until the transaction ends, others who add a version wait.
    """
    number = _next(connection)
    fixed = {"topic": topic, "user_id": user_id, "created_at": at, "version": number}
    connection.execute(insert(config), [fixed | {"name": name, "value": value} for name, value in values.items()])
    older = {key: version for key, version in _own(connection).items() if key < number}
    connection.info[_OWN] = (connection.get_transaction(), older | {number: _read_version(connection, number)})
    if is_borrowed(connection):
        _unsure.setdefault(connection.engine, set()).add((schema_of(connection), number))
    return number


def note_text(connection: Connection, topic: str, name: str, value: str, user_id: str, at: str) -> None:
    """Puts a text on record beside the versions: nothing is judged by it, and every change of it can be proved."""
    row = {"topic": topic, "name": name, "value": value, "user_id": user_id, "created_at": at, "version": 0}
    connection.execute(insert(config), row)


def noted_texts(connection: Connection, topic: str) -> dict[str, str]:
    """The last text of each name that was so noted."""
    statement = select(config.c.name, config.c.value).where(config.c.topic == topic, config.c.version == 0)
    return {row.name: row.value for row in connection.execute(statement.order_by(config.c.id))}


def _next(connection: Connection) -> int:
    """The number of a new version; the row of the counter is held from here on."""
    mine = counter.c.name == _SETTINGS
    if connection.execute(update(counter).where(mine).values(number=counter.c.number + 1)).rowcount != 1:
        connection.execute(insert(counter), {"name": _SETTINGS, "number": 1})
    return latest(connection)


def _calendar(files: dict[str, str], place: str) -> "Calendar":
    from ...states.calendar.calendar import Calendar

    if not files:
        return Calendar.official()
    from ...states.calendar.overlay_files import read_overlay  # models that a command without overlays starts without

    overlays = (read_overlay(text, name) for name, text in files.items())
    return Calendar.official().with_overlays(*(item for item in overlays if item.holds_in(place)))


def _up_to(number: int) -> tuple[ColumnElement[bool], ...]:
    return config.c.version > 0, config.c.version <= number


def _read_version(connection: Connection, number: int) -> _SettingsVersion:
    if number == 0:
        return _SettingsVersion({})
    statement = select(config.c.topic, config.c.name, config.c.value).where(*_up_to(number))
    rows = connection.execute(statement.order_by(config.c.version, config.c.id)).all()
    return _SettingsVersion({(row.topic, row.name): row.value for row in rows}, len(rows))
