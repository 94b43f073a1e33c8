"""An approval from proposal to reply: the clerk drafts, the head signs, the last approval decides, the post takes it.

    python examples/approval.py

Prints:
    refused: approval_needed
    proposed, waits for: 李四
    李四 has to do: 2026-017 reply
    approved: done, case decided
    posted, the case: replied
"""

from datetime import date

from embed import REQUEST
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from disclosure.states import MoveRefused
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    Proposal,
    create_schema,
    move,
    propose,
    set_directory,
    set_procedure,
    show,
    sign,
    worklist,
)

PEOPLE = """
[[person]]
id = "u017"
name = "张三"
department = "办公室"
roles = ["staff"]

[[person]]
id = "u002"
name = "李四"
department = "办公室"
roles = ["disclosure_head", "administrator"]
"""
PROCEDURE = """
title = "两人机关审批程序"

[[route]]
moves = ["reply", "extend"]

[[route.step]]
key = "head"
title = "公开工作机构负责人审批"
role = "disclosure_head"
share = 15
"""
REPLY = {"answer": "O02", "delivery": "post"}
CLERK = Actor(user_id="u017", name="张三", department="办公室", roles=("staff",))
HEAD = Actor(user_id="u002", name="李四", department="办公室", roles=("disclosure_head", "administrator"))


def main() -> None:
    """One request, two people; every block is a transaction of the host's."""
    engine, clock = create_engine("sqlite://"), FixedClock(date(2026, 3, 6))
    create_schema(engine)
    with Session(engine) as session, session.begin():
        office = Context(session, ADMINISTRATOR, clock=clock)
        set_directory(office, PEOPLE)  # or a `Directory` of the host's own, given to each context
        set_procedure(office, PROCEDURE)
    with Session(engine) as session, session.begin():
        desk = Context(session, CLERK, clock=clock)
        move(desk, "2026-017", "submit", REQUEST)
        move(desk, "2026-017", "accept")
        try:
            move(desk, "2026-017", "reply", REPLY)
        except MoveRefused as refused:
            print("refused:", refused.code)
        proposed = propose(desk, "2026-017", Proposal(move="reply", data=REPLY))
        print("proposed, waits for:", *proposed.waiting_for)
    with Session(engine) as session, session.begin():
        desk = Context(session, HEAD, clock=clock)
        for entry in worklist(desk).entries:
            print(f"{desk.actor.name} has to do: {entry.case} {entry.move}")
        signed = sign(desk, proposed.sheet, "approve", {"opinion": "同意"})
        print(f"approved: {signed.status}, case {signed.moved.state if signed.moved else 'unmoved'}")
    with Session(engine) as session, session.begin():
        desk = Context(session, CLERK, clock=clock)
        move(desk, "2026-017", "dispatch", {"of": "reply", "method": "post", "carrier": "ems"})
        print("posted, the case:", show(desk, "2026-017", desk.today).state)


if __name__ == "__main__":
    main()
