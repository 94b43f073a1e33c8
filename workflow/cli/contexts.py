"""Who acts on the command line, and the context that goes with a call: person, agency, clock, transaction."""

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from ...states.errors import NotPermitted
from ..cases.agencies import require_agency
from ..kernel.context import ADMINISTRATOR, DEFAULT, Actor, Clock, Context, today
from ..kernel.directory import directory_of
from ..kernel.versions import latest, names_at

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Asked(Protocol):
    """What the command's options say of the person, the agency and the clock."""

    @property
    def agency(self) -> str | None:
        """The code of the agency, where one is named."""

    @property
    def user(self) -> str | None:
        """The person of ``--as``."""

    @property
    def clock(self) -> Clock:
        """The clock of the call."""


class _Unnamed:
    """The actor where nobody is named: may read what is open to everybody, and is refused any permission."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        raise NotPermitted("who_acts")


NOBODY = Actor(user_id="")
"""Who reads where people are on record and none of them was named."""


def agency_of(options: Asked, connection: Connection) -> str:
    """The agency that is meant: the one named, else the one that is always there.

    Raises:
        SetupError: the agency is not known.
    """
    code = options.agency or DEFAULT
    require_agency(connection, code)
    return code


def person(options: Asked, connection: Connection, agency: str) -> Actor:
    """Who acts: the one of ``--as``; the administrator of this machine where the agency has no people on record.

    Raises:
        NotPermitted: people are on record and nobody, or nobody of them, was named.
    """
    directory = directory_of(connection, agency)
    if not len(directory):
        return local(options)
    if options.user is None:
        raise NotPermitted("who_acts")
    found = directory.person(options.user, today(options.clock))
    if found is None:
        raise NotPermitted("unknown_user", user=options.user)
    return found


def local(options: Asked) -> Actor:
    """The administrator of this machine, under the name of ``--as`` where one is given."""
    user = options.user
    return ADMINISTRATOR if user is None else ADMINISTRATOR.model_copy(update={"user_id": user, "name": user})


def writing(options: Asked, session: "Session", *, register: bool = False) -> Context:
    """The agency that is meant, and who acts there; with ``register`` it may be one that is not known yet.

    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    agency = (options.agency or DEFAULT) if register else agency_of(options, session.connection())
    return Context(session, person(options, session.connection(), agency), agency, options.clock)


def writing_all(options: Asked, session: "Session") -> Context:
    """Who acts for all agencies at once: the administrator of this machine where none has people on record.

    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    connection = session.connection()
    agency_of(options, connection)
    if names_at(connection, latest(connection), "directory"):
        return Context(session, writing(options, session).actor, clock=options.clock)
    return Context(session, local(options), clock=options.clock)


def reading(options: Asked, connection: "Session | Connection", agency: str | None = None) -> Context:
    """The same for reading. Where nobody was named, whatever asks for a right is refused with ``who_acts``.

    Raises:
        NotPermitted: who was named is not on record; SetupError: the agency is not known.
    """
    plain = connection if isinstance(connection, Connection) else connection.connection()
    meant = agency or agency_of(options, plain)
    if options.user is None and len(directory_of(plain, meant)):
        return Context(connection, NOBODY, meant, options.clock, _Unnamed())
    return Context(connection, person(options, plain, meant), meant, options.clock)


def require_overview(context: Context) -> None:
    """Refuses what concerns the whole agency to those who may neither see all of it nor report for it.

    Raises:
        NotPermitted.
    """
    if not context.may("report"):
        context.require("see_all")
