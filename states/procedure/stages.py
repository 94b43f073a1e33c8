"""Where a case stands inside the house and on its papers' way: what has to be done next, as boards and lists show it.

Apart from the case itself, so that a list of cases is read without folding one. ``Case.by_papers`` tells the rest.

Law: 条例 art. 33; 国办公开办函〔2016〕235号 points 2, 4.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # the list of due cases starts without what it does not use
    from ..calendar.calendar import Calendar

Stage = Literal["approving", "to_issue", "to_dispatch", "awaiting_receipt", "returned", "to_correct"]
IN_HOUSE = ("to_issue", "to_dispatch", "returned", "to_correct")
"""Stages in which the next step is the house's own."""
WAYS_ON: dict[str, tuple[str, ...]] = {
    "to_dispatch": ("dispatch",),
    "returned": ("dispatch",),
    "to_correct": ("reopen", "void_paper"),
    "to_confirm": ("lift_breach",),
    "to_confirm_receipt": ("confirm",),
    "came_too_late": ("renew_term",),
    "unanswered": ("serve", "fail_service"),
}
"""What leads on from what the house has to do: moves, and the revocation of a paper."""
_TERM_OVER = {
    "awaiting_correction": ("abandon",),
    "awaiting_payment": ("abandon",),
    "consulting": ("lapse_consultation",),
}
"""What leads on where the term of somebody else has run out without an answer."""
AT_ONCE = date.min
"""Since when a case waits that is to be looked at on every day."""


def shown(found: Stage | None, *, decided: bool, gone: bool, approving: bool, issued: bool) -> Stage | None:
    """The stage of a case whose papers stand at one, with what is known of its sheets and its issued paper.

    ``gone``: the paper of the reply has been given out of the house; ``approving``: an approval sheet of the case is
    open; ``issued``: the paper of the reply that is decided is issued.
    """
    if decided:
        return "to_issue" if found in ("to_dispatch", "awaiting_receipt") and not (issued or gone) else found
    return "approving" if approving and found in (None, "awaiting_receipt") else found


def asked_after_since(on: date, days: int, calendar: "Calendar") -> date:
    """The latest day of dispatch after which more than so many working days have passed at the end of a day."""
    sent = on - timedelta(days=1)
    while calendar.project(sent, days) >= on:
        sent -= timedelta(days=1)
    return sent


class Turn(NamedTuple):
    """What tells whose turn it is in a case, as lists keep it; ``stage`` is the one that is shown."""

    state: str
    stage: Stage | None
    awaits_since: date | None
    acts_on: date | None
    to_confirm: bool

    def to_do(self, on: date, asked_since: date) -> tuple[str, ...]:
        """What the house has to do at the end of a day: its stage, and what waits beside it; nothing where others act.

        ``asked_since`` is the latest day of dispatch after which somebody is to be asked for the receipt.
        """
        found: list[str] = [self.stage] if self.stage in IN_HOUSE and self.stage is not None else []
        found += ["to_confirm"] if self.to_confirm else []
        if self.acts_on is not None and self.acts_on <= on:
            if self.acts_on > AT_ONCE:
                found.append("term_over")
            elif not found:
                found.append("to_confirm_receipt" if self.state == "submitted" else "came_too_late")
        if self.awaits_since is not None and AT_ONCE < self.awaits_since <= asked_since:
            found.append("unanswered")
        return tuple(found)


def ways_on(to_do: tuple[str, ...], state: str) -> tuple[str, ...]:
    """The moves that lead on from what is to be done, each once, in that order."""
    ways = (_TERM_OVER.get(state, ()) if item == "term_over" else WAYS_ON.get(item, ()) for item in to_do)
    return tuple(dict.fromkeys(way for some in ways for way in some))
