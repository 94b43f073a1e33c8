"""The evidence bundle of one case, for a review or a suit: what was done, when, by which law, with which papers.

Law: 复议法 arts. 48, 54, 70; 行诉法 art. 67: the answer goes with all evidence and the rules relied on.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from importlib import resources

from sqlalchemy import Connection

from ...notifications.documents.paragraphs import Mark, Paragraph
from ...notifications.documents.plain_text import to_text
from ...notifications.formats.carriers import suffix_of
from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import moment, name
from ...states.admission import file_name
from ...states.procedure.periods import ledger, rule_of
from ...states.rules.dated import instruments
from ...states.rules.outcomes import answer_of, outcomes_of_row
from ...states.rules.settings import questions
from ..approvals.queries import actions_of
from ..cases.queries import recorded_steps
from ..cases.reads import note_read
from ..cases.store import Loaded, history, private_data
from ..filing.queries import enclosures
from ..kernel.context import Context, Written
from ..kernel.personal_data import restore_by
from ..notices.store import acts_of, carriers_of, notices_of, proofs_of
from .evidence import AttachmentEvidence, Enclosed, PaperEvidence, ProofEvidence, as_text, chains
from .remarks import all_periods, route_of
from .signing import as_signature
from .verifier import SIGNATURE, SUMS
from .views import case_on, view_of

CHAINS = "证明/chains.json"
"""Where the verifier looks for the chains."""
Files = dict[str, bytes]
"""The files of a bundle, by name."""


def bundle(context: Context, number: str, on: date | None = None, why: str = "", *, key: bytes | None = None) -> bytes:
    """The bundle as a zip file, with the applicant's personal data; the same case and day give the same bytes.

    Without a day it is that of today. It is noted in the log of reads, with the reason and the hash of the list of its
    files. ``key`` is the office's private key, by which the list is signed.

    Raises:
        UnknownCase, NotPermitted; SetupError: on a connection that cannot write; an attachment's content is gone,
            another one, or in a store that this process does not have.
    """
    connection, agency, on = context.connection, context.agency, on or context.today
    at = case_on(context, number, on)
    loaded, number = at.loaded, at.loaded.case.case
    papers, files = _papers(connection, loaded)
    proofs, proof_files = _proofs(connection, loaded)
    attached, attached_files = _attachments(connection, loaded)
    files |= proof_files | attached_files
    files |= _periods(loaded, on)
    files[say("bundle_case")] = as_text(view_of(at, unmasked=True))
    files[say("bundle_timeline")] = _timeline(connection, agency, loaded)
    files[say("bundle_law")] = _law(loaded, on)
    files[say("bundle_calendar")] = _calendar(loaded, on)
    enclosed = Enclosed(papers=papers, proofs=proofs, attachments=attached)
    files[CHAINS] = as_text(chains(connection, agency, loaded, enclosed))
    files["verify.py"] = resources.files("disclosure.workflow.casefile").joinpath("verifier.py").read_bytes()
    files[say("bundle_readme")] = say("bundle_read_me", case=number, on=on.isoformat()).encode()
    sums = "".join(f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items()))
    signed = {} if key is None else {SIGNATURE: as_signature(key, sums.encode())}
    note_read(context, loaded.row(agency), "bundle", sha256(sums.encode()).hexdigest(), why=why)
    return _zip(files | {SUMS: sums.encode()} | signed)


def _zip(files: Files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path)  # dated by the first day that a zip file can hold
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _papers(connection: Connection, loaded: Loaded) -> tuple[dict[int, PaperEvidence], Files]:
    """The papers as they were sent, and where each stands."""
    papers: dict[int, PaperEvidence] = {}
    files: Files = {}
    for paper in notices_of(connection, loaded.id):
        void = say("bundle_void") if paper.void else ""
        stem = f"{say('bundle_papers')}/{paper.notice_no:02}-{file_name(paper.title)}{void}"
        placed = {}
        for carrier, item in carriers_of(connection, paper.id).items():
            if item.content is not None:
                placed[carrier] = f"{stem}.{suffix_of(carrier)}"
                files[placed[carrier]] = item.content
        papers[paper.notice_no] = PaperEvidence.of(paper, placed)
    return papers, files


def _proofs(connection: Connection, loaded: Loaded) -> tuple[dict[int, ProofEvidence], Files]:
    proofs: dict[int, ProofEvidence] = {}
    files: Files = {}
    for proof in proofs_of(connection, loaded.id):
        placed = None
        if proof.file_content is not None:
            placed = f"{say('bundle_service')}/{proof.seq:02}-{file_name(proof.file_name or '')}"
            files[placed] = proof.file_content
        proofs[proof.seq] = ProofEvidence.of(proof, placed)
    return proofs, files


def _attachments(connection: Connection, loaded: Loaded) -> tuple[list[AttachmentEvidence], Files]:
    """What is filed with the case, and where each stands."""
    found: list[AttachmentEvidence] = []
    files: Files = {}
    for item in enclosures(connection, loaded.id, loaded.case.case):
        placed = None
        if item.content is not None:
            stem = f"{item.kept.entry.seq:02}-{name('attachment_role', item.kept.entry.role)}"
            placed = f"{say('bundle_attachments')}/{stem}-{file_name(item.kept.apart.name or '')}"
            files[placed] = item.content
        found.append(AttachmentEvidence.of(item.kept, placed))
    return found, files


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], before: Sequence[str] = ()) -> bytes:
    items = [Paragraph(Mark.TITLE, title), *(Paragraph(Mark.NUMBER, line) for line in before)]
    items.append(Paragraph(Mark.HEADER_ROW, "", tuple(head)))
    items += [Paragraph(Mark.ROW, "", tuple(row)) for row in rows]
    return to_text(items).encode()


def _periods(loaded: Loaded, on: date) -> Files:
    """Every period day by day, each day with its reason and source."""
    files = {}
    for place, period in enumerate(all_periods(loaded.case, on, loaded.law), 1):
        title = name("rule", period.rule)
        basis = rule_of(period)
        rows = [
            (day.date.isoformat(), str(day.n) if day.counted else "－", name("why", day.reason), day.source)
            for day in ledger(period, loaded.law)
        ]
        before = [
            say("bundle_awaits")
            if period.awaits
            else say("bundle_period", start=period.starts_on.isoformat(), due_on=period.due_on.isoformat()),
            say("bundle_source", source=basis.source),
            say("bundle_ended", on=period.ended_on.isoformat()) if period.ended_on else say("bundle_running"),
        ]
        path = f"{say('bundle_periods')}/{place:02}-{file_name(title)}.txt"
        files[path] = _table(title, _heads("date", "counted", "why", "source"), rows, before)
    return files


def _heads(*names: str) -> list[str]:
    return [say(f"col_{name}") for name in names]


def _timeline(connection: Connection, agency: str, loaded: Loaded) -> bytes:
    """Steps, papers and approvals in the order of their days."""
    found = [*_steps(connection, loaded), *_acts(connection, loaded), *_approvals(connection, agency, loaded)]
    found.sort(key=lambda line: (line[0], line[3]))
    shown = [(*line[:3], moment(line[3])) for line in found]
    return _table(say("bundle_timeline_title"), _heads("date", "move", "by", "recorded_at"), shown)


Line = tuple[str, str, str, str]
"""A line of the timeline: the day, what was done, by whom, when it was recorded."""


def _who(actor: str) -> str:
    """Who acted, and who recorded it where that is somebody else."""
    found = Written.of(actor)
    return found.by if found.by == found.recorder else say("recorded_by", by=found.by, recorder=found.recorder)


def _steps(connection: Connection, loaded: Loaded) -> Iterator[Line]:
    rows = {row.seq: row for row in recorded_steps(connection, loaded.id)}
    apart = private_data(connection, loaded.id)
    for event in history(connection, loaded.id):
        row = rows[event.seq]
        what = say("bundle_step", seq=event.seq, move=name("move", event.move))
        by = _who(restore_by(row.actor, apart.get(event.seq)))
        yield event.on.isoformat(), what, by, row.recorded_at


def _acts(connection: Connection, loaded: Loaded) -> Iterator[Line]:
    titles = {paper.notice_no: paper.name for paper in notices_of(connection, loaded.id)}
    reasons = {proof.seq: proof.details.get("reason") for proof in proofs_of(connection, loaded.id)}
    for act in acts_of(connection, loaded.id):
        paper = titles.get(act.notice_no, "") if act.notice_no is not None else ""
        attempt = act.body.get("attempt")
        what = say("bundle_act", act=say(f"act_{act.act}"), paper=paper)
        what += say("bundle_attempt", attempt=attempt) if attempt else ""
        reason = reasons.get(act.seq) if act.act == "issued" else None
        what += say("not_as_approved", reason=reason) if reason else ""
        yield act.on_date.isoformat(), what, _who(act.actor), act.recorded_at


def _approvals(connection: Connection, agency: str, loaded: Loaded) -> Iterator[Line]:
    for sheet, actions in actions_of(connection, agency, loaded.case.case):
        for item in actions:
            what = say("bundle_approval", sheet=sheet, verb=name("verb", item.verb))
            yield item.on_date.isoformat(), what, _who(item.actor), item.recorded_at


def _law(loaded: Loaded, on: date) -> bytes:
    """The rules, articles and readings by which the case was judged."""
    case, law = loaded.case, loaded.law
    rows: list[tuple[str, str, str, str]] = []
    for period in all_periods(case, on, law):
        basis = rule_of(period)
        found = instruments()[basis.instrument]
        length = f"{basis.length}{say(f'unit_{basis.unit}')}" if basis.length is not None else ""
        rows.append((name("rule", period.rule), length, basis.source, say(f"bundle_{found.day}", since=found.since)))
    if case.outcome is not None:
        given = answer_of(case.outcome, case.answer, "", case.law_on)
        for outcome in (given,) if given is not None else outcomes_of_row(case.outcome, case.law_on):
            rows.append((outcome.label, "", outcome.basis(case.law_on).source, ""))
    route, source = route_of(case, on, law)
    if route is not None:
        rows.append((name("route", route), "", str(source), ""))
    for question in questions():
        recommended = question.on(case.law_on)
        chosen = law.settings.reading(question.key, case.law_on) if question.key else recommended.default
        rows.append((question.title, dict(question.readings).get(chosen, chosen), recommended.source, ""))
    rows = list(dict.fromkeys(rows))
    return _table(say("bundle_law_title"), _heads("rule", "chosen", "source", "since"), rows)


def _calendar(loaded: Loaded, on: date) -> bytes:
    """The notices on holidays by which the days of the case's periods were counted, with the days they name."""
    law = loaded.law
    found: dict[str, list[str]] = {}
    wanted = {day.date for period in all_periods(loaded.case, on, law) for day in ledger(period, law)}
    for each in sorted(wanted):
        if law.calendar.is_provisional(each):
            found.setdefault(name("why", "unannounced"), []).append(each.isoformat())
            continue
        day = law.calendar.day(each)
        if day.kind in ("holiday", "make_up_day"):
            found.setdefault(day.source, []).append(each.isoformat())
    rows = [(source, "、".join(days)) for source, days in found.items()]
    before = [say("cli_calendar", version=law.calendar.version)]
    return _table(say("bundle_calendar_title"), _heads("source", "date"), rows, before)
