"""Verbs that involve other people: transfer, delegate, add a signer or take one out again, copy."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ....states.procedure.fields import Choice, Label, Text
from ...kernel.context import Actor
from ..declaration import Typed, Verb, VerbData, VerbEntry, WithOpinion
from ..procedure import Mode, StepPlan
from ..sheet import ActingPerson, Sheet, Step, Task, act, activate, begin, finish_task, own_task, refuse, takes_part
from ..signers import check_drafter, check_signer, new_drafter, people
from .signing import advice


def _as_list(value: object) -> object:
    return value.replace("，", ",").split(",") if isinstance(value, str) else value


People = Annotated[list[Text], BeforeValidator(_as_list), Typed("USER"), Field(min_length=1, max_length=200)]
WHERE = Choice(before="加在自己之前", after="加在自己之后")
MODE = Choice(any="任一人签即可", all="全部会签", sequence="依次签")


class ToOne(VerbData):
    """One other person, to be asked for advice."""

    to: Annotated[Text, Typed("USER"), Label("对方", "office", "对方的人员编号")]


class ToOneWithOpinion(WithOpinion):
    """One other person who takes over, and why."""

    to: Annotated[Text, Typed("USER"), Label("对方", "office", "对方的人员编号")]


class ToMany(VerbData):
    """Several people who get a copy to read."""

    to: Annotated[People, Label("人员", "office", "人员编号，可以重复")]


class RemoveSigner(VerbData):
    """Several people whom the person added and who are not to sign after all."""

    to: Annotated[People, Typed("USER"), Label("人员", "office", "自己加签的人的编号，可以重复")]


class AddSigner(ToMany):
    """Several people who are to sign before or after the person."""

    where: Annotated[
        Literal["before", "after"],
        WHERE,
        Label("位置", "office", "加在自己之前（before，默认）还是之后（after）"),
    ] = "before"
    mode: Annotated[Mode, MODE, Label("会签方式", "office", "any 任一人、all 全部（默认）、sequence 依次")] = "all"


def _may_transfer(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "transfer", "approve", "advise", "seal", "revise")


def _transfer(sheet: Sheet, acting: ActingPerson, data: ToOneWithOpinion) -> None:
    task = _may_transfer(sheet, acting)
    (person,) = people(sheet, acting, "transfer", [data.to])
    _check_receiver(sheet, acting, "transfer", task, person)
    finish_task(task, acting, "transfer")
    _give(sheet, acting, task, person)
    noted = new_drafter(sheet, acting, person) if task.kind == "revise" else {}
    act(sheet, acting, "transfer", task, data.opinion, to=person.user_id, **noted)


def _check_receiver(sheet: Sheet, acting: ActingPerson, verb: str, task: Task, person: Actor) -> None:
    if person.user_id == task.user_id:
        refuse(sheet, verb, "signer_has_it", name=person.name)
    if task.kind == "approve":
        check_signer(sheet, acting, verb, person, sheet.step_of(task))
    elif task.kind == "seal" and not acting.may(person, "seal"):
        refuse(sheet, verb, "signer_may_not", name=person.name)
    elif task.kind == "revise":
        check_drafter(sheet, acting, verb, person)


def _give(sheet: Sheet, acting: ActingPerson, task: Task, person: Actor) -> None:
    """Passes a task to another person together with the advice asked of others."""
    given = sheet.add_task(task.kind, person, acting.at, task.step_no, position=task.position, parent_no=task.parent_no)
    for asked in sheet.tasks:
        if asked.parent_no == task.no and asked.no != given.no:
            asked.parent_no = given.no


def _may_delegate(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "delegate", "approve")


def _delegate(sheet: Sheet, acting: ActingPerson, data: ToOne) -> None:
    task = _may_delegate(sheet, acting)
    (person,) = people(sheet, acting, "delegate", [data.to])
    if acting.acts_for(person.user_id, sheet.move) or any(item.user_id == data.to for item in advice(sheet, task)):
        refuse(sheet, "delegate", "signer_has_it", name=person.name)
    task.opened_at = task.opened_at or acting.at
    sheet.add_task("advise", person, acting.at, task.step_no, parent_no=task.no)
    act(sheet, acting, "delegate", task, data.opinion, to=person.user_id)


def _may_add(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "add_signer", "approve")


def _add_signer(sheet: Sheet, acting: ActingPerson, data: AddSigner) -> None:
    task = _may_add(sheet, acting)
    step = sheet.step_of(task)
    chosen = people(sheet, acting, "add_signer", data.to)
    for person in chosen:
        check_signer(sheet, acting, "add_signer", person, None)
        if acting.acts_for(person.user_id, sheet.move):
            refuse(sheet, "add_signer", "signer_has_it", name=person.name)
    place = step.place if data.where == "before" else step.place + 1
    key = f"added_{len(sheet.steps) + 1}"
    plan = StepPlan(
        key=key,
        title=_title(person.name or person.user_id for person in chosen),
        people=tuple(data.to),
        mode=data.mode,
        share=1,
        added_by=acting.actor.user_id,
    )
    added = sheet.add_step(plan, place)
    act(sheet, acting, "add_signer", task, data.opinion, to=list(data.to), where=data.where, step=key)
    task.opened_at = task.opened_at or acting.at
    if data.where == "before":
        for item in sheet.tasks_of(step, "open"):
            item.state = "waiting"
        step.state = "waiting"
        activate(sheet, acting, added)


def _title(names: Iterable[str]) -> str:
    return f"加签：{'、'.join(names)}"[:60]


def _may_remove(sheet: Sheet, acting: ActingPerson) -> list[Step]:
    """The steps in which the person has added signers who have not all signed."""
    if sheet.status != "running":
        refuse(sheet, "remove_signer", "sheet_status", status=sheet.status)
    added = [step for step in sheet.ordered() if step.plan.added_by == acting.actor.user_id]
    if not added:
        refuse(sheet, "remove_signer", "added_nobody")
    going = [step for step in added if step.state in ("waiting", "active")]
    if not going:
        refuse(sheet, "remove_signer", "added_have_signed")
    return going


def _remove_signer(sheet: Sheet, acting: ActingPerson, data: RemoveSigner) -> None:
    going = _may_remove(sheet, acting)
    steps = {user: next((step for step in going if user in step.plan.people), None) for user in data.to}
    for user, step in steps.items():
        name = next((task.name for task in sheet.tasks if task.user_id == user), user)
        if step is None:
            refuse(sheet, "remove_signer", "not_added", name=name)
        if _has_acted(sheet, step, user):
            refuse(sheet, "remove_signer", "added_has_acted", name=name)
    act(sheet, acting, "remove_signer", None, data.opinion, to=list(data.to))
    for step in going:
        gone = [user for user in steps if steps[user] is step]
        if gone:
            _take_out(sheet, acting, step, gone)


def _has_acted(sheet: Sheet, step: Step, user: str) -> bool:
    """Whether an added signer has signed, passed the task on, asked for advice or added somebody; reading is no act."""
    tasks = [task for task in sheet.tasks if task.step_no == step.no and user in (task.user_id, task.acted_by)]
    done = any(task.kind == "approve" and task.state == "done" and task.verdict != "voided" for task in tasks)
    asked = any(item.parent_no == task.no for task in tasks for item in sheet.tasks if task.state == "open")
    return done or asked or any(item.plan.added_by == user for item in sheet.ordered())


def _take_out(sheet: Sheet, acting: ActingPerson, step: Step, gone: list[str]) -> None:
    """Takes people out of an added step; where nobody else was in it, the sheet goes on as if it had not been added."""
    for task in list(sheet.tasks_of(step, "open", "waiting")):
        if task.user_id in gone:
            task.state, task.done_at = "closed", acting.at
    left = tuple(user for user in step.plan.people if user not in gone)
    people_left = [acting.directory.person(user, acting.on) for user in left]
    names = [person.name or person.user_id for person in people_left if person is not None]
    if left:
        step.plan = step.plan.model_copy(update={"people": left, "title": _title(names or left)})
    else:
        step.state = "dropped"
    if sheet.step_no != step.no:
        return
    going = list(sheet.tasks_of(step, "open", "waiting"))
    if not going and sheet.signers_of(step):
        step.state = "done"
    if step.state == "active":
        if step.plan.mode == "sequence" and going:
            going[0].state = "open"
        if len(going) + len(sheet.signers_of(step)) >= len(left):
            sheet.trouble = None
        return
    sheet.step_no, sheet.trouble = 0, None
    begin(sheet, acting)


def _may_copy(sheet: Sheet, acting: ActingPerson) -> None:
    if not takes_part(sheet, acting):
        refuse(sheet, "copy", "not_taking_part")


def _copy(sheet: Sheet, acting: ActingPerson, data: ToMany) -> None:
    _may_copy(sheet, acting)
    for person in people(sheet, acting, "copy", data.to):
        has = [task for task in sheet.tasks if task.kind == "read" and task.user_id == person.user_id]
        if all(task.state != "open" for task in has):
            sheet.add_task("read", person, acting.at)
    act(sheet, acting, "copy", None, data.opinion, to=list(data.to))


transfer = Verb(
    name="transfer",
    title="转办",
    rule="审批单在自己的待办里；接手的人没有参与拟稿、有相应权限，法定环节还须具备相应职务，必须写明意见",
    order=90,
    data=ToOneWithOpinion,
    check=_may_transfer,
    do=_transfer,
    on_form=True,
)
delegate = Verb(
    name="delegate",
    title="委派",
    rule="轮到自己审批；请别人提出意见，对方回复以后仍由自己审批",
    order=100,
    data=ToOne,
    check=_may_delegate,
    do=_delegate,
)
add_signer = Verb(
    name="add_signer",
    title="加签",
    rule="轮到自己审批；加签的人没有参与拟稿并且有审批权限，可以加在自己之前或者之后",
    order=120,
    data=AddSigner,
    check=_may_add,
    do=_add_signer,
)
remove_signer = Verb(
    name="remove_signer",
    title="减签",
    rule="谁加签的由谁减签，加签的人还没有办理；看过还不算办理",
    order=125,
    data=RemoveSigner,
    check=_may_remove,
    do=_remove_signer,
    description="撤去自己加签而还没有办理的人",
)
copy = Verb(
    name="copy",
    title="抄送",
    rule="拟稿人和办理过审批单的人可以抄送给本机关的人",
    order=130,
    data=ToMany,
    check=_may_copy,
    do=_copy,
)
substitute = VerbEntry(
    name="substitute",
    title="委托",
    rule="本人或者管理员可以委托有审批权限的人在一段时间内代为办理，可以限定事项",
    order=190,
    description="谁在什么时间代谁办理",
)
acting = VerbEntry(
    name="acting",
    title="代理职务",
    rule="管理员写明依据，可以登记某人在一段时间内代理某一职务；代理人以该职务签字，审批单和审批表写明代理及其依据",
    order=195,
    description="谁在什么时间代理什么职务，依据是什么",
)
handover = VerbEntry(
    name="handover",
    title="交接",
    rule="本人或者管理员可以把离岗人员的待办和草稿移交给接手的人，必须写明原因",
    order=200,
    description="把离岗人员的待办和草稿移交给别人",
)
