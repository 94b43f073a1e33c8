"""Who acts: ids are opaque texts, names and posts are written into every history row as they were."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from ...states.errors import NotPermitted

PERMISSIONS = ("see", "see_all", "propose", "approve", "seal", "report", "administer")
"""All that can be granted; what is not granted is refused."""

_NEEDS = {
    "configure": "administer",
    "erase": "administer",
    "assign": "administer",
    "complete": "administer",
    "handover": "administer",
    "freeze": "report",
} | {name: name for name in PERMISSIONS}
"""What an action needs; every other one is work on a case and needs ``propose``."""


class Actor(BaseModel):
    """A person who makes a move, as the host knows that person at that moment.

    ``grants`` are departments whose cases the person may see beside those of the own one.
    """

    model_config = ConfigDict(frozen=True)
    user_id: str
    name: str = ""
    department: str = ""
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    on_behalf_of: str | None = None


ADMINISTRATOR = Actor(user_id="local", name="本机管理员", roles=("administrator",))
"""Who acts on the command line where nobody is on record."""


class Authorizer(Protocol):
    """Decides what a person may do; the host's own rules can stand in."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether the person may do that in that agency.

        ``action`` is a move, or one of ``see see_all propose approve seal report administer configure
        erase freeze replay import assign complete handover``.
        """
        ...


@cache
def _roles() -> dict[str, frozenset[str]]:
    text = resources.files(__package__).joinpath("roles.toml").read_text("utf-8")
    return {role: frozenset(found) for role, found in tomllib.loads(text).items()}


class RoleAuthorizer:
    """The default: each role grants what ``roles.toml`` says, or what the host says; nobody else anything."""

    def __init__(self, roles: Mapping[str, Iterable[str]] | None = None) -> None:
        self._given = None if roles is None else {role: frozenset(found) for role, found in roles.items()}

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether one of the person's roles grants what the action needs."""
        roles = _roles() if self._given is None else self._given
        needed = _NEEDS.get(action, "propose")
        return any(needed in roles.get(role, ()) for role in actor.roles)


def require(authorizer: Authorizer, actor: Actor, action: str, agency: str) -> None:
    """Refuses what the person may not do.

    Raises:
        NotPermitted: with the person's id and the action.
    """
    if not authorizer.allows(actor, action, agency):
        raise NotPermitted(user=actor.user_id, action=action)


def sees(authorizer: Authorizer, actor: Actor, agency: str, department: str | None) -> bool:
    """Whether the person may see a case that a department handles; one without a department is everybody's."""
    if authorizer.allows(actor, "see_all", agency):
        return True
    if not authorizer.allows(actor, "see", agency):
        return False
    return not department or department == actor.department or department in actor.grants


def departments_seen(authorizer: Authorizer, actor: Actor, agency: str) -> frozenset[str] | None:
    """The departments whose cases the person may see; None for all of them.

    Raises:
        NotPermitted: the person may see nothing at all.
    """
    if authorizer.allows(actor, "see_all", agency):
        return None
    require(authorizer, actor, "see", agency)
    return frozenset(name for name in (actor.department, *actor.grants) if name)
