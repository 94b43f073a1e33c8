"""Voiding an issued paper: its number stays taken, and of its sending nothing is left unless somebody has it.

Law: 条例 arts. 30-34; 国办公开办函〔2016〕235号 point 4.
"""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...notifications.documents.kinds import ANSWERS
from ...states import admission
from ...states.errors import BadData
from ...states.procedure.case import State
from ...states.remark import Remark
from ..cases.commands import MoveRequest, MoveResult, carry_out
from ..cases.store import Loaded, note_issued, number_of
from ..kernel.context import Context
from ..kernel.unit import Key, once
from .issue import visible
from .record import proof_of_service
from .service import PAPERS, in_force
from .store import NewAct, Paper, acts_of, add_act_with_reason, find_notice, mark_void, notices_of


class Voided(BaseModel):
    """Which paper was voided, and the moves that take its sending back, with what to look at."""

    model_config = ConfigDict(frozen=True)
    case: str
    notice: int
    moved: tuple[MoveResult, ...] = ()
    warnings: tuple[Remark, ...] = ()
    repeated: bool = False


def void(context: Context, number: str, notice: str, reason: str, *, idempotency_key: str | None = None) -> Voided:
    """Voids an issued paper; its number is not given again.

    What was dispatched and has reached nobody counts as never sent: the case gets ``fail_service`` for it.
    Raises:
        UnknownCase, NotPermitted; BadData: no such paper, no reason, void already, served already; Conflict.
    """
    context.require("propose")
    admission.text("reason", reason)
    number = number_of(context.connection, context.agency, number)

    def work() -> Voided:
        loaded = visible(context, number)
        connection = context.connection
        paper = find_notice(connection, loaded.id, notice)
        if not reason.strip():
            raise BadData({"field": "reason", "problem": "empty"})
        if paper.void:
            raise BadData({"field": "notice", "problem": "void_already", "value": paper.name})
        if any(act.act in ("delivered", "signed") for act in acts_of(connection, loaded.id, paper.notice_no)):
            raise BadData({"field": "notice", "problem": "served_not_void", "value": paper.name})
        at = context.stamp
        mark_void(connection, paper.id, at)
        if paper.kind in ANSWERS:
            left = any(item.event_seq == paper.event_seq and not item.void for item in _replies(connection, loaded.id))
            note_issued(connection, loaded.id, issued=left)
        add_act_with_reason(context, loaded, NewAct("voided", paper.notice_no, context.today, at, {}), reason)
        moved = _taken_back(context, loaded, paper)
        told = tuple(item for result in moved for item in result.warnings)
        return Voided(case=loaded.case.case, notice=paper.notice_no, moved=moved, warnings=told)

    key = Key.of(context, idempotency_key, "void", number, notice, reason)
    return once(context, key, Voided, work, lambda: visible(context, number))


def _replies(connection: Connection, case_id: int) -> list[Paper]:
    return [item for item in notices_of(connection, case_id) if item.kind in ANSWERS]


def _taken_back(context: Context, loaded: Loaded, paper: Paper) -> tuple[MoveResult, ...]:
    """The moves that tell the case that a paper counts as never sent; none where somebody has it.

    None either where the case has gone on to another paper of the kind.
    """
    of, case = PAPERS.get(paper.kind), loaded.case
    if of is None or case.state == State.ANNULLED or not in_force(context, loaded, paper, of):
        return ()
    ref = {"id": paper.ref} if of == "consultation" else {}
    letters = [item for item in case.letters if (item.of, item.ref) == (of, ref.get("id", ""))]
    moved = []
    for act in acts_of(context.connection, loaded.id, paper.notice_no):
        out = any(trip.sent_on == act.on_date for item in letters if item.served_on is None for trip in item.trips)
        if act.act != "dispatched" or not out:
            continue
        data = {"of": of, "reason": "voided", "sent_on": act.on_date.isoformat()}
        data |= ref | {"proof": proof_of_service(paper.name, act.seq)}
        moved.append(carry_out(context, case.case, MoveRequest("fail_service", data, context.today)))
    return tuple(moved)
