"""One complete durable move against the same reads and writes by hand-written SQLAlchemy Core.

Both commit each move; the floor reads the case's row, updates it, and inserts a history row and an
outbox row of the same size with statements built beforehand. It decides nothing and computes nothing.
"""

import json
from datetime import date, timedelta
from itertools import count

from sqlalchemy import Engine, bindparam, insert, select, update
from sqlalchemy.orm import Session
from support import databases, interleaved, tell

from disclosure.workflow import tables as t
from disclosure.workflow.commands import ADMINISTRATOR, move

START = date(2024, 3, 1)
LIFE = (
    ("accept", 1, {"handler": "u1"}),
    ("consult", 2, {"id": "c1", "with": "third_party", "name": "某公司"}),
    ("opinion", 9, {"id": "c1", "opinion": "agrees"}),
    ("extend", 20, {"days": 10, "reason": "需要核对多份材料", "approved_by": "主任"}),
    ("reply", 30, {"outcome": "granted", "delivery": "post"}),
    ("serve", 33, {"proof": "挂号信回执"}),
    ("close", 60, {}),
)
SUBMIT = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "某人"}, "information": "某文件"}
CASES = 40
ROUNDS = 7


def lives(engine: Engine, numbers: "count[int]") -> None:
    """Some cases from receipt to the archive, each move a transaction."""
    for _ in range(CASES):
        number = f"B-{next(numbers)}"
        with Session(engine) as session:
            move(session, ADMINISTRATOR, number, "submit", SUBMIT, at=START)
            session.commit()
        for name, after, data in LIFE:
            with Session(engine) as session:
                move(session, ADMINISTRATOR, number, name, data, at=START + timedelta(days=after))
                session.commit()


class Floor:
    """The same reads and writes by hand."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        c = t.case.c
        self.load = select(c.id, c.version, c.head_hash, c.snapshot, c.config_id).where(
            c.agency == bindparam("agency"), c.case_no == bindparam("number")
        )
        apart = {"id", "agency", "case_no", "version", "sealed_version"}
        names = [column.name for column in c if column.name not in apart]
        self.update = (
            update(t.case)
            .where(c.id == bindparam("b_id"), c.version == bindparam("b_version"))
            .values({name: bindparam(name) for name in names} | {"version": bindparam("next_version")})
        )
        self.insert_case, self.insert_event = insert(t.case), insert(t.event)
        self.insert_private, self.insert_outbox = insert(t.private), insert(t.outbox)
        with engine.connect() as connection:
            row = connection.execute(select(t.case).limit(1)).one()._asdict()
            event = connection.execute(select(t.event).limit(1)).one()._asdict()
            outbox = connection.execute(select(t.outbox).limit(1)).one()._asdict()
        self.row = {name: row[name] for name in names}
        self.event = {name: value for name, value in event.items() if name not in ("id", "case_id", "seq")}
        self.outbox = {name: value for name, value in outbox.items() if name not in ("id", "event_key")}

    def lives(self, numbers: "count[int]") -> None:
        """As many transactions with rows of the same size."""
        for _ in range(CASES):
            number = f"F-{next(numbers)}"
            with self.engine.begin() as connection:
                connection.execute(self.load, {"agency": "default", "number": number}).first()
                fixed = {"agency": "default", "case_no": number, "version": 1, "sealed_version": 0}
                key = connection.execute(self.insert_case, fixed | self.row).inserted_primary_key[0]
                connection.execute(self.insert_private, {"case_id": key, "seq": 1, "salt": "s", "payload": "{}"})
                self.write(connection, key, 1, number)
            for seq, _ in enumerate(LIFE, 2):
                with self.engine.begin() as connection:
                    row = connection.execute(self.load, {"agency": "default", "number": number}).one()
                    json.loads(row.snapshot)
                    where = {"b_id": row.id, "b_version": row.version, "next_version": row.version + 1}
                    connection.execute(self.update, self.row | where)
                    if seq == 3:  # the consulted company's name is personal data, too
                        aside = {"case_id": row.id, "seq": seq, "salt": "s", "payload": "{}"}
                        connection.execute(self.insert_private, aside)
                    self.write(connection, row.id, seq, number)

    def write(self, connection, key: int, seq: int, number: str) -> None:  # type: ignore[no-untyped-def]
        """The history row and the outbox row."""
        connection.execute(self.insert_event, self.event | {"case_id": key, "seq": seq})
        connection.execute(self.insert_outbox, self.outbox | {"event_key": f"{number}:{seq}"})


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
    each = CASES * (1 + len(LIFE))
    tell(f"one durable move, {name}", f"{each / ours:,.0f}/s", f"{each / theirs:,.0f}/s", ours / theirs, "1.6x")


if __name__ == "__main__":
    main()
