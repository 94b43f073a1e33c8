"""How much of the legal period a step may use, counted backwards from the statutory day; and escalation.

Approval never moves the statutory clock: these days drive reminders only.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from ...states.calendar.calendar import Calendar
from ...states.errors import Conflict
from ..kernel.context import Actor, Context, Operator
from ..kernel.retries import transaction
from ..kernel.tables import approvals as t
from ..kernel.tables.base import NEVER
from ..kernel.unit import unit
from ..kernel.versions import latest, law_at
from .commands import acting_person
from .sheet import ActingPerson, Sheet, Step, act
from .store import load_sheet, save_sheet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_WHOLE = 100
SYSTEM = Actor(user_id="system", name="系统")
PORTION = 500


def limit_of(sheet: Sheet, step: Step, calendar: Calendar) -> date | None:
    """The last day of a step, if the steps after it are to have their shares; None where no period runs."""
    if sheet.due_on == NEVER or not sheet.length:
        return None
    parts = _parts(sheet.ordered())
    if step.no not in parts:
        return None
    return back(sheet.due_on, -(-parts[step.no] * sheet.length // _WHOLE), calendar)


def _parts(steps: Sequence[Step]) -> dict[int, int]:
    """For each step still to be done, the percent of the legal period that those after it need."""
    parts: dict[int, int] = {}
    after = 0
    for step in reversed(steps):
        if step.state in ("waiting", "active"):
            parts[step.no] = after
            after += step.plan.share
    return parts


def back(day: date, working_days: int, calendar: Calendar) -> date:
    """The day that lies some working days before another."""
    while working_days > 0:
        if calendar.project_working(day):
            working_days -= 1
        day -= timedelta(days=1)
    while not calendar.project_working(day):
        day -= timedelta(days=1)
    return day


def used(step: Step, on: date, calendar: Calendar) -> int:
    """Working days that a step has used by the end of a day."""
    return calendar.project_count(step.started_on, on) if step.started_on is not None and step.started_on < on else 0


def level_on(sheet: Sheet, step: Step, on: date, calendar: Calendar) -> int:
    """The level of escalation of a step: 0 within its limit, 1 past it, 2 from the statutory day on."""
    limit = limit_of(sheet, step, calendar)
    if limit is None or on <= limit:
        return 0
    return 2 if on >= sheet.due_on else 1


def escalate(operator: Operator) -> list[str]:
    """Notifies the superiors of those who let a step use more than its share of the period; returns the sheets.

    Each step is escalated once for each level, whatever days the sweep has missed. The superior is informed,
    and signs nothing by it.
    Raises:
        NotPermitted.
    """
    operator.require()
    escalated = []
    for agency, name in transaction(operator.sessions, lambda session: _late(session.connection())):
        with suppress(Conflict):  # somebody is acting on it at each attempt: the next sweep looks again
            if transaction(operator.sessions, partial(_escalate_in, operator=operator, agency=agency, name=name)):
                escalated.append(name)
    return escalated


def _escalate_in(session: "Session", *, operator: Operator, agency: str, name: str) -> bool:
    return _escalate(replace(operator.context(session, agency), actor=SYSTEM), name)


def _late(connection: Connection) -> list[tuple[str, str]]:
    """Sheets under way whose step may be past its limit."""
    columns = t.sheet.c
    rows = connection.execute(
        select(columns.agency, columns.case_no, columns.sheet_no)
        .join(t.step, (t.step.c.sheet_id == columns.id) & (t.step.c.no == columns.step_no))
        .where(columns.is_open == 1, columns.status == "running", columns.due_on < NEVER, t.step.c.level < 2)
        .order_by(columns.due_on)
    )
    return [(row.agency, f"{row.case_no}#{row.sheet_no}") for row in rows]


def _escalate(context: Context, name: str) -> bool:
    with unit(context) as connection:
        kept = load_sheet(connection, context.agency, name)
        sheet = kept.sheet
        step = sheet.current
        if step is None:
            return False
        calendar = law_at(connection, latest(connection), context.agency).calendar
        level = level_on(sheet, step, context.today, calendar)
        if level <= step.level:
            return False
        acting = acting_person(context, sheet.config_id, kept.latest)
        step.level = level
        superiors = _superiors(sheet, step, acting, level)
        for person in superiors:
            sheet.add_task("watch", person, acting.at, step.no)
        people = [person.user_id for person in superiors]
        act(sheet, acting, "escalate", None, "", step=step.plan.key, level=level, to=people)
        save_sheet(context, kept, acting.at)
    return True


def _superiors(sheet: Sheet, step: Step, acting: ActingPerson, level: int) -> list[Actor]:
    """Whom to notify: the holders' superiors, as many levels up as the escalation has reached, each once."""
    found: dict[str, Actor] = {}
    for task in sheet.tasks_of(step, "open"):
        person = acting.directory.person(task.user_id, acting.on)
        for _ in range(level):
            person = None if person is None else acting.directory.superior(person.user_id, acting.on)
            if person is not None:
                found.setdefault(person.user_id, person)
    watching = {task.user_id for task in sheet.tasks if task.kind == "watch" and task.state == "open"}
    return [person for user, person in found.items() if user not in watching]


class Cost(BaseModel):
    """How much of the legal period a step has used: working days used of how many, its last day, whether it is over."""

    model_config = ConfigDict(frozen=True)
    used: int
    length: int | None
    limit_on: date | None
    over: bool


def cost(sheet: Sheet, step: Step, on: date, calendar: Calendar) -> Cost:
    """How much of the legal period a step has used by the end of a day."""
    limit = limit_of(sheet, step, calendar)
    over = limit is not None and on > limit
    return Cost(used=used(step, on, calendar), length=sheet.length or None, limit_on=limit, over=over)
