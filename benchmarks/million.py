"""A million finished cases of 2,000 agencies and 20,000 open ones: reports and the urgent list against raw SQL."""

from datetime import date, timedelta

from sqlalchemy import Engine, insert, text
from support import databases, interleaved, tell
from support import tables as t

from disclosure.states.procedure.case import Case, dump
from disclosure.states.rules.forms import form_for
from disclosure.states.rules.outcomes import outcome_rows
from disclosure.workflow import ADMINISTRATOR, Context
from disclosure.workflow.cases.due_list import due
from disclosure.workflow.kernel.tables.base import NEVER
from disclosure.workflow.reports.annual import all_reports, annual_report

FINISHED, AGENCIES, OPEN = 1_000_000, 2_000, 20_000
YEARS = (2021, 2022, 2023, 2024)
PORTION = 20_000
KINDS = tuple(column.key for column in form_for(YEARS[0]).columns[:-1])
BUSY = "A0000"


def fill(engine: Engine) -> None:
    """Rows as the product writes them, without their histories, which no list or report reads."""
    rows = outcome_rows()
    snapshot = dump(Case("x"))
    with engine.begin() as connection:
        portion = []
        for n in range(FINISHED + OPEN):
            is_open = n >= FINISHED
            year = YEARS[n % len(YEARS)]
            portion.append(
                {
                    "agency": BUSY if is_open else f"A{n % AGENCIES:04d}",
                    "case_no": f"{year}-{n}",
                    "version": 4,
                    "state": "accepted" if is_open else "closed",
                    "kind": KINDS[n % 7 % len(KINDS)],
                    "handler": None,
                    "received_on": date(year, 1, 1) + timedelta(days=n % 360),
                    "is_open": int(is_open),
                    "due_on": date(2026, 1, 1) + timedelta(days=n * 7919 % 360) if is_open else NEVER,
                    "due_rule": "reply" if is_open else None,
                    "paused_until": None,
                    "last_fact_on": date(year, 12, 31),
                    "waits": 0,
                    "received_year": year,
                    "done_year": 9999 if is_open else year + (n % 31 == 0),
                    "row_key": "" if is_open else rows[n % len(rows)],
                    "config_id": 0,
                    "head_hash": "0" * 64,
                    "snapshot": snapshot,
                }
            )
            if len(portion) == PORTION:
                connection.execute(insert(t.case), portion)
                portion.clear()
        connection.execute(insert(t.case), portion) if portion else None
    with engine.begin() as connection:
        codes = [f"A{n:04d}" for n in range(AGENCIES)]  # BUSY is the first of them
        connection.execute(insert(t.agency), [{"code": code, "profile": "{}"} for code in codes])
        connection.execute(text("ANALYZE"))


ONE = text(
    "SELECT kind, received_year, done_year, row_key, count(*) FROM dsc_case WHERE agency = :agency "
    "AND done_year >= :year AND received_year <= :year GROUP BY kind, received_year, done_year, row_key"
)
ALL = text(
    "SELECT agency, kind, received_year, done_year, row_key, count(*) FROM dsc_case "
    "WHERE done_year >= :year AND received_year <= :year GROUP BY agency, kind, received_year, done_year, row_key"
)
URGENT = text(
    "SELECT case_no, is_open, state, due_rule, due_on, paused_until, waits, handler, stage, awaits_since, acts_on, "
    "tell_by, to_confirm, breached_on, open_sheets, reply_issued FROM dsc_case "
    "WHERE is_open = 1 AND agency = :agency ORDER BY due_on LIMIT 100"
)


def main() -> None:
    """Prints three ratios for each database."""
    year, today = 2023, date(2026, 6, 1)
    for name, database in databases():
        with database() as engine:
            fill(engine)
            with engine.connect() as connection:
                ours, raw = interleaved(
                    lambda: annual_report(Context(connection, ADMINISTRATOR, agency="A0007"), year),
                    lambda: connection.execute(ONE, {"agency": "A0007", "year": year}).all(),
                    200,
                )
                tell(f"one agency's report, {name}", f"{ours * 1e3:.2f} ms", f"{raw * 1e3:.2f} ms", ours / raw, "3x")
                ours, raw = interleaved(
                    lambda: all_reports(Context(connection, ADMINISTRATOR), year),
                    lambda: connection.execute(ALL, {"year": year}).all(),
                    3,
                )
                tell(f"all agencies' reports, {name}", f"{ours:.2f} s", f"{raw:.2f} s", ours / raw, "2x")
                ours, raw = interleaved(
                    lambda: due(Context(connection, ADMINISTRATOR, agency=BUSY), today, today, most=100),
                    lambda: connection.execute(URGENT, {"agency": BUSY}).all(),
                    200,
                )
                urgent = f"the hundred most urgent, {name}"
                tell(urgent, f"{ours * 1e3:.2f} ms", f"{raw * 1e3:.2f} ms", ours / raw, "3x")


if __name__ == "__main__":
    main()
