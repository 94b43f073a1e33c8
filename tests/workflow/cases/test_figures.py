"""Where cases and remedies count: in each year from receipt to the end, in no other, and for their own agency."""

from datetime import date

import pytest

from disclosure.workflow import FixedClock
from disclosure.workflow.cases.figures import case_groups, placed_cases, placed_remedies, remedy_groups

REFUSED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}


@pytest.fixture
def clock():
    return FixedClock(date(2024, 12, 31))


def placed(sessions, year, agency="default"):
    with sessions() as session:
        return [item.case for item in placed_cases(session.connection(), year, agency)]


def test_a_case_counts_in_each_year_from_its_receipt_to_its_end(work, sessions):
    work("A-1", ("submit", "2022-12-30"), ("withdraw", "2024-01-02", {"reason": "不要了"}))
    work("A-2", ("submit", "2023-12-29"), ("withdraw", "2023-12-29", {"reason": "不要了"}))
    found = {year: placed(sessions, year) for year in range(2021, 2026)}
    assert found == {2021: [], 2022: ["A-1"], 2023: ["A-1", "A-2"], 2024: ["A-1"], 2025: []}


def test_an_open_case_counts_in_every_year_from_its_receipt(work, sessions):
    work("A-1", ("submit", "2023-12-29"))
    assert [placed(sessions, year) for year in (2022, 2023, 2024, 2060)] == [[], ["A-1"], ["A-1"], ["A-1"]]


def test_cases_stand_in_the_order_of_their_receipt_and_then_of_their_numbers(work, sessions):
    for number, received in (("A-3", "2024-03-01"), ("A-1", "2024-03-04"), ("A-2", "2024-03-01")):
        work(number, ("submit", received))
    assert placed(sessions, 2024) == ["A-2", "A-3", "A-1"]


def test_groups_count_what_is_placed_and_those_of_all_agencies_are_those_of_each(work, sessions):
    work("W-1", ("submit", "2024-03-01"), agency="water")
    work("A-1", ("submit", "2024-03-01"))
    work("A-2", ("submit", "2024-03-04"))
    work("A-3", ("submit", "2024-03-04"), ("withdraw", "2024-03-05", {"reason": "不要了"}))
    with sessions() as session:
        connection = session.connection()
        everyone = list(case_groups(connection, 2024))
        each = {agency: list(case_groups(connection, 2024, agency)) for agency in ("default", "water")}
    assert [group.agency for group in everyone] == sorted(group.agency for group in everyone)
    assert {agency: sum(group.n for group in groups) for agency, groups in each.items()} == {"default": 3, "water": 1}
    for agency, groups in each.items():
        assert sorted(group._replace(agency="") for group in everyone if group.agency == agency) == sorted(groups)


def test_a_remedy_counts_in_its_own_years_and_in_its_column(work, sessions):
    work("A-1", ("submit", "2023-11-01"), ("accept", "2023-11-01"), ("reply", "2023-11-10", REFUSED))
    work("A-1", ("file_review", "2023-12-29", {"id": "r1"}))
    with sessions() as session:
        connection = session.connection()
        years = {year: [item.remedy for item in placed_remedies(connection, year, "default")] for year in (2022, 2023)}
        assert years == {2022: [], 2023: ["r1"]}
        (group,) = remedy_groups(connection, 2023, "default")
        assert group.n == 1
        assert [item.agency for item in remedy_groups(connection, 2023)] == ["default"]
        found = [list(placed_remedies(connection, 2023, "default", names)) for names in ([group.column], ["x"], [])]
        assert [[item.remedy for item in items] for items in found] == [["r1"], [], []]
        assert list(placed_remedies(connection, 2023, "water")) == []
