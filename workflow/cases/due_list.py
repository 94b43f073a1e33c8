"""What falls due: every open case in exactly one bucket, most urgent first.

One predicate decides: a case is late from the day after its due day, and on no other day.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import Select, bindparam, select

from ...states.procedure.stages import AT_ONCE, WAYS_ON, asked_after_since, shown
from ..kernel.context import Context
from ..kernel.tables import cases as t
from ..kernel.tables.base import NEVER
from ..kernel.versions import LATEST, latest, law_at
from .steps import masked_handlers

if TYPE_CHECKING:
    from ...states.procedure.law import Law


class BucketCounts(BaseModel):
    """How many cases are in each bucket, the most urgent first."""

    model_config = ConfigDict(frozen=True)
    overdue: int = 0
    today: int = 0
    red: int = 0
    yellow: int = 0
    green: int = 0
    suspended: int = 0
    awaiting: int = 0


BUCKETS = tuple(BucketCounts.model_fields)


class DueCase(BaseModel):
    """One open case in the list; ``days_left`` in working days, negative once overdue.

    ``breached_on`` is the day after the last day of the first reply that is late. ``stage``: where the case stands;
    ``way_on``: what leads on from there. ``tell_by``: the last day to tell of an extension. ``to_confirm``: a fact
    waits for the proof that lifts a breach. ``unanswered_since``: the dispatch of a letter for which nobody has signed
    in time.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    state: str
    rule: str | None
    due_on: date | None
    bucket: str
    days_left: int | None
    breached_on: date | None
    provisional: bool
    paused_until: date | None
    handler: str | None
    stage: str | None
    way_on: tuple[str, ...]
    tell_by: date | None
    to_confirm: bool
    unanswered_since: date | None


_ROWS = TypeAdapter(list[DueCase])
_NAMES = (
    "is_open",
    "state",
    "due_rule",
    "due_on",
    "paused_until",
    "waits",
    "handler",
    "stage",
    "awaits_since",
    "tell_by",
    "to_confirm",
    "breached_on",
)
_PLACE = {name: place for place, name in enumerate(("id", "case_no", *_NAMES))}
_OF_CASE = select(
    t.case.c.id,
    t.case.c.case_no,
    *(t.case.c[name] for name in _NAMES),
    t.case.c.open_sheets,
    t.case.c.reply_issued,
    LATEST.label("config"),
).where(t.case.c.agency == bindparam("agency"))
_OPEN = _OF_CASE.where(t.case.c.is_open == 1).order_by(t.case.c.due_on)
_WAITING = (
    _OF_CASE.where(t.case.c.is_open == 0, t.case.c.awaits_since <= bindparam("on"))
    .order_by(t.case.c.awaits_since, t.case.c.id)
    .limit(bindparam("most"))
)
_URGENT = _OPEN.limit(bindparam("most"))
_ANY_NUMBER = 1_000_000_000


def bucket(due_on: date | None, paused_until: date | None, waits: bool, on: date, law: "Law") -> tuple[str, int | None]:
    """The one bucket of an open case at the end of a day, and the working days left."""
    if waits or due_on is None:
        return "awaiting", None
    left = law.calendar.project_count(on, due_on)
    if on > due_on:
        return "overdue", min(left, -1)
    if paused_until is not None and on < paused_until < due_on:
        return "suspended", left
    if on == due_on:
        return "today", 0
    settings = law.settings
    if left <= settings.red_days:
        return "red", left
    return ("yellow" if left <= settings.yellow_days else "green"), left


def due(
    context: Context,
    on: date | None = None,
    today: date | None = None,
    *,
    most: int | None = None,
) -> list[DueCase]:
    """The open cases that the person sees, at the end of a day, most urgent first; ``most`` limits how many.

    Both days are today by the context's clock if not given. A day before today is judged from the histories as
    they were known by their own days.
    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    departments = context.departments()
    today = today or context.today
    on = on or today
    if on < today:
        law = law_at(context.connection, latest(context.connection))
        rows = _past_rows(context, on, law, departments)
        rows.sort(key=lambda row: (row[_PLACE["due_on"]], row[_PLACE["case_no"]]))
    else:
        rows = _present_rows(context, on, most, departments)
        if not rows:
            return []
        law = law_at(context.connection, rows[0][-1])
    announced, since = law.calendar.announced_until, asked_after_since(on, law.settings.receipt_days, law.calendar)
    rows = [row for row in rows if _belongs(row, since)][:most]
    handlers = masked_handlers(context, {row[0]: row[_PLACE["handler"]] for row in rows})
    found = [_due_case(row, on, law, announced, since) | {"handler": handlers[row[0]]} for row in rows]
    return _ROWS.validate_python(found)


def _present_rows(
    context: Context, on: date, most: int | None, departments: frozenset[str] | None
) -> list[Sequence[Any]]:
    """The open cases, then those that are finished but for a paper on its way, or a fact to confirm."""
    given: dict[str, object] = {"agency": context.agency, "most": most}
    found = list(context.connection.execute(_of(_OPEN if most is None else _URGENT, departments), given))
    left = _ANY_NUMBER if most is None else most - len(found)
    if left > 0:
        given |= {"most": left, "on": on}
        found += context.connection.execute(_of(_WAITING, departments), given)
    return list(found)


def _belongs(row: Sequence[Any], since: date) -> bool:
    """Whether a case is on the list: an open one, or one that waits for its receipt longer than it should."""
    return bool(row[_PLACE["is_open"]]) or row[_PLACE["awaits_since"]] <= since


def _due_case(row: Sequence[Any], on: date, law: "Law", announced: date, since: date) -> dict[str, Any]:
    known: dict[str, Any] = dict(zip(_NAMES, row[2:], strict=False))
    due_on, awaits, breached = known["due_on"], known["awaits_since"], known["breached_on"]
    real = None if due_on == NEVER else due_on
    place, left = bucket(real, known["paused_until"], bool(known["waits"]), on, law)
    *_, sheets, issued, _ = row
    stage = shown(
        known["stage"],
        decided=known["state"] == "decided",
        gone=awaits is not None,
        approving=sheets > 0,
        issued=bool(issued),
    )
    number: str = row[1]
    return {
        "case": number,
        "state": known["state"],
        "rule": known["due_rule"],
        "due_on": real,
        "bucket": place,
        "days_left": left,
        "breached_on": breached if breached is not None and breached <= on else None,
        "provisional": real is not None and real > announced,
        "paused_until": known["paused_until"],
        "stage": stage,
        "way_on": WAYS_ON.get(stage or "", ()),
        "tell_by": known["tell_by"],
        "to_confirm": bool(known["to_confirm"]),
        "unanswered_since": awaits if awaits is not None and AT_ONCE < awaits <= since else None,
    }


def _of(statement: Select[Any], departments: frozenset[str] | None) -> Select[Any]:
    """Only cases of these departments; every case where none is given."""
    return statement if departments is None else statement.where(t.case.c.department.in_(departments))


def _past_rows(context: Context, on: date, law: "Law", departments: frozenset[str] | None) -> list[Sequence[Any]]:
    """The same columns as they would have been, folded from each history up to that day.

    Sheets and papers are no part of it: what they would tell of the stage is left out.
    """
    # how cases are stored, and the moves with all their declarations: only the past needs them
    from ...states.procedure.advance import fold
    from .store import case_columns, history

    connection = context.connection
    known = _of(select(t.case.c.id, t.case.c.case_no).where(t.case.c.agency == context.agency), departments)
    rows: list[Sequence[Any]] = []
    for row in connection.execute(known).all():
        case, _ = fold(row.case_no, history(connection, row.id), law, until=on)
        if case.submitted_on is None:
            continue
        columns = case_columns(case, law)
        if columns["is_open"] or columns["awaits_since"] is not None:
            rows.append((row.id, row.case_no, *(columns[name] for name in _NAMES), 0, 0, None))
    return rows


def counts(cases: Sequence[DueCase]) -> BucketCounts:
    """How many cases are in each bucket."""
    return BucketCounts.model_validate(Counter(item.bucket for item in cases))
