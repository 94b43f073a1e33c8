"""Queries on issued papers: what was done with each, and the exact bytes of one."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...states import admission
from ...states.errors import BadData
from ..cases.amending import Change, changes_of, last_text
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
    """An issued paper with what was done with it; ``hashes`` are those of its bytes, by carrier.

    ``approved`` is the sheet by which its step was approved; in ``changed`` lines it and the approved draft differ,
    for a ``reason``. ``in_force``: neither its step nor the registration has been amended since, so that it says what
    the record says.
    """

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
    approved: str | None
    changed: int
    reason: str | None
    in_force: bool
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
    changes = changes_of(context.connection, loaded.id)
    papers = notices_of(context.connection, loaded.id)
    return tuple(_shown(context.connection, paper, _Told(acts, reasons, changes)) for paper in papers)


class _Told(NamedTuple):
    """What was done with the papers of a case, why, and what was changed meanwhile in the steps that they tell of."""

    acts: list[Act]
    reasons: Mapping[int, str]
    changes: Mapping[int, Change]


def _shown(connection: Connection, paper: Paper, told: _Told) -> IssuedPaper:
    own = [act for act in told.acts if act.notice_no == paper.notice_no]
    (issue,) = [act for act in own if act.act == "issued"]
    body, done = issue.body, [act for act in own if act is not issue]
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
        approved=str(body["approved"]) if body.get("approved") else None,
        changed=int(str(body.get("changed") or 0)),
        reason=told.reasons.get(issue.seq),
        in_force=says_what_is_recorded(issue, last_text(told.changes, paper.event_seq)),
        acts=tuple(
            PaperAct(act=act.act, on=act.on_date, by=act.user_id, data=_with_reason(act, told.reasons)) for act in done
        ),
    )


def _with_reason(act: Act, reasons: Mapping[int, str]) -> Mapping[str, object]:
    """What an act tells; of a paper that was voided, why."""
    return {**act.body, "reason": reasons[act.seq]} if act.act == "voided" and act.seq in reasons else act.body


def says_what_is_recorded(issue: Act, change: Change | None) -> bool:
    """Whether what a paper tells of is as it was when the paper was issued."""
    if change is None:
        return True
    known = issue.body.get("text_seq")
    return change.recorded_at <= issue.recorded_at if known is None else known == change.seq


def reprint(context: Context, number: str, notice: str, carrier: str, why: str = "") -> bytes:
    """The exact bytes that were issued; the log of reads has it, with the reason.

    Raises:
        UnknownCase, NotPermitted; SetupError: on a connection that cannot write;
        BadData: no such paper, not written in that carrier, or erased.
    """
    loaded = load_seen(context, number)
    paper = find_notice(context.connection, loaded.id, notice)
    found = carriers_of(context.connection, paper.id).get(admission.key("carrier", carrier))
    if found is None or found.content is None:
        problem = "carrier_erased" if found is not None else "carrier_not_issued"
        raise BadData({"field": "carrier", "problem": problem, "value": carrier})
    note_read(context, loaded.row(context.agency), "paper", f"{paper.notice_no} {carrier}", why)
    return found.content
