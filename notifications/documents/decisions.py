"""The facts of a decision: its outcome with article, its parts, its history, and the remedy against it.

The remedy is computed; a template only says where it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from ...states.procedure.case import Period
from ...states.procedure.catalogue import fields_of
from ...states.procedure.description import choice_label
from ...states.procedure.history import Event, given_up_unpaid
from ...states.procedure.periods import rule_of
from ...states.rules.outcomes import Basis, divides
from ...states.rules.remedies import Route, remedy_route, review_organ
from ...states.rules.rules import rule
from ...states.rules.service import goes_online
from ..messages.catalogue import message_keys, say
from ..messages.sentences import name as words_for
from .answers import (
    Answer,
    answers_of,
    differ,
    endangered,
    ground_of,
    parts_of,
    parts_with_answers,
    result_label,
    whole_answer,
)
from .claims import claim_named, holds, letter_of
from .facts import Facts, Situation, Trace, basis, clean, day, last_day, length_text, step_of, written_day
from .third_parties import NOBODY, asked_about, overruling


def reply(facts: Facts, at: Situation) -> None:
    """Facts of a reply: its outcome with article, ground, parts, evidence, history and remedy.

    Law: 条例 arts. 14-16, 36-39.
    """
    case, whole, parts = at.case, whole_answer(at), parts_with_answers(at)
    each_its_own = differ(parts) and not divides(case.outcome or "")
    found = None if each_its_own else whole.outcome
    if each_its_own:
        facts.put("answer", say("parts_answered", you=facts.text("you"), law=facts.text("regulations")), at.step)
    elif found is None:
        facts.gap("answer")
    else:
        facts.put("answer", result_label(found, whole), at.step)
    facts.values["outcome"] = found.code if found is not None else ""
    facts.values["outcome_label"] = facts.text("answer")
    basis_ = _basis(whole._replace(outcome=found), at)
    facts.values["article"] = ""
    if basis_ is not None:
        facts.put("article", basis_.source, basis_.source)
    _ground(facts, at, whole, in_parts=bool(parts))
    _parts(facts, at, parts)
    reopened = at.last("reopen")
    facts.values["reopened"] = reopened is not None
    facts.values["reopened_by"] = clean(str(reopened.data.get("ordered_by") or "")) if reopened else ""
    facts.values["delivery"] = choice_label("reply", "delivery", case.delivery)
    _evidence(facts, at, whole._replace(outcome=found))
    _annexes(facts, at, parts or [whole])
    history(facts, at)
    remedy(facts, at, _route(at, parts))


def _basis(answer: Answer, at: Situation) -> Basis | None:
    """The article on which an answer rests, where papers cite one.

    Law: 条例 arts. 32, 36 item 3.
    """
    if answer.outcome is None:
        return None
    asked = asked_about(answer, at) if answer.needs("consulted") else NOBODY
    found = answer.outcome.basis(at.case.law_on, asked=bool(asked.asked or asked.tried))
    return found if found.cited else None


def _annexes(facts: Facts, at: Situation, answers: Sequence[Answer]) -> None:
    """What is given with a reply that gives something: the names of the files, each with what it is."""
    found = cast("Sequence[tuple[str, str]]", at.given.get("annexes", ()))
    given = found if any(answer.gives for answer in answers) else ()
    lines = [say("annex", name=clean(file), type=words_for("file_type", key)) for file, key in given]
    facts.values["annexes"] = lines
    facts.traces += [Trace("annexes", line, say("origin_attachments")) for line in lines]


def _route(at: Situation, parts: Sequence[Answer]) -> Route:
    """The route of remedy: that of the row, or of each part where their routes differ."""
    rows = {part.outcome.row for part in parts if part.outcome is not None} or {at.case.outcome or "other_misc"}
    routes = {remedy_route(row, at.on, at.law.settings).route for row in rows}
    return routes.pop() if len(routes) == 1 else Route.BY_PART


def _ground(facts: Facts, at: Situation, whole: Answer, *, in_parts: bool) -> None:
    """The ground; a decision that gives nothing, or says where what is public can be found, needs one.

    Where the parts have answers of their own, each of them has it.
    """
    facts.values["ground"] = ""
    tells_where = whole.outcome is not None and whole.outcome.tells_where
    listed = in_parts or (tells_where and bool(at.event.data.get("items")))
    if whole.ground or (whole.wants_ground and not listed):
        facts.put("ground", whole.ground, at.step)


def _parts(facts: Facts, at: Situation, parts: Sequence[Answer]) -> None:
    """The parts of the request: as a list, or each with its own answer, article and ground.

    Law: 条例 art. 37.
    """
    listed = parts or parts_of(at.event, at.case.law_on)
    facts.values["items"] = []
    rows: list[dict[str, str]] = []
    facts.values["parts"] = rows
    facts.values["part_notes"] = []
    facts.values["withheld_parts"] = [part.number for part in parts or listed if part.withheld]
    if listed or divides(at.case.outcome or ""):
        facts.each("items", [part.text for part in listed], at.step)
    for part in parts:
        found = _basis(part, at)
        facts.put("part_outcome", _labelled(part, at), at.step)
        row = {"text": part.text, "label": facts.text("part_outcome"), "article": found.article if found else ""}
        if found is not None:
            facts.traces.append(Trace("part_article", row["article"], found.source))
        row["ground"] = part.ground
        if part.wants_ground and not part.ground:
            facts.gap("part_ground")
            row["ground"] = facts.text("part_ground")
        rows.append(row)
    facts.values["part_notes"] = _part_notes(parts, at)


def _labelled(part: Answer, at: Situation) -> str:
    """What a part's answer is called, with what it rests on."""
    if part.outcome is None:
        return ""
    label = result_label(part.outcome, part)
    if part.needs("consulted") and asked_about(part, at).asked:
        label = say("label_consulted", label=label)
    if part.outcome.prints("earlier") and part.told("earlier"):
        label = say("label_earlier", label=label, earlier=clean(_cited(part.told("earlier"), at)))
    judged = _judged(at) if part.needs("reasons") else ""
    return say(f"label_reasons_{judged}", label=label) if judged else label


def _judged(at: Situation) -> str:
    """How the applicant's reasons were judged: rejected, or not given (silent); empty where neither is on record."""
    return next((key for key in ("rejected", "silent") if holds(claim_named(f"reasons_{key}"), at)), "")


def _part_notes(parts: Sequence[Answer], at: Situation) -> list[str]:
    """What the answers of parts rest on, where it takes sentences: the search, and why nobody was asked."""
    found: dict[str, list[int]] = {}
    for part in parts:
        for note in _notes(part, at):
            found.setdefault(note, []).append(part.number)
    return [say("part_note", parts="、".join(map(str, numbers)), note=note) for note, numbers in found.items()]


def _notes(part: Answer, at: Situation) -> Iterator[str]:
    if part.outcome is not None and part.outcome.prints("search") and part.told("search"):
        yield say("part_search", found="；".join(_search_lines(part.told("search"))))
    if part.needs("consulted"):
        asked = asked_about(part, at)
        if asked.tried:
            yield say("part_not_reached", tried=clean(asked.tried))
        if asked.why_not:
            yield say("part_unconsulted_others" if asked.asked else "part_unconsulted", reason=clean(asked.why_not))


def _evidence(facts: Facts, at: Situation, whole: Answer) -> None:
    """The evidence of a decision: the search for what is not held, the earlier reply, what went before it."""
    answer = whole.outcome
    facts.values["search"] = []
    if answer is not None and answer.prints("search") and whole.told("search"):
        facts.each("search", _search_lines(whole.told("search")), at.step)
    facts.values["earlier"] = ""
    if answer is not None and answer.prints("earlier") and whole.told("earlier"):
        facts.put("earlier", _cited(whole.told("earlier"), at), at.step)
    facts.values["endangers"] = ""
    if whole.needs("endangers"):
        facts.put("endangers", endangered(whole), at.step)
    if any(part.needs("endangers") and not endangered(part) for part in answers_of(at)):
        facts.missing.append(say("fact_endangers"))
    asked = asked_about(whole, at) if whole.needs("consulted") else NOBODY
    facts.values["consulted"] = bool(asked.asked)
    facts.values["not_reached"] = clean(asked.tried)
    facts.values["unconsulted"] = clean(asked.why_not)
    facts.values["reasons"] = _judged(at) if whole.needs("reasons") else ""


def _cited(earlier: object, at: Situation) -> str:
    """An earlier reply as papers cite it: by the number and the day of its paper."""
    if not isinstance(earlier, Mapping):
        known = at.given.get("earlier_replies")
        return str(known.get(str(earlier), earlier)) if isinstance(known, Mapping) else str(earlier)
    return say("earlier_cited", number=earlier.get("number", ""), on=written_day(earlier.get("on", "")))


def _search_lines(found: object) -> list[str]:
    """A search record as lines: what the reply declares of one, in its order; words on all of it have no label."""
    if not isinstance(found, Mapping):
        return [str(found)]
    inside = (item for item in fields_of("reply") if item.key.startswith("search."))
    labels = {item.key.removeprefix("search."): item.title for item in inside}
    told = {name: written_day(found[name]) for name in labels if found.get(name)}
    return [value if name == "what" else f"{labels[name]}：{value}" for name, value in told.items()]


_PAPER_OF = {
    "request_correction": "correction",
    "extend": "extension",
    "consult": "consultation",
    "charge": "fee",
    "defer": "deferral",
}


def history(facts: Facts, at: Situation) -> None:
    """What happened before the reply, as the reply says it: correction, extension, consultation, payment.

    Of a paper of live work only what has left is told, with the day on which it left. A record of the past does not
    prove that a paper left: of it the step is told.
    """
    sentences = []
    free = _of_no_fee(at)
    for item in at.events:
        key = f"told_{item.move}"
        if key not in message_keys() or item.seq in free:
            continue
        letter = letter_of(item, _PAPER_OF.get(item.move, ""), at)
        if letter is not None:
            sent = day(letter.left_on or item.on)
            sentences.append(say(f"{key}_sent", on=day(item.on), sent=sent))
            facts.traces.append(Trace("told", sent, step_of(item)))
        elif not item.live or item.move not in _PAPER_OF or _answered(item, at):
            sentences.append(say(key, on=day(item.on)))
        else:
            continue
        facts.traces.append(Trace("told", day(item.on), step_of(item)))
    facts.values["told"] = list(dict.fromkeys(sentences))


def _of_no_fee(at: Situation) -> frozenset[int]:
    """The steps by which a fee of nothing was set and paid: no paper tells of it.

    Law: 国办函〔2020〕109号 arts. 4, 5.
    """
    amounts = {item.seq: item.amount for item in at.case.charges}
    free, found = False, set()
    for event in at.events:
        if event.move == "charge":
            free = event.seq in amounts and Decimal(amounts[event.seq]) == 0
        if free and event.move in ("charge", "pay"):
            found.add(event.seq)
    return frozenset(found)


def _answered(event: Event, at: Situation) -> bool:
    """Whether the paper of a step is known by the answer to it to have arrived."""
    ref = str(event.data.get("id", "")) if event.move == "consult" else ""
    letter = at.case.letter(_PAPER_OF[event.move], ref)
    return letter is not None and letter.inferred


def remedy(facts: Facts, at: Situation, route: Route) -> None:
    """The sentences on review and suit.

    Law: 复议法 arts. 20, 22-26; 行诉法 arts. 45, 46.
    """
    on, agency = at.on, at.agency
    facts.values["route"] = str(route)
    terms = {"review_term": "review_application", "suit_term": "suit", "later_suit_term": "suit_after_review"}
    for name, key in terms.items():
        found = rule(key, on)
        facts.put(name, length_text(found), found.source)
    known = review_organ(agency.kind, on) if agency.kind else None
    organs = {"review_organ": agency.review_organ}
    if known is not None and known.also:
        organs["review_organ_also"] = agency.review_organ_also
    for name, organ in organs.items():
        facts.put(name, organ.strip(), say("origin_profile"))
    facts.put("court", agency.court, say("origin_profile"))
    facts.values["online_review"] = ""
    if goes_online(at.case.delivery, on):
        facts.put("online_review", agency.online_review, say("origin_profile"))
    named = ("review_term", "court", "suit_term", "later_suit_term")
    told = {name: facts.text(name) for name in named}
    told["review_organ"] = say("organ_or").join(facts.text(name) for name in organs)
    sentences = _sentences(route, told, facts)
    ruling = known.ruling if known is not None else ""
    if ruling:
        facts.traces.append(Trace("ruling", ruling, ruling))
        sentences.append(say("remedy_ruling", article=ruling))
    facts.values["remedy"] = sentences


def _sentences(route: Route, terms: Mapping[str, str], facts: Facts) -> list[str]:
    if route is Route.BY_PART:
        what = _withheld(facts)
        found = [say("remedy_part_first", what=what, **terms), say("remedy_part_other", **terms)]
    else:
        found = [say("remedy_first" if route is Route.REVIEW_FIRST else "remedy_choice", **terms)]
    if facts.values["online_review"]:
        found.append(say("remedy_online", way=facts.values["online_review"]))
    return found


def _withheld(facts: Facts) -> str:
    """The parts that are refused, by their numbers where the reply has parts."""
    numbers = facts.values.get("withheld_parts")
    if not isinstance(numbers, list) or not numbers:
        return say("remedy_withheld")
    return say("remedy_parts", parts="、".join(str(number) for number in numbers))


def third_party(facts: Facts, at: Situation) -> None:
    """Facts of the decision that tells a third party that its objection was overruled.

    Law: 条例 art. 32; 法释〔2025〕8号 art. 1 item 4: the remedy is the third party's own choice.
    """
    sent = at.last("consult", at.ref)
    opinion = at.last("opinion", at.ref)
    basis(facts, at, "consultation_third_party")
    facts.put("counterpart", sent.data.get("name") if sent else None, step_of(sent) if sent else at.step)
    letter = letter_of(sent, "consultation", at) if sent else None
    left = letter.left_on if letter is not None else None
    facts.put("sent_on", left or (sent.on if sent else None), step_of(sent) if sent else at.step)
    why = overruling(at, at.ref)
    facts.put("ground", why.reason or ground_of(at), at.step)
    given = [part.text for part in parts_with_answers(at) if part.gives and part.text]
    facts.values["disclosed"] = "；".join(given) or facts.text("information")
    facts.values["objection"] = clean(str(opinion.data.get("reason") or "")) if opinion else ""
    facts.put("opinion", choice_label("opinion", "opinion", opinion.data["opinion"]) if opinion else "", at.step)
    facts.values["overruled_for"] = say(f"overruled_for_{why.ground}") if why.ground else ""
    remedy(facts, at, Route.CHOICE)


def abandoned(facts: Facts, at: Situation) -> None:
    """Facts of a decision that a request is taken as abandoned: the earlier notice, and its period.

    Law: 条例 arts. 30, 42.
    """
    unpaid = at.event.seq in given_up_unpaid(at.events)
    period = at.case.last_period("payment" if unpaid else "correction")
    found = rule_of(period) if period is not None else rule("correction", at.case.law_on)
    facts.put("article", found.source, found.source)
    _earlier_notice(facts, at, period, "charge" if unpaid else "request_correction")
    last_day(facts, "due_on", period)
    if unpaid:
        facts.put("amount", at.case.charges[-1].amount, at.step)
    remedy(facts, at, remedy_route(at.case.outcome or "other_misc", at.on, at.law.settings).route)


def _earlier_notice(facts: Facts, at: Situation, period: Period | None, move: str) -> None:
    """The earlier notice: its day, and its number once issued."""
    event = at.last(move)
    if event is not None:
        letter = at.case.letter(_PAPER_OF[move])
        left = letter.told_on if letter is not None and not letter.inferred else None
        facts.put("told_on", left or event.on, step_of(event))
    elif period is not None:
        facts.put("told_on", period.starts_on, at.step)
    facts.values["earlier_number"] = ""
    if at.given.get("earlier_number"):
        facts.put("earlier_number", at.given["earlier_number"], say("origin_number"))


def discontinued(facts: Facts, at: Situation) -> None:
    """Facts of the decision to end the handling: beside the reason the article on which it rests."""
    facts.put("legal_basis", at.event.data.get("ground"), at.step)
    ended(facts, at)


def ended(facts: Facts, at: Situation) -> None:
    """Facts of a paper that ends the handling without a decision on the request."""
    facts.put("reason", at.event.data.get("reason"), at.step)
    remedy(facts, at, remedy_route("other_misc", at.on, at.law.settings).route)
