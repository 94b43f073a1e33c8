"""What prevents a paper, asked when its step is proposed, when that is approved for the last time, and at issue.

Faults of law (a step, a service, a ground, an answer, the review organ) refuse all three. Faults of set-up (particulars
of the office, numbering, templates) are told when it is proposed and refuse the issue alone.
Law: 条例 arts. 14-16, 30-33, 35, 36, 42; 复议法 arts. 20, 23.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import NamedTuple

from ...notifications.documents.agency import Agency
from ...notifications.documents.answer_faults import answer_faults, unfit_answers
from ...notifications.documents.claims import unproved
from ...notifications.documents.elements import gap_labels, not_shown, without_remedy
from ...notifications.documents.facts import CaseHistory, Situation, situation
from ...notifications.documents.kinds import ANSWERS, due_notices, wants_rectified
from ...notifications.documents.kinds import kind as kind_of
from ...notifications.documents.render import Notice, notice_for
from ...states.errors import BadData, Fault
from ...states.procedure.history import is_decision, timeline
from ...states.remark import Remark, plain
from ...states.rules.receipt import received_at_once
from ..kernel.context import Context
from ..kernel.owners import annexes, case_cited, has_reached, number_faults, told_before, was_answered
from .commands import MovesPreview
from .documents import office_of, overrides, with_personal_data
from .earlier import cited_replies, earlier_faults
from .paper_faults import Place, of_kind, reasons_over, review_organ_faults, still_standing
from .store import load_case

_PARTICULARS = (
    "agency",
    "signer",
    "office",
    "address",
    "phone",
    "court",
    "online_review",
    "payment_way",
    "respondent",
    "representative",
    "applicant",
    "information",
)
"""Facts of a paper that the office tells of itself, and those of the registration that can still be made good."""


class Faults(NamedTuple):
    """What prevents a paper: faults of law, and faults of set-up."""

    law: tuple[Fault, ...] = ()
    setup: tuple[Fault, ...] = ()

    def __add__(self, other: object) -> "Faults":
        assert isinstance(other, Faults)  # noqa: S101 - faults are added to faults
        return Faults(self.law + other.law, self.setup + other.setup)

    def remarks(self, *, law: bool) -> tuple[Remark, ...]:
        """The faults as warnings, with the codes and sentences that refuse the issue; those of set-up, or all."""
        told = (*(self.law if law else ()), *self.setup)
        found = {(fault["problem"], fault.get("part")): fault for fault in told if fault["problem"] != "gap_in_notice"}
        gaps = {str(fault["value"]): fault for fault in told if fault["problem"] == "gap_in_notice"}
        return tuple(_remark(fault) for fault in (*gaps.values(), *found.values()))


def _remark(fault: Fault) -> Remark:
    problem = str(fault["problem"])
    return Remark(code=problem, fields=plain(fault), text=f"problem_{problem}")


def judge(place: Place, notice: Notice, at: Situation) -> Faults:
    """What prevents a paper that is written, but for what its issue alone asks."""
    kind = kind_of(notice.kind)
    law = [*_gaps(notice.missing, at.agency, of_law=True), *_of_law(place, notice.text, at)]
    setup = [*_gaps(notice.missing, at.agency, of_law=False)]
    if kind.decides:
        law += [*_receipt(at), *review_organ_faults(at)]
        setup += without_remedy(kind, notice)
    if kind.key in ANSWERS and is_decision(at.event):
        law += _of_decision(place, at)
    law += of_kind(place, notice, at)
    if kind.to != "file":
        setup += not_shown(kind, notice)
    setup += number_faults(place.connection, place.agency, kind.key)
    return Faults(tuple(law), tuple(setup))


class Drafted(NamedTuple):
    """The papers that a move would give rise to, as one text, and what prevents them."""

    text: str
    faults: Faults


def drafted(context: Context, number: str, previewed: MovesPreview, name: str, data: Mapping[str, object]) -> Drafted:
    """The papers that a previewed move would give rise to; an empty text where there are none.

    An amendment gives rise to those of the step that it amends, as they are to read.
    """
    connection, agency = context.connection, context.agency
    of = int(str(data["seq"])) if name == "amend" else previewed.after.seq
    step = next(event for event in previewed.events if event.seq == of)
    tried = replace(step, seq=previewed.after.seq, move=name, on=previewed.on, at=None, data=dict(data))
    if previewed.before.state == "":
        return Drafted("", Faults())
    loaded = load_case(connection, agency, number)
    events = [*with_personal_data(connection, loaded), tried if name == "amend" else replace(step, data=dict(data))]
    office, words = office_of(connection, agency), overrides(connection, agency)
    history, place = CaseHistory(number, events, previewed.law), Place(connection, agency, loaded.id, previewed.after)
    texts, faults = [], Faults()
    for ref in (ref for ref in due_notices(previewed.after, timeline(events)) if ref.seq == of):
        at = situation(history, ref, office)
        given = told_before(connection, loaded.id, ref.kind, of)
        given |= {"earlier_replies": cited_replies(connection, agency, at.event.data)}
        if ref.kind == "reply":
            given["annexes"] = annexes(connection, loaded.id)
        notice = notice_for(history, ref, office, given=given, overrides=words)
        asks = gap_labels(kind_of(ref.kind).asks)
        missing = tuple(label for label in notice.missing if label not in asks)
        texts.append(notice.text)
        faults += judge(place, replace(notice, missing=missing), at)
    return Drafted("\n\n".join(texts), faults)


def check_signed(context: Context, number: str, seq: int, text: str) -> None:
    """Refuses a step that has been approved with a text that says what is not on record.

    Raises:
        BadData: every fault of law.
    """
    connection = context.connection
    loaded = load_case(connection, context.agency, number)
    order = timeline(with_personal_data(connection, loaded))
    event = next(item for item in order if item.seq == seq)
    office = office_of(connection, context.agency)
    at = Situation(loaded.case, event, order, loaded.law, office, str(event.data.get("id", "")), event.on)
    place = Place(connection, context.agency, loaded.id, loaded.case)
    refs = dict.fromkeys([at.ref, *(item.id for item in loaded.case.consultations)])
    told = [[*_of_law(place, text, at._replace(ref=ref))] for ref in refs]  # the text holds papers to several people
    law = [fault for fault in told[0] if all(fault in others for others in told)]
    if is_decision(event):
        law += [*_receipt(at), *_of_decision(place, at)]
    if law:
        raise BadData(*law)


def _gaps(missing: Iterable[str], office: Agency, *, of_law: bool) -> Iterator[Fault]:
    """The gaps in a paper: those in the particulars of office and registration are of set-up, the others of law.

    Where an office has told nothing but its name, its review organ is one of the particulars that are to come.
    """
    names = _PARTICULARS if _is_set_up(office) else (*_PARTICULARS, "review_organ", "review_organ_also")
    particulars, told = gap_labels(names), gap_labels(("endangers",))  # an interest that is not chosen is told by part
    for label in missing:
        if label not in told and (label in particulars) is not of_law:
            yield {"field": label, "problem": "gap_in_notice", "value": label}


def _is_set_up(office: Agency) -> bool:
    return any(getattr(office, item.name) for item in fields(office) if item.name != "name")


def _of_law(place: Place, text: str, at: Situation) -> Iterator[Fault]:
    """What a text says, or its answer needs, that is neither in the history nor on record of the papers."""
    for fault in unproved(text, at):
        if not _on_record(place, fault):
            yield fault


def _on_record(place: Place, fault: Fault) -> bool:
    """Whether the service that a history does not have stands in the records of issued papers, or in another case."""
    if fault["problem"] == "earlier_not_served":
        cited = case_cited(place.connection, place.agency, str(fault["value"]))
        return cited == place.case_id or was_answered(place.connection, place.agency, str(fault["value"]))
    return fault["problem"] == "notice_not_served" and has_reached(place.connection, place.case_id, str(fault["value"]))


def _of_decision(place: Place, at: Situation) -> Iterator[Fault]:
    """What the answers of a decision lack: by law, and of what they cite from other cases."""
    if wants_rectified(at.events):
        yield from unfit_answers(at)
    else:
        yield from answer_faults(at)
        yield from earlier_faults(place.connection, place.agency, place.case_id, at)
        yield from reasons_over(place, at)
    yield from still_standing(place, at)


def _receipt(at: Situation) -> Iterator[Fault]:
    """Requires proof of a confirmed day of receipt: who confirmed it, how and when.

    Law: 条例 art. 31.
    """
    case = at.case
    confirmed = at.last("confirm")
    if case.submitted_on is None or (received_at_once(case.channel, case.submitted_on) and confirmed is None):
        return
    if confirmed is None or not str(confirmed.data.get("proof") or "").strip():
        yield {"field": "confirm.proof", "problem": "receipt_unproved"}
