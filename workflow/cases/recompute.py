"""Changes of calendar and readings with their effect on cases, and the check of every stored figure.

What a list or a report reads is computed from the history; here it is computed again.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, ColumnElement, Connection, Date, Select, String, bindparam, select, type_coerce, update

from ...states import admission
from ...states.calendar.overlay_files import read_overlay
from ...states.errors import BadData, Conflict, DisclosureError
from ...states.procedure.advance import fold
from ...states.procedure.case import FINISHED, Case, Period, dump, load
from ...states.procedure.counting import CountedRemedy, counted_remedies
from ...states.procedure.history import Event
from ...states.procedure.periods import Law, set_due_day
from ...states.rules.settings import settings_from
from ..kernel.chains import require_algorithm
from ..kernel.context import EVERYWHERE, Context
from ..kernel.directory import Known
from ..kernel.owners import UNREADABLE, CaseRow, Copied, copies, follow
from ..kernel.personal_data import NAMING, mask
from ..kernel.tables import cases as t
from ..kernel.tables.base import NEVER
from ..kernel.unit import Key, once, unit
from ..kernel.versions import (
    OWN_SETTING,
    add_version,
    forget_incomplete,
    latest,
    law_at,
    names_at,
    own_settings_at,
)
from .departments import departments_in
from .lists.search import differing, write_again
from .steps import EVENT_COLUMNS, read_events
from .store import case_columns, remedy_rows

PORTION = 500
_QUOTED = {
    "correction": "correction",
    "reasons": "reasons",
    "payment": "fee",
    "review_answer": "review_answer",
    "suit_answer": "suit_answer",
}


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
    """A stored value that differs from what its history gives."""

    model_config = ConfigDict(frozen=True)
    agency: str
    case: str
    column: str
    stored: str
    computed: str


class Refolded(BaseModel):
    """A case that this version judges otherwise than the one that wrote it: what of it has changed."""

    model_config = ConfigDict(frozen=True)
    agency: str
    case: str
    changed: tuple[str, ...]


class CheckResult(BaseModel):
    """How many cases were computed again, and what differed."""

    model_config = ConfigDict(frozen=True)
    cases: int
    differences: tuple[Difference, ...]


def change_settings(
    context: Context,
    wanted: dict[str, str],
    *,
    own: bool = False,
    idempotency_key: str | None = None,
) -> list[Impact]:
    """Chooses readings of open questions; the open cases whose days change, computed again.

    With ``own`` the agency chooses for itself, in place of what all agencies have, or by an empty text no longer; the
    register's algorithm it cannot.
    Raises:
        BadData: unknown names or readings, all of them; NotPermitted; Conflict.
    """
    if own:
        context.require("configure")
    else:
        context.require_everywhere("configure")
    admission.values(wanted)
    require_algorithm(wanted.get("hash", "sha256"))
    if own and "hash" in wanted:
        raise BadData({"field": "hash", "problem": "setting_of_all"})

    def work() -> Impacts:
        _check_settings(context, wanted, own)
        if not own:
            return change_law(context, "setting", wanted)
        named = {f"{context.agency}/{name}": value for name, value in wanted.items()}
        return change_law(context, OWN_SETTING, named, context.agency)

    asked = [list(wanted.items()), *(["own"] if own else [])]
    key = Key.of(context, idempotency_key, "change_settings", *asked)
    return list(once(context, key, Impacts, work).impacts)


def _check_settings(context: Context, wanted: dict[str, str], own: bool) -> None:
    """Refuses what cannot be chosen, or what some agency's own choice would not go with.

    Raises:
        BadData.
    """
    connection = context.connection
    number = latest(connection)
    common = law_at(connection, number, EVERYWHERE).settings.texts()
    if own:
        chosen = own_settings_at(connection, number, context.agency)
        taken_back = {name for name, value in wanted.items() if not value and name in chosen}
        wished = chosen | wanted
        settings_from(common | {name: value for name, value in wished.items() if name not in taken_back})
        return
    settings_from(common | wanted)
    for agency in {name.rpartition("/")[0] for name in names_at(connection, number, OWN_SETTING)}:
        settings_from(common | wanted | own_settings_at(connection, number, agency))


def load_calendar(
    context: Context,
    text: str,
    origin: str,
    *,
    idempotency_key: str | None = None,
) -> list[Impact]:
    """Takes in a year's notice or a local closure; the open cases whose days change, computed again.

    Raises:
        BadData: every fault of the file; NotPermitted; Conflict.
    """
    context.require_everywhere("configure")
    key = Key.of(context, idempotency_key, "load_calendar", origin, admission.file(text, origin))
    read_overlay(text, origin)
    return list(once(context, key, Impacts, lambda: change_law(context, "calendar", {origin: text})).impacts)


class Impacts(BaseModel):
    """What a change has moved, for a request that is repeated."""

    impacts: tuple[Impact, ...]
    repeated: bool = False


def change_law(context: Context, topic: str, values: dict[str, str], agency: str | None = None) -> Impacts:
    """Puts texts on record by which cases are judged, of one agency or of all, and computes their open cases again.

    Raises:
        Conflict.
    """
    connection = context.connection
    before = latest(connection)
    number = add_version(connection, topic, values, context.actor.user_id, context.stamp)
    cases = _OPEN if agency is None else _OPEN.where(t.case.c.agency == agency)
    impacts = _recompute(cases, _Laws(connection, number, before))
    apply_version(connection, number)
    return Impacts(impacts=tuple(impacts))


class _Laws(NamedTuple):
    """The law of a version for each agency, and of the version before where only what has changed is computed again."""

    connection: Connection
    number: int
    before: int | None = None

    def of(self, agency: str) -> Law:
        """The law of an agency."""
        return law_at(self.connection, self.number, agency)

    def only_days(self, agency: str) -> bool:
        """Whether nothing but days has changed for an agency."""
        if self.before is None:
            return False
        return law_at(self.connection, self.before, agency).settings == self.of(agency).settings


def apply_version(connection: Connection, number: int) -> None:
    """Moves open cases to a new settings version that changes none of their days."""
    connection.execute(_KEPT, {"b_config": number})


_GOING = (t.case.c.is_open == 1) | t.case.c.state.not_in([str(state) for state in FINISHED])
_OPEN = select(t.case.c.id, t.case.c.agency, t.case.c.case_no, t.case.c.version, t.case.c.snapshot).where(_GOING)
_KEPT = update(t.case).where(_GOING, t.case.c.config_id < bindparam("b_config")).values(config_id=bindparam("b_config"))
_UPDATED = (
    "state",
    "is_open",
    "due_on",
    "due_rule",
    "paused_until",
    "waits",
    "received_on",
    "received_year",
    "done_year",
    "row_key",
    "stage",
    "awaits_since",
    "acts_on",
    "tell_by",
    "to_confirm",
    "breached_on",
    "last_fact_on",
    "config_id",
    "snapshot",
)
_UPDATE = (
    update(t.case)
    .where(t.case.c.id == bindparam("b_id"), t.case.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _UPDATED} | {"version": bindparam("next_version")})
)


class _Changed(NamedTuple):
    """An open case that a change has moved: its row, the last days before, the case after."""

    row: Any
    days: dict[tuple[str, str, date], date]
    case: Case


def recompute_stale(context: Context, *, whole: bool = True) -> list[Impact]:
    """Computes open cases again that were moved under the old settings while a change was being made.

    Not ``whole``: this process has known a version of which texts were missing, so that every open case is computed.

    Raises:
        Conflict.
    """
    with unit(context) as connection:
        number = latest(connection)
        behind = _OPEN.where(t.case.c.config_id < number) if whole else _OPEN
        impacts = _recompute(behind, _Laws(connection, number))
        apply_version(connection, number)
    return impacts


def _recompute(cases: Select[Any], laws: _Laws) -> list[Impact]:
    """Folds cases again by the law of a version and writes those that change."""
    impacts: list[Impact] = []
    for portion in _pages(laws.connection, cases):
        changed = list(_again(portion, laws))
        _write(changed, laws)
        impacts += _impacts(changed)
    if impacts:
        follow(laws.connection)
    return impacts


def _again(portion: list[Any], laws: _Laws) -> Iterator[_Changed]:
    """The cases that the new law changes, as they are under it."""
    hard: list[Any] = []
    for row in portion:
        case, law = load(row.snapshot), laws.of(row.agency)
        days = _days(case)
        if not (laws.only_days(row.agency) and is_simple(case, law) and recompute_periods(case, law)):
            hard.append(row)
        elif any(days[key] != due_on for key, due_on in _days(case).items()):
            yield _Changed(row, days, case)
    histories = _histories(laws.connection, [row.id for row in hard])
    for row in hard:
        old, (case, _) = load(row.snapshot), fold(row.case_no, histories[row.id], laws.of(row.agency))
        if case != old:
            yield _Changed(row, _days(old), case)


def _days(case: Case) -> dict[tuple[str, str, date], date]:
    return {(item.rule, item.ref, item.starts_on): item.due_on for item in case.periods}


def is_simple(case: Case, law: Law) -> bool:
    """Whether new calendar days change nothing in the case but each period by itself, and open consultations."""
    return (
        case.state not in FINISHED
        and not case.remedies
        and not case.letters
        and not any(item.claims or item.missed_due for item in case.periods)
        and case.corrections <= 1
        and all(item.ended_on is None for item in case.consultations)
        and law.settings.reading("rest_day_arrival", case.law_on) == "same_day"
        and law.settings.reading("late_correction", case.law_on) == "restarts"
    )


def recompute_periods(case: Case, law: Law) -> bool:
    """Computes the last day of each period of a simple case again, in place.

    False where more than days would change: a notice of correction that was in time and no longer is.
    """
    ends: dict[str, date] = {}
    for item in case.consultations:
        period = case.last_period("consultation", item.id)
        if period is not None:
            item.due_on = ends[item.id] = set_due_day(period, law).due_on
    for period in case.periods:
        for span in period.spans:
            span.until = ends.get(span.ref, span.until)
        set_due_day(period, law)
        if period.ended_on is not None and period.ending in ("met", "missed"):
            period.ending = "met" if period.ended_on <= period.due_on else "missed"
    notice = case.last_period("correction_notice")
    late = notice is not None and notice.ending == "missed"
    return case.corrections == 0 or late == case.late_correction_notice


def _write(changed: list[_Changed], laws: _Laws) -> None:
    if not changed:
        return
    rows, connection = [], laws.connection
    for row, _, case in changed:
        law = laws.of(row.agency)
        columns = case_columns(case, law) | {"config_id": laws.number}
        where = {"b_id": row.id, "b_version": row.version, "next_version": row.version + 1}
        rows.append({name: columns[name] for name in _UPDATED} | where)
        if case.remedies:
            remedy_rows(connection, row.agency, row.id, counted_remedies(case, law))
    if connection.execute(_UPDATE, rows).rowcount not in (len(rows), -1):
        raise Conflict("conflict", text="changed_meanwhile")


def _moved(item: _Changed) -> list[tuple[Period, date]]:
    """Running periods whose last day has moved, with the day before."""
    pairs = [(period, item.days.get((period.rule, period.ref, period.starts_on))) for period in item.case.periods]
    return [(new, old) for new, old in pairs if new.ended_on is None and old is not None and old != new.due_on]


def _impacts(moved: Iterable[_Changed]) -> Iterator[Impact]:
    for item in moved:
        for period, old in _moved(item):
            yield Impact(
                agency=item.row.agency,
                case=item.row.case_no,
                rule=period.rule,
                ref=period.ref or None,
                old_due_on=old,
                new_due_on=period.due_on,
                notices=tuple(_quoting(item.case, period)),
            )


def _quoting(case: Case, period: Period) -> Iterator[str]:
    """Kinds of notices that have quoted the last day of a period."""
    if period.rule == "reply":
        if period is next(item for item in case.periods if item.rule == "reply"):
            yield "receipt"
        if period.extra:
            yield "extension"
        if period.fixed_on is not None and period.key == "reply":
            yield "deferral"
    elif period.rule == "consultation":
        found = case.consultation(period.ref)
        yield f"consultation_{found.counterpart}" if found is not None else "consultation_notice"
        yield "consultation_notice"
    elif period.rule in _QUOTED:
        yield _QUOTED[period.rule]


def _histories(connection: Connection, ids: list[int]) -> dict[int, list[Event]]:
    columns = t.event.c
    if not ids:
        return {}
    statement = (
        select(columns.case_id, *(columns[name] for name in EVENT_COLUMNS))
        .where(columns.case_id.in_(ids))
        .order_by(columns.case_id, columns.seq)
    )
    rows = connection.execute(statement).all()
    found = zip((row.case_id for row in rows), read_events(connection, rows), strict=True)
    return {key: [event for _, event in group] for key, group in groupby(found, key=lambda item: item[0])}


_STORED = (
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
    "stage",
    "awaits_since",
    "acts_on",
    "tell_by",
    "to_confirm",
    "breached_on",
    "last_fact_on",
)


def recompute(context: Context, *, mend: bool = False) -> CheckResult:
    """Computes every case of every agency again from its history and compares; likewise what rows copy of others.

    Nothing is written, unless what differs is to be mended: then each case is written as its history gives it, with its
    places in the reports, and the copies as what they are copied from.

    Raises:
        NotPermitted; Conflict: a case that was to be mended has moved meanwhile.
    """
    context.require_everywhere("operate")
    connection = context.connection
    forget_incomplete(connection)
    cases = 0
    differences: list[Difference] = []
    for portion in _pages(connection, select(*map(_raw, t.case.columns))):
        cases += len(portion)
        try:
            differences += list(_compared(context, portion, mend))
        except _DAMAGED:  # one of them at least: each by itself
            differences += [item for row in portion for item in _compared_alone(context, row, mend)]
    if mend and differences:
        follow(connection)
    try:
        differences += [_of_copy(item) for item in copies(connection, mend=mend)]
    except _DAMAGED as error:
        differences.append(_unread("", "-", "copies", error))
    return CheckResult(cases=cases, differences=tuple(differences))


def _of_copy(item: Copied) -> Difference:
    told = [_shown(value) for value in (item.stored, item.computed)]
    return Difference(agency=item.agency, case=item.where, column=item.column, stored=told[0], computed=told[1])


_DAMAGED = (DisclosureError, *UNREADABLE)


def _compared_alone(context: Context, row: Any, mend: bool) -> list[Difference]:
    """What differs in one case; that its history cannot be read or folded any more is a difference too."""
    try:
        return list(_compared(context, [row], mend))
    except _DAMAGED as error:
        return [_unread(row.agency, row.case_no, "history", error)]


def _unread(agency: str, number: str, column: str, error: Exception) -> Difference:
    """That something is too damaged to be compared."""
    code = error.code if isinstance(error, DisclosureError) else type(error).__name__
    return Difference(agency=agency, case=number, column=column, stored="-", computed=code)


def _compared(context: Context, portion: list[Any], mend: bool) -> Iterator[Difference]:
    """What differs in some cases, which is mended if that is wanted.

    Raises:
        DisclosureError and what else a damaged row gives rise to.
    """
    connection = context.connection
    newest = latest(connection)
    histories = _histories(connection, [row.id for row in portion])
    remedies = _remedies(connection, [row.id for row in portion])
    actors = _actors(connection, [row.id for row in portion])
    for row in portion:
        laws = _Laws(connection, row.config_id if row.state in FINISHED else newest)
        law = laws.of(row.agency)
        events = histories.get(row.id, [])
        case, _ = fold(row.case_no, events, law)
        known = Known(replace(context, agency=row.agency))
        handled = departments_in((event, actors[row.id, event.seq]) for event in events)
        department = handled[-1] if handled else None
        found = [
            *_compare(known, row, case, law, remedies.get(row.id, [])),
            *_department(known, row, department),
        ]
        if found and mend:
            _mend(_Changed(row, {}, case), laws, department)
        yield from found
    yield from _searched(connection, portion, mend)


def _mend(item: _Changed, laws: _Laws, department: str | None) -> None:
    """Writes everything that a case's row and its places in the reports hold, as its history gives it.

    Raises:
        Conflict.
    """
    _write([item], laws)
    connection, law = laws.connection, laws.of(item.row.agency)
    columns = case_columns(item.case, law)
    told = {name: columns[name] for name in ("kind", "handler")} | {"department": department}
    connection.execute(update(t.case).where(t.case.c.id == item.row.id).values(told))
    remedy_rows(connection, item.row.agency, item.row.id, counted_remedies(item.case, law))


def _searched(connection: Connection, portion: list[Any], mend: bool) -> Iterator[Difference]:
    """The cases that are not found by what their registrations say; told by numbers, as the pairs are personal data."""
    differences = differing(connection, [CaseRow(row.id, row.agency, row.case_no) for row in portion])
    for row in portion:
        if row.id not in differences:
            continue
        missing, needless = differences[row.id]
        if mend:
            write_again(connection, row.agency, row.id)
        stored, computed = (f"{sign}{n}" for sign, n in (("+", needless), ("-", missing)))
        yield Difference(agency=row.agency, case=row.case_no, column="pairs", stored=stored, computed=computed)


_ONLY_KEPT = frozenset(("deferred", "letters", "mail_chosen", "told", "undecided"))
"""What a case keeps for later steps: nothing is judged otherwise by it."""


def fold_again(connection: Connection) -> tuple[Refolded, ...]:
    """Folds every case again after an upgrade, writes those that come out otherwise, and tells what is judged anew.

    Raises:
        Conflict.
    """
    newest = latest(connection)
    told: list[Refolded] = []
    written = False
    for portion in _pages(connection, select(t.case)):
        histories = _histories(connection, [row.id for row in portion])
        list(_searched(connection, portion, mend=True))  # earlier versions had no pairs, or others
        for row in portion:
            laws = _Laws(connection, row.config_id if row.state in FINISHED else newest)
            law = laws.of(row.agency)
            old, (case, _) = load(row.snapshot), fold(row.case_no, histories.get(row.id, []), law)
            changed = tuple(item.name for item in fields(Case) if getattr(old, item.name) != getattr(case, item.name))
            columns = case_columns(case, law)
            if changed or any(getattr(row, name) != columns[name] for name in _STORED):
                _write([_Changed(row, _days(old), case)], laws)
                written = True
            judged = tuple(name for name in changed if name not in _ONLY_KEPT)
            if judged:
                told.append(Refolded(agency=row.agency, case=row.case_no, changed=judged))
    if written:
        follow(connection)
    return tuple(told)


def _pages(connection: Connection, statement: Select[Any]) -> Iterator[list[Any]]:
    """The cases that a statement selects, a portion at a time."""
    last = 0
    page = statement.where(t.case.c.id > bindparam("last")).order_by(t.case.c.id).limit(PORTION)
    while portion := list(connection.execute(page, {"last": last}).all()):
        yield portion
        last = portion[-1].id


def _actors(connection: Connection, ids: list[int]) -> dict[tuple[int, int], str]:
    """Who made each step of some cases, as their rows say it."""
    columns = t.event.c
    rows = connection.execute(select(columns.case_id, columns.seq, columns.actor).where(columns.case_id.in_(ids)))
    return {(row.case_id, row.seq): row.actor for row in rows}


def _department(known: Known, row: Any, now: str | None) -> Iterator[Difference]:
    stored = row.department or None
    if stored != now:
        yield _difference(known, row, "department", stored, now)


def _remedies(connection: Connection, ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    columns = t.remedy.c
    found: dict[int, list[tuple[Any, ...]]] = {}
    statement = select(
        columns.case_id, columns.agency, columns.remedy_no, columns.column_key, columns.from_year, columns.to_year
    ).where(columns.case_id.in_(ids))
    for key, *place in connection.execute(statement):
        found.setdefault(key, []).append(tuple(place))
    return found


def _compare(known: Known, row: Any, case: Case, law: Law, remedies: list[tuple[Any, ...]]) -> Iterator[Difference]:
    computed = case_columns(case, law)
    pairs = [(name, getattr(row, name), computed[name]) for name in _STORED]
    pairs.append(("snapshot", json.loads(row.snapshot), json.loads(dump(case))))
    pairs.append(("remedies", sorted(remedies), sorted(_places(row.agency, counted_remedies(case, law)))))
    for name, stored, now in pairs:
        if (str(stored) != str(now)) if isinstance(now, date) else (stored != now):
            yield _difference(known, row, name, stored, now)


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """A day as it is stored: one that is written in another way is read as the same, and sorts elsewhere."""
    return type_coerce(column, String).label(column.name) if isinstance(column.type, Date) else column


def _places(agency: str, places: Iterable[CountedRemedy]) -> list[tuple[Any, ...]]:
    return [(agency, item.id, item.column, item.from_year, item.to_year) for item in places]


def _difference(known: Known, row: Any, column: str, stored: Any, now: Any) -> Difference:
    told = [_shown(_unnamed(known, column, value)) for value in (stored, now)]
    return Difference(agency=row.agency, case=row.case_no, column=column, stored=told[0], computed=told[1])


def _unnamed(known: Known, column: str, value: Any) -> Any:
    """A value in which who handles the case is masked, where that names nobody whom the office knows."""
    if isinstance(value, dict):
        return {name: _unnamed(known, name, item) for name, item in value.items()}
    strange = column in NAMING and value and known.anybody and not known.names(column, value)
    return mask(value) if strange else value


def _shown(value: Any) -> str:
    return "-" if value is None or str(value) == str(NEVER) else str(value)[:200]
