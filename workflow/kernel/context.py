"""What goes with every call: who acts, in which agency, by which clock, on which transaction, with which ports."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ...states.errors import NotPermitted
from .clock import Clock, SystemClock, stamp, today
from .directory import Directory, directory_of
from .identity import Actor, Authorizer, RoleAuthorizer, departments_seen, require, sees

_CLOCK = SystemClock()
_ROLES = RoleAuthorizer()


@dataclass(frozen=True, slots=True)
class Context:
    """The host's session or connection, the person who acts, and the ports that the host may replace.

    ``past`` marks a record of the past (a journal, an import): it sends nothing and needs no approval sheet.
    """

    session: Session | Connection
    actor: Actor
    agency: str = "default"
    clock: Clock = _CLOCK
    authorizer: Authorizer = _ROLES
    directory: Directory | None = None
    past: bool = False

    @property
    def connection(self) -> Connection:
        """The connection of the host's transaction."""
        return self.session if isinstance(self.session, Connection) else self.session.connection()

    @property
    def today(self) -> date:
        """The day in China."""
        return today(self.clock)

    @property
    def stamp(self) -> str:
        """The moment as ISO text in UTC, to the millisecond."""
        return stamp(self.clock)

    def may(self, action: str) -> bool:
        """Whether the person who acts may do that here."""
        return self.authorizer.allows(self.actor, action, self.agency)

    def may_do(self, actor: Actor, action: str) -> bool:
        """Whether another person may do that here."""
        return self.authorizer.allows(actor, action, self.agency)

    def require(self, action: str) -> None:
        """Refuses what the person who acts may not do.

        Raises:
            NotPermitted: with the person's id and the action.
        """
        require(self.authorizer, self.actor, action, self.agency)

    def require_sight(self, department: str | None) -> None:
        """Refuses a case of a department whose cases the person may not see.

        Raises:
            NotPermitted.
        """
        if not sees(self.authorizer, self.actor, self.agency, department):
            raise NotPermitted(user=self.actor.user_id, action="see")

    def departments(self) -> frozenset[str] | None:
        """The departments whose cases the person may see; None for all of them.

        Raises:
            NotPermitted: the person may see nothing at all.
        """
        return departments_seen(self.authorizer, self.actor, self.agency)

    def people(self, version: int | None = None) -> Directory:
        """The host's directory, or the people that the agency has put on record, by now or by a settings version."""
        if self.directory is not None:
            return self.directory
        return directory_of(self.connection, self.agency, version)
