"""One approval sheet: a proposed move, the steps that it goes through, the tasks of people, what they did.

People and signatures are tasks, not states: the machine below knows only where the sheet as a whole stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal

from transitions import Machine, MachineError

from ...states.errors import SheetRefused
from ..kernel.context import Actor
from .template import StepPlan

TaskKind = Literal["approve", "advise", "revise", "seal", "read", "watch"]
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
    state: Literal["waiting", "open", "done", "closed"]
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


@dataclass(slots=True)
class Step:
    """One step as it runs: its plan, its place in the order, the day on which its turn came."""

    no: int
    place: int
    plan: StepPlan
    state: Literal["waiting", "active", "done", "dropped"] = "waiting"
    started_on: date | None = None
    level: int = 0


@dataclass(slots=True)
class Act:
    """What somebody did, as it goes into the sheet's append-only list."""

    verb: str
    actor: Actor
    on: date
    content_hash: str
    on_behalf_of: str | None = None
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)


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

    ``due_on`` is the statutory day of the case, ``length`` the length of the period in working days.
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
    data: dict[str, Any] = field(default_factory=dict)
    head_hash: str = ""
    step_no: int = 0
    trouble: str | None = None
    event_seq: int | None = None
    seal_role: str | None = None
    sealed_hash: str | None = None
    closed_at: str | None = None
    urged_at: str | None = None
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
    def current(self) -> Step | None:
        """The step whose turn it is."""
        return next((item for item in self.steps if item.no == self.step_no), None)

    def ordered(self) -> list[Step]:
        """The steps that count, in their order."""
        return sorted((item for item in self.steps if item.state != "dropped"), key=lambda item: item.place)

    def tasks_of(self, step: Step, *states: str) -> Iterator[Task]:
        """The signers' tasks of a step, in their order."""
        found = [task for task in self.tasks if task.step_no == step.no and task.kind == "approve"]
        return iter(sorted((task for task in found if task.state in states), key=lambda task: (task.position, task.no)))

    def task(self, no: int) -> Task:
        """A task by its number."""
        return next(item for item in self.tasks if item.no == no)

    def add_task(self, kind: TaskKind, person: Actor, at: str, step_no: int = 0, **more: Any) -> Task:
        """Gives somebody something to do."""
        no = max((item.no for item in self.tasks), default=0) + 1
        more = {"state": "open"} | more
        task = Task(no, step_no, person.user_id, person.name or person.user_id, kind, created_at=at, **more)
        self.tasks.append(task)
        return task

    def add_step(self, plan: StepPlan, place: int) -> Step:
        """Puts a step at a place; those from there on move one place back."""
        for item in self.steps:
            if item.place >= place:
                item.place += 1
        step = Step(max((item.no for item in self.steps), default=0) + 1, place, plan)
        self.steps.append(step)
        return step

    def signatures(self) -> list[Task]:
        """Every approval in force."""
        return [task for task in self.tasks if task.is_signature]

    def close(self, at: str, *kinds: str) -> None:
        """Takes open tasks of these kinds (all where none is named) from their people's lists."""
        for task in self.tasks:
            if task.state in ("open", "waiting") and (not kinds or task.kind in kinds):
                task.state, task.done_at = "closed", at

    def go(self, trigger: str, verb: str) -> None:
        """Moves the sheet as a whole.

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


def limit_parts(steps: Sequence[Step]) -> dict[int, int]:
    """For each step still to be done, the percent of the legal period that those after it need."""
    parts: dict[int, int] = {}
    after = 0
    for step in reversed(steps):
        if step.state in ("waiting", "active"):
            parts[step.no] = after
            after += step.plan.share
    return parts
