"""What a new paper takes from earlier papers, acts of service and approvals of the case."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection

from ...notifications.documents.facts import day
from ...notifications.messages.catalogue import say
from ...notifications.messages.move_data import told_data
from ...notifications.messages.sentences import describe, name
from ...states.errors import BadData
from ...states.procedure.periods import days_left
from ...states.rules.service import ACTS
from ..approvals.compared import remarks_on
from ..approvals.queries import LEFT_OUT, ApprovalForm, approval_form
from ..cases.amending import amended_step
from ..cases.store import Loaded
from ..kernel.owners import annexes
from .store import Act, Paper, acts_of, carriers_of, find_notice, last_answer, notices_of, proofs_of

SERVICE_RECORDS = ("service_receipt", "posting_record", "electronic_record", "collection_receipt", "return_record")
_EARLIER = {"abandonment_correction": "correction", "abandonment_payment": "fee"}


def from_record(
    connection: Connection, loaded: Loaded, key: str, on: date, about: str = "", seq: int = 0
) -> dict[str, object]:
    """The facts of a kind of paper that are on record; ``about`` names the paper that a service record is of.

    ``seq`` is the step to which the paper belongs.

    Raises:
        BadData: no paper of that name.
    """
    if key in (*_EARLIER, "revocation"):
        return told_before(connection, loaded.id, key, seq)
    if key in SERVICE_RECORDS:
        return _service(connection, loaded, about)
    found = _BY_KIND.get(key)
    return found(connection, loaded, on) if found is not None else {}


def named(paper: Paper) -> str:
    """An issued paper as other papers name it."""
    return say("paper_named", title=paper.title, number=paper.number) if paper.number else paper.title


def proof_of_service(paper: str, seq: int) -> str:
    """What the step ``serve`` of a case names as its proof: the act of service of that number."""
    return say("proof_of_service", number=paper, seq=seq)


def told_before(connection: Connection, case_id: int, key: str, seq: int) -> dict[str, object]:
    """What a paper tells of those that were issued before its step, of that number.

    Of a request given up, the notice whose period has run out; of a revocation, the last decision before it.
    """
    before = [row for row in notices_of(connection, case_id) if row.number and not row.void]
    if key in _EARLIER:
        earlier = [row for row in before if row.kind == _EARLIER[key]]
        return {"earlier_number": earlier[-1].number} if earlier else {}
    found = last_answer(row for row in before if row.event_seq < seq) if key == "revocation" else None
    return {"withdrawn_number": named(found)} if found is not None else {}


def _documents(connection: Connection, loaded: Loaded, on: date) -> dict[str, object]:
    rows = notices_of(connection, loaded.id)
    return {"documents": [(row.notice_no, row.title, row.number or "", day(row.issued_on)) for row in rows]}


def _days_left(connection: Connection, loaded: Loaded, on: date) -> dict[str, object]:
    period = loaded.case.last_period("reply")
    left = days_left(period, on, loaded.law) if period is not None else None
    return {} if left is None else {"days_left": left}


def _service(connection: Connection, loaded: Loaded, about: str) -> dict[str, object]:
    """What is on record of the service of one paper: of the one named, else of the last that went out.

    Law: 民诉法 arts. 87-90; 国办公开办函〔2016〕235号.
    """
    paper = find_notice(connection, loaded.id, about) if about else _last_sent(connection, loaded)
    if paper is None:
        return {}
    course = _course(connection, loaded.id, paper)
    pdf = carriers_of(connection, paper.id).get("pdf")
    return {"document": named(paper), "service": course | ({"hash": pdf.hash} if pdf is not None else {})}


def _course(connection: Connection, case_id: int, paper: Paper) -> dict[str, str]:
    """The days, ways and persons of a paper's service, the later over the earlier."""
    proofs = {proof.seq: proof.details for proof in proofs_of(connection, case_id)}
    course: dict[str, str] = {}
    for act in acts_of(connection, case_id, paper.notice_no):
        if act.act not in ACTS:
            continue
        if act.act == "dispatched" and "returned_on" in course:  # the attempt after the one that came back
            course["again"] = f"{_method(act)} {day(act.on_date)}"
            continue
        course[f"{act.act}_on"] = day(act.on_date)
        course |= {key: value for key, value in proofs.get(act.seq, {}).items() if value}
        course["method"] = _method(act)
        if act.act == "refused":
            course["refused"] = "；".join(filter(None, (course.get("reason"), course.get("witness"))))
    return course


def _method(act: Act) -> str:
    return name("delivery", act.method)


def _last_sent(connection: Connection, loaded: Loaded) -> Paper | None:
    rows = [row for row in notices_of(connection, loaded.id) if not row.void and row.number]
    sent = {act.notice_no for act in acts_of(connection, loaded.id) if act.act in ("dispatched", "signed", "refused")}
    return next((row for row in reversed(rows) if row.notice_no in sent), rows[-1] if rows else None)


def _approvals(connection: Connection, loaded: Loaded, on: date) -> dict[str, object]:
    """The last sheet of the case: its draft, and who signed what."""
    from ..approvals.catalogue import VERBS  # every verb: for the form alone

    form = approval_form(connection, loaded.id, [verb.name for verb in VERBS.values() if verb.on_form])
    if form is None:
        return {}
    rows = []
    for item in form.signatures:
        post = name("role", item.post)
        if item.verb == LEFT_OUT:
            rows.append((item.step, "", say("review_left_out", post=post, name=item.name), day(item.on)))
            continue
        opinion = say("approval_opinion", verb=say(f"verb_{item.verb}"), opinion=item.opinion)
        who = say("signed_on_basis", name=item.name, post=post, basis=item.basis) if item.post else item.name
        if item.name != item.recorder:
            who = say("recorded_by", by=who, recorder=item.recorder)
        rows.append((item.step, who, opinion.strip("：:"), day(item.on)))
    return {"approvals": rows, "draft": form.draft, "drafter": form.drafter} | _proposed(connection, loaded, form)


def _proposed(connection: Connection, loaded: Loaded, form: ApprovalForm) -> dict[str, object]:
    """What a sheet proposes, field by field, and what is told of its draft."""
    move = str(form.row.move)
    amended = amended_step(connection, loaded.id, form.data) if move == "amend" else None
    told = told_data(move, form.data, amended.move if amended else "")
    remarks = remarks_on(connection, form.row, form.draft, form.produced)
    return {
        "proposed": [(say("told_move"), name("move", move)), *told],
        "warnings": [(describe(item),) for item in remarks],
    }


def _annexes(connection: Connection, loaded: Loaded, on: date) -> dict[str, object]:
    """What is given with a reply."""
    return {"annexes": annexes(connection, loaded.id)}


_BY_KIND: dict[str, Callable[[Connection, Loaded, date], dict[str, object]]] = {
    "register_page": _documents,
    "archive_index": _documents,
    "reply": _annexes,
    "supervision": _days_left,
    "approval_form": _approvals,
}


def check_about(key: str, about: str) -> None:
    """Refuses the name of a paper where the kind is no record of service."""
    if about and key not in SERVICE_RECORDS:
        raise BadData({"field": "of", "problem": "no_service_record", "value": about})
