"""waitress around the application: started on one address, stopped without breaking off what it is doing."""

import errno
import socket
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from waitress import wasyncore
from waitress.server import create_server

from ....states.errors import SetupError
from ..requests import FILE_LIMIT, FORM_ALLOWANCE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

IDLE = 60
"""Seconds after which a connection on which nothing comes is closed: a slow client holds no thread."""
LAST = 30.0
"""Seconds that running requests have once the service is to stop."""
_LOOK = 1.0


class Address(NamedTuple):
    """Where the service listens, and below which prefix its addresses lie; port 0 takes a free one."""

    host: str
    port: int
    prefix: str = ""


class Server:
    """One listening service; it has the port once it is made."""

    def __init__(self, app: "WSGIApplication", address: Address, *, threads: int = 8, proxied: bool = False) -> None:
        self._stopping = threading.Event()
        self._sockets: dict[int, object] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[_listening(address)],
            url_prefix=address.prefix,
            threads=threads,
            ident="",
            channel_timeout=IDLE,
            cleanup_interval=IDLE // 2,
            max_request_body_size=FILE_LIMIT + 2 * FORM_ALLOWANCE,
            clear_untrusted_proxy_headers=not proxied,
        )

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self._server.effective_port)

    def run(self) -> None:
        """Serves until ``stop`` is called, then lets running requests end."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_LOOK, use_poll=True, map=self._sockets, count=1)
        wasyncore.dispatcher.close(self._server)  # nobody new; the rest of the server still sends what is under way
        until = time.monotonic() + LAST
        while self._is_busy() and time.monotonic() < until:
            wasyncore.loop(timeout=_LOOK, use_poll=True, map=self._sockets, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets)

    def stop(self) -> None:
        """Asks it to stop; may be called by a signal or another thread, and more than once."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._server.pull_trigger()

    def _is_busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(item.requests or item.total_outbufs_len for item in channels)


def _listening(address: Address) -> socket.socket:
    """The socket of an address.

    Raises:
        SetupError: ``port_taken``, ``port_forbidden``, ``address_unusable``.
    """
    where = f"{address.host}:{address.port}"
    try:
        family, *_, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family)
    except OSError as error:
        code = {errno.EADDRINUSE: "port_taken", errno.EACCES: "port_forbidden"}.get(
            error.errno or 0, "address_unusable"
        )
        raise SetupError(code, address=where) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(name == "::1" or name.startswith("127.") for name in found)
