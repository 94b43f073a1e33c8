"""The application: finds the operation, who asks and what is asked, and does it in one transaction.

It is WSGI and synchronous: it works in the thread that calls it, starts none, needs no start or stop, and keeps
nothing between requests. Every address that it gives out begins with ``SCRIPT_NAME``, wherever it is mounted.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flask import Flask, Response, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from ...states.errors import BadData, Conflict, DisclosureError, NotPermitted, UnknownCase, UnknownSheet
from ..kernel.context import SIGHT, Actor, Authorizer, Clock, Context, Directory, RoleAuthorizer, Sessions, SystemClock
from . import requests
from .callers import Authenticate, Caller, agency_in, agency_of
from .names import NameConverter, keep_slashes
from .operations import PREFIX, Answer, AnyCall, Call, File, Operation
from .problems import MEDIA_TYPE, Problem, plain_problem, problem_of
from .resources import operations
from .told import as_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGGER = logging.getLogger("disclosure.web")
LOGGER.addHandler(logging.NullHandler())
OPERATION, USER = "disclosure.operation", "disclosure.user"
"""Where the environment of a request tells, once it is known, which operation it is and who asks: for logs."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
_MISSING = {"case": UnknownCase, "sheet": UnknownSheet}


class _Door(NamedTuple):
    """What every request needs: the host's sessions and ports."""

    sessions: Sessions
    authenticate: Authenticate
    directory: Directory | None
    authorizer: Authorizer
    clock: Clock


def create_app(
    sessions: Sessions,
    *,
    authenticate: Authenticate,
    directory: Directory | None = None,
    authorizer: Authorizer | None = None,
    clock: Clock | None = None,
    proxies: int = 0,
) -> Flask:
    """The HTTP interface as a WSGI application on the host's database.

    Each request has a session of its own from ``sessions``, committed where it went well. ``authenticate`` tells who
    asks; ``directory``, ``authorizer`` and ``clock`` are those of every ``Context``. ``X-Forwarded-Proto``, ``-Host``
    and ``-Prefix`` count as far as so many ``proxies`` have set them.
    """
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.converters["name"] = NameConverter
    door = _Door(sessions, authenticate, directory, authorizer or RoleAuthorizer(), clock or SystemClock())
    for operation in operations():
        rule = f"{PREFIX}/{operation.path}".replace("{", "<name:").replace("}", ">")
        view = _view(door, operation)
        app.add_url_rule(rule, operation.name, view, methods=[operation.method], provide_automatic_options=False)
    app.register_error_handler(HTTPException, _told_http)
    app.register_error_handler(DisclosureError, _told_error)
    app.register_error_handler(Exception, _told_unforeseen)
    _wrap(app, proxies)
    return app


def _wrap(app: Flask, proxies: int) -> None:
    inner = app.wsgi_app
    if proxies:
        inner = ProxyFix(inner, x_for=0, x_proto=proxies, x_host=proxies, x_prefix=proxies)

    def with_slashes(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        keep_slashes(environ)
        return inner(environ, start_response)

    app.wsgi_app = with_slashes  # type: ignore[method-assign]  # as Flask says to wrap it


def _view(door: _Door, operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request.environ[OPERATION] = operation.name
        request.max_content_length = requests.limit_of(operation)
        requests.refuse_other_sites(request)
        caller = _caller(door, operation)
        if caller is None:
            return _problem(plain_problem(HTTPStatus.UNAUTHORIZED))
        if operation.asks:
            request.environ[USER] = caller.actor.user_id
        return _answered(door, operation, caller, path)

    return view


_NOBODY = Caller(Actor(user_id="nobody"))
"""Stands for whoever asks what everybody may know: without a role, so that nothing else is given."""


def _caller(door: _Door, operation: Operation) -> Caller | None:
    if not operation.asks:
        return _NOBODY
    found = door.authenticate(request.environ)
    return Caller(found) if isinstance(found, Actor) else found


def _answered(door: _Door, operation: Operation, caller: Caller, path: dict[str, str]) -> Response:
    """Does the operation in one transaction, and writes its answer before that ends."""
    agency = agency_of(caller.agencies, agency_in(request.environ), caller.actor.user_id)
    version = requests.version_of(request)
    try:
        with door.sessions() as session, session.begin():
            context = Context(session, caller.actor, agency, door.clock, door.authorizer, door.directory)
            call: AnyCall = Call(
                context,
                path,
                requests.query_of(request, operation.query),
                requests.body_of(request, operation),
                requests.key_of(request),
                version,
                requests.upload_of(request, operation),
            )
            try:
                response = _response(operation, operation.work(call))
            except NotPermitted as error:
                raise _unseen(error, context, path) from error
            if not call.keeps:
                session.rollback()
            return response
    except Conflict as error:
        stale = version is not None and "text" not in error.fields
        return _problem(problem_of(error, HTTPStatus.PRECONDITION_FAILED if stale else None))
    except BadData as error:
        absent = {str(fault["problem"]) for fault in error.faults} & operation.absent
        return _problem(problem_of(error, HTTPStatus.NOT_FOUND if absent else None))
    except SQLAlchemyError as error:
        _log(error)
        return _problem(plain_problem(HTTPStatus.SERVICE_UNAVAILABLE))


def _unseen(error: NotPermitted, context: Context, path: dict[str, str]) -> DisclosureError:
    """What a person out of whose sight a case lies is told: that there is none, if the person sees cases at all."""
    name = next((name for name in _MISSING if name in path), None)
    if name is None or error.fields.get("action") not in SIGHT or not any(map(context.may, SIGHT)):
        return error
    return _MISSING[name](**{name: path[name]})


def _response(operation: Operation, found: object) -> Response:
    if isinstance(found, File):
        return _file(found)
    answer = found if isinstance(found, Answer) else Answer(found)
    response = _json(as_json(answer.found), operation.status)
    if answer.version is not None:
        response.set_etag(str(answer.version))
    if answer.at is not None:
        name, names = answer.at
        response.headers["Location"] = url_for(name, _external=False, **names)
    return response


def _json(found: object, status: int, media_type: str = "application/json") -> Response:
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    # half of a surrogate pair, which no UTF-8 holds, becomes JSON's own writing of it
    return Response(text.encode("utf-8", "backslashreplace"), status, _HEADERS, content_type=media_type)


def _file(found: File) -> Response:
    response = Response(found.content, HTTPStatus.OK, _HEADERS, content_type=found.type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return response


def _problem(problem: Problem) -> Response:
    response = _json(as_json(problem), problem.status, MEDIA_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _told_error(error: DisclosureError) -> Response:
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log(error)
    return _problem(problem)


def _told_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = _problem(plain_problem(status))
    valid = getattr(error, "valid_methods", None)
    if valid:
        response.headers["Allow"] = ", ".join(sorted(valid))
    return response


def _told_unforeseen(error: Exception) -> Response:
    _log(error)
    return _problem(plain_problem(HTTPStatus.INTERNAL_SERVER_ERROR))


def _log(error: Exception) -> None:
    """Logs where an error arose and of which kind it is; its words may hold what was sent, and are left out."""
    code = error.code if isinstance(error, DisclosureError) else type(error).__name__
    places = "".join(traceback.format_tb(error.__traceback__))
    LOGGER.error("failed operation=%s error=%s\n%s", request.environ.get(OPERATION), code, places)
