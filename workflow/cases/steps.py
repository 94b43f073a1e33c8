"""The steps of a case as they are stored, read as the events that make the case."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ...states.calendar.dates import SHANGHAI
from ...states.procedure.history import Event
from ..kernel.tables import cases as t

EVENT_COLUMNS = ("seq", "move", "on_date", "at_text", "data", "live", "recorded_at")
"""What of a stored step makes its event."""
_COLUMNS = t.event.c
_HISTORY = (
    select(*(_COLUMNS[name] for name in EVENT_COLUMNS))
    .where(_COLUMNS.case_id == bindparam("case_id"))
    .order_by(_COLUMNS.seq)
)


def history(connection: Connection, case_id: int) -> list[Event]:
    """The case's events in the order in which they were recorded."""
    return [read_event(row) for row in connection.execute(_HISTORY, {"case_id": case_id})]


def read_event(row: Any) -> Event:
    """An event from its row."""
    live = bool(row.live)
    recorded = datetime.fromisoformat(row.recorded_at).astimezone(SHANGHAI).date() if live else None
    return Event(row.seq, row.move, row.on_date, _moment(row.at_text), json.loads(row.data), live, recorded)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
