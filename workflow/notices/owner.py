"""Verifies and erases issued papers: the chain of acts, the frozen bytes, the proofs, the gap-free numbers."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Date, String, and_, func, select, type_coerce, update

from ...notifications.documents.kinds import ANSWERS
from ...notifications.documents.kinds import kind as kind_of
from ...states.errors import Fault
from ...states.procedure.history import Event, is_decision, timeline
from ..cases.queries import id_of, last_decision, names_of
from ..cases.steps import history
from ..cases.store import load_case
from ..kernel.agencies import particulars
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context
from ..kernel.owners import UNREADABLE, CaseRow, Erasure, Holding, IntegrityFault, ReplacedNotice, ReplyPaper, Verified
from ..kernel.serials import PAPERS, Count, begun, last_of
from ..kernel.tables import notices as t
from . import record
from .numbers import pattern_of
from .store import (
    ACT,
    PAPER,
    PROOF,
    SERVED,
    Act,
    NewAct,
    Paper,
    Proof,
    act_hash,
    acts_of,
    add_act_with_reason,
    carriers_of,
    last_answer,
    mark_void,
    notices_of,
)

PORTION = 500


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every issued paper, the chain of its acts, the proofs and the numbers."""
    faults = [*_chains(connection, agency), *_proofs_astray(connection, agency), *_numbers(connection, agency)]
    own = (t.notice.c.agency, t.notice.c.issued_at)
    statement = select(*own, *map(_raw, PAPER)).order_by(t.notice.c.id)
    if agency is not None:
        statement = statement.where(t.notice.c.agency == agency)
    papers = [_Row(office, at, Paper(*row)) for office, at, *row in connection.execute(statement)]
    names = names_of(connection, [row.paper.case_id for row in papers])
    for row in papers:
        office, number = names.get(row.paper.case_id, ("", str(row.paper.case_id)))
        try:
            faults += list(_paper(connection, row, office, number))
        except UNREADABLE:
            faults.append(IntegrityFault("row_unreadable", number, row.paper.notice_no))
    return Verified({"papers": len(papers)}, tuple(faults))


class _Row(NamedTuple):
    """An issued paper as it is stored, with its agency and the moment of its issue."""

    agency: str
    issued_at: str
    paper: Paper


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """A day as it is stored: a damaged one is no error, but another text."""
    return type_coerce(column, String) if isinstance(column.type, Date) else column


def _chains(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    columns = t.paper_act.c
    statement = select(columns.case_id, *map(_raw, ACT)).order_by(columns.case_id, columns.seq)
    links = [(case_id, Act(*row)) for case_id, *row in connection.execute(statement)]
    names = names_of(connection, [case_id for case_id, _ in links])
    for case_id, group in groupby(links, key=lambda link: link[0]):
        office, number = names.get(case_id, ("", str(case_id)))
        if agency in (None, office):
            yield from _chain(connection, office, number, list(group))


def _chain(connection: Connection, agency: str, number: str, links: list[tuple[int, Act]]) -> Iterator[IntegrityFault]:
    before, expected = GENESIS, 1
    for case_id, act in links:
        try:
            code = _act_fault(connection, (agency, number, case_id), act, before, expected)
        except UNREADABLE:
            code = "row_unreadable"
        if code is not None:
            yield IntegrityFault(code, number, act.seq)
        before, expected = act.hash, act.seq + 1


def _act_fault(connection: Connection, of: tuple[str, str, int], act: Act, before: str, expected: int) -> str | None:
    """What is wrong with an act of a case, by its code."""
    agency, number, case_id = of
    if act.seq != expected or act.prev_hash != before:
        return "paper_acts_cut"
    if act_hash(agency, number, act) != act.hash:
        return "paper_act_altered"
    return _proof_fault(connection, case_id, act) if "proof" in act.body else None


def _proof_fault(connection: Connection, case_id: int, act: Act) -> str | None:
    """What is wrong with the proof of an act, by its code; nothing where it is whole or erased."""
    where = (t.proof.c.case_id == case_id, t.proof.c.seq == act.seq)
    row = connection.execute(select(*PROOF).where(*where)).first()
    if row is None:
        return "proof_missing"
    proof = Proof(*row)
    if proof.erased_at is not None:
        return None
    if proof.file_hash is not None and proof.file_hash != act.body["file"]:
        return "proof_altered"
    proof_holds = proof.payload is not None and digest(proof.salt or "", proof.payload) == act.body["proof"]
    file = act.body["file"] == (None if proof.file_content is None else sha256(proof.file_content).hexdigest())
    return None if proof_holds and file else "proof_altered"


def _paper(connection: Connection, row: _Row, office: str, number: str) -> Iterator[IntegrityFault]:
    """Compares a paper and its bytes with what was recorded when it was issued, and when it was voided.

    The register-wide chain holds its row as the last act left it: a change that another act follows is told by this.
    """
    paper, columns = row.paper, t.paper_act.c
    found = (columns.act, _raw(columns.on_date), columns.recorded_at, columns.data)
    where = (columns.case_id == paper.case_id, columns.notice_no == paper.notice_no)
    acts = connection.execute(select(*found).where(*where, columns.act.in_(("issued", "voided")))).all()
    issues = [act for act in acts if act.act == "issued"]
    if len(issues) != 1:
        yield IntegrityFault("paper_without_issue", number, paper.notice_no)
        return
    issued = json.loads(issues[0].data)
    written = carriers_of(connection, paper.id)
    same = written.keys() == issued["hashes"].keys()
    for name, wanted in issued["hashes"].items():
        same = same and written[name].hash == wanted
        same = same and _whole(written[name].content, wanted, paper.erased_at is not None)
    same = same and all(getattr(paper, name) == issued[name] for name in _ISSUED if name in issued)
    same = same and (office, issues[0].on_date, issues[0].recorded_at) == (row.agency, paper.issued_on, row.issued_at)
    same = same and paper.void == any(act.act == "voided" for act in acts)
    if not same or not (paper.facts is None or digest(paper.salt or "", paper.facts) == paper.facts_hash):
        yield IntegrityFault("paper_altered", number, paper.notice_no)


_ISSUED = ("kind", "paper", "title", "number", "event_seq", "ref", "template_hash", "facts_hash", "replaces_no")
"""What the act of issuing records of a paper; of some of it, not under every version."""


def _proofs_astray(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """Proofs of an act that there is not."""
    act, proof = t.paper_act.c, t.proof.c
    statement = (
        select(proof.case_id, proof.seq)
        .outerjoin(t.paper_act, and_(act.case_id == proof.case_id, act.seq == proof.seq))
        .where(act.id.is_(None))
        .order_by(proof.case_id, proof.seq)
    )
    rows = connection.execute(statement).all()
    names = names_of(connection, [row.case_id for row in rows])
    for row in rows:
        office, number = names.get(row.case_id, ("", str(row.case_id)))
        if agency in (None, office):
            yield IntegrityFault("proof_altered", number, row.seq)


def _whole(content: object, wanted: str, erased: bool) -> bool:
    if content is None:
        return erased
    return isinstance(content, bytes) and sha256(content).hexdigest() == wanted


def _numbers(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """Checks that the numbers of each series and year have no gap and no double.

    Law: each number of a series and year is there once, and none is left out.
    """
    columns = t.notice.c
    statement = select(columns.agency, columns.series, columns.year, columns.serial).where(columns.serial.is_not(None))
    if agency is not None:
        statement = statement.where(columns.agency == agency)
    rows = connection.execute(statement.order_by(columns.agency, columns.series, columns.year, columns.serial)).all()
    for key, found in groupby(rows, key=lambda row: (row.agency, row.series, row.year)):
        serials = [row.serial for row in found]
        last = last_of(connection, Count(PAPERS, *key))
        if serials != list(range(1, len(serials) + 1)) or last != len(serials):
            yield IntegrityFault("numbers_with_gaps", f"{key[1]} {key[2]}", None)
    given = {(row.agency, row.series, row.year) for row in rows}
    for item in begun(connection, PAPERS):
        if (item.agency, item.series, item.year) not in given and agency in (None, item.agency):
            yield IntegrityFault("numbers_with_gaps", f"{item.series} {item.year}", None)


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """The facts and the bytes of the case's papers, and the proofs of what was done with them."""
    mine = select(t.notice.c.id).where(t.notice.c.case_id == case.id)
    count = select(func.count())
    facts = count.where(t.notice.c.case_id == case.id, t.notice.c.facts.is_not(None))
    written = count.where(t.carrier.c.notice_id.in_(mine), t.carrier.c.content.is_not(None))
    proofs = count.where(t.proof.c.case_id == case.id, t.proof.c.erased_at.is_(None))
    return (
        Holding(t.notice.name, context.connection.scalar(facts) or 0),
        Holding(t.carrier.name, context.connection.scalar(written) or 0),
        Holding(t.proof.name, context.connection.scalar(proofs) or 0),
    )


def erase(context: Context, case: CaseRow) -> None:
    """Erases issued papers and proofs, which name the applicant: their bytes go, their hashes and numbers stay."""
    at = context.stamp
    mine = select(t.notice.c.id).where(t.notice.c.case_id == case.id)
    context.connection.execute(update(t.carrier).where(t.carrier.c.notice_id.in_(mine)).values(content=None))
    papers = update(t.notice).where(t.notice.c.case_id == case.id)
    context.connection.execute(papers.values(facts=None, salt=None, erased_at=at))
    gone = {"payload": None, "salt": None, "file_name": None, "file_content": None, "erased_at": at}
    proofs = update(t.proof).where(t.proof.c.case_id == case.id, t.proof.c.erased_at.is_(None))
    context.connection.execute(proofs.values(gone))


def erasures(connection: Connection) -> Iterator[Erasure]:
    """The papers and proofs that say of themselves that they were erased."""
    for columns in (t.notice.c, t.proof.c):
        erased = select(columns.case_id, columns.erased_at).where(columns.erased_at.is_not(None)).distinct()
        for row in connection.execute(erased.order_by(columns.case_id)):
            yield Erasure(*row)


_BY_ACTS = tuple(item.name for item in t.notice.c if item.name not in ("id", "case_id", "facts", "salt", "erased_at"))
"""The columns of a paper that nothing but an act on it changes."""


def states(connection: Connection, refs: Sequence[int]) -> Mapping[int, list[object]]:
    """The papers of cases, and the hashes of bytes and proofs, as the acts left them, for the register-wide chain."""
    found: dict[int, list[object]] = {ref: [] for ref in refs}
    paper, written, proof = t.notice.c, t.carrier.c, t.proof.c
    columns = (type_coerce(paper[name], String) for name in _BY_ACTS)
    statements = (
        select(paper.case_id, *columns).where(paper.case_id.in_(refs)).order_by(paper.case_id, paper.notice_no),
        select(paper.case_id, paper.notice_no, written.carrier, written.hash)
        .join_from(t.carrier, t.notice, paper.id == written.notice_id)
        .where(paper.case_id.in_(refs))
        .order_by(paper.case_id, paper.notice_no, written.carrier),
        select(proof.case_id, proof.seq, proof.file_hash)
        .where(proof.case_id.in_(refs))
        .order_by(proof.case_id, proof.seq),
    )
    for statement in statements:
        for ref, *values in connection.execute(statement):
            found[ref] += values
    return found


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Does nothing: issued papers keep the days that they were issued with."""


def was_answered(connection: Connection, agency: str, earlier: str) -> bool:
    """Whether the reply of that case, or the reply of that number, has reached the applicant."""
    case_id = id_of(connection, agency, earlier)
    if case_id is not None:
        return _was_served(connection, case_id)
    replies = [paper for paper in _numbered(connection, agency, earlier) if paper.kind in ANSWERS]
    return any(_reached(connection, *paper[:2]) or _was_served(connection, paper.case_id) for paper in replies)


def _was_served(connection: Connection, case_id: int) -> bool:
    """Whether the service of a case's last reply is on record."""
    order = timeline(history(connection, case_id))
    last = max((place for place, event in enumerate(order) if is_decision(event)), default=0)
    return any(_serves_reply(event) for event in order[last:])


def reply_papers(connection: Connection, case_id: int, cited: str) -> list[ReplyPaper]:
    """The issued replies of a case in their order; ``cited`` is a number, whatever brackets it is typed with."""
    issued = [paper for paper in notices_of(connection, case_id) if paper.kind == "reply"]
    replaced = {paper.replaces_no for paper in issued if not paper.void}
    numbers = {cited, _plain(cited)}
    return [
        ReplyPaper(
            paper.event_seq,
            paper.number,
            paper.issued_on,
            not paper.void and paper.notice_no not in replaced,
            paper.number in numbers,
        )
        for paper in issued
    ]


def case_cited(connection: Connection, agency: str, number: str) -> int | None:
    """The case of that number, or whose issued paper has that number, whatever brackets it is typed with."""
    case_id = id_of(connection, agency, number.strip())
    if case_id is not None:
        return case_id
    return next((paper.case_id for paper in _numbered(connection, agency, number)), None)


class _Numbered(NamedTuple):
    """An issued paper by its number: its case, its place there, its kind."""

    case_id: int
    notice_no: int
    kind: str


def _numbered(connection: Connection, agency: str, number: str) -> list[_Numbered]:
    """The issued papers of a number."""
    where = (t.notice.c.agency == agency, t.notice.c.number.in_({number, _plain(number)}))
    columns = t.notice.c
    rows = connection.execute(select(columns.case_id, columns.notice_no, columns.kind).where(*where))
    return [_Numbered(*row) for row in rows]


def _plain(number: str) -> str:
    """A number with the brackets that papers have."""
    return "".join(unicodedata.normalize("NFKC", number).translate(_BRACKETS).split())


_BRACKETS = str.maketrans("[(【", "〔〔〔") | str.maketrans("])】", "〕〕〕")


def _serves_reply(event: Event) -> bool:
    return event.move == "serve" and event.data.get("of", "reply") == "reply"


def has_reached(connection: Connection, case_id: int, kind: str) -> bool:
    """Whether an issued paper of that kind has reached its addressee, by the record of its service."""
    issued = [paper for paper in notices_of(connection, case_id) if paper.kind == kind and not paper.void]
    return any(_reached(connection, case_id, paper.notice_no) for paper in issued)


def replaced_notice(connection: Connection, case_id: int, kind: str) -> ReplacedNotice | None:
    """The last paper of that kind of the case, where it takes the place of another."""
    issued = [paper for paper in notices_of(connection, case_id) if paper.kind == kind and not paper.void]
    if not issued or issued[-1].replaces_no is None:
        return None
    served = [act.on_date for act in acts_of(connection, case_id, issued[-1].notice_no) if act.act in SERVED]
    return ReplacedNotice(min(served, default=None))


def told_before(connection: Connection, case_id: int, kind: str, seq: int) -> dict[str, object]:
    """What a paper of that kind tells of those that were issued before its step."""
    return record.told_before(connection, case_id, kind, seq)


def standing_answer(connection: Connection, case_id: int, before: Sequence[int], again: int) -> str:
    """The name of the paper of an earlier decision, of the steps ``before``, that the step ``again`` did not revoke."""
    papers = [paper for paper in notices_of(connection, case_id) if not paper.void]
    if any((paper.kind, paper.event_seq) == ("revocation", again) for paper in papers):
        return ""
    found = last_answer(paper for paper in papers if paper.event_seq in before)
    return found.name if found is not None else ""


def _reached(connection: Connection, case_id: int, notice_no: int) -> bool:
    return any(act.act in SERVED for act in acts_of(connection, case_id, notice_no))


def void_withdrawn(context: Context, case: CaseRow, reason: str) -> None:
    """Voids the papers of a decision that has been withdrawn, but for those that have reached their addressee."""
    connection = context.connection
    decision = last_decision(connection, case.id)
    papers = [item for item in notices_of(connection, case.id) if item.event_seq == decision and not item.void]
    for paper in papers:
        if not _reached(connection, case.id, paper.notice_no):
            mark_void(connection, paper.id, context.stamp)
            loaded = load_case(connection, case.agency, case.number)
            act = NewAct("voided", paper.notice_no, context.today, context.stamp, {})
            add_act_with_reason(context, loaded, act, reason)


def number_faults(connection: Connection, agency: str, kind: str) -> list[Fault]:
    """What prevents numbering papers of a kind: the office has set no code and its pattern wants one."""
    found = kind_of(kind)
    if found.suffix is None or particulars(connection, agency).code:
        return []
    wants = "{代字}" in pattern_of(connection, agency, found).pattern
    return [{"field": "code", "problem": "number_code_missing"}] if wants else []
