"""A case as it is stored: loading it, moving it on and writing it, on the host's connection.

A case's row holds its folded snapshot and the few columns by which lists and reports find it; the
history holds everything from which both can be computed again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ...states import admission
from ...states.errors import BadData, Conflict, UnknownCase
from ...states.procedure.case import AGENCY_DUTIES, FINISHED, Case, dump, load
from ...states.procedure.catalogue import known_fields, move_of
from ...states.procedure.counting import CountedRemedy, counted, counted_remedies
from ...states.procedure.history import Event, read_moment
from ...states.procedure.periods import Law, merged
from ...states.procedure.stages import AT_ONCE, Stage
from ...states.remark import Remark
from ..kernel.chains import GENESIS, canonical, event_hash, is_plain
from ..kernel.context import IMPORT, Actor, Context
from ..kernel.directory import Known, typed_names
from ..kernel.owners import CaseRow, follow, note_owners, registered, void_withdrawn
from ..kernel.personal_data import (
    NAMING,
    REDACTED,
    Redacted,
    is_redacted,
    open_fields,
    put_by_aside,
    redact,
    redacted_places,
    restore,
    restore_names,
)
from ..kernel.tables import cases as t
from ..kernel.tables.base import NEVER
from ..kernel.unit import Message, Prepared, PreparedInsert, enqueue
from ..kernel.versions import LATEST, law_at
from .amending import amended_move, check_amended_answer, check_amended_day
from .annulled import check_annulment
from .departments import NAME_ONE, check_handler, departments, registered_in, with_department
from .kept_keys import check_keys, keys_of
from .lists.search import write_again, write_pairs
from .missed import Annuls, check_missed_days, missed_days
from .monthly import COUNTING, Counted, with_earlier_items
from .numbers import admit_new, duplicate
from .steps import history as history

if TYPE_CHECKING:  # the moves with all their declarations: whoever only reads does without them
    from ...states.procedure.advance import Caution


class MoveResult(BaseModel):
    """What a move did: the state it led to, the due day it leaves, the version to expect next."""

    model_config = ConfigDict(frozen=True)
    case: str
    move: str
    seq: int
    state: str
    version: int
    due_on: date | None = None
    warnings: tuple[Remark, ...] = ()
    repeated: bool = False


class MoveRequest(NamedTuple):
    """A move to be made or previewed: its name, its data, its day (default: today)."""

    move: str
    data: Mapping[str, object] = MappingProxyType({})
    at: date | datetime | str | None = None


_LOAD = Prepared(
    select(
        t.case.c.id,
        t.case.c.version,
        t.case.c.head_hash,
        t.case.c.snapshot,
        t.case.c.config_id,
        t.case.c.department,
        t.case.c.open_sheets,
        t.case.c.reply_issued,
        LATEST.label("latest"),
    ).where(t.case.c.agency == bindparam("agency"), t.case.c.case_no == bindparam("case_no"))
)
_MISSING = Prepared(select(LATEST.label("latest")))
_EXISTS = select(t.case.c.id).where(t.case.c.agency == bindparam("agency"), t.case.c.case_no == bindparam("case_no"))
_COLUMNS = [
    "state",
    "kind",
    "handler",
    "received_on",
    "is_open",
    "due_on",
    "due_rule",
    "paused_until",
    "waits",
    "received_year",
    "done_year",
    "row_key",
    "stage",
    "awaits_since",
    "acts_on",
    "tell_by",
    "to_confirm",
    "breached_on",
    "last_fact_on",
    "config_id",
    "department",
    "head_hash",
    "snapshot",
]
_INSERT_CASE = PreparedInsert(insert(t.case), "agency", "case_no", "version", *_COLUMNS)
_UPDATE_CASE = Prepared(
    update(t.case)
    .where(t.case.c.id == bindparam("b_id"), t.case.c.version == bindparam("b_version"))
    .values({name: bindparam(name) for name in _COLUMNS} | {"version": bindparam("next_version")})
)
_INSERT_EVENT = Prepared(insert(t.event), *(column.name for column in t.event.c if column.name != "id"))
_INSERT_PRIVATE = Prepared(insert(t.private), "case_id", "seq", "salt", "payload")
_DELETE_REMEDY = delete(t.remedy).where(t.remedy.c.case_id == bindparam("b_case_id"))
_INSERT_REMEDY = insert(t.remedy)
_LAST_ACTOR = (
    select(t.event.c.actor, t.event.c.move, t.event.c.on_date)
    .where(t.event.c.case_id == bindparam("case_id"))
    .order_by(t.event.c.seq.desc())
    .limit(1)
)


@dataclass(slots=True)
class Loaded:
    """A case as it stands in the database, with what a write needs to know."""

    id: int
    version: int
    head_hash: str
    case: Case
    law: Law
    config_id: int
    places: list[CountedRemedy]
    department: str | None = None
    open_sheets: int = 0
    reply_issued: bool = False

    @property
    def stage(self) -> Stage | None:
        """Where the case stands, with its sheets and the paper of its reply."""
        return self.case.stage(approving=self.open_sheets > 0, issued=self.reply_issued)

    def row(self, agency: str) -> CaseRow:
        """The case as the owners of tables know it."""
        return CaseRow(self.id, agency, self.case.case)


def load_case(connection: Connection, agency: str, number: str, *, to_write: bool = False) -> Loaded:
    """The case of that number.

    Read, a finished case keeps the calendar and readings of its last move; a new move is made by the
    newest.
    Raises:
        UnknownCase: no case of that number; BadData: nothing that could be a number.
    """
    number = number_of(connection, agency, number)
    row = _LOAD.first(connection, {"agency": agency, "case_no": number})
    if row is None:
        raise UnknownCase(case=number)
    case = load(row.snapshot)
    kept = case.state in FINISHED and not to_write
    config_id = row.config_id if kept else row.latest
    law = law_at(connection, config_id, agency)
    places = counted_remedies(case, law)
    found = Loaded(row.id, row.version, row.head_hash, case, law, config_id, places, row.department, row.open_sheets)
    found.reply_issued = bool(row.reply_issued)
    return found


def load_seen(context: Context, number: str) -> Loaded:
    """The case of that number, as ``load_case`` gives it, for who may see it.

    Raises:
        UnknownCase, NotPermitted; BadData: nothing that could be a number.
    """
    context.departments()  # who may see nothing is not told which numbers there are
    loaded = load_case(context.connection, context.agency, number)
    context.require_sight(loaded.department)
    return loaded


def number_of(connection: Connection, agency: str, number: str) -> str:
    """The number of a case in its one form; a case that was stored under another form keeps it.

    Raises:
        BadData: nothing that could be a number.
    """
    if type(number) is str and admission.plain_key(number):
        return number
    if isinstance(number, str) and not admission.unstorable(number):
        stored = connection.execute(_EXISTS, {"agency": agency, "case_no": number}).first()
        if stored is not None:
            return number
    return admission.key("case", number)


def new_case(connection: Connection, agency: str, number: str) -> Loaded:
    """A case that is not in the database yet."""
    config_id = _MISSING.first(connection, {}).latest
    return Loaded(0, 0, GENESIS, Case(number), law_at(connection, config_id, agency), config_id, [])


def private_data(connection: Connection, case_id: int) -> dict[int, dict[str, object] | None]:
    """Personal data by step; None where they have been erased."""
    rows = connection.execute(select(t.private.c.seq, t.private.c.payload).where(t.private.c.case_id == case_id))
    return {row.seq: json.loads(row.payload) if row.payload is not None else None for row in rows}


def opened(events: Sequence[Event], aside: dict[int, dict[str, object] | None]) -> list[dict[str, Any]]:
    """Each event's data with the personal data restored."""
    return [restore(event.data, aside.get(event.seq)) for event in events]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it is written to the history: its data as text, and the personal data kept apart from them.

    ``actor`` is the text of who acted and, in a record of the past, of who recorded it.
    """

    event: Event
    data: str
    aside: Mapping[str, object]
    salt: str
    actor: str
    recorded_at: str


def save(context: Context, loaded: Loaded, recorded: Recorded, message: Message | None) -> None:
    """Writes the case, its new event and what leaves the process.

    Raises:
        Conflict: somebody else has changed the case since it was read.
    """
    connection, agency = context.connection, context.agency
    row = _event_columns(agency, loaded, recorded)
    columns = case_columns(loaded.case, loaded.law)
    columns |= {"config_id": loaded.config_id, "head_hash": row["hash"]}
    columns["department"] = _department(context, loaded, recorded)
    if loaded.id == 0:
        fixed = {"agency": agency, "case_no": loaded.case.case, "version": 1}
        loaded.id = _INSERT_CASE.new_id(connection, fixed | columns)
    else:
        where = {"b_id": loaded.id, "b_version": loaded.version, "next_version": loaded.version + 1}
        if _UPDATE_CASE.write(connection, columns | where) != 1:
            raise conflict(connection, loaded)
        if _decides_anew(recorded.event):
            note_issued(connection, loaded.id, issued=False)
    _INSERT_EVENT.write(connection, row | {"case_id": loaded.id})
    if message is not None:
        enqueue(connection, message, recorded.recorded_at)
    if recorded.aside:
        payload = {"payload": canonical(recorded.aside), "salt": recorded.salt, "seq": recorded.event.seq}
        _INSERT_PRIVATE.write(connection, payload | {"case_id": loaded.id})
    if recorded.event.move == "submit":
        write_pairs(connection, agency, loaded.id, restore(recorded.event.data, recorded.aside))
    elif recorded.event.move == "amend":
        write_again(connection, agency, loaded.id)
    save_remedies(connection, agency, loaded)
    if loaded.open_sheets > 0 or registered:  # of our own rooms none but open sheets has anything to follow
        follow(connection, CaseRow(loaded.id, agency, loaded.case.case))
    if registered:
        note_owners(context)


def _decides_anew(event: Event) -> bool:
    """Whether a paper that was issued before is that of another decision."""
    return event.move == "withdraw_decision" or (event.move == "decide" and bool(event.data.keys() & _ANSWERED))


_ANSWERED = {"answer", "outcome"}


def _department(context: Context, loaded: Loaded, recorded: Recorded) -> str | None:
    """The department that handles the case: the one that a move names, else that of whoever registered the case."""
    event = recorded.event
    if event.move == "submit":
        return registered_in(_named(recorded), recorded.actor) or None
    if event.move == "amend" or "late_reason" in event.data:
        event = _named(recorded)
        found = departments(context.connection, loaded.id, [(event, recorded.actor)])
        return found[-1] if found else None
    return loaded.case.department or loaded.department


def _named(recorded: Recorded) -> Event:
    """The event with the departments and people that were put aside with the personal data."""
    return replace(recorded.event, data=restore_names(recorded.event.data, recorded.aside))


def _event_columns(agency: str, loaded: Loaded, recorded: Recorded) -> dict[str, object]:
    """The history row, with the hash that chains it to the row before; the case's id comes last."""
    event = recorded.event
    row = {
        "seq": event.seq,
        "move": event.move,
        "on_date": event.on,
        "at_text": event.at.isoformat() if event.at else None,
        "recorded_at": recorded.recorded_at,
        "actor": recorded.actor,
        "data": recorded.data,
        "live": int(event.live),
        "prev_hash": loaded.head_hash,
    }
    row["hash"] = event_hash(loaded.head_hash, agency, loaded.case.case, row)
    return row


class Wanted(NamedTuple):
    """A move that somebody wants to make: its data, its legal day, and the instant where one was given."""

    move: str
    data: dict[str, object]
    on: date
    at: datetime | None


def wanted_move(context: Context, request: MoveRequest) -> Wanted:
    """Reads the day of a requested move, today where it names none; a field that was left blank counts as not given.

    Raises:
        BadData: no day, or data that may not enter.
    """
    from ...states.procedure.advance import without_blanks

    data = dict(request.data)
    if not is_plain(data):
        data = admission.values(data, move=request.move)

    on, moment = read_moment(request.at) if request.at is not None else (context.today, None)
    return Wanted(request.move, without_blanks(request.move, data), on, moment)


def load_for(context: Context, number: str, name: str) -> Loaded:
    """The case for a move: a new one for its submission, else the one that there is.

    Raises:
        UnknownCase, DuplicateCase; BadData: nothing that could be a number.
    """
    connection = context.connection
    number = number_of(connection, context.agency, number)
    if name != "submit":
        return load_case(connection, context.agency, number, to_write=True)
    try:
        known = load_case(connection, context.agency, number)
    except UnknownCase:
        admit_new(number)
        return new_case(connection, context.agency, number)
    raise duplicate(context, number, known.department, known.case.received_on)


def carry_out(
    context: Context, number: str, request: MoveRequest, *, closing: int = 0, annuls: Annuls | None = None
) -> MoveResult:
    """Makes a move that follows from another act, inside a unit of work that is open: its guards are checked again.

    ``closing`` is how many open approval sheets of the case end with the act: they need not follow its due day.
    ``annuls`` tells whether those who decided it may annul (default: whether the person who acts may).
    Raises:
        the errors of ``move``.
    """
    loaded = load_for(context, number, request.move)
    loaded.open_sheets -= closing
    return make(context, loaded, wanted_move(context, request), annuls)


def make(context: Context, loaded: Loaded, wanted: Wanted, annuls: Annuls | None = None) -> MoveResult:
    """Makes the move of a loaded case, writes it, and announces it in the outbox unless it records the past."""
    warnings, recorded = advance_loaded(context, loaded, wanted, annuls=annuls)
    warnings += _slips(recorded.event, wanted.data, recorded.event.recorded_on or context.today)
    message = None if context.past else _announcement(context.agency, loaded, recorded)
    save(context, loaded, recorded, message)
    if wanted.move == "withdraw_decision":
        void_withdrawn(context, loaded.row(context.agency), str(wanted.data.get("reason", "")))
    return _result(loaded, recorded, warnings)


def advance_loaded(
    context: Context, loaded: Loaded, wanted: Wanted, tried: Sequence[Event] = (), annuls: Annuls | None = None
) -> "tuple[list[Caution], Recorded]":
    """Makes the move of the loaded case and gives the event to record; ``tried`` are moves that are not written.

    Every move is made here, so here a missed day is seen to stay.
    """
    from ...states.procedure.advance import advance, as_kept

    name, body, on, moment = wanted
    today = context.today
    if context.past:
        body = as_kept(name, body, loaded.case)
    elif on > today or name == "amend":
        _check_ahead(wanted, today, loaded.law.calendar.announced_until)
    body, counted = _as_told(context, loaded, name, body, on)
    text = canonical(body)
    if REDACTED in text:  # in the history it would be taken for erased personal data
        faults = [{"field": place, "problem": "reads_like_redacted"} for place, _ in redacted_places(body)]
        if faults:
            raise BadData(*faults, move=name)
    seq = loaded.case.seq + 1
    keys = None if context.past or _KEYED.isdisjoint(body) else keys_of(loaded.case)
    plain = Event(seq, name, on, moment, body, not context.past, None if context.past else today)
    late = loaded.case.is_late(today if context.is_by_the_clock else max(today, context.real_day))
    missed = missed_days(context, loaded.case, loaded.id, name) if late else None
    claims = loaded.case.claims if loaded.case.unconfirmed else []
    loaded.case, warnings = advance(
        loaded.case, plain, loaded.law, lambda: [*history(context.connection, loaded.id), *tried]
    )
    if missed is not None:
        check_missed_days(missed, loaded.case, name, annuls or (lambda: context.may("annul")))
    if keys is not None:
        check_keys(context.connection, loaded.id, name, body, keys)
    loaded.case.seq = seq
    warnings += [*_counted(plain, counted), *_claimed(loaded.case, plain, claims)]
    typed = _strange(context, loaded, name, body)
    if not typed and context.by is None and body.keys() <= open_fields(name):
        return warnings, Recorded(plain, text, {}, "", context.written(), context.stamp)
    amended = amended_move(context.connection, loaded.id, body) if name == "amend" else ""
    (kept, aside, salt), actor = _written(context, redact(name, body, typed, amended))
    event = replace(plain, data=kept)
    return warnings, Recorded(event, canonical(kept), aside, salt, actor, context.stamp)


def _as_told(
    context: Context, loaded: Loaded, name: str, body: dict[str, object], on: date
) -> tuple[dict[str, object], Counted | None]:
    """The data of a move as they enter the history, with what the case's own record adds, and how it was counted.

    Raises:
        BadData, NotPermitted, MoveRefused.
    """
    if name in NAME_ONE:
        body = with_department(context, loaded.id, name, body)
    if name == "amend":
        check_amended_day(context.connection, loaded.id, body)
        if not context.past:
            check_amended_answer(_whole_history(context.connection, loaded.id), loaded.case, body)
    counted = with_earlier_items(context, loaded.case, loaded.id, name, body, on) if name in COUNTING else None
    body = counted.data if counted is not None else body
    if name == "submit":
        from ..kernel.agencies import check_takes_requests  # what an office is, of which other moves know nothing

        check_takes_requests(context, loaded.config_id, on, loaded.case.case)
    if name == "annul":
        check_annulment(context, loaded.case, loaded.law, loaded.places, body)
    return body, counted


def _whole_history(connection: Connection, case_id: int) -> list[Event]:
    """The events of a case with their personal data."""
    events = history(connection, case_id)
    bodies = opened(events, private_data(connection, case_id))
    return [replace(event, data=body) for event, body in zip(events, bodies, strict=True)]


def _counted(event: Event, counted: Counted | None) -> "Iterator[Caution]":
    """Warnings about the number of earlier items of the month that a fee goes on from."""
    if counted is None or not counted.notes:
        return
    from ...states.procedure.advance import Caution
    from ...states.procedure.declaration import Unmet

    for note in counted.notes:
        unmet = Unmet(note.code, counted.source, note.fields, hard=False, text=note.text)
        yield Caution(event.move, event.seq, unmet)


def _claimed(case: Case, event: Event, known: list[int]) -> "Iterator[Caution]":
    """Warnings that a step which shows a period to have been kept waits for who confirms it.

    That is the step itself, or one on which the period rests only since it was made; ``known`` have been told of.
    """
    if not case.has_claims:
        return
    from ...states.procedure.advance import Caution
    from ...states.procedure.claims import step_of
    from ...states.procedure.declaration import Unmet

    for step in case.claims:
        if step not in known or step == step_of(event):
            yield Caution(event.move, event.seq, Unmet("breach_claimed", "", {"claim": step}, hard=False))


def _strange(context: Context, loaded: Loaded, move: str, body: Mapping[str, object]) -> frozenset[str]:
    """The fields that were to name somebody of the office and name nobody known.

    Raises:
        BadData: in live work nobody would handle the case.
    """
    if _NAMED.isdisjoint(body):
        return frozenset()
    found = typed_names(context, body, loaded.config_id)
    if "handler" in found and not context.past:
        check_handler(context, loaded.id, loaded.config_id, move, body)
    return found


def _written(context: Context, found: Redacted) -> tuple[Redacted, str]:
    """What is put aside, and who acted; who is only said to have acted, and is nobody known, is put aside as well."""
    by = context.acting
    if by is context.actor or by.user_id == IMPORT or Known(context).person(by.user_id):
        return found, context.written()
    found, mark = put_by_aside(found, by.model_dump(mode="json", exclude_defaults=True))
    return found, context.written(Actor(user_id=mark))


_KEYED = frozenset(("id", "after_review", "data"))
"""Fields that may give a consultation, a review or a suit its number, an amendment's among them."""
_NAMED = frozenset((*NAMING, "data"))
"""Fields that may name somebody of the office, an amendment's among them."""


def _check_ahead(wanted: Wanted, today: date, announced_until: date) -> None:
    """Refuses a day ahead where the record is mended, where a move waits for a day, and beyond the announced years.

    Raises:
        BadData.
    """
    move, at = move_of(wanted.move), wanted.data.get("at")
    mends = move.amends or bool(wanted.data.get("late_reason"))
    days = {"at": wanted.on} if mends or any(item.waits for item in move.conditions) else {}
    if move.amends and at is not None:
        days["data.at"] = read_moment(at, "data.at")[0]
    text = "record_ahead" if mends else "day_not_over"
    ahead = {field: day.isoformat() for field, day in days.items() if day > today}
    faults = [
        {"field": field, "problem": "not_yet", "text": text, "value": day, "today": today.isoformat()}
        for field, day in ahead.items()
    ]
    if not faults and wanted.on > max(today, announced_until):
        told = {"value": wanted.on.isoformat(), "today": today.isoformat(), "until": announced_until.isoformat()}
        faults.append({"field": "at", "problem": "not_yet", "text": "beyond_announced", **told})
    if faults:
        raise BadData(*faults, move=wanted.move)


def _last_fact(on: date, data: Mapping[str, object]) -> date:
    """The latest day of which a move tells a fact: its own, or that of a service in its data (or in an amendment's)."""
    inner = data.get("data")
    told = [data.get("served_on"), inner.get("served_on") if isinstance(inner, Mapping) else None]
    try:
        return max([on, *(read_moment(day)[0] for day in told if day is not None)])
    except BadData:  # a field that the move does not know is kept as it is
        return on


def _slips(event: Event, body: Mapping[str, object], day: date) -> "Iterator[Caution]":
    """Warnings of what is probably a typing error: a day in the future, fields that the move does not know."""
    last = _last_fact(event.on, body)
    if last <= day and body.keys() <= known_fields(event.move):
        return
    from ...states.procedure.advance import Caution
    from ...states.procedure.declaration import Unmet

    if last > day:
        yield Caution(event.move, event.seq, Unmet("dated_ahead", "", {"on": last}, hard=False))
    for field in body.keys() - known_fields(event.move):
        yield Caution(event.move, event.seq, Unmet("unknown_field_kept", "", {"field": field}, hard=False))


def _announcement(agency: str, loaded: Loaded, recorded: Recorded) -> Message:
    """The outbox message about a move: numbers and states, nothing about the applicant."""
    number, event = loaded.case.case, recorded.event
    payload = {
        "agency": agency,
        "case": number,
        "seq": event.seq,
        "move": event.move,
        "on": event.on.isoformat(),
        "state": loaded.case.state,
    }
    return Message(f"{agency}/{number}/{event.seq}", "case.moved", agency, canonical(payload))


def _result(loaded: Loaded, recorded: Recorded, warnings: "Iterable[Caution]") -> MoveResult:
    case = loaded.case
    period = case.last_period("reply")
    running = period is not None and period.ended_on is None and not period.stands_still
    return MoveResult(
        case=case.case,
        move=recorded.event.move,
        seq=recorded.event.seq,
        state=case.state,
        version=loaded.version + 1,
        due_on=period.due_on if period is not None and running else None,
        warnings=tuple(Remark.of(item.unmet) for item in warnings),
    )


def save_remedies(connection: Connection, agency: str, loaded: Loaded) -> None:
    """Writes the report places of the case's remedies, where they changed."""
    if not loaded.case.remedies and not loaded.places:
        return
    places = counted_remedies(loaded.case, loaded.law)
    if places == loaded.places and loaded.version:
        return
    remedy_rows(connection, agency, loaded.id, places)


def remedy_rows(connection: Connection, agency: str, case_id: int, places: Sequence[CountedRemedy]) -> None:
    """Writes the report places of a case's remedies afresh."""
    connection.execute(_DELETE_REMEDY, {"b_case_id": case_id})
    rows = [
        {
            "case_id": case_id,
            "agency": agency,
            "remedy_no": place.id,
            "column_key": place.column,
            "from_year": place.from_year,
            "to_year": place.to_year,
        }
        for place in places
    ]
    if rows:
        connection.execute(_INSERT_REMEDY, rows)


def conflict(connection: Connection, loaded: Loaded) -> Conflict:
    """The error that says who changed the case meanwhile."""
    row = connection.execute(_LAST_ACTOR, {"case_id": loaded.id}).first()
    fields = {"case": loaded.case.case}
    if row is not None:
        actor = json.loads(row.actor)
        if is_redacted(actor["user_id"]):
            actor = actor["recorder"]
        fields |= {"by": actor.get("name") or actor["user_id"], "move": row.move, "at": row.on_date.isoformat()}
    return Conflict(**fields)


def case_columns(case: Case, law: Law) -> dict[str, Any]:
    """The columns by which lists and reports find a case: all of them computed from its history."""
    place = counted(case, law.settings)
    duties = [item for item in case.periods if item.ended_on is None and item.rule in AGENCY_DUTIES]
    going = [item for item in duties if item.presses]
    urgent = min(going, key=lambda item: item.limit, default=None)
    waits = case.waits_for_others and urgent is None
    stage = case.by_papers()
    return {
        "state": case.state,
        "kind": case.applicant_kind,
        "handler": case.handler or None,
        "received_on": case.received_on,
        "is_open": int(case.state not in FINISHED or urgent is not None),
        "due_on": urgent.limit if urgent else NEVER,
        "due_rule": urgent.rule if urgent else None,
        "paused_until": _paused_until(case, urgent.rule if urgent else None),
        "waits": int(waits),
        "received_year": place.received_year if place else None,
        "done_year": place.done_year if place else None,
        "row_key": place.row if place else None,
        "stage": stage,
        "awaits_since": case.awaits_since(stage),
        "acts_on": case.acts_on(stage),
        "tell_by": case.tell_by(),
        "to_confirm": int(case.has_claims),
        "breached_on": case.breaches_on(),
        "last_fact_on": case.last_fact_on or AT_ONCE,
        "snapshot": dump(case),
    }


def columns_on(connection: Connection, case_id: int, number: str, law: Law, on: date) -> dict[str, Any] | None:
    """The same columns as the case stands at the end of a day, by the days of its steps; None: it was not submitted."""
    from ...states.procedure.advance import fold

    case, _ = fold(number, history(connection, case_id), law, until=on)
    return case_columns(case, law) if case.submitted_on is not None else None


def columns_ahead(connection: Connection, case_id: int, number: str, law: Law, on: date) -> dict[str, Any]:
    """The columns on a day of a case that tells of a later one; of one whose submission is later, as they will be."""
    found = columns_on(connection, case_id, number, law, on) or columns_on(connection, case_id, number, law, date.max)
    assert found is not None, "a case begins with its submission"  # noqa: S101 - invariant of fold
    return found


def _paused_until(case: Case, urgent: str | None) -> date | None:
    """The day until which the clock is suspended, where it is known in advance; None while the clock runs."""
    period = case.last_period("reply")
    if urgent != "reply" or period is None or not period.spans or period.ended_on is not None or case.last_on is None:
        return None
    spans = [until for after, until in merged(period.spans) if until > case.last_on]
    return max(spans, default=None)


def due_day(connection: Connection, case_id: int) -> date:
    """The statutory day of the case of that row."""
    found: date = connection.execute(select(t.case.c.due_on).where(t.case.c.id == case_id)).scalar_one()
    return found


def department_by_id(connection: Connection, case_id: int) -> str | None:
    """The department that handles the case of that row."""
    found: str | None = connection.execute(select(t.case.c.department).where(t.case.c.id == case_id)).scalar()
    return found


def hold(connection: Connection, case_id: int) -> None:
    """Locks the case's row against other writers until the end of the transaction."""
    connection.execute(select(t.case.c.id).where(t.case.c.id == case_id).with_for_update())


def note_issued(connection: Connection, case_id: int, *, issued: bool) -> None:
    """Notes whether the paper of the reply that the case holds is issued."""
    connection.execute(update(t.case).where(t.case.c.id == case_id).values(reply_issued=int(issued)))


def add_open_sheets(connection: Connection, case_id: int, more: int) -> None:
    """Changes the number of open approval sheets of the case by so many; one less is -1."""
    connection.execute(update(t.case).where(t.case.c.id == case_id).values(open_sheets=t.case.c.open_sheets + more))


def set_open_sheets(connection: Connection, case_id: int, count: int) -> None:
    """Puts the number of open approval sheets of the case right."""
    connection.execute(update(t.case).where(t.case.c.id == case_id).values(open_sheets=count))
