"""Use cases of internal approval: a move is proposed, signed step by step, and made after the last signature.

Like every command these take a ``Context``, never commit, and leave no trace when they fail.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, StrictStr
from sqlalchemy import select

from ...notifications.documents.claims import sought
from ...states import admission
from ...states.errors import (
    OFFICE_TEXT,
    BadData,
    Conflict,
    Fault,
    MoveRefused,
    NotPermitted,
    SheetRefused,
    UnknownMove,
    UnknownSheet,
)
from ...states.procedure.catalogue import fields_in
from ...states.procedure.catalogue import moves as known_moves
from ...states.procedure.moves.reply import wants_proof
from ...states.procedure.periods import rule_of
from ...states.remark import Remark
from ...states.rules.rules import Unit
from ..cases.amending import amended_step, step_number
from ..cases.commands import MoveRequest, MoveResult, carry_out, preview_moves
from ..cases.gate import Faults, check_signed, drafted
from ..cases.missed import Annuls
from ..cases.monthly import COUNTING, with_earlier_items
from ..cases.queries import handling
from ..cases.store import Loaded, case_columns, department_by_id, due_day, hold, load_case, load_seen, number_of
from ..kernel.chains import is_plain
from ..kernel.context import WORK, Context
from ..kernel.directory import typed_names
from ..kernel.given import Given
from ..kernel.personal_data import mask, redact
from ..kernel.tables import approvals as t
from ..kernel.tables.base import NEVER
from ..kernel.unit import Key, once
from .catalogue import VERBS
from .compared import differ
from .declaration import Verb, VerbData
from .procedure import REVIEWS, matter_of, missing_reviewers, procedure_of, steps_for
from .sheet import ActingPerson, Sheet, act, candidates, check_floor, lay_out, rewind, takes_part
from .standing import CurrentOffice
from .store import (
    Kept,
    Proposed,
    content,
    content_hash,
    insert_sheet,
    last_act,
    load_sheet,
    new_number,
    put_content,
    save_sheet,
)
from .verbs.drafting import edited, may_edit, send, sent

D = TypeVar("D", bound=VerbData)


class SheetResult(BaseModel):
    """What a verb did: where the sheet stands now, on whom it waits, and the move, if it was made.

    ``version`` is the one to expect next; ``content`` the hash of what is to be signed; ``warnings`` what the
    proposed move warns of, and what will prevent its papers from being issued.
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
    warnings: tuple[Remark, ...] = ()
    repeated: bool = False


def acting_person(context: Context, begun: int, version: int | None = None) -> ActingPerson:
    """Who acts on a sheet, or is said to have, with the procedure of the settings version under which it began."""
    office = CurrentOffice(context, begun, version)
    return ActingPerson(context.acting, office, context.today, context.stamp, context.may_do)


class Proposal(Given):
    """What is proposed: a move with its data, the draft of its notice, and whether it is sent at once.

    Where no draft is given, the notice that the move would give rise to is rendered; ``send=False`` keeps a draft.
    """

    move: StrictStr
    data: Mapping[StrictStr, object] = {}
    draft: StrictStr | None = None
    send: bool = True


class Change(Given):
    """What a sheet proposes from now on: the data of its move, the draft of its notice, and why."""

    data: Mapping[StrictStr, object] = {}
    draft: StrictStr | None = None
    opinion: StrictStr = ""


def propose(
    context: Context,
    number: str,
    proposal: Proposal,
    *,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> SheetResult:
    """Opens an approval sheet for a move.

    ``expected_version`` is the version of the case. What is sent must be possible today; approval checks it
    again on its day.
    Raises:
        UnknownMove, UnknownCase, NotPermitted, Conflict, the errors of ``move``; BadData: its paper would say what is
        not on record; SheetRefused: no procedure, no route for that move, a sheet for it is open already.
    """
    name = proposal.move
    if name not in known_moves():
        raise UnknownMove(move=name, case=number)
    context.require_of_acting("propose")
    _check_hand(context)
    body, draft = _admitted(name, proposal.data, proposal.draft)
    number = number_of(context.connection, context.agency, number)

    def work() -> SheetResult:
        loaded = load_case(context.connection, context.agency, number, to_write=True)
        context.require_sight(loaded.department)
        if expected_version is not None and expected_version != loaded.version:
            raise Conflict("case_moved_on", case=number, version=loaded.version)
        data = _counted(context, number, name, body)
        asks = proposal.model_copy(update={"data": data, "draft": draft})
        acting, sheet = _new_sheet(context, loaded, name, data)
        of = routed(context, loaded.id, name, data)
        annuls = _will_annul(context, sheet, acting, of)
        found = _drafted(context, number, asks, of.move, strict=asks.send, annuls=annuls)
        kept = _open(context, sheet, found.proposed)
        knows = {"revision": 1, "template": loaded.config_id, "case_seq": loaded.case.seq}
        act(sheet, acting, "propose", None, "", move=name, data=sheet.data, **knows)
        if proposal.send:
            send.do(sheet, acting, VerbData())
        return _save(context, kept, "propose", acting, warnings=found.told(context, strict=asks.send))

    asked = (_filled(body, name), draft, proposal.send)
    key = Key.of(context, idempotency_key, "propose", number, name, *asked)
    return once(context, key, SheetResult, work, lambda: load_seen(context, number))


def edit(
    context: Context,
    sheet: str,
    change: Change,
    *,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> SheetResult:
    """Changes what a sheet proposes; approvals of the earlier text are void, whoever gave them.

    Raises:
        UnknownSheet, SheetRefused, Conflict, NotPermitted, the errors of ``move``.
    """
    context.require_of_acting("propose")
    _check_hand(context)
    admission.text("opinion", change.opinion)
    given, draft = _admitted("", change.data, change.draft)

    def work() -> SheetResult:
        kept, acting = _load(context, sheet, expected_version)
        found = kept.sheet
        with TellsWhoWasQuicker(context, found):
            may_edit(found, acting)
        data = _counted(context, found.case, found.move, given)
        proposal = Proposal(move=found.move, data=data, draft=draft)
        goes_as = routed(context, found.case_id, found.move, data)
        runs = found.status == "running"
        acting = acting if runs else _by_rules_of_now(context, kept, goes_as)
        may_annul = _will_annul(context, found, acting, goes_as)
        made = _drafted(context, found.case, proposal, goes_as.move, strict=runs, annuls=may_annul)
        proposed = made.proposed
        before = content(context.connection, found)
        if before == proposed[:2]:
            return _result(found, "edit", None)
        if found.move == "amend":
            _check_way(context, kept, before[0], data)
        _rewrite(context, found, goes_as, proposed)
        voided = rewind(found, acting, None)  # before the steps are laid out anew: none of theirs may survive
        _lay_out(found, acting, goes_as)
        edited(found, acting, change.opinion, voided)
        return _save(context, kept, "edit", acting, warnings=made.told(context, strict=runs))

    asked = (_filled(given, *known_moves()), draft, change.opinion)
    key = Key.of(context, idempotency_key, "edit", number_of(context.connection, context.agency, sheet), *asked)
    return once(context, key, SheetResult, work, lambda: _load(context, sheet, None))


def sign(
    context: Context,
    sheet: str,
    verb: str,
    data: Mapping[str, object] | None = None,
    *,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> SheetResult:
    """Does one verb with an approval sheet: approve, return, recall, transfer and so on (``VERBS``).

    ``sheet`` is its name (``2024-017#1``), or the case where only one is open. The approval that is the
    last one makes the move in the same unit of work; where the case has moved on it is refused and the
    sheet stays as it was.
    Raises:
        UnknownSheet; SheetRefused: the precondition that does not hold; BadData: what the verb needs;
        Conflict: somebody else was quicker; the fields say who and when; the errors of ``move``.
    """
    context.require(*WORK)
    _check_hand(context)
    if not isinstance(verb, str) or verb not in VERBS:
        admission.one_of("verb", verb, VERBS)
    declared = VERBS[verb]
    given = parse_data(declared, data or {})

    def work() -> SheetResult:
        if context.past:
            context.require("record_past")
        kept, acting = _load(context, sheet, expected_version)
        found = kept.sheet
        if not declared.for_others and not found.tasks and found.drafter != context.acting.user_id:
            raise SheetRefused("no_task", sheet=found.ref, verb=verb)
        with TellsWhoWasQuicker(context, found):
            acting = do_verb(context, kept, acting, declared, given)
        if verb == "send":
            _check_papers(context, found, acting)
        moved = _carry_out(context, found, acting) if found.status == "done" and found.event_seq is None else None
        return _save(context, kept, verb, acting, moved)

    named = number_of(context.connection, context.agency, sheet)
    key = Key.of(context, idempotency_key, "sign", named, verb, given.model_dump())
    return once(context, key, SheetResult, work, lambda: _load(context, sheet, None))


def do_verb(context: Context, kept: Kept, acting: ActingPerson, verb: Verb[D], data: D) -> ActingPerson:
    """Does a verb with a sheet; one that is sent, also once more, goes by the rules and the people of now.

    Raises:
        SheetRefused.
    """
    if verb.name != send.name:
        verb.do(kept.sheet, acting, data)
        return acting
    sheet, before = kept.sheet, kept.sheet.config_id
    verb.check(sheet, acting)
    goes_as = routed(context, sheet.case_id, sheet.move, content(context.connection, sheet)[0])
    acting = _by_rules_of_now(context, kept, goes_as)
    sheet.matter = matter_of(goes_as.move, goes_as.data)
    noted: dict[str, object] = {} if sheet.config_id == before else {"template": sheet.config_id}
    if voided := _lay_out(sheet, acting, goes_as):
        noted["voided"] = voided
    sent(sheet, acting, data.opinion, **noted)
    return acting


def _by_rules_of_now(context: Context, kept: Kept, goes_as: "Routed") -> ActingPerson:
    """Who acts on a sheet that is not under way, which goes by the procedure in force; by its own if none covers it."""
    sheet = kept.sheet
    sheet.config_id = _version(context, kept.latest, goes_as._replace(approved_by=sheet.config_id))
    return acting_person(context, sheet.config_id, kept.latest)


def _filled(data: Mapping[str, object], *moves: str) -> Mapping[str, object]:
    """The data without what was left blank of the fields that these moves declare."""
    from ...states.procedure.advance import without_blanks

    for name in moves:
        data = without_blanks(name, data)
    return data


def _check_hand(context: Context) -> None:
    """Refuses who records of the past what another has done on a sheet, but for an administrator.

    Raises:
        NotPermitted.
    """
    if context.acting.user_id != context.actor.user_id and not context.may("administer"):
        raise NotPermitted("signature_of_another", user=context.actor.user_id, by=context.acting.user_id)


def parse_data(verb: Verb[D], data: Mapping[str, object]) -> D:
    """Checks the data given with a verb against the verb's model.

    Raises:
        BadData: every field that can't be used.
    """
    from ...states.procedure.advance import admit

    if not is_plain(data):
        data = admission.values(data)
    try:
        return admit(verb.data, data, OFFICE_TEXT)
    except BadData as error:
        faults = [_masked(verb, fault) for fault in error.faults]
    raise BadData(*faults)  # outside, so that it brings no error that shows what was given


def _masked(verb: Verb[D], fault: Fault) -> Fault:
    """A fault of what was given with a verb; the value is masked unless its field is known to hold nothing personal."""
    shown = {item.key for item in fields_in(verb.data) if item.privacy != "personal"}
    if "value" not in fault or str(fault["field"]).split(".")[0] in shown:
        return fault
    return fault | {"value": mask(fault["value"])}


def _admitted(move: str, data: Mapping[str, object], draft: str | None) -> tuple[dict[str, object], str | None]:
    """What is proposed, as it may enter.

    Raises:
        BadData.
    """
    if draft is not None:
        admission.text("draft", draft, admission.LONGEST_DRAFT)
    return admission.values(data, **({"move": move} if move else {})), draft


def require_sheet(context: Context, sheet: Sheet, acting: ActingPerson) -> None:
    """Refuses a sheet to who neither takes part in it, or has taken part, nor sees its case.

    Raises:
        NotPermitted.
    """
    if takes_part(sheet, acting):
        context.require(*WORK)
    else:
        context.require_sight(department_by_id(context.connection, sheet.case_id))


def find_sheet(context: Context, name: str) -> Kept:
    """The sheet of that name; whether a case has sheets, and how many, is told to who sees the case or takes part.

    Raises:
        UnknownSheet, NotPermitted; BadData: several are open, so that one must be named.
    """
    if not isinstance(name, str):
        admission.text("sheet", name)
    try:
        return load_sheet(context.connection, context.agency, name)
    except (UnknownSheet, BadData) as error:
        several = [fault for fault in getattr(error, "faults", ()) if fault["problem"] == "several_sheets"]
        names = [name for fault in several for name in str(fault["value"]).split("、")]
        going = [load_sheet(context.connection, context.agency, name) for name in names]
        if any(takes_part(kept.sheet, acting_person(context, kept.sheet.config_id, kept.latest)) for kept in going):
            raise
        case, mark, number = name.rpartition("#")
        found = handling(context.connection, context.agency, case if mark and number.isdecimal() else name)
        if found is not None:
            context.require_sight(found.department or None)
        raise


def _load(context: Context, name: str, expected: int | None) -> tuple[Kept, ActingPerson]:
    kept = find_sheet(context, name)
    sheet = kept.sheet
    acting = acting_person(context, sheet.config_id, kept.latest)
    if context.past:
        context.require_sight(department_by_id(context.connection, sheet.case_id))
    else:
        require_sheet(context, sheet, acting)
    if expected is not None and expected != sheet.version:
        raise Conflict("sheet_conflict", sheet=sheet.ref, **last_act(context.connection, sheet.id))
    return kept, acting


def proposed(context: Context, sheet: str) -> tuple[str, dict[str, object]]:
    """The move that a sheet proposes and its data, for who changes some of them, and sees it.

    Raises:
        UnknownSheet, NotPermitted.
    """
    kept, _ = _load(context, sheet, None)
    return kept.sheet.move, content(context.connection, kept.sheet)[0]


class TellsWhoWasQuicker:
    """Adds who acted and when to a refusal that came because others were quicker."""

    def __init__(self, context: Context, sheet: Sheet) -> None:
        self.context, self.sheet = context, sheet

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, SheetRefused) and error.code in ("task_gone", "sheet_status", "content_changed"):
            verbs = ("edit", "propose") if error.code == "content_changed" else ()
            error.fields |= last_act(self.context.connection, self.sheet.id, *verbs)


def _new_sheet(context: Context, loaded: Loaded, name: str, body: dict[str, object]) -> tuple[ActingPerson, Sheet]:
    number = loaded.case.case
    goes_as = routed(context, loaded.id, name, body)
    version = _version(context, loaded.config_id, goes_as)
    procedure = procedure_of(context.connection, version, context.agency)
    if procedure is None:
        raise SheetRefused("no_template", sheet=number, verb="propose", agency=context.agency)
    if procedure.route_for(goes_as.move, goes_as.data) is None:
        raise SheetRefused("no_route", sheet=number, verb="propose", move=goes_as.move)
    _one_open(context, loaded.id, number, name, body)
    acting = acting_person(context, version, loaded.config_id)
    due_on, length = _period(loaded)
    actor = context.acting
    sheet = Sheet(
        agency=context.agency,
        case_id=loaded.id,
        case=number,
        no=new_number(context.connection, context.agency, number),
        move=name,
        matter=matter_of(goes_as.move, goes_as.data),
        drafter=actor.user_id,
        drafter_name=actor.name or actor.user_id,
        department=actor.department,
        config_id=version,
        created_at=acting.at,
        due_on=due_on,
        length=length,
        authors=[actor.user_id],
    )
    _lay_out(sheet, acting, goes_as)
    return acting, sheet


class Routed(NamedTuple):
    """As what a proposal goes its way; an amendment goes as the move that it amends, with the data as they will be."""

    move: str
    data: Mapping[str, object]
    approved_by: int | None = None


def routed(context: Context, case_id: int, name: str, body: Mapping[str, object]) -> Routed:
    """As what a proposed move goes its way; ``approved_by`` is the version of the procedure that approved it before.

    Raises:
        BadData: an amendment of no step of the case.
    """
    if name != "amend":
        return Routed(name, body)
    amended = amended_step(context.connection, case_id, body)
    if amended is None:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": body.get("seq")}, move=name)
    goes_as = "reply" if amended.move == "decide" else amended.move
    return Routed(goes_as, amended.data, amended.approved.config_id if amended.approved is not None else None)


def _version(context: Context, in_force: int, goes_as: Routed) -> int:
    """The version of the procedure: the one in force, or where that no longer covers what was approved, the earlier."""
    if goes_as.approved_by is None:
        return in_force
    procedure = procedure_of(context.connection, in_force, context.agency)
    covered = procedure is not None and procedure.route_for(goes_as.move, goes_as.data) is not None
    return in_force if covered else goes_as.approved_by


def _check_way(context: Context, kept: Kept, before: Mapping[str, object], data: Mapping[str, object]) -> None:
    """Refuses an edit by which an amendment would be of another step, or one to be approved by another procedure.

    Raises:
        SheetRefused: it is to be proposed anew.
    """
    found = kept.sheet
    if step_number(before) != step_number(data):
        raise SheetRefused("amends_another_step", sheet=found.ref, verb="edit", step=step_number(before))
    ways = [routed(context, found.case_id, found.move, body) for body in (before, data)]
    if len({_version(context, kept.latest, goes_as) for goes_as in ways}) > 1:
        raise SheetRefused("goes_another_way", sheet=found.ref, verb="edit")


def _one_open(context: Context, case_id: int, number: str, name: str, body: dict[str, object]) -> None:
    """Refuses a second sheet for one matter; proposals of one case come one after another."""
    columns = t.sheet.c
    hold(context.connection, case_id)
    rows = context.connection.execute(
        select(columns.sheet_no, columns.data, columns.drafter_name).where(
            columns.agency == context.agency, columns.case_no == number, columns.is_open == 1, columns.move == name
        )
    )
    for row in rows:
        earlier = json.loads(row.data)
        if (earlier.get("id"), step_number(earlier)) == (body.get("id"), step_number(body)):
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


def _lay_out(sheet: Sheet, acting: ActingPerson, goes_as: Routed) -> list[int]:
    """Gives the sheet its steps, after checking the legal minimum against the people of now; returns what is voided."""
    procedure = acting.office.procedure
    missing = missing_reviewers(procedure, acting.is_held) if sheet.matter == "refusal" else []
    if missing:
        raise SheetRefused("template_below_law", sheet=sheet.ref, verb="propose", role=missing[0])
    plans = steps_for(procedure, goes_as.move, goes_as.data, acting.is_held)
    route = procedure.route_for(goes_as.move, goes_as.data)
    if route is None:
        raise SheetRefused("no_route", sheet=sheet.ref, verb="propose", move=sheet.move)
    sheet.seal_role = route.seal or None
    return [task.no for task in lay_out(sheet, acting, plans)]


def _counted(context: Context, number: str, name: str, data: dict[str, object]) -> dict[str, object]:
    """The data of a move with the number of items that a fee by items goes on from: it is signed with all else."""
    if name not in COUNTING:
        return data
    loaded = load_case(context.connection, context.agency, number, to_write=True)
    return with_earlier_items(context, loaded.case, loaded.id, name, data, context.today).data


def _rewrite(context: Context, sheet: Sheet, goes_as: Routed, proposed: Proposed) -> None:
    """Puts another text in the place of what a sheet proposes."""
    salt = secrets.token_hex(16)
    sheet.revision += 1
    sheet.data = redact(sheet.move, proposed.data, typed_names(context, proposed.data))[0]
    sheet.matter = matter_of(goes_as.move, goes_as.data)
    sheet.content_hash = content_hash(salt, sheet.move, proposed.data, proposed.draft)
    put_content(context.connection, sheet, proposed, salt)


def _will_annul(context: Context, sheet: Sheet, acting: ActingPerson, goes_as: Routed) -> Annuls:
    """Whether a sheet on its way will have a signer who may annul: else it could never be carried out."""

    def answer() -> bool:
        if context.past:
            return context.may("annul")
        plans = steps_for(acting.office.procedure, goes_as.move, goes_as.data, acting.is_held)
        return any(acting.may(person, "annul") for plan in plans for person in candidates(sheet, acting, plan))

    return answer


def has_annulled(context: Context, sheet: Sheet, acting: ActingPerson) -> Annuls:
    """Whether one of those who signed may annul; in a record of the past whether who records it may."""

    def answer() -> bool:
        if context.past:
            return context.may("annul")
        users = {task.acted_by or task.user_id for task in sheet.signatures()}
        people = [acting.directory.person(user, acting.on) for user in users - {acting.actor.user_id}]
        people += [acting.actor] if acting.actor.user_id in users else []
        return any(person is not None and acting.may(person, "annul") for person in people)

    return answer


def _check_papers(context: Context, sheet: Sheet, acting: ActingPerson) -> None:
    """Refuses to send a draft whose paper says what has not happened.

    Raises:
        BadData: every fault of law.
    """
    data, draft = content(context.connection, sheet)
    of = routed(context, sheet.case_id, sheet.move, data)
    proposal, annuls = Proposal(move=sheet.move, data=data, draft=draft), _will_annul(context, sheet, acting, of)
    faults = _drafted(context, sheet.case, proposal, of.move, strict=False, annuls=annuls).faults
    if faults.law and not context.past:
        raise BadData(*faults.law)


class _Drafted(NamedTuple):
    """What is proposed, what prevents its papers, and what its move warns of."""

    proposed: Proposed
    faults: Faults = Faults()
    warnings: tuple[Remark, ...] = ()

    def told(self, context: Context, *, strict: bool) -> tuple[Remark, ...]:
        """What its move warns of, and the faults that did not refuse it."""
        return (*self.warnings, *self.faults.remarks(law=context.past or not strict))


def _drafted(context: Context, number: str, proposal: Proposal, of: str, *, strict: bool, annuls: Annuls) -> _Drafted:
    """The draft that is approved with the move: what was given, or the notice that the move would give rise to.

    A blank one is none. With one that says something else than this notice, the notice is kept to be told to who signs.
    In live work a fault of law in the notice refuses it, where it is ``strict``.
    """
    name, data = proposal.move, dict(proposal.data)
    body = signed_as(name, of, data, "-")
    given = (proposal.draft or "").strip() and proposal.draft
    try:
        previewed = preview_moves(context, number, [MoveRequest(name, body)], annuls=annuls)
    except BadData:
        raise
    except MoveRefused:
        if strict:
            raise
        return _Drafted(Proposed(data, given, "") if given else Proposed(data, ""))
    produced, faults = drafted(context, number, previewed, name, body)
    if strict and faults.law and not context.past:
        raise BadData(*faults.law)
    own = Proposed(data, given, produced) if given and differ(given, produced) else None
    return _Drafted(own or Proposed(data, given or produced), faults, tuple(previewed.warnings))


def signed_as(name: str, of: str, body: dict[str, object], signer: str) -> dict[str, object]:
    """The data with the name of who decided: an extension names the head of the disclosure office.

    ``of`` is the move that is amended, else the move itself: an amended extension names who decided the amendment.
    """
    if of != "extend":
        return body
    signed: dict[str, object] = {"approved_by": signer}
    if name == of:
        return body | signed
    given = body.get("data")
    return body | {"data": (given if isinstance(given, dict) else {}) | signed}


def _open(context: Context, sheet: Sheet, proposed: Proposed) -> Kept:
    salt, data = secrets.token_hex(16), proposed.data
    sheet.revision = 1
    sheet.data = redact(sheet.move, data, typed_names(context, data))[0]
    sheet.content_hash = content_hash(salt, sheet.move, data, proposed.draft)
    kept = insert_sheet(context.connection, sheet)
    put_content(context.connection, sheet, proposed, salt)
    return kept


def _carry_out(context: Context, sheet: Sheet, acting: ActingPerson) -> MoveResult:
    """Makes the move after the last signature, through the same command as any other move.

    Raises:
        SheetRefused: the case has gone to another department, and nobody who sees it has taken the draft over; the
        people on record now require a review past which the sheet has not gone.
    """
    check_still_seen(context, sheet, acting)
    data, draft = content(context.connection, sheet)
    goes_as = routed(context, sheet.case_id, sheet.move, data)
    if sheet.move == "amend":  # of a step that may have been amended since
        sheet.matter = matter_of(goes_as.move, goes_as.data)
    check_floor(sheet, acting)
    signer = _decided_by(sheet, acting)
    actor = context.acting
    if sheet.acts and sheet.acts[-1].on_behalf_of:
        actor = actor.model_copy(update={"on_behalf_of": sheet.acts[-1].on_behalf_of})
    body = signed_as(sheet.move, goes_as.move, data, signer)
    context = replace(context, by=actor) if context.past else replace(context, actor=actor)
    annuls = has_annulled(context, sheet, acting)
    moved = carry_out(context, sheet.case, MoveRequest(carried_out_as(context, sheet), body), closing=1, annuls=annuls)
    if not context.past and _says_what_happened(data, draft):
        check_signed(context, sheet.case, step_number(data) if sheet.move == "amend" else moved.seq, draft)
    sheet.event_seq = moved.seq
    refuses = sheet.matter == "refusal"
    noted = {"held": [role for role in REVIEWS if acting.is_held(role)]} if refuses else {}
    act(sheet, acting, "carry_out", None, "", seq=moved.seq, **noted)
    return moved


def _says_what_happened(data: Mapping[str, object], draft: str) -> bool:
    """Whether a text says what has happened, or the answer needs it; else there is nothing to ask anew."""
    return wants_proof(dict(data)) or any(words.search(draft) for words in sought())


def carried_out_as(context: Context, sheet: Sheet) -> str:
    """The move that the last signature makes: a reply is decided by it in live work, and made when it goes out."""
    return "decide" if sheet.move == "reply" and not context.past else sheet.move


def check_still_seen(context: Context, sheet: Sheet, acting: ActingPerson) -> None:
    """Whether the drafter still sees the case; one who has left is not asked.

    Raises:
        SheetRefused.
    """
    if department_by_id(context.connection, sheet.case_id) == sheet.department:
        return
    drafter = acting.directory.person(sheet.drafter, acting.on)
    if drafter is not None and not acting.sees(drafter, sheet):
        raise SheetRefused("draft_of_another_department", sheet=sheet.ref, verb="approve", case=sheet.case)


def _decided_by(sheet: Sheet, acting: ActingPerson) -> str:
    """Who decided: the signer of the step that the law asks for, or else the last one."""
    steps = {step.no: step for step in sheet.steps}
    signed = sorted(sheet.signatures(), key=lambda task: (steps[task.step_no].plan.floor, steps[task.step_no].place))
    last = signed[-1]
    role = steps[last.step_no].plan.role
    if acting.actor.name and acting.actor.user_id == last.acted_by:
        return _in_post(acting.actor.name, role) if acting.acting_post(role) else acting.actor.name
    signer = last.acted_by or last.user_id
    found = acting.directory.person(signer, acting.on) if signer != last.user_id else None
    name = found.name if found is not None and found.name else last.name
    in_post = any((item.user, item.post) == (signer, role) for item in acting.office.acting_posts)
    return _in_post(name, role) if in_post else name


def _in_post(signer: str, post: str) -> str:
    """The name of somebody who signs for a post that is not the own one, with that post."""
    from ...notifications.messages.catalogue import say
    from ...notifications.messages.sentences import name

    return say("signed_in_post", name=signer, post=name("role", post))


def _save(
    context: Context,
    kept: Kept,
    verb: str,
    acting: ActingPerson,
    moved: MoveResult | None = None,
    warnings: tuple[Remark, ...] = (),
) -> SheetResult:
    if moved is not None:
        kept.sheet.due_on = due_day(context.connection, kept.sheet.case_id)
    save_sheet(context, kept, acting.at)
    return _result(kept.sheet, verb, moved, warnings)


def _result(sheet: Sheet, verb: str, moved: MoveResult | None, warnings: tuple[Remark, ...] = ()) -> SheetResult:
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
        warnings=warnings,
        repeated=False,
    )
