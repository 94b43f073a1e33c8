"""Errors as ``application/problem+json`` (RFC 9457): the product's codes, a Chinese sentence, every fault at once.

Nothing in a problem tells who the applicant is, or where in the program it arose.
"""

from collections.abc import Iterator
from http import HTTPStatus

from pydantic import BaseModel

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import describe, describe_fault, mend
from ...states.errors import (
    BadData,
    CalendarUnknown,
    Conflict,
    DisclosureError,
    LawUnknown,
    MoveRefused,
    NotPermitted,
    SetupError,
    UnknownCase,
    UnknownMove,
    UnknownSheet,
)

TYPE = "urn:disclosure:problem:"
"""How the type of a problem begins; its code ends it."""
MEDIA_TYPE = "application/problem+json"


class FieldFault(BaseModel):
    """One fault: where it is, its stable code, the sentence, the law behind it."""

    field: str
    code: str
    message: str
    source: str


class Problem(BaseModel):
    """An error as it is answered; ``unmet`` are the conditions that a refused move does not meet."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    mend: str = ""
    errors: tuple[FieldFault, ...] = ()
    unmet: tuple[FieldFault, ...] = ()


_BY_KIND = (
    (NotPermitted, HTTPStatus.FORBIDDEN),
    (UnknownCase, HTTPStatus.NOT_FOUND),
    (UnknownSheet, HTTPStatus.NOT_FOUND),
    (BadData, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnknownMove, HTTPStatus.UNPROCESSABLE_ENTITY),
    (CalendarUnknown, HTTPStatus.UNPROCESSABLE_ENTITY),
    (LawUnknown, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_SETUP = {
    "unknown_agency": HTTPStatus.NOT_FOUND,
    "bad_cell": HTTPStatus.NOT_FOUND,
    "report_year": HTTPStatus.NOT_FOUND,
    "nothing_to_import": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unreadable_report": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unreadable_workbook": HTTPStatus.UNPROCESSABLE_ENTITY,
    "days_backwards": HTTPStatus.UNPROCESSABLE_ENTITY,
    "sweep_never": HTTPStatus.SERVICE_UNAVAILABLE,
    "sweep_stale": HTTPStatus.SERVICE_UNAVAILABLE,
    "attachment_altered": HTTPStatus.INTERNAL_SERVER_ERROR,
    "attachment_missing": HTTPStatus.INTERNAL_SERVER_ERROR,
}
_OF_THE_MACHINE = ("database_", "file_", "schema_", "no_chinese_font", "no_pdf_writer", "read_only", "store_missing")
"""How the codes begin of what whoever runs the service has to mend; what they tell of the machine is not told on."""
REUSED = "idempotency_key_reused"


def _is_of_the_machine(error: DisclosureError) -> bool:
    return isinstance(error, SetupError) and error.code.startswith(_OF_THE_MACHINE)


def status_of(error: DisclosureError) -> HTTPStatus:
    """The status of an error of the product."""
    if _is_of_the_machine(error):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, SetupError):
        return _SETUP.get(error.code, HTTPStatus.CONFLICT)
    if isinstance(error, Conflict) and error.fields.get("text") == REUSED:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return next((status for kind, status in _BY_KIND if isinstance(error, kind)), HTTPStatus.CONFLICT)


def problem_of(error: DisclosureError, status: HTTPStatus | None = None) -> Problem:
    """An error of the product, with another status where the request made it one."""
    status = status or status_of(error)
    if _is_of_the_machine(error):
        return plain_problem(status, error.code)
    unmet = _unmet(error) if isinstance(error, MoveRefused) else ()
    return Problem(
        type=TYPE + error.code,
        title=title_of(status),
        status=status,
        detail=describe(error),
        code=error.code,
        mend=mend(error),
        errors=tuple(_faults(error)) if isinstance(error, BadData) else (),
        unmet=unmet,
    )


def _faults(error: BadData) -> Iterator[FieldFault]:
    move = str(error.fields.get("move", ""))
    for fault in error.faults:
        yield FieldFault(
            field=str(fault["field"]),
            code=str(fault["problem"]),
            message=describe_fault(fault, move),
            source=str(fault.get("source", "")),
        )


def _unmet(error: MoveRefused) -> tuple[FieldFault, ...]:
    return (
        FieldFault(
            field=str(error.fields.get("field", "")),
            code=str(error.fields.get("text") or error.code),
            message=describe(error),
            source=str(error.fields.get("article", "")),
        ),
    )


def plain_problem(status: int, code: str = "") -> Problem:
    """A problem of the request itself, before any command was asked; or of the machine, of which nothing is told."""
    code = code or HTTPStatus(status).name.lower()
    detail = say(f"web_detail_{int(status)}")
    return Problem(type=TYPE + code, title=title_of(status), status=status, detail=detail, code=code)


def title_of(status: int) -> str:
    """What a status means, in Chinese."""
    return say(f"web_title_{int(status)}")
