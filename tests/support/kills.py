"""Kills a process at work, again and again, and looks whether anything that it had told as done is lost or broken.

    python tests/support/kills.py FILE KILLS [SEED]

Prints one JSON document: kills, moves told as done, moves lost, faults found. A process of its own, with one thread, so
that it may fork.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import count

from forked import killed
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, change_settings, metadata, move, recompute, verify
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.linking import link_up

ON = date(2024, 3, 1)
SUBMIT = {
    "channel": "in_person",
    "applicant": {"kind": "natural_person", "name": "欧阳小明"},
    "information": "滨河路改造规划批复",
}
LONGEST = 0.05
"""Seconds of work within which a process is killed: several transactions, each of which it may be in the middle of."""
EARLY_EACH = 5
VERIFIED_EACH = 25


def work(url: str, first: int, early: bool, told: int, begin: Callable[[], None]) -> None:
    """Makes moves, each pair in a transaction, and tells of each after its commit; until it is killed.

    ``early``: it may be killed while it opens the file, too.
    """
    if early:
        begin()
    engine = open_engine(url)
    sessions = sessionmaker(engine)
    if not early:
        engine.connect().close()
        begin()
    for number in count(first):
        with sessions() as session, session.begin():
            context = Context(session, ADMINISTRATOR, clock=FixedClock(ON))
            move(context, f"K-{number}", "submit", SUBMIT, at=ON)
            move(context, f"K-{number}", "accept", at=ON)
            if number % 7 == 0:
                change_settings(context, {"red_days": str(number % 3 + 2)})
        os.write(told, f"{number}\n".encode())
        if number % 3 == 0:
            link_up(sessions, "2024-03-01T04:00:00.000+00:00")


def warm_up(url: str) -> None:
    """Does each thing once, so that a forked process has all of it loaded and is killed at work."""
    engine = open_engine(url)
    sessions = sessionmaker(engine)
    with sessions() as session, session.begin():
        context = Context(session, ADMINISTRATOR, clock=FixedClock(ON))
        change_settings(context, {"red_days": "2"})
        move(context, "W-1", "submit", SUBMIT, at=ON)
        move(context, "W-1", "accept", at=ON)
    link_up(sessions, "2024-03-01T04:00:00.000+00:00")
    engine.dispose()


def main() -> int:
    """Kills, and counts."""
    url, kills = f"sqlite:///{sys.argv[1]}", int(sys.argv[2])
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 20240301)  # noqa: S311 - nothing secret
    warm_up(url)
    told, found = 0, {"kills": kills, "moves": 0, "lost": 0, "faults": 0}
    for turn in range(1, kills + 1):
        early = turn % EARLY_EACH == 0
        lines = killed(partial(work, url, told + 1, early), chance.uniform(0.001, LONGEST))
        done = [int(line) for line in lines]
        found["moves"] += 2 * len(done)
        engine = open_engine(url)
        with engine.connect() as connection:
            table = metadata.tables["dsc_case"]
            there = set(connection.execute(select(table.c.case_no).where(table.c.state == "accepted")).scalars())
            found["lost"] += sum(f"K-{number}" not in there for number in done)
            told = len(there)
            if turn % VERIFIED_EACH == 0 or turn == kills:
                context = Context(connection, ADMINISTRATOR)
                found["faults"] += len(verify(context).faults) + len(recompute(context).differences)
        engine.dispose()
    print(json.dumps(found))
    return int(bool(found["lost"] or found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
