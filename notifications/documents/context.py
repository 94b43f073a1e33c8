"""The document context: the facts that each kind of paper takes from the case, the office and its issuer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import cast

from ...states.procedure.case import NEVER, Case, Period, State
from ...states.procedure.catalogue import fields_of
from ...states.procedure.description import choice_label, field_of
from ...states.procedure.history import is_decision
from ...states.procedure.moves.extension import due_once_told
from ...states.procedure.periods import rule_of
from ...states.rules.fees import Basis, standard
from ...states.rules.outcomes import row_label
from ...states.rules.receipt import receipt_basis
from ...states.rules.remedies import Route
from ...states.rules.rules import rule
from ..messages.catalogue import say, text_of
from . import decisions
from .answers import ground_of, result_label, whole_answer
from .facts import Facts, Situation, Trace, basis, clean, common, day, last_day, length_text, step_of, written_day
from .kinds import kind, last_told


def document_context(key: str, at: Situation) -> Facts:
    """Every fact that the paper of that kind may use.

    Raises:
        BadData: a fact is longer than a paragraph can be.
    """
    facts = Facts()
    common(facts, at)
    if key in _BY_KIND:
        _BY_KIND[key](facts, at)
    elif at.event.move in kind(key).moves:
        _declared(facts, at, kind(key).rule)
    for name in kind(key).asks:
        if at.given.get(name) or not facts.values.get(name):
            facts.put(name, at.given.get(name), say("origin_given"))
    return facts


def _declared(facts: Facts, at: Situation, resting: str) -> None:
    """The fields of the move that gives rise to the paper, as it declares them, beside the facts of every paper."""
    basis(facts, at, resting)
    for item in (item for item in fields_of(at.event.move) if not item.inner and item.key not in facts.values):
        value = at.event.data.get(item.key)
        if isinstance(value, list):
            facts.values[item.key] = [clean(str(line)) for line in value]
            facts.traces += [Trace(item.key, str(line), at.step) for line in value]
        elif value in (None, "") and not item.required:
            facts.values[item.key] = ""
        else:
            facts.put(item.key, item.choices.get(str(value)) or written_day(value), at.step)


def _receipt(facts: Facts, at: Situation) -> None:
    found = basis(facts, at, "reply")
    period = at.case.last_period("reply")
    facts.values["due_on"] = ""
    if _is_sure(at, period):
        last_day(facts, "due_on", period)
    facts.put("length", length_text(found), found.source)


def _is_sure(at: Situation, period: Period | None) -> bool:
    """Whether neither a notice on holidays, nor a consultation or a standstill that runs, may move a last day."""
    if period is None:
        return True
    stands = any(span.until is None for span in period.spans) or at.case.has_open_consultation()
    return not stands and not _provisional(period.due_on, at)


def _provisional(on: date, at: Situation) -> bool:
    return on == NEVER or at.law.calendar.is_provisional(on)


def _registration(facts: Facts, at: Situation) -> None:
    found = basis(facts, at, "reply")
    last_day(facts, "due_on", at.case.last_period("reply"))
    facts.put("length", length_text(found), found.source)
    facts.put("applicant_kind", choice_label("submit", "applicant.kind", at.case.applicant_kind), step_of(at.events[0]))
    facts.values["handler"] = clean(at.case.handler)
    _confirmation(facts, at)


def _confirmation(facts: Facts, at: Situation) -> None:
    """How the day of receipt was confirmed.

    Law: 条例 art. 31.
    """
    confirmed = at.last("confirm")
    facts.put("receipt_rule", _receipt_rule(at.case), say("origin_receipt"))
    facts.values["confirmed_how"] = ""
    if confirmed is not None:
        facts.values["confirmed_how"] = clean(str(confirmed.data.get("proof") or ""))


def _receipt_rule(case: Case) -> str:
    """How the law of the day of submission finds the day of receipt, in the words of its rule."""
    found = receipt_basis(case.channel, case.submitted_on or case.law_on)
    return say(
        "receipt_by", channel=choice_label("submit", "channel", case.channel), rule=found.remark or found.article
    )


def _application(facts: Facts, at: Situation) -> None:
    """Facts of the application form: the applicant's data and the form wanted.

    Law: 条例 art. 29.
    """
    applicant = at.events[0].data.get("applicant", {})
    basis(facts, at, "reply")
    facts.put("applicant_kind", choice_label("submit", "applicant.kind", at.case.applicant_kind), step_of(at.events[0]))
    shown = {name: value for name, value in applicant.items() if name not in ("kind", "name") and value}
    facts.values["applicant_rows"] = [[_particular(name), clean(str(value))] for name, value in shown.items()]
    facts.values["wanted_form"] = clean(str(at.events[0].data.get("form") or ""))


def _particular(name: str) -> str:
    """What the form calls a particular of the applicant: as the move declares it, else as the messages name it."""
    declared = field_of("submit", f"applicant.{name}")
    return declared.title if declared is not None else text_of(f"applicant_{name}") or clean(name)


def _correction(facts: Facts, at: Situation) -> None:
    basis(facts, at, "correction_notice")
    asked = at.last("request_correction") or at.event
    items = asked.data.get("items", [])
    facts.each("items", [items] if isinstance(items, str) else [str(item) for item in items], step_of(asked))
    period = at.case.last_period("correction")
    facts.values["length"] = ""
    if period is not None and period.fixed_on is None:
        facts.put("length", f"{period.length}{say('unit_working_day')}", at.step)
    _certain_day(facts, at, period)


def _certain_day(facts: Facts, at: Situation, period: Period | None) -> None:
    """The last day of a period where it is certain: set by the paper, or counted from a service that was told."""
    counted = period is not None and period.fixed_on is None
    if period is not None and counted and (not at.event.data.get("served_on") or _provisional(period.due_on, at)):
        facts.values["due_on"] = ""
    else:
        last_day(facts, "due_on", period)


def _consultation(facts: Facts, at: Situation) -> None:
    found = at.case.consultation(at.ref)
    sent = at.last("consult", at.ref)
    counterpart = found.counterpart if found is not None else "third_party"
    resting = basis(facts, at, f"consultation_{counterpart}")
    facts.put("counterpart", sent.data.get("name") if sent else None, at.step)
    if found is not None:
        facts.put("sent_on", found.sent_on, at.step)
    _certain_day(facts, at, at.case.last_period("consultation", at.ref))
    if resting.length is not None:
        facts.put("length", length_text(resting), resting.source)
    excluded = rule("excluded_time", at.case.law_on).source
    facts.put("excluded", excluded, excluded)
    facts.values["fixed_term"] = resting.length is not None
    facts.values["kind_of_counterpart"] = choice_label("consult", "with", counterpart)
    opinion = at.last("opinion", at.ref)
    facts.values["opinion"] = choice_label("opinion", "opinion", opinion.data["opinion"]) if opinion else ""
    facts.values["opinion_reason"] = clean(str(opinion.data.get("reason") or "")) if opinion else ""


def _extension(facts: Facts, at: Situation) -> None:
    basis(facts, at, "extension")
    facts.put("days", at.event.data.get("days"), at.step)
    facts.put("reason", at.event.data.get("reason"), at.step)
    period, pending = at.case.last_period("reply"), due_once_told(at.case, at.law)
    facts.values["due_on"] = ""
    if not _is_sure(at, period) or (pending is not None and _provisional(pending, at)):
        return
    if pending is not None:
        facts.put("due_on", pending, at.step)
    else:
        last_day(facts, "due_on", period)


def _reasons(facts: Facts, at: Situation) -> None:
    basis(facts, at, "reasons")
    last_day(facts, "due_on", at.case.last_period("reasons"))
    asked = at.last("demand_reasons") or at.event
    facts.values["counts"] = clean(str(asked.data.get("counts") or ""))


def _deferral(facts: Facts, at: Situation) -> None:
    basis(facts, at, "deferral")
    last_day(facts, "due_on", at.case.last_period("reply"))


def _fee(facts: Facts, at: Situation) -> None:
    """Facts of the notice of a fee: basis, standard, count, amount, how to pay.

    Its last day runs from service, which comes after it: the notice tells the term and no day. One that is written
    anew for another term tells the fee that stands.
    Law: 国办函〔2020〕109号 arts. 4-6.
    """
    charged = at.case.charges[-1]
    told = next((item for item in at.events if item.seq == charged.seq), at.event)
    on = told.on
    term, tariff = rule("payment", on), rule(f"fee_{charged.basis}", on)
    facts.put("article", tariff.source, tariff.source)
    facts.put("basis", choice_label("charge", "basis", charged.basis), at.step)
    facts.put("standard", _standard(charged.basis, on), tariff.source)
    facts.put("quantity", charged.quantity, at.step)
    facts.put("unit", say(f"fee_unit_{charged.basis}"), at.step)
    received = at.case.law_on
    facts.put("month", say("month", year=received.year, month=received.month), at.step)
    facts.put("counted_to", charged.already + charged.quantity, at.step)
    facts.values["already"] = ""
    if charged.basis == "items" and told.data.get("already") is not None:
        facts.put("already", charged.already, at.step)
    facts.values["already_reason"] = clean(str(told.data.get("reason") or "")) if facts.values["already"] else ""
    facts.put("amount", charged.amount, tariff.source)
    facts.put("length", length_text(term), term.source)
    facts.put("payment_article", term.source, term.source)
    facts.put("payment_way", at.agency.payment, say("origin_profile"))


def _standard(basis: Basis, on: date) -> str:
    """The tiers of a tariff in words."""
    unit, tiers = say(f"fee_unit_{basis}"), standard(basis, on)
    ends = [tier.first - 1 for tier in tiers[1:]]
    told = []
    for tier, last in zip_longest(tiers, ends):
        key = "fee_tier" if last is not None else "fee_tier_open"
        rate = say("fee_rate", unit=unit, rate=tier.rate) if tier.rate else say("fee_rate_none")
        told.append(say(key, first=tier.first, last=last, unit=unit, rate=rate))
        if tier.band:
            told.append(say("fee_tier_rise", band=tier.band, unit=unit, rise=tier.rise))
    return say(f"fee_standard_{basis}", tiers="，".join(told))


def _defence(facts: Facts, at: Situation) -> None:
    """Facts of an answer in a review or a suit: the forum, the parties, and the history of the case.

    Law: 复议法 arts. 48, 54; 行诉法 art. 67.
    """
    kind_ = "review" if at.event.move == "notify_review" else "suit"
    period = at.case.last_period(f"{kind_}_answer", at.ref)
    remedy = at.case.remedy(at.ref, kind_)
    if period is not None:
        facts.put("article", rule_of(period).source, rule_of(period).source)
        facts.put("length", length_text(rule_of(period)), rule_of(period).source)
    last_day(facts, "due_on", period)
    facts.put("remedy_no", at.ref, at.step)
    facts.put("filed_on", remedy.filed_on if remedy else None, at.step)
    filed = at.last(f"file_{kind_}", at.ref)
    organ = filed.data.get("organ") if filed else None
    facts.put("forum", organ or (at.agency.review_organ if kind_ == "review" else at.agency.court), at.step)
    facts.put("respondent", at.agency.respondent or at.agency.name, say("origin_profile"))
    facts.put("representative", at.agency.representative, say("origin_profile"))
    facts.put("notified_on", at.event.on, at.step)
    _story(facts, at)


def _story(facts: Facts, at: Situation) -> None:
    case = at.case
    facts.values["replied"] = case.outcome is not None and case.decided_on is not None
    facts.values["grounds_of_reply"] = ""
    if case.outcome is not None and case.decided_on is not None:
        whole = whole_answer(at)
        facts.put("decided_on", case.decided_on, say("move_reply"))
        facts.put(
            "outcome_label",
            result_label(whole.outcome, whole) if whole.outcome else row_label(case.outcome),
            say("move_reply"),
        )
        facts.values["grounds_of_reply"] = clean(whole.ground)
    served, facts.values["served_on"] = at.last("serve"), ""
    if case.served_on is not None:
        facts.put("served_on", case.served_on, step_of(served) if served is not None else say("move_reply"))
    last_day(facts, "reply_due_on", case.last_period("reply"))
    decisions.history(facts, at)


def _compliance(facts: Facts, at: Situation) -> None:
    ordered = at.last("reopen")
    facts.put("ordered_by", ordered.data.get("ordered_by") if ordered else None, at.step)
    _story(facts, at)


def _search(facts: Facts, at: Situation) -> None:
    """Facts of a search record: where, by whom and with what result was searched.

    Law: 条例 art. 36 item 4.
    """
    replied = next((item for item in reversed(at.events) if is_decision(item)), None)
    data = (replied.data.get("search") if replied is not None else None) or {}
    found = {"search_what": data} if isinstance(data, str) else {f"search_{key}": value for key, value in data.items()}
    for name in kind("search_record").asks:
        if name in found:
            facts.put(name, written_day(found[name]), at.step)


def _register(facts: Facts, at: Situation) -> None:
    """Every step of the case with its day, and every period with its last day."""
    case = at.case
    _registration(facts, at)
    facts.values["state"] = say(f"state_{case.state}") if case.state in set(State) else case.state
    facts.values["steps"] = [[str(item.seq), say(f"move_{item.move}"), day(item.on)] for item in at.events]
    facts.traces.extend(_traced(at))
    facts.values["periods"] = [
        [say(f"rule_{item.rule}"), day(item.starts_on), _or_dash(item.due_on), _or_dash(item.ended_on)]
        for item in case.periods
    ]
    for item in case.periods:
        for value in (item.starts_on, item.due_on, item.ended_on):
            if value not in (None, NEVER):
                facts.traces.append(Trace("periods", day(value), rule_of(item).source))
    facts.values["documents"] = _rows(at, "documents")
    _story(facts, at)


def _or_dash(value: date | None) -> str:
    return day(value) if value is not None and value != NEVER else "－"


def _traced(at: Situation) -> list[Trace]:
    return [Trace("steps", day(item.on), step_of(item)) for item in at.events]


def _rows(at: Situation, name: str) -> list[list[str]]:
    """The rows of a table that comes from outside the history."""
    rows = cast("Sequence[Sequence[object]]", at.given.get(name, ()))
    return [[clean(str(cell)) for cell in row] for row in rows]


def _archive(facts: Facts, at: Situation) -> None:
    facts.values["documents"] = _rows(at, "documents")


def _approvals(facts: Facts, at: Situation) -> None:
    for part in ("approvals", "proposed", "warnings"):
        facts.values[part] = _rows(at, part)
    facts.values["draft"] = [clean(line) for line in str(at.given.get("draft", "")).splitlines() if line.strip()]
    facts.put("handler", at.given.get("drafter") or at.case.handler, say("origin_given"))
    last_day(facts, "due_on", at.case.last_period("reply"))


def _supervision(facts: Facts, at: Situation) -> None:
    _registration(facts, at)
    facts.put("days_left", at.given.get("days_left"), say("origin_given"))


def _service(facts: Facts, at: Situation) -> None:
    """Facts of a record of service: the document, and how and when it was served.

    Law: 民诉法 arts. 87-90; 国办公开办函〔2016〕235号.
    """
    facts.put("document", at.given.get("document"), say("origin_number"))
    service = cast("Mapping[str, object]", at.given.get("service", {}))
    facts.values["service"] = {name: clean(str(value)) for name, value in service.items() if value not in (None, "")}


def _revocation(facts: Facts, at: Situation) -> None:
    """Facts of the decision by which the agency takes back its own: which, why, and until when it decides anew."""
    facts.values["reply_again_on"] = ""
    again = at.last("reopen")
    before = last_told(at.events[: at.events.index(again)]) if again else None
    facts.values["reopened_by"] = clean(str(again.data.get("ordered_by") or "")) if again else ""
    period = at.case.last_period("reply")
    if period is not None and period.ended_on is None:
        last_day(facts, "reply_again_on", period)
    known = say("earlier_decision", on=day(before.on)) if before is not None else None
    facts.put("withdrawn_number", at.given.get("withdrawn_number") or known, say("origin_number"))
    if again is not None and again.data.get("reason"):
        facts.put("reason", again.data["reason"], step_of(again))
    decisions.remedy(facts, at, Route.CHOICE)


def _rectification(facts: Facts, at: Situation) -> None:
    """Facts of a decision on a request to rectify records.

    Law: 条例 art. 41.
    """
    basis(facts, at, "rectification")
    first = at.events[0]
    facts.put("record", first.data.get("information"), step_of(first))
    for name, told, step in (("evidence", first.data.get("evidence"), first), ("finding", ground_of(at), at.event)):
        if told:
            facts.put(name, told, step_of(step))
    decisions.remedy(facts, at, Route.CHOICE)


_BY_KIND: dict[str, Callable[[Facts, Situation], None]] = {
    "application_form": _application,
    "oral_record": _application,
    "registration": _registration,
    "receipt": _receipt,
    "receipt_confirmation": _registration,
    "correction": _correction,
    "consultation_third_party": _consultation,
    "consultation_co_author": _consultation,
    "consultation_other_organ": _consultation,
    "consultation_notice": _consultation,
    "opinion_slip": _consultation,
    "extension": _extension,
    "reasons": _reasons,
    "deferral": _deferral,
    "fee": _fee,
    "reply": decisions.reply,
    "third_party_decision": decisions.third_party,
    "abandonment_correction": decisions.abandoned,
    "abandonment_payment": decisions.abandoned,
    "withdrawal": decisions.ended,
    "discontinuation": decisions.discontinued,
    "rectification": _rectification,
    "revocation": _revocation,
    "review_answer": _defence,
    "suit_answer": _defence,
    "compliance_report": _compliance,
    "service_receipt": _service,
    "posting_record": _service,
    "electronic_record": _service,
    "collection_receipt": _service,
    "return_record": _service,
    "approval_form": _approvals,
    "secrecy_form": _registration,
    "search_record": _search,
    "register_page": _register,
    "archive_index": _archive,
    "supervision": _supervision,
}
