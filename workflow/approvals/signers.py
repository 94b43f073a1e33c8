"""Who may be given a signature, a draft or a copy on a sheet."""

from collections.abc import Sequence

from ...states.errors import BadData
from ..kernel.context import Actor
from .procedure import OF_DRAFTER
from .sheet import ActingPerson, Sheet, Step, begin, candidates, refuse, review_fault, rewind, written_by


def people(sheet: Sheet, acting: ActingPerson, verb: str, users: Sequence[str]) -> list[Actor]:
    """The people of these ids who are at work today.

    Raises:
        BadData: all who are not there, and who is named twice.
    """
    faults = []
    found = []
    for place, user in enumerate(users, 1):
        person = acting.directory.person(user, acting.on)
        if person is None:
            faults.append({"field": "to", "problem": "unknown_person", "value": user})
        elif user in users[: place - 1]:
            faults.append({"field": "to", "problem": "twice", "value": user})
        else:
            found.append(person)
    if faults:
        raise BadData(*faults)
    return found


def check_signer(sheet: Sheet, acting: ActingPerson, verb: str, person: Actor, step: Step | None) -> None:
    """Whether the person may be given a signature to make.

    Raises:
        SheetRefused: an author, somebody without the permission or the role that the law asks for, somebody
        who has that task or has signed that step already, or who would sign both reviews.
    """
    name = person.name or person.user_id
    if written_by(sheet, person.user_id):
        refuse(sheet, verb, "signer_drafted", name=name)
    if not acting.may_sign(person, step.plan.role if step is not None else ""):
        refuse(sheet, verb, "signer_may_not", name=name)
    if step is None:
        return
    if step.plan.floor and step.plan.role not in person.roles:
        refuse(sheet, verb, "signer_without_post", name=name, step=step.plan.title)
    if any(task.user_id == person.user_id for task in sheet.tasks_of(step, "open", "waiting")):
        refuse(sheet, verb, "signer_has_it", name=name)
    if person.user_id in sheet.signers_of(step):
        refuse(sheet, verb, "signed_already", name=name, step=step.plan.title)
    if fault := review_fault(sheet, acting, step, person.user_id):
        refuse(sheet, verb, fault, name=name)


def check_receiver_sees(sheet: Sheet, acting: ActingPerson, verb: str, person: Actor) -> None:
    """Whether the person, who is to take over, sees the case.

    Raises:
        SheetRefused.
    """
    if not acting.sees(person, sheet):
        refuse(sheet, verb, "receiver_without_sight", name=person.name or person.user_id)


def check_drafter(sheet: Sheet, acting: ActingPerson, verb: str, person: Actor) -> None:
    """Whether the person may take over the draft: who sees the case, has not signed it, and is not the one to sign it.

    Raises:
        SheetRefused.
    """
    check_receiver_sees(sheet, acting, verb, person)
    if not acting.may(person, "propose"):
        refuse(sheet, verb, "signer_may_not", name=person.name or person.user_id)
    signs = [task for task in sheet.tasks if task.kind == "approve" and (task.is_signature or task.state != "done")]
    if any(person.user_id in (task.user_id, task.acted_by) for task in signs if task.state != "closed"):
        refuse(sheet, verb, "drafter_signs", name=person.name or person.user_id)
    for step in sheet.ordered():
        if step.state not in ("done", "left_out") and _would_lose_its_signer(sheet, acting, step, person):
            refuse(sheet, verb, "drafter_alone_signs", name=person.name or person.user_id, step=step.plan.title)


def _would_lose_its_signer(sheet: Sheet, acting: ActingPerson, step: Step, person: Actor) -> bool:
    """Whether the person is the only one who can sign a step; nobody signs what they have drafted."""
    able = {item.user_id for item in candidates(sheet, acting, step.plan)}
    return able == {person.user_id}


def new_drafter(sheet: Sheet, acting: ActingPerson, person: Actor) -> dict[str, object]:
    """The draft has another drafter from now on, the earlier ones stay authors; returns what the act is to note.

    Where the drafter's department signs, and that is another one now, the signatures are void and it begins again.
    """
    sheet.drafter, sheet.drafter_name = person.user_id, person.name or person.user_id
    if person.user_id not in sheet.authors:
        sheet.authors.append(person.user_id)
    noted: dict[str, object] = {"drafter": person.user_id}
    moved, sheet.department = sheet.department != person.department, person.department
    if moved and any(step.plan.of == OF_DRAFTER for step in sheet.ordered()):
        noted["voided"] = [task.no for task in rewind(sheet, acting, None)]
        if sheet.status == "running":
            begin(sheet, acting)
    return noted
