"""The third parties whose rights an answer protects: who was asked, who agreed, who could not be reached.

Law: 条例 arts. 15, 32.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...states.errors import Fault
from ...states.procedure.case import Consultation
from ...states.procedure.description import choice_label
from ...states.procedure.history import Event
from ...states.procedure.moves.reply import OVERRULED_FOR
from ..messages.catalogue import say
from .answers import Answer, answers_of, protected
from .claims import claim_named, in_part, made
from .facts import Situation


class Asked(NamedTuple):
    """The consultations of those whose rights may be the ground of an answer, by how they stand.

    ``tried`` is what was tried to reach one, ``why_not`` why one was not asked.
    """

    asked: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    tried: str = ""
    why_not: str = ""


NOBODY = Asked()


def asked_about(answer: Answer, at: Situation) -> Asked:
    """How those stand whose rights an answer protects: those whom it names, else every third party of the case."""
    known = {str(event.data.get("id", "")): event for event in at.events if _asks(event)}
    named = protected(answer)
    found: dict[str, list[str]] = {"asked": [], "agreed": [], "unasked": [], "tried": []}
    for ref in named or _of_the_case(known, at):
        if ref in known:
            standing, words = _standing(known[ref], at)
            found[standing].append(words)
    return Asked(
        tuple(found["asked"]),
        tuple(found["agreed"]),
        tuple(found["unasked"]),
        tuple(ref for ref in named if ref not in known),
        "；".join(found["tried"]),
        str(answer.told("unconsulted") or ""),
    )


def _asks(event: Event) -> bool:
    return event.move == "consult" and event.data.get("with") == "third_party"


def _of_the_case(known: dict[str, Event], at: Situation) -> list[str]:
    """Every third party of the case; a letter that was called off and written anew to the same one counts once."""
    gone = {ref for ref, event in known.items() if _standing(event, at)[0] == "unasked"}
    others = {str(event.data.get("name")) for ref, event in known.items() if ref not in gone}
    return [ref for ref, event in known.items() if ref not in gone or str(event.data.get("name")) not in others]


def _standing(event: Event, at: Situation) -> tuple[str, str]:
    """How a consultation stands, with its id, or what was tried to reach the third party."""
    ref = str(event.data.get("id", ""))
    found = at.case.consultation(ref)
    if found is not None and found.opinion == "agrees":
        return "agreed", ref
    if made(claim_named("consulted"), event, at):
        return "asked", ref
    dropped = at.last("cancel_consultation", ref)
    tried = str(dropped.data.get("undeliverable") or "") if dropped is not None else ""
    return ("tried", tried) if tried else ("unasked", ref)


def third_party_faults(at: Situation) -> Iterator[Fault]:
    """What the answers of a decision say of third parties, and the record does not bear."""
    for answer in (item for item in answers_of(at) if item.needs("consulted")):
        for fault in _of_protection(answer, at):
            yield in_part(fault, answer)
    yield from _overruled(at)


class Overruling(NamedTuple):
    """Why the objection of a third party is not followed, and which of the two grounds of the law that is, in words."""

    reason: str = ""
    ground: str = ""


def overruling(at: Situation, ref: str, *, alone: bool = True) -> Overruling:
    """Why a decision does not follow the objection of a third party.

    What is told of no consultation is told of that of one who is ``alone`` in it.
    Law: 条例 art. 32.
    """
    data = at.event.data
    told = data.get("overruled") or []
    listed = told if isinstance(told, list) else [told]
    own = next((item for item in listed if isinstance(item, Mapping) and str(item.get("id")) == ref), None)
    common = next((str(item) for item in listed if not isinstance(item, Mapping) and item), "")
    reason = str(own.get("reason") or "") if own is not None else common if alone else ""
    chosen = str((own.get("overruled_for") if own is not None else "") or data.get("overruled_for") or "").strip()
    return Overruling(reason, next((key for key, words in OVERRULED_FOR.words.items() if chosen in (key, *words)), ""))


def _overruled(at: Situation) -> Iterator[Fault]:
    """Objections that are neither followed nor overruled, each for a reason of its own, where something is given out.

    Law: 条例 arts. 15, 32.
    """
    answers = answers_of(at)
    if not any(answer.gives for answer in answers):
        return
    objecting = [item for item in _parties(at) if item.opinion in ("objects", "partly")]
    overruled = [item.id for item in objecting if not _follows(answers, item, alone=len(objecting) == 1)]
    for ref in overruled:
        why = overruling(at, ref, alone=len(overruled) == 1)
        if not why.reason:
            yield {"field": "overruled", "problem": "overruled_missing", "value": ref}
        elif not why.ground:
            yield {"field": "overruled_for", "problem": "overruled_for_missing", "value": ref}


def _follows(answers: Sequence[Answer], item: Consultation, *, alone: bool) -> bool:
    """Whether a decision follows an objection; one to a part only where a part that is withheld names it.

    Where nobody else objects, a part that is withheld for third parties is meant for it.
    """
    if item.opinion == "partly" and any(answer.withheld and item.id in protected(answer) for answer in answers):
        return True
    protecting = [protected(answer) for answer in answers if answer.needs("consulted")]
    unnamed = (item.id,) if alone or item.opinion == "objects" else ()
    return any(item.id in (named or unnamed) for named in protecting)


def _of_protection(answer: Answer, at: Situation) -> Iterator[Fault]:
    """A ground that is gone since the third party agreed, and one of which it is not plain whose it is.

    Law: 条例 art. 15: what the third party agrees to is given out.
    """
    asked, named = asked_about(answer, at), protected(answer)
    if asked.unknown:
        yield _whose("protects_unknown", at) | {"value": "、".join(asked.unknown)}
        return
    may_stand = bool(asked.asked or asked.tried)
    if named:
        if asked.agreed:
            yield {"field": "protects", "problem": "third_party_agreed", "value": "、".join(asked.agreed)}
        if asked.unasked and (may_stand or asked.agreed):
            yield {"field": "protects", "problem": "consultation_missing", "value": "、".join(asked.unasked)}
    elif not asked.why_not and may_stand and (asked.agreed or asked.unasked):
        yield _whose("whose_rights", at)
    elif not asked.why_not and asked.agreed and not may_stand:
        yield {"field": "protects", "problem": "third_party_agreed", "value": "、".join(asked.agreed)}


def _whose(problem: str, at: Situation) -> Fault:
    return {"field": "protects", "problem": problem, "choices": "、".join(_told(item) for item in _parties(at))}


def _parties(at: Situation) -> list[Consultation]:
    return [item for item in at.case.consultations if item.counterpart == "third_party"]


def _told(item: Consultation) -> str:
    label = choice_label("opinion", "opinion", item.opinion) if item.opinion in _OPINIONS else say("no_opinion")
    return say("consultation_stands", id=item.id, opinion=label)


_OPINIONS = ("agrees", "objects", "partly")
