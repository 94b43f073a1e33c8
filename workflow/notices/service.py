"""Service of papers: dispatch, delivery and signature are events apart, each with its proof.

The day on which a reply counts as made depends on the way: by post the day of posting, by hand the day
of signature. The periods of remedies start from the applicant's receipt.

Law: 国办公开办函〔2016〕235号 points 2, 4; 复议法实施条例 art. 15; 民诉法 arts. 87-90.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert

from ...notifications.messages.catalogue import say
from ...states.errors import BadData
from ...states.procedure.case import State
from ..cases.commands import MoveResult, Step, carry_out
from ..cases.queries import last_step
from ..cases.store import Loaded
from ..kernel.chains import canonical, digest
from ..kernel.context import Actor, Context, RoleAuthorizer, SystemClock
from ..kernel.tables import notices as t
from ..kernel.unit import Key, once
from .issue import visible
from .safe import HANDED
from .store import act_data, acts_of, add_act, find_notice

METHODS = ("post", "in_person", "entrusted", "fax", "email", "online")
ACTS = ("dispatched", "delivered", "signed", "refused", "returned")
_OPEN = frozenset({"method", "attempt"})
"""What an act may tell in the open; addresses, names and waybills are kept apart so that they can be erased."""
_KNOWN = frozenset(
    {"method", "address", "carrier", "waybill", "signed_by", "proxy", "witness", "reason", "proof", "consent"}
)
_NEEDS = {"signed": ("signed_by",), "refused": ("reason", "witness"), "returned": ("reason",)}
_POSTAL = ("邮政", "EMS")
_LARGEST = 20 * 1024 * 1024
_CLOCK = SystemClock()
_AUTHORIZER = RoleAuthorizer()


class ServiceResult(BaseModel):
    """What was recorded: the act's number and attempt, the move that followed from it, and what to look at."""

    model_config = ConfigDict(frozen=True)
    case: str
    notice: int
    act: str
    attempt: int
    on: date
    moved: MoveResult | None = None
    warnings: tuple[str, ...] = ()
    repeated: bool = False


def record_service(
    context: Context,
    number: str,
    notice: str,
    act: str,
    data: Mapping[str, str],
    *,
    on: date | None = None,
    file: tuple[str, bytes] | None = None,
    idempotency_key: str | None = None,
) -> ServiceResult:
    """Records one event in the service of an issued paper, with its proof.

    ``act`` is one of ``ACTS``; a dispatch names its ``method`` and begins an attempt. When the applicant
    has signed for a reply, the case's ``serve`` is made on that day.
    Raises:
        UnknownCase, NotPermitted; BadData: every fault at once; the errors of ``move``.
    """
    context.require("propose")
    key = Key.of(
        idempotency_key,
        context.actor.user_id,
        number,
        notice,
        act,
        canonical(dict(data)),
        str(on),
        file[0] if file else "",
    )

    def work() -> ServiceResult:
        connection, loaded = context.connection, visible(context, number)
        row = find_notice(connection, loaded.id, notice)
        day = on or context.today
        earlier = [item for item in acts_of(connection, loaded.id, row.notice_no) if item.act in ACTS]
        _check(row, earlier, act, dict(data), day, context.today, file)
        attempt = sum(item.act == "dispatched" for item in earlier) + (act == "dispatched")
        method = data.get("method") or next((act_data(item)["method"] for item in reversed(earlier)), "")
        body = {"method": method, "attempt": attempt}
        seq = _record(
            connection,
            context.agency,
            loaded,
            row.notice_no,
            act,
            day,
            context.stamp,
            context.actor,
            body,
            data,
            file,
        )
        moved = _served(context, loaded, row, act, (seq, day))
        return ServiceResult(
            case=number,
            notice=row.notice_no,
            act=act,
            attempt=attempt,
            on=day,
            moved=moved,
            warnings=tuple(_warnings(loaded, row, act, method, day)),
        )

    return once(context, key, ServiceResult, work)


def _check(
    row: Any, earlier: list[Any], act: str, data: dict[str, str], day: date, now: date, file: tuple[str, bytes] | None
) -> None:
    faults: list[dict[str, Any]] = []
    if act not in ACTS:
        raise BadData({"field": "act", "problem": "not_one_of", "value": act, "choices": "、".join(ACTS)})
    if row.voided_at is not None:
        faults.append({"field": "notice", "problem": "void_not_served", "value": row.number or row.title})
    faults += [{"field": name, "problem": "not_a_field"} for name in sorted(data.keys() - _KNOWN)]
    faults += [{"field": name, "problem": "missing"} for name in _NEEDS.get(act, ()) if not data.get(name)]
    last = max((item.on_date for item in earlier), default=row.issued_on)
    if day > now:
        faults.append({"field": "on", "problem": "not_yet", "value": day.isoformat()})
    if day < last:
        faults.append({"field": "on", "problem": "before_last_act", "value": last.isoformat()})
    faults += _method_faults(earlier, act, data)
    if file is not None and len(file[1]) > _LARGEST:
        faults.append({"field": "file", "problem": "file_too_large", "value": len(file[1]), "cap": _LARGEST})
    if faults:
        raise BadData(*faults)


def _method_faults(earlier: list[Any], act: str, data: dict[str, str]) -> list[dict[str, Any]]:
    """Law: 国办公开办函〔2016〕235号 point 2: by post means by the postal enterprise."""
    faults: list[dict[str, Any]] = []
    going = [item for item in earlier if item.act == "dispatched"]
    ended = bool(earlier) and earlier[-1].act in ("returned", "signed", "refused")
    if act != "dispatched":
        direct = data.get("method") in ("in_person", "entrusted") and act in ("signed", "refused")
        if not direct and (not going or ended):
            faults.append({"field": "act", "problem": "not_dispatched"})
        return faults
    method = data.get("method", "")
    if method not in METHODS:
        choices = "、".join(METHODS)
        faults.append({"field": "method", "problem": "not_one_of", "value": method, "choices": choices})
    if earlier and earlier[-1].act in ("signed", "refused"):
        faults.append({"field": "act", "problem": "served_before"})
    elif going and not ended:
        faults.append({"field": "act", "problem": "under_way"})
    if method == "post":
        by = data.get("carrier", "")
        if not any(word in by.upper() for word in _POSTAL):
            faults.append({"field": "carrier", "problem": "not_the_postal_enterprise", "value": by})
        if not data.get("waybill"):
            faults.append({"field": "waybill", "problem": "missing"})
    if method in ("fax", "email", "online", "post") and not data.get("address"):
        faults.append({"field": "address", "problem": "missing"})
    return faults


def _record(
    connection: Connection,
    agency: str,
    loaded: Loaded,
    notice_no: int,
    act: str,
    day: date,
    at: str,
    actor: Actor,
    body: dict[str, Any],
    data: Mapping[str, str],
    file: tuple[str, bytes] | None,
) -> int:
    """The act in the open, and its proof apart from it, bound to it by a salted hash."""
    salt = secrets.token_hex(16)
    payload = canonical({name: value for name, value in data.items() if name not in _OPEN})
    file_hash = sha256(file[1]).hexdigest() if file is not None else None
    open_data = body | {"proof": digest(salt, payload), "file": file_hash}
    seq = add_act(connection, agency, loaded.case.case, loaded.id, act, notice_no, day, at, actor, open_data)
    row = {
        "case_id": loaded.id,
        "seq": seq,
        "salt": salt,
        "payload": payload,
        "file_name": file[0] if file else None,
        "file_hash": file_hash,
        "file_content": file[1] if file else None,
    }
    connection.execute(insert(t.proof), row)
    return seq


def _served(context: Context, loaded: Loaded, row: Any, act: str, recorded: tuple[int, date]) -> MoveResult | None:
    """The applicant has the reply: the periods of remedies start. Law: 复议法实施条例 art. 15."""
    case, (seq, day) = loaded.case, recorded
    if row.kind != "reply" or act not in ("signed", "refused") or case.served_on is not None:
        return None
    if case.state != State.REPLIED or row.event_seq != last_step(context.connection, loaded.id, "reply"):
        return None
    data: dict[str, Any] = {"proof": say("proof_of_service", number=row.number or row.title, seq=seq)}
    return carry_out(context, case.case, Step("serve", data, day))


def _warnings(loaded: Loaded, row: Any, act: str, method: str, day: date) -> list[str]:
    """A reply that is sent on another day than the one on which it was recorded as made."""
    case = loaded.case
    if row.kind != "reply" or case.decided_on is None:
        return []
    counts = act == "signed" if method in HANDED else act == "dispatched"
    period = case.last_period("reply")
    found = []
    if counts and day != case.decided_on:
        found.append(say("made_on_another_day", recorded=case.decided_on.isoformat(), on=day.isoformat()))
    if counts and period is not None and day > period.due_on:
        found.append(say("sent_too_late", due_on=period.due_on.isoformat(), on=day.isoformat()))
    return found


def proof_of(connection: Connection, case_id: int, seq: int) -> dict[str, Any]:
    """What was put aside of an act of service; empty where it has been erased."""
    row = connection.execute(t.proof.select().where(t.proof.c.case_id == case_id, t.proof.c.seq == seq)).first()
    found: dict[str, Any] = json.loads(row.payload) if row is not None and row.payload else {}
    return found
