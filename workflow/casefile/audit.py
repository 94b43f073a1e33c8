"""Proof that the history is whole: each case's chain recomputed, and the checkpoints that tie the chains together."""

from collections import Counter

from pydantic import BaseModel, ConfigDict

from ...notifications.messages.catalogue import say, text_of
from ..cases.checkpoints import verify_checkpoints
from ..kernel.context import Context
from ..kernel.owners import IntegrityFault, registered, rooms


class AuditFault(BaseModel):
    """One place where the history is not what was written: ``where`` is the case or checkpoint."""

    model_config = ConfigDict(frozen=True)
    code: str
    where: str
    seq: int | None = None
    message: str


class AuditResult(BaseModel):
    """What was verified, and every fault found; ``others`` counts the rows of a host's own tables."""

    model_config = ConfigDict(frozen=True)
    cases: int
    events: int
    checkpoints: int
    sheets: int
    papers: int
    others: dict[str, int] = {}
    faults: tuple[AuditFault, ...]


def verify(context: Context, agency: str | None = None) -> AuditResult:
    """Recomputes every chain and checkpoint, and who may not have signed; memory does not grow with the history."""
    checkpoints = verify_checkpoints(context.connection)
    counts, found = dict(checkpoints.counts), list(checkpoints.faults)
    for room in rooms():
        verified = room.verify(context.connection, agency)
        counts |= verified.counts
        found += verified.faults
    others: Counter[str] = Counter()
    for owner in registered:
        verified = owner.verify(context.connection, agency)
        others.update(verified.counts)
        found += verified.faults
    return AuditResult(
        cases=counts["cases"],
        events=counts["events"],
        checkpoints=counts["checkpoints"],
        sheets=counts["sheets"],
        papers=counts["papers"],
        others=dict(others),
        faults=tuple(_worded(item) for item in found),
    )


def _worded(fault: IntegrityFault) -> AuditFault:
    where, seq = fault.where, fault.seq
    key = f"audit_{fault.code}" if text_of(f"audit_{fault.code}") is not None else "audit_other"
    message = fault.message or say(key, code=fault.code, where=where, seq=seq)
    return AuditFault(code=fault.code, where=where, seq=seq, message=message)
