"""What the office sets for its approvals: template, people, who stands in for whom, a leaver's work."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.orm import Session

from ...states.errors import BadData, NotPermitted, SheetRefused
from ...states.procedure.catalogue import moves as known_moves
from ..cases.recompute import keep_up
from ..kernel import tables as t
from ..kernel.clock import Clock, SystemClock, today
from ..kernel.database import unit
from ..kernel.identity import Actor, Authorizer, RoleAuthorizer, require
from ..kernel.sealing import canonical
from ..kernel.versions import add_version, latest, text_at
from .commands import Office, instant
from .directory import Directory, TomlDirectory, directory_of
from .hand import Hand, act, check_signer, refuse
from .sheet import Sheet, Task
from .store import load_sheet, save_sheet
from .template import Template, check_people, parse_template, template_of
from .verbs import check_drafter, new_drafter

_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


def set_template(
    session: Session,
    actor: Actor,
    text: str,
    *,
    agency: str = "default",
    name: str = "template.toml",
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> Template:
    """Puts an approval template in force; sheets that are under way keep the one they began with.

    Raises:
        NotPermitted; BadData: every fault of the template, by itself and against the people of the office.
    """
    require(authorizer, actor, "configure", agency)
    template = parse_template(text, name)
    with unit(session) as connection:
        people = directory if directory is not None else directory_of(connection, agency)
        check_people(template, people, today(clock))
        at = instant(clock)
        add_version(connection, "approval", {agency: text}, actor.user_id, at)
        number = add_version(connection, "gated", {agency: _gated(template)}, actor.user_id, at)
        keep_up(connection, number)
    return template


def drop_template(
    session: Session,
    actor: Actor,
    *,
    agency: str = "default",
    clock: Clock = _CLOCK,
    authorizer: Authorizer = _AUTHORIZER,
) -> None:
    """Takes the agency's template out of force: moves need no sheet any more; open sheets go on.

    Raises:
        NotPermitted.
    """
    require(authorizer, actor, "configure", agency)
    with unit(session) as connection:
        at = instant(clock)
        add_version(connection, "approval", {agency: ""}, actor.user_id, at)
        keep_up(connection, add_version(connection, "gated", {agency: ""}, actor.user_id, at))


def _gated(template: Template) -> str:
    """The moves that need a sheet, as the command of moves reads them."""
    listed: dict[str, None] = {}
    for route in template.route:
        for move in route.moves:
            listed[move if route.matter == "any" else f"{move}:{route.matter}"] = None
    return " ".join(listed)


def template_in_force(connection: Connection, agency: str) -> tuple[Template, str] | None:
    """The agency's template and its text; None where it has none."""
    number = latest(connection)
    template = template_of(connection, number, agency)
    return None if template is None else (template, text_at(connection, number, "approval", agency) or "")


def set_directory(
    session: Session,
    actor: Actor,
    text: str,
    *,
    agency: str = "default",
    name: str = "directory.toml",
    clock: Clock = _CLOCK,
    authorizer: Authorizer = _AUTHORIZER,
) -> TomlDirectory:
    """Puts the office's people on record, for an office that has no directory of its own.

    Raises:
        NotPermitted; BadData: every fault of the text; nobody who may administer.
    """
    require(authorizer, actor, "configure", agency)
    directory = TomlDirectory.parse(text, name)
    on = today(clock)
    people = [person for person in directory.people() if directory.person(person.user_id, on) is not None]
    if not any(authorizer.allows(person, "administer", agency) for person in people):
        raise BadData({"field": "person.roles", "problem": "nobody_holds", "value": "administrator"})
    with unit(session) as connection:
        keep_up(connection, add_version(connection, "directory", {agency: text}, actor.user_id, instant(clock)))
    return directory


def appoint(
    session: Session,
    actor: Actor,
    principal: str,
    stand_in: str,
    from_on: date,
    until_on: date,
    moves: Sequence[str] = (),
    *,
    agency: str = "default",
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> int:
    """Lets one person act for another from one day to another, in some matters or in all; returns its number.

    A person appoints for oneself, an administrator for anybody.
    Raises:
        NotPermitted; BadData: unknown people or moves, a period that ends before it starts.
    """
    if actor.user_id != principal:
        require(authorizer, actor, "administer", agency)
    with unit(session) as connection:
        people = directory if directory is not None else directory_of(connection, agency)
        _check_appointment(people, principal, stand_in, from_on, until_on, moves, today(clock))
        other = people.person(stand_in, today(clock))
        if other is None or not authorizer.allows(other, "approve", agency):
            raise NotPermitted(user=stand_in, action="approve")
        row = {
            "agency": agency,
            "principal": principal,
            "stand_in": stand_in,
            "from_on": from_on,
            "until_on": until_on,
            "moves": canonical(list(moves)),
            "actor": actor.model_dump_json(exclude_defaults=True),
            "created_at": instant(clock),
            "ended_at": None,
        }
        return int(connection.execute(insert(t.substitute), row).inserted_primary_key[0])  # type: ignore[index]


def _check_appointment(
    people: Directory, principal: str, stand_in: str, from_on: date, until_on: date, moves: Sequence[str], on: date
) -> None:
    faults: list[dict[str, Any]] = [
        {"field": field, "problem": "unknown_person", "value": user}
        for field, user in (("principal", principal), ("stand_in", stand_in))
        if people.person(user, on) is None
    ]
    if principal == stand_in:
        faults.append({"field": "stand_in", "problem": "stands_in_for_oneself", "value": stand_in})
    if until_on < from_on:
        faults.append({"field": "until_on", "problem": "ends_before_it_starts", "value": until_on.isoformat()})
    faults += [
        {"field": "moves", "problem": "unknown_move", "value": move} for move in moves if move not in known_moves()
    ]
    if faults:
        raise BadData(*faults)


def end_appointment(
    session: Session,
    actor: Actor,
    number: int,
    *,
    agency: str = "default",
    clock: Clock = _CLOCK,
    authorizer: Authorizer = _AUTHORIZER,
) -> None:
    """Ends an appointment before its last day.

    Raises:
        NotPermitted; BadData: no such appointment.
    """
    columns = t.substitute.c
    with unit(session) as connection:
        where = (columns.id == number, columns.agency == agency, columns.ended_at.is_(None))
        principal = connection.execute(select(columns.principal).where(*where)).scalar()
        if principal is None:
            raise BadData({"field": "number", "problem": "unknown_appointment", "value": number})
        if actor.user_id != principal:
            require(authorizer, actor, "administer", agency)
        connection.execute(update(t.substitute).where(*where).values(ended_at=instant(clock)))


def appointments(connection: Connection, agency: str, on: date) -> list[dict[str, Any]]:
    """Appointments that are in force on a day or begin later."""
    columns = t.substitute.c
    rows = connection.execute(
        select(t.substitute)
        .where(columns.agency == agency, columns.until_on >= on, columns.ended_at.is_(None))
        .order_by(columns.from_on, columns.id)
    )
    names = ("id", "principal", "stand_in", "from_on", "until_on", "moves")
    return [{name: row._mapping[name] for name in names} for row in rows]


class HandedOver(BaseModel):
    """What became of a leaver's work: sheets handed over, and those that the law or a post keeps from it."""

    model_config = ConfigDict(frozen=True)
    sheets: tuple[str, ...]
    kept_back: tuple[tuple[str, str], ...]


def hand_over(
    session: Session,
    actor: Actor,
    leaver: str,
    successor: str,
    opinion: str,
    *,
    agency: str = "default",
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> HandedOver:
    """Gives everything that waits on one person, and the drafts of that person, to a successor.

    The leaver or an administrator does it. A sheet on which the successor may not sign stays where it is
    and is told with the reason: an administrator settles it by itself.
    Raises:
        NotPermitted; BadData: a successor who is not there, no reason given.
    """
    if actor.user_id != leaver:
        require(authorizer, actor, "handover", agency)
    if not opinion.strip():
        raise BadData({"field": "opinion", "problem": "missing"})
    done: list[str] = []
    kept_back: list[tuple[str, str]] = []
    with unit(session) as connection:
        office = Office(connection, actor, agency, clock, authorizer, directory)
        person = office.people().person(successor, today(clock))
        if person is None or successor == leaver:
            raise BadData({"field": "successor", "problem": "unknown_person", "value": successor})
        for name in _sheets_of(connection, agency, leaver):
            kept = load_sheet(connection, agency, name)
            template = template_of(connection, kept.sheet.config_id, agency)
            if template is None:
                continue
            hand = office.hand(template, kept.latest)
            try:
                _take_over(kept.sheet, hand, leaver, person)
            except SheetRefused as error:
                kept_back.append((kept.sheet.ref, error.code))
                continue
            drafter = {"drafter": successor} if kept.sheet.drafter == successor else {}
            act(kept.sheet, hand, "handover", None, opinion, leaver=leaver, to=successor, **drafter)
            save_sheet(connection, kept, hand.at, actor)
            done.append(kept.sheet.ref)
    return HandedOver(sheets=tuple(done), kept_back=tuple(kept_back))


def _sheets_of(connection: Connection, agency: str, user: str) -> list[str]:
    waiting = select(t.task.c.sheet_id).where(
        t.task.c.user_id == user, t.task.c.agency == agency, t.task.c.state.in_(("open", "waiting"))
    )
    columns = t.sheet.c
    drafted = (columns.drafter == user) & (columns.is_open == 1)
    rows = connection.execute(
        select(columns.case_no, columns.sheet_no)
        .where(columns.agency == agency, or_(columns.id.in_(waiting), drafted))
        .order_by(columns.id)
    )
    return [f"{row.case_no}#{row.sheet_no}" for row in rows]


def _take_over(sheet: Sheet, hand: Hand, leaver: str, person: Actor) -> None:
    waiting = [task for task in sheet.tasks if task.user_id == leaver and task.state in ("open", "waiting")]
    signs = [task for task in waiting if task.kind == "approve"]
    steps = {step.no: step for step in sheet.steps}
    drafts = sheet.drafter == leaver and sheet.is_open
    if signs and drafts:
        refuse(sheet, "handover", "drafter_signs", name=person.name or person.user_id)
    for task in signs:
        check_signer(sheet, hand, "handover", person, steps[task.step_no])
    if drafts:
        check_drafter(sheet, hand, "handover", person)
    for task in waiting:
        _pass_on(sheet, hand, task, person)
    if drafts:
        new_drafter(sheet, person)
        if sheet.trouble == "drafter_gone":
            sheet.trouble = None
            sheet.add_task("revise", person, hand.at)


def _pass_on(sheet: Sheet, hand: Hand, task: Task, person: Actor) -> None:
    state = task.state
    task.state, task.done_at = "closed", hand.at
    given = sheet.add_task(
        task.kind, person, hand.at, task.step_no, position=task.position, parent_no=task.parent_no, state=state
    )
    for asked in sheet.tasks:
        if asked.parent_no == task.no:
            asked.parent_no = given.no
