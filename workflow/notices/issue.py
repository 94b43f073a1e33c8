"""Issuing a paper: numbered, checked, and frozen as it is; voiding one, and correcting it by another.

Like every command these take the host's ``Session``, never commit it, and leave no trace when they fail.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert

from ...notifications.documents.facts import NOTHING, CaseHistory
from ...notifications.documents.kinds import NoticeKind, NoticeRef
from ...notifications.documents.kinds import kind as kind_of
from ...notifications.documents.render import Notice, notice_for
from ...notifications.formats.carriers import SHIPPED, find_carrier
from ...notifications.formats.carriers import carriers as registered_carriers
from ...states.errors import BadData
from ...states.procedure.history import Event
from ..cases.drafts import check_kind, letterhead_of, office_of, overrides, refs_of, with_personal_data
from ..cases.queries import hold
from ..cases.store import Loaded, load_case
from ..kernel.context import Actor, Clock, Context, RoleAuthorizer, SystemClock, stamp
from ..kernel.outbox import Message, enqueue
from ..kernel.sealing import canonical, digest
from ..kernel.tables import notices as t
from ..kernel.unit import Key, once, unit
from .approved import difference
from .checks import faults_of
from .numbers import pattern_of, take
from .record import check_about, from_record, named
from .store import act_data, acts_of, add_act, carriers_of, find_notice, mark_void, next_no, notices_of

CARRIERS = tuple(item.key for item in SHIPPED)
"""What a paper is written in where nothing else is asked for; a host names its own carriers."""
_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


class IssuedNotice(BaseModel):
    """A paper as it was issued; ``hashes`` are those of its bytes (SHA-256), by carrier.

    ``approved`` is the sheet by which its step was approved, ``changed`` the lines that its draft did not hold.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    notice: int
    kind: str
    paper: str
    title: str
    number: str | None
    issued_on: date
    hashes: dict[str, str]
    replaces: int | None = None
    approved: str | None = None
    changed: tuple[str, ...] = ()
    repeated: bool = False


class _Scene(NamedTuple):
    """What issuing one paper works on."""

    connection: Connection
    agency: str
    loaded: Loaded
    events: Sequence[Event]
    kind: NoticeKind
    ref: NoticeRef
    given: Mapping[str, Any]
    reason: str
    about: str


def issue(
    context: Context,
    number: str,
    kind: str,
    *,
    ref: str | None = None,
    given: Mapping[str, Any] = NOTHING,
    carriers: Sequence[str] = CARRIERS,
    replaces: str | None = None,
    reason: str = "",
    about: str = "",
    on: date | None = None,
    idempotency_key: str | None = None,
) -> IssuedNotice:
    """Issues a paper of a case: gives it its number, writes it in every carrier, and freezes all of it.

    ``ref`` names the consultation or remedy where the case has several; ``given`` are the facts that no
    move holds (the kind's ``asks``). ``replaces`` names an issued paper that the new one corrects.
    A paper that does not say what was approved is issued with a ``reason`` only, which is kept. ``about`` names
    the paper of whose service a record is written.
    Raises:
        UnknownCase, NotPermitted; BadData: everything that speaks against it, all at once; Conflict.
    """
    context.require("propose")
    check_kind(kind)
    check_about(kind, about)
    _check_carriers(carriers)
    key = Key.of(
        idempotency_key,
        context.actor.user_id,
        number,
        kind,
        ref or "",
        canonical(dict(given)),
        ",".join(carriers),
        replaces or "",
        reason,
        about,
    )

    def work() -> IssuedNotice:
        connection, loaded = context.connection, visible(context, number)
        events = with_personal_data(connection, loaded)
        wanted = _wanted(loaded, events, kind_of(kind), on or context.today, ref)
        scene = _Scene(connection, context.agency, loaded, events, kind_of(kind), wanted, given, reason.strip(), about)
        return _freeze(scene, context.actor, replaces, carriers, context.clock, not context.past)

    return once(context, key, IssuedNotice, work)


def visible(context: Context, number: str) -> Loaded:
    """The case, if the person may see it; held against other writers of its papers until the end of the transaction.

    Raises:
        UnknownCase, NotPermitted.
    """
    loaded = load_case(context.connection, context.agency, number)
    context.require_sight(loaded.department)
    hold(context.connection, loaded.id)
    return loaded


def _check_carriers(carriers: Sequence[str]) -> None:
    unknown = [name for name in carriers if find_carrier(name) is None]
    if unknown or not carriers:
        raise _unknown_carriers(unknown)


def _unknown_carriers(unknown: Sequence[str]) -> BadData:
    value, choices = "、".join(unknown), "、".join(item.key for item in registered_carriers())
    return BadData({"field": "carriers", "problem": "not_one_of", "value": value, "choices": choices})


def _wanted(loaded: Loaded, events: Sequence[Event], kind: NoticeKind, on: date, ref: str | None) -> NoticeRef:
    found = [item for item in refs_of(loaded, events, on, kind.key) if ref is None or item.ref == ref]
    if not found:
        raise BadData({"field": "kind", "problem": "nothing_to_issue", "value": kind.title})
    several = {item.ref for item in found}
    if len(several) > 1:
        raise BadData({"field": "ref", "problem": "which_of_them", "choices": "、".join(sorted(several))})
    return found[-1]


def _freeze(
    scene: _Scene, actor: Actor, replaces: str | None, carriers: Sequence[str], clock: Clock, announce: bool
) -> IssuedNotice:
    connection, loaded, kind = scene.connection, scene.loaded, scene.kind
    old = find_notice(connection, loaded.id, replaces) if replaces is not None else None
    serial, number, series = _number(scene)
    given = dict(scene.given) | from_record(connection, loaded, kind.key, scene.ref.on, scene.about)
    given |= {"document_number": number} if number else {}
    given |= {"replaces": named(old)} if old is not None else {}
    notice = _written(scene, given)
    faults = faults_of(
        connection,
        scene.agency,
        loaded,
        scene.events,
        kind,
        scene.ref,
        notice,
        replaces=old.notice_no if old is not None else None,
    )
    if number is None and kind.suffix is not None:
        faults.append({"field": "code", "problem": "number_code_missing"})
    differs = difference(connection, loaded, kind, scene.ref, notice)
    if differs is not None and differs.lines and not scene.reason:
        faults += [
            {"field": "draft", "problem": "not_as_approved", "value": line[:60], "line": line, "sheet": differs.sheet}
            for line in differs.lines
        ]
    if faults:
        raise BadData(*faults)
    letterhead = letterhead_of(connection, scene.agency)
    content = {name: carried(name, notice, letterhead) for name in carriers}
    salt = secrets.token_hex(16)
    facts = canonical({"values": notice.facts.values, "traces": [item._asdict() for item in notice.facts.traces]})
    row: dict[str, Any] = {
        "agency": scene.agency,
        "case_id": loaded.id,
        "notice_no": next_no(connection, loaded.id),
        "kind": kind.key,
        "paper": notice.paper,
        "event_seq": scene.ref.seq,
        "ref": scene.ref.ref,
        "title": notice.title,
        "number": number,
        "series": series,
        "year": notice.on.year if number else None,
        "serial": serial,
        "issued_on": notice.on,
        "issued_at": stamp(clock),
        "template_hash": notice.template,
        "facts": facts,
        "facts_hash": digest(salt, facts),
        "salt": salt,
        "replaces_no": old.notice_no if old is not None else None,
    }
    _store(connection, row, content)
    hashes = {name: sha256(body).hexdigest() for name, body in content.items()}
    data = {
        name: row[name]
        for name in (
            "kind",
            "paper",
            "title",
            "number",
            "event_seq",
            "ref",
            "template_hash",
            "facts_hash",
            "replaces_no",
        )
    } | {"hashes": hashes}
    if letterhead is not None:
        data["shell_hash"] = sha256(letterhead).hexdigest()
    if differs is not None:
        data |= {"approved": differs.sheet, "changed": len(differs.lines)}
        data |= {"reason": scene.reason} if differs.lines else {}
    add_act(
        connection,
        scene.agency,
        loaded.case.case,
        loaded.id,
        "issued",
        row["notice_no"],
        notice.on,
        row["issued_at"],
        actor,
        data,
    )
    if announce:
        _announce(connection, scene, row)
    return IssuedNotice(
        case=loaded.case.case,
        notice=row["notice_no"],
        kind=kind.key,
        paper=notice.paper,
        title=notice.title,
        number=number,
        issued_on=notice.on,
        hashes=hashes,
        replaces=row["replaces_no"],
        approved=differs.sheet if differs else None,
        changed=differs.lines if differs else (),
    )


def _number(scene: _Scene) -> tuple[int | None, str | None, str | None]:
    """The serial and number that the paper takes; none for internal papers."""
    if scene.kind.suffix is None:
        return None, None, None
    pattern = pattern_of(scene.connection, scene.agency, scene.kind)
    code = office_of(scene.connection, scene.agency).code
    if not code and "{代字}" in pattern.pattern:
        return None, None, None
    serial = take(scene.connection, scene.agency, pattern.series, scene.ref.on)
    case = scene.loaded.case.case
    return serial, pattern.number(code, scene.ref.on.year, serial, case, scene.kind.suffix), pattern.series


def _written(scene: _Scene, given: Mapping[str, Any]) -> Notice:
    office, words = office_of(scene.connection, scene.agency), overrides(scene.connection, scene.agency)
    number = scene.loaded.case.case
    history = CaseHistory(number, scene.events, scene.loaded.law)
    return notice_for(history, scene.ref, office, given=given, overrides=words)


def carried(carrier: str, notice: Notice, letterhead: bytes | None) -> bytes:
    """A paper in one of the registered carriers, in the office's letterhead.

    Raises:
        BadData: no such carrier; SetupError: the machine can't write it.
    """
    found = find_carrier(carrier)
    if found is None:
        raise _unknown_carriers([carrier])
    return found.write(notice, letterhead)


def _store(connection: Connection, row: dict[str, Any], content: Mapping[str, bytes]) -> None:
    made = connection.execute(insert(t.notice), row)
    key = made.inserted_primary_key[0]  # type: ignore[index]  # one row was inserted
    rows = [
        {"notice_id": key, "carrier": name, "hash": sha256(body).hexdigest(), "content": body}
        for name, body in content.items()
    ]
    connection.execute(insert(t.carrier), rows)


def _announce(connection: Connection, scene: _Scene, row: dict[str, Any]) -> None:
    case = scene.loaded.case.case
    body = {
        "agency": scene.agency,
        "case": case,
        "notice": row["notice_no"],
        "kind": row["kind"],
        "paper": row["paper"],
        "number": row["number"],
        "issued_on": row["issued_on"].isoformat(),
    }
    key = f"notice:{scene.loaded.id}/{row['notice_no']}"
    enqueue(connection, Message(key, "notice.issued", scene.agency, canonical(body)), row["issued_at"])


def void(
    context: Context,
    number: str,
    notice: str,
    reason: str,
) -> None:
    """Voids an issued paper; its number is not given again.

    Raises:
        UnknownCase, NotPermitted; BadData: no such paper, no reason, void already, served already.
    """
    context.require("propose")

    with unit(context) as connection:
        loaded = visible(context, number)
        row = find_notice(connection, loaded.id, notice)
        if not reason.strip():
            raise BadData({"field": "reason", "problem": "empty"})
        if row.voided_at is not None:
            raise BadData({"field": "notice", "problem": "void_already", "value": row.number or row.title})
        done = [act.act for act in acts_of(connection, loaded.id, row.notice_no) if act.act in ("delivered", "signed")]
        if done:
            raise BadData({"field": "notice", "problem": "served_not_void", "value": row.number or row.title})
        at = context.stamp
        mark_void(connection, row.id, at)
        add_act(
            connection,
            context.agency,
            number,
            loaded.id,
            "voided",
            row.notice_no,
            context.today,
            at,
            context.actor,
            {"reason": reason.strip()},
        )


def reprint(context: Context, number: str, notice: str, carrier: str) -> bytes:
    """The very bytes that were issued.

    Raises:
        UnknownCase; BadData: no such paper, not written in that carrier, or erased.
    """
    loaded = load_case(context.connection, context.agency, number)
    row = find_notice(context.connection, loaded.id, notice)
    found = carriers_of(context.connection, row.id).get(carrier)
    if found is None or found.content is None:
        problem = "carrier_erased" if found is not None else "carrier_not_issued"
        raise BadData({"field": "carrier", "problem": problem, "value": carrier})
    content: bytes = found.content
    return content


def issued_papers(context: Context, number: str) -> list[dict[str, Any]]:
    """Every issued paper of a case with what was done with it, as JSON.

    Raises:
        UnknownCase.
    """
    loaded = load_case(context.connection, context.agency, number)
    acts = acts_of(context.connection, loaded.id)
    found = []
    for row in notices_of(context.connection, loaded.id):
        done = [
            {"act": act.act, "on": act.on_date.isoformat(), "by": json.loads(act.actor).get("user_id", "")}
            | {"data": act_data(act)}
            for act in acts
            if act.notice_no == row.notice_no and act.act != "issued"
        ]
        found.append(
            {
                "notice": row.notice_no,
                "kind": row.kind,
                "paper": row.paper,
                "title": row.title,
                "number": row.number,
                "issued_on": row.issued_on.isoformat(),
                "void": row.voided_at is not None,
                "replaces": row.replaces_no,
                "hashes": {name: item.hash for name, item in carriers_of(context.connection, row.id).items()},
                "acts": done,
            }
        )
    return found
