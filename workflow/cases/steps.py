"""The steps of a case as they are stored, read as the events that make the case."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ...states.procedure.history import Event
from ..kernel.tables import cases as t

_COLUMNS = t.event.c
_HISTORY = (
    select(_COLUMNS.seq, _COLUMNS.move, _COLUMNS.on_date, _COLUMNS.at_text, _COLUMNS.data, _COLUMNS.live)
    .where(_COLUMNS.case_id == bindparam("case_id"))
    .order_by(_COLUMNS.seq)
)


def history(connection: Connection, case_id: int) -> list[Event]:
    """The case's events in the order in which they were recorded."""
    return [read_event(row) for row in connection.execute(_HISTORY, {"case_id": case_id})]


def read_event(row: Any) -> Event:
    """An event from its row."""
    return Event(row.seq, row.move, row.on_date, _moment(row.at_text), json.loads(row.data), bool(row.live))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
