"""Systems that may call the service: each with a token, acting for a person on record with that person's rights."""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ....states.errors import NotPermitted
from ....states.law import read_toml
from ...kernel.codes import DEFAULT
from ...kernel.context import Clock, Sessions, today
from ...kernel.directory import directory_of
from ..callers import Caller, Environ, agency_in, agency_of

ON_BEHALF = "On-Behalf-Of"
"""The header that names the person for whom a system acts."""
BEARER = "Bearer "


class Client(BaseModel):
    """One system: its name, the hash of its token, the agencies in which it acts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(pattern="^[a-z0-9_-]{1,32}$")]
    token_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    agencies: tuple[str, ...] = (DEFAULT,)


class Clients(BaseModel):
    """The file of a service: ``[[client]]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    client: Annotated[tuple[Client, ...], Field(min_length=1)]

    @classmethod
    def parse(cls, text: str, name: str) -> "Clients":
        """Reads a text.

        Raises:
            BadData: every fault of it at once.
        """
        return read_toml(cls, text, name)

    def of_token(self, token: str) -> Client | None:
        """The system that has this token."""
        given = hash_of(token)
        found = [item for item in self.client if compare_digest(item.token_sha256, given)]
        return found[0] if found else None


def hash_of(token: str) -> str:
    """The hash by which a token is known."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def token_in(environ: Environ) -> str | None:
    """The bearer token of a request; None where there is none."""
    found = str(environ.get("HTTP_AUTHORIZATION", ""))
    return found.removeprefix(BEARER) if found.startswith(BEARER) else None


class ClientLogin:
    """Tells who asks: the person whom a known system names, as the directory of the agency has that person today."""

    def __init__(self, clients: Clients, sessions: Sessions, clock: Clock) -> None:
        self._clients, self._sessions, self._clock = clients, sessions, clock

    def __call__(self, environ: Environ, /) -> Caller | None:
        """The person.

        Raises:
            NotPermitted: ``who_acts``, nobody is named; ``unknown_user``, nobody of that id is at work there.
        """
        token = token_in(environ)
        client = self._clients.of_token(token) if token is not None else None
        if client is None:
            return None
        user = _header(environ, ON_BEHALF)
        if not user:
            raise NotPermitted("on_behalf_missing")
        agency = agency_of(client.agencies, agency_in(environ), user)
        with self._sessions() as session:
            people = directory_of(session.connection(), agency)
            found = people.person(user, today(self._clock))
        if found is None:
            raise NotPermitted("unknown_user", user=user)
        return Caller(found, client.agencies)


def _header(environ: Mapping[str, object], name: str) -> str:
    text = str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))
    return text.encode("latin-1", "replace").decode("utf-8", "replace").strip()
