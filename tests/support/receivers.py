"""Servers that channels deliver to: a mail server and a web server, each real, each on a port of its own."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """What a mail server has taken; ``refuses`` are addresses that it does not know."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.refuses: set[str] = set()
        self.port = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """A mail server on this machine."""
    box, started = Mailbox(), Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        server = await loop.create_server(lambda: SMTP(box, loop=loop, **options), "127.0.0.1", 0)
        box.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await stop.wait()

    stop = asyncio.Event()
    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert started.wait(10)
        yield box
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


class Web:
    """What a web server was sent, and what it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.answer = b"{}"
        self.headers: dict[str, str] = {}
        self.url = ""
        self.on_request: Callable[[], object] = lambda: None

    @property
    def documents(self) -> list[Any]:
        """The bodies as JSON."""
        return [json.loads(body) for _, _, body in self.requests]


@contextmanager
def web_server() -> Iterator[Web]:
    """A web server on this machine."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            web.requests.append((self.path, dict(self.headers.items()), body))
            web.on_request()
            self.send_response(web.status)
            for name, value in web.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(web.answer)))
            self.end_headers()
            self.wfile.write(web.answer)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
