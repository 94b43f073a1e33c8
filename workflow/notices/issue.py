"""Issuing a paper: numbering, checking and freezing it; voiding one, and replacing it by another.

Like every command these take the host's ``Session``, never commit it, and leave no trace when they fail.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, StrictStr
from sqlalchemy import insert

from ...notifications.documents.facts import day
from ...notifications.documents.kinds import ANSWERS, NoticeKind, NoticeRef, raised
from ...notifications.documents.kinds import kind as kind_of
from ...notifications.documents.render import Notice
from ...notifications.formats.carriers import SHIPPED, find_carrier
from ...notifications.formats.carriers import carriers as registered_carriers
from ...states import admission
from ...states.errors import BadData, Fault
from ...states.procedure.history import Event
from ..cases.amending import changes_of, last_text
from ..cases.documents import LETTERHEAD_KEY, check_kind, letterhead_of, office_of, refs_of, with_personal_data
from ..cases.store import Loaded, hold, load_seen, note_issued, number_of
from ..kernel.chains import canonical, digest
from ..kernel.context import Context
from ..kernel.given import Given
from ..kernel.owners import approved_step
from ..kernel.personal_data import hide, personal_texts
from ..kernel.serials import PAPERS, Count, take
from ..kernel.tables import notices as t
from ..kernel.unit import Key, Message, enqueue, once
from .approved import Difference, difference, lines_of
from .checks import faults_of
from .numbers import pattern_of
from .record import check_about, named
from .store import NewAct, Paper, add_act_with_reason, add_bytes, find_notice, next_no
from .writing import Writing

CARRIERS = tuple(item.key for item in SHIPPED)
"""What a paper is written in where nothing else is asked for; a host names its own carriers."""


class IssueOptions(Given):
    """The options of issuing a paper.

    ``ref`` names the consultation or remedy where the case has several; ``given`` are the facts that no move
    holds: the kind's ``asks``, and no others. ``replaces`` names an issued paper that the new one corrects.
    ``reason`` is why the paper does not say what was approved, and is kept. ``about`` names the paper of whose
    service a record is written. ``on`` is the day by which the case has given rise to the paper (default: today); no
    later one. A defence bears it, as does a paper that no step dates; the others bear the day of their step, or of the
    approval that was finished after it.
    """

    ref: StrictStr | None = None
    given: Mapping[StrictStr, object] = {}
    carriers: tuple[StrictStr, ...] = CARRIERS
    replaces: StrictStr | None = None
    reason: StrictStr = ""
    about: StrictStr = ""
    on: date | None = None


class IssuedNotice(BaseModel):
    """A paper as it was issued; ``hashes`` are those of its bytes (SHA-256), by carrier.

    ``approved`` is the sheet by which its step was approved, ``changed`` the lines in which they differ, what is
    personal in them masked.
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


AS_IT_IS = IssueOptions()
"""No options."""


def issue(
    context: Context,
    number: str,
    kind: str,
    options: IssueOptions = AS_IT_IS,
    *,
    idempotency_key: str | None = None,
) -> IssuedNotice:
    """Issues a paper of a case: gives it its number, writes it in every carrier, and freezes all of it.

    Raises:
        UnknownCase, NotPermitted; BadData: every fault that prevents issuing it, all at once; Conflict.
    """
    context.require("propose")
    check_kind(kind)
    check_about(kind, options.about)
    options = options.model_copy(update={"given": admission.values(options.given)})
    admission.text("reason", options.reason)
    _check_carriers(options.carriers)
    _check_given(kind_of(kind), options.given)
    _check_day(context, options.on)
    number = number_of(context.connection, context.agency, number)
    asked = (number, kind, options.model_dump(mode="json", exclude={"given"}), options.given)

    def work() -> IssuedNotice:
        loaded = visible(context, number)
        events = with_personal_data(context.connection, loaded)
        ref = _wanted(loaded, events, kind_of(kind), options.on or context.today, options.ref)
        writing = Writing(context, loaded, events, kind_of(kind), ref, options.about)
        _check_order(writing, context.today)
        dated = _paper_day(writing, options.on or context.today)
        return _freeze(writing._replace(ref=ref._replace(on=dated)), options)

    key = Key.of(context, idempotency_key, "issue", *asked)
    return once(context, key, IssuedNotice, work, lambda: visible(context, number))


def visible(context: Context, number: str) -> Loaded:
    """The case, if the person may see it; locked against other writers of its papers until the transaction ends.

    Raises:
        UnknownCase, NotPermitted.
    """
    loaded = load_seen(context, number)
    hold(context.connection, loaded.id)
    return loaded


def _check_carriers(carriers: Sequence[str]) -> None:
    unknown = [name for name in carriers if find_carrier(name) is None]
    if unknown or not carriers:
        raise _unknown_carriers(unknown)


def _unknown_carriers(unknown: Sequence[str]) -> BadData:
    value, choices = "、".join(unknown), "、".join(item.key for item in registered_carriers())
    return BadData({"field": "carriers", "problem": "not_one_of", "value": value, "choices": choices})


def _check_given(kind: NoticeKind, given: Mapping[str, object]) -> None:
    """Refuses facts that the record holds: an issuer gives only what the kind asks for."""
    choices = "、".join(kind.asks) or "—"
    faults: list[Fault] = [
        {"field": name, "problem": "not_asked", "choices": choices} for name in given if name not in kind.asks
    ]
    if faults:
        raise BadData(*faults)


def _check_day(context: Context, on: date | None) -> None:
    if on is not None and on > context.today:
        raise BadData({"field": "on", "problem": "issued_too_early", "value": on.isoformat()})


def _wanted(loaded: Loaded, events: Sequence[Event], kind: NoticeKind, on: date, ref: str | None) -> NoticeRef:
    found = [item for item in refs_of(loaded, events, on, kind.key) if ref is None or item.ref == ref]
    if not found:
        raise BadData({"field": "kind", "problem": "nothing_to_issue", "value": kind.title})
    several = {item.ref for item in found}
    if len(several) > 1:
        raise BadData({"field": "ref", "problem": "which_of_them", "choices": "、".join(sorted(several))})
    return found[-1]


def _check_order(writing: Writing, today: date) -> None:
    """Refuses to date a numbered paper, which no move dates, before the step of which it tells, or its approval."""
    if writing.kind.suffix is None or writing.kind.key in raised():
        return
    newest = refs_of(writing.loaded, writing.events, today, writing.kind.key)[-1]
    step = writing._replace(ref=newest).step
    approved = approved_step(writing.connection, writing.loaded.id, step.seq)
    earliest = max(step.on, approved.on) if approved is not None else step.on
    if writing.ref.on < earliest:
        on = writing.ref.on.isoformat()
        raise BadData({"field": "on", "problem": "before_its_step", "value": on, "on": earliest.isoformat()})


_DEFENCES = ("review_organ", "court")
"""To whom an answer in a dispute goes: no decision of the office, it is signed on the day on which it leaves."""


def _paper_day(writing: Writing, today: date) -> date:
    """The day that the paper bears: that of its step, or of a later approval; of a defence that of its issue.

    Law: 党政机关公文处理工作条例 art. 9: a document bears the day on which the head signs it.
    """
    approved = approved_step(writing.connection, writing.loaded.id, writing.ref.seq)
    days = [writing.ref.on]
    if approved is not None and writing.kind.to != "file":
        days.append(approved.on)
    if writing.kind.to in _DEFENCES:
        days.append(today)
    return max(days)


class _Number(NamedTuple):
    """The number that a paper takes: its text, and its place in the series of a year."""

    text: str | None = None
    series: str | None = None
    serial: int | None = None


_UNNUMBERED = _Number()


class _Composed(NamedTuple):
    """A paper that has passed every check."""

    notice: Notice
    number: _Number
    replaced: Paper | None
    differs: Difference | None


def _freeze(writing: Writing, options: IssueOptions) -> IssuedNotice:
    """Writes the paper, keeps its bytes and facts, and links its issue to the record of the case's papers."""
    composed = _composed(writing, options)
    letterhead = letterhead_of(writing.connection, writing.context.agency)
    content = {name: carried(name, composed.notice, letterhead) for name in options.carriers}
    issued = _issued(writing, composed, content)
    at = writing.context.stamp
    facts_hash = _store(writing, composed, issued, at)
    add_bytes(writing.connection, writing.loaded.id, issued.notice, content)
    body: dict[str, object] = {
        "kind": issued.kind,
        "paper": issued.paper,
        "title": issued.title,
        "number": issued.number,
        "event_seq": writing.ref.seq,
        "ref": writing.ref.ref,
        "template_hash": composed.notice.template,
        "facts_hash": facts_hash,
        "replaces_no": issued.replaces,
        "hashes": issued.hashes,
    }
    change = last_text(changes_of(writing.connection, writing.loaded.id), writing.ref.seq)
    if change is not None:
        body["text_seq"] = change.seq
    if letterhead is not None:
        body[f"{LETTERHEAD_KEY}_hash"] = sha256(letterhead).hexdigest()
    if issued.approved is not None:
        body |= {"approved": issued.approved, "changed": len(issued.changed)}
    reason = options.reason if issued.changed else ""
    add_act_with_reason(
        writing.context, writing.loaded, NewAct("issued", issued.notice, issued.issued_on, at, body), reason
    )
    if not writing.context.past:
        _announce(writing, issued, at)
    return issued


def _composed(writing: Writing, options: IssueOptions) -> _Composed:
    """The paper with its number.

    Raises:
        BadData: every fault that prevents issuing it, all at once.
    """
    replaced = None
    if options.replaces is not None:
        replaced = find_notice(writing.connection, writing.loaded.id, options.replaces)
    number = _number(writing)
    given = dict(options.given) | writing.recorded(writing.ref.on)
    given |= {"document_number": number.text} if number.text else {}
    if replaced is not None:
        given |= {"replaces": named(replaced), "replaced_on": day(writing.context.today)}
    notice = writing.notice(given)
    differs = difference(writing, given)
    faults = list(faults_of(writing, notice, replaced))
    if differs is not None and not options.reason.strip():
        faults += _not_as_approved(writing, differs)
    if faults:
        raise BadData(*faults)
    return _Composed(notice, number, replaced, differs)


def _not_as_approved(writing: Writing, differs: Difference) -> Iterator[Fault]:
    """A fault for each line in which the paper and its draft differ."""
    for problem, lines in (("not_as_approved", differs.lines), ("approved_left_out", differs.left_out)):
        for line in _masked(writing, lines):
            fault: Fault = {"field": "draft", "problem": problem, "value": line[:60]}
            yield fault | {"line": line, "sheet": differs.sheet}


def _masked(writing: Writing, lines: Sequence[str]) -> tuple[str, ...]:
    """The lines with what is personal in them masked: whoever issues a paper has not asked to read it."""
    found = [text for event in writing.events for text in personal_texts(event.move, event.data)]
    personal = found + [item for text in found for item in lines_of(text)]
    return tuple(hide(line, personal) for line in lines)


def _number(writing: Writing) -> _Number:
    """The number of the paper; none for internal papers, and where the office has set no code."""
    context, kind, on = writing.context, writing.kind, writing.ref.on
    if kind.suffix is None:
        return _UNNUMBERED
    pattern = pattern_of(context.connection, context.agency, kind)
    code = office_of(context.connection, context.agency).code
    if not code and "{代字}" in pattern.pattern:
        return _UNNUMBERED
    serial = take(context.connection, Count(PAPERS, context.agency, pattern.series, on.year))
    return _Number(pattern.number(code, on.year, serial, writing.case, kind.suffix), pattern.series, serial)


def carried(carrier: str, notice: Notice, letterhead: bytes | None) -> bytes:
    """A paper in one of the registered carriers, in the office's letterhead.

    Raises:
        BadData: no such carrier; SetupError: the machine can't write it; TypeError: what it wrote is no bytes.
    """
    found = find_carrier(carrier)
    if found is None:
        raise _unknown_carriers([carrier])
    content: object = found.write(notice, letterhead)
    if not isinstance(content, bytes):
        raise TypeError(f"the carrier {carrier!r} has to write bytes, but wrote {type(content).__name__}")
    return content


def _issued(writing: Writing, composed: _Composed, content: Mapping[str, bytes]) -> IssuedNotice:
    notice, replaced, differs = composed.notice, composed.replaced, composed.differs
    return IssuedNotice(
        case=writing.case,
        notice=next_no(writing.connection, writing.loaded.id),
        kind=writing.kind.key,
        paper=notice.paper,
        title=notice.title,
        number=composed.number.text,
        issued_on=notice.on,
        hashes={name: sha256(body).hexdigest() for name, body in content.items()},
        replaces=replaced.notice_no if replaced is not None else None,
        approved=differs.sheet if differs is not None else None,
        changed=_masked(writing, differs.all) if differs is not None else (),
    )


def _store(writing: Writing, composed: _Composed, issued: IssuedNotice, at: str) -> str:
    """The paper's row; returns the salted hash of its facts."""
    salt, found, number = secrets.token_hex(16), composed.notice.facts, composed.number
    facts = canonical({"values": found.values, "traces": [item._asdict() for item in found.traces]})
    row = {
        "agency": writing.context.agency,
        "case_id": writing.loaded.id,
        "notice_no": issued.notice,
        "kind": issued.kind,
        "paper": issued.paper,
        "event_seq": writing.ref.seq,
        "ref": writing.ref.ref,
        "title": issued.title,
        "number": number.text,
        "series": number.series,
        "year": issued.issued_on.year if number.text else None,
        "serial": number.serial,
        "issued_on": issued.issued_on,
        "issued_at": at,
        "template_hash": composed.notice.template,
        "facts": facts,
        "facts_hash": digest(salt, facts),
        "salt": salt,
        "replaces_no": issued.replaces,
    }
    writing.connection.execute(insert(t.notice), row)
    if issued.kind in ANSWERS:
        note_issued(writing.connection, writing.loaded.id, issued=True)
    return digest(salt, facts)


def _announce(writing: Writing, issued: IssuedNotice, at: str) -> None:
    agency = writing.context.agency
    body = {
        "agency": agency,
        "case": issued.case,
        "notice": issued.notice,
        "kind": issued.kind,
        "paper": issued.paper,
        "number": issued.number,
        "issued_on": issued.issued_on.isoformat(),
    }
    key = f"notice:{writing.loaded.id}/{issued.notice}"
    enqueue(writing.connection, Message(key, "notice.issued", agency, canonical(body)), at)
