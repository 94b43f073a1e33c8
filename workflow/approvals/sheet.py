"""One approval sheet: a proposed move, its steps, people's tasks, the person who acts on it, and what comes next.

People and signatures are tasks, not states: the machine below knows only where the sheet as a whole stands.
Nothing is stored here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Literal, NamedTuple, NoReturn, Protocol, TypedDict, Unpack

from transitions import Machine, MachineError

from ...states.errors import SheetRefused
from ..kernel.context import WORK, Actor, Directory, StandIn
from .procedure import OF_AGENCY, OF_DRAFTER, REVIEWS, Procedure, StepPlan

TaskKind = Literal["approve", "advise", "revise", "seal", "read", "watch"]
TaskState = Literal["waiting", "open", "done", "closed"]
TO_READ = ("read", "watch")
OPEN = ("draft", "running", "returned", "recalled")
"""Where a sheet may still lead to its move."""

TRANSITIONS = (
    ("send", ("draft", "returned", "recalled"), "running"),
    ("return", ("running",), "returned"),
    ("recall", ("running",), "recalled"),
    ("finish", ("running",), "done"),
    ("void", OPEN, "void"),
    ("complete", OPEN, "completed"),
)


@dataclass(slots=True)
class Task:
    """What one person has to do on a sheet; ``position`` orders the signers of a step in sequence.

    ``signed`` is the hash of the content that was approved. A signature taken back or overtaken by an edit
    keeps its row: its verdict is then ``voided``.
    """

    no: int
    step_no: int
    user_id: str
    name: str
    kind: TaskKind
    state: TaskState
    created_at: str
    position: int = 0
    parent_no: int | None = None
    verdict: str | None = None
    signed: str | None = None
    acted_by: str | None = None
    saved: str | None = None
    opened_at: str | None = None
    done_at: str | None = None

    @property
    def box(self) -> str:
        """The list of that person in which the task stands: todo, done, toread, read, or none."""
        if self.state == "open":
            return "toread" if self.kind in TO_READ else "todo"
        if self.state == "done":
            return "read" if self.kind in TO_READ else "done"
        return ""

    @property
    def is_signature(self) -> bool:
        """Whether the task holds an approval in force."""
        return self.kind == "approve" and self.state == "done" and self.verdict == "approve"

    @property
    def untouched(self) -> bool:
        """Whether the person has neither opened it nor done anything."""
        return self.opened_at is None and self.state in ("open", "waiting") and not self.saved


class TaskPlace(TypedDict, total=False):
    """Where a new task stands among the others: open as the first of its step, if nothing is said."""

    state: TaskState
    position: int
    parent_no: int | None


@dataclass(slots=True)
class Step:
    """One step as it runs: its plan, its place in the order, the day on which its turn came.

    A review is ``left_out`` where nobody could sign it but who has signed the other one; what an edit has made
    needless is ``dropped``.
    """

    no: int
    place: int
    plan: StepPlan
    state: Literal["waiting", "active", "done", "left_out", "dropped"] = "waiting"
    started_on: date | None = None
    level: int = 0


@dataclass(slots=True)
class Act:
    """One act on a sheet, as it is added to the append-only list."""

    verb: str
    actor: Actor
    on: date
    content_hash: str
    on_behalf_of: str | None = None
    opinion: str = ""
    data: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Urge:
    """One urging of one task."""

    task_no: int
    user_id: str
    urged_by: str
    urged_at: str


@dataclass(slots=True)
class Sheet:
    """An approval sheet with its steps and tasks; ``acts`` and ``urges`` are what this command adds.

    ``due_on`` is the statutory day of the case, ``length`` the length of the period in working days. ``named``: who
    acts has called it by its number, not by its case alone. ``amended``: the number of the case's last amendment, 0 for
    none.
    """

    agency: str
    case_id: int
    case: str
    no: int
    move: str
    matter: str
    drafter: str
    drafter_name: str
    department: str
    config_id: int
    created_at: str
    due_on: date
    length: int
    id: int = 0
    version: int = 0
    status: str = "draft"
    authors: list[str] = field(default_factory=list)
    revision: int = 0
    content_hash: str = ""
    data: dict[str, object] = field(default_factory=dict)
    head_hash: str = ""
    step_no: int = 0
    trouble: str | None = None
    event_seq: int | None = None
    seal_role: str | None = None
    sealed_hash: str | None = None
    closed_at: str | None = None
    urged_at: str | None = None
    named: bool = False
    amended: int = 0
    steps: list[Step] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    urges: list[Urge] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """The sheet's name: the case and the number of the round."""
        return f"{self.case}#{self.no}"

    @property
    def is_open(self) -> bool:
        """Whether it may still lead to its move."""
        return self.status in OPEN

    @property
    def wants_mark(self) -> bool:
        """Whether who has read a sheet of the case may have read something else: this one, or the case, was changed."""
        return self.revision > 1 or self.no > 1 or self.amended > 0

    @property
    def current(self) -> Step | None:
        """The active step."""
        return next((item for item in self.steps if item.no == self.step_no), None)

    def ordered(self) -> list[Step]:
        """The steps that count, in their order."""
        return sorted((item for item in self.steps if item.state != "dropped"), key=lambda item: item.place)

    def tasks_of(self, step: Step, *states: str) -> Iterator[Task]:
        """The signers' tasks of a step, in their order."""
        found = [task for task in self.tasks if task.step_no == step.no and task.kind == "approve"]
        return iter(sorted((task for task in found if task.state in states), key=lambda task: (task.position, task.no)))

    def step_of(self, task: Task) -> Step:
        """The step to which a signer's task belongs."""
        return next(item for item in self.steps if item.no == task.step_no)

    def add_task(self, kind: TaskKind, person: Actor, at: str, step_no: int = 0, **place: Unpack[TaskPlace]) -> Task:
        """Gives somebody something to do."""
        no = max((item.no for item in self.tasks), default=0) + 1
        name, state = person.name or person.user_id, place.get("state", "open")
        position, parent_no = place.get("position", 0), place.get("parent_no")
        task = Task(no, step_no, person.user_id, name, kind, state, at, position, parent_no)
        self.tasks.append(task)
        return task

    def add_step(self, plan: StepPlan, place: int) -> Step:
        """Inserts a step at a place; the steps from there on move one place back."""
        for item in self.steps:
            if item.place >= place:
                item.place += 1
        step = Step(max((item.no for item in self.steps), default=0) + 1, place, plan)
        self.steps.append(step)
        return step

    def signatures(self) -> list[Task]:
        """Every approval in force."""
        return [task for task in self.tasks if task.is_signature]

    def signers_of(self, step: Step) -> set[str | None]:
        """Who has signed a step, themselves or for others."""
        return {task.acted_by for task in self.tasks if task.step_no == step.no and task.is_signature}

    def close(self, at: str, *kinds: str) -> None:
        """Takes open tasks of these kinds (all where none is named) from their people's lists."""
        for task in self.tasks:
            if task.state in ("open", "waiting") and (not kinds or task.kind in kinds):
                task.state, task.done_at = "closed", at

    def go(self, trigger: str, verb: str) -> None:
        """Moves the sheet as a whole to another status.

        Raises:
            SheetRefused: it does not stand where that is possible.
        """
        try:
            moved = _machine().events[trigger].trigger(self)
        except (MachineError, ValueError, KeyError):
            moved = False
        if not moved:
            raise SheetRefused("sheet_status", sheet=self.ref, verb=verb, status=self.status)

    def can(self, trigger: str) -> bool:
        """Whether the sheet stands where that is possible."""
        return self.status in _machine().events[trigger].transitions


@cache
def _machine() -> Machine:
    """One stateless machine for all sheets."""
    states = dict.fromkeys(state for _, sources, dest in TRANSITIONS for state in (*sources, dest))
    machine = Machine(
        model=None, states=list(states), initial=None, auto_transitions=False, send_event=True, model_attribute="status"
    )
    for trigger, sources, dest in TRANSITIONS:
        machine.add_transition(trigger, list(sources), dest)
    return machine


# The person who acts


class ActingPost(NamedTuple):
    """An acting appointment: somebody signs for a post from one day to another, on the basis that is named."""

    no: int
    user: str
    post: str
    from_on: date
    until_on: date
    basis: str


class Office(Protocol):
    """What the office can tell about people and procedure; each is looked up only when it is asked for."""

    @property
    def people(self) -> Directory:
        """The people of today as they are on record."""
        ...

    @property
    def directory(self) -> Directory:
        """The people of today, each with the posts of acting appointments too."""
        ...

    @property
    def stand_ins(self) -> Sequence[StandIn]:
        """The people for whom the acting person stands in today."""
        ...

    @property
    def acting_posts(self) -> Sequence[ActingPost]:
        """The acting appointments that are in force today."""
        ...

    @property
    def procedure(self) -> Procedure:
        """The procedure by which the sheet goes: the one in force when it was last sent."""
        ...

    @property
    def real(self) -> "tuple[Office, date] | None":
        """The office on the real day, with that day; None where no other day is stated or told of."""
        ...

    def sees(self, person: Actor, case_id: int) -> bool:
        """Whether a person sees a case today."""
        ...

    def unread(self, person: Actor, sheet: Sheet, *, named: bool) -> str:
        """Why a person has not read what a sheet proposes now, of a case as it is now; ``named``: the text is known."""
        ...


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """The person who acts on a sheet, on which day, in which office; ``may`` tells what anybody is permitted.

    ``at`` is an ISO instant in UTC.
    """

    actor: Actor
    office: Office
    on: date
    at: str
    may: Callable[[Actor, str], bool]

    @property
    def directory(self) -> Directory:
        """The people of today, each with the own posts and those of acting appointments."""
        return self.office.directory

    @property
    def days(self) -> "tuple[ActingPerson, ...]":
        """The person today and, where today is a day that is stated or told of, on the real day: either one binds."""
        real = self.office.real
        return (self,) if real is None else (self, replace(self, office=real[0], on=real[1]))

    def is_held(self, role: str) -> bool:
        """Whether anybody holds a post, or acts in it, on one of these days."""
        return any(day.directory.holders(role, None, day.on) for day in self.days)

    def sees(self, person: Actor, sheet: Sheet) -> bool:
        """Whether a person sees the sheet's case today."""
        return self.office.sees(person, sheet.case_id)

    def acting_post(self, role: str) -> ActingPost | None:
        """The acting appointment by which the person has a post; None for who holds the post itself."""
        if not role or role in self.actor.roles:
            return None
        user = self.actor.user_id
        return next((item for item in self.office.acting_posts if (item.user, item.post) == (user, role)), None)

    def has_post(self, role: str) -> bool:
        """Whether the person holds a post today, or acts in it."""
        if role in self.actor.roles:
            return True
        holders = self.directory.holders(role, None, self.on)
        return any(person.user_id == self.actor.user_id for person in holders)

    def may_sign(self, person: Actor, role: str) -> bool:
        """Whether a person may approve in a step of that role; an acting appointment counts for its post alone.

        It counts for who works on cases by an own post as well: nobody else gets through the doors.
        """
        if person is self.actor and role in person.roles and self.may(_in_post(person, role), "approve"):
            return True  # as nearly always, without asking for appointments
        acting = {item.post for item in self.office.acting_posts if item.user == person.user_id}
        if not acting:
            return self.may(person, "approve")
        own = self.office.people.person(person.user_id, self.on)
        if own is None or not any(self.may(own, name) for name in WORK):
            return False
        return self.may(with_post(own, role) if role in acting else own, "approve")

    def acts_for(self, user_id: str, move: str) -> bool:
        """Whether the acting person is that user, or stands in for that user today in that matter."""
        if user_id == self.actor.user_id:
            return True
        return any(item.principal == user_id and item.covers(move, self.on) for item in self.office.stand_ins)

    def own_tasks(self, sheet: Sheet, *kinds: str) -> list[Task]:
        """The person's own open tasks."""
        return [item for item in sheet.tasks if item.user_id == self.actor.user_id and is_open(item, kinds)]

    def tasks(self, sheet: Sheet, *kinds: str) -> list[Task]:
        """Open tasks that the person may act on: own ones first, then those of people stood in for."""
        found = [item for item in sheet.tasks if is_open(item, kinds) and self.acts_for(item.user_id, sheet.move)]
        return sorted(found, key=lambda task: (task.user_id != self.actor.user_id, task.no))


def _in_post(person: Actor, post: str) -> Actor:
    return person.model_copy(update={"roles": (post,)})


def with_post(person: Actor, *posts: str) -> Actor:
    """The person with more posts than the own ones."""
    return person.model_copy(update={"roles": (*person.roles, *posts)})


def is_open(task: Task, kinds: Sequence[str]) -> bool:
    """Whether it is an open task of one of these kinds."""
    return task.state == "open" and task.kind in kinds


def refuse(sheet: Sheet, verb: str, code: str, **fields: object) -> NoReturn:
    """Raises the refusal of a verb for this person now."""
    raise SheetRefused(code, sheet=sheet.ref, verb=verb, **fields)


def own_task(sheet: Sheet, acting: ActingPerson, verb: str, *kinds: str) -> Task:
    """The task on which the person acts.

    Raises:
        SheetRefused: ``sheet_status`` where the sheet has ended, ``task_gone`` where others were quicker,
        ``no_task`` where there never was one.
    """
    found = acting.own_tasks(sheet, *kinds) or acting.tasks(sheet, *kinds)
    if found:
        return found[0]
    if not sheet.is_open and sheet.status != "done":
        refuse(sheet, verb, "sheet_status", status=sheet.status)
    had = [task for task in sheet.tasks if task.kind in kinds and acting.acts_for(task.user_id, sheet.move)]
    waiting = [task for task in had if task.state == "waiting"]
    refuse(sheet, verb, "not_your_turn" if waiting else "task_gone" if had else "no_task")


def written_by(sheet: Sheet, *users: str | None) -> bool:
    """Whether one of these people wrote part of the draft."""
    return any(user in sheet.authors for user in users if user is not None)


def act(
    sheet: Sheet, acting: ActingPerson, /, verb: str, task: Task | None = None, opinion: str = "", **data: object
) -> None:
    """Adds what the person has done to the sheet's list of acts."""
    owner = task.user_id if task is not None and task.user_id != acting.actor.user_id else acting.actor.on_behalf_of
    if task is not None:
        data = {"task": task.no} | data
    sheet.acts.append(Act(verb, acting.actor, acting.on, sheet.content_hash, owner, opinion, data))


def finish_task(task: Task, acting: ActingPerson, verdict: str) -> None:
    """Marks a task as done by the acting person, with the verdict."""
    task.state, task.verdict, task.acted_by, task.saved = "done", verdict, acting.actor.user_id, None
    task.done_at = acting.at
    task.opened_at = task.opened_at or acting.at


# How a sheet goes on


def candidates(sheet: Sheet, acting: ActingPerson, plan: StepPlan) -> list[Actor]:
    """Who signs a step: people at work who may approve and have written nothing of the draft."""
    if plan.people:
        named = [acting.directory.person(user, acting.on) for user in plan.people]
        found: Sequence[Actor] = [person for person in named if person is not None]
    else:
        place = {OF_AGENCY: None, OF_DRAFTER: sheet.department}.get(plan.of, plan.of)
        found = acting.directory.holders(plan.role, place, acting.on)
    chosen: dict[str, Actor] = {}
    for person in found:
        if not written_by(sheet, person.user_id) and acting.may_sign(person, plan.role):
            chosen.setdefault(person.user_id, person)
    return list(chosen.values())


def review_fault(sheet: Sheet, acting: ActingPerson, step: Step, user: str) -> str | None:
    """Why a person may not sign a review: has signed the other one, or is the only one left for it; None who may.

    Nobody is kept for the other review where nobody else could sign this one.
    """
    for other in _other_reviews(sheet, step):
        if user in sheet.signers_of(other):
            return "both_reviews"
        if other.state != "waiting":
            continue
        signed = sheet.signers_of(step)
        left = {person.user_id for person in candidates(sheet, acting, other.plan)} - signed
        here = {person.user_id for person in candidates(sheet, acting, step.plan)} - signed
        if left == {user} and here - {user}:
            return "kept_for_review"
    return None


def _other_reviews(sheet: Sheet, step: Step) -> list[Step]:
    """The steps of the other review, where this is one of the two."""
    if not (step.plan.floor and step.plan.role in REVIEWS):
        return []
    return [
        item
        for item in sheet.ordered()
        if item.plan.floor and item.plan.role in REVIEWS and item.plan.role != step.plan.role
    ]


def only_other_reviewers(sheet: Sheet, acting: ActingPerson, step: Step) -> list[Actor]:
    """Those who hold the post of a review, where every one of them has signed the other review; else nobody."""
    found = candidates(sheet, acting, step.plan)
    signed = {user for other in _other_reviews(sheet, step) for user in sheet.signers_of(other)}
    return found if all(person.user_id in signed for person in found) else []


def unpassed_review(sheet: Sheet, acting: ActingPerson) -> str | None:
    """The review that the people on record now require of a refusal, and past which the sheet does not go.

    One that was left out is required again once there is somebody who could sign it.
    """
    if sheet.matter != "refusal":
        return None
    ordered = sheet.ordered()
    for role in REVIEWS:
        steps = [step for step in ordered if step.plan.floor and step.plan.role == role]
        if not steps and acting.is_held(role):
            return role
        if any(step.state == "left_out" and _could_be_signed(sheet, acting, step) for step in steps):
            return role
    return None


def _could_be_signed(sheet: Sheet, acting: ActingPerson, step: Step) -> bool:
    """Whether somebody holds the post of a review who has not signed the other one."""
    signed = {user for other in _other_reviews(sheet, step) for user in sheet.signers_of(other)}
    return any(person.user_id not in signed for day in acting.days for person in candidates(sheet, day, step.plan))


def check_floor(sheet: Sheet, acting: ActingPerson) -> None:
    """Whether the sheet goes past the reviews that a refusal needs today.

    Law: 条例 art. 17.

    Raises:
        SheetRefused: it has to be sent anew.
    """
    if role := unpassed_review(sheet, acting):
        refuse(sheet, "approve", "review_missing", role=role)


def _signers(sheet: Sheet, acting: ActingPerson, step: Step) -> list[Actor]:
    """Who signs a step; one who could sign both reviews is left for the other where that needs somebody."""
    found = candidates(sheet, acting, step.plan)
    others = _other_reviews(sheet, step)
    if not others:
        return found
    found = [person for person in found if review_fault(sheet, acting, step, person.user_id) is None]
    if step.plan.mode != "any":
        for other in others:
            left = {person.user_id for person in candidates(sheet, acting, other.plan)}
            both = [person for person in found if person.user_id in left]
            if other.state == "waiting" and left and len(both) == len(left) and len(found) > 1:
                found.remove(both[-1])
    return found


def lay_out(sheet: Sheet, acting: ActingPerson, plans: list[StepPlan]) -> list[Task]:
    """Gives the sheet the steps of a plan; returns the voided signatures.

    Steps of an earlier, different plan are dropped, and what was signed in them is void. The same plan keeps its steps;
    a review that was left out has its turn again.
    """
    if [step.plan for step in sheet.ordered() if not step.plan.added_by] == plans:
        for step in sheet.ordered():
            step.state = "waiting" if step.state == "left_out" else step.state
        return []
    voided = rewind(sheet, acting, None)
    for step in sheet.steps:
        step.state = "dropped"
    for place, plan in enumerate(plans, 1):
        sheet.steps.append(Step(max((item.no for item in sheet.steps), default=0) + 1, place, plan))
    return voided


def begin(sheet: Sheet, acting: ActingPerson) -> None:
    """Activates the first step that is not done, or finishes the sheet."""
    waiting = next((step for step in sheet.ordered() if step.state not in ("done", "left_out")), None)
    if waiting is None:
        _finish(sheet, acting)
    else:
        activate(sheet, acting, waiting)


def activate(sheet: Sheet, acting: ActingPerson, step: Step) -> None:
    """Activates a step: its people get their tasks; where there is nobody, the sheet notes the trouble."""
    step.state, sheet.step_no, sheet.trouble = "active", step.no, None
    step.started_on = step.started_on or acting.on
    held = list(sheet.tasks_of(step, "waiting"))
    if held:
        _open_held(step, held)
        return
    if reviewers := only_other_reviewers(sheet, acting, step):
        leave_out(sheet, acting, step, reviewers)
        return
    found = _signers(sheet, acting, step)
    if not found or (step.plan.people and len(found) < len(step.plan.people) and step.plan.mode != "any"):
        sheet.trouble = "no_candidate"
        if not found:
            return
    for position, person in enumerate(found):
        first = step.plan.mode != "sequence" or position == 0
        sheet.add_task("approve", person, acting.at, step.no, position=position, state="open" if first else "waiting")


def leave_out(sheet: Sheet, acting: ActingPerson, step: Step, reviewers: Sequence[Actor]) -> None:
    """Goes on without a review that nobody could sign but who has signed the other one; the sheet says so."""
    step.state, sheet.trouble = "left_out", None
    names = [person.name or person.user_id for person in reviewers]
    act(sheet, acting, "leave_out", None, "", step=step.plan.key, post=step.plan.role, names=names)
    begin(sheet, acting)


def _open_held(step: Step, held: list[Task]) -> None:
    """Opens the tasks that waited while an added signer was asked before them."""
    for task in held[:1] if step.plan.mode == "sequence" else held:
        task.state, task.opened_at = "open", None


def step_on(sheet: Sheet, acting: ActingPerson, step: Step) -> None:
    """Goes on after a signature: to the next signer in the sequence, to the next step, or to the end."""
    left = list(sheet.tasks_of(step, "open", "waiting"))
    if step.plan.mode == "any":
        for task in left:
            task.state, task.done_at = "closed", acting.at
    elif step.plan.mode == "sequence" and left:
        if left[0].state == "waiting":
            left[0].state = "open"
        return
    elif left or sheet.trouble is not None:
        return
    step.state, sheet.trouble = "done", None
    _close_advice(sheet, acting, step)
    begin(sheet, acting)


def _close_advice(sheet: Sheet, acting: ActingPerson, step: Step) -> None:
    for task in sheet.tasks:
        if task.kind == "advise" and task.step_no == step.no and task.state == "open":
            task.state, task.done_at = "closed", acting.at


def _finish(sheet: Sheet, acting: ActingPerson) -> None:
    """Finishes the sheet after its last step, so that the move can be made; the seal keeper gets a task."""
    sheet.go("finish", "approve")
    sheet.step_no, sheet.trouble, sheet.closed_at = 0, None, acting.at
    sheet.close(acting.at, "approve", "advise", "revise", "watch")
    if sheet.seal_role:
        keepers = [
            person
            for person in acting.directory.holders(sheet.seal_role, None, acting.on)
            if acting.may(person, "seal")
        ]
        for person in keepers:
            sheet.add_task("seal", person, acting.at)
        if not keepers:
            sheet.trouble = "no_seal_keeper"


def rewind(sheet: Sheet, acting: ActingPerson, first: Step | None) -> list[Task]:
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
                task.state, task.done_at = "closed", acting.at
        step.state, step.started_on, step.level = "waiting", None, 0
    sheet.step_no, sheet.trouble = 0, None
    return voided


def takes_part(sheet: Sheet, acting: ActingPerson) -> bool:
    """Whether the person has drafted the sheet or has, or had, a task on it."""
    users = [sheet.drafter, *sheet.authors, *(task.user_id for task in sheet.tasks)]
    return acting.actor.user_id in users or any(acting.acts_for(user, sheet.move) for user in users)
