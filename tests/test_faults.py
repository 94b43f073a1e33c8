"""Faults that other systems of this kind had: each shown not to happen here."""

from datetime import date, timedelta

import pytest
from answers import period_of, receipt_of
from histories import LAW
from hypothesis import given
from hypothesis import strategies as st
from procedure import Procedure, code_of, procedure_in
from sqlalchemy import Engine

from disclosure.states.calendar.calendar import Calendar
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.settings import Settings
from disclosure.workflow import move
from disclosure.workflow.cases.due_list import bucket

GOLDEN = [  # receipt, then five, seven and twenty working days later
    ("2020-01-03", "2020-01-10", "2020-01-14", "2020-02-07"),
    ("2020-01-23", "2020-02-07", "2020-02-11", "2020-02-28"),
    ("2021-02-10", "2021-02-23", "2021-02-25", "2021-03-16"),
    ("2022-09-30", "2022-10-12", "2022-10-14", "2022-11-02"),
    ("2023-09-28", "2023-10-11", "2023-10-13", "2023-11-01"),
    ("2024-02-08", "2024-02-21", "2024-02-23", "2024-03-13"),
    ("2024-09-13", "2024-09-23", "2024-09-25", "2024-10-17"),
    ("2025-01-26", "2025-02-08", "2025-02-11", "2025-02-28"),
    ("2025-09-27", "2025-10-10", "2025-10-13", "2025-10-30"),
    ("2025-09-28", "2025-10-11", "2025-10-14", "2025-10-31"),
    ("2025-12-12", "2025-12-19", "2025-12-23", "2026-01-12"),
]


def opened(case: Procedure, on: date = date(2024, 3, 1)) -> Procedure:
    """The case, received and accepted on a day."""
    case.do("submit", on, channel="oral", applicant={"kind": "natural_person"}, information="x")
    case.do("accept", on)
    return case


def consult(case: Procedure, on: date, id: str = "c") -> None:
    case.do("consult", on, **{"id": id, "with": "third_party", "name": "某公司", "served_on": on})


def extend(case: Procedure, on: date, days: int) -> None:
    """An extension of which the applicant is told that day."""
    case.do("extend", on, days=days, reason="多", approved_by="主任")
    if case.refused is None:
        case.do("dispatch", on, of="extension", method="post")


def due(case: Procedure) -> date:
    """The last day of the reply period as it is today."""
    return period_of(case.at(), "reply").due_on


@pytest.mark.parametrize(("start", "five", "seven", "twenty"), GOLDEN)
def test_a_long_holiday_at_the_edge_does_not_shorten_a_count(start, five, seven, twenty):
    calendar = Calendar.official()
    found = [calendar.add(date.fromisoformat(start), n).isoformat() for n in (5, 7, 20)]
    assert found == [five, seven, twenty]


def test_an_old_case_looked_at_in_a_later_year_has_the_same_day(procedure):
    opened(procedure, date(2020, 1, 23))
    found = period_of(procedure.at(date(2035, 1, 1)), "reply")
    assert (found.due_on, found.status) == (date(2020, 2, 28), "missed")


def test_the_same_calculator_asked_in_any_order_gives_the_same_days():
    calendar = Calendar.official()
    forwards = [calendar.add(date.fromisoformat(row[0]), 20) for row in GOLDEN]
    backwards = [calendar.add(date.fromisoformat(row[0]), 20) for row in reversed(GOLDEN)]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize("stop", ["2024-04-30", "2024-05-02", "2024-05-06", "2024-05-11"])
@pytest.mark.parametrize("start_again", ["2024-05-11", "2024-05-12", "2024-05-13"])
def test_a_pause_costs_exactly_the_working_days_inside_it(procedure, stop, start_again):
    calendar = LAW.calendar
    first, last = date.fromisoformat(stop), date.fromisoformat(start_again)
    case = opened(procedure, date(2024, 4, 22))
    consult(case, first)
    case.do("opinion", last, id="c", opinion="agrees")
    paused = calendar.count(first, last) if last > first else 0
    assert due(case) == calendar.add(date(2024, 4, 22), 20 + paused)


def test_a_pause_entirely_inside_a_holiday_costs_nothing(procedure):
    case = opened(procedure, date(2024, 9, 23))
    plain = due(case)
    consult(case, date(2024, 10, 1))
    case.do("opinion", date(2024, 10, 6), id="c", opinion="agrees")
    assert due(case) == plain


def test_a_pause_after_the_last_day_gives_nothing_back(procedure):
    case = opened(procedure)
    asked = {"id": "c", "with": "third_party", "name": "某公司", "served_on": date(2024, 4, 8)}
    case.do("consult", date(2024, 4, 8), **asked, override="第三方信息刚刚发现")
    case.do("opinion", date(2024, 4, 15), id="c", opinion="agrees")
    assert due(case) == date(2024, 3, 29)
    assert period_of(case.at(date(2024, 4, 16)), "reply").status == "missed"


def test_letters_that_have_nothing_to_do_with_it_move_no_day(procedure):
    case = opened(procedure)
    consult(case, date(2024, 3, 4))
    before = due(case)
    extend(case, date(2024, 3, 5), 5)
    consult(case, date(2024, 3, 6), "d")
    case.do("cancel_consultation", date(2024, 3, 6), id="d", reason="误发")
    assert due(case) == LAW.calendar.add(before, 5)
    assert receipt_of(case.at()) == date(2024, 3, 1)


@given(st.integers(1, 19), st.integers(1, 19))
def test_two_extensions_are_one_of_their_sum(database: Engine, first: int, second: int):
    with procedure_in(database) as case:
        case.choose("extensions", "several")
        opened(case)
        extend(case, date(2024, 3, 5), first)
        extend(case, date(2024, 3, 6), second)
        if first + second <= 20:
            assert case.refused is None
            assert due(case) == LAW.calendar.add(date(2024, 3, 1), 20 + first + second)
        else:
            assert code_of(case.refused) == "beyond_cap"
            assert due(case) == LAW.calendar.add(date(2024, 3, 1), 20 + first)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4))
def test_any_interleaving_of_pauses_leaves_out_each_day_once(database: Engine, pauses: list[tuple[int, int]]):
    acts = []
    for number, (after, length) in enumerate(pauses):
        start = date(2024, 3, 4) + timedelta(days=after)
        acts.append((start, 0, number))
        acts.append((start + timedelta(days=length), 1, number))
    out: set[date] = set()
    with procedure_in(database) as case:
        opened(case)
        for on, kind, number in sorted(acts):
            if kind == 0:
                consult(case, on, f"c{number}")
            else:
                case.do("opinion", on, id=f"c{number}", opinion="agrees")
                begin = next(start for start, what, which in acts if (what, which) == (0, number))
                out |= {begin + timedelta(days=n) for n in range(1, (on - begin).days + 1)}
        day, left = date(2024, 3, 1), 20
        while left:
            day += timedelta(days=1)
            left -= day not in out and LAW.calendar.is_working(day)
        assert due(case) == day


@pytest.mark.parametrize(
    ("moment", "status"), [("2024-03-29T23:59:59+08:00", "met"), ("2024-03-30T00:00:00+08:00", "missed")]
)
def test_the_last_minute_of_the_last_day_is_in_time_and_the_next_is_not(procedure, moment, status):
    case = opened(procedure)
    move(case.context(), case.case, "reply", {"answer": "O02", "delivery": "post"}, at=moment)
    assert period_of(case.at(date(2024, 3, 30)), "reply").status == status


def test_lamps_count_working_days_before_a_long_holiday():
    law = Law(Calendar.official(), Settings())
    due = date(2024, 10, 10)
    lamps = {day: bucket(due, None, False, date(2024, 9, day), law)[0] for day in (24, 25, 26, 30)}
    assert lamps == {24: "green", 25: "yellow", 26: "yellow", 30: "red"}
    assert bucket(due, None, False, date(2024, 9, 30), law) == ("red", 3)


@pytest.mark.parametrize(("day", "late"), [(28, False), (29, False), (30, True)])
def test_late_means_the_day_after_and_nothing_else(procedure, day, late):
    on = date(2024, 3, day)
    assert (bucket(date(2024, 3, 29), None, False, on, LAW)[0] == "overdue") is late
    assert (period_of(opened(procedure).at(on), "reply").status == "missed") is late
