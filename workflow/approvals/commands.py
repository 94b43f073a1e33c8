"""Use cases of internal approval: a move is proposed, goes from hand to hand, and is made when all have signed.

Like every command these take the host's ``Session``, never commit it, and leave no trace when they fail.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, and_, bindparam, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...states.errors import BadData, Conflict, MoveRefused, NotPermitted, SheetRefused, UnknownMove
from ...states.procedure.catalogue import moves as known_moves
from ...states.procedure.periods import rule_of
from ...states.rules.rules import Unit
from ..cases.commands import MoveResult, Step, Trial, carry_out, remember, repeated, what_would
from ..cases.drafts import drafted
from ..cases.store import NEVER, Loaded, case_columns, load_case
from ..kernel import tables as t
from ..kernel.clock import Clock, SystemClock, today
from ..kernel.database import unit
from ..kernel.identity import Actor, Authorizer, RoleAuthorizer, require, sees
from ..kernel.sealing import canonical, digest, seal
from ..kernel.versions import LATEST
from . import verbs
from .directory import Directory, StandIn, directory_of
from .fields import parse_fields
from .flow import lay_out, plan_steps, rewind
from .hand import Hand, act
from .sheet import Sheet
from .store import (
    Kept,
    content,
    content_hash,
    insert_sheet,
    last_act,
    load_sheet,
    new_number,
    put_content,
    save_sheet,
)
from .template import Template, matter_of, missing_reviewers, template_of
from .verbs import VERBS

_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


class SheetResult(BaseModel):
    """What a verb did: where the sheet stands now, on whom it waits, and the move, if it was made.

    ``version`` is the one to expect next; ``content`` the hash of what is to be signed.
    """

    model_config = ConfigDict(frozen=True)
    sheet: str
    verb: str
    status: str
    version: int
    content: str
    step: str | None = None
    waiting_for: tuple[str, ...] = ()
    trouble: str | None = None
    moved: MoveResult | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """What the commands of one call share: who acts, where, by which clock and whose directory."""

    connection: Connection
    actor: Actor
    agency: str
    clock: Clock
    authorizer: Authorizer
    directory: Directory | None = None
    announce: bool = True

    def people(self, config_id: int | None = None) -> Directory:
        """The host's directory, or the one that the agency has put on record."""
        if self.directory is not None:
            return self.directory
        return directory_of(self.connection, self.agency, config_id)

    def may(self, actor: Actor, action: str) -> bool:
        """Whether somebody may do that here."""
        return self.authorizer.allows(actor, action, self.agency)

    def hand(self, template: Template, config_id: int | None = None) -> Hand:
        """The person who acts, as one hand."""
        directory = self.people(config_id)
        on = today(self.clock)
        user = self.actor.user_id
        stand_ins = [*directory.principals(user, on), *stands_in(self.connection, self.agency, user, on)]
        return Hand(self.actor, stand_ins, directory, template, on, instant(self.clock), self.may)


def instant(clock: Clock) -> str:
    """The moment by the clock, to the millisecond."""
    return clock.now().astimezone(UTC).isoformat(timespec="milliseconds")


_STANDING = and_(
    t.substitute.c.stand_in == bindparam("stand_in"),
    t.substitute.c.agency == bindparam("agency"),
    t.substitute.c.until_on >= bindparam("day"),
    t.substitute.c.from_on <= bindparam("day"),
    t.substitute.c.ended_at.is_(None),
)
_STANDING_COLUMNS = (
    t.substitute.c.principal,
    t.substitute.c.stand_in,
    t.substitute.c.from_on,
    t.substitute.c.until_on,
    t.substitute.c.moves,
)
_STANDS_IN = select(*_STANDING_COLUMNS).where(_STANDING)
_ONCE = select(literal(1).label("one")).subquery()
_STANDS_IN_NOW = select(*_STANDING_COLUMNS, LATEST).select_from(_ONCE.outerjoin(t.substitute, _STANDING))


def stands_in(connection: Connection, agency: str, user_id: str, on: date) -> list[StandIn]:
    """For whom the person has been named to stand in on a day."""
    rows = connection.execute(_STANDS_IN, {"stand_in": user_id, "agency": agency, "day": on})
    return [_stand_in(row) for row in rows]


def principals(
    connection: Connection, agency: str, user_id: str, on: date, directory: Directory | None = None
) -> list[StandIn]:
    """For whom the person stands in on a day, by the directory and by what has been arranged."""
    rows = connection.execute(_STANDS_IN_NOW, {"stand_in": user_id, "agency": agency, "day": on}).all()
    people = directory if directory is not None else directory_of(connection, agency, rows[0][5])
    return [*people.principals(user_id, on), *(_stand_in(row) for row in rows if row[0] is not None)]


def _stand_in(row: Any) -> StandIn:
    principal, person, from_on, until_on, moves, *_ = row
    return StandIn(principal, person, from_on, until_on, tuple(json.loads(moves)))


def propose(
    session: Session,
    actor: Actor,
    number: str,
    name: str,
    data: dict[str, Any] | None = None,
    *,
    draft: str | None = None,
    send: bool = True,
    agency: str = "default",
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    announce: bool = True,
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> SheetResult:
    """Opens an approval sheet for a move with its data and the draft of its notice; ``send=False`` keeps a draft.

    Where no draft is given, the notice that the move would give rise to is rendered. ``expected_version``
    is the version of the case. What is sent must be possible today; approval checks it again on its day.
    Raises:
        UnknownMove, UnknownCase, NotPermitted, Conflict, the errors of ``move``; SheetRefused: no template,
        no route for that move, a sheet for it is open already.
    """
    if name not in known_moves():
        raise UnknownMove(move=name, case=number)
    require(authorizer, actor, "propose", agency)
    body = dict(data or {})

    def work(office: Office) -> SheetResult:
        loaded = load_case(office.connection, agency, number, to_write=True)
        if not sees(authorizer, actor, agency, loaded.department):
            raise NotPermitted(user=actor.user_id, action="see")
        if expected_version is not None and expected_version != loaded.version:
            raise Conflict("case_moved_on", case=number, version=loaded.version)
        hand, sheet = _new_sheet(office, loaded, name, body)
        text = _draft(session, office, number, name, body, draft, strict=send)
        kept = _open(office, sheet, name, body, text)
        act(sheet, hand, "propose", None, "", move=name, data=sheet.data, revision=1, template=loaded.config_id)
        if send:
            VERBS["send"].do(sheet, hand, verbs.Plain())
        return _save(office, kept, "propose", hand)

    key = _Key(idempotency_key, digest(actor.user_id, number, name, canonical(body), str(draft), str(send)))
    return _run(session, key, work, lambda found: Office(found, actor, agency, clock, authorizer, directory, announce))


def edit(
    session: Session,
    actor: Actor,
    sheet: str,
    data: dict[str, Any],
    *,
    draft: str | None = None,
    opinion: str = "",
    agency: str = "default",
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    announce: bool = True,
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> SheetResult:
    """Changes what a sheet proposes; approvals of the earlier text are void, whoever gave them.

    Raises:
        UnknownSheet, SheetRefused, Conflict, NotPermitted, the errors of ``move``.
    """
    require(authorizer, actor, "propose", agency)

    def work(office: Office) -> SheetResult:
        kept, hand = _load(office, sheet, expected_version)
        found = kept.sheet
        with _told(office, found):
            verbs.may_edit(found, hand)
        text = _draft(session, office, found.case, found.move, data, draft, strict=found.status == "running")
        before = content(office.connection, found)
        if before == (data, text):
            return _result(found, "edit", None)
        found.revision += 1
        salt = secrets.token_hex(16)
        found.data = seal(found.move, data)[0]
        found.matter = matter_of(found.move, data)
        found.content_hash = content_hash(salt, found.move, data, text)
        put_content(office.connection, found, data, text, salt)
        voided = rewind(found, hand, None)  # before the steps are laid out anew: none of theirs may survive
        _lay_out(found, hand, data)
        verbs.edited(found, hand, opinion, voided)
        return _save(office, kept, "edit", hand)

    key = _Key(idempotency_key, digest(actor.user_id, sheet, "edit", canonical(data), str(draft), opinion))
    return _run(session, key, work, lambda found: Office(found, actor, agency, clock, authorizer, directory, announce))


def sign(
    session: Session,
    actor: Actor,
    sheet: str,
    verb: str,
    data: Mapping[str, Any] | None = None,
    *,
    agency: str = "default",
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    announce: bool = True,
    clock: Clock = _CLOCK,
    directory: Directory | None = None,
    authorizer: Authorizer = _AUTHORIZER,
) -> SheetResult:
    """Does one verb with an approval sheet: approve, return, recall, transfer and so on (``VERBS``).

    ``sheet`` is its name (``2024-017#1``), or the case where only one is open. The approval that is the
    last one makes the move in the same unit of work; where the case has moved on it is refused and the
    sheet stays as it was. A record of the past does not ``announce`` itself to the world.
    Raises:
        UnknownSheet; SheetRefused: the precondition that does not hold; BadData: what the verb needs;
        Conflict: somebody else was quicker, told who and when; the errors of ``move``.
    """
    if verb not in VERBS:
        raise BadData({"field": "verb", "problem": "not_one_of", "value": verb, "choices": "、".join(VERBS)})
    given = parse_fields(VERBS[verb].data, data or {})

    def work(office: Office) -> SheetResult:
        kept, hand = _load(office, sheet, expected_version)
        found = kept.sheet
        if verb not in ("assign", "complete", "void", "urge") and not found.tasks and found.drafter != actor.user_id:
            raise SheetRefused("no_task", sheet=found.ref, verb=verb)
        with _told(office, found):
            VERBS[verb].do(found, hand, given)
        moved = _carry_out(office, found, hand) if found.status == "done" and found.event_seq is None else None
        return _save(office, kept, verb, hand, moved)

    key = _Key(idempotency_key, digest(actor.user_id, sheet, verb, canonical(given.model_dump())))
    return _run(session, key, work, lambda found: Office(found, actor, agency, clock, authorizer, directory, announce))


class _Key(NamedTuple):
    """A key under which the result is kept, with what was asked."""

    key: str | None
    request: str


def _run(
    session: Session, key: _Key, work: Callable[[Office], SheetResult], opened: Callable[[Connection], Office]
) -> SheetResult:
    def attempt() -> SheetResult:
        with unit(session) as connection:
            office = opened(connection)
            if key.key is not None:
                earlier = repeated(connection, office.agency, key.key, key.request, SheetResult)
                if earlier is not None:
                    return earlier
            result = work(office)
            if key.key is not None:
                remember(connection, office.agency, key.key, key.request, result, instant(office.clock))
            return result

    try:
        return attempt()
    except IntegrityError:  # two sheets of one number, or one key twice: now the other can be read
        try:
            return attempt()
        except IntegrityError as error:
            raise Conflict("conflict", text="overtaken") from error


def _load(office: Office, name: str, expected: int | None) -> tuple[Kept, Hand]:
    kept = load_sheet(office.connection, office.agency, name)
    sheet = kept.sheet
    if expected is not None and expected != sheet.version:
        raise Conflict("sheet_conflict", sheet=sheet.ref, **last_act(office.connection, sheet.id))
    template = template_of(office.connection, sheet.config_id, office.agency)
    if template is None:
        raise SheetRefused("no_template", sheet=sheet.ref, verb="", agency=office.agency)
    return kept, office.hand(template, kept.latest)


class _told:
    """A refusal because others were quicker tells who and when."""

    def __init__(self, office: Office, sheet: Sheet) -> None:
        self.office, self.sheet = office, sheet

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, SheetRefused) and error.code in ("task_gone", "sheet_status", "content_changed"):
            error.fields |= last_act(self.office.connection, self.sheet.id)


def _new_sheet(office: Office, loaded: Loaded, name: str, body: dict[str, Any]) -> tuple[Hand, Sheet]:
    number = loaded.case.case
    template = template_of(office.connection, loaded.config_id, office.agency)
    if template is None:
        raise SheetRefused("no_template", sheet=number, verb="propose", agency=office.agency)
    if template.route_for(name, body) is None:
        raise SheetRefused("no_route", sheet=number, verb="propose", move=name)
    _one_open(office, loaded.id, number, name, body)
    hand = office.hand(template, loaded.config_id)
    due_on, length = _period(loaded)
    actor = office.actor
    sheet = Sheet(
        agency=office.agency,
        case_id=loaded.id,
        case=number,
        no=new_number(office.connection, office.agency, number),
        move=name,
        matter=matter_of(name, body),
        drafter=actor.user_id,
        drafter_name=actor.name or actor.user_id,
        department=actor.department,
        config_id=loaded.config_id,
        created_at=hand.at,
        due_on=due_on,
        length=length,
        authors=[actor.user_id],
    )
    _lay_out(sheet, hand, body)
    return hand, sheet


def _one_open(office: Office, case_id: int, number: str, name: str, body: dict[str, Any]) -> None:
    """Refuses a second sheet for one matter; proposals of one case come one after another."""
    columns = t.sheet.c
    office.connection.execute(select(t.case.c.id).where(t.case.c.id == case_id).with_for_update())
    rows = office.connection.execute(
        select(columns.sheet_no, columns.data, columns.drafter_name).where(
            columns.agency == office.agency, columns.case_no == number, columns.is_open == 1, columns.move == name
        )
    )
    for row in rows:
        if json.loads(row.data).get("id") == body.get("id"):
            ref = f"{number}#{row.sheet_no}"
            raise SheetRefused("sheet_open", sheet=ref, verb="propose", move=name, name=row.drafter_name)


def _period(loaded: Loaded) -> tuple[date, int]:
    """The statutory day of the case and the length of its period in working days; 0 where none runs."""
    due_on: date = case_columns(loaded.case, loaded.law)["due_on"]
    if due_on == NEVER:
        period = loaded.case.last_period("reply")
        if period is None or period.ended_on is not None:
            return NEVER, 0
        due_on = period.due_on
    running = [item for item in loaded.case.periods if item.ended_on is None and item.due_on == due_on]
    if not running:
        return due_on, 0
    if rule_of(running[0]).unit is Unit.WORKING_DAY and running[0].length:
        return due_on, running[0].length
    return due_on, loaded.law.calendar.project_count(running[0].starts_on, due_on)


def _lay_out(sheet: Sheet, hand: Hand, data: dict[str, Any]) -> None:
    """Gives the sheet its steps; the law's floor is looked at with the people of today."""
    template = hand.template
    missing = missing_reviewers(template, hand.directory, hand.on) if sheet.matter == "refusal" else []
    if missing:
        raise SheetRefused("template_below_law", sheet=sheet.ref, verb="propose", role=missing[0])
    plans = plan_steps(template, sheet.move, data, hand.directory, hand)
    route = template.route_for(sheet.move, data)
    if route is None:
        raise SheetRefused("no_route", sheet=sheet.ref, verb="propose", move=sheet.move)
    sheet.seal_role = route.seal or None
    lay_out(sheet, plans)


def _draft(
    session: Session, office: Office, number: str, name: str, body: dict[str, Any], draft: str | None, *, strict: bool
) -> str:
    """The draft that is approved with the move: what was given, or the notice that the move would give rise to."""
    try:
        trial = _trial(session, office, number, name, body)
    except BadData:
        raise
    except MoveRefused:
        if strict:
            raise
        return draft or ""
    if draft is not None:
        return draft
    return drafted(office.connection, office.agency, number, trial, name, _signed_as(name, body, "-"))


def _trial(session: Session, office: Office, number: str, name: str, body: dict[str, Any]) -> Trial:
    step = Step(name, _signed_as(name, body, "-"))
    return what_would(session, number, [step], agency=office.agency, clock=office.clock)


def _signed_as(name: str, body: dict[str, Any], signer: str) -> dict[str, Any]:
    """The data with who has decided: an extension names the head of the disclosure office."""
    return body | {"approved_by": signer} if name == "extend" else body


def _open(office: Office, sheet: Sheet, name: str, body: dict[str, Any], draft: str) -> Kept:
    salt = secrets.token_hex(16)
    sheet.revision = 1
    sheet.data = seal(name, body)[0]
    sheet.content_hash = content_hash(salt, name, body, draft)
    kept = insert_sheet(office.connection, sheet)
    put_content(office.connection, sheet, body, draft, salt)
    return kept


def _carry_out(office: Office, sheet: Sheet, hand: Hand) -> MoveResult:
    """The last hand has signed: the move is made through the same command as any other."""
    data, _ = content(office.connection, sheet)
    signer = _decided_by(sheet, hand)
    actor = office.actor
    if sheet.acts and sheet.acts[-1].on_behalf_of:
        actor = actor.model_copy(update={"on_behalf_of": sheet.acts[-1].on_behalf_of})
    body = _signed_as(sheet.move, data, signer)
    moved = carry_out(
        office.connection, office.agency, sheet.case, sheet.move, body, actor, office.clock, announce=office.announce
    )
    sheet.event_seq = moved.seq
    act(sheet, hand, "carry_out", None, "", seq=moved.seq)
    return moved


def _decided_by(sheet: Sheet, hand: Hand) -> str:
    """Who decided: the signer of the step that the law asks for, or else the last one."""
    steps = {step.no: step for step in sheet.steps}
    signed = sorted(sheet.signatures(), key=lambda task: (steps[task.step_no].plan.floor, steps[task.step_no].place))
    last = signed[-1]
    person = hand.directory.person(last.acted_by or last.user_id, hand.on)
    return person.name if person is not None and person.name else last.name


def _save(office: Office, kept: Kept, verb: str, hand: Hand, moved: MoveResult | None = None) -> SheetResult:
    if moved is not None:
        kept.sheet.due_on = _due_now(office, kept.sheet)
    save_sheet(office.connection, kept, hand.at, office.actor, announce=office.announce)
    return _result(kept.sheet, verb, moved)


def _due_now(office: Office, sheet: Sheet) -> date:
    found: date = office.connection.execute(select(t.case.c.due_on).where(t.case.c.id == sheet.case_id)).scalar_one()
    return found


def _result(sheet: Sheet, verb: str, moved: MoveResult | None) -> SheetResult:
    step = sheet.current
    waiting = [task.name for task in sheet.tasks if task.state == "open" and task.box == "todo"]
    return SheetResult.model_construct(
        sheet=sheet.ref,
        verb=verb,
        status=sheet.status,
        version=sheet.version,
        content=sheet.content_hash,
        step=step.plan.title if step is not None else None,
        waiting_for=tuple(waiting),
        trouble=sheet.trouble,
        moved=moved,
        repeated=False,
    )
