"""Numbers that staff give to consultations, reviews and suits: they stay when personal data go.

So in live work they name no applicant. Whom a consultation asks it may name: most are companies and offices, by whose
names staff tell several consultations apart.
"""

from collections.abc import Iterator, Mapping, Set

from sqlalchemy import Connection

from ...states.errors import BadData, Fault
from ...states.procedure.case import Case
from .steps import whole_bodies

LONGEST = 40
"""Characters: the number of any court's or organ's paper has room, a story has not."""
_FIELDS = ("id", "after_review")
_TELLING = frozenset(("name", "id_number", "phone", "email"))
"""Particulars by which a person is known."""


def keys_of(case: Case) -> frozenset[str]:
    """The numbers that the consultations, reviews and suits of a case have."""
    return frozenset(item.id for item in case.consultations) | {item.id for item in case.remedies}


def check_keys(connection: Connection, case_id: int, move: str, data: Mapping[str, object], known: Set[str]) -> None:
    """Refuses a new number in live work that is too long for one, or holds what tells who an applicant or agent is.

    Raises:
        BadData: without the number.
    """
    given = {field: value for field, value in _given(data) if value not in known}
    if not given:
        return
    telling = {text for body in (*whole_bodies(connection, case_id), data) for text in _persons(body)}
    faults: list[Fault] = []
    for field, value in given.items():
        if len(value) > LONGEST:
            faults.append(
                {"field": field, "problem": "too_long", "text": "key_too_long", "value": len(value), "cap": LONGEST}
            )
        if any(text in value for text in telling):
            faults.append({"field": field, "problem": "names_a_person"})
    if faults:
        raise BadData(*faults, move=move)


def _given(data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    inner = data.get("data")
    for prefix, body in (("", data), ("data.", inner if isinstance(inner, Mapping) else {})):
        for name in _FIELDS:
            value = body.get(name)
            if isinstance(value, str):
                yield prefix + name, value


def _persons(body: object) -> Iterator[str]:
    """What of the data of a step tells who somebody is; one character is no name that could be told from others."""
    if isinstance(body, list):
        for item in body:
            yield from _persons(item)
    if not isinstance(body, Mapping):
        return
    for name, value in body.items():
        if isinstance(value, str) and name in _TELLING and len(value.strip()) > 1 and "with" not in body:
            yield value.strip()
        yield from _persons(value)
