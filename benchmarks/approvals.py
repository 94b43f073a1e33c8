"""One approval against hand-written Core, and a person's list and counters among 100,000 open tasks against raw SQL.

The floor of the approval reads the sheet, its steps and its tasks, and writes the very rows that the product
wrote, by statements built beforehand; it checks nothing and decides nothing. The floor of the lists is the
indexed query with its values and nothing more; the list's own floor doesn't count how many there are in all.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, bindparam, insert, select, text, update
from sqlalchemy.orm import Session
from support import databases, interleaved, tell, writes
from support import tables as t

from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    Proposal,
    counters,
    propose,
    set_directory,
    set_procedure,
    sign,
    worklist,
)
from disclosure.workflow.cases.commands import move

DAY = date(2024, 3, 5)
CLOCK = FixedClock(DAY)
PEOPLE = """
[[person]]
id = "u1"
name = "张三"
department = "办公室"
roles = ["staff"]
superior = "u2"
[[person]]
id = "u2"
name = "李四"
department = "办公室"
roles = ["disclosure_head"]
superior = "u3"
[[person]]
id = "u3"
name = "王五"
department = "局领导"
roles = ["leader"]
[[person]]
id = "root"
name = "郑管"
department = "信息中心"
roles = ["administrator"]
"""
PROCEDURE = """
title = "基准"
[[route]]
moves = ["extend"]
[[route.step]]
key = "head"
title = "负责人决定"
role = "disclosure_head"
[[route]]
moves = ["reply"]
[[route.step]]
key = "head"
title = "负责人审核"
role = "disclosure_head"
[[route.step]]
key = "leader"
title = "领导签发"
role = "leader"
"""
CLERK = Actor(user_id="u1", name="张三", department="办公室", roles=("staff",))
HEAD = Actor(user_id="u2", name="李四", department="办公室", roles=("disclosure_head",))
ROOT = Actor(user_id="root", name="郑管", roles=("administrator",))
SUBMIT = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "某人"}, "information": "某文件"}
SUBMIT["department"] = CLERK.department
REPLY = {"answer": "O02", "delivery": "post"}
APART = {"b_id", "b_no", "b_version", "next_version", "sheet_id", "event_key"}
SHEETS, ROUNDS = 40, 9
TASKS, OWNERS = 100_000, 200


def prepare(engine: Engine, names: "Iterator[str]", how_many: int) -> list[str]:
    """Sheets that wait for the first of their two hands."""
    sheets = []
    with Session(engine) as session:
        for _ in range(how_many):
            number = next(names)
            move(Context(session, ADMINISTRATOR, past=True), number, "submit", SUBMIT, at=date(2024, 3, 1))
            move(Context(session, ADMINISTRATOR, past=True), number, "accept", {}, at=date(2024, 3, 1))
            sheets.append(
                propose(Context(session, CLERK, clock=CLOCK), number, Proposal(move="reply", data=REPLY)).sheet
            )
        session.commit()
    return sheets


def approve(engine: Engine, sheets: "Iterator[list[str]]") -> None:
    """The first hand approves each sheet, each approval a transaction."""
    with Session(engine) as session:
        for sheet in next(sheets):
            sign(Context(session, HEAD, clock=CLOCK), sheet, "approve")
            session.commit()


def recorded(engine: Engine, sheet: str) -> list[tuple[Any, dict[str, Any]]]:
    """The statements of one approval that write, each with its values."""
    with writes(engine) as written, Session(engine) as session:
        sign(Context(session, HEAD, clock=CLOCK), sheet, "approve")
        session.commit()
    return written


class Floor:
    """The same rows by hand."""

    def __init__(self, engine: Engine, sheet: str) -> None:
        self.engine = engine
        columns = t.sheet.c
        self.sheet = select(t.sheet).where(
            columns.agency == bindparam("agency"),
            columns.case_no == bindparam("case"),
            columns.sheet_no == bindparam("no"),
        )
        self.rest = [
            select(table).where(table.c.sheet_id == bindparam("sheet")).order_by(table.c.no)
            for table in (t.step, t.task)
        ]
        self.written = [self.by_hand(*item) for item in recorded(engine, sheet)]

    def by_hand(self, statement: Any, values: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """A statement for exactly these columns, with the values that stay the same."""
        table = statement.table
        if statement.is_insert:
            return insert(table), values
        key = table.c.id if "id" in table.c else table.c.sheet_id
        made = update(table).where(key == bindparam("b_id"))
        if "b_no" in values:
            made = made.where(table.c.no == bindparam("b_no"))
        names = {name: bindparam(name) for name in values if name not in APART}
        if "b_version" in values:
            made = made.where(table.c.version == bindparam("b_version"))
            names["version"] = bindparam("next_version")
        return made.values(names), values

    def approve(self, sheets: "Iterator[list[str]]") -> None:
        """As many transactions."""
        for name in next(sheets):
            case, _, number = name.rpartition("#")
            with self.engine.begin() as connection:
                row = connection.execute(self.sheet, {"agency": "default", "case": case, "no": int(number)}).one()
                for statement in self.rest:
                    connection.execute(statement, {"sheet": row.id}).all()
                for place, (statement, values) in enumerate(self.written):
                    changed: dict[str, Any] = {"b_id": row.id, "sheet_id": row.id, "event_key": f"{name}:{place}:floor"}
                    connection.execute(statement, values | {key: changed[key] for key in changed if key in values})


def fill(engine: Engine) -> None:
    """A hundred thousand open tasks on as many sheets, of two hundred people."""
    with engine.begin() as connection:
        case = connection.execute(select(t.case.c.id).limit(1)).scalar_one()
        some = dict(connection.execute(select(t.sheet).limit(1)).mappings().one())
        task = dict(connection.execute(select(t.task).limit(1)).mappings().one())
        first = 1_000_000
        for start in range(0, TASKS, 5_000):
            numbers = range(start, start + 5_000)
            due = [DAY + timedelta(days=number * 7919 % 360) for number in numbers]
            connection.execute(
                insert(t.sheet),
                [
                    some
                    | {
                        "id": first + number,
                        "case_id": case,
                        "case_no": f"L-{number}",
                        "due_on": day,
                        "drafter": f"d{number % OWNERS}",
                    }
                    for number, day in zip(numbers, due, strict=True)
                ],
            )
            connection.execute(
                insert(t.task),
                [
                    task
                    | {
                        "sheet_id": first + number,
                        "no": 1,
                        "user_id": f"p{number % OWNERS}",
                        "box": "todo",
                        "state": "open",
                        "due_on": day,
                    }
                    for number, day in zip(numbers, due, strict=True)
                ],
            )
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


LIST = text(
    "SELECT s.case_no, s.sheet_no, s.move, t.kind, t.no, s.status, s.drafter_name, t.user_id, t.due_on, t.opened_at, "
    "s.trouble, c.state, c.stage, c.awaits_since IS NOT NULL, c.open_sheets > 0, c.reply_issued = 1 "
    "FROM dsc_task t JOIN dsc_sheet s ON s.id = t.sheet_id JOIN dsc_case c ON c.id = s.case_id "
    "WHERE t.user_id = :user AND t.agency = 'default' AND t.box = 'todo' ORDER BY t.due_on LIMIT 50"
)
COUNTS = text(
    "SELECT box, count(*) FROM dsc_task WHERE user_id = :user AND agency = 'default' "
    "AND box IN ('todo', 'done', 'toread', 'read') GROUP BY box "
    "UNION ALL SELECT 'mine', count(*) FROM dsc_sheet WHERE drafter = :user AND agency = 'default' "
    "AND status <> 'draft' "
    "UNION ALL SELECT 'drafts', count(*) FROM dsc_sheet WHERE drafter = :user AND agency = 'default' AND is_open = 1 "
    "AND status IN ('draft', 'recalled', 'returned')"
)


class SignsAlone:
    """Lets everybody sign, and watch over nothing: the counters of one's own lists."""

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether it is signing."""
        return action == "approve"


def lists(name: str, engine: Engine) -> None:
    """A person's list and counters against the raw queries."""
    fill(engine)
    person = Actor(user_id="p7", name="某人", roles=("legal_reviewer",))
    with Session(engine) as session:
        connection = session.connection()
        ours, raw = interleaved(
            lambda: worklist(Context(session, person, clock=CLOCK), "todo", size=50),
            lambda: connection.execute(LIST, {"user": "p7"}).all(),
            300,
        )
        tell(f"fifty of 100,000 tasks, {name}", f"{ours * 1e3:.2f} ms", f"{raw * 1e3:.2f} ms", ours / raw, "3x")
        ours, raw = interleaved(
            lambda: counters(Context(session, person, clock=CLOCK, authorizer=SignsAlone())),
            lambda: connection.execute(COUNTS, {"user": "p7"}).all(),
            300,
        )
        tell(f"a person's counters, {name}", f"{ours * 1e3:.2f} ms", f"{raw * 1e3:.2f} ms", ours / raw, "3x")


def compare(name: str, engine: Engine) -> None:
    """Approvals in turn on one database."""
    with Session(engine) as session:
        set_directory(Context(session, ROOT, clock=CLOCK), PEOPLE)
        set_procedure(Context(session, ROOT, clock=CLOCK), PROCEDURE)
        session.commit()
    names = (f"B-{number}" for number in count())
    spare, *batches = [prepare(engine, names, SHEETS) for _ in range(2 * ROUNDS + 1)]
    floor = Floor(engine, spare[0])
    waiting = iter(batches)
    ours, theirs = interleaved(lambda: approve(engine, waiting), lambda: floor.approve(waiting), ROUNDS)
    tell(f"one approval, {name}", f"{SHEETS / ours:,.0f}/s", f"{SHEETS / theirs:,.0f}/s", ours / theirs, "2x")


def main() -> None:
    """Prints three ratios for each database."""
    for name, database in databases():
        with database() as engine:
            compare(name, engine)
            lists(name, engine)


if __name__ == "__main__":
    main()
