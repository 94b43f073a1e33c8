"""Service of papers: dispatch, delivery and signature are separate events, each with its proof.

The day on which a reply counts as made depends on the way: by post the day of posting, by hand the day
of signature. The periods of remedies start from the applicant's receipt.

Law: 国办公开办函〔2016〕235号 points 2, 4; 复议法实施条例 art. 15; 民诉法 arts. 87-90.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, StrictStr

from ...notifications.documents.kinds import ANSWERS
from ...states import admission
from ...states.errors import BadData, Fault
from ...states.procedure.case import State
from ...states.procedure.fields import Privacy
from ...states.procedure.moves.service import METHOD, REASON
from ...states.remark import Remark
from ...states.rules.service import ACTS, PARTICULARS, needs_of, way_on, ways_on
from ..cases.commands import MoveRequest, MoveResult, carry_out
from ..cases.queries import last_decision
from ..cases.store import Loaded, load_case, number_of
from ..kernel.chains import canonical, digest
from ..kernel.context import Context
from ..kernel.given import Given
from ..kernel.unit import Key, once
from .issue import visible
from .record import proof_of_service
from .safe import is_made, makes_reply, set_out
from .store import Act, NewAct, Paper, Proof, acts_of, add_act, add_proof, find_notice

FIELDS: Mapping[str, Privacy] = {"method": "public", **dict.fromkeys(PARTICULARS, "personal")}
"""What an act may tell; what is personal is kept apart so that it can be erased."""
_LARGEST = 20 * 1024 * 1024


class ProofFile(NamedTuple):
    """A scan or photograph that proves an act: its name and its bytes."""

    name: StrictStr
    content: bytes


class ServiceEvent(Given):
    """One event in the service of a paper.

    ``act`` is one of ``dispatched delivered signed refused returned``; a dispatch names its ``method`` in ``data``
    and begins an attempt. ``on`` is its day (default: today), ``file`` proves it.
    """

    act: StrictStr
    data: Mapping[StrictStr, StrictStr] = {}
    on: date | None = None
    file: ProofFile | None = None


class ServiceResult(BaseModel):
    """What was recorded: the act's number and attempt, the move that followed from it, and what to look at."""

    model_config = ConfigDict(frozen=True)
    case: str
    notice: int
    act: str
    attempt: int
    on: date
    moved: MoveResult | None = None
    warnings: tuple[Remark, ...] = ()
    repeated: bool = False


def record_service(
    context: Context, number: str, notice: str, event: ServiceEvent, *, idempotency_key: str | None = None
) -> ServiceResult:
    """Records one event in the service of an issued paper, with its proof.

    The same fact is made as a move of the case on that day: ``dispatch``, ``serve`` or ``fail_service``.
    Raises:
        UnknownCase, NotPermitted; BadData: every fault at once; the errors of ``move``.
    """
    context.require("propose")
    admission.values(event.data)
    if event.file is not None:
        admission.given_file_name("file", event.file.name)
    number = number_of(context.connection, context.agency, number)
    asked = (number, notice, event.act, event.data, event.on, *_file(event))

    def work() -> ServiceResult:
        loaded = visible(context, number)
        paper = find_notice(context.connection, loaded.id, notice)
        acts = acts_of(context.connection, loaded.id, paper.notice_no)
        earlier = tuple(act for act in acts if act.act in ACTS)
        return _record(_Service(context, loaded, paper, event, earlier))

    key = Key.of(context, idempotency_key, "record_service", *asked)
    return once(context, key, ServiceResult, work, lambda: visible(context, number))


def _file(event: ServiceEvent) -> tuple[str, str]:
    """The name of the proof and the hash of its bytes."""
    return (event.file.name, sha256(event.file.content).hexdigest()) if event.file is not None else ("", "")


class _Service(NamedTuple):
    """An event in the service of a paper, with what was done with the paper before it."""

    context: Context
    loaded: Loaded
    paper: Paper
    event: ServiceEvent
    earlier: Sequence[Act]

    @property
    def act(self) -> str:
        """What happened."""
        return self.event.act

    @property
    def day(self) -> date:
        """When it happened."""
        return self.event.on or self.context.today

    @property
    def last(self) -> date:
        """The day of what was done with the paper before, at first of its issue."""
        return max((item.on_date for item in self.earlier), default=self.paper.issued_on)

    @property
    def law_on(self) -> date:
        """The day by whose law the act is judged: its own, never one before the paper was there."""
        return max(self.day, self.last)

    @property
    def method(self) -> str:
        """The way by which the paper goes: the event's own, else that of the act before."""
        return self.event.data.get("method") or next((act.method for act in reversed(self.earlier)), "")

    @property
    def attempt(self) -> int:
        """Which attempt it belongs to."""
        return sum(act.act == "dispatched" for act in self.earlier) + (self.act == "dispatched")


def _record(service: _Service) -> ServiceResult:
    faults = list(_faults(service))
    if faults:
        raise BadData(*faults)
    seq = _store(service)
    moved = _made(service, seq)
    return ServiceResult(
        case=service.loaded.case.case,
        notice=service.paper.notice_no,
        act=service.act,
        attempt=service.attempt,
        on=service.day,
        moved=moved,
        warnings=(*(moved.warnings if moved is not None else ()), *_warnings(service)),
    )


def _faults(service: _Service) -> Iterator[Fault]:
    """Every fault of the event.

    Raises:
        BadData: there is no such act; then nothing else is checked.
    """
    act, data, day, file = service.act, service.event.data, service.day, service.event.file
    if act not in ACTS:
        raise BadData({"field": "act", "problem": "not_one_of", "value": act, "choices": "、".join(ACTS)})
    if service.paper.void:
        yield {"field": "notice", "problem": "void_not_served", "value": service.paper.name}
    for name in sorted(data.keys() - FIELDS.keys()):
        yield {"field": name, "problem": "not_a_field"}
    yield from _missing(service, needs_of(act, service.law_on))
    if day > service.context.today:
        yield {"field": "on", "problem": "not_yet", "value": day.isoformat()}
    if day < service.last:
        yield {"field": "on", "problem": "before_last_act", "value": service.last.isoformat()}
    yield from _dispatch_faults(service) if act == "dispatched" else _arrival_faults(service)
    if file is not None and len(file.content) > _LARGEST:
        yield {"field": "file", "problem": "file_too_large", "value": len(file.content), "cap": _LARGEST}


def _missing(service: _Service, names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        if not service.event.data.get(name):
            yield {"field": name, "problem": "missing"}


def _arrival_faults(service: _Service) -> Iterator[Fault]:
    """Checks that what arrives, is refused or comes back was sent before, unless it is handed over on the spot."""
    going, ended = _course(service)
    method = service.event.data.get("method", "")
    way = way_on(method, set_out(service.earlier, service.act, method, service.law_on))
    direct = way is not None and way.handed and service.act in ("signed", "refused")
    if not direct and (not going or ended):
        yield {"field": "act", "problem": "not_dispatched"}


def _course(service: _Service) -> tuple[bool, bool]:
    """Whether the paper has ever been sent, and whether its last attempt has come to an end."""
    going = any(act.act == "dispatched" for act in service.earlier)
    return going, bool(service.earlier) and service.earlier[-1].act in ("returned", "signed", "refused")


def _dispatch_faults(service: _Service) -> Iterator[Fault]:
    """Checks a dispatch: its method, its order among the acts, and what the law wants told of it.

    Who carries it is no fault: a letter that has left by another carrier has left.
    """
    data = service.event.data
    of = PAPERS.get(service.paper.kind, "")
    method = data.get("method", "")
    known = {name: way for name, way in ways_on(service.law_on).items() if way.will_do(of)}
    if method not in known:
        yield {"field": "method", "problem": "not_one_of", "value": method, "choices": "、".join(known)}
    going, ended = _course(service)
    if service.earlier and service.earlier[-1].act in ("signed", "refused"):
        yield {"field": "act", "problem": "served_before"}
    elif going and not ended:
        yield {"field": "act", "problem": "under_way"}
    if method in known:
        yield from _missing(service, known[method].needs)


def _store(service: _Service) -> int:
    """Stores the act, and its personal data apart from it under a salted hash; returns the act's number."""
    event, salt = service.event, secrets.token_hex(16)
    payload = canonical({name: value for name, value in event.data.items() if FIELDS[name] == "personal"})
    name, content = event.file or (None, None)
    file_hash = sha256(content).hexdigest() if content is not None else None
    body = {"method": service.method, "attempt": service.attempt, "proof": digest(salt, payload), "file": file_hash}
    new = NewAct(service.act, service.paper.notice_no, service.day, service.context.stamp, body)
    seq = add_act(service.context, service.loaded, new)
    add_proof(service.context.connection, service.loaded.id, Proof(seq, salt, payload, name, file_hash, content, None))
    return seq


PAPERS: Mapping[str, str] = {
    "receipt": "confirmation",
    "correction": "correction",
    "extension": "extension",
    "consultation_third_party": "consultation",
    "consultation_co_author": "consultation",
    "consultation_other_organ": "consultation",
    "fee": "fee",
    "deferral": "deferral",
    "reasons": "reasons",
    "discontinuation": "discontinuation",
    "withdrawal": "discontinuation",
    "abandonment_correction": "discontinuation",
    "abandonment_payment": "discontinuation",
    "third_party_decision": "third_party_decision",
    "reply": "reply",
    "rectification": "reply",
}
"""What the moves call the paper of a kind, where its way is a matter of the case."""
_MOVES = {"dispatched": "dispatch", "signed": "serve", "refused": "serve", "returned": "fail_service"}


def _made(service: _Service, seq: int) -> MoveResult | None:
    """Makes the move that tells the same of the case; None where the case has gone on to another paper of the kind.

    Law: 复议法实施条例 art. 15; 条例 arts. 30, 32, 34.
    """
    paper, of = service.paper, PAPERS.get(service.paper.kind)
    move = _MOVES.get(service.act)
    if service.act == "delivered":
        way = way_on(service.method, set_out(service.earlier, service.act, service.method, service.day))
        move = "serve" if way is not None and way.made_on == "delivered" else None
    if of is None or move is None or not in_force(service.context, service.loaded, service.paper, of):
        return None
    data: dict[str, object] = {"of": of, "proof": proof_of_service(paper.name, seq)}
    if of == "consultation":
        data["id"] = paper.ref
    if move == "fail_service":
        data["reason"] = _reason(service.event.data.get("reason", ""))
    elif service.method:
        data["method"] = _way_told(service)
    if move in ("dispatch", "serve") and service.event.data.get("consent"):
        data["consent"] = service.event.data["consent"]
    if move == "dispatch" and service.event.data.get("carrier"):
        data["carrier"] = _carrier(service.event.data["carrier"])
    return carry_out(service.context, service.loaded.case.case, MoveRequest(move, data, service.day))


def in_force(context: Context, loaded: Loaded, paper: Paper, of: str) -> bool:
    """Whether the paper is of the step that the case stands by: a reply that was taken back starts nothing."""
    case = loaded.case
    if of == "reply":
        last = last_decision(context.connection, loaded.id)
        return (bool(case.delivery) or case.state == State.DECIDED) and paper.event_seq == last
    return of != "discontinuation" or (case.outcome is not None and not case.delivery)


def _way_told(service: _Service) -> str:
    """The way as the moves know it; one that only a law in use knows goes as what it is like."""
    if service.method in METHOD.words:
        return service.method
    way = way_on(service.method, service.law_on)
    return "entrusted" if way is None or way.handed else "online" if way.online else "post"


def _carrier(words: str) -> str:
    """The carrier that free words name."""
    if "EMS" in words.upper():
        return "ems"
    return "china_post" if "邮政" in words else "other"


def _reason(words: str) -> str:
    """The reason for a return that free words name; what none names is that nobody was there, which proves nothing."""
    return next((key for key, known in REASON.words.items() if words in (key, *known)), "absent")


def _warnings(service: _Service) -> Iterator[Remark]:
    """A reply that is sent on another day than the one on which it was recorded as made; sent again, it stays made."""
    case, on = service.loaded.case, service.day.isoformat()
    if service.paper.kind not in ANSWERS or case.decided_on is None or is_made(service.earlier):
        return
    counts = makes_reply(service.earlier, service.act, service.method, service.day)
    period = case.last_period("reply")
    if counts and service.day != case.decided_on:
        now = load_case(service.context.connection, service.context.agency, case.case).case.decided_on
        text = "made_later" if now == service.day else ""
        yield Remark(code="made_on_another_day", fields={"recorded": case.decided_on.isoformat(), "on": on}, text=text)
    if counts and period is not None and service.day > period.due_on:
        yield Remark(code="sent_too_late", fields={"due_on": period.due_on.isoformat(), "on": on})
