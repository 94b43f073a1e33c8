"""Who acts on the command line, and the context that goes with a call: person, agency, clock, transaction."""

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from ...states.errors import NotPermitted
from ..kernel.context import ADMINISTRATOR, DEFAULT, Actor, Clock, Context, today
from ..kernel.directory import directory_of
from ..kernel.registered import has_others, require_agency
from ..kernel.versions import latest, names_at

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


ADMINISTERS = "administrator"
"""The role that acts beyond its own agency, where nobody is on record."""


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
    """Who acts: the one of ``--as``; the administrator of this machine where no agency has people on record.

    In an agency without people, and to register one, an administrator of an agency that has people acts.
    Raises:
        NotPermitted: people are on record and nobody, or nobody of them, or nobody who may act there, was named.
    """
    staffed = _staffed(connection)
    if not staffed:
        return local(options)
    if options.user is None:
        raise NotPermitted("who_acts")
    looked_up = [agency] if agency in staffed else staffed
    known = [directory_of(connection, code).person(options.user, today(options.clock)) for code in looked_up]
    found = [item for item in known if item is not None]
    if not found:
        raise NotPermitted("unknown_user", user=options.user)
    if agency in staffed:
        return found[0] if has_others(connection, agency) else found[0].model_copy(update={"agencies": ()})
    for item in found:
        if ADMINISTERS in item.roles:
            return Actor(user_id=item.user_id, name=item.name, roles=(ADMINISTERS,))
    raise NotPermitted("agency_without_people", user=options.user, agency=agency)


def _staffed(connection: Connection) -> list[str]:
    """The agencies that have people on record, the earliest first."""
    return [
        code for code in names_at(connection, latest(connection), "directory") if len(directory_of(connection, code))
    ]


def local(options: Asked) -> Actor:
    """The administrator of this machine, under the name of ``--as`` where one is given."""
    user = options.user
    return ADMINISTRATOR if user is None else ADMINISTRATOR.model_copy(update={"user_id": user, "name": user})


def acting(options: Asked, session: "Session | Connection", *, register: bool = False) -> Context:
    """The agency that is meant, and who acts there; with ``register`` it may be one that is not known yet.

    Raises:
        NotPermitted: as ``person``;
        SetupError: the agency is not known.
    """
    connection = session if isinstance(session, Connection) else session.connection()
    agency = (options.agency or DEFAULT) if register else agency_of(options, connection)
    return Context(session, person(options, connection, agency), agency, options.clock)


def acting_for_all(options: Asked, session: "Session | Connection") -> Context:
    """Who acts for all agencies at once: the one who acts in the agency that is meant, by the permissions there.

    Raises:
        NotPermitted: as ``person``;
        SetupError: the agency is not known.
    """
    return Context(session, acting(options, session).actor, clock=options.clock)
