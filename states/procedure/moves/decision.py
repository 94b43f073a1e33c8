"""The decision before the reply has gone out, and taking it back.

Law: 条例 arts. 33, 36; 国办公开办函〔2016〕235号 point 4: decided is not replied.
"""

from datetime import date
from typing import Annotated

from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead
from ..fields import Label, Reason
from ..periods import Law
from .reply import (
    DECIDABLE,
    DELIVERY,
    Reply,
    answer_given,
    answer_named,
    answer_of_its_law,
    parts_of_its_answer,
    settle,
    with_answer,
)

_Way = Annotated[str, DELIVERY]
STEP = ProcedureStep("决定", 68)


class Decide(Reply):
    """What will be replied, and how it is to go out; once decided, no more than another way of delivery.

    Law: 条例 arts. 33, 36-39.
    """

    delivery: Annotated[_Way | None, Label("送达方式", "public")] = None  # type: ignore[assignment]


@condition("reply")
def other_way_named(q: Question[Decide]) -> Finding | None:
    """Requires another way of delivery where the decision stands already."""
    if q.data is None or q.case.state != State.DECIDED or q.data.delivery:
        return None
    return Finding("bad_data", {"field": "delivery", "problem": "missing"})


def hold(case: Case, on: date, data: Decide, law: Law) -> None:
    """Keeps the decision; nothing has gone out, and the reply period runs on.

    Law: 条例 art. 33.
    """
    case.delivery = data.delivery or case.delivery
    if case.state != State.DECIDED:
        case.undecided = case.state
        settle(case, data)
        case.write("reply", on)


def take_back(case: Case, on: date, data: Reason, law: Law) -> None:
    """Leads back to before the decision; its paper goes nowhere."""
    case.outcome, case.answer, case.delivery = None, "", ""
    if case.stood == State.EXTENDED and case.undecided in (State.RECEIVED, State.ACCEPTED):
        case.undecided = State.EXTENDED.value
    letter = case.letter("reply")
    if letter is not None and not letter.trips:
        case.letters.remove(letter)


def was_received(turn: Turn[Case]) -> bool:
    """Whether the decision was made before the case was accepted."""
    return turn.row.undecided == State.RECEIVED


def was_extended(turn: Turn[Case]) -> bool:
    """Whether the decision was made after an extension."""
    return turn.row.undecided == State.EXTENDED


def reasons_were_awaited(turn: Turn[Case]) -> bool:
    """Whether the decision was made while reasons were awaited."""
    return turn.row.undecided == State.AWAITING_REASONS


decide = Move(
    name="decide",
    title="决定",
    description="决定怎样答复；答复书还没有送出，答复期限照常计算。已经决定的，可以改变送达方式。",
    article="reply",
    data=Decide,
    arrows=lead([*DECIDABLE, State.DECIDED], State.DECIDED),
    conditions=(answer_given, other_way_named, answer_named, answer_of_its_law, parts_of_its_answer),
    effect=hold,
    reads=with_answer,
    papers=("reply", "third_party_decision"),
)
withdraw_decision = Move(
    name="withdraw_decision",
    title="撤回决定",
    description="答复书还没有送出的，撤回决定，回到决定以前。",
    article="reply",
    data=Reason,
    arrows=(
        *lead([State.DECIDED], State.RECEIVED, was_received),
        *lead([State.DECIDED], State.EXTENDED, was_extended),
        *lead([State.DECIDED], State.AWAITING_REASONS, reasons_were_awaited),
        *lead([State.DECIDED], State.ACCEPTED),
    ),
    effect=take_back,
)
