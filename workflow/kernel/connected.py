"""Ports that read the host's database: asked on the connection of the command, they open none of their own."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy import Connection

if TYPE_CHECKING:
    from .context import Actor, Authorizer, Directory, StandIn  # noqa: F401 - two are named as types of a type

Port = TypeVar("Port")


class _Connected(Generic[Port]):
    """A port that is made anew for each connection on which it is asked."""

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


class ConnectedDirectory(_Connected["Directory"]):
    """A directory in the host's database: ``make(connection)`` gives it for the connection of a command.

    It reads in the transaction of the command. The same instance serves every context; each asks on its own connection.
    """

    def on(self, connection: Callable[[], Connection]) -> "ConnectedDirectory":
        """The same for one context."""
        return ConnectedDirectory(self._make, connection)

    def person(self, user_id: str, on: date) -> "Actor | None":
        """The person of that id, if at work in the office on that day."""
        return self.port.person(user_id, on)

    def holders(self, role: str, department: str | None, on: date) -> "Sequence[Actor]":
        """Who holds a role on that day, in one department or (None) anywhere."""
        return self.port.holders(role, department, on)

    def superior(self, user_id: str, on: date) -> "Actor | None":
        """Who stands above the person on that day."""
        return self.port.superior(user_id, on)

    def principals(self, user_id: str, on: date) -> "Sequence[StandIn]":
        """For whom the person stands in on that day."""
        return self.port.principals(user_id, on)


class ConnectedAuthorizer(_Connected["Authorizer"]):
    """An authorizer in the host's database: ``make(connection)`` gives it for the connection of a command.

    It reads in the transaction of the command. The same instance serves every context; each asks on its own connection.
    """

    def on(self, connection: Callable[[], Connection]) -> "ConnectedAuthorizer":
        """The same for one context."""
        return ConnectedAuthorizer(self._make, connection)

    def allows(self, actor: "Actor", action: str, agency: str) -> bool:
        """Whether the person may do that in that agency."""
        return self.port.allows(actor, action, agency)
