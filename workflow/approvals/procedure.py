"""Which moves need approval, by whom, in which order: an agency's procedure, read from TOML and checked.

The law is a floor under every procedure: the head of the disclosure office decides an extension, nobody
approves what they drafted (no setting can lift that), and a refusal passes the legal and the
confidentiality reviewer where the agency has them.

Law: 条例 arts. 17, 33 para 2.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from ...states.errors import BadData, Fault
from ...states.law import read_toml
from ...states.procedure.catalogue import moves as known_moves
from ...states.rules.outcomes import reply_refuses
from ..kernel.context import Directory
from ..kernel.versions import text_at

Held = Callable[[str], object]
"""Whether anybody in the office holds a post."""
Mode = Literal["any", "all", "sequence"]
OF_DRAFTER = "drafter"
OF_AGENCY = "agency"
_HEAD = "disclosure_head"
_HEAD_DECIDES = {"extend": "extension_without_head", "annul": "annulment_without_head"}
"""Moves that the head of the disclosure office decides, each with the fault of a procedure that leaves the head out."""
REVIEWS = ("legal_reviewer", "confidentiality_reviewer")
"""The posts of the two reviews that a refusal passes; nobody signs both."""
_WHOLE = 100


class StepPlan(BaseModel):
    """One step: who signs and how many of them.

    ``role`` is looked up in the department ``of``: of the agency, of the drafter, or one that is named;
    or ``people`` are named one by one. ``share`` is the part of the legal period in percent that the step
    may use. ``where_held``: the step is left out in an office where nobody holds the role. ``next`` names
    the step that follows where it is not the one below.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str = Field(min_length=1, max_length=32)
    title: str = Field(min_length=1, max_length=60)
    role: str = ""
    people: tuple[str, ...] = ()
    of: str = OF_AGENCY
    mode: Mode = "any"
    share: int = Field(default=10, ge=1, le=_WHOLE)
    where_held: bool = False
    next: str = ""
    floor: bool = Field(default=False)
    added_by: str = Field(default="")


class Route(BaseModel):
    """The steps of some moves; the first route whose moves and matter fit is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    moves: tuple[str, ...] = Field(min_length=1)
    matter: Literal["any", "refusal"] = "any"
    seal: str = ""
    step: tuple[StepPlan, ...] = ()


class Procedure(BaseModel):
    """An agency's routes, with the hours that must pass between two urgings of one sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str = Field(min_length=1, max_length=60)
    urge_hours: int = Field(default=24, ge=1, le=240)
    route: tuple[Route, ...] = Field(min_length=1)

    def route_for(self, move: str, data: Mapping[str, object]) -> Route | None:
        """The route that a move with these data takes; None where it needs no approval."""
        matter = matter_of(move, data)
        return next((item for item in self.route if move in item.moves and item.matter in ("any", matter)), None)


def matter_of(move: str, data: Mapping[str, object]) -> Literal["any", "refusal"]:
    """Whether a move refuses information, as a whole or in one of its parts.

    Law: 条例 arts. 14-16, 37.
    """
    return "refusal" if move == "reply" and reply_refuses(data) else "any"


def parse_procedure(text: str, name: str = "procedure.toml") -> Procedure:
    """Reads a procedure and checks it for itself.

    Raises:
        BadData: every fault at once: unknown moves, empty or double steps, loops, what the law forbids.
    """
    procedure = read_toml(Procedure, text, name)
    faults = list(_faults(procedure))
    if faults:
        raise BadData(*faults)
    return procedure.model_copy(update={"route": tuple(_in_order(route) for route in procedure.route)})


def check_people(procedure: Procedure, directory: Directory, on: date) -> None:
    """Checks a procedure against the people of the office.

    Raises:
        BadData: roles that nobody holds, people who are not there, reviewers whom a refusal does not pass.
    """
    faults = list(_people_faults(procedure, directory, on))
    if faults:
        raise BadData(*faults)


def _faults(procedure: Procedure) -> Iterator[Fault]:
    covered: set[tuple[str, str]] = set()
    for place, route in enumerate(procedure.route, 1):
        where = f"route.{place}"
        for move in route.moves:
            if move not in known_moves() or move == "submit":
                yield {"field": f"{where}.moves", "problem": "unknown_move", "value": move}
            elif (move, "any") in covered or (move, route.matter) in covered:
                yield {"field": f"{where}.moves", "problem": "never_reached", "value": move}
            covered.add((move, route.matter))
        if route.matter != "any" and any(move != "reply" for move in route.moves):
            yield {"field": f"{where}.matter", "problem": "matter_of_replies", "value": route.matter}
        yield from _step_faults(route, where)
        if not any(_surely(step, _HEAD) for step in route.step):
            for move in (move for move in _HEAD_DECIDES if move in route.moves):
                yield {"field": f"{where}.step", "problem": _HEAD_DECIDES[move], "value": _HEAD}
    if not any("extend" in route.moves for route in procedure.route):
        yield {"field": "route", "problem": _HEAD_DECIDES["extend"], "value": _HEAD}


def _surely(step: StepPlan, role: str) -> bool:
    return step.role == role and not step.where_held and not step.people


def _step_faults(route: Route, where: str) -> Iterator[Fault]:
    keys = [step.key for step in route.step]
    if not any(not step.where_held for step in route.step):
        yield {"field": f"{where}.step", "problem": "no_steps"}
    for place, step in enumerate(route.step, 1):
        at = f"{where}.step.{place}"
        if keys.count(step.key) > 1:
            yield {"field": f"{at}.key", "problem": "twice", "value": step.key}
        if bool(step.role.strip()) == bool(step.people):
            yield {"field": f"{at}.role", "problem": "step_without_people", "value": step.key}
        if not step.key.strip():
            yield {"field": f"{at}.key", "problem": "empty"}
        if step.people and step.where_held:
            yield {"field": f"{at}.where_held", "problem": "held_needs_role", "value": step.key}
        for user in dict.fromkeys(user for user in step.people if step.people.count(user) > 1):
            yield {"field": f"{at}.people", "problem": "twice", "value": user}
        for name in ("added_by", "floor"):  # what sheets note for themselves
            if name in step.model_fields_set:
                yield {"field": f"{at}.{name}", "problem": "not_a_field", "value": name}
        if step.next and step.next not in keys:
            yield {"field": f"{at}.next", "problem": "unknown_step", "value": step.next}
    if sum(step.share for step in route.step) > _WHOLE:
        yield {"field": f"{where}.step", "problem": "shares_too_large", "value": sum(step.share for step in route.step)}
    if len(set(keys)) == len(keys) and all(not step.next or step.next in keys for step in route.step):
        reached = _walk(route)
        if reached is None:
            yield {"field": f"{where}.step", "problem": "loop", "value": " → ".join(keys)}
        elif missing := [key for key in keys if key not in reached]:
            yield {"field": f"{where}.step", "problem": "never_reached", "value": "、".join(missing)}


def _walk(route: Route) -> list[str] | None:
    """The keys of the steps in their order; None where they form a circle."""
    after = {step.key: follower.key for step, follower in zip(route.step, route.step[1:], strict=False)}
    after |= {step.key: step.next for step in route.step if step.next}
    order: list[str] = []
    at = route.step[0].key if route.step else ""
    while at:
        if at in order:
            return None
        order.append(at)
        at = after.get(at, "")
    return order


def _in_order(route: Route) -> Route:
    by_key = {step.key: step for step in route.step}
    decides = any(move in route.moves for move in _HEAD_DECIDES)
    steps = []
    for key in _walk(route) or ():
        role = by_key[key].role
        floor = role in REVIEWS or (decides and role == _HEAD)
        steps.append(by_key[key].model_copy(update={"floor": floor}))
    return route.model_copy(update={"step": tuple(steps)})


def _people_faults(procedure: Procedure, directory: Directory, on: date) -> Iterator[Fault]:
    for place, route in enumerate(procedure.route, 1):
        for number, step in enumerate(route.step, 1):
            at = f"route.{place}.step.{number}"
            department = None if step.of in (OF_AGENCY, OF_DRAFTER) else step.of
            asked = not step.where_held or (department and directory.holders(step.role, None, on))
            if step.role and asked and not directory.holders(step.role, department, on):
                yield {"field": f"{at}.role", "problem": "nobody_holds", "value": step.role}
            for user in step.people:
                if directory.person(user, on) is None:
                    yield {"field": f"{at}.people", "problem": "unknown_person", "value": user}
        if route.seal and not directory.holders(route.seal, None, on):
            yield {"field": f"route.{place}.seal", "problem": "nobody_holds", "value": route.seal}
    for role in missing_reviewers(procedure, lambda role: directory.holders(role, None, on)):
        yield {"field": "route", "problem": "refusal_without_review", "value": role}


def missing_reviewers(procedure: Procedure, held: Held) -> list[str]:
    """Reviewers whom the office has and whom a refusal would not pass."""
    route = procedure.route_for("reply", {"outcome": "partial"})
    passed = {step.role for step in route.step} if route is not None else set()
    return [role for role in REVIEWS if role not in passed and held(role)]


def steps_for(procedure: Procedure, move: str, data: Mapping[str, object], held: Held) -> list[StepPlan]:
    """The steps that a move with these data goes through, without those of roles that this office does not have."""
    route = procedure.route_for(move, data)
    steps = route.step if route is not None else ()
    return [plan for plan in steps if not plan.where_held or held(plan.role)]


@lru_cache(maxsize=64)
def _parsed(text: str) -> Procedure:
    return parse_procedure(text)


def procedure_of(connection: Connection, config_id: int, agency: str) -> Procedure | None:
    """The agency's procedure at a version of its records; None where it has none."""
    text = text_at(connection, config_id, "approval", agency)
    return _parsed(text) if text else None


class Shipped(NamedTuple):
    """A procedure that comes with the program."""

    key: str
    title: str
    text: str


def shipped() -> list[Shipped]:
    """The procedures that come with the program, from the smallest office to the largest."""
    folder = resources.files(__package__).joinpath("procedures")
    texts = {key: folder.joinpath(f"{key}.toml").read_text("utf-8") for key in ("two_person", "bureau", "department")}
    return [Shipped(key, parse_procedure(text).title, text) for key, text in texts.items()]
