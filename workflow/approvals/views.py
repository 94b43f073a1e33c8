"""What is asked of one sheet: all of it, what a person can do with it and why not, what a verb would do."""

import copy
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import describe, name
from ...states.errors import DisclosureError
from ...states.law import parse
from ..cases.commands import Step as MoveStep
from ..cases.commands import what_would
from ..cases.queries import department_by_id
from ..cases.store import NEVER
from ..kernel.context import Context, RoleAuthorizer, SystemClock
from ..kernel.tables import approvals as t
from ..kernel.versions import latest, law_at
from .commands import hand_of
from .hand import Hand
from .limits import cost
from .sheet import Sheet, Step, Task
from .store import Kept, content, last_act, load_sheet, urges_of
from .template import template_of
from .verbs import VERBS, may_edit, takes_part

_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


def show_sheet(
    context: Context,
    sheet: str,
) -> dict[str, Any]:
    """The whole sheet: what it proposes, its steps and what each has cost, its signatures, what was done.

    Raises:
        UnknownSheet; NotPermitted: neither taking part nor allowed to see the department's cases.
    """
    kept, hand = _open(context, sheet)
    found = kept.sheet
    connection = context.connection
    data, draft = content(connection, found)
    calendar = law_at(connection, latest(connection)).calendar
    mine = [task.saved for task in hand.tasks(found, "approve", "advise") if task.user_id == context.actor.user_id]
    return {
        "sheet": found.ref,
        "case": found.case,
        "agency": context.agency,
        "move": found.move,
        "status": found.status,
        "version": found.version,
        "content": found.content_hash,
        "revision": found.revision,
        "data": data,
        "draft": draft,
        "drafter": {"id": found.drafter, "name": found.drafter_name},
        "authors": found.authors,
        "department": found.department or None,
        "due_on": None if found.due_on == NEVER else found.due_on.isoformat(),
        "template_version": found.config_id,
        "trouble": found.trouble,
        "event": found.event_seq,
        "sealed": found.sealed_hash,
        "saved_opinion": next((text for text in mine if text), None),
        "steps": [_step(found, step, hand.on, calendar) for step in found.ordered()],
        "others": [_task(task) for task in found.tasks if task.kind not in ("approve", "advise")],
        "actions": actions(connection, found.id),
        "urges": [_urge(row) for row in urges_of(connection, found.id)],
    }


def _open(context: Context, sheet: str) -> tuple[Kept, Hand]:
    kept = load_sheet(context.connection, context.agency, sheet)
    template = template_of(context.connection, kept.sheet.config_id, context.agency)
    assert template is not None  # noqa: S101 - a sheet keeps the version of the template that it began with
    hand = hand_of(context, template, kept.latest)
    if not takes_part(kept.sheet, hand):
        context.require_sight(department_by_id(context.connection, kept.sheet.case_id))
    return kept, hand


def _step(sheet: Sheet, step: Step, on: date, calendar: Any) -> dict[str, Any]:
    tasks = [task for task in sheet.tasks if task.step_no == step.no and task.kind in ("approve", "advise")]
    return {
        "key": step.plan.key,
        "title": step.plan.title,
        "mode": step.plan.mode,
        "state": step.state,
        "by_law": step.plan.floor,
        "added_by": step.plan.added_by or None,
        "started_on": step.started_on.isoformat() if step.started_on else None,
        "cost": cost(sheet, step, on, calendar) if step.state == "active" else None,
        "tasks": [_task(task) for task in tasks],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "no": task.no,
        "kind": task.kind,
        "user": task.user_id,
        "name": task.name,
        "state": task.state,
        "verdict": task.verdict,
        "signed": task.signed,
        "acted_by": task.acted_by,
        "opened_at": task.opened_at,
        "done_at": task.done_at,
    }


def _urge(row: Any) -> dict[str, Any]:
    return {"user": row.user_id, "by": row.urged_by, "at": row.urged_at, "read_at": row.read_at}


def actions(connection: Connection, sheet_id: int) -> list[dict[str, Any]]:
    """Everything that was done with a sheet, with the opinions as far as they have not been erased."""
    opinions = {
        row.no: row.payload
        for row in connection.execute(
            select(t.aside.c.no, t.aside.c.payload).where(t.aside.c.sheet_id == sheet_id, t.aside.c.kind == "opinion")
        )
    }
    rows = connection.execute(select(t.action).where(t.action.c.sheet_id == sheet_id).order_by(t.action.c.seq))
    return [
        {
            "seq": row.seq,
            "verb": row.verb,
            "on": row.on_date.isoformat(),
            "at": row.recorded_at,
            "by": row.user_id,
            "name": json.loads(row.actor).get("name") or row.user_id,
            "on_behalf_of": row.on_behalf_of,
            "content": row.content_hash,
            "opinion": json.loads(opinions[row.seq]) if opinions.get(row.seq) else None,
            "data": json.loads(row.data),
        }
        for row in rows
    ]


def why_sheet(
    context: Context,
    sheet: str,
    verb: str | None = None,
) -> list[dict[str, Any]]:
    """What the person can do with a sheet now; for what can't be done, the rule and the reason.

    Raises:
        UnknownSheet; NotPermitted.
    """
    kept, hand = _open(context, sheet)
    checks = {"edit": may_edit} | {key: item.check for key, item in VERBS.items()}
    found = []
    for key, check in checks.items():
        if verb is not None and key != verb:
            continue
        refusal: DisclosureError | None = None
        try:
            check(kept.sheet, hand)
        except DisclosureError as error:
            refusal = error
        found.append(_answer(context, kept.sheet, key, refusal))
    return found


def _answer(context: Context, sheet: Sheet, key: str, refusal: DisclosureError | None) -> dict[str, Any]:
    if refusal is not None and refusal.code in ("task_gone", "sheet_status"):
        refusal.fields |= last_act(context.connection, sheet.id)
    return {
        "verb": key,
        "name": name("verb", key),
        "allowed": refusal is None,
        "rule": say(f"verb_rule_{key}"),
        "code": refusal.code if refusal else None,
        "message": describe(refusal) if refusal else None,
    }


def what_if(
    context: Context,
    sheet: str,
    verb: str,
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What a verb would do with a sheet today; written nowhere.

    The sheet before and after, whose list it would be on, which signatures would be void, what the step
    costs of the legal period, and what the move would make of the case where this is the last approval.
    Raises:
        the errors of ``sign``.
    """
    kept, hand = _open(context, sheet)
    given = parse(VERBS[verb].data, _with_opinion(data or {}, verb))
    before, after = kept.sheet, copy.deepcopy(kept.sheet)
    VERBS[verb].do(after, hand, given)
    calendar = law_at(context.connection, latest(context.connection)).calendar
    step = after.current
    signed = {task.no for task in before.signatures()}
    makes = after.status == "done" and before.status != "done"
    return {
        "sheet": before.ref,
        "verb": verb,
        "status": {"before": before.status, "after": after.status},
        "step": step.plan.title if step else None,
        "waiting_for": [task.name for task in after.tasks if task.state == "open" and task.box == "todo"],
        "voided": [task.name for task in after.tasks if task.no in signed and not task.is_signature],
        "trouble": after.trouble,
        "due_on": None if after.due_on == NEVER else after.due_on.isoformat(),
        "cost": cost(after, step, hand.on, calendar) if step else None,
        "days_left": calendar.project_count(hand.on, after.due_on) if hand.on <= after.due_on < NEVER else None,
        "move": _would_make(context, after, hand) if makes else None,
    }


def _with_opinion(data: Mapping[str, Any], verb: str) -> dict[str, Any]:
    """A question needs no opinion, even where the verb does."""
    needs = "opinion" in VERBS[verb].data.model_fields and VERBS[verb].data.model_fields["opinion"].is_required()
    return {"opinion": "-"} | dict(data) if needs else dict(data)


def _would_make(context: Context, sheet: Sheet, hand: Hand) -> dict[str, Any]:
    data, _ = content(context.connection, sheet)
    body = data | {"approved_by": hand.actor.name} if sheet.move == "extend" else data
    trial = what_would(context, sheet.case, [MoveStep(sheet.move, body)])
    period = trial.after.last_period("reply")
    return {
        "move": sheet.move,
        "on": context.today.isoformat(),
        "state": trial.after.state,
        "due_on": period.due_on.isoformat() if period is not None and period.ended_on is None else None,
        "warnings": [item.message for item in trial.warnings],
    }
