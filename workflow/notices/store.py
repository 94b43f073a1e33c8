"""Issued papers in the database: frozen bytes, and the chained record of what was done with them."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from ...notifications.documents.kinds import ANSWERS
from ...states.errors import BadData
from ..cases.store import Loaded
from ..kernel.chains import GENESIS, canonical, digest
from ..kernel.context import Context
from ..kernel.tables import notices as t

_NOTICE = t.notice.c
_ACT = t.paper_act.c
_PROOF = t.proof.c


class Paper(NamedTuple):
    """An issued paper as it is stored."""

    id: int
    case_id: int
    notice_no: int
    kind: str
    paper: str
    event_seq: int
    ref: str
    title: str
    number: str | None
    issued_on: date
    template_hash: str
    facts: str | None
    facts_hash: str
    salt: str | None
    replaces_no: int | None
    voided_at: str | None
    erased_at: str | None

    @property
    def name(self) -> str:
        """Its number, or its title where it has none."""
        return self.number or self.title

    @property
    def void(self) -> bool:
        """Whether it has been voided."""
        return self.voided_at is not None


SERVED = ("delivered", "signed", "refused")
"""Acts by which a paper has reached its addressee."""
_ANSWERS = (*ANSWERS, "discontinuation", "abandonment_correction", "abandonment_payment")


def last_answer(papers: Iterable[Paper]) -> Paper | None:
    """The last of the papers that tells the applicant the result of the request and has not been voided."""
    return max((item for item in papers if item.kind in _ANSWERS and not item.void), key=_number, default=None)


def _number(paper: Paper) -> int:
    return paper.notice_no


class Act(NamedTuple):
    """One thing that was done with a paper, as it is stored."""

    seq: int
    act: str
    notice_no: int | None
    on_date: date
    recorded_at: str
    actor: str
    data: str
    prev_hash: str
    hash: str

    @property
    def body(self) -> Mapping[str, object]:
        """The public data of the act."""
        found: dict[str, object] = json.loads(self.data)
        return found

    @property
    def method(self) -> str:
        """The way by which the paper went; empty for what is no act of service."""
        return str(self.body.get("method") or "")

    @property
    def user_id(self) -> str:
        """Who recorded it."""
        return str(json.loads(self.actor).get("user_id", ""))


class NewAct(NamedTuple):
    """A new act on a paper: the act, the paper's place in its case, the day, the moment, the public data."""

    act: str
    notice_no: int
    on: date
    at: str
    body: Mapping[str, object]


class Written(NamedTuple):
    """A paper in one carrier: the hash of its bytes, and these until they are erased."""

    carrier: str
    hash: str
    content: bytes | None


class Proof(NamedTuple):
    """The personal data of an act on a paper, as stored; after erasure only the hash is left."""

    seq: int
    salt: str | None
    payload: str | None
    file_name: str | None
    file_hash: str | None
    file_content: bytes | None
    erased_at: str | None

    @property
    def details(self) -> Mapping[str, str]:
        """The names, addresses and waybills of the act; empty where they have been erased."""
        found: dict[str, str] = json.loads(self.payload) if self.payload else {}
        return found


PAPER = tuple(_NOTICE[name] for name in Paper._fields)
"""The columns of a paper, in the order of its fields."""
ACT = tuple(_ACT[name] for name in Act._fields)
_WRITTEN = tuple(t.carrier.c[name] for name in Written._fields)
PROOF = tuple(_PROOF[name] for name in Proof._fields)


def notices_of(connection: Connection, case_id: int) -> list[Paper]:
    """Every paper issued in a case, in order."""
    statement = select(*PAPER).where(_NOTICE.case_id == case_id).order_by(_NOTICE.notice_no)
    return [Paper(*row) for row in connection.execute(statement)]


def acts_of(connection: Connection, case_id: int, notice_no: int | None = None) -> list[Act]:
    """What was done with the papers of a case, or with one of them, in order."""
    where = [_ACT.case_id == case_id]
    if notice_no is not None:
        where.append(_ACT.notice_no == notice_no)
    return [Act(*row) for row in connection.execute(select(*ACT).where(*where).order_by(_ACT.seq))]


def find_notice(connection: Connection, case_id: int, name: str) -> Paper:
    """An issued paper by its place in the case, or by its number.

    Raises:
        BadData: no such paper.
    """
    found = notices_of(connection, case_id)
    for paper in found:
        if name in (str(paper.notice_no), paper.number):
            return paper
    choices = "、".join(f"{paper.notice_no}（{paper.name}）" for paper in found)
    raise BadData({"field": "notice", "problem": "unknown_notice", "value": name, "choices": choices})


def add_act(context: Context, loaded: Loaded, new: NewAct) -> int:
    """One more link in the record of a case's papers; returns its number.

    Raises:
        IntegrityError: another act was recorded at the same moment; the unit of work is to be tried again.
    """
    last = context.connection.execute(
        select(_ACT.seq, _ACT.hash).where(_ACT.case_id == loaded.id).order_by(_ACT.seq.desc()).limit(1)
    ).first()
    link = Act(
        seq=last.seq + 1 if last else 1,
        act=new.act,
        notice_no=new.notice_no,
        on_date=new.on,
        recorded_at=new.at,
        actor=context.written(),
        data=canonical(new.body),
        prev_hash=last.hash if last else GENESIS,
        hash="",
    )
    link = link._replace(hash=act_hash(context.agency, loaded.case.case, link))
    context.connection.execute(insert(t.paper_act), {"case_id": loaded.id} | link._asdict())
    return link.seq


def add_act_with_reason(context: Context, loaded: Loaded, new: NewAct, reason: str) -> int:
    """One more link, and its reason apart from it under a salted hash: it may name people and can be erased."""
    if not reason.strip():
        return add_act(context, loaded, new)
    salt, payload = secrets.token_hex(16), canonical({"reason": reason.strip()})
    body = {**new.body, "proof": digest(salt, payload), "file": None}
    seq = add_act(context, loaded, new._replace(body=body))
    add_proof(context.connection, loaded.id, Proof(seq, salt, payload, None, None, None, None))
    return seq


def act_hash(agency: str, number: str, act: Act) -> str:
    """The hash of one act: over its own texts as stored and the hash of the act before."""
    return digest(
        act.prev_hash,
        agency,
        number,
        str(act.seq),
        act.act,
        str(act.notice_no or ""),
        act.on_date.isoformat() if isinstance(act.on_date, date) else str(act.on_date),
        act.recorded_at,
        act.actor,
        act.data,
    )


def next_no(connection: Connection, case_id: int) -> int:
    """The place of the next paper in a case."""
    last = select(func.coalesce(func.max(_NOTICE.notice_no), 0)).where(_NOTICE.case_id == case_id)
    return int(connection.execute(last).scalar_one()) + 1


def carriers_of(connection: Connection, notice_id: int) -> dict[str, Written]:
    """The frozen bytes of a paper with their hashes, by carrier."""
    rows = connection.execute(select(*_WRITTEN).where(t.carrier.c.notice_id == notice_id))
    return {row.carrier: Written(*row) for row in rows}


def add_bytes(connection: Connection, case_id: int, notice_no: int, content: Mapping[str, bytes]) -> None:
    """Keeps the bytes of a paper in each carrier, with their hashes."""
    mine = (_NOTICE.case_id == case_id, _NOTICE.notice_no == notice_no)
    key = connection.execute(select(_NOTICE.id).where(*mine)).scalar_one()
    rows = [
        {"notice_id": key, "carrier": name, "hash": sha256(body).hexdigest(), "content": body}
        for name, body in content.items()
    ]
    connection.execute(insert(t.carrier), rows)


def proofs_of(connection: Connection, case_id: int) -> Sequence[Proof]:
    """The proofs of a case's acts as they are stored."""
    statement = select(*PROOF).where(_PROOF.case_id == case_id).order_by(_PROOF.seq)
    return [Proof(*row) for row in connection.execute(statement)]


def add_proof(connection: Connection, case_id: int, proof: Proof) -> None:
    """Stores the proof of an act apart from the act."""
    connection.execute(insert(t.proof), {"case_id": case_id} | proof._asdict())


def mark_void(connection: Connection, notice_id: int, at: str) -> None:
    """The paper is void; its number and bytes stay."""
    connection.execute(update(t.notice).where(_NOTICE.id == notice_id).values(voided_at=at))
