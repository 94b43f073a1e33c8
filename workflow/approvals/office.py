"""The office's own settings for approvals: procedure, people, substitutes, and the handover of a leaver's work."""

import json
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, or_, select, update

from ...states import admission
from ...states.errors import BadData, Conflict, Fault, NotPermitted, SheetRefused
from ...states.procedure.catalogue import moves as known_moves
from ..cases.recompute import apply_version
from ..kernel.chains import canonical
from ..kernel.context import PERMISSIONS, Actor, Context, Directory, OfPeople, StandIn
from ..kernel.directory import TomlDirectory, check_sight, people_of
from ..kernel.tables import approvals as t
from ..kernel.unit import Done, Key, once
from ..kernel.versions import add_version, latest, text_at
from .commands import acting_person
from .procedure import Procedure, check_people, parse_procedure, procedure_of
from .sheet import ActingPerson, Sheet, Task, act, refuse
from .signers import check_drafter, check_receiver_sees, check_signer, new_drafter
from .standing import CurrentOffice
from .store import load_sheet, save_sheet


def set_procedure(
    context: Context,
    text: str,
    *,
    name: str = "procedure.toml",
    idempotency_key: str | None = None,
) -> Procedure:
    """Puts an approval procedure in force; sheets that are under way keep the one by which they were sent.

    Raises:
        NotPermitted; SetupError: the agency is not known; BadData: every fault of the procedure, by itself and
        against the people of the office.
    """
    context.require("configure")
    procedure = parse_procedure(admission.file(text, name), name)

    def work() -> Done:
        check_people(procedure, people_of(context), context.today)
        _put_in_force(context, text, _covered_moves(procedure))
        return Done()

    once(context, Key.of(context, idempotency_key, "set_procedure", text), Done, work)
    return procedure


def drop_procedure(context: Context, *, idempotency_key: str | None = None) -> None:
    """Takes the agency's procedure out of force: moves need no sheet any more; open sheets go on.

    Raises:
        NotPermitted.
    """
    context.require("configure")

    def work() -> Done:
        _put_in_force(context, "", "")
        return Done()

    once(context, Key.of(context, idempotency_key, "drop_procedure"), Done, work)


def _put_in_force(context: Context, text: str, gated: str) -> None:
    """Puts a procedure and the moves that it covers on record; none where both are empty."""
    connection, at = context.connection, context.stamp
    add_version(connection, "approval", {context.agency: text}, context.actor.user_id, at)
    number = add_version(connection, "gated", {context.agency: gated}, context.actor.user_id, at)
    apply_version(connection, number)


def _covered_moves(procedure: Procedure) -> str:
    """The moves that need an approval sheet, in the form that ``needs_approval`` reads."""
    listed: dict[str, None] = {}
    for route in procedure.route:
        for move in route.moves:
            listed[move if route.matter == "any" else f"{move}:{route.matter}"] = None
    return " ".join(listed)


def procedure_in_force(context: Context) -> tuple[Procedure, str] | None:
    """The agency's procedure and its text; None where it has none.

    Raises:
        NotPermitted: the person may do nothing there.
    """
    context.require(*PERMISSIONS)
    number = latest(context.connection)
    procedure = procedure_of(context.connection, number, context.agency)
    return (
        None
        if procedure is None
        else (procedure, text_at(context.connection, number, "approval", context.agency) or "")
    )


def set_directory(
    context: Context,
    text: str,
    *,
    name: str = "directory.toml",
    idempotency_key: str | None = None,
) -> TomlDirectory:
    """Stores the office's people, for an office that has no directory of its own.

    Raises:
        NotPermitted; SetupError: the agency is not known; BadData: every fault of the text; people who
        could see no case; nobody who may administer.
    """
    context.require("configure")
    directory = TomlDirectory.parse(admission.file(text, name), name)
    check_sight(directory, context.authorizer, context.agency)

    def work() -> Done:
        on, connection = context.today, context.connection
        people = [person for person in directory.people() if directory.person(person.user_id, on) is not None]
        if not any(context.may_do(person, "administer") for person in people):
            raise BadData({"field": "person.roles", "problem": "nobody_holds", "value": "administrator"})
        values = {context.agency: text}
        apply_version(connection, add_version(connection, "directory", values, context.actor.user_id, context.stamp))
        return Done()

    once(context, Key.of(context, idempotency_key, "set_directory", text), Done, work)
    return directory


def appoint(context: Context, wanted: StandIn, *, idempotency_key: str | None = None) -> int:
    """Lets one person act for another from one day to another, in some matters or in all; returns its number.

    A person appoints for oneself, an administrator for anybody.
    Raises:
        NotPermitted; BadData: unknown people or moves, a period that ends before it starts; Conflict.
    """
    principal, stand_in = (admission.key(field, getattr(wanted, field)) for field in ("principal", "stand_in"))
    moves = tuple(admission.text("moves", move, admission.LONGEST_KEY) for move in wanted.moves)
    wanted = wanted._replace(principal=principal, stand_in=stand_in, moves=moves)
    context.require("administer", touched=OfPeople((principal,)))
    key = Key.of(context, idempotency_key, "appoint", wanted)
    return once(context, key, Done, lambda: Done(number=_appoint(context, wanted))).number


def _appoint(context: Context, wanted: StandIn) -> int:
    people = people_of(context)
    _check_appointment(people, wanted, context.today)
    other = people.person(wanted.stand_in, context.today)
    if other is None or not context.may_do(other, "approve"):
        raise NotPermitted(user=wanted.stand_in, action="approve")
    row = wanted._asdict() | {
        "agency": context.agency,
        "moves": canonical(list(wanted.moves)),
        "actor": context.written(context.actor),
        "created_at": context.stamp,
        "ended_at": None,
    }
    number = context.connection.execute(insert(t.substitute), row).inserted_primary_key[0]  # type: ignore[index]
    return int(number)


def _check_appointment(people: Directory, wanted: StandIn, on: date) -> None:
    faults: list[Fault] = [
        {"field": field, "problem": "unknown_person", "value": user}
        for field, user in (("principal", wanted.principal), ("stand_in", wanted.stand_in))
        if people.person(user, on) is None
    ]
    if wanted.principal == wanted.stand_in:
        faults.append({"field": "stand_in", "problem": "stands_in_for_oneself", "value": wanted.stand_in})
    if wanted.until_on < wanted.from_on:
        faults.append({"field": "until_on", "problem": "ends_before_it_starts", "value": wanted.until_on.isoformat()})
    faults += [
        {"field": "moves", "problem": "unknown_move", "value": name}
        for name in wanted.moves
        if name not in known_moves()
    ]
    if faults:
        raise BadData(*faults)


def end_appointment(context: Context, number: int, *, idempotency_key: str | None = None) -> None:
    """Ends an appointment before its last day.

    Raises:
        NotPermitted; BadData: no such appointment; Conflict.
    """
    columns = t.substitute.c

    def work() -> Done:
        where = (columns.id == number, columns.agency == context.agency, columns.ended_at.is_(None))
        principal = context.connection.execute(select(columns.principal).where(*where)).scalar()
        if principal is None:
            context.require(*PERMISSIONS)
            raise BadData({"field": "number", "problem": "unknown_appointment", "value": number})
        context.require("administer", touched=OfPeople((principal,)))
        ended = context.connection.execute(update(t.substitute).where(*where).values(ended_at=context.stamp))
        if ended.rowcount != 1:
            raise Conflict("conflict", text="overtaken")
        return Done(number=number)

    once(context, Key.of(context, idempotency_key, "end_appointment", number), Done, work)


class Appointment(BaseModel):
    """Who acts for whom, from one day to another; in all matters where no moves are given."""

    model_config = ConfigDict(frozen=True)
    id: int
    principal: str
    stand_in: str
    from_on: date
    until_on: date
    moves: tuple[str, ...]


def appointments(context: Context, on: date) -> list[Appointment]:
    """Appointments that are in force on a day or begin later.

    Raises:
        NotPermitted: the person may do nothing there.
    """
    context.require(*PERMISSIONS)
    columns = t.substitute.c
    rows = context.connection.execute(
        select(t.substitute)
        .where(columns.agency == context.agency, columns.until_on >= on, columns.ended_at.is_(None))
        .order_by(columns.from_on, columns.id)
    )
    return [
        Appointment(
            id=row.id,
            principal=row.principal,
            stand_in=row.stand_in,
            from_on=row.from_on,
            until_on=row.until_on,
            moves=json.loads(row.moves),
        )
        for row in rows
    ]


class HandedOver(BaseModel):
    """The result of a handover: the sheets handed over, and those that the law or a role keeps from the successor."""

    model_config = ConfigDict(frozen=True)
    sheets: tuple[str, ...]
    kept_back: tuple[tuple[str, str], ...]
    repeated: bool = False


def hand_over(
    context: Context,
    leaver: str,
    successor: str,
    opinion: str,
    *,
    idempotency_key: str | None = None,
) -> HandedOver:
    """Gives everything that waits for one person, and that person's drafts, to a successor.

    The leaver or an administrator does it. A sheet on which the successor may not sign stays where it is
    and is listed with the reason, for an administrator to deal with.
    Raises:
        NotPermitted; BadData: a successor who is not there, no reason given; Conflict.
    """
    leaver, successor = admission.key("leaver", leaver), admission.key("successor", successor)
    context.require("handover", touched=OfPeople((leaver,)))
    if not admission.text("opinion", opinion).strip():
        raise BadData({"field": "opinion", "problem": "missing"})
    key = Key.of(context, idempotency_key, "hand_over", leaver, successor, opinion)
    return once(context, key, HandedOver, lambda: _hand_over(context, leaver, successor, opinion))


def _hand_over(context: Context, leaver: str, successor: str, opinion: str) -> HandedOver:
    connection = context.connection
    done: list[str] = []
    kept_back: list[tuple[str, str]] = []
    person = CurrentOffice(context, 0).directory.person(successor, context.today)
    if person is None or successor == leaver:
        raise BadData({"field": "successor", "problem": "unknown_person", "value": successor})
    for name in _sheets_of(connection, context.agency, leaver):
        kept = load_sheet(connection, context.agency, name)
        acting = acting_person(context, kept.sheet.config_id, kept.latest)
        try:
            noted = _take_over(kept.sheet, acting, leaver, person)
        except SheetRefused as error:
            kept_back.append((kept.sheet.ref, error.code))
            continue
        act(kept.sheet, acting, "handover", None, opinion, leaver=leaver, to=successor, **noted)
        save_sheet(context, kept, acting.at)
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


def _take_over(sheet: Sheet, acting: ActingPerson, leaver: str, person: Actor) -> dict[str, object]:
    """Gives the tasks and the draft of one sheet to the successor; returns what the act is to note."""
    waiting = [task for task in sheet.tasks if task.user_id == leaver and task.state in ("open", "waiting")]
    signs = [task for task in waiting if task.kind == "approve"]
    steps = {step.no: step for step in sheet.steps}
    drafts = sheet.drafter == leaver and sheet.is_open
    if signs and drafts:
        refuse(sheet, "handover", "drafter_signs", name=person.name or person.user_id)
    for task in signs:
        check_signer(sheet, acting, "handover", person, steps[task.step_no])
    if any(task.kind == "seal" for task in waiting) and not acting.may(person, "seal"):
        refuse(sheet, "handover", "signer_may_not", name=person.name or person.user_id)
    if any(task.kind not in ("approve", "seal") for task in waiting):
        check_receiver_sees(sheet, acting, "handover", person)
    if drafts:
        check_drafter(sheet, acting, "handover", person)
    for task in waiting:
        _pass_on(sheet, acting, task, person)
    if not drafts:
        return {}
    if sheet.trouble == "drafter_gone":
        sheet.trouble = None
        sheet.add_task("revise", person, acting.at)
    return new_drafter(sheet, acting, person)


def _pass_on(sheet: Sheet, acting: ActingPerson, task: Task, person: Actor) -> None:
    state = task.state
    task.state, task.done_at = "closed", acting.at
    given = sheet.add_task(
        task.kind, person, acting.at, task.step_no, position=task.position, parent_no=task.parent_no, state=state
    )
    for asked in sheet.tasks:
        if asked.parent_no == task.no:
            asked.parent_no = given.no
