"""The login of a service on one machine that no identities are configured for: a token, or a ticket that is spent once.

The ticket stands in an address that is printed at the start; it opens a session of the browser and is worth nothing
afterwards. The token stands in no address.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from ...kernel.context import Clock
from ..callers import Caller, Environ
from ..operations import PREFIX
from ..problems import MEDIA_TYPE, plain_problem
from .clients import token_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/login"
COOKIE = "disclosure-session"
TICKET_LIVES, SESSION_LIVES = timedelta(minutes=15), timedelta(hours=12)


class LocalLogin:
    """Tells who asks, of requests with the token or in a session; ``find`` says who that is."""

    def __init__(self, token: str, find: Callable[[Environ], Caller], clock: Clock) -> None:
        self._token, self._find, self._clock = token, find, clock
        self._tickets: dict[str, datetime] = {}
        self._sessions: dict[str, datetime] = {}

    def new_ticket(self) -> str:
        """A ticket that opens one session, within a quarter of an hour."""
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = self._clock.now() + TICKET_LIVES
        return ticket

    def __call__(self, environ: Environ, /) -> Caller | None:
        """The person who has started the service, or whom it was started for."""
        token = token_in(environ)
        if token is not None:
            known = compare_digest(token.encode("utf-8", "replace"), self._token.encode())
            return self._find(environ) if known else None
        return self._find(environ) if self._is_open(_session_in(environ)) else None

    def _is_open(self, session: str) -> bool:
        ends = self._sessions.get(session)
        return ends is not None and self._clock.now() < ends

    def spend(self, ticket: str) -> str | None:
        """Opens a session by a ticket; None where it is none, has been spent, or is too old."""
        ends = self._tickets.pop(ticket, None)
        if ends is None or self._clock.now() >= ends:
            return None
        session = secrets.token_urlsafe(32)
        self._sessions[session] = self._clock.now() + SESSION_LIVES
        return session

    def around(self, app: "WSGIApplication") -> "WSGIApplication":
        """The application with the address at which a ticket is spent."""

        def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            if environ.get("PATH_INFO") != PATH:
                return app(environ, start_response)
            return self._logged_in(Request(environ))(environ, start_response)

        return answer

    def _logged_in(self, request: Request) -> Response:
        session = self.spend(request.args.get("ticket", "")) if request.method == "GET" else None
        if session is None:
            problem = plain_problem(401, "ticket_spent")
            return Response(problem.model_dump_json(), 401, content_type=MEDIA_TYPE)
        root = request.root_path.rstrip("/")
        response = Response(status=303, headers={"Location": f"{root}{PREFIX}/todo", "Referrer-Policy": "no-referrer"})
        response.autocorrect_location_header = False
        response.set_cookie(COOKIE, session, path=root or "/", httponly=True, samesite="Strict", max_age=SESSION_LIVES)
        response.headers["Cache-Control"] = "no-store"
        return response


def _session_in(environ: Environ) -> str:
    try:
        found = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""
