"""The audit: recomputes every chain, the register-wide one that links them, and what must agree with them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ...states import admission
from ...states.remark import Remark
from ..approvals.queries import sheet_names
from ..cases.queries import names_of
from ..kernel.codes import LONGEST_CODE
from ..kernel.context import Context
from ..kernel.database import missing_guards
from ..kernel.linking import verify_links
from ..kernel.owners import (
    UNREADABLE,
    IntegrityFault,
    Owner,
    Verified,
    erasures,
    missing_owners,
    name_of,
    registered,
    rooms,
)
from ..kernel.registered import require_agency
from ..kernel.soundness import strange_guards, unsound
from ..kernel.unit import savepoint
from .erasure_chain import erased_between


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
    attachments: int
    erasures: int
    others: dict[str, int] = {}
    faults: tuple[AuditFault, ...]


def verify(context: Context, agency: str | None = None) -> AuditResult:
    """Recomputes every chain and checkpoint, and checks that signers were allowed to sign, in constant memory.

    A row that cannot be read is named, and the audit goes on.

    Raises:
        NotPermitted; SetupError: an agency was named that is not known.
    """
    context.require_everywhere("operate")
    connection = context.connection
    if agency is not None:
        agency = admission.key("agency", agency, LONGEST_CODE)
        require_agency(connection, agency)
    links = _read(connection, "register", lambda: verify_links(connection))
    counts: Counter[str] = Counter(links.counts)
    found = list(_named(connection, links.faults))
    for name, room in _rooms():
        verified = _read(connection, name, lambda room=room: room.verify(connection, agency))  # type: ignore[misc]
        counts.update(verified.counts)
        found += verified.faults
    others: Counter[str] = Counter()
    for owner in registered:
        verified = owner.verify(connection, agency)
        others.update(verified.counts)
        found += verified.faults
    found += _read(connection, "erasures", lambda: Verified({}, tuple(_unrecorded(connection, agency)))).faults
    found += _read(connection, "values", lambda: Verified({}, tuple(unsound(connection)))).faults
    found += [IntegrityFault("guard_missing", name) for name in missing_guards(connection)]
    found += [IntegrityFault("guard_strange", name) for name in strange_guards(connection)]
    found += [IntegrityFault("owner_missing", name) for name in missing_owners(connection)]
    told = ("cases", "events", "reads", "checkpoints", "sheets", "papers", "attachments", "erasures")
    faults = tuple(map(as_told, found))
    return AuditResult(**{name: counts[name] for name in told}, others=dict(others), faults=faults)


def as_told(fault: IntegrityFault) -> AuditFault:
    """A fault as it is told: a damaged row may have anything where its place should stand."""
    seq = fault.seq if fault.seq is None or type(fault.seq) is int else None
    return AuditFault(code=fault.code, where=str(fault.where), seq=seq, message=fault.message)


def _rooms() -> Iterator[tuple[str, Owner]]:
    for room in rooms():
        yield name_of(room).split(".")[-2], room


def _read(connection: Connection, what: str, work: Callable[[], Verified]) -> Verified:
    """What was verified there; a table that the database itself cannot read is a fault of its own."""
    try:
        with savepoint(connection):
            return work()
    except (SQLAlchemyError, *UNREADABLE) as error:
        return Verified({}, (IntegrityFault("unreadable", what, None, f"{what}: {type(error).__name__}"),))


class _Kind(NamedTuple):
    """How the rows of a kind are named: by their cases, or by their sheets."""

    kinds: frozenset[str]
    names: Callable[[Connection, Iterable[int]], Mapping[int, str]]


def _cases(connection: Connection, refs: Iterable[int]) -> Mapping[int, str]:
    return {ref: number for ref, (_, number) in names_of(connection, refs).items()}


_KINDS = (_Kind(frozenset(("case", "read", "paper", "attachment")), _cases), _Kind(frozenset(("sheet",)), sheet_names))


def _named(connection: Connection, faults: Iterable[IntegrityFault]) -> Iterator[IntegrityFault]:
    """The faults of the register-wide chain, with the numbers of cases and sheets for those of their rows."""
    for fault in faults:
        kind = fault.code.partition("_")[2]
        for item in _KINDS:
            if kind in item.kinds:
                ref = int(fault.where)
                fault = fault._replace(where=item.names(connection, [ref]).get(ref, fault.where))
        yield fault


def _unrecorded(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """What says of itself that it was erased, and no record of erasures says so."""
    recorded = erased_between(connection)
    names: dict[int, tuple[str, str]] = {}
    for item in erasures(connection):
        if item.case_id not in names:
            names |= names_of(connection, [item.case_id])
        office, number = names.get(item.case_id, ("", str(item.case_id)))
        known = recorded.get((office, number), ())
        at, by = item.erased_at or "", item.erased_by
        told = any(first <= at <= last and by in (None, who) for first, last, who in known)
        if not told and agency in (None, office):
            yield IntegrityFault("erased_without_record", number)
