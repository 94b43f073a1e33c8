"""Sentences of fact: what the text of a paper says has happened, and whether it is on record.

Law: 条例 arts. 30, 32, 33, 35, 36, 42.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter

from ...states.errors import Fault, LawUnknown
from ...states.procedure.catalogue import move_of
from ...states.procedure.history import Event
from ...states.procedure.letters import Letter
from ...states.rules.outcomes import Evidence
from ...states.rules.rules import rule
from .answers import Answer, answers_of, endangered, protected
from .facts import Situation, clean

_FOLDER = "disclosure.notifications.documents.templates"
_PLACES = {"{on}": r"\d+年\d+月\d+日", "{any}": "[^。]*?", "{near}": "[^，。；不无未没难非]{0,8}?"}
_DENIED = "(?<![未没无不非])(?<!没有)"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of fact and the step on which it rests, as ``templates/claims.toml`` declares it.

    ``says`` are its words in papers, ``typed`` those by which staff tell it in a decision. Of the steps ``rests_on``
    one must have been made, with the value of a field where ``with`` names one (true for a text: any), and its
    ``paper`` have come so far; ``unless`` are steps of which one afterwards takes it back. ``field`` is what the
    decision itself tells.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    key: str
    problem: str
    says: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    given: Mapping[str, str | bool] = field(default_factory=dict)
    paper: str = ""
    came: Literal["", "asked", "left", "received"] = ""
    unless: tuple[str, ...] = ()
    own: bool = False
    field: str = ""
    need: Evidence | None = None

    @property
    def place(self) -> str:
        """Where staff tell what is missing."""
        return f"reply.{self.field}" if self.field else self.paper or self.rests_on[0]


@cache
def claims() -> tuple[Claim, ...]:
    """Every sentence of fact of the shipped papers."""
    found = {key: _named(key, item) for key, item in _written().items() if key != "no_claim"}
    return tuple(TypeAdapter(dict[str, Claim]).validate_python(found).values())


def no_claims() -> tuple[str, ...]:
    """Words of fact that claim nothing: they tell the law, ask for something, or say what would follow."""
    return tuple(_written()["no_claim"]["says"])


def _written() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(_FOLDER).joinpath("claims.toml").read_text("utf-8"))


def _named(key: str, item: Mapping[str, object]) -> dict[str, object]:
    """A claim with its key; ``with`` is no name in Python."""
    return {"key": key} | {"given" if name == "with" else name: value for name, value in item.items()}


@cache
def spoken() -> tuple[tuple[re.Pattern[str], Claim], ...]:
    """The words of every claim, as they are looked for in a paper."""
    return tuple((pattern(words), claim) for claim in claims() for words in claim.says)


@cache
def _typed() -> tuple[tuple[re.Pattern[str], Claim], ...]:
    """The words by which staff tell a fact in a decision, where they do not deny it."""
    words = ((claim, words) for claim in claims() for words in claim.typed)
    return tuple((re.compile(_DENIED + pattern(said).pattern), claim) for claim, said in words)


@cache
def sought() -> tuple[re.Pattern[str], ...]:
    """Every word by which a text says something that has to be on record."""
    return tuple(words for words, _ in (*spoken(), *_typed()))


def pattern(words: str) -> re.Pattern[str]:
    """The words of a claim as they stand in a paper."""
    parts = re.split(r"(\{on\}|\{any\}|\{near\})", words)
    return re.compile("".join(_PLACES.get(part) or re.escape(part) for part in parts))


def unproved(text: str, at: Situation) -> Iterator[Fault]:
    """What a text says that is not on record, and what the answer of a decision needs and lacks; each thing once.

    Words that the applicant or a third party has written claim nothing.
    """
    told: set[str] = set()
    for word in _words_of_others(at.events):
        text = text.replace(word, "")
    for words, claim in spoken():
        found = words.search(text)
        if found is not None and claim.problem not in told and not holds(claim, at):
            told.add(claim.problem)
            yield _fault(claim, at, found[0])
    lacking = [*_lacking(at, told)]
    yield from lacking
    if answers_of(at):
        yield from _said(text, at, told | {str(fault["problem"]) for fault in lacking})


def _lacking(at: Situation, told: Set[str]) -> Iterator[Fault]:
    """What the answers of a decision need that is not on record; not what has been told already."""
    for answer in answers_of(at):
        for need in _needs(answer, at):
            able = [claim for claim in claims() if claim.need == need]
            if able[0].problem not in told and not any(holds(claim, at, answer) for claim in able):
                yield _fault(able[0], at, answer=answer)


def _said(text: str, at: Situation, told: Set[str]) -> Iterator[Fault]:
    """What the words that staff typed in a decision say and is not on record, once; not what has been told already."""
    found: dict[str, Fault] = {}
    for words, claim in _typed():
        said = words.search(text)
        if said is not None and claim.problem not in told and not holds(claim, at):
            found.setdefault(claim.key, {"field": "ground", "problem": "said_not_recorded", "value": said[0]})
    yield from found.values()


def _words_of_others(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        word = {"submit": "information", "opinion": "reason"}.get(event.move, "")
        if event.data.get(word):
            yield clean(str(event.data[word]))


def _needs(answer: Answer, at: Situation) -> Iterator[Evidence]:
    """What an answer needs, of steps those that the law of the request knows."""
    for need in answer.outcome.needs if answer.outcome is not None else ():
        steps = [name for claim in claims() if claim.need == need for name in claim.rests_on[:1]]
        if not steps or _known(move_of(steps[0]).article, at):
            yield need


def _known(article: str, at: Situation) -> bool:
    try:
        rule(article, at.case.law_on)
    except LawUnknown:
        return False
    return True


def _fault(claim: Claim, at: Situation, words: str = "", answer: Answer | None = None) -> Fault:
    fault: Fault = {"field": claim.place, "problem": claim.problem, "value": words}
    if claim.came == "received":
        fault["value"] = claim.paper
    earlier = answer.told("earlier") if answer is not None else at.event.data.get("earlier")
    if claim.field == "earlier" and earlier:
        fault |= {"problem": "earlier_not_served", "value": str(earlier)}
    return in_part(fault, answer)


def in_part(fault: Fault, answer: Answer | None) -> Fault:
    """A fault with the part of the decision that has it."""
    return fault | {"part": answer.number} if answer is not None and answer.number else fault


def holds(claim: Claim, at: Situation, answer: Answer | None = None) -> bool:
    """Whether what a claim rests on is on record; of one answer, what is told of it and whom it protects."""
    if claim.field:
        found = (answer,) if answer is not None else answers_of(at)
        told = [item.told(claim.field) for item in found] or [at.event.data.get(claim.field)]
        if claim.need == "endangers":
            return all(map(endangered, found))
        return any(told) and (claim.field != "earlier" or all(isinstance(item, Mapping) for item in told if item))
    events = (event for event in at.events if event.move in claim.rests_on)
    whose = protected(answer) if answer is not None and claim.need == "consulted" else ()
    return any(made(claim, event, at) for event in events if not whose or event.data.get("id") in whose)


def claim_named(key: str) -> Claim:
    """The claim of that key."""
    return next(claim for claim in claims() if claim.key == key)


def made(claim: Claim, event: Event, at: Situation) -> bool:
    """Whether a step is what a claim rests on, and its paper has come so far."""
    if claim.own and event.data.get("id") != at.ref:
        return False
    if not all(_is_so(event.data.get(name), value) for name, value in claim.given.items()):
        return False
    if claim.unless and any(item.move in claim.unless for item in at.events[at.events.index(event) + 1 :]):
        return False
    return _has_come(claim, event, at)


def _is_so(told: object, value: str | bool) -> bool:
    """Whether a field has a value; true stands for any text. A typed yes or no is kept as the word for it."""
    said = _YES_OR_NO.get(told, told) if isinstance(told, str) else told
    return said == value or (value is True and isinstance(said, str) and bool(said))


_YES_OR_NO = {"true": True, "false": False}


def _has_come(claim: Claim, event: Event, at: Situation) -> bool:
    """Whether the paper of a step has come as far as the claim says; what is only assumed of the past has not."""
    ref = str(event.data.get("id", "")) if claim.paper == "consultation" else ""
    letters = [letter for letter in at.case.letters if (letter.of, letter.ref) == (claim.paper, ref)]
    left = any(letter.told_on is not None for letter in letters)
    if claim.came == "asked":
        asked = at.case.consultation(ref)
        called_off = asked is not None and asked.opinion == "cancelled"
        return not called_off and (left or not (letters or event.live))
    if claim.came == "received":
        by_hand = event.data.get("served_on") or (claim.paper == "reply" and at.case.served_on)
        return bool(by_hand) or any(letter.served_on and not letter.inferred for letter in letters)
    return left if claim.came == "left" else True


def letter_of(event: Event, paper: str, at: Situation) -> Letter | None:
    """The paper of a step of which it is known that it left; one that is only inferred from an answer is none."""
    ref = str(event.data.get("id", "")) if paper == "consultation" else ""
    own = (one for one in at.case.letters if (one.of, one.ref, one.made_on) == (paper, ref, event.on))
    return next((one for one in own if one.told_on is not None and (one.trips or not one.inferred)), None)
