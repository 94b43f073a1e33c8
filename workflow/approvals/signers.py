"""Who may be given a signature, a draft or a copy on a sheet."""

from collections.abc import Sequence

from ...states.errors import BadData
from ..kernel.context import Actor
from .sheet import ActingPerson, Sheet, Step, refuse, review_fault, written_by


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
    if not acting.may(person, "approve"):
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


def check_drafter(sheet: Sheet, acting: ActingPerson, verb: str, person: Actor) -> None:
    """Whether the person may take over the draft: who has signed it, or is to sign it, may not.

    Raises:
        SheetRefused.
    """
    if not acting.may(person, "propose"):
        refuse(sheet, verb, "signer_may_not", name=person.name or person.user_id)
    signs = [task for task in sheet.tasks if task.kind == "approve" and (task.is_signature or task.state != "done")]
    if any(person.user_id in (task.user_id, task.acted_by) for task in signs if task.state != "closed"):
        refuse(sheet, verb, "drafter_signs", name=person.name or person.user_id)


def new_drafter(sheet: Sheet, person: Actor) -> None:
    """The draft has another drafter from now on; the earlier ones stay authors."""
    sheet.drafter, sheet.drafter_name = person.user_id, person.name or person.user_id
    if person.user_id not in sheet.authors:
        sheet.authors.append(person.user_id)
