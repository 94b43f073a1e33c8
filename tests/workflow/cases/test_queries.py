"""What other rooms may ask of the cases: each answer for its own agency, and for lists longer than one statement."""

from datetime import date

import pytest
from histories import LAW

from disclosure.states.errors import UnknownCase
from disclosure.workflow.cases import queries
from disclosure.workflow.kernel.tables.base import NEVER

ON = date(2024, 3, 1)
WITHDRAWN = ("withdraw", ON, {"reason": "不要了"})
REFUSED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}


@pytest.fixture
def cases(work, sessions):
    """Two agencies that both have a case of the same number, and one case that has ended."""
    work("A-1", ("submit", ON), ("accept", ON))
    work("A-1", ("submit", ON), agency="water")
    work("A-2", ("submit", ON), ("accept", ON), WITHDRAWN)
    with sessions() as session:
        yield session.connection()


def test_a_number_is_a_case_of_its_own_agency_however_it_is_typed(cases):
    ids = [queries.id_of(cases, agency, "Ａ－１") for agency in ("default", "water", "roads")]
    assert ids[2] is None
    assert queries.names_of(cases, ids[:2]) == {ids[0]: ("default", "A-1"), ids[1]: ("water", "A-1")}
    assert queries.id_of(cases, "water", "A-2") is None


def test_long_lists_are_asked_in_portions_and_nothing_is_left_out(cases):
    numbers = [f"X-{number}" for number in range(2 * queries.PORTION)]
    numbers[queries.PORTION - 1 : queries.PORTION + 1] = ["A-1", "A-2"]  # the two sides of the first portion
    assert queries.known_numbers(cases, "default", numbers) == {"A-1", "A-2"}
    assert queries.known_numbers(cases, "water", numbers) == {"A-1"}
    assert queries.known_numbers(cases, "default", []) == set()
    first = queries.id_of(cases, "default", "A-1")
    steps = [(first, seq) for seq in range(1, 2 * queries.PORTION)]
    assert queries.moves_at(cases, steps) == {(first, 1): "submit", (first, 2): "accept"}


def test_an_ended_case_is_not_open_and_is_due_on_no_day(cases):
    ended = queries.id_of(cases, "default", "A-2")
    assert [(item.agency, item.case_no) for item in queries.open_cases(cases, ON, LAW)] == [
        ("default", "A-1"),
        ("water", "A-1"),
    ]
    assert queries.due_days(cases, [ended]) == {ended: NEVER}
    assert queries.handling(cases, "default", "A-2").due_rule is None
    assert queries.departments_by_id(cases, [ended]) == {ended: queries.handling(cases, "default", "A-2").department}


def test_a_case_whose_review_waits_for_an_answer_is_under_way_though_the_request_has_ended(work, sessions):
    filed = (("file_review", ON, {"id": "r1"}), ("notify_review", ON, {"id": "r1"}))
    work("A-1", ("submit", ON), ("accept", ON), ("reply", ON, REFUSED))
    work("A-2", ("submit", ON), ("accept", ON), ("reply", ON, REFUSED), *filed)
    with sessions() as session:
        assert queries.numbers_under_way(session.connection()) == [("default", "A-2")]
        assert [item.case_no for item in queries.open_cases(session.connection(), ON, LAW)] == ["A-2"]


def test_the_department_of_no_case_is_an_error(cases):
    assert queries.department_of(cases, "default", "A-1") == "办公室"
    with pytest.raises(UnknownCase):
        queries.department_of(cases, "water", "A-2")
    assert queries.handling(cases, "water", "A-2") is None
