"""The audit: recomputes each case's chain, and the checkpoints that link the chains."""

from collections import Counter

from pydantic import BaseModel, ConfigDict

from ...states import admission
from ...states.remark import Remark
from ..cases.checkpoints import verify_checkpoints
from ..kernel.codes import LONGEST_CODE
from ..kernel.context import Context
from ..kernel.owners import IntegrityFault, missing_owners, registered, rooms
from ..kernel.registered import require_agency
from .erasure_chain import verify_erasures


class AuditFault(BaseModel):
    """One place where the history differs from what was written: ``where`` is the case or checkpoint.

    ``message`` is the sentence of a host's own code; ``remark`` tells staff of every one.
    """

    model_config = ConfigDict(frozen=True)
    code: str
    where: str
    seq: int | None = None
    message: str = ""

    @property
    def remark(self) -> Remark:
        """What differs, and where."""
        if self.message:
            return Remark.quote(self.code, self.message)
        fields = {"code": self.code, "where": self.where, "seq": self.seq}
        return Remark(code="audit_other", text=f"audit_{self.code}", fields=fields)


class AuditResult(BaseModel):
    """What was verified, and every fault found; ``others`` counts the rows of a host's own tables."""

    model_config = ConfigDict(frozen=True)
    cases: int
    events: int
    reads: int
    checkpoints: int
    sheets: int
    papers: int
    erasures: int
    others: dict[str, int] = {}
    faults: tuple[AuditFault, ...]


def verify(context: Context, agency: str | None = None) -> AuditResult:
    """Recomputes every chain and checkpoint, and checks that signers were allowed to sign, in constant memory.

    Raises:
        NotPermitted; SetupError: an agency was named that is not known.
    """
    context.require_everywhere("operate")
    if agency is not None:
        agency = admission.key("agency", agency, LONGEST_CODE)
        require_agency(context.connection, agency)
    checkpoints = verify_checkpoints(context.connection)
    counts, found = dict(checkpoints.counts), list(checkpoints.faults)
    for room in rooms():
        verified = room.verify(context.connection, agency)
        counts |= verified.counts
        found += verified.faults
    erasures = verify_erasures(context.connection, agency)
    counts |= erasures.counts
    found += erasures.faults
    others: Counter[str] = Counter()
    for owner in registered:
        verified = owner.verify(context.connection, agency)
        others.update(verified.counts)
        found += verified.faults
    found += [IntegrityFault("owner_missing", name) for name in missing_owners(context.connection)]
    return AuditResult(
        cases=counts["cases"],
        events=counts["events"],
        reads=counts["reads"],
        checkpoints=counts["checkpoints"],
        sheets=counts["sheets"],
        papers=counts["papers"],
        erasures=counts["erasures"],
        others=dict(others),
        faults=tuple(AuditFault(**item._asdict()) for item in found),
    )
