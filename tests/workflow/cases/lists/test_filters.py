"""Filters: the days of receipt that they bound; what they find is held against each case in ``test_pages.py``."""

from datetime import date

import pytest

from disclosure.states.errors import BadData
from disclosure.workflow import CaseFilter


@pytest.mark.parametrize(
    ("filter", "days"),
    [
        (CaseFilter(), (None, None)),
        (CaseFilter(received_from=date(2024, 3, 1)), (date(2024, 3, 1), None)),
        (CaseFilter(year=2024), (date(2024, 1, 1), date(2024, 12, 31))),
        (CaseFilter(year=2024, received_from=date(2024, 3, 1)), (date(2024, 3, 1), date(2024, 12, 31))),
        (CaseFilter(year=2024, received_to=date(2023, 3, 1)), (date(2024, 1, 1), date(2023, 3, 1))),
    ],
)
def test_a_year_and_two_days_bound_the_day_of_receipt_together(filter, days):
    assert filter.received == days


def test_a_query_of_a_hundred_characters_is_the_longest():
    CaseFilter(query="李" * 100).check()
    with pytest.raises(BadData, match="query"):
        CaseFilter(query="李" * 101).check()
