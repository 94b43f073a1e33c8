"""What must hold before a move can be made, each condition with its article.

A condition is asked on a day, with the move's data where they are known. It answers None, or what is
unmet: the contract's code, the law, and the fields that say what would satisfy it. ``hard`` conditions
refuse the move; the others warn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ..errors import LawUnknown
from ..rules.rules import rule
from .case import FINISHED, Case, Period, State
from .moves import MoveData
from .periods import Law, status


class Question(NamedTuple):
    """A move that somebody wants to make: the case, the day, the data (None: not known yet), the law."""

    case: Case
    move: str
    on: date
    data: MoveData | None
    law: Law


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold: its code, the text behind it, and the facts for its wording.

    ``text`` names the wording; it equals the code unless one code covers several situations.
    """

    code: str
    source: str
    fields: dict[str, Any] = field(default_factory=dict)
    hard: bool = True
    timely: bool = False
    text: str = ""


Condition = Callable[[Question], Unmet | None]


def _source(key: str, on: date) -> str:
    return rule(key, on).source


def _handling(q: Question, key: str) -> str:
    return _source(key, q.case.law_on)


def correction_only_once(q: Question) -> Unmet | None:
    """Law: 条例 art. 30: all points at once."""
    if q.case.corrections == 0 or q.law.settings.second_correction == "allowed":
        return None
    if q.data is not None and getattr(q.data, "override", None):
        return None
    return Unmet("already_corrected", _handling(q, "correction_notice"))


def correction_notice_in_time(q: Question) -> Unmet | None:
    """Law: 条例 art. 30: within seven working days of receipt."""
    period = q.case.last_period("correction_notice")
    if period is None or q.on <= period.due_on:
        return None
    fields = {"due_on": period.due_on}
    return Unmet("late_correction_notice", _handling(q, "correction_notice"), fields, hard=False, timely=True)


def correction_due_ahead(q: Question) -> Unmet | None:
    """Law: 条例 art. 30: a reasonable time."""
    due_on = getattr(q.data, "due_on", None)
    if due_on is None or due_on > q.on:
        return None
    return Unmet("bad_data", _handling(q, "correction"), {"field": "due_on", "problem": "not_after_at"})


def _awaited(case: Case) -> Period | None:
    rule_name = "correction" if case.state == State.AWAITING_CORRECTION else "payment"
    return case.last_period(rule_name)


def applicant_in_time(q: Question) -> Unmet | None:
    """Law: 条例 art. 30; 国办函〔2020〕109号: after the last day, yet before the request is given up."""
    period = _awaited(q.case)
    if period is None or q.on <= period.due_on:
        return None
    return Unmet(
        "applicant_late", _source(period.key, period.law_on), {"due_on": period.due_on}, hard=False, timely=True
    )


def applicant_period_over(q: Question) -> Unmet | None:
    """Law: 条例 arts. 30, 42: given up only after the last day."""
    period = _awaited(q.case)
    if period is None or q.on > period.due_on:
        return None
    return Unmet("period_running", _source(period.key, period.law_on), {"due_on": period.due_on}, timely=True)


def consultation_known(q: Question) -> Unmet | None:
    """The consultation that the move names is open."""
    if q.data is None:
        return None
    wanted = getattr(q.data, "id", "")
    found = q.case.consultation(wanted)
    if found is not None and found.ended_on is None:
        return None
    known = "、".join(item.id for item in q.case.consultations if item.ended_on is None)
    fields = {"field": "id", "problem": "unknown_id", "value": wanted, "choices": known}
    return Unmet("bad_data", _handling(q, "excluded_time"), fields)


def consultation_new(q: Question) -> Unmet | None:
    """No consultation of that id yet, and a last day where the law sets none.

    Law: 条例 arts. 32-34.
    """
    if q.data is None:
        return None
    found = q.case.consultation(getattr(q.data, "id", ""))
    source = _handling(q, "excluded_time")
    if found is not None:
        return Unmet("bad_data", source, {"field": "id", "problem": "id_taken", "value": found.id})
    due_on = getattr(q.data, "due_on", None)
    if getattr(q.data, "counterpart", "") == "other_organ" and due_on is None:
        return Unmet("bad_data", source, {"field": "due_on", "problem": "missing"})
    if due_on is not None and due_on < q.on:
        return Unmet("bad_data", source, {"field": "due_on", "problem": "not_after_at"})
    return None


def consultation_term_statutory(q: Question) -> Unmet | None:
    """Law: 条例 arts. 32, 34: the term of fifteen working days is not the agency's to change."""
    counterpart = getattr(q.data, "counterpart", "other_organ")
    if counterpart == "other_organ" or getattr(q.data, "due_on", None) is None or not _term_is_fixed(q.case):
        return None
    return Unmet("statutory_term_kept", _handling(q, f"consultation_{counterpart}"), hard=False)


def _term_is_fixed(case: Case) -> bool:
    return rule("consultation_third_party", case.law_on).confidence == "V"


def consultation_over(q: Question) -> Unmet | None:
    """Law: 条例 arts. 32, 34: silence counts only after the last day."""
    if q.data is None:
        open_ones = [item for item in q.case.consultations if item.ended_on is None]
        found = min(open_ones, key=lambda item: item.due_on, default=None)
    else:
        found = q.case.consultation(getattr(q.data, "id", ""))
    if found is None or q.on > found.due_on:
        return None
    source = _handling(q, f"consultation_{found.counterpart}")
    return Unmet("period_running", source, {"due_on": found.due_on}, timely=True)


def extension_within_cap(q: Question) -> Unmet | None:
    """Law: 条例 art. 33 para 2: at most twenty working days in all (fifteen before 2019)."""
    days = getattr(q.data, "days", None)
    if days is None:
        return None
    cap = rule("extension", q.case.law_on).length or 0
    several = q.law.settings.extensions == "several"
    left = cap - (q.case.extended_days if several else 0)
    if days <= left:
        return None
    fields = {"field": "days", "problem": "beyond_cap", "value": days, "cap": cap, "left": max(left, 0)}
    return Unmet("bad_data", _handling(q, "extension"), fields)


def extension_approved(q: Question) -> Unmet | None:
    """Law: 条例 art. 33 para 2: the head of the disclosure office agrees."""
    if q.data is not None and str(getattr(q.data, "approved_by", None) or "").strip():
        return None
    return Unmet("not_approved", _handling(q, "extension"))


def extended_only_once(q: Question) -> Unmet | None:
    """Law: 条例 art. 33 para 2; how often is an open question (Q11)."""
    if q.case.extended_days == 0 or q.law.settings.extensions == "several":
        return None
    return Unmet("already_extended", _handling(q, "extension"), {"days": q.case.extended_days})


def reply_period_open(q: Question) -> Unmet | None:
    """Law: 条例 art. 33 para 2: decided and told before the period ends."""
    period = q.case.last_period("reply")
    if period is None or q.on <= period.due_on:
        return None
    return Unmet("period_lapsed", _handling(q, "extension"), {"due_on": period.due_on}, timely=True)


def reasons_due_ahead(q: Question) -> Unmet | None:
    """Law: 条例 art. 35: the applicant is given time."""
    due_on = getattr(q.data, "due_on", None)
    if due_on is None or due_on >= q.on:
        return None
    return Unmet("bad_data", _handling(q, "reasons"), {"field": "due_on", "problem": "not_after_at"})


def reasons_were_accepted(q: Question) -> Unmet | None:
    """Law: 条例 art. 35: deferral follows reasons that were accepted."""
    if q.case.reasons_accepted:
        return None
    return Unmet("reasons_missing", _handling(q, "deferral"), hard=False)


def deferred_to_later(q: Question) -> Unmet | None:
    """Law: 条例 art. 35."""
    until, period = getattr(q.data, "until", None), q.case.last_period("reply")
    if until is None or period is None or until >= period.due_on:
        return None
    fields = {"field": "until", "problem": "before_due", "due_on": period.due_on}
    return Unmet("bad_data", _handling(q, "deferral"), fields)


def fees_are_law(q: Question) -> Unmet | None:
    """Law: 国办函〔2020〕109号, in force since 2021."""
    try:
        rule("payment", q.on)
    except LawUnknown:
        return Unmet("move_not_allowed", _handling(q, "reply"), text="fees_not_in_force", timely=True)
    return None


def reply_in_time(q: Question) -> Unmet | None:
    """Law: 条例 art. 33 para 2."""
    period = q.case.last_period("reply")
    if period is None or q.on <= period.due_on:
        return None
    return Unmet("reply_late", _handling(q, "reply"), {"due_on": period.due_on}, hard=False, timely=True)


def served_after_reply(q: Question) -> Unmet | None:
    """Served once; a second proof is an amendment."""
    if q.case.served_on is None or q.data is None:
        return None
    return Unmet("served_already", _source("remedy_from_receipt", q.on), {"served_on": q.case.served_on}, hard=False)


def reopened_until_later(q: Question) -> Unmet | None:
    """The day set for the new handling lies ahead."""
    due_on = getattr(q.data, "due_on", None)
    if due_on is None or due_on > q.on:
        return None
    return Unmet("bad_data", _source("ordered_disclosure", q.on), {"field": "due_on", "problem": "not_after_at"})


def something_to_contest(q: Question) -> Unmet | None:
    """Law: 条例 art. 51: a reply, a discontinuation, or silence past the due day."""
    if q.case.first_on is not None or q.case.state in FINISHED:
        return None
    replies = (period for period in q.case.periods if period.rule == "reply")
    if any(status(period, q.on) == "missed" for period in replies):
        return None
    period = q.case.last_period("reply")
    fields = {"due_on": period.due_on if period else None}
    return Unmet(
        "move_not_allowed", _source("review_application", q.on), fields, text="nothing_to_contest", timely=True
    )


def remedy_new(q: Question) -> Unmet | None:
    """No review or suit of that id yet."""
    if q.data is None:
        return None
    kind = "review" if q.move == "file_review" else "suit"
    found = q.case.remedy(getattr(q.data, "id", ""), kind)
    if found is None:
        return None
    fields = {"field": "id", "problem": "id_taken", "value": found.id}
    return Unmet("bad_data", _source("review_application", q.on), fields)


CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "request_correction": (correction_due_ahead, correction_only_once, correction_notice_in_time),
    "correct": (applicant_in_time,),
    "abandon": (applicant_period_over,),
    "consult": (consultation_new, consultation_term_statutory),
    "opinion": (consultation_known,),
    "lapse_consultation": (consultation_known, consultation_over),
    "cancel_consultation": (consultation_known,),
    "extend": (extension_within_cap, extension_approved, extended_only_once, reply_period_open),
    "demand_reasons": (reasons_due_ahead,),
    "defer": (deferred_to_later, reply_period_open, reasons_were_accepted),
    "charge": (fees_are_law,),
    "pay": (applicant_in_time,),
    "reply": (reply_in_time,),
    "serve": (served_after_reply,),
    "reopen": (reopened_until_later,),
    "file_review": (something_to_contest, remedy_new),
    "file_suit": (something_to_contest, remedy_new),
}


def unmet(q: Question) -> list[Unmet]:
    """Every condition of the move that does not hold, in the order in which they are judged."""
    return [found for condition in CONDITIONS.get(q.move, ()) if (found := condition(q)) is not None]
