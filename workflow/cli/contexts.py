"""Who acts on the command line, and the context that goes with a call: person, agency, clock, transaction."""

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from ...states.errors import NotPermitted
from ..kernel.context import ADMINISTRATOR, DEFAULT, Actor, Clock, Context, today
from ..kernel.directory import directory_of
from ..kernel.registered import require_agency
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


def acting(options: Asked, session: "Session | Connection", *, register: bool = False) -> Context:
    """The agency that is meant, and who acts there; with ``register`` it may be one that is not known yet.

    Raises:
        NotPermitted: people are on record and nobody, or nobody of them, was named;
        SetupError: the agency is not known.
    """
    connection = session if isinstance(session, Connection) else session.connection()
    agency = (options.agency or DEFAULT) if register else agency_of(options, connection)
    return Context(session, person(options, connection, agency), agency, options.clock)


def acting_for_all(options: Asked, session: "Session | Connection") -> Context:
    """Who acts for all agencies at once: the administrator of this machine where none has people on record.

    Raises:
        NotPermitted: an agency has people on record, and nobody of the agency that is meant was named;
        SetupError: the agency is not known.
    """
    meant = acting(options, session)
    connection = meant.connection
    staffed = names_at(connection, latest(connection), "directory")
    if staffed and meant.agency not in staffed:
        raise NotPermitted("who_acts")
    return Context(session, meant.actor, clock=options.clock)
