"""Queries on one sheet: all of it, what a person can do with it and why not, what a verb would do."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from ...states import admission
from ...states.calendar.calendar import Calendar
from ...states.errors import BadData, DisclosureError
from ...states.remark import Remark
from ..cases.amending import last_changes
from ..cases.commands import MoveRequest, preview_moves
from ..cases.gate import drafted
from ..cases.reads import note_read
from ..cases.steps import history
from ..kernel.context import WORK, Context, Written
from ..kernel.owners import CaseRow
from ..kernel.tables import approvals as t
from ..kernel.tables.base import NEVER
from ..kernel.versions import latest, law_at
from .catalogue import VERBS
from .commands import (
    TellsWhoWasQuicker,
    acting_person,
    carried_out_as,
    check_still_seen,
    do_verb,
    find_sheet,
    has_annulled,
    parse_data,
    require_sheet,
    routed,
    signed_as,
)
from .compared import remarks_on
from .declaration import AnyVerb, VerbEntry
from .limits import Cost, cost
from .queries import LEFT_OUT, is_in_force
from .remedies import remedy_of
from .sheet import ActingPerson, Sheet, Step, Task, check_floor
from .shown import mark_shown
from .store import Kept, content, last_act, proposed_by, urges_of
from .verbs import drafting


class Person(BaseModel):
    """Somebody by id and name."""

    model_config = ConfigDict(frozen=True)
    id: str
    name: str


class TaskView(BaseModel):
    """What one person has to do, or has done."""

    model_config = ConfigDict(frozen=True)
    no: int
    kind: str
    user: str
    name: str
    state: str
    verdict: str | None
    signed: str | None
    acted_by: str | None
    opened_at: str | None
    done_at: str | None


class StepView(BaseModel):
    """One step with its tasks; the active one also with its share of the period.

    ``left_out_for``: a review that was left out, since only these people held its post and had signed the other one.
    """

    model_config = ConfigDict(frozen=True)
    key: str
    title: str
    mode: str
    state: str
    by_law: bool
    added_by: str | None
    started_on: date | None
    cost: Cost | None
    tasks: tuple[TaskView, ...]
    left_out_for: tuple[str, ...] = ()


class ActionView(BaseModel):
    """One act on a sheet; an erased opinion is None. ``recorder`` wrote it down: of the past that may be another."""

    model_config = ConfigDict(frozen=True)
    seq: int
    verb: str
    on: date
    at: str
    by: str
    name: str
    recorder: str
    on_behalf_of: str | None
    content: str
    opinion: str | None
    data: dict[str, object]


class UrgeView(BaseModel):
    """One urging, and when it was read."""

    model_config = ConfigDict(frozen=True)
    user: str
    by: str
    at: str
    read_at: str | None


class SheetView(BaseModel):
    """A whole sheet: what it proposes, its steps, its signatures, what was done.

    ``in_force``: the step that it made is as it was approved, no amendment of it or of the registration has come since;
    None before it was made. ``amends``: the move that an amendment changes. ``warnings``: where the draft differs from
    the notice that the data give, and that the case has been amended since it was written.
    """

    model_config = ConfigDict(frozen=True)
    sheet: str
    case: str
    agency: str
    move: str
    amends: str | None
    warnings: tuple[Remark, ...]
    status: str
    version: int
    content: str
    revision: int
    data: dict[str, object]
    draft: str
    drafter: Person
    authors: tuple[str, ...]
    department: str | None
    due_on: date | None
    template_version: int
    trouble: str | None
    remedy: Remark | None
    event: int | None
    in_force: bool | None
    sealed: str | None
    saved_opinion: str | None
    steps: tuple[StepView, ...]
    others: tuple[TaskView, ...]
    actions: tuple[ActionView, ...]
    urges: tuple[UrgeView, ...]


class VerbAnswer(BaseModel):
    """Whether the person may do a verb now: its rule and, where it may not be done, the refusal."""

    model_config = ConfigDict(frozen=True)
    verb: str
    name: str
    allowed: bool
    rule: str
    refusal: Remark | None


class StatusChange(BaseModel):
    """Where a sheet stands before a verb and after it."""

    model_config = ConfigDict(frozen=True)
    before: str
    after: str


class ResultingMove(BaseModel):
    """The move that the last approval would make, and where it would leave the case."""

    model_config = ConfigDict(frozen=True)
    move: str
    on: date
    state: str
    due_on: date | None
    warnings: tuple[Remark, ...]


class VerbPreview(BaseModel):
    """What a verb would do with a sheet today: the result of ``preview_verb``."""

    model_config = ConfigDict(frozen=True)
    sheet: str
    verb: str
    status: StatusChange
    step: str | None
    waiting_for: tuple[str, ...]
    voided: tuple[str, ...]
    trouble: str | None
    due_on: date | None
    cost: Cost | None
    days_left: int | None
    move: ResultingMove | None


def show_sheet(context: Context, sheet: str) -> SheetView:
    """The whole sheet: what it proposes, its steps and what each has cost, its signatures, what was done.

    Who has not signed it and is not to is noted in the log of reads: the draft names the applicant. That a changed
    text, or that of a later sheet, has been shown is noted too: it may then be approved without its hash.
    Raises:
        UnknownSheet; NotPermitted: neither taking part nor allowed to see the department's cases;
        SetupError: who is to be noted, on a connection that cannot write.
    """
    found, acting = _shown(context, sheet)
    connection = context.connection
    data, draft, produced = proposed_by(connection, found)
    calendar = law_at(connection, latest(connection), context.agency).calendar
    done = actions(connection, found.id)
    mine = [task.saved for task in acting.own_tasks(found, "approve", "advise")]
    return SheetView(
        sheet=found.ref,
        case=found.case,
        agency=context.agency,
        move=found.move,
        amends=_amends(context, found, data),
        warnings=remarks_on(connection, found, draft, produced),
        status=found.status,
        version=found.version,
        content=found.content_hash,
        revision=found.revision,
        data=data,
        draft=draft,
        drafter=Person(id=found.drafter, name=found.drafter_name),
        authors=tuple(found.authors),
        department=found.department or None,
        due_on=_due_on(found),
        template_version=found.config_id,
        trouble=found.trouble,
        remedy=remedy_of(found.trouble, found.current.plan if found.current else None) if found.trouble else None,
        event=found.event_seq,
        in_force=is_in_force(found, last_changes(history(connection, found.case_id))),
        sealed=found.sealed_hash,
        saved_opinion=next((text for text in mine if text), None),
        steps=_steps(found, done, acting.on, calendar),
        others=tuple(_task(task) for task in found.tasks if task.kind not in ("approve", "advise")),
        actions=done,
        urges=tuple(_urge(row) for row in urges_of(connection, found.id)),
    )


def _shown(context: Context, sheet: str) -> tuple[Sheet, ActingPerson]:
    """A sheet for a person to whom it is shown, which is noted."""
    kept, acting = _open(context, sheet)
    found = kept.sheet
    if not _signs(found, acting):
        note_read(context, CaseRow(found.case_id, context.agency, found.case), "sheet", found.ref)
    if found.is_open:
        mark_shown(context, found)
    return found, acting


def _amends(context: Context, sheet: Sheet, data: Mapping[str, object]) -> str | None:
    return routed(context, sheet.case_id, sheet.move, data).move if sheet.move == "amend" else None


def _signs(sheet: Sheet, acting: ActingPerson) -> bool:
    """Whether the person has signed the sheet, or has a signature to make on it now, also for somebody else."""
    signed = any(task.acted_by == acting.actor.user_id for task in sheet.signatures())
    return signed or bool(acting.tasks(sheet, "approve", "seal"))


def _steps(sheet: Sheet, done: Sequence[ActionView], on: date, calendar: Calendar) -> tuple[StepView, ...]:
    """The steps in their order; of one that was left out, for whom."""
    left_out = {item.data["step"]: _names(item.data["names"]) for item in done if item.verb == LEFT_OUT}
    return tuple(
        _step(sheet, step, on, calendar).model_copy(
            update={"left_out_for": left_out.get(step.plan.key, ()) if step.state == "left_out" else ()}
        )
        for step in sheet.ordered()
    )


def _names(found: object) -> tuple[str, ...]:
    return tuple(str(name) for name in found) if isinstance(found, list) else ()


def _open(context: Context, sheet: str) -> tuple[Kept, ActingPerson]:
    context.require(*WORK)
    kept = find_sheet(context, sheet)
    acting = acting_person(context, kept.sheet.config_id, kept.latest)
    require_sheet(context, kept.sheet, acting)
    return kept, acting


def _due_on(sheet: Sheet) -> date | None:
    return None if sheet.due_on == NEVER else sheet.due_on


def _step(sheet: Sheet, step: Step, on: date, calendar: Calendar) -> StepView:
    tasks = [task for task in sheet.tasks if task.step_no == step.no and task.kind in ("approve", "advise")]
    return StepView(
        key=step.plan.key,
        title=step.plan.title,
        mode=step.plan.mode,
        state=step.state,
        by_law=step.plan.floor,
        added_by=step.plan.added_by or None,
        started_on=step.started_on,
        cost=cost(sheet, step, on, calendar) if step.state == "active" else None,
        tasks=tuple(_task(task) for task in tasks),
    )


def _task(task: Task) -> TaskView:
    return TaskView(
        no=task.no,
        kind=task.kind,
        user=task.user_id,
        name=task.name,
        state=task.state,
        verdict=task.verdict,
        signed=task.signed,
        acted_by=task.acted_by,
        opened_at=task.opened_at,
        done_at=task.done_at,
    )


def _urge(row: Any) -> UrgeView:
    return UrgeView(user=row.user_id, by=row.urged_by, at=row.urged_at, read_at=row.read_at)


def actions(connection: Connection, sheet_id: int) -> tuple[ActionView, ...]:
    """Everything that was done with a sheet, with the opinions as far as they have not been erased."""
    opinions = {
        row.no: row.payload
        for row in connection.execute(
            select(t.aside.c.no, t.aside.c.payload).where(t.aside.c.sheet_id == sheet_id, t.aside.c.kind == "opinion")
        )
    }
    rows = connection.execute(select(t.action).where(t.action.c.sheet_id == sheet_id).order_by(t.action.c.seq))
    return tuple(
        ActionView(
            seq=row.seq,
            verb=row.verb,
            on=row.on_date,
            at=row.recorded_at,
            by=row.user_id,
            name=Written.of(row.actor).by,
            recorder=Written.of(row.actor).recorder,
            on_behalf_of=row.on_behalf_of,
            content=row.content_hash,
            opinion=json.loads(opinions[row.seq]) if opinions.get(row.seq) else None,
            data=json.loads(row.data),
        )
        for row in rows
    )


def why_sheet(context: Context, sheet: str, verb: str | None = None) -> list[VerbAnswer]:
    """What the person can do with a sheet now; for what can't be done, the rule and the reason.

    Raises:
        UnknownSheet; NotPermitted.
    """
    kept, acting = _open(context, sheet)
    asked: list[tuple[VerbEntry, Callable[[Sheet, ActingPerson], object]]] = [(drafting.edit, drafting.may_edit)]
    asked += [(item, item.check) for item in VERBS.values()]
    if verb is not None:
        admission.one_of("verb", verb, [entry.name for entry, _ in asked])
    found = []
    for entry, check in asked:
        if verb is not None and entry.name != verb:
            continue
        refusal: DisclosureError | None = None
        try:
            check(kept.sheet, acting)
        except DisclosureError as error:
            refusal = error
        found.append(_answer(context, kept.sheet, entry, refusal))
    return found


def _answer(context: Context, sheet: Sheet, entry: VerbEntry, refusal: DisclosureError | None) -> VerbAnswer:
    if refusal is not None and refusal.code in ("task_gone", "sheet_status"):
        refusal.fields |= last_act(context.connection, sheet.id)
    return VerbAnswer(
        verb=entry.name,
        name=entry.title,
        allowed=refusal is None,
        rule=entry.rule,
        refusal=Remark.of_error(refusal) if refusal else None,
    )


def preview_verb(context: Context, sheet: str, verb: str, data: Mapping[str, object] | None = None) -> VerbPreview:
    """Previews what a verb would do with a sheet today; nothing is written.

    The sheet before and after, whose list it would be on, which signatures would be void, what the step
    costs of the legal period, and what the move would make of the case where this is the last approval.
    Raises:
        the errors of ``sign``.
    """
    kept, acting = _open(context, sheet)
    declared = VERBS[admission.one_of("verb", verb, VERBS)]
    given = parse_data(declared, _with_opinion(data or {}, declared))
    before, after = kept.sheet, copy.deepcopy(kept.sheet)
    with TellsWhoWasQuicker(context, before):
        acting = do_verb(context, replace(kept, sheet=after), acting, declared, given)
    calendar = law_at(context.connection, latest(context.connection), context.agency).calendar
    step = after.current
    signed = {task.no for task in before.signatures()}
    makes = after.status == "done" and before.status != "done"
    return VerbPreview(
        sheet=before.ref,
        verb=verb,
        status=StatusChange(before=before.status, after=after.status),
        step=step.plan.title if step else None,
        waiting_for=tuple(task.name for task in after.tasks if task.state == "open" and task.box == "todo"),
        voided=tuple(task.name for task in after.tasks if task.no in signed and not task.is_signature),
        trouble=after.trouble,
        due_on=_due_on(after),
        cost=cost(after, step, acting.on, calendar) if step else None,
        days_left=calendar.project_count(acting.on, after.due_on) if acting.on <= after.due_on < NEVER else None,
        move=_resulting_move(context, after, acting) if makes else None,
    )


def _with_opinion(data: Mapping[str, object], verb: AnyVerb) -> Mapping[str, object]:
    """The data with a placeholder opinion: a preview needs none, even where the verb does."""
    return {"opinion": "-", **data} if verb.data.model_fields["opinion"].is_required() else data


def _resulting_move(context: Context, sheet: Sheet, acting: ActingPerson) -> ResultingMove:
    check_still_seen(context, sheet, acting)
    check_floor(sheet, acting)
    data, _ = content(context.connection, sheet)
    of = routed(context, sheet.case_id, sheet.move, data).move
    body = signed_as(sheet.move, of, data, acting.actor.name)
    move = carried_out_as(context, sheet)
    annuls = has_annulled(context, sheet, acting)
    previewed = preview_moves(context, sheet.case, [MoveRequest(move, body)], annuls=annuls)
    faults = drafted(context, sheet.case, previewed, move, body).faults
    if faults.law and not context.past:
        raise BadData(*faults.law)
    period = previewed.after.last_period("reply")
    return ResultingMove(
        move=move,
        on=context.today,
        state=previewed.after.state,
        due_on=period.due_on if period is not None and period.ended_on is None else None,
        warnings=(*previewed.warnings, *faults.remarks(law=context.past)),
    )
