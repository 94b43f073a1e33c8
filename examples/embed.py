"""A host's own session: a request is received, accepted and asked about, and the host commits.

    python examples/embed.py

Prints:
    2026-017 accepted, reply due on 2026-04-03
    2026-017 10 working days left
"""

from datetime import date

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from disclosure.workflow import Actor, Context, FixedClock, create_schema, due, move

REQUEST = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "李四"}, "information": "规划批复"}


def main() -> None:
    """Two transactions of the host's: one that works on a case, one that reads."""
    engine = create_engine("sqlite://")  # the host's own engine
    create_schema(engine)  # once; or the SQL that `disclosure db sql` prints, run by hand
    clerk = Actor(
        user_id="u017", name="张三", department="办公室", roles=("staff",)
    )  # as the host knows who is signed in
    with Session(engine) as session:  # the host's own transaction
        desk = Context(session, clerk, clock=FixedClock(date(2026, 3, 6)))
        move(desk, "2026-017", "submit", REQUEST)
        accepted = move(desk, "2026-017", "accept")
        session.commit()  # nothing is kept until the host says so
    print(f"2026-017 {accepted.state}, reply due on {accepted.due_on}")
    with Session(engine) as session:
        desk = Context(session, clerk, clock=FixedClock(date(2026, 3, 20)))
        for case in due(desk):
            print(f"{case.case} {case.days_left} working days left")


if __name__ == "__main__":
    main()
