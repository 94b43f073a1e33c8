"""The audit: recomputes each case's chain, and the checkpoints that link the chains."""

from collections import Counter

from pydantic import BaseModel, ConfigDict

from ...notifications.messages.catalogue import say, text_of
from ..cases.agencies import require_agency
from ..cases.checkpoints import verify_checkpoints
from ..kernel.context import Context
from ..kernel.owners import IntegrityFault, missing_owners, registered, rooms


class AuditFault(BaseModel):
    """One place where the history differs from what was written: ``where`` is the case or checkpoint."""

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
    """Recomputes every chain and checkpoint, and checks that signers were allowed to sign, in constant memory.

    Raises:
        SetupError: an agency was named that is not known.
    """
    if agency is not None:
        require_agency(context.connection, agency)
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
    found += [IntegrityFault("owner_missing", name) for name in missing_owners(context.connection)]
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
