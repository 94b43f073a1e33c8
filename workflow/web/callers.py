"""Who is asking: what a host answers of a request, and ready answers for the usual hosts.

The application asks nobody else: no cookie, no password, no token of its own.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from flask import Flask

from ...states.errors import BadData, NotPermitted
from ..kernel.codes import DEFAULT
from ..kernel.context import Actor

Environ: TypeAlias = Mapping[str, object]
"""The WSGI environment of a request."""


class Caller(NamedTuple):
    """A person, and the agencies of the database in which the person works, by their codes.

    ``agencies`` None: whoever answers has looked at ``?agency=`` already.
    """

    actor: Actor
    agencies: tuple[str, ...] | None = (DEFAULT,)


class Authenticate(Protocol):
    """Tells who makes a request; None where nobody has logged in."""

    def __call__(self, environ: Environ, /) -> Actor | Caller | None:
        """Who it is. A person alone works in the only agency of the database."""
        ...


def agency_of(caller: Caller, named: str | None) -> str:
    """The agency that is meant: the one named, else the only one in which the person works.

    Raises:
        NotPermitted: the person does not work there; BadData: several, and none was named.
    """
    if caller.agencies is None:
        return named or DEFAULT
    if named is None and len(caller.agencies) == 1:
        return caller.agencies[0]
    if named is None:
        raise BadData({"field": "agency", "problem": "missing"})
    if named not in caller.agencies:
        raise NotPermitted("agency_not_own", user=caller.actor.user_id, agency=named)
    return named


def from_header(find: Callable[[str], Actor | Caller | None], name: str = "X-Remote-User") -> Authenticate:
    """Trusts a header that a proxy sets once it knows who logs in; ``find`` looks the person up.

    The proxy must drop the header where it comes from outside, and nothing but the proxy may reach the application.
    """
    key = "HTTP_" + name.upper().replace("-", "_")

    def authenticate(environ: Environ, /) -> Actor | Caller | None:
        user = str(environ.get(key, "")).encode("latin-1").decode("utf-8", "replace")
        return find(user) if user else None

    return authenticate


def from_flask(host: Flask, find: Callable[[], Actor | Caller | None]) -> Authenticate:
    """Asks a Flask host: ``find`` is called as in a view of the host's, where its login is at hand.

    With ``flask_login`` it looks at ``current_user``.
    """

    def authenticate(environ: Environ, /) -> Actor | Caller | None:
        with host.request_context(dict(environ)):
            return find()

    return authenticate
