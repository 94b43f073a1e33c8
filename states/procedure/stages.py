"""Where a case stands inside the house and on its papers' way: what has to be done next, as boards and lists show it.

Apart from the case itself, so that a list of cases is read without folding one. ``Case.by_papers`` tells the rest.

Law: 条例 art. 33; 国办公开办函〔2016〕235号 points 2, 4.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the list of due cases starts without what it does not use
    from ..calendar.calendar import Calendar

Stage = Literal["approving", "to_issue", "to_dispatch", "awaiting_receipt", "returned", "to_correct"]
WAYS_ON: dict[str, tuple[str, ...]] = {"to_correct": ("reopen", "void_paper")}
"""What leads on from a stage where the stage itself does not say it: moves, and the revocation of the paper."""
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
