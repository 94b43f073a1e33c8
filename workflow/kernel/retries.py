"""Transactions of the product's own: what loses a race begins again, whatever the isolation of the database is."""

import time
from collections.abc import Callable
from random import SystemRandom
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from ...states.errors import Conflict
from .context import Sessions
from .unit import race_lost

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Result = TypeVar("Result")
ATTEMPTS = 20
"""Attempts before a race is given up; each begins where others have committed."""
SHORTEST_WAIT, LONGEST_WAIT = 0.02, 2.0
"""Seconds: how long the first loser waits at most, and how long whoever has lost often."""
_RANDOM = SystemRandom()


def transaction(
    sessions: Sessions,
    work: "Callable[[Session], Result]",
    attempts: int = ATTEMPTS,
    wait: Callable[[float], object] = time.sleep,
) -> Result:
    """Does work in a transaction of its own, and again from the start where somebody else was quicker.

    Who loses waits for a time drawn by lot, up to twice as long after each loss: of many who want the same row at
    once, each would else lose again to the one that comes next.
    Raises:
        Conflict: somebody else was quicker at every attempt.
    """
    for lost in range(attempts):
        if lost:
            wait(_RANDOM.uniform(0, min(SHORTEST_WAIT * 2**lost, LONGEST_WAIT)))
        try:
            with sessions() as session, session.begin():
                return work(session)
        except Conflict:
            continue
        except DBAPIError as error:
            if not (race_lost(error) or isinstance(error, IntegrityError)):
                raise
    raise Conflict("conflict", text="overtaken")
