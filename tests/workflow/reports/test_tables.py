"""Figures of sections three and four before anything is counted."""

import pytest

from disclosure.states.errors import SetupError
from disclosure.states.rules.forms import form_for
from disclosure.workflow.reports.tables import TOTAL, UNDIVIDED_OTHER, empty_section3, empty_section4, report_form


@pytest.mark.parametrize(("year", "key"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2030, "2021")])
def test_each_report_year_has_its_form(year: int, key: str) -> None:
    assert report_form(year).key == key


def test_a_year_before_the_first_form_is_refused_with_the_first_year() -> None:
    with pytest.raises(SetupError) as caught:
        report_form(2018)
    assert (caught.value.code, caught.value.fields["first"]) == ("report_year", 2019)


def test_rows_of_an_empty_section_are_apart_from_each_other() -> None:
    empty = empty_section3(form_for(2024))
    empty["granted"][TOTAL] += 1
    assert sum(sum(row.values()) for row in empty.values()) == 1


def test_the_undivided_row_is_a_row_of_the_older_form_only() -> None:
    assert UNDIVIDED_OTHER in empty_section3(form_for(2020))
    assert UNDIVIDED_OTHER not in empty_section3(form_for(2021))


def test_section_four_has_fifteen_columns_in_both_forms() -> None:
    assert len(empty_section4(form_for(2020))) == len(empty_section4(form_for(2024))) == 15
