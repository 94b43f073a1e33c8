"""The answers of a decision: the whole one or, where its parts have answers of their own, theirs.

What is asked of an answer is asked of each of them.
Law: 条例 arts. 14-16, 36-39.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ...states.procedure.case import Case
from ...states.procedure.description import choices_of
from ...states.procedure.history import Event, is_decision
from ...states.rules.outcomes import Outcome, answer_of, divides, outcome_named, without_code
from ..messages.catalogue import say
from .facts import NOTHING, Situation, clean

EVIDENCE = ("search", "earlier", "endangers", "unconsulted", "protects")
"""What is told of the whole decision, or of one part of it."""
_NAMES = ("part", "name", "text", "information")
_BETWEEN = re.compile(r"[、，,；;\s]+")
_ENDING = ("withdraw", "discontinue")
"""The moves, beside a decision, that tell the ground of a result."""


class Answer(NamedTuple):
    """One answer of a decision: the whole one (``number`` 0), or that of a part.

    ``outcome`` is None while it is undecided, or where several share the row that is all that is known; ``named`` says
    whether a part has an answer of its own. ``own`` is what is told of the part, ``decision`` what of all of them.
    """

    number: int
    text: str
    outcome: Outcome | None
    ground: str
    named: bool = True
    own: Mapping[str, object] = NOTHING
    decision: Mapping[str, object] = NOTHING

    @property
    def withheld(self) -> bool:
        """Whether it is refused under arts. 14 to 16."""
        return self.outcome is not None and self.outcome.withheld

    @property
    def gives(self) -> bool:
        """Whether it gives information out."""
        return self.outcome is not None and self.outcome.gives

    @property
    def wants_ground(self) -> bool:
        """Whether it has to say why: it gives nothing, or says where what is public can be found."""
        found = self.outcome
        return found is not None and (found.tells_where or found.category not in ("granted", "other"))

    def needs(self, evidence: str) -> bool:
        """Whether the law wants that evidence for it."""
        return self.outcome is not None and evidence in self.outcome.needs

    def told(self, name: str) -> object:
        """What is told of the part itself, else of the whole decision."""
        return self.own.get(name) or self.decision.get(name)


def outcome_of(case: Case) -> Outcome | None:
    """The outcome that the case's reply has given; None where its row is all that is known, and several share it."""
    return answer_of(case.outcome or "other_misc", case.answer, "", case.law_on)


def ground_of(at: Situation) -> str:
    """The ground of the result in force: that of the reply, else why the request ended otherwise."""
    ended = next((item for item in reversed(at.events) if item.move in _ENDING or is_decision(item)), None)
    if ended is None or at.case.outcome is None:
        return ""
    told = [str(ended.data[name]) for name in ("ground", "reason") if ended.data.get(name)]
    ground = "；".join(told if ended.move in _ENDING else told[:1])
    coded = ground.strip().upper().startswith(at.case.answer or "O")
    return without_code(ground) if coded else ground


def whole_answer(at: Situation) -> Answer:
    """The answer of the decision as a whole."""
    decision = next((item.data for item in reversed(at.events) if is_decision(item)), at.event.data)
    return Answer(0, "", outcome_of(at.case), ground_of(at), decision=decision)


def parts_of(event: Event, on: date) -> tuple[Answer, ...]:
    """The parts of a request as a decision names them, by the law of a day."""
    items = event.data.get("items") or []
    listed = items if isinstance(items, list) else [items]
    return tuple(_part(number, item, on, event.data) for number, item in enumerate(listed, 1))


def _part(number: int, item: object, on: date, decision: Mapping[str, object]) -> Answer:
    """A part: a text, or an object with its answer (or a row), its ground and what else is told of it."""
    if not isinstance(item, dict):
        return Answer(number, clean(str(item)), None, "", named=False, decision=decision)
    code = str(item.get("answer") or item.get("outcome") or "")
    ground = str(item.get("ground") or "")
    found = outcome_named(code) or answer_of(code, "", ground, on)
    name = next((str(item[key]) for key in _NAMES if item.get(key)), "")
    known = ("item", "answer", "outcome", "ground", *_NAMES, *EVIDENCE)
    rest = (str(value) for key, value in item.items() if key not in known and value not in (None, ""))
    text = clean("；".join([name, *rest] if name else rest))
    return Answer(number, text, found, clean(without_code(ground)), bool(code), item, decision)


def parts_with_answers(at: Situation) -> tuple[Answer, ...]:
    """The parts of a decision where they have answers of their own; what names none has that of the whole.

    Of a divided decision every part has one, or it is missing.
    """
    parts = parts_of(at.event, at.case.law_on)
    if divides(at.case.outcome or ""):
        return parts
    if not any(part.named or part.ground for part in parts):
        return ()
    return tuple(_filled_up(part, whole_answer(at)) for part in parts)


def _filled_up(part: Answer, whole: Answer) -> Answer:
    """A part with the answer of the whole where it names none, and its ground where it says no other."""
    outcome = part.outcome if part.named else whole.outcome
    same = outcome is not None and outcome == whole.outcome
    return part._replace(outcome=outcome, ground=part.ground or (whole.ground if same else ""))


def answers_of(at: Situation) -> tuple[Answer, ...]:
    """Every answer of a decision; none of a step that decides nothing."""
    if not is_decision(at.event):
        return ()
    return parts_with_answers(at) or (whole_answer(at),)


def differ(parts: tuple[Answer, ...]) -> bool:
    """Whether some parts are answered otherwise than others."""
    return len({part.outcome.code if part.outcome is not None else "" for part in parts}) > 1


def endangered(answer: Answer) -> str:
    """The one interest of art. 14 that an answer has chosen, in words; empty where none has been chosen, or several.

    Law: 条例 art. 14.
    """
    told = str(answer.told("endangers") or "").strip()
    return next((label for key, label in interests().items() if told in (key, label)), "")


def protected(answer: Answer) -> tuple[str, ...]:
    """The consultations of those whose rights an answer protects, where it names them.

    Law: 条例 arts. 15, 32.
    """
    return tuple(filter(None, _BETWEEN.split(str(answer.told("protects") or ""))))


def interests() -> Mapping[str, str]:
    """The interests that art. 14 protects, each with its label."""
    return choices_of("reply", "endangers")


def result_label(found: Outcome, answer: Answer) -> str:
    """What an outcome is called in a paper: of several grounds the one that was chosen."""
    if "endangers" not in found.needs:
        return found.label
    return say("label_endangers", interest=endangered(answer) or say("notice_gap", label=say("fact_endangers")))
