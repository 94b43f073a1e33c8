"""Four processes move the same cases at once: each case goes one way, no move is lost or made twice.

    python tests/support/races.py URL CASES [ISOLATION LEVEL]

Prints one JSON document: attempts, moves done, how many ended otherwise than won or lost, faults found. The database
has the tables and nothing in them.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import rows as t
from forked import at_once
from office import HEAD, SUBMIT
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from disclosure.states.errors import Conflict, DisclosureError
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, change_settings, move, recompute, tick, verify
from disclosure.workflow.kernel.context import Operator
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.retries import transaction

ON = date(2024, 3, 1)
PROCESSES = 4
MOVES: tuple[tuple[str, dict[str, str]], ...] = (("accept", {}), ("withdraw", {"reason": "不要了"}))
LOST = {"conflict", "move_not_allowed"}
"""How an attempt ends that came too late."""
End = tuple[int, str, str]


def connected(url: str, level: str | None) -> Engine:
    """The database, in transactions that keep so far apart."""
    engine = open_engine(url)
    return engine.execution_options(isolation_level=level) if level else engine


def race(engine: Engine, cases: int, place: int, wait: Callable[[], None]) -> list[End]:
    """One process: one move of each case, and now and then another settings version; tells how each attempt ended."""
    sessions = sessionmaker(engine)
    name, data = MOVES[place % 2]
    ends = []
    wait()
    for number in range(cases):
        try:
            transaction(sessions, partial(_move, number, name, data))
            ends.append((number, name, "done"))
        except DisclosureError as error:
            ends.append((number, name, error.code))
        except Exception as error:  # whatever is none of ours is a fault
            ends.append((number, name, f"{type(error).__name__}: {error}"[:300]))
        if place == 0 and number == cases // 2:
            with suppress(Conflict):  # under SERIALIZABLE whoever reads every case may lose to movers each time
                transaction(sessions, _set)
    return ends


def _move(number: int, name: str, data: dict[str, str], session: Session) -> object:
    return move(Context(session, HEAD, clock=FixedClock(ON)), f"R-{number}", name, data, at=ON)


def _set(session: Session) -> object:
    actor = HEAD.model_copy(update={"roles": ("administrator",)})
    return change_settings(Context(session, actor, clock=FixedClock(ON)), {"red_days": "2"})


def open_cases(sessions: sessionmaker[Session], cases: int) -> None:
    """Submits what is raced for."""
    with sessions() as session, session.begin():
        for number in range(cases):
            move(Context(session, HEAD, clock=FixedClock(ON)), f"R-{number}", "submit", SUBMIT, at=ON)


def judged(sessions: sessionmaker[Session], cases: int, ends: list[End]) -> dict[str, Any]:
    """What came of the race."""
    won = Counter((number, name) for number, name, code in ends if code == "done")
    other = sorted({code for _, _, code in ends} - LOST - {"done"})
    tick(Operator(sessions, ADMINISTRATOR, FixedClock(ON)))
    with sessions() as session:
        steps = session.execute(select(func.count()).select_from(t.event)).scalar_one()
        context = Context(session, ADMINISTRATOR)
        faults = [str(item) for item in (*verify(context).faults, *recompute(context).differences)]
    return {
        "attempts": len(ends),
        "done": len(won),
        "other": other,
        "twice": sum(count > 1 for count in won.values()),
        "stood_still": cases - len({number for number, _ in won}),
        "lost": cases + len(won) - steps,
        "faults": faults,
    }


def main(url: str, cases: str, level: str | None = None) -> int:
    """Races, and counts."""
    engine = connected(url, level)
    sessions = sessionmaker(engine)
    open_cases(sessions, int(cases))
    with sessions() as session:  # so that each process has loaded what it needs
        _move(0, *MOVES[0], session)
        session.rollback()
    engine.dispose()
    lanes = at_once([partial(race, engine, int(cases), place) for place in range(PROCESSES)])
    ends = [(number, name, code) for lane in lanes for number, name, code in lane]
    found = judged(sessions, int(cases), ends)
    print(json.dumps(found, ensure_ascii=False))
    return int(any(found[name] for name in ("other", "twice", "stood_still", "lost", "faults")))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
