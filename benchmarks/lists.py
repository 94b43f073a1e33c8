"""A page of fifty among a million cases with its counts, and a search by two characters of a name, against raw SQL.

All of them of one agency, one in fifty open, with the pairs of their names and of a short subject. The raw query reads
the columns of the page by its index, counts the lamps of the open cases and counts all: what any list must ask, and
nothing more. By hand: it fills a large database first (``python benchmarks/lists.py 100000`` does with fewer).
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert, text
from support import databases, interleaved, seconds, tell
from support import tables as t

from disclosure.states.procedure.case import Case, dump
from disclosure.workflow import ADMINISTRATOR, CaseFilter, Context, FixedClock, list_cases
from disclosure.workflow.cases.lists.search import pairs_of
from disclosure.workflow.cases.lists.texts import Registered
from disclosure.workflow.kernel.tables.base import NEVER

CASES = 1_000_000
OPEN_EVERY = 50
PORTION = 5_000
TODAY = date(2026, 6, 1)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华红梅志鹏飞宇浩然子轩"
SUBJECTS = (
    "河道",
    "治理",
    "规划",
    "许可",
    "环境",
    "评价",
    "征地",
    "补偿",
    "方案",
    "工程",
    "合同",
    "预算",
    "处罚",
    "批复",
)


def rows(cases: int) -> Iterator[tuple[dict[str, Any], Registered]]:
    """Cases as the product writes them, without their histories, each with what it is found by."""
    random, snapshot = Random(5), dump(Case("x"))  # noqa: S311 - names for a benchmark
    for n in range(1, cases + 1):
        is_open = n % OPEN_EVERY == 0
        row = {
            "id": n,
            "agency": "default",
            "case_no": f"{2001 + n % 26}-{n}",
            "version": 4,
            "state": "accepted" if is_open else "closed",
            "kind": "natural_person",
            "handler": f"u{n % 60}",
            "department": f"d{n % 12}",
            "received_on": date(2000, 1, 1) + timedelta(days=n % 9600),
            "is_open": int(is_open),
            "due_on": TODAY + timedelta(days=n * 7919 % 60 - 5) if is_open else NEVER,
            "due_rule": "reply" if is_open else None,
            "paused_until": TODAY + timedelta(days=3) if is_open and n % 350 == 0 else None,
            "last_fact_on": date(2026, 5, 1),
            "waits": 0,
            "row_key": None,
            "config_id": 0,
            "head_hash": "0" * 64,
            "snapshot": snapshot,
        }
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))
        yield row, Registered(applicants=(name,), information="".join(random.choices(SUBJECTS, k=3)))


def fill(engine: Engine, cases: int) -> None:
    """The register, with what was written a portion at a time."""
    portion: list[tuple[dict[str, Any], Registered]] = []
    with engine.begin() as connection:
        for item in rows(cases):
            portion.append(item)
            if len(portion) == PORTION:
                write(connection, portion)
                portion.clear()
        if portion:
            write(connection, portion)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def write(connection: Connection, portion: list[tuple[dict[str, Any], Registered]]) -> None:
    """Cases and their pairs."""
    connection.execute(insert(t.case), [row for row, _ in portion])
    pairs = [(pair, row["id"]) for row, found in portion for pair in pairs_of("default", found)]
    connection.execute(insert(t.pair), [{"pair": pair, "case_id": case} for pair, case in sorted(pairs)])


PAGE = (
    "SELECT id, case_no, version, handler, department, is_open, state, due_rule, due_on, paused_until, waits, stage, "
    "awaits_since, acts_on, tell_by, received_on, to_confirm, breached_on, open_sheets, reply_issued FROM dsc_case "
)
OPEN = text(PAGE + "WHERE is_open = 1 AND agency = 'default' ORDER BY due_on, id LIMIT 50")
TABS = text(
    "SELECT CASE WHEN due_on = :never THEN 'awaiting' WHEN due_on < :today THEN 'overdue' "
    "WHEN paused_until > :today AND paused_until < due_on THEN 'suspended' "
    "WHEN due_on = :today THEN 'today' WHEN due_on <= :red THEN 'red' "
    "WHEN due_on <= :yellow THEN 'yellow' ELSE 'green' END AS lamp, count(*) FROM dsc_case "
    "WHERE is_open = 1 AND agency = 'default' GROUP BY lamp"
)
TOTAL = text("SELECT count(*) FROM dsc_case WHERE agency = 'default'")
FOUND = text(PAGE + "WHERE agency = 'default' AND id IN (SELECT case_id FROM dsc_pair WHERE pair = :pair) LIMIT 50")  # noqa: S608


def raw_page(connection: Connection) -> None:
    """What any page with its counts must ask."""
    days = {"never": NEVER, "today": TODAY, "red": date(2026, 6, 4), "yellow": date(2026, 6, 10)}
    connection.execute(OPEN).all()
    connection.execute(TABS, {name: day.isoformat() for name, day in days.items()}).all()
    connection.execute(TOTAL).all()


def compare(name: str, engine: Engine, cases: int) -> None:
    """The two figures on one database."""
    print(f"filled in {seconds(lambda: fill(engine, cases)):,.0f} s", flush=True)
    with engine.connect() as connection:
        context = Context(connection, ADMINISTRATOR, clock=FixedClock(TODAY))
        ours, raw = interleaved(lambda: list_cases(context), lambda: raw_page(connection), 25)
        tell(f"fifty of {cases:,} with counts, {name}", f"{ours * 1e3:.1f} ms", f"{raw * 1e3:.1f} ms", ours / raw, "2x")
        lit = CaseFilter(bucket="red")
        ours, raw = interleaved(lambda: list_cases(context, lit), lambda: raw_page(connection), 25)
        tell(f"fifty under the red lamp, {name}", f"{ours * 1e3:.1f} ms", f"{raw * 1e3:.1f} ms", ours / raw, "2x")
        pair = min(pairs_of("default", Registered(applicants=("李明",))))
        ours, raw = interleaved(
            lambda: list_cases(context, CaseFilter(query="李明")),
            lambda: connection.execute(FOUND, {"pair": pair}).all(),
            50,
        )
        tell(f"two characters of a name, {name}", f"{ours * 1e3:.1f} ms", f"{raw * 1e3:.1f} ms", None, "20 ms")


def main() -> None:
    """Prints three lines for each database."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    for name, database in databases():
        with database() as engine:
            compare(name, engine, cases)


if __name__ == "__main__":
    main()
