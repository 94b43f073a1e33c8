"""A register into the database: all of it, or nothing."""

from datetime import date
from pathlib import Path

import pytest
from register_book import FULL, book, table
from sqlalchemy.orm import Session

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import show
from disclosure.workflow.cases.queries import known_numbers
from disclosure.workflow.kernel.context import ADMINISTRATOR, Context
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.register.intake import take_in

DATA = Path(__file__).parents[2] / "data"
NUMBERS = ("2025-001", "2025-002")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Session(open_engine(f"sqlite:///{tmp_path / 'disclosure.db'}")), ADMINISTRATOR)


def register(tmp_path: Path, **second: object) -> Path:
    path = tmp_path / "register.xlsx"
    book(path, ("台账", table(FULL, {**FULL, "case": NUMBERS[1], **second})))
    return path


def test_a_dry_run_tells_the_same_and_writes_nothing(context: Context, tmp_path: Path) -> None:
    path = register(tmp_path)
    tried = take_in(context, path, dry_run=True)
    assert (tried.rows, tried.written, tried.replayed.cases) == (2, False, 2)
    assert known_numbers(context.connection, "default", NUMBERS) == set()
    done = take_in(context, path)
    assert done.written and done.replayed.applied == tried.replayed.applied
    assert known_numbers(context.connection, "default", NUMBERS) == set(NUMBERS)


def test_a_case_that_is_there_is_left_out(context: Context, tmp_path: Path) -> None:
    take_in(context, register(tmp_path))
    again = take_in(context, register(tmp_path))
    assert (again.skipped, again.replayed.applied) == (NUMBERS, 0)


def test_a_fee_without_a_number_counts_the_rows_of_earlier_days_wherever_they_stand(
    context: Context, tmp_path: Path
) -> None:
    who = {**FULL, "applicant_phone": "13800138000"}
    charge = {"charged_on": date(2025, 3, 10), "charge_basis": "按件", "charge_quantity": 11}
    path = tmp_path / "register.xlsx"
    book(path, ("台账", table({**who, "received_on": date(2025, 3, 4), **charge}, {**who, "case": NUMBERS[1]})))
    found = take_in(context, path)
    assert (found.written, [item.code for item in found.replayed.warnings]) == (True, ["counted_by_ledger"])
    assert [(item.already, item.amount) for item in show(context, NUMBERS[0]).charges] == [(1, "200.00")]


UNCLEAR = {
    "received_on": date(2026, 3, 2),
    "correction_asked_on": date(2026, 3, 4),
    "correction_items": "写明名称",
    "correction_due_on": date(2026, 3, 16),
    "outcome": "逾期不补正",
}


def test_a_notice_that_came_after_its_own_day_marks_the_earlier_abandonment(context: Context, tmp_path: Path) -> None:
    late = {**UNCLEAR, "ended_on": date(2026, 3, 18), "correction_served_on": date(2026, 3, 20)}
    found = take_in(context, register(tmp_path, **late))
    assert found.written
    told = {item.move: item.code for item in found.replayed.warnings}
    assert told == {"abandon": "service_assumed", "serve": "premature_step"}
    assert show(context, NUMBERS[1]).stage == "to_correct"


def test_what_rests_on_a_notice_that_came_after_its_own_day_is_refused(context: Context, tmp_path: Path) -> None:
    late = {**UNCLEAR, "ended_on": date(2026, 3, 23), "correction_served_on": date(2026, 3, 20)}
    found = take_in(context, register(tmp_path, **late))
    assert [(item.line, item.move, item.code) for item in found.refused] == [(3, "abandon", "served_too_late")]
    assert not found.written


@pytest.mark.parametrize(("ended", "codes"), [(23, ["period_running"]), (24, [])])
def test_working_days_for_the_correction_run_from_its_service(
    context: Context, tmp_path: Path, ended: int, codes: list[str]
) -> None:
    days = {"correction_days": 10, "correction_sent_on": date(2026, 3, 5), "correction_served_on": date(2026, 3, 9)}
    row = {**UNCLEAR, **days, "correction_due_on": None, "ended_on": date(2026, 3, ended)}
    found = take_in(context, register(tmp_path, **row))
    assert [item.code for item in found.refused] == codes


@pytest.mark.parametrize(("sent", "breached_on"), [(30, None), (31, date(2026, 3, 31))])
def test_a_reply_by_post_was_made_on_the_day_on_which_it_left(
    context: Context, tmp_path: Path, sent: int, breached_on: date | None
) -> None:
    told = {"delivery": "邮寄", "outcome": "予以公开", "ended_on": date(2026, 3, 27), "served_on": date(2026, 4, 7)}
    row = {"received_on": date(2026, 3, 2), **told, "reply_sent_on": date(2026, 3, sent)}
    assert take_in(context, register(tmp_path, **row)).written
    assert show(context, NUMBERS[1]).breached_on == breached_on


def test_silence_is_counted_from_the_service_beside_a_dispatch(context: Context, tmp_path: Path) -> None:
    asked = {"consulted_on": date(2025, 3, 6), "consulted_with": "第三方", "consulted_name": "某公司"}
    way = {"consulted_sent_on": date(2025, 3, 7), "consulted_served_on": date(2025, 3, 12)}
    assert take_in(context, register(tmp_path, **asked, **way)).written
    term = next(item for item in show(context, NUMBERS[1]).periods if item.rule == "consultation")
    assert (term.starts_on, term.due_on) == (date(2025, 3, 12), date(2025, 4, 2))


def test_one_fault_keeps_everything_out(context: Context, tmp_path: Path) -> None:
    found = take_in(context, register(tmp_path, channel="飞鸽"))
    assert [fault.code for fault in found.faults] == ["unknown_choice"]
    assert not found.written
    assert known_numbers(context.connection, "default", NUMBERS) == set()


def test_numbers_that_look_alike_are_one_case_of_the_register(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    alike = ["2025-001", "2025-001\u200b", "２０２５－００１", "2025-001\xa0", "2025\u2011001"]
    book(path, ("台账", table(*({**FULL, "case": number} for number in alike))))
    found = take_in(context, path)
    assert [item.code for item in found.faults] == ["case_twice"] * 4
    assert not found.written


def test_each_row_whose_number_looks_like_an_earlier_one_is_told_with_both_places(context: Context) -> None:
    found = take_in(context, DATA / "import_lookalike_numbers.xlsx")
    told = [describe(item.remark) for item in found.faults]
    assert [text.partition("“A")[0] for text in told] == [f"工作表“台账”第{row}行" for row in (3, 4, 5, 6)]
    assert all("登记编号“2026-001”在本文件中重复，前面已出现在工作表“台账”第2行" in text for text in told)
    assert not found.written


def test_a_cell_with_a_character_that_no_paper_prints_is_refused(context: Context, tmp_path: Path) -> None:
    found = take_in(context, register(tmp_path, applicant_name="刘\ue863"))
    assert [item.code for item in found.faults] == ["not_admitted"]
    assert "䶮" in describe(found.faults[0].remark)
    assert known_numbers(context.connection, "default", NUMBERS) == set()
