"""What each process of a race over moves does; in a module of its own, so that a fresh process can import it."""

from contextlib import suppress
from datetime import date

from office import HEAD
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import Conflict, DisclosureError
from disclosure.workflow import Context, FixedClock, change_settings, move
from disclosure.workflow.kernel.retries import transaction

ON = date(2024, 3, 1)
MOVES = (("accept", {}), ("withdraw", {"reason": "不要了"}))


def race(url, level, place, cases, barrier, results):
    """One process: one move of each case, and now and then another settings version; tells how each attempt ended."""
    engine = create_engine(url, isolation_level=level)
    sessions = sessionmaker(engine)
    name, data = MOVES[place % 2]
    barrier.wait(timeout=120)
    ends = []
    for number in range(cases):
        try:
            transaction(sessions, lambda session, case=f"R-{number}": _move(session, case, name, data))
            ends.append((number, name, "done"))
        except DisclosureError as error:
            ends.append((number, name, error.code))
        except Exception as error:  # whatever is none of ours is a fault
            ends.append((number, name, f"{type(error).__name__}: {error}"[:300]))
        if place == 0 and number == cases // 2:
            with suppress(Conflict):  # under SERIALIZABLE whoever reads every case may lose to movers each time
                transaction(sessions, lambda session: _set(session, 2))
    results.put(ends)
    engine.dispose()


def _move(session, case, name, data):
    return move(Context(session, HEAD, clock=FixedClock(ON)), case, name, data, at=ON)


def _set(session, days):
    actor = HEAD.model_copy(update={"roles": ("administrator",)})
    return change_settings(Context(session, actor, clock=FixedClock(ON)), {"red_days": str(days)})
