"""Which department handles a case: what its history says, and what a move that is to lead to one must say.

A case belongs to the department that its registration names, else to that of whoever registered it in live work, until
``reassign`` or ``send_back`` gives it to another. What somebody records of the past who does not see every case belongs
to the recorder's department; without any it is for those alone who see all.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from ...states.errors import BadData
from ...states.procedure.history import Event, timeline
from ..kernel.context import Context, sight
from ..kernel.directory import Known, directory_of
from ..kernel.tables import cases as t
from .amending import amended_step
from .steps import read_events

NAME_ONE = ("submit", "reassign", "send_back")
"""Moves by which a department gets a case."""
PORTION = 500


def with_department(context: Context, case_id: int, move: str, data: dict[str, object]) -> dict[str, object]:
    """The data of a move that leads to a department, with the department, as it enters the history.

    Raises:
        NotPermitted: a registration for a department whose cases the person may not see; BadData: a department that
        the office has not, or nothing that tells from which one the case came.
    """
    given = data.get("department")
    if given is None and move == "send_back":
        before = departments(context.connection, case_id)[:-1]
        if not before:
            raise BadData({"field": "department", "problem": "department_unknown"}, move=move)
        return data | {"department": before[-1]}
    if given is None and move == "submit" and context.past and _sees_not_all(context):
        own = context.actor.department
        return data | {"department": own} if own else data
    if isinstance(given, str):
        _check(context, move, given)
    return data


def _sees_not_all(context: Context) -> bool:
    """Whether the recorder does not see every case; who may record the past need not see any."""
    return sight(context.authorizer, context.actor, context.agency) is not None


def _check(context: Context, move: str, department: str) -> None:
    if move == "submit" and department != context.actor.department:
        context.require_sight(department)
    if not context.past:  # departments of earlier days are in no list of today
        _check_known(context, move, "department", department)


def _check_known(context: Context, move: str, field: str, department: str) -> None:
    known = {person.department for person in directory_of(context.connection, context.agency).people()} - {""}
    if known and department not in known:
        choices = "、".join(sorted(known))
        raise BadData(
            {"field": field, "problem": "unknown_department", "value": department, "choices": choices}, move=move
        )


def check_handler(context: Context, case_id: int, version: int, move: str, data: Mapping[str, object]) -> None:
    """Refuses in live work a handler who is nobody of the office: the case would be with nobody.

    Where nobody can be looked up it stays as typed, and so does what is put right in a record of the past: people of
    earlier days are in no list of today. ``version`` is that of the settings in force.
    Raises:
        BadData.
    """
    if not Known(context, version).anybody:
        return
    field, told = "handler", data
    if move == "amend":
        amended = amended_step(context.connection, case_id, data)
        if amended is None or not amended.step.live:
            return
        field, told = "data.handler", amended.data
    raise BadData(
        {"field": field, "problem": "unknown_person", "text": "unknown_handler", "value": told["handler"]}, move=move
    )


def leads_elsewhere(context: Context, case_id: int, amendment: Event) -> bool:
    """Whether an amendment changes which departments handle the case, or have handled it: it is a reassignment, too.

    Raises:
        BadData: the case would belong to a department that the office has not today.
    """
    before = departments(context.connection, case_id)
    after = departments(context.connection, case_id, [(amendment, context.written())])
    if after and after[-1:] != before[-1:]:
        _check_known(context, "amend", "data.department", after[-1])
    return after != before


def registered_in(event: Event, actor: str) -> str:
    """The department to which a registration gives a case; empty for none. ``actor`` is the text of its row."""
    named = event.data.get("department")
    return str(named) if named else _of_person(actor)


def departments(connection: Connection, case_id: int, tried: Sequence[tuple[Event, str]] = ()) -> list[str]:
    """Every department that has handled a case, in order; ``tried`` are steps that are being written."""
    rows = connection.execute(select(t.event).where(t.event.c.case_id == case_id).order_by(t.event.c.seq)).all()
    recorded = zip(read_events(connection, rows), (row.actor for row in rows), strict=True)
    return departments_in([*recorded, *tried])


def departments_in(steps: Iterable[tuple[Event, str]]) -> list[str]:
    """Every department that has handled a case, in order, from its steps with the texts of their actors."""
    recorded = {event.seq: (event, actor) for event, actor in steps}
    found: list[str] = []
    for event in timeline(event for event, _ in recorded.values()):
        first, actor = recorded[event.seq]
        name = _led_to(event, actor, live=first.live)
        if name and name not in found[-1:]:
            found.append(name)
    return found


def _led_to(event: Event, actor: str, *, live: bool) -> str:
    """The department to which a step has led; empty where it has left the case where it was."""
    if event.move == "submit":
        return registered_in(event, actor)
    if event.move == "accept" and not live:  # before the past was marked as such, who accepted a case took it over
        return _of_person(actor)
    return str(event.data.get("department") or "") if event.move in NAME_ONE else ""


def _of_person(actor: str) -> str:
    """The department of who made a step; empty where the past was recorded, of whomever it tells."""
    person = json.loads(actor)
    return str(person.get("department", "")) if "recorder" not in person else ""
