"""What can be done with an approval sheet: each verb with its precondition and its effect.

A verb is a pure function of the sheet and the hand; nothing is stored here. ``check`` says whether the
verb is allowed at all, ``do`` carries it out. The Chinese sentence that states the precondition is
``verb_rule_<verb>`` in the catalogue, and each is a rule of ``features/14_内部审批.feature``.

Law: 条例 arts. 17, 33 para 2.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ..kernel.context import Actor
from .flow import activate, begin, rewind, step_on
from .hand import Hand, act, check_signer, own_task, people, refuse, settle, written_by
from .sheet import Sheet, Step, Task, Urge
from .template import StepPlan


def _as_list(value: Any) -> Any:
    return value.replace("，", ",").split(",") if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1, max_length=20_000)]
People = Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1, max_length=200)]


class Plain(BaseModel):
    """An opinion, if one is given."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)
    opinion: str = Field(default="", max_length=20_000)


class WithOpinion(Plain):
    """An opinion that must be given."""

    opinion: Text


class Approve(Plain):
    """``content`` is the hash of what the person has read; another one is refused."""

    content: str | None = None


class Return(WithOpinion):
    """``to`` is the key of a step already done; none means to the drafter."""

    to: str | None = None


class ToOne(Plain):
    """Somebody else is asked."""

    to: Text


class ToOneWithOpinion(WithOpinion):
    """Somebody else takes over."""

    to: Text


class ToMany(Plain):
    """Several people are told."""

    to: People


class AddSigner(ToMany):
    """Several people sign before the person or after."""

    where: Literal["before", "after"] = "before"
    mode: Literal["any", "all", "sequence"] = "all"


class Seal(Plain):
    """``content`` is the hash of what the seal is put on."""

    content: Text


def _may_approve(sheet: Sheet, hand: Hand) -> Task:
    task = own_task(sheet, hand, "approve", "approve")
    if written_by(sheet, hand.actor.user_id, task.user_id):
        refuse(sheet, "approve", "own_draft")
    if not hand.may(hand.actor, "approve"):
        refuse(sheet, "approve", "may_not_approve")
    asked = [item.name for item in sheet.tasks if item.parent_no == task.no and item.state == "open"]
    if asked:
        refuse(sheet, "approve", "advice_pending", name="、".join(asked))
    return task


def _approve(sheet: Sheet, hand: Hand, data: Approve) -> None:
    task = _may_approve(sheet, hand)
    if data.content is not None and not same_text(data.content, sheet.content_hash):
        refuse(sheet, "approve", "content_changed")
    settle(task, hand, "approve")
    task.signed = sheet.content_hash
    act(sheet, hand, "approve", task, data.opinion, step=_step_of(sheet, task).plan.key)
    step_on(sheet, hand, _step_of(sheet, task))


SHORTEST = 12
"""Characters of a hash by which people name a text; fewer would name others too."""


def same_text(given: str, full: str) -> bool:
    """Whether somebody means that text: its whole hash, or the beginning that lists print."""
    return len(given) >= SHORTEST and full.startswith(given)


def _step_of(sheet: Sheet, task: Task) -> Step:
    return next(step for step in sheet.steps if step.no == task.step_no)


def _may_return(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "return", "approve")


def _return(sheet: Sheet, hand: Hand, data: Return) -> None:
    task = _may_return(sheet, hand)
    current = _step_of(sheet, task)
    target = None
    if data.to is not None:
        target = next((step for step in sheet.ordered() if step.plan.key == data.to), None)
        if target is None or target.state != "done" or target.place >= current.place:
            done = [step.plan.key for step in sheet.ordered() if step.state == "done"]
            refuse(sheet, "return", "step_not_done", step=data.to, known="、".join(done) or "（无）")
    settle(task, hand, "return")
    voided = rewind(sheet, hand, target or current)
    act(sheet, hand, "return", task, data.opinion, to=data.to, voided=[item.no for item in voided])
    if target is not None:
        activate(sheet, hand, target)
        return
    sheet.go("return", "return")
    drafter = hand.directory.person(sheet.drafter, hand.on)
    if drafter is None:
        sheet.trouble = "drafter_gone"
        return
    sheet.add_task("revise", drafter, hand.at)


def _may_recall(sheet: Sheet, hand: Hand) -> Task | None:
    """The task that would be taken back; None where the drafter takes back the whole sheet."""
    if sheet.status != "running":
        refuse(sheet, "recall", "sheet_status", status=sheet.status)
    asked = [task for own in hand.tasks(sheet, "approve") for task in _advice(sheet, own)]
    if asked:
        return _only_untouched(sheet, asked[0])
    own = [task for task in sheet.signatures() if hand.actor.user_id == task.acted_by]
    if own:
        return _last_signature(sheet, max(own, key=lambda task: (task.done_at or "", task.no)))
    if sheet.drafter != hand.actor.user_id:
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


def _advice(sheet: Sheet, task: Task) -> list[Task]:
    return [item for item in sheet.tasks if item.parent_no == task.no and item.state == "open"]


def _only_untouched(sheet: Sheet, task: Task) -> Task:
    if not task.untouched:
        refuse(sheet, "recall", "next_step_touched", name=task.name, when=task.opened_at)
    return task


def _last_signature(sheet: Sheet, task: Task) -> Task:
    """The person's latest signature, if nobody after it has touched the sheet."""
    step = _step_of(sheet, task)
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
    before = [step.no for step in sheet.ordered() if step.place < current.place]
    return before[-1] if before else 0


def _recall(sheet: Sheet, hand: Hand, data: Plain) -> None:
    task = _may_recall(sheet, hand)
    if task is None:
        rewind(sheet, hand, None)
        act(sheet, hand, "recall", None, data.opinion)
        sheet.go("recall", "recall")
        sheet.close(hand.at, "approve", "advise", "watch")
        return
    if task.kind == "advise":
        task.state, task.done_at = "closed", hand.at
        act(sheet, hand, "recall", task, data.opinion)
        return
    step, current = _step_of(sheet, task), sheet.current
    if current is not None and current.no != step.no:
        rewind_one(sheet, hand, current)
    task.verdict = "voided"
    for other in list(sheet.tasks_of(step, "open")):
        if step.plan.mode == "sequence":
            other.state = "waiting"
    again = sheet.add_task("approve", _owner(task), hand.at, step.no, position=task.position)
    again.opened_at = hand.at
    step.state, sheet.step_no, sheet.trouble = "active", step.no, None
    act(sheet, hand, "recall", task, data.opinion, voided=[task.no])


def _owner(task: Task) -> Actor:
    return Actor(user_id=task.user_id, name=task.name)


def rewind_one(sheet: Sheet, hand: Hand, step: Step) -> None:
    """Takes back the turn of a step in which nobody has done anything."""
    for task in sheet.tasks:
        if task.step_no == step.no and task.state in ("open", "waiting") and task.kind in ("approve", "advise"):
            task.state, task.done_at = "closed", hand.at
    step.state, step.started_on, step.level = "waiting", None, 0


def _may_transfer(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "transfer", "approve", "advise", "seal", "revise")


def _transfer(sheet: Sheet, hand: Hand, data: ToOneWithOpinion) -> None:
    task = _may_transfer(sheet, hand)
    (person,) = people(sheet, hand, "transfer", [data.to])
    _check_receiver(sheet, hand, "transfer", task, person)
    settle(task, hand, "transfer")
    _give(sheet, hand, task, person)
    drafter = {"drafter": person.user_id} if task.kind == "revise" else {}
    act(sheet, hand, "transfer", task, data.opinion, to=person.user_id, **drafter)


def _check_receiver(sheet: Sheet, hand: Hand, verb: str, task: Task, person: Actor) -> None:
    if person.user_id == task.user_id:
        refuse(sheet, verb, "signer_has_it", name=person.name)
    if task.kind == "approve":
        check_signer(sheet, hand, verb, person, _step_of(sheet, task))
    elif task.kind == "seal" and not hand.may(person, "seal"):
        refuse(sheet, verb, "signer_may_not", name=person.name)
    elif task.kind == "revise":
        check_drafter(sheet, hand, verb, person)


def _give(sheet: Sheet, hand: Hand, task: Task, person: Actor) -> Task:
    """Puts a task into other hands, with those whom its holder has asked; a draft changes its drafter."""
    given = sheet.add_task(task.kind, person, hand.at, task.step_no, position=task.position, parent_no=task.parent_no)
    for asked in sheet.tasks:
        if asked.parent_no == task.no and asked.no != given.no:
            asked.parent_no = given.no
    if task.kind == "revise":
        new_drafter(sheet, person)
    return given


def new_drafter(sheet: Sheet, person: Actor) -> None:
    """The draft has another drafter from now on; the earlier ones stay authors."""
    sheet.drafter, sheet.drafter_name = person.user_id, person.name or person.user_id
    if person.user_id not in sheet.authors:
        sheet.authors.append(person.user_id)


def _may_delegate(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "delegate", "approve")


def _delegate(sheet: Sheet, hand: Hand, data: ToOne) -> None:
    task = _may_delegate(sheet, hand)
    (person,) = people(sheet, hand, "delegate", [data.to])
    if hand.acts_for(person.user_id, sheet.move) or any(item.user_id == data.to for item in _advice(sheet, task)):
        refuse(sheet, "delegate", "signer_has_it", name=person.name)
    task.opened_at = task.opened_at or hand.at
    sheet.add_task("advise", person, hand.at, task.step_no, parent_no=task.no)
    act(sheet, hand, "delegate", task, data.opinion, to=person.user_id)


def _may_advise(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "advise", "advise")


def _advise(sheet: Sheet, hand: Hand, data: WithOpinion) -> None:
    task = _may_advise(sheet, hand)
    settle(task, hand, "advise")
    act(sheet, hand, "advise", task, data.opinion)


def _may_add(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "add_signer", "approve")


def _add_signer(sheet: Sheet, hand: Hand, data: AddSigner) -> None:
    task = _may_add(sheet, hand)
    step = _step_of(sheet, task)
    chosen = people(sheet, hand, "add_signer", data.to)
    for person in chosen:
        check_signer(sheet, hand, "add_signer", person, None)
        if hand.acts_for(person.user_id, sheet.move):
            refuse(sheet, "add_signer", "signer_has_it", name=person.name)
    place = step.place if data.where == "before" else step.place + 1
    key = f"added_{len(sheet.steps) + 1}"
    names = "、".join(person.name or person.user_id for person in chosen)
    plan = StepPlan(
        key=key,
        title=f"加签：{names}"[:60],
        people=tuple(data.to),
        mode=data.mode,
        share=1,
        added_by=hand.actor.user_id,
    )
    added = sheet.add_step(plan, place)
    act(sheet, hand, "add_signer", task, data.opinion, to=list(data.to), where=data.where, step=key)
    task.opened_at = task.opened_at or hand.at
    if data.where == "before":
        for item in sheet.tasks_of(step, "open"):
            item.state = "waiting"
        step.state = "waiting"
        activate(sheet, hand, added)


def _may_copy(sheet: Sheet, hand: Hand) -> None:
    if not takes_part(sheet, hand):
        refuse(sheet, "copy", "not_taking_part")


def takes_part(sheet: Sheet, hand: Hand) -> bool:
    """Whether the person has drafted the sheet or has, or had, a task on it."""
    users = [sheet.drafter, *sheet.authors, *(task.user_id for task in sheet.tasks)]
    return hand.actor.user_id in users or any(hand.acts_for(user, sheet.move) for user in users)


def _copy(sheet: Sheet, hand: Hand, data: ToMany) -> None:
    _may_copy(sheet, hand)
    for person in people(sheet, hand, "copy", data.to):
        has = [task for task in sheet.tasks if task.kind == "read" and task.user_id == person.user_id]
        if all(task.state != "open" for task in has):
            sheet.add_task("read", person, hand.at)
    act(sheet, hand, "copy", None, data.opinion, to=list(data.to))


def _may_read(sheet: Sheet, hand: Hand) -> None:
    if not hand.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        refuse(sheet, "read", "no_task")


def _read(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_read(sheet, hand)
    fresh = False
    for task in hand.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        fresh = fresh or task.opened_at is None or task.box == "toread"
        task.opened_at = task.opened_at or hand.at
        if task.box == "toread":
            settle(task, hand, "read")
    if fresh:
        act(sheet, hand, "read", None, data.opinion)


def _may_save(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "save", "approve", "advise")


def _save(sheet: Sheet, hand: Hand, data: WithOpinion) -> None:
    task = _may_save(sheet, hand)
    task.saved = data.opinion
    task.opened_at = task.opened_at or hand.at


def _may_urge(sheet: Sheet, hand: Hand) -> None:
    if sheet.status != "running":
        refuse(sheet, "urge", "sheet_status", status=sheet.status)
    watches = hand.may(hand.actor, "administer") or hand.may(hand.actor, "see_all")
    if not takes_part(sheet, hand) and not watches:
        refuse(sheet, "urge", "not_taking_part")
    if sheet.urged_at is not None:
        last = sheet.urged_at
        again = datetime.fromisoformat(last) + timedelta(hours=hand.template.urge_hours)
        if datetime.fromisoformat(hand.at) < again:
            refuse(sheet, "urge", "urged_recently", when=last, again=again.isoformat(timespec="milliseconds"))


def _urge(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_urge(sheet, hand)
    waiting = [task for task in sheet.tasks if task.state == "open" and task.box == "todo"]
    for task in waiting:
        sheet.urges.append(Urge(task.no, task.user_id, hand.actor.user_id, hand.at))
    sheet.urged_at = hand.at
    act(sheet, hand, "urge", None, data.opinion, to=[task.user_id for task in waiting])


def _may_void(sheet: Sheet, hand: Hand) -> None:
    if not sheet.can("void"):
        refuse(sheet, "void", "sheet_status", status=sheet.status)
    if sheet.drafter != hand.actor.user_id and not hand.may(hand.actor, "administer"):
        refuse(sheet, "void", "not_the_drafter")


def _void(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_void(sheet, hand)
    _end(sheet, hand, "void", data.opinion)


def _end(sheet: Sheet, hand: Hand, verb: str, opinion: str) -> None:
    sheet.go(verb, verb)
    act(sheet, hand, verb, None, opinion)
    sheet.close(hand.at)
    sheet.step_no, sheet.trouble, sheet.closed_at = 0, None, hand.at


def _may_complete(sheet: Sheet, hand: Hand) -> None:
    if not sheet.can("complete"):
        refuse(sheet, "complete", "sheet_status", status=sheet.status)
    if not hand.may(hand.actor, "administer"):
        refuse(sheet, "complete", "not_an_administrator")


def _complete(sheet: Sheet, hand: Hand, data: WithOpinion) -> None:
    _may_complete(sheet, hand)
    _end(sheet, hand, "complete", data.opinion)


def _may_assign(sheet: Sheet, hand: Hand) -> None:
    if not hand.may(hand.actor, "administer"):
        refuse(sheet, "assign", "not_an_administrator")
    if sheet.status not in ("running", "returned") and sheet.trouble is None:
        refuse(sheet, "assign", "sheet_status", status=sheet.status)
    if sheet.trouble is None and any(_at_work(sheet, hand, task) for task in sheet.tasks if task.box == "todo"):
        refuse(sheet, "assign", "not_stuck")


def _at_work(sheet: Sheet, hand: Hand, task: Task) -> bool:
    person = hand.directory.person(task.user_id, hand.on) if task.state == "open" else None
    return person is not None and (task.kind != "approve" or hand.may(person, "approve"))


def _assign(sheet: Sheet, hand: Hand, data: ToOneWithOpinion) -> None:
    """An administrator names who takes a step on which nobody can act; the law's floor holds here too."""
    _may_assign(sheet, hand)
    (person,) = people(sheet, hand, "assign", [data.to])
    step = sheet.current
    if sheet.status == "running" and step is not None:
        check_signer(sheet, hand, "assign", person, step)
        gone = [task for task in sheet.tasks_of(step, "open") if hand.directory.person(task.user_id, hand.on) is None]
        for task in gone:
            task.state, task.done_at = "closed", hand.at
        position = max((task.position for task in sheet.tasks_of(step, "done")), default=-1) + 1
        behind = step.plan.mode == "sequence" and any(sheet.tasks_of(step, "open"))
        sheet.add_task(
            "approve",
            person,
            hand.at,
            step.no,
            position=gone[0].position if gone else position,
            state="waiting" if behind else "open",
        )
    elif sheet.status == "returned":
        _reassign_draft(sheet, hand, person)
    else:
        if not hand.may(person, "seal"):
            refuse(sheet, "assign", "signer_may_not", name=person.name)
        sheet.add_task("seal", person, hand.at)
    sheet.trouble = None
    drafter = {"drafter": person.user_id} if sheet.status == "returned" else {}
    act(sheet, hand, "assign", None, data.opinion, to=person.user_id, step=step.plan.key if step else None, **drafter)


def check_drafter(sheet: Sheet, hand: Hand, verb: str, person: Actor) -> None:
    """Whether the person may take over the draft: who has signed it, or is to sign it, may not.

    Raises:
        SheetRefused.
    """
    if not hand.may(person, "propose"):
        refuse(sheet, verb, "signer_may_not", name=person.name or person.user_id)
    signs = [task for task in sheet.tasks if task.kind == "approve" and (task.is_signature or task.state != "done")]
    if any(person.user_id in (task.user_id, task.acted_by) for task in signs if task.state != "closed"):
        refuse(sheet, verb, "drafter_signs", name=person.name or person.user_id)


def _reassign_draft(sheet: Sheet, hand: Hand, person: Actor) -> None:
    check_drafter(sheet, hand, "assign", person)
    sheet.close(hand.at, "revise")
    sheet.add_task("revise", person, hand.at)
    new_drafter(sheet, person)


def _may_send(sheet: Sheet, hand: Hand) -> None:
    if not sheet.can("send"):
        refuse(sheet, "send", "sheet_status", status=sheet.status)
    if sheet.drafter != hand.actor.user_id:
        refuse(sheet, "send", "not_the_drafter")


def _send(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_send(sheet, hand)
    sheet.go("send", "send")
    act(sheet, hand, "send", None, data.opinion)
    for task in sheet.tasks:
        if task.kind == "revise" and task.state == "open":
            settle(task, hand, "send")
    begin(sheet, hand)


def may_edit(sheet: Sheet, hand: Hand) -> None:
    """Whether the person may change what the sheet proposes.

    Raises:
        SheetRefused.
    """
    if not sheet.is_open:
        refuse(sheet, "edit", "sheet_status", status=sheet.status)
    if sheet.drafter != hand.actor.user_id:
        refuse(sheet, "edit", "not_the_drafter")


def edited(sheet: Sheet, hand: Hand, opinion: str, voided: list[Task]) -> None:
    """After an edit, which has voided the approvals of the earlier text: a sheet under way begins again."""
    if hand.actor.user_id not in sheet.authors:
        sheet.authors.append(hand.actor.user_id)
    act(sheet, hand, "edit", None, opinion, voided=[task.no for task in voided], revision=sheet.revision)
    if sheet.status == "running":
        begin(sheet, hand)


def _may_seal(sheet: Sheet, hand: Hand) -> Task | None:
    if sheet.status != "done":
        refuse(sheet, "seal", "not_approved_yet", status=sheet.status)
    if sheet.sealed_hash is not None:
        refuse(sheet, "seal", "sealed_already")
    if not hand.may(hand.actor, "seal"):
        refuse(sheet, "seal", "may_not_seal")
    return next(iter(hand.tasks(sheet, "seal")), None)


def _seal(sheet: Sheet, hand: Hand, data: Seal) -> None:
    task = _may_seal(sheet, hand)
    full = sheet.content_hash
    if not same_text(data.content, full) or any(item.signed != full for item in sheet.signatures()):
        refuse(sheet, "seal", "seal_of_another_text")
    sheet.sealed_hash = full
    if task is not None:
        settle(task, hand, "seal")
    sheet.close(hand.at, "seal")
    sheet.trouble = None
    act(sheet, hand, "seal", task, data.opinion)


class Verb(NamedTuple):
    """One verb: what is given with it, whether it is allowed, what it does."""

    data: type[BaseModel]
    check: Callable[[Sheet, Hand], Any]
    do: Callable[[Sheet, Hand, Any], None]


VERBS: dict[str, Verb] = {
    "send": Verb(Plain, _may_send, _send),
    "read": Verb(Plain, _may_read, _read),
    "save": Verb(WithOpinion, _may_save, _save),
    "approve": Verb(Approve, _may_approve, _approve),
    "return": Verb(Return, _may_return, _return),
    "recall": Verb(Plain, _may_recall, _recall),
    "transfer": Verb(ToOneWithOpinion, _may_transfer, _transfer),
    "delegate": Verb(ToOne, _may_delegate, _delegate),
    "advise": Verb(WithOpinion, _may_advise, _advise),
    "add_signer": Verb(AddSigner, _may_add, _add_signer),
    "copy": Verb(ToMany, _may_copy, _copy),
    "urge": Verb(Plain, _may_urge, _urge),
    "void": Verb(Plain, _may_void, _void),
    "complete": Verb(WithOpinion, _may_complete, _complete),
    "assign": Verb(ToOneWithOpinion, _may_assign, _assign),
    "seal": Verb(Seal, _may_seal, _seal),
}
"""Every verb but ``propose`` and ``edit``, which bring content, and those on people: substitute, handover."""
