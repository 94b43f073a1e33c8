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
from .commands import Trial
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


def drafted(
    connection: Connection, agency: str, number: str, trial: Trial, name: str, data: dict[str, Any]
) -> str:
    """The notices that a move being tried would give rise to, as one text; empty where there are none."""
    tried = max(trial.events, key=lambda event: event.seq)
    loaded = load_case(connection, agency, number)
    events = [*with_personal_data(connection, loaded), Event(tried.seq, name, tried.on, tried.at, data)]
    office = Agency(**{key: text for key, text in profile(connection, agency).items() if key in FIELDS})
    refs = [ref for ref in due_notices(trial.after, timeline(events)) if ref.seq == tried.seq]
    return "\n\n".join(notice_for(number, events, ref, trial.law, office).text for ref in refs)


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
