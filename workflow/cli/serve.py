"""The command that runs the HTTP interface as a service."""

import logging
import os
import re
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypedDict, Unpack

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import CountType, Options, answer, given_key, tell, with_options
from .screen import line

if TYPE_CHECKING:
    from ..kernel.context import Clock
    from ..web import Caller, Environ
    from ..web.callers import Authenticate
    from ..web.service.local import LocalLogin
    from ..web.service.server import Server

TOKEN = "DISCLOSURE_TOKEN"  # noqa: S105 - the name of a variable
"""The environment variable that sets the token of a service without configured identities."""
EVERY = 60.0
"""Seconds between two rounds of the service's timer."""
_PREFIX = re.compile(r"(?:/[0-9A-Za-z._~-]+)*")
_LOGS = ("disclosure.access", "disclosure.delivery", "disclosure.timer", "disclosure.web", "disclosure.authority")


class _Serve(TypedDict):
    """What is typed after ``serve``."""

    host: str
    port: int
    prefix: str
    config: Path | None
    proxies: int
    threads: int
    new_token: bool


@command(help=say("cli_help_serve"))
@click.option("--host", default="127.0.0.1", metavar="HOST", help=say("cli_opt_serve_host"))
@click.option("--port", type=CountType(0, 65535), default=8642, help=say("cli_opt_serve_port"))
@click.option("--prefix", default="", metavar="/PATH", help=say("cli_opt_serve_prefix"))
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_serve_config"))
@click.option("--proxies", type=CountType(0, 9), default=0, help=say("cli_opt_serve_proxies"))
@click.option("--threads", type=CountType(1, 256), default=8, help=say("cli_opt_serve_threads"))
@click.option("--new-token", is_flag=True, help=say("cli_opt_serve_new_token"))
@with_options
def serve_(options: Options, **typed: Unpack[_Serve]) -> None:
    """Serves the HTTP interface until it is stopped."""
    if typed["new_token"]:
        _print_token(options)
        return
    prefix = typed["prefix"].rstrip("/")
    if not _PREFIX.fullmatch(prefix):
        raise click.BadParameter(say("cli_not_a_prefix", value=typed["prefix"]), param=click.Option(["--prefix"]))
    if options.today is not None:
        raise click.UsageError(say("cli_serve_by_the_clock"))
    options.creates = True
    _serve(options, typed | {"prefix": prefix})


def _print_token(options: Options) -> None:
    from ..web.service.clients import hash_of, new_token

    token = new_token()
    found = {"token": token, "token_sha256": hash_of(token)}
    answer(options, found, lambda found: line(say("cli_new_token", **found)))


def _serve(options: Options, typed: _Serve) -> None:
    from ..kernel.context import SystemClock
    from ..web import create_app
    from ..web.service.access import logged
    from ..web.service.server import Address, Server

    clock = SystemClock()
    local, authenticate = _logins(options, typed, clock)
    app = create_app(options.sessions, authenticate=authenticate, clock=clock, proxies=typed["proxies"]).wsgi_app
    address = Address(typed["host"], typed["port"], typed["prefix"])
    inner = local.around(app) if local is not None else app
    server = Server(logged(inner), address, threads=typed["threads"], proxied=typed["proxies"] > 0)
    root = f"http://{_named(typed['host'])}:{server.port}{typed['prefix']}"
    if local is not None:
        line(say("cli_serving_ticket", url=f"{root}/login?ticket={local.new_ticket()}"))
    tell(say("cli_serving", url=f"{root}/api/v1/"))
    _run(options, server, clock)


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _logins(options: Options, typed: _Serve, clock: "Clock") -> "tuple[LocalLogin | None, Authenticate]":
    """Who may ask: the systems of the configuration, or whoever has started the service on this machine.

    Raises:
        SetupError: ``serve_needs_identities``, reachable from elsewhere without any;
        NotPermitted: people are on record, and nobody or nobody of them was named.
    """
    from ...states.errors import SetupError
    from ..kernel.files import read_text
    from ..web.service.clients import ClientLogin, Clients
    from ..web.service.local import LocalLogin
    from ..web.service.server import is_loopback

    config = typed["config"]
    if config is not None:
        return None, ClientLogin(Clients.parse(read_text(config), config.name), options.sessions, clock)
    if not is_loopback(typed["host"]):
        raise SetupError("serve_needs_identities", host=typed["host"])
    find = partial(_local_caller, options)
    find({"QUERY_STRING": ""})  # told at the start, not at the first request
    local = LocalLogin(os.environ.get(TOKEN) or secrets.token_urlsafe(32), find, clock)
    return local, local


def _local_caller(options: Options, environ: "Environ") -> "Caller":
    """Who acts on this machine, in the agency that the request names, else in that of the command."""
    from ..web import Caller
    from ..web.callers import agency_in
    from .contexts import acting

    asked = replace(options, agency=agency_in(environ) or options.agency)
    with options.connecting() as connection:
        context = acting(asked, connection)
    return Caller(context.actor, (context.agency,))


def _run(options: Options, server: "Server", clock: "Clock") -> None:
    """Serves, with the timer beside it, until a signal asks to stop; what is under way ends first."""
    from ..delivery.rounds import run_round
    from ..kernel.context import Actor, Operator
    from ..web.service.timer import Timer

    operator = Operator(
        options.sessions, Actor(user_id="service", name=say("word_service"), roles=("operator",)), clock
    )
    timer = Timer(partial(run_round, operator, key=given_key(None)), EVERY)
    with _logging_to(sys.stderr), _stopped_by_signals(server):
        timer.start()
        try:
            server.run()
        finally:
            timer.stop()
    tell(say("cli_served"))


@contextmanager
def _stopped_by_signals(server: "Server") -> Iterator[None]:
    def stop(*asked: object) -> None:
        server.stop()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _logging_to(stream: TextIO) -> Iterator[None]:
    """Writes the product's own logs where the service's messages go."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    loggers = [logging.getLogger(name) for name in _LOGS]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)


COMMANDS = {"serve": serve_}
