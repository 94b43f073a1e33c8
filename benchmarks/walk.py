"""The last approval of a reply, and the functions of the product that it enters; ``house.py --walk`` reads it."""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import CodeType, FrameType

from approvals import CLERK, CLOCK, HEAD, PEOPLE, PROCEDURE, REPLY, ROOT, SUBMIT
from sqlalchemy.orm import Session, sessionmaker

import disclosure
from disclosure.workflow import Actor, Context, Proposal, move, propose, set_directory, set_procedure, sign
from disclosure.workflow.kernel.database import open_engine

PRODUCT = Path(disclosure.__file__).resolve().parent
LEADER = Actor(user_id="u3", name="王五", department="局领导", roles=("leader",))


def prepare(session: Session) -> None:
    """An office whose replies go through two hands."""
    set_directory(Context(session, ROOT, clock=CLOCK), PEOPLE)
    set_procedure(Context(session, ROOT, clock=CLOCK), PROCEDURE)


def propose_reply(session: Session, number: str) -> str:
    """A sheet that all but the last have approved."""
    move(Context(session, CLERK, clock=CLOCK), number, "submit", SUBMIT, at=date(2024, 3, 1))
    move(Context(session, CLERK, clock=CLOCK), number, "accept", at=date(2024, 3, 1))
    sheet = propose(Context(session, CLERK, clock=CLOCK), number, Proposal(move="reply", data=REPLY)).sheet
    sign(Context(session, HEAD, clock=CLOCK), sheet, "approve")
    return sheet


def approve_last(session: Session, sheet: str) -> None:
    """The last hand approves, which replies to the applicant."""
    done = sign(Context(session, LEADER, clock=CLOCK), sheet, "approve")
    assert done.moved is not None, "the reply wasn't carried out"


def entered(work: Callable[[], None]) -> set[CodeType]:
    """The code of every function that this work calls."""
    found: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.add(frame.f_code)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def by_file(codes: set[CodeType]) -> dict[str, list[str]]:
    """The product's files, each with its functions; comprehensions are part of the function around them."""
    found: dict[str, set[str]] = {}
    for code in codes:
        path = Path(code.co_filename).resolve()
        inner = code.co_qualname.rpartition(".")[2]
        if path.is_relative_to(PRODUCT) and (inner == "<lambda>" or not inner.startswith("<")):
            found.setdefault(path.relative_to(PRODUCT).as_posix(), set()).add(code.co_qualname)
    product = ("states", "notifications", "workflow")
    return {path: sorted(found[path]) for path in sorted(found) if path.split("/")[0] in product}


def last_approval() -> dict[str, list[str]]:
    """Runs two replies to their end, the first to warm up, and gives what the last approval of the second enters."""
    if Path(__file__).resolve().parents[1] != PRODUCT:
        raise SystemExit("the walk would run the product of another checkout")
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder, 'walk.db')}")
        sessions = sessionmaker(engine)

        def committed(work: Callable[[Session], None]) -> None:
            with sessions() as session, session.begin():
                work(session)

        def reply(number: str) -> set[CodeType]:
            with sessions() as session, session.begin():
                sheet = propose_reply(session, number)
            return entered(lambda: committed(lambda session: approve_last(session, sheet)))

        try:
            committed(prepare)
            reply("W-1")
            return by_file(reply("W-2"))
        finally:
            engine.dispose()


if __name__ == "__main__":
    print(json.dumps(last_approval()))
