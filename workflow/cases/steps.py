"""The steps of a case as they are stored, read as the events that make the case."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from ...states.procedure.history import Event
from ..kernel.context import Context, day_of, entered_at
from ..kernel.directory import Known
from ..kernel.personal_data import has_typed_names, mask, restore, restore_names, typed_texts
from ..kernel.tables import cases as t
from ..kernel.unit import Prepared

EVENT_COLUMNS = ("seq", "move", "on_date", "at_text", "data", "live", "recorded_at")
"""What of a stored step makes its event."""
PORTION = 500
_COLUMNS = t.event.c
_HISTORY = (
    select(_COLUMNS.case_id, *(_COLUMNS[name] for name in EVENT_COLUMNS))
    .where(_COLUMNS.case_id == bindparam("case_id"))
    .order_by(_COLUMNS.seq)
)
_BODIES = Prepared(
    select(_COLUMNS.data, t.private.c.payload)
    .outerjoin(t.private, and_(t.private.c.case_id == _COLUMNS.case_id, t.private.c.seq == _COLUMNS.seq))
    .where(_COLUMNS.case_id == bindparam("case_id"))
    .order_by(_COLUMNS.seq)
)


def history(connection: Connection, case_id: int) -> list[Event]:
    """The case's events in the order in which they were recorded."""
    return read_events(connection, connection.execute(_HISTORY, {"case_id": case_id}))


def read_events(connection: Connection, rows: Iterable[Any]) -> list[Event]:
    """Events from their rows, with the departments and people of the office that they name.

    Those that the office does not know stand apart, as what was typed there may be anything; until they are erased they
    count for the case like the others.
    """
    found = [(row.case_id, read_event(row)) for row in rows]
    ids = {case_id for case_id, event in found if has_typed_names(event.data)}
    if not ids:
        return [event for _, event in found]
    apart = _kept_apart(connection, sorted(ids))
    return [
        replace(event, data=restore_names(event.data, apart.get((case_id, event.seq)))) if case_id in ids else event
        for case_id, event in found
    ]


def whole_bodies(connection: Connection, case_id: int) -> list[dict[str, object]]:
    """The data of the steps of a case with what was put aside, or a note where it has been erased."""
    rows = _BODIES.run(connection, {"case_id": case_id})
    return [restore(json.loads(row.data), json.loads(row.payload) if row.payload else None) for row in rows]


def hidden_names(context: Context, ids: Collection[int], known: Known | None = None) -> dict[int, frozenset[str]]:
    """Of each of some cases the texts to be masked: they stand apart, as they name nobody whom the office knows.

    Where nobody is on record and the host has no directory, nobody can be looked up, and none is masked.
    """
    known = known or Known(context)
    if not ids or not known.anybody:
        return {}
    names = cache(known.names)
    wanted, found = sorted(ids), dict[int, frozenset[str]]()
    for start in range(0, len(wanted), PORTION):
        for (case_id, _), aside in _kept_apart(context.connection, wanted[start : start + PORTION]).items():
            typed = frozenset(text for name, text in typed_texts(aside) if not names(name, text))
            found[case_id] = found.get(case_id, frozenset()) | typed
    return found


def masked_handlers(context: Context, handlers: Mapping[int, str | None]) -> dict[int, str | None]:
    """The handlers of cases, by their rows; masked where the text names nobody whom the office knows."""
    return masked_names(context, "handler", handlers)


def masked_names(
    context: Context, field: str, texts: Mapping[int, str | None], known: Known | None = None
) -> dict[int, str | None]:
    """The same for any field that is to name a department or a person of the office."""
    known = known or Known(context)
    strange = {text for text in set(texts.values()) if text is not None and not known.names(field, text)}
    hidden = hidden_names(context, [case_id for case_id, text in texts.items() if text in strange], known)
    return {key: mask(text) if text in hidden.get(key, ()) else text for key, text in texts.items()}


def _kept_apart(connection: Connection, ids: list[int]) -> dict[tuple[int, int], dict[str, object]]:
    columns = t.private.c
    where = (columns.case_id.in_(ids), columns.payload.is_not(None))
    rows = connection.execute(select(columns.case_id, columns.seq, columns.payload).where(*where))
    return {(row.case_id, row.seq): json.loads(row.payload) for row in rows}


def read_event(row: Any) -> Event:
    """An event from its row as it is stored, with the hashes of what was put aside."""
    live = bool(row.live)
    recorded = day_of(row.recorded_at) if live else None
    return Event(row.seq, row.move, row.on_date, _moment(row.at_text), json.loads(row.data), live, recorded)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Entry(NamedTuple):
    """How a step came into the record: on which real day, in live work or as the past, and by which clock.

    ``stated``: who recorded it had stated another day in place of the clock's. ``amends``: the step it amends, or 0.
    """

    seq: int
    on: date
    live: bool
    stated: bool
    amends: int


def entries(connection: Connection, case_id: int) -> list[Entry]:
    """How the steps of a case came into the record, in order."""
    columns = (_COLUMNS.seq, _COLUMNS.move, _COLUMNS.recorded_at, _COLUMNS.actor, _COLUMNS.data, _COLUMNS.live)
    rows = connection.execute(select(*columns).where(_COLUMNS.case_id == case_id).order_by(_COLUMNS.seq))
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    entered = entered_at(row.actor)
    amends = int(json.loads(row.data)["seq"]) if row.move == "amend" else 0
    return Entry(row.seq, day_of(entered or row.recorded_at), bool(row.live), entered is not None, amends)


def last_live_day(connection: Connection, case_id: int) -> date | None:
    """The real day on which a step of live work, or an amendment of one, came into the record last; None without."""
    found = entries(connection, case_id)
    live = {entry.seq for entry in found if entry.live}
    return max((entry.on for entry in found if entry.live or entry.amends in live), default=None)
