"""The server: what is under way ends before it stops, and nobody new comes in."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from web import HEADER, Web

from disclosure.states.errors import SetupError
from disclosure.workflow.web.service.server import Address, Server, is_loopback

HERE = Address("127.0.0.1", 0)


@contextmanager
def running(app: Any, address: Address = HERE) -> Iterator[Server]:
    """A server in a thread, stopped at the end."""
    server = Server(app, address)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def asked(server: Server, path: str, **headers: str) -> tuple[int, bytes]:
    """The answer to a GET."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers=headers)
    found = connection.getresponse()
    answer = found.status, found.read()
    connection.close()
    return answer


@pytest.mark.parametrize("prefix", ["", "/foi", "/a/b"])
def test_a_case_with_a_slash_is_found_below_every_prefix(sqlite_engine: Engine, prefix: str) -> None:
    web = Web(sessionmaker(sqlite_engine))
    assert web.submit("2024/017").status_code == 201
    with running(web.app, Address("127.0.0.1", 0, prefix)) as server:
        for name in ("2024%2F017", "2024~2F017"):
            status, body = asked(server, f"{prefix}/api/v1/cases/{name}", **{HEADER: "u1"})
            assert (status, b'"case":"2024/017"' in body) == (200, True)
        assert asked(server, f"{prefix}/api/v1/cases")[0] == 401


def test_a_request_that_is_under_way_is_answered_before_the_server_stops() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
        begun.set()
        go_on.wait()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    answers: list[tuple[int, bytes]] = []
    with running(slow) as server:
        client = threading.Thread(target=lambda: answers.append(asked(server, "/")))
        client.start()
        begun.wait()
        server.stop()
        refused = threading.Event()

        def knock() -> None:
            while not refused.is_set():
                try:
                    socket.create_connection(("127.0.0.1", server.port)).close()
                except OSError:
                    refused.set()

        knock()
        go_on.set()
        client.join()
    assert answers == [(200, b"done")]


def test_a_client_that_sends_slowly_holds_no_thread(sqlite_engine: Engine) -> None:
    web = Web(sessionmaker(sqlite_engine))
    with running(web.app) as server:
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        for one in slow:
            one.sendall(b"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert asked(server, "/api/v1/health/live")[0] == 200
        for one in slow:
            one.close()


@pytest.mark.parametrize(
    "request_",
    [b"GET /api/v1/cases HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x00\x01\r\n\r\n", b"GET " + b"a" * 300_000],
)
def test_what_is_no_http_is_refused_and_the_next_one_answered(sqlite_engine: Engine, request_: bytes) -> None:
    web = Web(sessionmaker(sqlite_engine))
    with running(web.app) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as torn:
            torn.sendall(request_)
            assert torn.recv(12).startswith(b"HTTP/1.")
        assert asked(server, "/api/v1/health/live")[0] == 200


def test_a_port_that_is_taken_is_told() -> None:
    with running(lambda environ, start: []) as server, pytest.raises(SetupError) as refused:
        Server(lambda environ, start: [], Address("127.0.0.1", server.port))
    assert refused.value.code == "port_taken"


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(SetupError) as refused:
        Server(lambda environ, start: [], Address("203.0.113.1", 0))
    assert refused.value.code == "address_unusable"


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("127.8.9.1", True),
        ("0.0.0.0", False),  # noqa: S104 - what is told apart
        ("203.0.113.1", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches_is_known(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
