"""One hand on one sheet: who acts, for whom, on which day, and the questions that every verb asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from ...states.errors import BadData, SheetRefused
from ..kernel.context import Actor, Directory, StandIn
from .sheet import Act, Sheet, Step, Task
from .template import OF_AGENCY, OF_DRAFTER, StepPlan, Template


@dataclass(frozen=True, slots=True)
class Hand:
    """The person who acts, with what the person may do and for whom; ``at`` is an ISO instant in UTC."""

    actor: Actor
    stand_ins: Sequence[StandIn]
    directory: Directory
    template: Template
    on: date
    at: str
    may: Callable[[Actor, str], bool]

    def acts_for(self, user_id: str, move: str) -> bool:
        """Whether the person is that one or stands in for that one today in that matter."""
        if user_id == self.actor.user_id:
            return True
        return any(item.principal == user_id and item.covers(move, self.on) for item in self.stand_ins)

    def tasks(self, sheet: Sheet, *kinds: str) -> list[Task]:
        """Open tasks that the person may act on: own ones first, then those of people stood in for."""
        found = [
            task
            for task in sheet.tasks
            if task.state == "open" and task.kind in kinds and self.acts_for(task.user_id, sheet.move)
        ]
        return sorted(found, key=lambda task: (task.user_id != self.actor.user_id, task.no))


def refuse(sheet: Sheet, verb: str, code: str, **fields: Any) -> NoReturn:
    """The verb is not allowed to this person now."""
    raise SheetRefused(code, sheet=sheet.ref, verb=verb, **fields)


def own_task(sheet: Sheet, hand: Hand, verb: str, *kinds: str) -> Task:
    """The task on which the person acts.

    Raises:
        SheetRefused: ``sheet_status`` where the sheet has ended, ``task_gone`` where others were quicker,
        ``no_task`` where there never was one.
    """
    found = hand.tasks(sheet, *kinds)
    if found:
        return found[0]
    if not sheet.is_open and sheet.status != "done":
        refuse(sheet, verb, "sheet_status", status=sheet.status)
    had = [task for task in sheet.tasks if task.kind in kinds and hand.acts_for(task.user_id, sheet.move)]
    waiting = [task for task in had if task.state == "waiting"]
    refuse(sheet, verb, "not_your_turn" if waiting else "task_gone" if had else "no_task")


def written_by(sheet: Sheet, *users: str | None) -> bool:
    """Whether one of them has had a hand in the draft."""
    return any(user in sheet.authors for user in users if user is not None)


def act(sheet: Sheet, hand: Hand, verb: str, task: Task | None = None, opinion: str = "", **data: Any) -> None:
    """Notes what the person has done."""
    owner = task.user_id if task is not None and task.user_id != hand.actor.user_id else hand.actor.on_behalf_of
    if task is not None:
        data = {"task": task.no} | data
    sheet.acts.append(Act(verb, hand.actor, hand.on, sheet.content_hash, owner, opinion, data))


def settle(task: Task, hand: Hand, verdict: str) -> None:
    """The task is done, and by whom."""
    task.state, task.verdict, task.acted_by, task.saved = "done", verdict, hand.actor.user_id, None
    task.done_at = hand.at
    task.opened_at = task.opened_at or hand.at


def people(sheet: Sheet, hand: Hand, verb: str, users: Sequence[str]) -> list[Actor]:
    """The people of these ids who are at work today.

    Raises:
        BadData: all who are not there, and who is named twice.
    """
    faults = []
    found = []
    for place, user in enumerate(users, 1):
        person = hand.directory.person(user, hand.on)
        if person is None:
            faults.append({"field": "to", "problem": "unknown_person", "value": user})
        elif user in users[: place - 1]:
            faults.append({"field": "to", "problem": "twice", "value": user})
        else:
            found.append(person)
    if faults:
        raise BadData(*faults)
    return found


def check_signer(sheet: Sheet, hand: Hand, verb: str, person: Actor, step: Step | None) -> None:
    """Whether the person may be given a signature to make.

    Raises:
        SheetRefused: an author, somebody without the permission or the role that the law asks for, or
        somebody who has that task already.
    """
    if written_by(sheet, person.user_id):
        refuse(sheet, verb, "signer_drafted", name=person.name or person.user_id)
    if not hand.may(person, "approve"):
        refuse(sheet, verb, "signer_may_not", name=person.name or person.user_id)
    if step is None:
        return
    if step.plan.floor and step.plan.role not in person.roles:
        refuse(sheet, verb, "signer_without_post", name=person.name or person.user_id, step=step.plan.title)
    if any(task.user_id == person.user_id for task in sheet.tasks_of(step, "open", "waiting")):
        refuse(sheet, verb, "signer_has_it", name=person.name or person.user_id)


def candidates(sheet: Sheet, hand: Hand, plan: StepPlan) -> list[Actor]:
    """Who signs a step: people at work who may approve and have written nothing of the draft."""
    if plan.people:
        named = [hand.directory.person(user, hand.on) for user in plan.people]
        found: Sequence[Actor] = [person for person in named if person is not None]
    else:
        place = {OF_AGENCY: None, OF_DRAFTER: sheet.department}.get(plan.of, plan.of)
        found = hand.directory.holders(plan.role, place, hand.on)
    chosen: dict[str, Actor] = {}
    for person in found:
        if not written_by(sheet, person.user_id) and hand.may(person, "approve"):
            chosen.setdefault(person.user_id, person)
    return list(chosen.values())
