"""What falls due: every open case in exactly one bucket, most urgent first.

One predicate decides: a case is late from the day after its due day, and on no other day.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from ...states.procedure.stages import IN_HOUSE, Stage, Turn, asked_after_since, shown, ways_on
from ..kernel.context import Context
from ..kernel.tables import cases as t
from ..kernel.tables.base import NEVER
from ..kernel.unit import Prepared
from ..kernel.versions import LATEST, latest, law_at
from .steps import masked_handlers

if TYPE_CHECKING:
    from ...states.procedure.law import Law


class BucketCounts(BaseModel):
    """How many cases are in each bucket, the most urgent first.

    ``act``: no day of the agency's own runs, and yet it is for the agency to act; ``awaiting``: it is for others.
    """

    model_config = ConfigDict(frozen=True)
    overdue: int = 0
    today: int = 0
    act: int = 0
    red: int = 0
    yellow: int = 0
    green: int = 0
    suspended: int = 0
    awaiting: int = 0


BUCKETS = tuple(BucketCounts.model_fields)


class DueCase(BaseModel):
    """One open case in the list; ``days_left`` in working days, negative once overdue.

    ``breached_on`` is the day after the last day of the first reply that is late. ``stage``: where the case stands;
    ``to_do``: what the agency has to do that day, whatever the light; ``way_on``: what leads on from there.
    ``tell_by``: the last day to tell of an extension that was decided; ``untold``: whether it can still be told of
    ``in_time``, has ``no_effect`` any more, or is ``effective`` all the same (Q23). ``to_confirm``: a fact waits for
    the proof that lifts a breach. ``unanswered_since``: the dispatch of a letter for which nobody has signed in time.
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
    to_do: tuple[str, ...]
    way_on: tuple[str, ...]
    tell_by: date | None
    untold: str | None
    to_confirm: bool
    unanswered_since: date | None


class Told(NamedTuple):
    """What a row tells beside the case that it is about and its handler: most rows of a day tell the same."""

    is_open: int
    state: str
    due_rule: str | None
    due_on: date
    paused_until: date | None
    waits: int
    stage: Stage | None
    awaits_since: date | None
    acts_on: date | None
    tell_by: date | None
    received_on: date | None
    to_confirm: int
    breached_on: date | None
    open_sheets: int = 0
    reply_issued: int = 0


_ROWS = TypeAdapter(list[DueCase])
_NAMES = ("id", "case_no", "handler", *Told._fields)
_IS_OPEN = _NAMES.index("is_open")
_TOLD = slice(_IS_OPEN, len(_NAMES))
_SHEETS = slice(_NAMES.index("open_sheets"), len(_NAMES))
_COLUMNS = Told._fields[: Told._fields.index("open_sheets")]
"""What a case tells by itself: its sheets and papers are others'."""
_VERSION = Prepared(select(LATEST.label("number")))
_AHEAD_OF_DAY = 2
"""Is ``is_open`` in the row of a case that tells of a day to come: its columns hold how it will stand by then."""
_HELD = {name: t.case.c[name] for name in _NAMES}
_TO_COME: dict[str, ColumnElement[Any]] = _HELD | {"is_open": literal_column(str(_AHEAD_OF_DAY)).label("is_open")}
_AHEAD = select(*_TO_COME.values()).where(
    t.case.c.agency == bindparam("agency"), t.case.c.last_fact_on > bindparam("on")
)
_NOT_BY_INDEX = func.coalesce(t.case.c.last_fact_on, t.case.c.last_fact_on)
"""The last day told, so that no index on it is taken: nearly all cases tell of none to come."""
_OF_CASE = select(*_HELD.values()).where(t.case.c.agency == bindparam("agency"), bindparam("on") >= _NOT_BY_INDEX)
_OPEN = _OF_CASE.where(t.case.c.is_open == 1).order_by(t.case.c.due_on)
_TURNED = _OF_CASE.where(t.case.c.is_open == 1, t.case.c.due_on == NEVER).where(
    (t.case.c.acts_on <= bindparam("on")) | (t.case.c.awaits_since <= bindparam("since"))
)
"""Open cases without a day of the agency's own in which it has to act."""
_WAITING = _OF_CASE.where(t.case.c.is_open == 0, t.case.c.awaits_since <= bindparam("since")).order_by(
    t.case.c.awaits_since, t.case.c.id
)
"""Cases that are finished but for a paper that nobody has signed for, or that came back, or a fact to confirm."""


@lru_cache(maxsize=64)
def _lists(limited: bool, departments: int) -> Prepared:
    """The lists, read at once, as each question costs more than its answer; no ``departments``: those of all.

    Without a limit every open case is among the first.
    """
    own = [bindparam(f"department_{n}", type_=String) for n in range(departments)]
    parts = (_OPEN, _TURNED, _WAITING) if limited else (_OPEN, _WAITING)
    limits = [part.limit(bindparam("most")) if limited else part for part in parts]
    seen = (part.where(t.case.c.department.in_(own)) if own else part for part in (*limits, _AHEAD))
    return Prepared(union_all(*(select(part.subquery()) for part in seen)))


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
    return due_in(context, context.departments(), on, today, most=most)


def due_in(
    context: Context,
    departments: frozenset[str] | None,
    on: date | None = None,
    today: date | None = None,
    *,
    most: int | None = None,
) -> list[DueCase]:
    """The same of some departments, of every case where none are named; who may see them has been asked."""
    today = today or context.today
    on = on or today
    if on < today:
        law = law_at(context.connection, latest(context.connection), context.agency)
        day = JudgedDay(on, law)
        rows = _past_rows(day, context, departments)
    else:
        number = _VERSION.first(context.connection, {}).number
        day = JudgedDay(on, law_at(context.connection, number, context.agency))
        rows = _listed(day, context, most, departments)
    placed = sorted([(*day.told(row[_TOLD]), *row[:3]) for row in rows], key=_URGENCY)[:most]
    handlers = masked_handlers(context, {id: handler for _, _, id, _, handler in placed})
    return _ROWS.validate_python(
        [{**told, "case": number, "handler": handlers[id]} for _, told, id, number, _ in placed]
    )


class Shown(NamedTuple):
    """What is shown of a row, and the day by which it is sorted."""

    place: date
    shown: dict[str, Any]


_URGENCY = itemgetter(0, 3)
"""The day by which a row is sorted, then its number."""


def _listed(
    day: "JudgedDay", context: Context, most: int | None, departments: frozenset[str] | None
) -> list[Sequence[Any]]:
    """The rows that may be on the list, each once."""
    if departments is not None and not departments:
        return []
    given = {"agency": context.agency, "since": day.since, "most": most, "on": day.on}
    given |= {f"department_{n}": code for n, code in enumerate(sorted(departments or ()))}
    found = _lists(most is not None, len(departments or ())).run(context.connection, given).all()
    rows = {row[0]: row for row in found}
    known = (_now(context.connection, row, day) if row[_IS_OPEN] == _AHEAD_OF_DAY else row for row in rows.values())
    return [row for row in known if row is not None]


class JudgedDay:
    """A day by which cases are judged, with what is found of it only once."""

    def __init__(self, on: date, law: "Law") -> None:
        self.on, self.law = on, law
        self.since = asked_after_since(on, law.settings.receipt_days, law.calendar)
        self._shown: dict[tuple[Any, ...], Shown] = {}

    def lists(self, case: Told) -> bool:
        """Whether a case is on the list: an open one, or one that waits for its receipt longer than it should."""
        return bool(case.is_open) or (case.awaits_since is not None and case.awaits_since <= self.since)

    def told(self, row: Sequence[Any]) -> Shown:
        """What is shown of a row that tells this."""
        told = tuple(row)
        known = self._shown.get(told)
        if known is None:
            known = self._shown[told] = self._judge(Told._make(map(_plain, Told._fields, told)))
        return known

    def _judge(self, case: Told) -> Shown:
        due_on, rule = (None if case.due_on == NEVER else case.due_on), case.due_rule
        breached = case.breached_on if case.breached_on is not None and case.breached_on <= self.on else None
        place, left = bucket(due_on, case.paused_until, bool(case.waits), self.on, self.law)
        if case.to_confirm and breached is not None and place != "overdue":
            rule, due_on = "reply", breached - timedelta(days=1)
            place, left = bucket(due_on, None, False, self.on, self.law)
        stage, to_do = self._to_do(case)
        if to_do and place in ("awaiting", "suspended"):
            place = "act"
        found = {
            "state": case.state,
            "rule": rule,
            "due_on": due_on,
            "bucket": place,
            "days_left": left,
            "breached_on": breached,
            "provisional": due_on is not None and due_on > self.law.calendar.announced_until,
            "paused_until": case.paused_until,
            "stage": stage,
            "to_do": to_do,
            "way_on": ways_on(to_do, case.state),
            "tell_by": case.tell_by,
            "untold": self._untold(case),
            "to_confirm": bool(case.to_confirm),
            "unanswered_since": case.awaits_since if "unanswered" in to_do else None,
        }
        return Shown(self.on if place == "act" else due_on or NEVER, found)

    def _untold(self, case: Told) -> str | None:
        """What becomes of an extension, or a deferral, of which nobody has been told.

        Law: 条例 arts. 33 para 2, 35 (Q23).
        """
        if case.tell_by is None:
            return None
        known = case.received_on or self.on
        return "in_time" if self.on <= case.tell_by else self.law.settings.reading("extension_told_late", known)

    def _to_do(self, case: Told) -> tuple[Stage | None, tuple[str, ...]]:
        """Where a case stands, and what the agency has to do in it."""
        stage = shown(
            case.stage,
            decided=case.state == "decided",
            gone=case.awaits_since is not None,
            approving=case.open_sheets > 0,
            issued=bool(case.reply_issued),
        )
        turn = Turn(case.state, stage, case.awaits_since, case.acts_on, bool(case.to_confirm))
        return stage, turn.to_do(self.on, self.since)


_DAYS = frozenset({"due_on", "paused_until", "awaits_since", "acts_on", "tell_by", "received_on", "breached_on"})


def _plain(name: str, value: Any) -> Any:
    """A value of a row; days as such where the database keeps them as text."""
    return date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value


def _of(statement: Select[Any], departments: frozenset[str] | None) -> Select[Any]:
    """Only cases of these departments; every case where none is given."""
    return statement if departments is None else statement.where(t.case.c.department.in_(departments))


def _past_rows(day: "JudgedDay", context: Context, departments: frozenset[str] | None) -> list[Sequence[Any]]:
    """The same columns as they would have been, folded from each history up to that day.

    Sheets and papers are no part of it: what they would tell of the stage is left out.
    """
    known_cases = _of(select(t.case.c.id, t.case.c.case_no).where(t.case.c.agency == context.agency), departments)
    # how cases are stored, and the moves with all their declarations: other rows do without them
    from .store import columns_on

    known = context.connection.execute(known_cases).all()
    found = ((row, columns_on(context.connection, row.id, row.case_no, day.law, day.on)) for row in known)
    rows = (_row(row, columns, day) for row, columns in found if columns is not None)
    return [row for row in rows if row is not None]


def _now(connection: Connection, row: Sequence[Any], day: "JudgedDay") -> Sequence[Any] | None:
    """The row of a case that tells of a later day, as it stands on this one; None where it is not on the list."""
    from .store import columns_ahead

    return _row(row, columns_ahead(connection, row[0], row[1], day.law, day.on), day)


def _row(row: Sequence[Any], columns: dict[str, Any], day: "JudgedDay") -> Sequence[Any] | None:
    """A row with other columns, and its sheets where it has them; None where it is not on the list."""
    told = Told(*(columns[name] for name in _COLUMNS), *row[_SHEETS])
    return (row[0], row[1], columns["handler"], *told) if day.lists(told) else None


class ToAct(NamedTuple):
    """A case of any agency in which no day of the agency's own runs and yet it has to act.

    ``told_on`` is the last day of which a step tells.
    """

    id: int
    agency: str
    case_no: str
    state: str
    stage: str | None
    to_do: tuple[str, ...]
    told_on: date


def agencies_at_work(connection: Connection) -> list[str]:
    """The agencies that have cases."""
    return sorted(connection.execute(select(t.case.c.agency).distinct()).scalars())


def cases_to_act(connection: Connection, agency: str, on: date, law: "Law", number: str = "") -> list[ToAct]:
    """Every case of an agency in the bucket ``act`` at the end of a day, or the one that is named, by their rows."""
    day = JudgedDay(on, law)
    told = (t.case.c.agency, t.case.c.last_fact_on)
    turned = or_(t.case.c.acts_on <= on, t.case.c.awaits_since <= day.since, t.case.c.stage.in_(IN_HOUSE))
    steady = select(*_HELD.values(), *told).where(t.case.c.last_fact_on <= on, turned)
    ahead = select(*_TO_COME.values(), *told).where(t.case.c.last_fact_on > on)
    named = (t.case.c.agency == agency, *([t.case.c.case_no == number] if number else ()))
    found = []
    for row in connection.execute(union_all(steady.where(*named), ahead.where(*named))):
        judged = _now(connection, row, day) if row[_IS_OPEN] == _AHEAD_OF_DAY else row
        if judged is None or not day.lists(Told(*judged[_TOLD])):
            continue
        shown_ = day.told(judged[_TOLD]).shown
        if shown_["bucket"] == "act":
            last = min(on, _plain("received_on", row[-1]))
            found.append(ToAct(row[0], row[-2], row[1], shown_["state"], shown_["stage"], shown_["to_do"], last))
    return sorted(found)


def counts(cases: Sequence[DueCase]) -> BucketCounts:
    """How many cases are in each bucket."""
    return BucketCounts.model_validate(Counter(item.bucket for item in cases))
