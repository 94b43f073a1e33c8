"""Who is asking: what a host answers of a request, and ready answers for the usual hosts.

The application asks nobody else: no cookie, no password, no token of its own.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeAlias
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.datastructures import MultiDict

from ...states.errors import BadData, NotPermitted
from ..kernel.codes import DEFAULT
from ..kernel.context import Actor

Environ: TypeAlias = Mapping[str, object]
"""The WSGI environment of a request."""
AGENCY = "agency"
"""The parameter that names an agency."""


class Caller(NamedTuple):
    """A person, and the agencies of the database in which the person works, by their codes."""

    actor: Actor
    agencies: tuple[str, ...] = (DEFAULT,)


class Authenticate(Protocol):
    """Tells who makes a request; None where nobody has logged in."""

    def __call__(self, environ: Environ, /) -> Actor | Caller | None:
        """Who it is. A person alone works in the only agency of the database."""
        ...


def agency_in(environ: Environ) -> str | None:
    """The agency that the query names.

    Raises:
        BadData: it stands there twice.
    """
    found = MultiDict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)).getlist(AGENCY)
    if len(found) > 1:
        raise BadData({"field": AGENCY, "problem": "given_twice"})
    return found[0] if found else None


def agency_of(own: tuple[str, ...], named: str | None, user: str) -> str:
    """The agency that is meant: the one named, else the only one in which the person works.

    Raises:
        NotPermitted: the person does not work there; BadData: several, and none was named.
    """
    if named is None and len(own) == 1:
        return own[0]
    if named is None:
        raise BadData({"field": AGENCY, "problem": "missing"})
    if named not in own:
        raise NotPermitted("agency_not_own", user=user, agency=named)
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
