"""What goes with every call: who acts, in which agency, by which clock, on which transaction, with which ports.

Ids of people are opaque texts; names and posts are written into every history row as they were. The clock here is
the one place that reads the time, and ``permits`` the one decision of who may do what: every door (a public function,
a command, a page) asks it, and it refuses whatever nothing grants. Each refusal is a record of the logger
``disclosure.authority`` with the person's id, what was asked and the agency; it names nobody else.
"""

import logging
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from ...states import admission
from ...states.calendar.dates import SHANGHAI
from ...states.errors import BadData, NotPermitted
from .codes import DEFAULT as DEFAULT
from .codes import LONGEST_CODE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session  # a fifth of a command's start, which reading does not need


class Clock(Protocol):
    """Gives the present moment."""

    def now(self) -> datetime:
        """The moment, with its offset."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock fixed at a day (noon in China) or at a moment."""

    def __init__(self, moment: date | datetime) -> None:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12), SHANGHAI)
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which it stands."""
        return self.moment

    def advance(self, **span: float) -> None:
        """Moves the clock on."""
        self.moment += timedelta(**span)


class StatedDay(FixedClock):
    """The day that whoever calls states in place of the clock's; each row holds the real moment beside it."""


def today(clock: Clock) -> date:
    """The day in China."""
    return clock.now().astimezone(SHANGHAI).date()


def stamp(clock: Clock) -> str:
    """The moment as ISO text in UTC."""
    return clock.now().astimezone(UTC).isoformat(timespec="milliseconds")


def day_of(moment: str) -> date:
    """The day in China of a moment that ``stamp`` wrote."""
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()


LOGGER = logging.getLogger("disclosure.authority")
LOGGER.addHandler(logging.NullHandler())

PERMISSIONS = (
    "see",
    "see_all",
    "propose",
    "approve",
    "reassign",
    "annul",
    "seal",
    "report",
    "record_past",
    "operate",
    "erase",
    "administer",
)
"""All that can be granted; what is not granted is refused."""

_NEEDS = {
    "configure": "administer",
    "assign": "administer",
    "complete": "administer",
    "handover": "administer",
    "freeze": "report",
    "replay": "record_past",
    "import": "record_past",
    "send_back": "reassign",
} | {name: name for name in PERMISSIONS}
"""What an action needs; every other one is work on a case and needs ``propose``."""

SIGHT = ("see", "see_all")
WORK = (*SIGHT, "propose", "approve", "seal")
"""One of these has whoever works on cases: asked of people about what is their own, such as a list or a task."""
OVERVIEW = ("see_all", "report")
"""One of these has whoever may know an agency's figures."""
EVERYWHERE = "*"
"""Stands for every agency of a database at once."""


def permission_of(action: str) -> str:
    """The permission that an action needs."""
    return _NEEDS.get(action, "propose")


class Actor(BaseModel):
    """A person who makes a move, as the host knows that person at that moment.

    ``grants`` are departments whose cases the person may see beside those of the own one. ``agencies`` are those in
    which the person holds posts and roles, ``*`` every one; where none is told, whoever hands the person over vouches
    for it. No row of a history repeats them: it belongs to an agency itself.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    user_id: str
    name: str = ""
    department: str = ""
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    agencies: tuple[str, ...] = Field(default=(), exclude=True)

    def belongs_to(self, agency: str) -> bool:
        """Whether the roles count there; for what concerns every agency those of the database's own office count."""
        known = self.agencies
        if not known or agency in known or EVERYWHERE in known:
            return True
        return agency == EVERYWHERE and DEFAULT in known


@lru_cache(maxsize=1024)
def _written(actor: Actor) -> str:
    """A person as a row of a history holds one; most rows of a day are by the same few."""
    return actor.model_dump_json(exclude_defaults=True)


class _Recorded(Actor):
    """Who is said to have acted, with the person who recorded it, and the real moment where another was stated."""

    recorder: Actor | None = None
    entered_at: str | None = None


def entered_at(text: str) -> str | None:
    """The real moment at which a row of a history was written, where who wrote it had stated another day."""
    return _Recorded.model_validate_json(text).entered_at


class Written(NamedTuple):
    """The names in a row of a history: who acted, and who wrote it down; one name where that is one person."""

    by: str
    recorder: str

    @classmethod
    def of(cls, text: str) -> "Written":
        """As a row holds them; the id stands where there is no name."""
        found = _Recorded.model_validate_json(text)
        by, wrote = found.name or found.user_id, found.recorder or found
        return cls(by, by if wrote.user_id == found.user_id else wrote.name or wrote.user_id)


class Authorizer(Protocol):
    """Decides what a person may do; a host can replace it with its own rules."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether the person may do that in that agency, or (``*``) in every agency of the database.

        ``action`` is a move, a permission of ``roles.toml``, or one of ``configure erase freeze replay import
        send_back assign complete handover``.
        """
        ...


@cache
def _roles() -> dict[str, frozenset[str]]:
    text = resources.files(__package__).joinpath("roles.toml").read_text("utf-8")
    return {role: frozenset(found) for role, found in tomllib.loads(text).items()}


def role_names() -> tuple[str, ...]:
    """The roles that the product knows."""
    return tuple(_roles())


class RoleAuthorizer:
    """The default authorizer: each role grants what ``roles.toml``, or the host, says; everything else is refused."""

    def __init__(self, roles: Mapping[str, Iterable[str]] | None = None) -> None:
        self._given = None if roles is None else {role: frozenset(found) for role, found in roles.items()}

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether one of the person's roles in that agency grants what the action needs."""
        if not actor.belongs_to(agency):
            return False
        roles = _roles() if self._given is None else self._given
        needed = permission_of(action)
        return any(needed in roles.get(role, ()) for role in actor.roles)


class OfCase(NamedTuple):
    """A case, or what belongs to one: the department that handles it, and who takes part beside those who see it."""

    department: str | None
    people: Collection[str] = ()


class OfPeople(NamedTuple):
    """What belongs to somebody: a list, an absence."""

    people: Collection[str]


Touched: TypeAlias = OfCase | OfPeople | None
"""What an act touches; None is the office itself."""


def sight(authorizer: Authorizer, actor: Actor, agency: str) -> frozenset[str] | None:
    """The departments whose cases the person sees; None for every case, also one that no department handles yet."""
    if authorizer.allows(actor, "see_all", agency):
        return None
    if not authorizer.allows(actor, "see", agency):
        return frozenset()
    return frozenset(name for name in (actor.department, *actor.grants) if name)


def permits(authorizer: Authorizer, actor: Actor, action: str, agency: str, touched: Touched = None) -> bool:
    """Whether the person may do that there: the decision behind every door.

    What is a person's own, and a sheet on which the person has or had a task, is for whoever works on cases at all.
    A case is for those who see it; to do something with it takes that permission as well. All else is as granted.
    """
    if touched is not None and actor.user_id in touched.people:
        return any(authorizer.allows(actor, name, agency) for name in WORK)
    if not isinstance(touched, OfCase):
        return authorizer.allows(actor, action, agency)
    seen = sight(authorizer, actor, agency)
    if seen is not None and touched.department not in seen:
        return False
    return action in SIGHT or authorizer.allows(actor, action, agency)


def require(
    authorizer: Authorizer, actor: Actor, actions: tuple[str, ...], agency: str, touched: Touched = None
) -> None:
    """Refuses who may do none of these things there.

    Raises:
        NotPermitted: with the person's id and what was asked.
    """
    for action in actions:
        if permits(authorizer, actor, action, agency, touched):
            return
    asked = " ".join(actions)
    kind = type(touched).__name__ if touched is not None else None
    told = {"user": actor.user_id, "asked": asked, "agency": agency, "touched": kind}
    LOGGER.info("refused user=%s asked=%s agency=%s", actor.user_id, asked, agency, extra=told)
    raise NotPermitted(user=actor.user_id, action=actions[0])


ADMINISTRATOR = Actor(user_id="local", name="本机管理员", roles=("administrator", "local_administrator"))
"""Who acts on the command line where no agency of the database has people on record."""


IMPORT = "import"
"""Who is said to have acted where a register tells only that something was done."""


class StandIn(NamedTuple):
    """One person acts for another within a period; ``moves`` are the matters, none for all of them."""

    principal: str
    stand_in: str
    from_on: date
    until_on: date
    moves: tuple[str, ...] = ()

    def covers(self, move: str, on: date) -> bool:
        """Whether it holds for that move on that day."""
        return self.from_on <= on <= self.until_on and (not self.moves or move in self.moves)


class Directory(Protocol):
    """What approvals ask of the host's people; read-only, and the same question gives the same answer.

    A host's own directory is proved by running ``disclosure.workflow.approvals.conformance`` against it.
    """

    def person(self, user_id: str, on: date) -> Actor | None:
        """The person of that id, if at work in the office on that day."""
        ...

    def holders(self, role: str, department: str | None, on: date) -> Sequence[Actor]:
        """Who holds a role on that day, in one department or (None) anywhere, in a steady order."""
        ...

    def superior(self, user_id: str, on: date) -> Actor | None:
        """Who stands above the person on that day."""
        ...

    def principals(self, user_id: str, on: date) -> Sequence[StandIn]:
        """For whom the person stands in on that day."""
        ...


Port = TypeVar("Port")


class _Connected(Generic[Port]):
    """A port that reads the host's database: made for each connection on which it is asked, it opens none itself."""

    def __init__(self, make: Callable[[Connection], Port], connection: Callable[[], Connection] | None = None) -> None:
        self._make, self._connection = make, connection
        self._made: tuple[Connection, Port] | None = None

    @property
    def port(self) -> Port:
        """The port on the connection in use; the same one as long as that is the same.

        Raises:
            RuntimeError: asked outside of a context.
        """
        if self._connection is None:
            raise RuntimeError("a connected port is asked in a context, which has a connection")
        connection = self._connection()
        if self._made is None or self._made[0] is not connection:
            self._made = (connection, self._make(connection))
        return self._made[1]


class ConnectedDirectory(_Connected["Directory | Directories"]):
    """A directory in the host's database: ``make(connection)`` gives it for the connection of a command.

    It reads in the transaction of the command. The same instance serves every context; each asks on its own connection.
    What is made may be the directories of several agencies.
    """

    def on(self, connection: Callable[[], Connection]) -> "ConnectedDirectory":
        """The same for one context."""
        return ConnectedDirectory(self._make, connection)

    def person(self, user_id: str, on: date) -> Actor | None:
        """The person of that id, if at work in the office on that day."""
        return cast(Directory, self.port).person(user_id, on)

    def holders(self, role: str, department: str | None, on: date) -> Sequence[Actor]:
        """Who holds a role on that day, in one department or (None) anywhere."""
        return cast(Directory, self.port).holders(role, department, on)

    def superior(self, user_id: str, on: date) -> Actor | None:
        """Who stands above the person on that day."""
        return cast(Directory, self.port).superior(user_id, on)

    def principals(self, user_id: str, on: date) -> Sequence[StandIn]:
        """For whom the person stands in on that day."""
        return cast(Directory, self.port).principals(user_id, on)


class ConnectedAuthorizer(_Connected[Authorizer]):
    """An authorizer in the host's database: ``make(connection)`` gives it for the connection of a command.

    It reads in the transaction of the command. The same instance serves every context; each asks on its own connection.
    """

    def on(self, connection: Callable[[], Connection]) -> "ConnectedAuthorizer":
        """The same for one context."""
        return ConnectedAuthorizer(self._make, connection)

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether the person may do that in that agency."""
        return self.port.allows(actor, action, agency)


class Directories(Protocol):
    """What a host has whose people belong to several agencies: a directory for each."""

    def of_agency(self, agency: str) -> Directory:
        """The people of one agency; of an agency that the host does not know a directory without anybody.

        Each person that it gives names the agency among its ``agencies``.
        """
        ...


_CLOCK = SystemClock()
_ROLES = RoleAuthorizer()


def _admit(person: Actor) -> None:
    """Refuses whom no row of a history could hold, or whose id would be looked up under another form.

    Raises:
        BadData.
    """
    user = person.user_id
    if not (type(user) is str and admission.plain_key(user)) and admission.key("user", user) != user:
        raise BadData({"field": "user", "problem": "bad_id", "value": user})
    for field in ("name", "department"):
        given = getattr(person, field)
        if type(given) is not str or len(given) > admission.LONGEST_KEY or admission.doubtful(given):
            admission.text(field, given, admission.LONGEST_KEY)


def _connection_of(session: "Session | Connection") -> Connection:
    return session if isinstance(session, Connection) else session.connection()


@dataclass(frozen=True, slots=True)
class Context:
    """The host's session or connection, the person who acts, and the ports that the host may replace.

    ``past`` marks a record of the past (a journal, an import): it sends nothing, needs no approval sheet, and asks for
    the permission ``record_past``. There ``by`` is who is said to have acted, where that is not who records it, and
    ``day`` the day on which it is said to have been done; neither changes who records it, or when.
    """

    session: "Session | Connection"
    actor: Actor
    agency: str = DEFAULT
    clock: Clock = _CLOCK
    authorizer: Authorizer = _ROLES
    directory: Directory | Directories | None = None
    past: bool = False
    by: Actor | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        """Admits the agency, in the one form of its code, and the people.

        Raises:
            BadData: the agency, or the id, name or department of a person, is nothing that can be stored.
        """
        if self.agency != DEFAULT:
            object.__setattr__(self, "agency", admission.key("agency", self.agency, LONGEST_CODE))
        _admit(self.actor)
        if self.by is not None:
            _admit(self.by)
        if isinstance(self.directory, ConnectedDirectory):
            object.__setattr__(self, "directory", self.directory.on(partial(_connection_of, self.session)))
        if isinstance(self.authorizer, ConnectedAuthorizer):
            object.__setattr__(self, "authorizer", self.authorizer.on(partial(_connection_of, self.session)))

    @property
    def connection(self) -> Connection:
        """The connection of the host's transaction."""
        return _connection_of(self.session)

    def joined(self) -> "Context":
        """The same on the connection itself: a session looks its connection up anew at every statement."""
        if isinstance(self.session, Connection):
            return self
        return replace(self, session=self.session.connection())

    def of_the_real_day(self) -> "Context":
        """The same on the real day, as though no other one were stated or told of."""
        return replace(self, clock=_CLOCK if isinstance(self.clock, StatedDay) else self.clock, past=False, by=None)

    @property
    def today(self) -> date:
        """The day in China; in a record of the past the one that it tells of."""
        return self.day if self.past and self.day is not None else today(self.clock)

    @property
    def real_day(self) -> date:
        """The day by the host's clock; where a day is stated in its place, by the machine's."""
        return today(_CLOCK if isinstance(self.clock, StatedDay) else self.clock)

    @property
    def is_by_the_clock(self) -> bool:
        """Whether its day is that of the host's clock."""
        return not self.past and not isinstance(self.clock, StatedDay)

    @property
    def is_day_stated(self) -> bool:
        """Whether whoever calls has stated a day in place of the clock's, and records no past by it."""
        return isinstance(self.clock, StatedDay) and not self.past

    def is_in_force(self, from_on: date, until_on: date, actor: str) -> bool:
        """Whether what was arranged for a time holds now; ``actor`` is the text of who recorded it.

        Where a day is stated it holds on the real day as well, unless it was itself recorded on a stated day.
        """
        if not from_on <= self.today <= until_on:
            return False
        return not self.is_day_stated or from_on <= today(_CLOCK) <= until_on or entered_at(actor) is not None

    @property
    def acting(self) -> Actor:
        """Who acts; in a record of the past who is said to have acted."""
        return self.by if self.past and self.by is not None else self.actor

    def written(self, actor: Actor | None = None) -> str:
        """Who acts (or another person), as a row of a history holds it.

        In a record of the past with who records it; where another day was stated, with the real moment.
        """
        acting = actor or self.acting
        stated = isinstance(self.clock, StatedDay)
        if self.past or stated:
            recorder = self.actor if self.past else None
            entered = stamp(_CLOCK) if stated else None
            acting = _Recorded(**acting.model_dump(), recorder=recorder, entered_at=entered)
        return _written(acting)

    @property
    def stamp(self) -> str:
        """The moment as ISO text in UTC, to the millisecond."""
        return stamp(self.clock)

    def may(self, action: str) -> bool:
        """Whether the person who acts may do that here."""
        return permits(self.authorizer, self.actor, action, self.agency)

    def may_do(self, actor: Actor, action: str) -> bool:
        """Whether another person may do that here."""
        return permits(self.authorizer, actor, action, self.agency)

    def require(self, *actions: str, touched: Touched = None) -> None:
        """Refuses who may do none of these things here, or not with what they touch.

        A record of the past needs its own permission beside.

        Raises:
            NotPermitted: with the person's id and the action; SetupError: the agency is not known.
        """
        require(self.authorizer, self.actor, actions, self.agency, touched)
        if self.past:
            require(self.authorizer, self.actor, ("record_past",), self.agency)
        self._require_agency()

    def require_of_acting(self, action: str) -> None:
        """Refuses what the person who is said to act may not do, or what may not be recorded.

        Raises:
            NotPermitted; SetupError: the agency is not known.
        """
        if self.past:
            require(self.authorizer, self.actor, ("record_past",), self.agency)
        require(self.authorizer, self.acting, (action,), self.agency)
        self._require_agency()

    def require_everywhere(self, *actions: str) -> None:
        """The same for what concerns every agency of the database.

        Raises:
            NotPermitted: with the person's id and the action; SetupError: the agency of the context is not known.
        """
        require(self.authorizer, self.actor, actions, EVERYWHERE)
        self._require_agency()

    def _require_agency(self) -> None:
        """Refuses an agency that nobody has registered; who may do nothing there is not told which there are."""
        if self.agency != DEFAULT:
            from .registered import require_agency  # the tables, which an office with one agency starts without

            require_agency(self.connection, self.agency)

    def require_sight(self, department: str | None) -> None:
        """Refuses a case of a department whose cases the person may not see.

        Raises:
            NotPermitted.
        """
        self.require(*SIGHT, touched=OfCase(department))

    def may_everywhere(self, *actions: str) -> bool:
        """Whether the person who acts may do one of these things in every agency."""
        return any(permits(self.authorizer, self.actor, action, EVERYWHERE) for action in actions)

    def may_see(self, department: str | None) -> bool:
        """Whether the person who acts may see the cases of a department."""
        return permits(self.authorizer, self.actor, "see", self.agency, OfCase(department))

    def departments(self) -> frozenset[str] | None:
        """The departments whose cases the person may see; None for every case.

        Raises:
            NotPermitted: the person may see nothing at all.
        """
        self.require(*SIGHT)
        return sight(self.authorizer, self.actor, self.agency)


Sessions = Callable[[], "Session"]
"""A factory of sessions, such as a ``sessionmaker``."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs what has transactions of its own: the sweep, delivery. The host's scheduler is somebody, too.

    The account needs the permission ``operate``, which the roles ``operator`` and ``administrator`` have.
    """

    sessions: Sessions
    actor: Actor
    clock: Clock = _CLOCK
    authorizer: Authorizer = _ROLES
    directory: Directory | Directories | None = None

    def __post_init__(self) -> None:
        """Admits the person.

        Raises:
            BadData: the id, name or department is nothing that can be stored.
        """
        _admit(self.actor)

    @property
    def today(self) -> date:
        """The day in China."""
        return today(self.clock)

    @property
    def stamp(self) -> str:
        """The moment as ISO text in UTC, to the millisecond."""
        return stamp(self.clock)

    def context(self, session: "Session | Connection", agency: str = DEFAULT) -> Context:
        """The same person in one of those transactions."""
        return Context(session, self.actor, agency, self.clock, self.authorizer, self.directory)

    def require(self) -> None:
        """Refuses who may not run this.

        Raises:
            NotPermitted: with the person's id.
        """
        with self.sessions() as session:  # for an authorizer that reads the host's database; no other asks for it
            require(self.context(session).authorizer, self.actor, ("operate",), EVERYWHERE)
