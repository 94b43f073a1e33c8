"""One complete durable move against the same reads and writes by hand-written SQLAlchemy Core.

Both commit each move in a Core transaction of the same kind; the floor reads the case's row, updates it, and inserts a
history row and an outbox row with statements built beforehand and with the very values that the product wrote. It
decides nothing and computes nothing.
"""

import json
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.orm import Session
from support import databases, interleaved, tell, writes
from support import tables as t

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock
from disclosure.workflow.cases.commands import move

START = date(2024, 3, 1)
LIFE = (
    ("accept", 1, {"handler": "u1"}),
    ("consult", 2, {"id": "c1", "with": "third_party", "name": "某公司"}),
    ("dispatch", 2, {"of": "consultation", "id": "c1", "method": "post"}),
    ("opinion", 9, {"id": "c1", "opinion": "agrees"}),
    ("extend", 20, {"days": 10, "reason": "需要核对多份材料", "approved_by": "主任"}),
    ("dispatch", 20, {"of": "extension", "method": "post"}),
    ("reply", 30, {"answer": "O02", "delivery": "post"}),
    ("serve", 33, {"proof": "挂号信回执"}),
    ("close", 60, {}),
)
SUBMIT = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "某人"}, "information": "某文件"}
STEPS = (("submit", 0, SUBMIT), *LIFE)
CASES = 40
ROUNDS = 7


def at_work(session: Session | Connection, after: int) -> Context:
    """Who makes each move on its day, as an office does."""
    return Context(session, ADMINISTRATOR, clock=FixedClock(START + timedelta(days=after)))


def lives(engine: Engine, numbers: "count[int]") -> None:
    """Some cases from receipt to the archive, each move a transaction."""
    for _ in range(CASES):
        number = f"B-{next(numbers)}"
        for name, after, data in STEPS:
            with engine.begin() as connection:
                move(at_work(connection, after), number, name, data)


def life(session: Session, number: str) -> None:
    """One case from receipt to the archive, in the session's transaction."""
    for name, after, data in STEPS:
        move(at_work(session, after), number, name, data)


def recorded(engine: Engine) -> list[dict[str, dict[str, Any]]]:
    """What one life writes, move by move: the values for each table, taken from the product's own statements."""
    moves: list[dict[str, dict[str, Any]]] = []
    for name, after, data in STEPS:
        with writes(engine) as written, engine.begin() as connection:
            move(at_work(connection, after), "recorded", name, data)
        found = {statement.table.name: values for statement, values in written}
        pairs = [values for statement, values in written if statement.table is t.pair]
        moves.append(found | ({"dsc_pair": {"all": pairs}} if pairs else {}))
    return moves


class Floor:
    """The same reads and writes by hand, with the values that the product wrote."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        c = t.case.c
        self.load = select(c.id, c.version, c.head_hash, c.snapshot, c.config_id).where(
            c.agency == bindparam("agency"), c.case_no == bindparam("number")
        )
        self.inserts = {table.name: insert(table) for table in (t.case, t.event, t.private, t.pair, t.outbox)}
        self.moves = recorded(engine)
        apart = {"id", "agency", "case_no", "version", "open_sheets", "reply_issued"}
        names = [column.name for column in c if column.name not in apart]
        self.update = (
            update(t.case)
            .where(c.id == bindparam("b_id"), c.version == bindparam("b_version"))
            .values({name: bindparam(name) for name in names} | {"version": bindparam("next_version")})
        )

    def lives(self, numbers: "count[int]") -> None:
        """As many transactions with the same values."""
        for _ in range(CASES):
            number = f"F-{next(numbers)}"
            for seq, values in enumerate(self.moves, 1):
                with self.engine.begin() as connection:
                    row = connection.execute(self.load, {"agency": "default", "number": number}).first()
                    if row is None:
                        made = connection.execute(self.inserts["dsc_case"], values["dsc_case"] | {"case_no": number})
                        key = made.inserted_primary_key[0]
                    else:
                        key = row.id
                        json.loads(row.snapshot)
                        where = {"b_id": key, "b_version": row.version, "next_version": row.version + 1}
                        connection.execute(self.update, values["dsc_case"] | where)
                    connection.execute(self.inserts["dsc_event"], values["dsc_event"] | {"case_id": key})
                    if "dsc_private" in values:
                        connection.execute(self.inserts["dsc_private"], values["dsc_private"] | {"case_id": key})
                    if "dsc_pair" in values:
                        pairs = [pair | {"case_id": key} for pair in values["dsc_pair"]["all"]]
                        connection.execute(self.inserts["dsc_pair"], pairs)
                    message = values["dsc_outbox"] | {"event_key": f"{number}:{seq}"}
                    connection.execute(self.inserts["dsc_outbox"], message)


def main() -> None:
    """Prints the ratio for each database."""
    for name, database in databases():
        with database() as engine:
            compare(name, engine)


def compare(name: str, engine: Engine) -> None:
    """Lets both take turns on one database."""
    numbers = count()
    lives(engine, numbers)
    floor = Floor(engine)
    floor.lives(numbers)
    ours, theirs = interleaved(lambda: lives(engine, numbers), lambda: floor.lives(numbers), ROUNDS)
    each = CASES * len(STEPS)
    tell(f"one durable move, {name}", f"{each / ours:,.0f}/s", f"{each / theirs:,.0f}/s", ours / theirs, "1.6x")


if __name__ == "__main__":
    main()
