"""The HTTP interface: the same commands as everywhere, for systems that speak JSON. Needs the extra ``web``.

``create_app`` makes a WSGI application, which a host mounts and ``disclosure serve`` runs beside one that only calls.
"""

from .app import create_app
from .callers import Caller, Environ, from_flask, from_header

__all__ = ["Caller", "Environ", "create_app", "from_flask", "from_header"]
