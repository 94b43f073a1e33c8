"""Queries on issued papers: what was done with each, and the exact bytes of one."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...states.errors import BadData
from ..cases.reads import note_read
from ..cases.store import load_seen
from ..kernel.context import Context
from .store import Act, Paper, acts_of, carriers_of, find_notice, notices_of, proofs_of


class PaperAct(BaseModel):
    """One act on an issued paper: what, when, by whom, and its public data."""

    model_config = ConfigDict(frozen=True)
    act: str
    on: date
    by: str
    data: Mapping[str, object]


class IssuedPaper(BaseModel):
    """An issued paper with what was done with it; ``hashes`` are those of its bytes, by carrier."""

    model_config = ConfigDict(frozen=True)
    notice: int
    kind: str
    paper: str
    title: str
    number: str | None
    issued_on: date
    void: bool
    replaces: int | None
    hashes: Mapping[str, str]
    acts: tuple[PaperAct, ...]


def issued_papers(context: Context, number: str) -> tuple[IssuedPaper, ...]:
    """Every issued paper of a case with what was done with it, in order.

    Raises:
        UnknownCase, NotPermitted.
    """
    loaded = load_seen(context, number)
    acts = acts_of(context.connection, loaded.id)
    told = {proof.seq: proof.details for proof in proofs_of(context.connection, loaded.id)}
    reasons = {seq: details["reason"] for seq, details in told.items() if "reason" in details}
    papers = notices_of(context.connection, loaded.id)
    return tuple(_shown(context.connection, paper, acts, reasons) for paper in papers)


def _shown(connection: Connection, paper: Paper, acts: list[Act], reasons: Mapping[int, str]) -> IssuedPaper:
    done = [act for act in acts if act.notice_no == paper.notice_no and act.act != "issued"]
    return IssuedPaper(
        notice=paper.notice_no,
        kind=paper.kind,
        paper=paper.paper,
        title=paper.title,
        number=paper.number,
        issued_on=paper.issued_on,
        void=paper.void,
        replaces=paper.replaces_no,
        hashes={name: item.hash for name, item in carriers_of(connection, paper.id).items()},
        acts=tuple(PaperAct(act=act.act, on=act.on_date, by=act.user_id, data=_told(act, reasons)) for act in done),
    )


def _told(act: Act, reasons: Mapping[int, str]) -> Mapping[str, object]:
    """What an act tells; of a paper that was voided, why."""
    return {**act.body, "reason": reasons[act.seq]} if act.act == "voided" and act.seq in reasons else act.body


def reprint(context: Context, number: str, notice: str, carrier: str, why: str = "") -> bytes:
    """The exact bytes that were issued; the log of reads has it, with the reason.

    Raises:
        UnknownCase, NotPermitted; SetupError: on a connection that cannot write;
        BadData: no such paper, not written in that carrier, or erased.
    """
    loaded = load_seen(context, number)
    paper = find_notice(context.connection, loaded.id, notice)
    found = carriers_of(context.connection, paper.id).get(carrier)
    if found is None or found.content is None:
        problem = "carrier_erased" if found is not None else "carrier_not_issued"
        raise BadData({"field": "carrier", "problem": problem, "value": carrier})
    note_read(context, loaded.row(context.agency), "paper", f"{paper.notice_no} {carrier}", why)
    return found.content
