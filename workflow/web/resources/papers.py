"""Papers of a case: drafts, issuing and voiding, the very bytes, service; and the case's evidence bundle."""

from collections.abc import Mapping
from datetime import date

from pydantic import StrictStr

from ....notifications.formats.carriers import find_carrier, suffix_of
from ....notifications.messages.catalogue import say
from ....states.admission import file_name
from ...casefile.bundle import bundle
from ...kernel.given import Given
from ...notices.drafts import Draft, drafts
from ...notices.issue import IssuedNotice, IssueOptions, issue
from ...notices.papers import IssuedPaper, issued_papers, reprint
from ...notices.service import ProofFile, ServiceEvent, ServiceResult, record_service
from ...notices.voiding import Voided, void
from ..operations import Call, File, Items, Nothing, Operation

ABSENT = frozenset({"unknown_notice", "carrier_not_issued", "carrier_erased"})
BYTES = "application/octet-stream"


class DraftQuery(Given):
    """One kind of paper or all, on which day; ``of`` is the paper of whose service a record is written."""

    kind: StrictStr | None = None
    as_of: date | None = None
    of: StrictStr = ""
    why: StrictStr = ""


def list_drafts(call: Call[DraftQuery, Nothing]) -> object:
    """The papers that the case has given rise to, as they would be issued; noted in the log of reads."""
    query = call.query
    return {"items": drafts(call.context, call.case, query.as_of, query.kind, query.of, query.why)}


def list_papers(call: Call[Nothing, Nothing]) -> object:
    """Every issued paper of the case with what was done with it."""
    return {"items": issued_papers(call.context, call.case)}


class PaperBody(IssueOptions):
    """The kind of paper that is issued, and how."""

    kind: StrictStr


def issue_paper(call: Call[Nothing, PaperBody]) -> object:
    """Issues a paper: numbers it, writes it in every carrier, and freezes all of it."""
    call.check_version()
    body = call.body
    options = IssueOptions(**{name: getattr(body, name) for name in IssueOptions.model_fields})
    return issue(call.context, call.case, body.kind, options, idempotency_key=call.key)


class WhyQuery(Given):
    """Why something is read, for the log of reads."""

    why: StrictStr = ""


def print_paper(call: Call[WhyQuery, Nothing]) -> object:
    """The very bytes that were issued; noted in the log of reads."""
    paper, carrier = call.path["paper"], call.path["carrier"]
    content = reprint(call.context, call.case, paper, carrier, call.query.why)
    known = find_carrier(carrier)
    name = file_name(f"{call.case}-{paper}.{suffix_of(carrier)}")
    return File(name, known.media_type if known is not None else BYTES, content)


class Reason(Given):
    """Why something is done."""

    reason: StrictStr = ""


def void_paper(call: Call[Nothing, Reason]) -> object:
    """Voids an issued paper; its number is not given again."""
    call.check_version()
    return void(call.context, call.case, call.path["paper"], call.body.reason, idempotency_key=call.key)


class ServiceBody(Given):
    """One event in the service of a paper: what, on which day, by which way and the like."""

    act: StrictStr
    on: date | None = None
    data: Mapping[StrictStr, StrictStr] = {}


def serve_paper(call: Call[Nothing, ServiceBody]) -> object:
    """Records one event in the service of an issued paper, with its proof where a file is sent along."""
    call.check_version()
    proof = ProofFile(call.upload.name, call.upload.content.read()) if call.upload is not None else None
    body = call.body
    event = ServiceEvent(act=body.act, data=body.data, on=body.on, file=proof)
    return record_service(call.context, call.case, call.path["paper"], event, idempotency_key=call.key)


class BundleQuery(WhyQuery):
    """The day at whose end the case is wanted, and why it is read."""

    as_of: date | None = None


def take_bundle(call: Call[BundleQuery, Nothing]) -> object:
    """The evidence of the case as a ZIP file, which anybody can verify; noted in the log of reads."""
    content = bundle(call.context, call.case, call.query.as_of, call.query.why)
    return File(file_name(say("bundle_file", case=call.case)), "application/zip", content)


_PAPER = "cases/{case}/papers/{paper}"
OPERATIONS = (
    Operation(
        name="listDrafts",
        method="GET",
        path="cases/{case}/drafts",
        work=list_drafts,
        query=DraftQuery,
        gives=Items[Draft],
    ),
    Operation(name="listPapers", method="GET", path="cases/{case}/papers", work=list_papers, gives=Items[IssuedPaper]),
    Operation(
        name="issuePaper",
        method="POST",
        path="cases/{case}/papers",
        work=issue_paper,
        body=PaperBody,
        gives=IssuedNotice,
        status=201,
    ),
    Operation(
        name="printPaper",
        method="GET",
        path=_PAPER + "/{carrier}",
        work=print_paper,
        query=WhyQuery,
        documents=("text/plain", "application/pdf", BYTES),
        absent=ABSENT,
    ),
    Operation(
        name="voidPaper",
        method="POST",
        path=_PAPER + "/void",
        work=void_paper,
        body=Reason,
        gives=Voided,
        absent=ABSENT,
    ),
    Operation(
        name="servePaper",
        method="POST",
        path=_PAPER + "/service",
        work=serve_paper,
        body=ServiceBody,
        uploads="may",
        gives=ServiceResult,
        absent=ABSENT,
    ),
    Operation(
        name="takeBundle",
        method="GET",
        path="cases/{case}/bundle",
        work=take_bundle,
        query=BundleQuery,
        documents=("application/zip",),
    ),
)
