"""What prevents a paper from being issued: gaps, a missing remedy, facts of the decision that nobody has proved.

Law: 条例 arts. 14-16, 30, 31, 36, 42; 复议法 arts. 20, 23.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from ...notifications.documents.decisions import ARTICLE
from ...notifications.documents.elements import not_shown, without_remedy
from ...notifications.documents.kinds import raised
from ...notifications.documents.render import Notice
from ...states.errors import Fault
from ...states.procedure.history import Event, timeline
from ...states.rules.outcomes import answer_of, outcome
from ...states.rules.receipt import received_at_once
from ..cases.commands import needs_approval
from ..cases.documents import DECIDED_BY
from ..cases.queries import id_of
from ..cases.steps import history
from ..kernel.owners import approved_step
from ..kernel.tables import notices as t
from .store import Paper, acts_of, notices_of
from .writing import Writing

SERVED = ("delivered", "signed", "refused")


def faults_of(writing: Writing, notice: Notice, replaced: Paper | None) -> Iterator[Fault]:
    """Every fault that prevents issuing the paper, each with its remedy."""
    kind = writing.kind
    for label in notice.missing:
        yield {"field": label, "problem": "gap_in_notice", "value": label}
    yield from _unapproved(writing)
    if kind.to != "file":
        if replaced is None:
            yield from _issued_before(writing)
        yield from not_shown(kind, notice)
    if kind.decides:
        yield from without_remedy(kind, notice)
        yield from _receipt(writing)
    if kind.key == "reply":
        yield from _ground(notice)
        yield from _evidence(writing)
    if kind.key.startswith("abandonment_"):
        yield from _earlier_notice(writing)


def _unapproved(writing: Writing) -> Iterator[Fault]:
    """Requires approval of the decision that a numbered paper tells of, where the office's procedure covers it.

    What was done in live work has been judged as it was done; a record of the past has not.
    """
    kind, loaded, step = writing.kind, writing.loaded, writing.step
    behind = DECIDED_BY.get(kind.key)
    fault: Fault = {"field": "kind", "value": kind.title}
    if kind.key == "revocation" and step.move != behind:
        yield fault | {"problem": "nothing_to_issue"}
        return
    if kind.suffix is None or (behind is None and (step.live or kind.key not in raised())):
        return
    made = "reply" if step.move == "decide" else step.move
    move, data = (made, step.data) if behind in (None, made) else (behind, {})
    if not needs_approval(writing.context, loaded.config_id, move, data):
        return
    if made != move or approved_step(writing.connection, loaded.id, step.seq) is None:
        yield fault | {"problem": "approval_needed"}


def _issued_before(writing: Writing) -> Iterator[Fault]:
    wanted = (writing.kind.key, writing.ref.seq, writing.ref.ref)
    for paper in notices_of(writing.connection, writing.loaded.id):
        if (paper.kind, paper.event_seq, paper.ref) == wanted and not paper.void:
            yield {"field": "kind", "problem": "issued_already", "value": paper.name, "notice": paper.notice_no}


def _ground(notice: Notice) -> Iterator[Fault]:
    """Checks that a ground resting on another law names the article of that law."""
    values = notice.facts.values
    answer = outcome(str(values["outcome"]))
    elsewhere = not values["article"] or (answer is not None and answer.article_elsewhere)
    if elsewhere and not ARTICLE.search(str(values["ground"])):
        yield {"field": "ground", "problem": "ground_without_article"}


def _receipt(writing: Writing) -> Iterator[Fault]:
    """Requires proof of a confirmed day of receipt: who confirmed it, how and when.

    Law: 条例 art. 31.
    """
    case = writing.loaded.case
    confirmed = [event for event in timeline(writing.events) if event.move == "confirm"]
    if case.submitted_on is None or (received_at_once(case.channel, case.submitted_on) and not confirmed):
        return
    if not confirmed or not str(confirmed[-1].data.get("proof") or "").strip():
        yield {"field": "confirm.proof", "problem": "receipt_unproved"}


def _evidence(writing: Writing) -> Iterator[Fault]:
    event = writing.step
    case = writing.loaded.case
    answer = answer_of(case.outcome or "", case.answer, "", case.law_on)
    if answer is not None and "search" in answer.needs and not event.data.get("search"):
        yield {"field": "reply.search", "problem": "search_missing"}
    if answer is not None and "earlier" in answer.needs:
        earlier = str(event.data.get("earlier") or "")
        if not earlier:
            yield {"field": "reply.earlier", "problem": "earlier_missing"}
        elif not _was_served(writing.connection, writing.context.agency, earlier):
            yield {"field": "reply.earlier", "problem": "earlier_not_served", "value": earlier}


def _was_served(connection: Connection, agency: str, earlier: str) -> bool:
    """Whether the reply of that case, or the document of that number, has reached the applicant."""
    case_id = id_of(connection, agency, earlier)
    if case_id is not None and any(_serves_reply(event) for event in history(connection, case_id)):
        return True
    where = (t.notice.c.agency == agency, t.notice.c.number == earlier)
    rows = connection.execute(select(t.notice.c.case_id, t.notice.c.notice_no).where(*where)).all()
    return any(_reached(connection, row.case_id, row.notice_no) for row in rows)


def _serves_reply(event: Event) -> bool:
    return event.move == "serve" and event.data.get("of", "reply") == "reply"


def _reached(connection: Connection, case_id: int, notice_no: int) -> bool:
    return any(act.act in SERVED for act in acts_of(connection, case_id, notice_no))


def _earlier_notice(writing: Writing) -> Iterator[Fault]:
    """Requires that the notice which the applicant did not follow has reached the applicant.

    Law: 条例 arts. 30, 42.
    """
    by_payment = writing.kind.key == "abandonment_payment"
    kind, move = ("fee", "charge") if by_payment else ("correction", "request_correction")
    asked = [event for event in timeline(writing.events) if event.move == move]
    letter = writing.loaded.case.letter(kind)
    if (asked and asked[-1].data.get("served_on")) or (letter is not None and letter.served_on and not letter.inferred):
        return
    connection, case_id = writing.connection, writing.loaded.id
    issued = [paper for paper in notices_of(connection, case_id) if paper.kind == kind and not paper.void]
    if not any(_reached(connection, case_id, paper.notice_no) for paper in issued):
        yield {"field": kind, "problem": "notice_not_served", "value": kind}
