"""How a sheet goes on: a step's turn comes, a step is done, the sheet starts again, the last hand has signed."""

from typing import Any

from ..kernel.context import Directory
from .hand import Hand, candidates
from .sheet import Sheet, Step, Task
from .template import StepPlan, Template


def plan_steps(template: Template, move: str, data: dict[str, Any], directory: Directory, hand: Hand) -> list[StepPlan]:
    """The steps that the template asks for, without those of roles that this office does not have."""
    route = template.route_for(move, data)
    steps = route.step if route is not None else ()
    return [plan for plan in steps if not plan.where_held or directory.holders(plan.role, None, hand.on)]


def lay_out(sheet: Sheet, plans: list[StepPlan]) -> None:
    """Gives the sheet the steps of a plan; those that it had are dropped where the plan is another."""
    if [step.plan for step in sheet.ordered() if not step.plan.added_by] == plans:
        return
    for step in sheet.steps:
        step.state = "dropped"
    for place, plan in enumerate(plans, 1):
        sheet.steps.append(Step(max((item.no for item in sheet.steps), default=0) + 1, place, plan))


def begin(sheet: Sheet, hand: Hand) -> None:
    """Gives the turn to the first step that is not done."""
    waiting = next((step for step in sheet.ordered() if step.state != "done"), None)
    if waiting is None:
        _finish(sheet, hand)
    else:
        activate(sheet, hand, waiting)


def activate(sheet: Sheet, hand: Hand, step: Step) -> None:
    """A step's turn comes: its people get their tasks; where there is nobody it stands still and says so."""
    step.state, sheet.step_no, sheet.trouble = "active", step.no, None
    step.started_on = step.started_on or hand.on
    held = list(sheet.tasks_of(step, "waiting"))
    if held:
        _open_held(step, held)
        return
    found = candidates(sheet, hand, step.plan)
    if not found or (step.plan.people and len(found) < len(step.plan.people) and step.plan.mode != "any"):
        sheet.trouble = "no_candidate"
        if not found:
            return
    for position, person in enumerate(found):
        first = step.plan.mode != "sequence" or position == 0
        sheet.add_task("approve", person, hand.at, step.no, position=position, state="open" if first else "waiting")


def _open_held(step: Step, held: list[Task]) -> None:
    """Tasks that waited while a signer added before them was asked."""
    for task in held[:1] if step.plan.mode == "sequence" else held:
        task.state, task.opened_at = "open", None


def step_on(sheet: Sheet, hand: Hand, step: Step) -> None:
    """After a signature: the next one in the sequence, the next step, or the end."""
    left = list(sheet.tasks_of(step, "open", "waiting"))
    if step.plan.mode == "any":
        for task in left:
            task.state, task.done_at = "closed", hand.at
    elif step.plan.mode == "sequence" and left:
        if left[0].state == "waiting":
            left[0].state = "open"
        return
    elif left or sheet.trouble is not None:
        return
    step.state, sheet.trouble = "done", None
    _close_advice(sheet, hand, step)
    begin(sheet, hand)


def _close_advice(sheet: Sheet, hand: Hand, step: Step) -> None:
    for task in sheet.tasks:
        if task.kind == "advise" and task.step_no == step.no and task.state == "open":
            task.state, task.done_at = "closed", hand.at


def _finish(sheet: Sheet, hand: Hand) -> None:
    """Every step is done: the move may be made; who keeps the seal is told."""
    sheet.go("finish", "approve")
    sheet.step_no, sheet.trouble, sheet.closed_at = 0, None, hand.at
    sheet.close(hand.at, "approve", "advise", "revise", "watch")
    if sheet.seal_role:
        keepers = [
            person for person in hand.directory.holders(sheet.seal_role, None, hand.on) if hand.may(person, "seal")
        ]
        for person in keepers:
            sheet.add_task("seal", person, hand.at)
        if not keepers:
            sheet.trouble = "no_seal_keeper"


def rewind(sheet: Sheet, hand: Hand, first: Step | None) -> list[Task]:
    """Takes back a step and all after it (all of them where none is named); returns the voided signatures."""
    voided = []
    for step in sheet.ordered():
        if first is not None and step.place < first.place:
            continue
        for task in sheet.tasks:
            if task.step_no != step.no or task.kind not in ("approve", "advise"):
                continue
            if task.is_signature:
                task.verdict = "voided"
                voided.append(task)
            elif task.state == "done" and task.verdict != "return":
                task.verdict = "voided"
            elif task.state in ("open", "waiting"):
                task.state, task.done_at = "closed", hand.at
        step.state, step.started_on, step.level = "waiting", None, 0
    sheet.step_no, sheet.trouble = 0, None
    return voided
