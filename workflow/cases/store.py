"""Reading and writing a case, on the host's connection.

A case's row holds its folded snapshot and the few columns by which lists and reports find it; the
history holds everything from which both can be computed again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ...states.errors import Conflict, UnknownCase
from ...states.procedure.case import FINISHED, Case, dump, load
from ...states.procedure.counting import CountedRemedy, counted, counted_remedies
from ...states.procedure.history import Event
from ...states.procedure.periods import Law, merged
from ..kernel.context import Actor
from ..kernel.outbox import Message, enqueue
from ..kernel.owners import follow
from ..kernel.sealing import GENESIS, canonical, event_hash, unseal
from ..kernel.tables import cases as t
from ..kernel.versions import LATEST, law_at

NEVER = date.max
"""The due day of a row that has none: sorts last on every database."""

_LOAD = select(
    t.case.c.id,
    t.case.c.version,
    t.case.c.head_hash,
    t.case.c.snapshot,
    t.case.c.config_id,
    t.case.c.department,
    t.case.c.open_sheets,
    LATEST.label("latest"),
).where(t.case.c.agency == bindparam("agency"), t.case.c.case_no == bindparam("case_no"))
_MISSING = select(LATEST)
_HISTORY = (
    select(t.event.c.seq, t.event.c.move, t.event.c.on_date, t.event.c.at_text, t.event.c.data)
    .where(t.event.c.case_id == bindparam("case_id"))
    .order_by(t.event.c.seq)
)
_COLUMNS = [
    "state",
    "kind",
    "handler",
    "received_on",
    "is_open",
    "due_on",
    "due_rule",
    "paused_until",
    "waits",
    "received_year",
    "done_year",
    "row_key",
    "config_id",
    "department",
    "head_hash",
    "snapshot",
]
_INSERT_CASE = insert(t.case)
_UPDATE_CASE = (
    update(t.case)
    .where(t.case.c.id == bindparam("b_id"), t.case.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _COLUMNS} | {"version": bindparam("next_version")})
)
_INSERT_EVENT = insert(t.event)
_INSERT_PRIVATE = insert(t.private)
_DELETE_REMEDY = delete(t.remedy).where(t.remedy.c.case_id == bindparam("b_case_id"))
_INSERT_REMEDY = insert(t.remedy)
_LAST_ACTOR = (
    select(t.event.c.actor, t.event.c.move, t.event.c.on_date)
    .where(t.event.c.case_id == bindparam("case_id"))
    .order_by(t.event.c.seq.desc())
    .limit(1)
)


@dataclass(slots=True)
class Loaded:
    """A case as it stands in the database, with what a write needs to know."""

    id: int
    version: int
    head_hash: str
    case: Case
    law: Law
    config_id: int
    places: list[CountedRemedy]
    department: str | None = None
    open_sheets: int = 0


def load_case(connection: Connection, agency: str, number: str, *, to_write: bool = False) -> Loaded:
    """The case of that number.

    Read, a finished case keeps the calendar and readings of its last move; a new move is made by the
    newest.
    Raises:
        UnknownCase: no case of that number.
    """
    row = connection.execute(_LOAD, {"agency": agency, "case_no": number}).first()
    if row is None:
        raise UnknownCase(case=number)
    case = load(row.snapshot)
    kept = case.state in FINISHED and not to_write
    config_id = row.config_id if kept else row.latest
    law = law_at(connection, config_id)
    places = counted_remedies(case, law)
    return Loaded(row.id, row.version, row.head_hash, case, law, config_id, places, row.department, row.open_sheets)


def new_case(connection: Connection, number: str) -> Loaded:
    """A case that is not in the database yet."""
    config_id = connection.execute(_MISSING).scalar_one()
    return Loaded(0, 0, GENESIS, Case(number), law_at(connection, config_id), config_id, [])


def history(connection: Connection, case_id: int) -> list[Event]:
    """The case's events in the order in which they were recorded."""
    return [read_event(row) for row in connection.execute(_HISTORY, {"case_id": case_id})]


def read_event(row: Any) -> Event:
    """An event from its row."""
    return Event(row.seq, row.move, row.on_date, _moment(row.at_text), json.loads(row.data))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def private_data(connection: Connection, case_id: int) -> dict[int, dict[str, Any] | None]:
    """Personal data by step; None where they have been erased."""
    rows = connection.execute(select(t.private.c.seq, t.private.c.payload).where(t.private.c.case_id == case_id))
    return {row.seq: json.loads(row.payload) if row.payload is not None else None for row in rows}


def opened(events: Sequence[Event], aside: dict[int, dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Each event's data with the personal data put back."""
    return [unseal(event.data, aside.get(event.seq)) for event in events]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it goes into the history."""

    event: Event
    aside: dict[str, Any]
    salt: str
    actor: Actor
    recorded_at: str


def save(connection: Connection, agency: str, loaded: Loaded, recorded: Recorded, message: Message | None) -> int:
    """Writes the case, its new event and what leaves the process; returns the case's row id.

    Raises:
        Conflict: somebody else has changed the case since it was read.
    """
    row = _event_columns(agency, loaded, recorded)
    columns = case_columns(loaded.case, loaded.law)
    columns |= {"config_id": loaded.config_id, "head_hash": row["hash"], "department": _department(loaded, recorded)}
    if loaded.id == 0:
        fixed = {"agency": agency, "case_no": loaded.case.case, "version": 1, "sealed_version": 0}
        result = connection.execute(_INSERT_CASE, fixed | columns)
        loaded.id = int(result.inserted_primary_key[0])  # type: ignore[index]
    else:
        where = {"b_id": loaded.id, "b_version": loaded.version, "next_version": loaded.version + 1}
        if connection.execute(_UPDATE_CASE, columns | where).rowcount != 1:
            raise conflict(connection, loaded)
    connection.execute(_INSERT_EVENT, row | {"case_id": loaded.id})
    if message is not None:
        enqueue(connection, message, recorded.recorded_at)
    if recorded.aside:
        payload = {"payload": canonical(recorded.aside), "salt": recorded.salt}
        connection.execute(_INSERT_PRIVATE, {"case_id": loaded.id, "seq": recorded.event.seq} | payload)
    save_remedies(connection, agency, loaded)
    if loaded.open_sheets:
        follow(connection, loaded.id)
    return loaded.id


def _department(loaded: Loaded, recorded: Recorded) -> str | None:
    """The department that handles the case: whose person took it in, and then whose person accepted it."""
    if recorded.event.move in ("submit", "accept") and recorded.actor.department:
        return recorded.actor.department
    return loaded.department


def _event_columns(agency: str, loaded: Loaded, recorded: Recorded) -> dict[str, Any]:
    """The history row, with the hash that chains it to the row before; the case's id comes last."""
    event = recorded.event
    row = {
        "seq": event.seq,
        "move": event.move,
        "on_date": event.on,
        "at_text": event.at.isoformat() if event.at else None,
        "recorded_at": recorded.recorded_at,
        "actor": recorded.actor.model_dump_json(exclude_defaults=True),
        "data": canonical(event.data),
        "prev_hash": loaded.head_hash,
    }
    row["hash"] = event_hash(loaded.head_hash, agency, loaded.case.case, row)
    return row


def save_remedies(connection: Connection, agency: str, loaded: Loaded) -> None:
    """Writes the report places of the case's remedies, where they changed."""
    if not loaded.case.remedies and not loaded.places:
        return
    places = counted_remedies(loaded.case, loaded.law)
    if places == loaded.places and loaded.version:
        return
    remedy_rows(connection, agency, loaded.id, places)


def remedy_rows(connection: Connection, agency: str, case_id: int, places: Sequence[CountedRemedy]) -> None:
    """Writes the report places of a case's remedies afresh."""
    connection.execute(_DELETE_REMEDY, {"b_case_id": case_id})
    rows = [
        {
            "case_id": case_id,
            "agency": agency,
            "remedy_no": place.id,
            "column_key": place.column,
            "from_year": place.from_year,
            "to_year": place.to_year,
        }
        for place in places
    ]
    if rows:
        connection.execute(_INSERT_REMEDY, rows)


def conflict(connection: Connection, loaded: Loaded) -> Conflict:
    """The error that tells who changed the case meanwhile."""
    row = connection.execute(_LAST_ACTOR, {"case_id": loaded.id}).first()
    fields = {"case": loaded.case.case}
    if row is not None:
        actor = json.loads(row.actor)
        fields |= {"by": actor.get("name") or actor["user_id"], "move": row.move, "at": row.on_date.isoformat()}
    return Conflict(**fields)


AGENCY_DUTIES = ("reply", "review_answer", "suit_answer")
"""Periods whose lapse is the agency's fault."""


def case_columns(case: Case, law: Law) -> dict[str, Any]:
    """The columns by which lists and reports find a case: all of them computed from its history."""
    place = counted(case, law.settings)
    duties = [item for item in case.periods if item.ended_on is None and item.rule in AGENCY_DUTIES]
    going = [item for item in duties if all(span.until is not None for span in item.spans)]
    urgent = min(going, key=lambda item: item.due_on, default=None)
    waits = case.waits_for_others and urgent is None
    return {
        "state": case.state,
        "kind": case.applicant_kind,
        "handler": case.handler or None,
        "received_on": case.received_on,
        "is_open": int(case.state not in FINISHED or urgent is not None),
        "due_on": urgent.due_on if urgent else NEVER,
        "due_rule": urgent.rule if urgent else None,
        "paused_until": _paused_until(case, urgent.rule if urgent else None),
        "waits": int(waits),
        "received_year": place.received_year if place else None,
        "done_year": place.done_year if place else None,
        "row_key": place.row if place else None,
        "snapshot": dump(case),
    }


def _paused_until(case: Case, urgent: str | None) -> date | None:
    """The day up to which the clock stands, known in advance; None while it runs."""
    period = case.last_period("reply")
    if urgent != "reply" or period is None or period.ended_on is not None or case.last_on is None:
        return None
    spans = [until for after, until in merged(period.spans) if until > case.last_on]
    return max(spans, default=None)


def count_cases(connection: Connection) -> int:
    """How many cases the database holds."""
    return int(connection.execute(select(func.count()).select_from(t.case)).scalar_one())


def periods_in_order(case: Case) -> list[Any]:
    """The case's periods by their first day."""
    return sorted(case.periods, key=lambda item: item.starts_on)
