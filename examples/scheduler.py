"""The deadline sweep from a host's scheduler: what falls due is told once, whatever days the job missed.

    python examples/scheduler.py

Prints:
    2026-03-30 yellow, 4 days left
    2026-04-03 today, 0 days left
    2026-04-07 overdue, -1 days left
    healthy: True
"""

import json
from datetime import date

from embed import REQUEST
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    Operator,
    create_schema,
    health,
    move,
    relay,
    tick,
)

ROBOT = Actor(user_id="scheduler", name="定时任务", roles=("operator",))
"""The account under which the host's scheduler works: it may run these jobs, and sees no case."""


def nightly(sessions: sessionmaker[Session], clock: FixedClock) -> None:
    """What the scheduler calls once a day; twice or never does no harm. A host leaves the clock out."""

    def deliver(topic: str, key: str, payload: str) -> None:
        """The host's own way out; whatever it raises, the message is kept and comes again under the same key."""
        if topic == "case.due":
            told = json.loads(payload)
            print(f"{clock.now():%Y-%m-%d} {told['bucket']}, {told['days_left']} days left")

    operator = Operator(sessions, ROBOT, clock)
    tick(operator)  # writes the reminders that are due
    relay(operator, deliver)  # delivers what waits


def main() -> None:
    """A request that nobody answers, and a job that runs on some of the days."""
    engine = create_engine("sqlite://")
    create_schema(engine)
    sessions = sessionmaker(engine)
    with sessions() as session, session.begin():
        desk = Context(session, ADMINISTRATOR, clock=FixedClock(date(2026, 3, 6)))
        move(desk, "2026-017", "submit", REQUEST)
        move(desk, "2026-017", "accept")
    for day in (date(2026, 3, 30), date(2026, 3, 30), date(2026, 4, 3), date(2026, 4, 7)):
        nightly(sessions, FixedClock(day))
    with sessions() as session:
        print("healthy:", health(Context(session, ROBOT, clock=FixedClock(date(2026, 4, 7)))).healthy)


if __name__ == "__main__":
    main()
