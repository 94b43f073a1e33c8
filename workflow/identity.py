"""Who acts: ids are opaque texts, names and posts are written into every history row as they were."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from ..states.errors import NotPermitted


class Actor(BaseModel):
    """A person who makes a move, as the host knows that person at that moment."""

    model_config = ConfigDict(frozen=True)
    user_id: str
    name: str = ""
    department: str = ""
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    on_behalf_of: str | None = None


class Authorizer(Protocol):
    """Decides what a person may do; the host's own rules can stand in."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether the person may do that in that agency."""
        ...


class RoleAuthorizer:
    """The default: administrators may do everything, staff may move cases and read; nobody else anything."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether one of the person's roles covers the action."""
        if "administrator" in actor.roles:
            return True
        return "staff" in actor.roles and action not in ("configure", "freeze", "erase")


def require(authorizer: Authorizer, actor: Actor, action: str, agency: str) -> None:
    """Refuses what the person may not do.

    Raises:
        NotPermitted: with the person's id and the action.
    """
    if not authorizer.allows(actor, action, agency):
        raise NotPermitted(user=actor.user_id, action=action)
