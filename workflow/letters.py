"""A case's notices from its history, with the applicant's data that they need."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ..notifications.agency import FIELDS, Agency
from ..notifications.kinds import due_notices, kinds
from ..notifications.render import Notice, notice_for
from ..states.errors import BadData
from ..states.fold import Event, timeline
from .agencies import profile
from .store import Loaded, history, load_case, opened, private_data


def notices(
    connection: Connection, agency: str, number: str, on: date, kind: str | None = None
) -> list[dict[str, Any]]:
    """The notices that the case has given rise to by the end of a day, of one kind or all.

    Raises:
        UnknownCase: no such case.
        BadData: no such kind of notice.
    """
    known = [item.key for item in kinds()]
    if kind is not None and kind not in known:
        raise BadData({"field": "kind", "problem": "not_one_of", "value": kind, "choices": "、".join(known)})
    loaded = load_case(connection, agency, number)
    events = with_personal_data(connection, loaded)
    order = [event for event in timeline(events) if event.on <= on]
    office = Agency(**{name: text for name, text in profile(connection, agency).items() if name in FIELDS})
    refs = [ref for ref in due_notices(loaded.case, order) if kind is None or ref.kind == kind]
    return [_as_json(notice_for(number, events, ref, loaded.law, office)) for ref in refs]


def with_personal_data(connection: Connection, loaded: Loaded) -> Sequence[Event]:
    """The case's events with what was put aside laid back, as far as it has not been erased."""
    events = history(connection, loaded.id)
    bodies = opened(events, private_data(connection, loaded.id))
    return [replace(event, data=body) for event, body in zip(events, bodies, strict=True)]


def _as_json(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "title": notice.title,
        "seq": notice.seq,
        "on": notice.on.isoformat(),
        "text": notice.text,
        "missing": list(notice.missing),
        "traces": [item._asdict() for item in notice.traces],
    }
