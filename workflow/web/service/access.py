"""The log of requests: one record for each, with nothing in it that tells of a case or an applicant.

The records of the logger ``disclosure.access`` have the fields ``operation``, ``method``, ``status``, ``ms`` and, where
it is known, ``user``, the id of whoever asked. No address is logged: it holds numbers of cases, and what is searched.
"""

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

from ..app import OPERATION, USER

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from _typeshed.wsgi import _Write as Write  # type: ignore[attr-defined]

LOGGER = logging.getLogger("disclosure.access")
LOGGER.addHandler(logging.NullHandler())


def logged(app: "WSGIApplication") -> "WSGIApplication":
    """The application with a record of each request once it has been answered."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun, told = time.perf_counter(), []

        def start(status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None) -> "Write":
            told.append(status.partition(" ")[0])
            return start_response(status, headers, error)

        def note() -> None:
            fields = {
                "operation": environ.get(OPERATION),
                "method": environ["REQUEST_METHOD"],
                "status": told[-1] if told else None,
                "ms": round((time.perf_counter() - begun) * 1000, 1),
                "user": environ.get(USER),
            }
            known = {name: value for name, value in fields.items() if value is not None}
            LOGGER.info(" ".join(f"{name}={value}" for name, value in known.items()), extra=known)

        return ClosingIterator(app(environ, start), note)

    return answer
