"""What stands in a request, read before any command is asked: headers, query, body, form."""

import re
from collections.abc import Mapping
from typing import TypeVar

from flask import Request
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType

from ...states import admission
from ...states.errors import BadData
from .callers import AGENCY
from .operations import Operation, Upload

M = TypeVar("M", bound=BaseModel)
_ETAG = re.compile(r'"(\d{1,9})"')
JSON_LIMIT = 2 * 1024 * 1024
"""Bytes of a body without a file: the longest draft has a tenth of it."""
FORM_ALLOWANCE = 1024 * 1024
"""Bytes that a form may have beside its file."""
FILE_LIMIT = 1024 * 1024 * 1024
"""Bytes of a file that is read at all: no setting allows more."""


def query_of(request: Request, model: type[M]) -> M:
    """The query as the operation takes it.

    Raises:
        BadData: every fault of it.
    """
    given = {name: values for name, values in request.args.lists() if name != AGENCY}
    faults = [{"field": name, "problem": "given_twice"} for name, values in given.items() if len(values) > 1]
    if faults:
        raise BadData(*faults)
    return model.model_validate({name: values[0] for name, values in given.items()})


def body_of(request: Request, operation: Operation) -> BaseModel:
    """The body as the operation takes it; of a form its fields.

    Raises:
        BadData: every fault of it; the exceptions of HTTP for what is no body of that kind.
    """
    if not operation.takes_body:
        return operation.body.model_validate({})
    if _is_form(request, operation):
        return operation.body.model_validate(_form(request))
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        given = admission.json_object(request.get_data(cache=False))
    except ValueError as error:
        raise BadRequest from error
    return operation.body.model_validate(given)


def _is_form(request: Request, operation: Operation) -> bool:
    """Whether a form was sent, where one may be.

    Raises:
        UnsupportedMediaType: another kind of body, where there must be a form.
    """
    if operation.uploads == "no":
        return False
    sent = request.mimetype == "multipart/form-data"
    if operation.uploads == "must" and not sent:
        raise UnsupportedMediaType
    return sent


_OBJECT = "data"
"""The field of a form that holds a JSON object."""


def _form(request: Request) -> Mapping[str, object]:
    """The fields of a form.

    Raises:
        BadData: one of them twice; BadRequest: what is to be an object is none.
    """
    twice = [{"field": name, "problem": "given_twice"} for name, values in request.form.lists() if len(values) > 1]
    if twice:
        raise BadData(*twice)
    found: dict[str, object] = dict(request.form)
    if _OBJECT in found:
        try:
            found[_OBJECT] = admission.json_object(str(found[_OBJECT]))
        except ValueError as error:
            raise BadRequest from error
    return found


def upload_of(request: Request, operation: Operation) -> Upload | None:
    """The file of a form; None where the operation takes none.

    Raises:
        BadData: there is none, or more than one.
    """
    if not _is_form(request, operation):
        return None
    files = list(request.files.items(multi=True))
    if not files and operation.uploads == "may":
        return None
    if len(files) != 1 or files[0][0] != "file":
        raise BadData({"field": "file", "problem": "missing" if len(files) == 0 else "given_twice"})
    sent = files[0][1]
    return Upload(sent.filename or "", sent.stream)  # type: ignore[arg-type]  # werkzeug calls any binary stream IO[bytes]


def limit_of(operation: Operation) -> int:
    """The bytes that a request may bring."""
    return FILE_LIMIT + FORM_ALLOWANCE if operation.uploads != "no" else JSON_LIMIT


def key_of(request: Request) -> str | None:
    """The idempotency key, with or without the quotes in which the header's draft puts it."""
    found = request.headers.get("Idempotency-Key")
    if found is None:
        return None
    text = found.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def version_of(request: Request) -> int | None:
    """The version that the request expects to find; None where it expects none.

    Raises:
        BadData: it is no version that this interface has given out.
    """
    found = request.headers.get("If-Match", "*").strip()
    if found == "*":
        return None
    read = _ETAG.fullmatch(found)
    if read is None:
        raise BadData({"field": "If-Match", "problem": "not_a_version"})
    return int(read[1])


def refuse_other_sites(request: Request) -> None:
    """Refuses what a page of another site makes a browser send, with the login that the browser keeps for this one.

    Whoever brings a token in the header is no browser that was misled.
    """
    if request.method != "POST" or request.headers.get("Authorization", "").startswith("Bearer "):
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and origin.partition("://")[2] != request.host
    if foreign:
        raise Forbidden
