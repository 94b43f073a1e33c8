"""What looks wrong in the record of a case's reviews and suits, so that section four may count it in a wrong column.

Nothing of it is refused: reviews and suits are other people's acts, and are recorded as they were brought.
Law: 复议法 arts. 23, 30, 34; 行诉法 arts. 44, 45.
"""

from collections.abc import Iterator

from ..rules.remedies import Route, in_force_as, meant, results
from ..rules.settings import Settings
from .case import Case, Remedy
from .counting import contested_route, review_before


def remedy_doubts(case: Case, settings: Settings) -> Iterator[tuple[str, Remedy]]:
    """Each doubt as a code, with the suit that it is about."""
    for suit in case.remedies:
        if suit.kind == "suit":
            yield from ((code, suit) for code in _of_route(case, suit, settings))
            if _rests_on_nothing(suit):
                yield "remark_earlier_result_missing", suit


def _of_route(case: Case, suit: Remedy, settings: Settings) -> Iterator[str]:
    if suit.after_review:
        before = review_before(suit, case)
        if before is None:
            yield "remark_suit_after_nothing"
        elif before.result and results("review")[before.result].unheard:
            yield "remark_suit_after_unheard"
        return
    if any(_decided_before(item, suit) for item in case.remedies):
        yield "remark_suit_after_review"
    if contested_route(suit, settings) is Route.REVIEW_FIRST:
        yield "remark_suit_without_review"


def _decided_before(review: Remedy, suit: Remedy) -> bool:
    return review.kind == "review" and bool(review.result) and review.steps[-1].on <= suit.filed_on


def _rests_on_nothing(suit: Remedy) -> bool:
    """Whether its last judgment leaves one in force that is not on record."""
    last = suit.judgments[-1] if suit.judgments else None
    if last is None or suit.result:
        return False
    return in_force_as("suit", meant("suit", last.result, last.instance), last.on) == "earlier"
