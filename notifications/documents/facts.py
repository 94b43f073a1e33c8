"""The facts of one notice: each date, number, name and article, with where it comes from.

A template can use nothing else. A fact that is missing shows as a visible gap and is listed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from ...states import admission
from ...states.errors import BadData
from ...states.procedure.advance import fold
from ...states.procedure.case import NEVER, Case, Period
from ...states.procedure.description import choice_label
from ...states.procedure.history import Event, timeline
from ...states.procedure.periods import Law, rule_of
from ...states.rules.dated import instruments
from ...states.rules.receipt import receipt_basis
from ...states.rules.rules import Rule, rule
from ..messages.catalogue import say
from .agency import Agency
from .kinds import NoticeRef

LONGEST = 20_000
"""Characters that one paragraph holds at most; a longer fact is an error, never shortened."""
NOTHING: Mapping[str, object] = MappingProxyType({})


class Trace(NamedTuple):
    """Where one fact of a notice comes from."""

    name: str
    value: str
    origin: str


@dataclass(slots=True)
class Facts:
    """The facts of one notice, as its template sees them."""

    values: dict[str, object] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def put(self, name: str, value: object, origin: str) -> None:
        """Adds one fact; a blank one becomes a visible gap."""
        shown = day(value) if isinstance(value, date) else self._clean(name, str(value if value is not None else ""))
        if not shown:
            self.gap(name)
            return
        self.values[name] = shown
        self.traces.append(Trace(name, shown, origin))

    def _clean(self, name: str, text: str) -> str:
        if len(text) > LONGEST:
            raise BadData({"field": name, "problem": "too_long_for_notice", "value": len(text), "cap": LONGEST})
        letter = next((found for found in text if unicodedata.category(found) == "Co"), None)
        if letter is not None:  # left out, it would be another person's name
            admission.text(name, text)
        return clean(text)

    def gap(self, name: str) -> None:
        """A visible gap in the text."""
        label = say(f"fact_{name}")
        self.missing.append(label)
        self.values[name] = say("notice_gap", label=label)

    def text(self, name: str) -> str:
        """A fact that is a text; empty where it has not been put."""
        return str(self.values.get(name, ""))

    def each(self, name: str, values: Sequence[str], origin: str) -> None:
        """Adds a list of facts; an empty one becomes a list with one gap."""
        shown = [self._clean(name, value) for value in values]
        if not shown:
            self.gap(name)
            self.values[name] = [self.values[name]]
            return
        self.traces += [Trace(name, value, origin) for value in shown]
        self.values[name] = shown


def day(value: date) -> str:
    """A date as official documents write it."""
    return f"{value.year}年{value.month}月{value.day}日"


def written_day(value: object) -> str:
    """A value as documents write it: an ISO date in full, anything else as it stands."""
    try:
        return day(date.fromisoformat(str(value))) if len(str(value)) == len("2024-01-31") else str(value)
    except ValueError:
        return str(value)


def clean(text: str) -> str:
    """One paragraph of text: control characters out, line breaks to spaces."""
    kept = "".join(" " if letter in "\n\r\t\f\v\u2028\u2029" else letter for letter in text)
    kept = "".join(letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cs", "Cf", "Co"))
    return re.sub(r"\s{2,}", " ", kept).strip()


def length_text(basis: Rule, extra: int = 0) -> str:
    """A rule's length with its unit: 20个工作日, 6个月."""
    return f"{(basis.length or 0) + extra}{say(f'unit_{basis.unit}')}"


class CaseHistory(NamedTuple):
    """A case as it is read: its number, its events with their personal data as recorded, and the law it is read by."""

    number: str
    events: Sequence[Event]
    law: Law


class Situation(NamedTuple):
    """What a notice is written about: the case as it stood after a step, the step, the law and the office.

    ``on`` is the day of the notice; ``given`` holds facts from outside the history.
    """

    case: Case
    event: Event
    events: Sequence[Event]
    law: Law
    agency: Agency
    ref: str
    on: date
    given: Mapping[str, object] = NOTHING

    @property
    def step(self) -> str:
        """The step, as an origin."""
        return step_of(self.event)

    def last(self, move: str, ref: str | None = None) -> Event | None:
        """The latest event of a move (and of that consultation or remedy)."""
        found = (item for item in reversed(self.events) if item.move == move)
        return next((item for item in found if ref is None or item.data.get("id") == ref), None)


def step_of(event: Event) -> str:
    """An event, as the origin of a fact."""
    return say("origin_step", seq=event.seq, move=say(f"move_{event.move}"))


def situation(history: CaseHistory, ref: NoticeRef, agency: Agency, given: Mapping[str, object] = NOTHING) -> Situation:
    """The case as it stood after the step that a notice belongs to.

    Raises:
        BadData: no step of that number is in force.
    """
    order = timeline(history.events)
    index = next((place for place, item in enumerate(order) if item.seq == ref.seq), None)
    if index is None:
        raise BadData({"field": "seq", "problem": "unknown_seq", "value": ref.seq})
    past = order[: index + 1]
    case, _ = fold(history.number, past, history.law)
    return Situation(case, order[index], past, history.law, agency, ref.ref, ref.on, given)


def common(facts: Facts, at: Situation) -> None:
    """What every notice may name: the office, the applicant, the request and its days."""
    case, agency = at.case, at.agency
    profile = say("origin_profile")
    first = at.events[0]
    applicant = first.data.get("applicant", {})
    origin = step_of(first)
    facts.put("agency", agency.name, profile)
    facts.put("signer", agency.signing_body or agency.name, profile)
    facts.put("office", agency.office or say("notice_office"), profile)
    facts.put("address", agency.address, profile)
    facts.put("phone", agency.phone, profile)
    facts.put("number", case.case, origin)
    facts.put("applicant", applicant.get("name"), origin)
    facts.values["you"] = say("you_person" if applicant.get("kind") == "natural_person" else "you_organ")
    facts.put("information", first.data.get("information"), origin)
    facts.put("channel", choice_label("submit", "channel", case.channel), origin)
    facts.put("submitted_on", case.submitted_on, origin)
    if case.received_on is not None:
        facts.put("received_on", case.received_on, receipt_basis(case.channel, case.law_on).source)
    else:
        facts.gap("received_on")
    facts.put("issued_on", at.on, at.step)
    regulations = rule("reply", case.law_on)
    facts.put("regulations", instruments()[regulations.instrument].title, regulations.source)
    facts.values["document_number"] = say("number_at_issue")
    if at.given.get("document_number"):
        facts.put("document_number", at.given["document_number"], say("origin_number"))
    facts.values["replaces"] = clean(str(at.given.get("replaces", "")))
    facts.values["replaced_on"] = clean(str(at.given.get("replaced_on", "")))


def basis(facts: Facts, at: Situation, key: str) -> Rule:
    """The rule of law on which a notice rests, named in it by its article."""
    found = rule(key, at.case.law_on)
    facts.put("article", found.source, found.source)
    return found


def last_day(facts: Facts, name: str, period: Period | None) -> None:
    """The last day of a period."""
    if period is None or period.due_on == NEVER:
        facts.gap(name)
    else:
        facts.put(name, period.due_on, rule_of(period).source)
