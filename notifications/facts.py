"""The facts of one notice: each date, number, name and article, with where it comes from.

Templates can use nothing else. A fact that is missing shows as a visible gap and is listed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ..states.case import Case, Period
from ..states.errors import BadData, LawUnknown
from ..states.fold import Event, fold, timeline
from ..states.outcomes import Outcome, outcomes_of_row
from ..states.periods import Law, rule_of
from ..states.remedies import Route, remedy_route, review_organ
from ..states.rules import Rule, instruments, rule
from .agency import Agency
from .wording import message_keys, say

LONGEST = 20_000


class Trace(NamedTuple):
    """Where one fact of a notice comes from."""

    name: str
    value: str
    origin: str


@dataclass(slots=True)
class Facts:
    """The facts gathered for one notice."""

    values: dict[str, Any] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def put(self, name: str, value: Any, origin: str) -> None:
        """One fact; a blank one becomes a gap."""
        shown = day(value) if isinstance(value, date) else clean(str(value if value is not None else ""))
        if not shown:
            self.gap(name)
            return
        self.values[name] = shown
        self.traces.append(Trace(name, shown, origin))

    def gap(self, name: str) -> None:
        """A visible gap in the text."""
        label = say(f"fact_{name}")
        self.missing.append(label)
        self.values[name] = say("notice_gap", label=label)

    def each(self, name: str, values: Sequence[str], origin: str) -> None:
        """A list of facts; an empty one becomes a list of one gap."""
        shown = [clean(value) for value in values]
        if not shown:
            self.gap(name)
            shown = [self.values[name]]
        else:
            self.traces += [Trace(name, value, origin) for value in shown]
        self.values[name] = shown


def day(value: date) -> str:
    """A date as official documents write it."""
    return f"{value.year}年{value.month}月{value.day}日"


def clean(text: str) -> str:
    """One paragraph of text: control characters out, line breaks to spaces."""
    kept = "".join(" " if letter in "\n\r\t\f\v\u2028\u2029" else letter for letter in text[:LONGEST])
    kept = "".join(letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cs", "Cf", "Co"))
    return re.sub(r"\s{2,}", " ", kept).strip()


def length_text(basis: Rule, extra: int = 0) -> str:
    """A rule's length with its unit: 20个工作日, 6个月."""
    return f"{(basis.length or 0) + extra}{say(f'unit_{basis.unit}')}"


class Scene(NamedTuple):
    """What a notice is about: the case as it stood after the step, the step, the law, the office."""

    case: Case
    event: Event
    events: Sequence[Event]
    law: Law
    agency: Agency
    ref: str

    @property
    def step(self) -> str:
        """The step, as an origin."""
        return say("origin_step", seq=self.event.seq, move=say(f"move_{self.event.move}"))


def scene(number: str, events: Sequence[Event], seq: int, ref: str, law: Law, agency: Agency) -> Scene:
    """The case as it stood after that step; ``events`` bear their personal data, in the order recorded.

    Raises:
        BadData: no step of that number is in force.
    """
    order = timeline(events)
    index = next((place for place, item in enumerate(order) if item.seq == seq), None)
    if index is None:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": seq})
    case, _ = fold(number, order[: index + 1], law)
    return Scene(case, order[index], order[: index + 1], law, agency, ref)


def gather(kind: str, at: Scene) -> Facts:
    """Every fact that the notice of that kind may use."""
    facts = Facts()
    _common(facts, at)
    _BY_KIND.get(kind, _nothing)(facts, at)
    return facts


def _nothing(facts: Facts, at: Scene) -> None:
    """Kinds that need no facts of their own."""


def _common(facts: Facts, at: Scene) -> None:
    case, agency = at.case, at.agency
    profile = say("origin_profile")
    first = at.events[0]
    applicant = first.data.get("applicant", {})
    origin = say("origin_step", seq=first.seq, move=say("move_submit"))
    facts.put("agency", agency.name, profile)
    facts.put("office", agency.office or say("notice_office"), profile)
    facts.put("address", agency.address, profile)
    facts.put("phone", agency.phone, profile)
    facts.put("number", case.case, origin)
    facts.put("applicant", applicant.get("name"), origin)
    facts.put("information", first.data.get("information"), origin)
    facts.put("channel", say(f"channel_{case.channel}"), origin)
    facts.put("submitted_on", case.submitted_on, origin)
    if case.received_on is not None:
        facts.put("received_on", case.received_on, _receipt_source(case))
    else:
        facts.gap("received_on")
    facts.put("issued_on", at.event.on, at.step)
    regulations = rule("reply", case.law_on)
    facts.put("regulations", instruments()[regulations.instrument].title, regulations.source)


_RECEIPT = {"ordinary_mail": "receipt_ordinary_mail", "signed_mail": "receipt_signed_mail", "online": "receipt_online",
            "fax": "receipt_online"}  # fmt: skip


def _receipt_source(case: Case) -> str:
    """The article that makes a day the day of receipt; the reply period's own where the law had none."""
    try:
        return rule(_RECEIPT.get(case.channel, "receipt_in_person"), case.law_on).source
    except LawUnknown:
        return rule("reply", case.law_on).source


def _article(key: str, on: date) -> str:
    return rule(key, on).source


def _basis(facts: Facts, at: Scene, key: str) -> Rule:
    found = rule(key, at.case.law_on)
    facts.put("article", found.source, found.source)
    return found


def _period(facts: Facts, name: str, period: Period | None) -> None:
    if period is None:
        facts.gap(name)
    else:
        facts.put(name, period.due_on, rule_of(period).source)


def _receipt(facts: Facts, at: Scene) -> None:
    basis = _basis(facts, at, "reply")
    _period(facts, "due_on", at.case.last_period("reply"))
    facts.put("length", length_text(basis), basis.source)


def _correction(facts: Facts, at: Scene) -> None:
    _basis(facts, at, "correction_notice")
    items = at.event.data.get("items", [])
    facts.each("items", [items] if isinstance(items, str) else [str(item) for item in items], at.step)
    _period(facts, "due_on", at.case.last_period("correction"))


def _consultation(facts: Facts, at: Scene) -> None:
    found = at.case.consultation(at.ref)
    sent = next((item for item in at.events if item.move == "consult" and item.data.get("id") == at.ref), None)
    counterpart = found.counterpart if found is not None else "third_party"
    basis = _basis(facts, at, f"consultation_{counterpart}")
    facts.put("counterpart", sent.data.get("name") if sent else None, at.step)
    if found is not None:
        facts.put("sent_on", found.sent_on, at.step)
    _period(facts, "due_on", at.case.last_period("consultation", at.ref))
    if basis.length is not None:
        facts.put("length", length_text(basis), basis.source)
    facts.put("excluded", _article("excluded_time", at.case.law_on), _article("excluded_time", at.case.law_on))
    facts.values["fixed_term"] = basis.length is not None
    facts.values["kind_of_counterpart"] = say(f"counterpart_{counterpart}")


def _extension(facts: Facts, at: Scene) -> None:
    _basis(facts, at, "extension")
    facts.put("days", at.event.data.get("days"), at.step)
    facts.put("reason", at.event.data.get("reason"), at.step)
    _period(facts, "due_on", at.case.last_period("reply"))


def _reasons(facts: Facts, at: Scene) -> None:
    _basis(facts, at, "reasons")
    _period(facts, "due_on", at.case.last_period("reasons"))


def _deferral(facts: Facts, at: Scene) -> None:
    _basis(facts, at, "deferral")
    _period(facts, "due_on", at.case.last_period("reply"))


def _fee(facts: Facts, at: Scene) -> None:
    period = at.case.last_period("payment")
    basis = rule("payment", at.event.on)
    facts.put("article", basis.source, basis.source)
    facts.put("basis", say(f"fee_basis_{at.case.fee_basis}"), at.step)
    facts.put("quantity", at.case.fee_quantity, at.step)
    facts.put("amount", at.case.fee_amount, rule(f"fee_{at.case.fee_basis}", at.event.on).source)
    facts.put("length", length_text(basis), basis.source)
    _period(facts, "due_on", period)


def outcome_of(row: str, ground: str) -> Outcome:
    """The outcome that a reply names: by its report row, and by the code in ``ground`` where a row holds two."""
    found = outcomes_of_row(row)
    named = [item for item in found if ground.strip().upper().startswith(item.code)]
    plain = {"granted": 1, "unable_not_held": 0}.get(row, 0)
    return named[0] if named else found[plain]


def _reply(facts: Facts, at: Scene) -> None:
    case = at.case
    ground = re.sub(r"^\s*O\d\d\s*", "", case.ground)
    outcome = outcome_of(case.outcome or "other_misc", case.ground)
    facts.values["outcome"] = outcome.code
    facts.put("outcome_label", outcome.label, at.step)
    newest = rule("reply", case.law_on).instrument == rule("reply", date.max).instrument
    facts.values["article"] = ""
    if newest and not outcome.article.startswith(say("outcome_without_article")):
        article = facts.values["regulations"] + outcome.article
        facts.put("article", article, article)
    if ground or outcome.category not in ("granted", "other"):
        facts.put("ground", ground, at.step)
    else:
        facts.values["ground"] = ""
    items = [_item(item) for item in at.event.data.get("items") or []]
    facts.values["items"] = []
    if items or outcome.category == "partial":
        facts.each("items", items, at.step)
    facts.values["reopened"] = any(item.move == "reopen" for item in at.events)
    facts.values["delivery"] = say(f"delivery_{case.delivery}") if case.delivery else ""
    _history(facts, at)
    _remedy(facts, at, remedy_route(case.outcome or "other_misc", at.event.on, at.law.settings).route)


def _item(item: Any) -> str:
    if isinstance(item, dict):
        return "；".join(str(value) for value in item.values() if value not in (None, ""))
    return str(item)


def _history(facts: Facts, at: Scene) -> None:
    """What happened on the way, told in the reply: correction, extension, consultation, payment."""
    told = []
    for item in at.events:
        key = f"told_{item.move}"
        if key in message_keys():
            told.append(say(key, on=day(item.on)))
            origin = say("origin_step", seq=item.seq, move=say(f"move_{item.move}"))
            facts.traces.append(Trace("told", day(item.on), origin))
    facts.values["told"] = told


def _remedy(facts: Facts, at: Scene, route: Route) -> None:
    """Law: 复议法 arts. 20, 22-24; 行诉法 arts. 45, 46."""
    on, agency = at.event.on, at.agency
    facts.values["route"] = str(route)
    terms = {"review_term": "review_application", "suit_term": "suit", "later_suit_term": "suit_after_review"}
    for name, key in terms.items():
        basis = rule(key, on)
        facts.put(name, length_text(basis), basis.source)
    if agency.review_organ:
        facts.put("review_organ", agency.review_organ, say("origin_profile"))
    elif agency.kind:
        facts.put("review_organ", review_organ(agency.kind, on).text, say("origin_review_organ"))
    else:
        facts.gap("review_organ")
    facts.put("court", agency.court, say("origin_profile"))
    facts.values["online_review"] = ""
    if at.case.delivery in ("online", "email"):
        facts.put("online_review", agency.online_review, say("origin_profile"))


def _third_party(facts: Facts, at: Scene) -> None:
    _consultation(facts, at)
    _remedy(facts, at, Route.CHOICE)


def _abandoned(facts: Facts, at: Scene) -> None:
    unpaid = at.case.outcome == "other_no_payment"
    period = at.case.last_period("payment" if unpaid else "correction")
    basis = rule_of(period) if period is not None else rule("correction", at.case.law_on)
    facts.put("article", basis.source, basis.source)
    if period is not None:
        facts.put("told_on", period.starts_on, at.step)
    _period(facts, "due_on", period)
    if unpaid:
        facts.put("amount", at.case.fee_amount, at.step)
    _remedy(facts, at, remedy_route(at.case.outcome or "other_misc", at.event.on, at.law.settings).route)


def _ended(facts: Facts, at: Scene) -> None:
    facts.put("reason", at.event.data.get("reason"), at.step)
    _remedy(facts, at, remedy_route("other_misc", at.event.on, at.law.settings).route)


def _defence(facts: Facts, at: Scene) -> None:
    kind = "review" if at.event.move == "notify_review" else "suit"
    period = at.case.last_period(f"{kind}_answer", at.ref)
    remedy = at.case.remedy(at.ref, kind)
    if period is not None:
        facts.put("article", rule_of(period).source, rule_of(period).source)
        facts.put("length", length_text(rule_of(period)), rule_of(period).source)
    _period(facts, "due_on", period)
    facts.put("remedy", at.ref, at.step)
    facts.put("filed_on", remedy.filed_on if remedy else None, at.step)
    filed = next((item for item in at.events if item.move == f"file_{kind}" and item.data.get("id") == at.ref), None)
    organ = filed.data.get("organ") if filed else None
    facts.put("forum", organ or (at.agency.review_organ if kind == "review" else at.agency.court), at.step)
    case = at.case
    facts.values["replied"] = case.outcome is not None and case.decided_on is not None
    if case.outcome is not None and case.decided_on is not None:
        facts.put("decided_on", case.decided_on, say("move_reply"))
        facts.put("outcome_label", outcome_of(case.outcome, case.ground).label, say("move_reply"))
    _period(facts, "reply_due_on", case.last_period("reply"))
    _history(facts, at)


_BY_KIND = {
    "receipt": _receipt,
    "correction": _correction,
    "consultation_third_party": _consultation,
    "consultation_co_author": _consultation,
    "consultation_other_organ": _consultation,
    "consultation_notice": _consultation,
    "extension": _extension,
    "reasons": _reasons,
    "deferral": _deferral,
    "fee": _fee,
    "reply": _reply,
    "third_party_decision": _third_party,
    "abandonment_correction": _abandoned,
    "abandonment_payment": _abandoned,
    "withdrawal": _ended,
    "discontinuation": _ended,
    "review_answer": _defence,
    "suit_answer": _defence,
}
