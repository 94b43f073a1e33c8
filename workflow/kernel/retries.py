"""Transactions of the product's own: what loses a race begins again, whatever the isolation of the database is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from ...states.errors import Conflict
from .context import Sessions
from .unit import race_lost

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Result = TypeVar("Result")
ATTEMPTS = 10
"""Attempts before a race is given up; each begins where others have committed."""


def transaction(sessions: Sessions, work: "Callable[[Session], Result]", attempts: int = ATTEMPTS) -> Result:
    """Does work in a transaction of its own, and again from the start where somebody else was quicker.

    Raises:
        Conflict: somebody else was quicker at every attempt.
    """
    for _ in range(attempts):
        try:
            with sessions() as session, session.begin():
                return work(session)
        except Conflict:
            continue
        except DBAPIError as error:
            if not (race_lost(error) or isinstance(error, IntegrityError)):
                raise
    raise Conflict("conflict", text="overtaken")
