"""What prevents a paper from being issued: what its gate asks, an approval that is wanting, an issue before.

Law: 条例 arts. 14-16, 30, 31, 36, 42; 复议法 arts. 20, 23.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...notifications.documents.kinds import ANSWERS, NoticeRef, due_notices, raised
from ...notifications.documents.render import Notice
from ...states.errors import Fault
from ...states.procedure.history import timeline
from ..cases.commands import needs_approval
from ..cases.documents import DECIDED_BY
from ..cases.gate import judge
from ..cases.monthly import earlier_items
from ..cases.paper_faults import Place
from ..kernel.owners import approved_step
from .store import SERVED, Paper, acts_of, notices_of
from .writing import Writing

TOLD = "third_party_decision"


def faults_of(writing: Writing, notice: Notice, replaced: Paper | None) -> Iterator[Fault]:
    """Every fault that prevents issuing the paper, each with its remedy."""
    yield from _unapproved(writing)
    if writing.kind.to != "file" and replaced is None:
        yield from _issued_before(writing)
    if writing.kind.key == "reply":
        yield from _third_party_not_told(writing)
    if writing.kind.key in ANSWERS:
        yield from _answered_otherwise(writing, notice)
    if writing.kind.key == "extension":
        yield from _told_too_late(writing)
    if writing.kind.key == "fee":
        yield from _counted_otherwise(writing)
    place = Place(writing.connection, writing.context.agency, writing.loaded.id, writing.loaded.case)
    judged = judge(place, notice, writing.situation())
    yield from judged.law
    yield from judged.setup


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


def _third_party_not_told(writing: Writing) -> Iterator[Fault]:
    """Wants the third party to be told first that its objection is overruled: its paper issued, or on record as sent.

    Law: 条例 art. 32.
    """
    wanted = {ref.ref for ref in due_notices(writing.loaded.case, timeline(writing.events)) if _tells(ref, writing)}
    if not wanted:
        return
    issued = [paper for paper in notices_of(writing.connection, writing.loaded.id) if not paper.void]
    told = {paper.ref for paper in issued if (paper.kind, paper.event_seq) == (TOLD, writing.ref.seq)}
    sent = [event.data for event in writing.events if event.move in ("dispatch", "serve")]
    told |= {str(data.get("id") or "") for data in sent if data.get("of") == TOLD}
    for ref in sorted(wanted - told):
        yield {"field": "kind", "problem": "third_party_not_told", "value": ref}


def _answered_otherwise(writing: Writing, notice: Notice) -> Iterator[Fault]:
    """Refuses a paper that answers otherwise than the one of its step that the applicant has received.

    Law: 条例 art. 36; what has been received is changed by a new decision alone.
    """
    issued = notices_of(writing.connection, writing.loaded.id)
    own = [paper for paper in issued if (paper.kind, paper.event_seq) == (writing.kind.key, writing.ref.seq)]
    replaced = {paper.replaces_no for paper in own}
    for paper in own:
        if paper.facts is None or not _has_come(writing, paper, replaced=paper.notice_no in replaced):
            continue
        if _told(json.loads(paper.facts)["values"]) != _told(notice.facts.values):
            yield {"field": "kind", "problem": "replaces_other_answer", "value": paper.name}


def _has_come(writing: Writing, paper: Paper, *, replaced: bool) -> bool:
    """Whether the applicant has received a reply: by the record of its service, or by that of the case as it stood."""
    if any(act.act in SERVED for act in acts_of(writing.connection, writing.loaded.id, paper.notice_no)):
        return True
    served = writing.loaded.case.served_on
    return served is not None and not replaced and (paper.voided_at is None or paper.voided_at >= served.isoformat())


def _told(values: Mapping[str, object]) -> tuple[object, object, list[object]]:
    """What a paper answers, by its facts: as a whole and in each part; for records to be rectified, what was found."""
    parts = values.get("parts")
    listed = parts if isinstance(parts, list) else []
    labels = [part.get("label") for part in listed if isinstance(part, Mapping)]
    return values.get("outcome_label"), values.get("finding"), labels


def _told_too_late(writing: Writing) -> Iterator[Fault]:
    """Refuses the notice of an extension that has no effect: the applicant was not told while the period ran.

    Law: 条例 art. 33 para 2.
    """
    case, law = writing.loaded.case, writing.loaded.law
    letter, period = case.letter("extension"), case.last_period("reply")
    if not writing.step.live or period is None or case.told is not None or case.extended_days:
        return
    told_on = letter.told_on if letter is not None and letter.told_on is not None else writing.context.today
    if told_on > period.due_on and law.settings.reading("extension_told_late", case.law_on) != "effective":
        due = period.due_on.isoformat()
        yield {"field": "kind", "problem": "extension_without_effect", "value": told_on.isoformat(), "due_on": due}


def _counted_otherwise(writing: Writing) -> Iterator[Fault]:
    """Wants a reason where a record of the past counts other earlier items than the register; live work was asked.

    Law: 国办函〔2020〕109号 art. 4.
    """
    step, case = writing.step, writing.loaded.case
    charged = next((item for item in case.charges if item.seq == step.seq), None)
    if step.live or charged is None or charged.basis != "items" or step.data.get("reason"):
        return
    others = replace(case, charges=[item for item in case.charges if item is not charged])
    counted = earlier_items(writing.context, others, writing.loaded.id).items
    if counted != charged.already:
        yield {"field": "reason", "problem": "already_differs", "value": charged.already, "counted": counted}


def _tells(ref: NoticeRef, writing: Writing) -> bool:
    return ref.kind == TOLD and ref.seq == writing.ref.seq


def _issued_before(writing: Writing) -> Iterator[Fault]:
    """Refuses a paper of the same step once more, and to tell twice that the case was given to the same body."""
    wanted = (writing.kind.key, writing.ref.seq, writing.ref.ref)
    given = max((event.seq for event in writing.events if event.move == "reassign"), default=0)
    for paper in notices_of(writing.connection, writing.loaded.id):
        again = writing.kind.key == paper.kind == "delegated_reply" and paper.event_seq >= given
        if (again or (paper.kind, paper.event_seq, paper.ref) == wanted) and not paper.void:
            yield {"field": "kind", "problem": "issued_already", "value": paper.name, "notice": paper.notice_no}
