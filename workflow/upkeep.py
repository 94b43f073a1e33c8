"""Changes of calendar and readings with what they move, the check of every stored figure, and erasure.

What a list or a report reads is computed from the history; here it is computed again.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from ..notifications.kinds import due_notices
from ..states.calendar import Overlay
from ..states.case import FINISHED, Case, dump, load
from ..states.counting import CountedRemedy, counted_remedies
from ..states.errors import Conflict, SetupError
from ..states.fold import Event, fold, timeline
from ..states.periods import Law, settle
from ..states.settings import settings_from
from . import tables as t
from .clock import Clock, SystemClock, stamp
from .database import unit
from .identity import Actor, Authorizer, RoleAuthorizer, require
from .lawbook import latest, law_at, read_law
from .store import NEVER, case_columns, load_case, read_event, remedy_rows

_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()
PORTION = 500
QUOTED_IN = {
    "reply": frozenset({"receipt", "extension", "deferral"}),
    "correction": frozenset({"correction"}),
    "consultation": frozenset(
        {"consultation_third_party", "consultation_co_author", "consultation_other_organ", "consultation_notice"}
    ),
    "reasons": frozenset({"reasons"}),
    "payment": frozenset({"fee"}),
    "review_answer": frozenset({"review_answer"}),
    "suit_answer": frozenset({"suit_answer"}),
}
"""Notices that quote the last day of a period."""


class Impact(BaseModel):
    """A running period whose last day a change has moved; ``notices`` have quoted the old day."""

    model_config = ConfigDict(frozen=True)
    agency: str
    case: str
    rule: str
    ref: str | None
    old_due_on: date
    new_due_on: date
    notices: tuple[str, ...]


class Difference(BaseModel):
    """A stored value that its history does not give."""

    model_config = ConfigDict(frozen=True)
    agency: str
    case: str
    column: str
    stored: str
    computed: str


class CheckResult(BaseModel):
    """How many cases were computed again, and what differed."""

    model_config = ConfigDict(frozen=True)
    cases: int
    differences: tuple[Difference, ...]


def change_settings(
    session: Session, actor: Actor, wanted: dict[str, str], *,
    clock: Clock = _CLOCK, authorizer: Authorizer = _AUTHORIZER,
) -> list[Impact]:  # fmt: skip
    """Chooses readings of open questions; the open cases whose days change, computed again.

    Raises:
        BadData: unknown names or readings, all of them; NotPermitted; Conflict.
    """
    require(authorizer, actor, "configure", "*")
    with unit(session) as connection:
        law = law_at(connection, latest(connection))
        settings_from(law.settings.model_dump(mode="json") | wanted)
        return _change(connection, actor, "setting", wanted, clock)


def load_calendar(
    session: Session, actor: Actor, text: str, origin: str, *,
    clock: Clock = _CLOCK, authorizer: Authorizer = _AUTHORIZER,
) -> list[Impact]:  # fmt: skip
    """Takes in a year's notice or a local closure; the open cases whose days change, computed again.

    Raises:
        BadData: every fault of the file; NotPermitted; Conflict.
    """
    require(authorizer, actor, "configure", "*")
    Overlay.parse(text, origin)
    with unit(session) as connection:
        return _change(connection, actor, "calendar", {origin: text}, clock)


def _change(connection: Connection, actor: Actor, topic: str, values: dict[str, str], clock: Clock) -> list[Impact]:
    before = law_at(connection, latest(connection))
    at = stamp(clock)
    rows = [
        {"topic": topic, "name": name, "value": value, "user_id": actor.user_id, "created_at": at}
        for name, value in values.items()
    ]
    connection.execute(insert(t.config), rows)
    number = latest(connection)
    return _recompute_open(connection, before, read_law(connection, number), number)


_OPEN = select(
    t.case.c.id, t.case.c.agency, t.case.c.case_no, t.case.c.version, t.case.c.snapshot, t.case.c.is_open
).where((t.case.c.is_open == 1) | t.case.c.state.not_in([str(state) for state in FINISHED]))
_UPDATED = (
    "is_open", "due_on", "due_rule", "paused_until", "waits", "received_on", "received_year", "done_year", "row_key",
    "config_id", "snapshot",
)  # fmt: skip
_UPDATE = (
    update(t.case)
    .where(t.case.c.id == bindparam("b_id"), t.case.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _UPDATED} | {"version": bindparam("next_version")})
)


def _recompute_open(connection: Connection, before: Law, law: Law, number: int) -> list[Impact]:
    """Folds every open case again by the new law and writes those that change."""
    impacts: list[Impact] = []
    same_readings = before.settings == law.settings
    rows = iter(connection.execute(_OPEN.order_by(t.case.c.id)).all())
    while portion := list(islice(rows, PORTION)):
        simple = {}
        for row in portion:
            old = load(row.snapshot)
            simple[row.id] = (old, _resettled(row.snapshot, law) if same_readings and is_simple(old) else None)
        hard = [row.id for row in portion if simple[row.id][1] is None]
        histories = _histories(connection, hard)
        changed = []
        for row in portion:
            old, new = simple[row.id]
            case = new if new is not None else fold(row.case_no, histories[row.id], law)[0]
            if case != old or row.is_open != _was_open(case, law):
                changed.append((row, old, case))
        impacts += _write(connection, changed, law, number)
    return impacts


def is_simple(case: Case) -> bool:
    """Whether new days of the calendar move nothing but each period by itself."""
    return (
        not case.consultations
        and not case.remedies
        and case.corrections == 0
        and not case.fee_basis
        and all(not item.spans and item.fixed_on is None for item in case.periods)
        and case.channel not in ("online", "fax")
    )


def _resettled(snapshot: str, law: Law) -> Case:
    """The case with each period's last day computed again."""
    case = load(snapshot)
    for period in case.periods:
        settle(period, law)
        if period.ended_on is not None and period.ending in ("met", "missed"):
            period.ending = "met" if period.ended_on <= period.due_on else "missed"
    return case


def _was_open(case: Case, law: Law) -> int:
    return int(case_columns(case, law)["is_open"])


def _write(
    connection: Connection, changed: list[tuple[Any, Case, Case]], law: Law, number: int
) -> list[Impact]:
    if not changed:
        return []
    rows = []
    for row, _, case in changed:
        columns = case_columns(case, law) | {"config_id": number}
        where = {"b_id": row.id, "b_version": row.version, "next_version": row.version + 1}
        rows.append({name: columns[name] for name in _UPDATED} | where)
    if connection.execute(_UPDATE, rows).rowcount not in (len(rows), -1):
        raise Conflict("conflict", text="changed_meanwhile")
    for row, _, case in changed:
        if case.remedies:
            remedy_rows(connection, row.agency, row.id, counted_remedies(case, law))
    moved = [(row, old, case) for row, old, case in changed if _moves(old, case)]
    histories = _histories(connection, [row.id for row, _, _ in moved])
    return [impact for row, old, case in moved for impact in _impacts(row, old, case, histories[row.id])]


def _moves(old: Case, new: Case) -> list[tuple[Any, Any]]:
    """Running periods before and after, where the last day differs."""
    known = {(item.rule, item.ref, item.starts_on): item for item in old.periods}
    pairs = [(known.get((item.rule, item.ref, item.starts_on)), item) for item in new.periods if item.ended_on is None]
    return [(before, after) for before, after in pairs if before is not None and before.due_on != after.due_on]


def _impacts(row: Any, old: Case, new: Case, events: list[Event]) -> Iterator[Impact]:
    told = [item.kind for item in due_notices(new, timeline(events))]
    for before, after in _moves(old, new):
        quoted = QUOTED_IN.get(after.rule, frozenset())
        yield Impact(
            agency=row.agency,
            case=row.case_no,
            rule=after.rule,
            ref=after.ref or None,
            old_due_on=before.due_on,
            new_due_on=after.due_on,
            notices=tuple(dict.fromkeys(kind for kind in told if kind in quoted)),
        )


def _histories(connection: Connection, ids: list[int]) -> dict[int, list[Event]]:
    columns = t.event.c
    if not ids:
        return {}
    statement = (
        select(columns.case_id, columns.seq, columns.move, columns.on_date, columns.at_text, columns.data)
        .where(columns.case_id.in_(ids))
        .order_by(columns.case_id, columns.seq)
    )
    rows = connection.execute(statement)
    return {key: [read_event(row) for row in group] for key, group in groupby(rows, key=lambda row: row.case_id)}


_STORED = (
    "state", "kind", "handler", "received_on", "is_open", "due_on", "due_rule", "paused_until", "waits",
    "received_year", "done_year", "row_key",
)  # fmt: skip


def recompute(session: Session) -> CheckResult:
    """Computes every case again from its history and compares; nothing is written."""
    connection = session.connection()
    newest = latest(connection)
    cases = 0
    differences: list[Difference] = []
    for portion in _all_cases(connection):
        histories = _histories(connection, [row.id for row in portion])
        remedies = _remedies(connection, [row.id for row in portion])
        for row in portion:
            cases += 1
            law = law_at(connection, row.config_id if row.state in FINISHED else newest)
            case, _ = fold(row.case_no, histories.get(row.id, []), law)
            differences += _compare(row, case, law, remedies.get(row.id, []))
    return CheckResult(cases=cases, differences=tuple(differences))


def _all_cases(connection: Connection) -> Iterator[list[Any]]:
    last = 0
    while True:
        statement = select(t.case).where(t.case.c.id > last).order_by(t.case.c.id).limit(PORTION)
        portion = list(connection.execute(statement).all())
        if not portion:
            return
        yield portion
        last = portion[-1].id


def _remedies(connection: Connection, ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    columns = t.remedy.c
    found: dict[int, list[tuple[Any, ...]]] = {}
    statement = select(
        columns.case_id, columns.remedy_no, columns.column_key, columns.from_year, columns.to_year
    ).where(columns.case_id.in_(ids))
    for key, *place in connection.execute(statement):
        found.setdefault(key, []).append(tuple(place))
    return found


def _compare(row: Any, case: Case, law: Law, remedies: list[tuple[Any, ...]]) -> Iterator[Difference]:
    computed = case_columns(case, law)
    pairs = [(name, getattr(row, name), computed[name]) for name in _STORED]
    pairs.append(("snapshot", json.loads(row.snapshot), json.loads(dump(case))))
    pairs.append(("remedies", sorted(remedies), sorted(_places(counted_remedies(case, law)))))
    for name, stored, now in pairs:
        if stored != now:
            yield Difference(
                agency=row.agency, case=row.case_no, column=name, stored=_shown(stored), computed=_shown(now)
            )


def _places(places: Iterable[CountedRemedy]) -> list[tuple[Any, ...]]:
    return [(item.id, item.column, item.from_year, item.to_year) for item in places]


def _shown(value: Any) -> str:
    return "-" if value is None or value == NEVER else str(value)[:200]


def erase(
    session: Session, actor: Actor, number: str, *, agency: str = "default",
    clock: Clock = _CLOCK, authorizer: Authorizer = _AUTHORIZER,
) -> None:  # fmt: skip
    """Erases the personal data of an archived case; its history, chain and counts stay as they are.

    Law: 个人信息保护法 art. 47.
    Raises:
        UnknownCase; SetupError: ``not_archived``; NotPermitted.
    """
    require(authorizer, actor, "erase", agency)
    with unit(session) as connection:
        loaded = load_case(connection, agency, number)
        if loaded.case.state != "closed":
            raise SetupError("not_archived", case=number, state=loaded.case.state)
        values = {"payload": None, "salt": None, "erased_at": stamp(clock), "erased_by": actor.user_id}
        where = (t.private.c.case_id == loaded.id, t.private.c.payload.is_not(None))
        connection.execute(update(t.private).where(*where).values(values))
