"""Who works in the office: the port through which approvals ask, and a default that reads one TOML text.

Fail closed: who is not found is nobody, and a step for which nobody is found stands still until an
administrator has settled it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...states import admission
from ...states.errors import BadData, Fault, SetupError
from ...states.law import read_toml
from .context import (
    Actor,
    Authorizer,
    ConnectedDirectory,
    Context,
    Directories,
    Directory,
    StandIn,
    permits,
    role_names,
    sight,
)
from .personal_data import NAMING
from .registered import has_others
from .versions import latest, text_at


class _Person(BaseModel):
    """One person as the text tells."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    department: str = ""
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    superior: str | None = None
    from_on: date | None = None
    left_on: date | None = None

    def at_work(self, on: date) -> bool:
        return (self.from_on is None or self.from_on <= on) and (self.left_on is None or on < self.left_on)

    def actor(self, agency: str) -> Actor:
        return Actor(
            agencies=(agency,) if agency else (),
            user_id=self.id,
            name=self.name,
            department=self.department,
            posts=self.posts,
            roles=self.roles,
            grants=self.grants,
        )


class _StandIn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    principal: str
    stand_in: str
    from_on: date
    until_on: date
    moves: tuple[str, ...] = ()


class _People(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    person: tuple[_Person, ...] = ()
    stand_in: tuple[_StandIn, ...] = ()


class TomlDirectory:
    """The people of a small office, written in TOML: ``[[person]]`` and ``[[stand_in]]``."""

    def __init__(self, people: Sequence[_Person], stand_ins: Sequence[StandIn], agency: str = "") -> None:
        self._people = {person.id: person for person in people}
        self._actors = {person.id: person.actor(agency) for person in people}
        self._stand_ins = tuple(stand_ins)

    @classmethod
    def parse(cls, text: str, name: str = "directory.toml", agency: str = "") -> "TomlDirectory":
        """Reads a text, of the people of an agency.

        Raises:
            BadData: every fault of it at once.
        """
        people = read_toml(_People, text, name)
        faults = list(_faults(people))
        if faults:
            raise BadData(*faults)
        return cls(people.person, [StandIn(**item.model_dump()) for item in people.stand_in], agency)

    def __len__(self) -> int:
        return len(self._people)

    def people(self) -> list[Actor]:
        """Everybody, in the order of the text."""
        return list(self._actors.values())

    def person(self, user_id: str, on: date) -> Actor | None:
        """The person of that id, if at work on that day."""
        found = self._people.get(user_id)
        return self._actors[user_id] if found is not None and found.at_work(on) else None

    def holders(self, role: str, department: str | None, on: date) -> Sequence[Actor]:
        """Who holds a role on that day, in the order of the text."""
        return [
            self._actors[person.id]
            for person in self._people.values()
            if role in person.roles and person.at_work(on) and department in (None, person.department)
        ]

    def superior(self, user_id: str, on: date) -> Actor | None:
        """Who stands above the person on that day."""
        found = self._people.get(user_id)
        return None if found is None or found.superior is None else self.person(found.superior, on)

    def principals(self, user_id: str, on: date) -> Sequence[StandIn]:
        """For whom the person stands in on that day."""
        return [item for item in self._stand_ins if item.stand_in == user_id and item.from_on <= on <= item.until_on]


def _faults(people: _People) -> Iterator[dict[str, Any]]:
    ids = [person.id for person in people.person]
    for place, person in enumerate(people.person, 1):
        where = f"person.{place}"
        yield from _unfit(where, person)
        if ids.count(person.id) > 1:
            yield {"field": f"{where}.id", "problem": "twice", "value": person.id}
        if person.from_on is not None and person.left_on is not None and person.left_on <= person.from_on:
            yield {"field": f"{where}.left_on", "problem": "ends_before_it_starts", "value": person.left_on.isoformat()}
        if person.superior is not None and person.superior not in ids:
            yield {"field": f"{where}.superior", "problem": "unknown_person", "value": person.superior}
    above = {person.id: person.superior for person in people.person}
    for person in people.person:
        if _circles(above, person.id):
            yield {"field": "superior", "problem": "loop", "value": person.id}
    for place, item in enumerate(people.stand_in, 1):
        where = f"stand_in.{place}"
        for field in ("principal", "stand_in"):
            if getattr(item, field) not in ids:
                yield {"field": f"{where}.{field}", "problem": "unknown_person", "value": getattr(item, field)}
        if item.until_on < item.from_on:
            yield {"field": f"{where}.until_on", "problem": "ends_before_it_starts", "value": item.until_on.isoformat()}
        for move in item.moves:
            if not _is_move(move):
                yield {"field": f"{where}.moves", "problem": "unknown_move", "value": move}
        if item.principal == item.stand_in:
            yield {"field": f"{where}.stand_in", "problem": "stands_in_for_oneself", "value": item.stand_in}


def check_sight(directory: TomlDirectory, authorizer: Authorizer, agency: str) -> None:
    """Refuses people who could see no case at all: by the own department's alone, and without one.

    Raises:
        BadData: all of them.
    """
    faults = [
        {"field": f"person.{place}.department", "problem": "department_needed", "value": person.user_id}
        for place, person in enumerate(directory.people(), 1)
        if permits(authorizer, person, "see", agency) and sight(authorizer, person, agency) == frozenset()
    ]
    if faults:
        raise BadData(*faults)


def _unfit(where: str, person: _Person) -> Iterator[Fault]:
    """What of a person's id, name and department nothing else could store, or would look up under another form."""
    try:
        fits = admission.key("id", person.id) == person.id
    except BadData:
        fits = False
    if not fits:
        yield {"field": f"{where}.id", "problem": "bad_id", "value": person.id}
    for name, value in (("name", person.name), ("department", person.department)):
        try:
            admission.text(name, value, admission.LONGEST_KEY)
        except BadData as error:
            yield from ({**fault, "field": f"{where}.{name}"} for fault in error.faults)


def _is_move(name: str) -> bool:
    from ...states.procedure.catalogue import moves  # every declaration: not for a directory that names no move

    return name in moves()


def _circles(above: dict[str, str | None], start: str) -> bool:
    seen = {start}
    at = above.get(start)
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at == start


@lru_cache(maxsize=64)
def _parsed(text: str, agency: str) -> TomlDirectory:
    return TomlDirectory.parse(text, agency=agency)


EMPTY = TomlDirectory((), ())


def directory_of(connection: Connection, agency: str, config_id: int | None = None) -> TomlDirectory:
    """The people that the agency has put on record, by now or by a version; nobody where it has not."""
    text = text_at(connection, latest(connection) if config_id is None else config_id, "directory", agency)
    return _parsed(text, agency) if text else EMPTY


def people_of(context: Context, version: int | None = None) -> Directory:
    """The host's directory, or the people that the agency has put on record, by now or by a settings version."""
    host = host_people(context.directory, context.connection, context.agency)
    return host if host is not None else directory_of(context.connection, context.agency, version)


def host_people(host: Directory | Directories | None, connection: Connection, agency: str) -> Directory | None:
    """The people of an agency in the host's directory; None where the host has none.

    A directory that knows no agencies serves the only agency of a database and no other: else the head of one would
    sign for another.
    Raises:
        SetupError: directory_without_agencies.
    """
    if isinstance(host, ConnectedDirectory):
        host = host.port
    if host is None:
        return None
    if hasattr(type(host), "of_agency"):
        return cast(Directories, host).of_agency(agency)
    if has_others(connection, agency):
        raise SetupError("directory_without_agencies", agency=agency)
    return cast(Directory, host)


class Known:
    """Whom the office knows: who is on record, by now or by a settings version, and who is in its host's directory."""

    def __init__(self, context: Context, version: int | None = None) -> None:
        self.context, self.version = context, version

    @cached_property
    def on_record(self) -> TomlDirectory:
        """Those that the agency has put on record."""
        return directory_of(self.context.connection, self.context.agency, self.version)

    @cached_property
    def host(self) -> Directory | None:
        """The people of the agency in the host's directory."""
        return host_people(self.context.directory, self.context.connection, self.context.agency)

    @property
    def anybody(self) -> bool:
        """Whether there is anywhere to look a person up."""
        return self.host is not None or len(self.on_record) > 0

    def person(self, value: object) -> bool:
        """Whether a text names somebody of the office, by id or name."""
        context = self.context
        if not isinstance(value, str):
            return False
        if value in (context.actor.user_id, context.actor.name):
            return True
        if self.host is not None and self.host.person(value, context.today) is not None:
            return True
        return any(value in (item.user_id, item.name) for item in self.on_record.people())

    def department(self, value: object) -> bool:
        """Whether a text names a department of the office: somebody on record, or in the host's directory, is of it."""
        context = self.context
        if not isinstance(value, str):
            return False
        if value in (context.actor.department, *context.actor.grants):
            return True
        host = self.host
        if host is not None and any(host.holders(role, value, context.today) for role in role_names()):
            return True
        return any(value == person.department for person in self.on_record.people())

    def names(self, field: str, value: object) -> bool:
        """Whether the value of a field that is to name a department or a person names one."""
        return self.department(value) if field == "department" else self.person(value)


def typed_names(context: Context, data: Mapping[str, object], version: int | None = None) -> frozenset[str]:
    """Of the fields that are to name a department or a person of the office those that name nobody known.

    An amendment names them in the data that it puts in another step's place. ``version`` is that of the settings in
    force, where the caller has read it.
    """
    inner, known = data.get("data"), Known(context, version)
    told = [data, inner] if isinstance(inner, Mapping) else [data]
    named = [(name, body[name]) for body in told for name in NAMING if body.get(name) is not None]
    return frozenset(name for name, value in named if not known.names(name, value))
