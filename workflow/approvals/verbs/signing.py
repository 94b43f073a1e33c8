"""Verbs of a signer: approve, return, recall, give advice.

Law: 条例 art. 33 para 2.
"""

from dataclasses import replace
from typing import Annotated

from ....states.errors import SheetRefused
from ....states.procedure.fields import Label
from ...kernel.context import Actor
from ..declaration import Typed, Verb, VerbData, WithOpinion
from ..sheet import (
    ActingPerson,
    Sheet,
    Step,
    Task,
    act,
    activate,
    check_floor,
    finish_task,
    own_task,
    refuse,
    review_fault,
    rewind,
    step_on,
    written_by,
)


class Approve(VerbData):
    """Data of an approval; ``content`` is the hash of the text that the person has read, another one is refused.

    Without it a text that has been changed, or is that of a later sheet which only its case names, counts as read by
    whom ``show_sheet`` or the printed form has shown it. So does any text once the case has been amended.
    """

    content: Annotated[
        str | None, Typed("HASH"), Label("文本校验码", "office", "所看文本的校验码（sheet 命令里显示，前 12 位即可）")
    ] = None


class Return(WithOpinion):
    """Data of a return; ``to`` is the key of a step already done, or None for the drafter."""

    to: Annotated[str | None, Typed("STEP"), Label("退到环节", "office", "退到哪个已通过的环节（默认退给拟稿人）")] = (
        None
    )


def _may_approve(sheet: Sheet, acting: ActingPerson) -> Task:
    task = own_task(sheet, acting, "approve", "approve")
    check_hand(sheet, acting, task)
    check_floor(sheet, acting)
    asked = [item.name for item in sheet.tasks if item.parent_no == task.no and item.state == "open"]
    if asked:
        refuse(sheet, "approve", "advice_pending", name="、".join(asked))
    return task


def can_sign(sheet: Sheet, acting: ActingPerson, task: Task) -> bool:
    """Whether who holds a task is there and may sign for it, whoever asks."""
    person = acting.office.people.person(task.user_id, acting.on)  # as people come to sign
    if person is None:
        return False
    try:
        check_hand(sheet, replace(acting, actor=person), task)
    except SheetRefused:
        return False
    return True


def check_hand(sheet: Sheet, acting: ActingPerson, task: Task) -> None:
    """Whether the person is one to sign for that task, whatever else it waits for.

    Raises:
        SheetRefused: has written the text, may not approve, lacks the post, has signed already or the other review.
    """
    if written_by(sheet, acting.actor.user_id, task.user_id):
        refuse(sheet, "approve", "own_draft")
    step = sheet.step_of(task)
    if not acting.may_sign(acting.actor, step.plan.role):
        refuse(sheet, "approve", "may_not_approve")
    _check_post(sheet, acting, step)


def _check_post(sheet: Sheet, acting: ActingPerson, step: Step) -> None:
    """Whether the person, who may be a stand-in, is one to sign this step.

    Raises:
        SheetRefused: without the post that the law asks for; has signed the step, or the other review.
    """
    name = acting.actor.name or acting.actor.user_id
    if step.plan.floor and not acting.has_post(step.plan.role):
        refuse(sheet, "approve", "signer_without_post", name=name, step=step.plan.title)
    if acting.actor.user_id in sheet.signers_of(step):
        refuse(sheet, "approve", "signed_already", name=name, step=step.plan.title)
    if fault := review_fault(sheet, acting, step, acting.actor.user_id):
        refuse(sheet, "approve", fault, name=name)


def _post_of(acting: ActingPerson, step: Step) -> dict[str, object]:
    """What an approval notes of the post: that of a statutory step, and the acting appointment to it."""
    found: dict[str, object] = {"post": step.plan.role} if step.plan.floor else {}
    if post := acting.acting_post(step.plan.role):
        found["acting"] = {"no": post.no, "post": post.post, "basis": post.basis}
    return found


def _approve(sheet: Sheet, acting: ActingPerson, data: Approve) -> None:
    task = _may_approve(sheet, acting)
    _check_text(sheet, acting, data.content)
    finish_task(task, acting, "approve")
    task.signed = sheet.content_hash
    step = sheet.step_of(task)
    act(sheet, acting, "approve", task, data.opinion, step=step.plan.key, **_post_of(acting, step))
    step_on(sheet, acting, step)


def _check_text(sheet: Sheet, acting: ActingPerson, read: str | None) -> None:
    """Whether the person signs the text that has been read: the one named, else the one that was last shown.

    Raises:
        SheetRefused: the text is another, or one of several that may be meant and has not been shown; or the case has
        been amended since it was written, and it has not been shown again.
    """
    if read is not None and not same_text(read, sheet.content_hash):
        refuse(sheet, "approve", "content_changed")
    if not sheet.wants_mark:
        return
    named = read is not None or (sheet.revision == 1 and (sheet.named or sheet.no == 1))
    if reason := acting.office.unread(acting.actor, sheet, named=named):
        refuse(sheet, "approve", reason)


SHORTEST = 12
"""Characters of a hash by which people name a text; fewer would name others too."""


def same_text(given: str, full: str) -> bool:
    """Whether the given hash, in full or shortened as in lists, is that of the sheet's text."""
    return len(given) >= SHORTEST and full.startswith(given)


def _may_return(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "return", "approve")


def _return(sheet: Sheet, acting: ActingPerson, data: Return) -> None:
    task = _may_return(sheet, acting)
    current = sheet.step_of(task)
    target = None
    if data.to is not None:
        target = next((step for step in sheet.ordered() if step.plan.key == data.to), None)
        if target is None or target.state != "done" or target.place >= current.place:
            done = [step.plan.key for step in sheet.ordered() if step.state == "done"]
            refuse(sheet, "return", "step_not_done", step=data.to, known="、".join(done) or "（无）")
    finish_task(task, acting, "return")
    voided = rewind(sheet, acting, target or current)
    act(sheet, acting, "return", task, data.opinion, to=data.to, voided=[item.no for item in voided])
    if target is not None:
        activate(sheet, acting, target)
        return
    sheet.go("return", "return")
    drafter = acting.directory.person(sheet.drafter, acting.on)
    if drafter is None:
        sheet.trouble = "drafter_gone"
        return
    sheet.add_task("revise", drafter, acting.at)


def _may_recall(sheet: Sheet, acting: ActingPerson) -> Task | None:
    """The task that would be taken back; None where the drafter takes back the whole sheet."""
    if sheet.status != "running":
        refuse(sheet, "recall", "sheet_status", status=sheet.status)
    asked = [task for own in acting.tasks(sheet, "approve") for task in advice(sheet, own)]
    if asked:
        return _only_untouched(sheet, asked[0])
    own = [task for task in sheet.signatures() if acting.actor.user_id == task.acted_by]
    if own:
        return _last_signature(sheet, max(own, key=lambda task: (task.done_at or "", task.no)))
    if sheet.drafter != acting.actor.user_id:
        refuse(sheet, "recall", "nothing_to_recall")
    for task in sheet.tasks:
        if task.kind not in ("approve", "advise") or not (_was_read(task) or _was_done(task)):
            continue
        refuse(sheet, "recall", "next_step_touched", name=task.name, when=task.done_at or task.opened_at)
    return None


def _was_read(task: Task) -> bool:
    return task.state == "open" and task.opened_at is not None


def _was_done(task: Task) -> bool:
    return task.state == "done" and task.verdict in ("approve", "transfer", "advise")


def advice(sheet: Sheet, task: Task) -> list[Task]:
    return [item for item in sheet.tasks if item.parent_no == task.no and item.state == "open"]


def _only_untouched(sheet: Sheet, task: Task) -> Task:
    if not task.untouched:
        refuse(sheet, "recall", "next_step_touched", name=task.name, when=task.opened_at)
    return task


def _last_signature(sheet: Sheet, task: Task) -> Task:
    """The person's latest signature, if nobody after it has touched the sheet."""
    step = sheet.step_of(task)
    current = sheet.current
    if current is None or step.no not in (current.no, _before(sheet, current)):
        refuse(sheet, "recall", "step_passed", step=step.plan.title)
    for other in sheet.tasks:
        if other.kind not in ("approve", "advise") or not _comes_after(sheet, step, task, other):
            continue
        acted = other.state == "done" and other.no > task.no and other.verdict != "voided"
        if acted or (other.state in ("open", "waiting") and not other.untouched):
            refuse(sheet, "recall", "next_step_touched", name=other.name, when=other.done_at or other.opened_at)
    return task


def _comes_after(sheet: Sheet, step: Step, task: Task, other: Task) -> bool:
    if other.step_no == step.no:
        return step.plan.mode == "sequence" and other.position > task.position
    place = next((item.place for item in sheet.ordered() if item.no == other.step_no), 0)
    return place > step.place


def _before(sheet: Sheet, current: Step) -> int:
    before = [step.no for step in sheet.ordered() if step.place < current.place and step.state != "left_out"]
    return before[-1] if before else 0


def _recall(sheet: Sheet, acting: ActingPerson, data: VerbData) -> None:
    task = _may_recall(sheet, acting)
    if task is None:
        rewind(sheet, acting, None)
        act(sheet, acting, "recall", None, data.opinion)
        sheet.go("recall", "recall")
        sheet.close(acting.at, "approve", "advise", "watch")
        return
    if task.kind == "advise":
        task.state, task.done_at = "closed", acting.at
        act(sheet, acting, "recall", task, data.opinion)
        return
    step, current = sheet.step_of(task), sheet.current
    if current is not None and current.no != step.no:
        _rewind_one(sheet, acting, current)
    for passed in sheet.ordered():
        if passed.state == "left_out" and passed.place > step.place:
            passed.state = "waiting"
    task.verdict = "voided"
    for other in list(sheet.tasks_of(step, "open")):
        if step.plan.mode == "sequence":
            other.state = "waiting"
    again = sheet.add_task("approve", _owner(task), acting.at, step.no, position=task.position)
    again.opened_at = acting.at
    step.state, sheet.step_no, sheet.trouble = "active", step.no, None
    act(sheet, acting, "recall", task, data.opinion, voided=[task.no])


def _owner(task: Task) -> Actor:
    return Actor(user_id=task.user_id, name=task.name)


def _rewind_one(sheet: Sheet, acting: ActingPerson, step: Step) -> None:
    """Takes a step back to waiting if nobody has acted on it."""
    for task in sheet.tasks:
        if task.step_no == step.no and task.state in ("open", "waiting") and task.kind in ("approve", "advise"):
            task.state, task.done_at = "closed", acting.at
    step.state, step.started_on, step.level = "waiting", None, 0


def _may_advise(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "advise", "advise")


def _advise(sheet: Sheet, acting: ActingPerson, data: WithOpinion) -> None:
    task = _may_advise(sheet, acting)
    finish_task(task, acting, "advise")
    act(sheet, acting, "advise", task, data.opinion)


approve = Verb(
    name="approve",
    title="同意",
    rule="轮到自己审批，本人和所代理的人都没有参与拟稿，法定环节本人具备相应职务，拒绝公开的没有漏掉机关现在设有的审查，并且交办征求的意见已经回复；内容改过的，或者本案先前另有审批单而没有写明编号的，先查看现在的内容；拟稿以后本案有更正的，重新查看",
    order=60,
    data=Approve,
    check=_may_approve,
    do=_approve,
    on_form=True,
)
send_back = Verb(
    name="return",
    title="退回",
    rule="轮到自己审批；退给拟稿人，或者退到已经通过的环节，必须写明意见",
    order=70,
    data=Return,
    check=_may_return,
    do=_return,
    on_form=True,
)
recall = Verb(
    name="recall",
    title="撤回",
    rule="下一环节还没有人看过或者办过",
    order=80,
    data=VerbData,
    check=_may_recall,
    do=_recall,
)
advise = Verb(
    name="advise",
    title="回复委派",
    rule="别人委派自己提出意见；必须写明意见",
    order=110,
    data=WithOpinion,
    check=_may_advise,
    do=_advise,
    on_form=True,
)
