"""What each process of a race does; in a module of its own, so that a fresh process can import it."""

from datetime import date

from approvals import person
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import Conflict, DisclosureError
from disclosure.workflow import Context, FixedClock, Proposal, propose, sign

SHEETS = 6
SIGNERS = [("u4", "approve"), ("u5", "return"), ("u5", "approve"), ("u4", "return")] * 2


def sign_all(url, place, barrier, results):
    """One process: does one verb with every sheet, and tells how each attempt ended."""
    engine = create_engine(url)
    user, verb = SIGNERS[place]
    data = {"opinion": "再核"} if verb == "return" else {}
    barrier.wait(timeout=60)
    for number in range(SHEETS):
        sheet = f"A-{number}#1"
        with sessionmaker(engine)() as session:
            try:
                sign(Context(session, person(user), clock=FixedClock(date(2024, 3, 5))), sheet, verb, data)
                session.commit()
                results.put((sheet, user, verb, "done", {}))
            except DisclosureError as error:
                session.rollback()
                fields = {key: str(value) for key, value in error.fields.items()}
                results.put((sheet, user, verb, "conflict" if isinstance(error, Conflict) else error.code, fields))
    engine.dispose()


def propose_once(url, place, barrier, results):
    """One process: proposes the reply of the case."""
    engine = create_engine(url)
    barrier.wait(timeout=60)
    with sessionmaker(engine)() as session:
        try:
            body = {"answer": "O02", "delivery": "post"}
            propose(
                Context(session, person("u2" if place % 2 else "u1"), clock=FixedClock(date(2024, 3, 5))),
                "A-1",
                Proposal(move="reply", data=body),
            )
            session.commit()
            results.put("done")
        except DisclosureError as error:
            session.rollback()
            results.put(error.code)
    engine.dispose()
