"""Verbs that end a sheet or get a stuck one moving: void, complete, assign, and affixing the seal.

Law: 条例 art. 17.
"""

from typing import Annotated

from ....states.procedure.fields import Label, Text
from ...kernel.context import Actor
from ..declaration import Typed, Verb, VerbData, WithOpinion
from ..sheet import (
    ActingPerson,
    Sheet,
    Step,
    Task,
    act,
    candidates,
    finish_task,
    leave_out,
    only_other_reviewers,
    refuse,
    step_on,
)
from ..signers import check_drafter, check_signer, new_drafter, people
from .passing import ToOneWithOpinion
from .signing import can_sign, same_text


class AffixSeal(VerbData):
    """Data of 用印; ``content`` is the hash of the text that is sealed."""

    content: Annotated[
        Text, Typed("HASH"), Label("文本校验码", "office", "所看文本的校验码（sheet 命令里显示，前 12 位即可）")
    ]


def _may_void(sheet: Sheet, acting: ActingPerson) -> None:
    if not sheet.can("void"):
        refuse(sheet, "void", "sheet_status", status=sheet.status)
    if sheet.drafter != acting.actor.user_id and not acting.may(acting.actor, "administer"):
        refuse(sheet, "void", "not_the_drafter")


def _void(sheet: Sheet, acting: ActingPerson, data: VerbData) -> None:
    _may_void(sheet, acting)
    _end(sheet, acting, "void", data.opinion)


def _end(sheet: Sheet, acting: ActingPerson, verb: str, opinion: str) -> None:
    sheet.go(verb, verb)
    act(sheet, acting, verb, None, opinion)
    sheet.close(acting.at)
    sheet.step_no, sheet.trouble, sheet.closed_at = 0, None, acting.at


def _may_complete(sheet: Sheet, acting: ActingPerson) -> None:
    if not sheet.can("complete"):
        refuse(sheet, "complete", "sheet_status", status=sheet.status)
    if not acting.may(acting.actor, "administer"):
        refuse(sheet, "complete", "not_an_administrator")


def _complete(sheet: Sheet, acting: ActingPerson, data: WithOpinion) -> None:
    _may_complete(sheet, acting)
    _end(sheet, acting, "complete", data.opinion)


def _may_assign(sheet: Sheet, acting: ActingPerson) -> None:
    if not acting.may(acting.actor, "administer"):
        refuse(sheet, "assign", "not_an_administrator")
    if sheet.status not in ("running", "returned") and sheet.trouble is None:
        refuse(sheet, "assign", "sheet_status", status=sheet.status)
    if sheet.trouble is None and any(_at_work(sheet, acting, task) for task in sheet.tasks if task.box == "todo"):
        refuse(sheet, "assign", "not_stuck")


def _at_work(sheet: Sheet, acting: ActingPerson, task: Task) -> bool:
    if task.state != "open":
        return False
    if task.kind == "approve":
        return can_sign(sheet, acting, task)
    person = acting.directory.person(task.user_id, acting.on)
    return person is not None and (task.kind != "revise" or acting.sees(person, sheet))


def _assign(sheet: Sheet, acting: ActingPerson, data: ToOneWithOpinion) -> None:
    """An administrator names a person for a step on which nobody can act; the legal minimum still applies."""
    _may_assign(sheet, acting)
    (person,) = people(sheet, acting, "assign", [data.to])
    step = sheet.current
    noted: dict[str, object] = {}
    if sheet.status == "running" and step is not None:
        if _goes_on_without(sheet, acting, step, data):
            return
        _assign_signer(sheet, acting, person, step)
    elif sheet.status == "returned":
        noted = _reassign_draft(sheet, acting, person)
    else:
        if not acting.may(person, "seal"):
            refuse(sheet, "assign", "signer_may_not", name=person.name)
        sheet.add_task("seal", person, acting.at)
    sheet.trouble = None
    act(sheet, acting, "assign", None, data.opinion, to=person.user_id, step=step.plan.key if step else None, **noted)


def _assign_signer(sheet: Sheet, acting: ActingPerson, person: Actor, step: Step) -> None:
    check_signer(sheet, acting, "assign", person, step)
    gone = _close_gone(sheet, acting, step)
    position = max((task.position for task in sheet.tasks_of(step, "done")), default=-1) + 1
    behind = step.plan.mode == "sequence" and any(sheet.tasks_of(step, "open"))
    sheet.add_task(
        "approve",
        person,
        acting.at,
        step.no,
        position=gone[0].position if gone else position,
        state="waiting" if behind else "open",
    )


def _close_gone(sheet: Sheet, acting: ActingPerson, step: Step) -> list[Task]:
    """Takes their tasks from those who have left or no longer hold the post."""
    gone = [task for task in sheet.tasks_of(step, "open") if not _at_work(sheet, acting, task)]
    for task in gone:
        task.state, task.done_at = "closed", acting.at
    return gone


def _goes_on_without(sheet: Sheet, acting: ActingPerson, step: Step, data: ToOneWithOpinion) -> bool:
    """Whether nobody is left whom the law would let sign: then the step needs nobody more, and the sheet goes on.

    So it is where all who hold the post have signed the other review, or have signed this step before others left.
    """
    reviewers = only_other_reviewers(sheet, acting, step)
    holders = {person.user_id for person in candidates(sheet, acting, step.plan)}
    signed = step.plan.floor and bool(holders) and holders <= sheet.signers_of(step)
    if not reviewers and not signed:
        return False
    for task in list(sheet.tasks_of(step, "open", "waiting")):
        task.state, task.done_at = "closed", acting.at
    act(sheet, acting, "assign", None, data.opinion, to=data.to, step=step.plan.key)
    if reviewers:
        leave_out(sheet, acting, step, reviewers)
    else:
        sheet.trouble = None
        step_on(sheet, acting, step)
    return True


def _reassign_draft(sheet: Sheet, acting: ActingPerson, person: Actor) -> dict[str, object]:
    check_drafter(sheet, acting, "assign", person)
    sheet.close(acting.at, "revise")
    sheet.add_task("revise", person, acting.at)
    return new_drafter(sheet, acting, person)


def _may_affix_seal(sheet: Sheet, acting: ActingPerson) -> Task | None:
    if sheet.status != "done":
        refuse(sheet, "seal", "not_approved_yet", status=sheet.status)
    if sheet.sealed_hash is not None:
        refuse(sheet, "seal", "sealed_already")
    if not acting.may(acting.actor, "seal"):
        refuse(sheet, "seal", "may_not_seal")
    return next(iter(acting.tasks(sheet, "seal")), None)


def _affix_seal(sheet: Sheet, acting: ActingPerson, data: AffixSeal) -> None:
    task = _may_affix_seal(sheet, acting)
    full = sheet.content_hash
    if not same_text(data.content, full) or any(item.signed != full for item in sheet.signatures()):
        refuse(sheet, "seal", "seal_of_another_text")
    sheet.sealed_hash = full
    if task is not None:
        finish_task(task, acting, "seal")
    sheet.close(acting.at, "seal")
    sheet.trouble = None
    act(sheet, acting, "seal", task, data.opinion)


void = Verb(
    name="void",
    title="作废",
    rule="尚未办结的审批单，由拟稿人或者管理员作废",
    order=150,
    data=VerbData,
    check=_may_void,
    do=_void,
    for_others=True,
)
complete = Verb(
    name="complete",
    title="特殊办结",
    rule="尚未办结的审批单，由管理员特殊办结，必须写明原因；事项本身不会因此办理",
    order=160,
    data=WithOpinion,
    check=_may_complete,
    do=_complete,
    for_others=True,
    on_form=True,
)
assign = Verb(
    name="assign",
    title="指定办理人",
    rule="审批停住无人可办时，由管理员指定办理人，必须写明原因；法定环节仍须由具备相应职务的人办理",
    order=170,
    data=ToOneWithOpinion,
    check=_may_assign,
    do=_assign,
    for_others=True,
)
affix_seal = Verb(
    name="seal",
    title="用印",
    rule="已经办结并且还没有用印，用印的文本就是审批同意的文本，由有用印权限的人办理",
    order=180,
    data=AffixSeal,
    check=_may_affix_seal,
    do=_affix_seal,
    on_form=True,
)
