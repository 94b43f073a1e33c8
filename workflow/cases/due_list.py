"""What falls due: every open case in exactly one bucket, most urgent first.

One predicate decides: a case is late from the day after its due day, and on no other day.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import Connection, Select, bindparam, select

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

    ``breached_on`` is the day after the last day of a reply that is late.
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


_ROWS = TypeAdapter(list[DueCase])
_COLUMNS = (
    t.case.c.id,
    t.case.c.case_no,
    t.case.c.state,
    t.case.c.due_rule,
    t.case.c.due_on,
    t.case.c.paused_until,
    t.case.c.waits,
    t.case.c.handler,
)
_HANDLER = 7
"""The place of the handler in a row."""
_OPEN = (
    select(*_COLUMNS, LATEST.label("config"))
    .where(t.case.c.is_open == 1, t.case.c.agency == bindparam("agency"))
    .order_by(t.case.c.due_on)
)
_URGENT = _OPEN.limit(bindparam("most"))


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
        rows = _past_rows(context.connection, context.agency, on, law, departments)
        rows.sort(key=lambda row: (row[4], row[1]))
        rows = rows[:most]
    else:
        statement = _of(_OPEN if most is None else _URGENT, departments)
        rows = list(context.connection.execute(statement, {"agency": context.agency, "most": most}))
        if not rows:
            return []
        law = law_at(context.connection, rows[0][-1])
    announced = law.calendar.announced_until
    handlers = masked_handlers(context, {row[0]: row[_HANDLER] for row in rows})
    return _ROWS.validate_python([_due_case(row, on, law, announced) | {"handler": handlers[row[0]]} for row in rows])


def _due_case(row: Sequence[Any], on: date, law: "Law", announced: date) -> dict[str, Any]:
    _, number, state, rule, due_on, paused_until, waits, *_ = row
    real = None if due_on == NEVER else due_on
    place, left = bucket(real, paused_until, bool(waits), on, law)
    return {
        "case": number,
        "state": state,
        "rule": rule,
        "due_on": real,
        "bucket": place,
        "days_left": left,
        "breached_on": due_on + timedelta(days=1) if place == "overdue" and rule == "reply" else None,
        "provisional": real is not None and real > announced,
        "paused_until": paused_until,
    }


def _of(statement: Select[Any], departments: frozenset[str] | None) -> Select[Any]:
    """Only cases of these departments; every case where none is given."""
    return statement if departments is None else statement.where(t.case.c.department.in_(departments))


def _past_rows(
    connection: Connection, agency: str, on: date, law: "Law", departments: frozenset[str] | None
) -> list[tuple[Any, ...]]:
    """The same columns as they would have been, folded from each history up to that day."""
    # how cases are stored, and the moves with all their declarations: only the past needs them
    from ...states.procedure.advance import fold
    from .store import case_columns, history

    known = _of(select(t.case.c.id, t.case.c.case_no).where(t.case.c.agency == agency), departments)
    rows = []
    for row in connection.execute(known).all():
        case, _ = fold(row.case_no, history(connection, row.id), law, until=on)
        if case.submitted_on is None:
            continue
        columns = case_columns(case, law)
        if columns["is_open"]:
            names = ("state", "due_rule", "due_on", "paused_until", "waits", "handler")
            rows.append((row.id, row.case_no, *(columns[name] for name in names)))
    return rows


def counts(cases: Sequence[DueCase]) -> BucketCounts:
    """How many cases are in each bucket."""
    return BucketCounts.model_validate(Counter(item.bucket for item in cases))
