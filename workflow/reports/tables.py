"""Figures of sections three and four, whole and ready to be shown.

Law: 条例 art. 50 para 1 (3), (4).
"""

from dataclasses import dataclass

from ...states.errors import SetupError
from ...states.rules.forms import Form, form_for, forms

TOTAL = "total"
NEW = "new"
CARRY_IN = "carry_in"
RESULTS_TOTAL = "results_total"
CARRY_OUT = "carry_out"
UNDIVIDED_OTHER = "other"
"""Key of the older form's single row for other handling, kept where a newer report still prints it."""


@dataclass(frozen=True, slots=True)
class ReportTables:
    """Both tables of one agency and year; ``section3`` by row and column key, ``section4`` by column key."""

    agency: str
    agency_name: str
    year: int
    form: str
    scope: str
    section3: dict[str, dict[str, int]]
    section4: dict[str, int]


def report_form(year: int) -> Form:
    """The form of that report year.

    Raises:
        SetupError: ``report_year``; there was no form of that kind yet.
    """
    first = forms()[0].years_from
    if year < first:
        raise SetupError("report_year", year=year, first=first)
    return form_for(year)


def empty_section3(form: Form) -> dict[str, dict[str, int]]:
    """Section three with every row and column of the form at zero."""
    blank = dict.fromkeys((column.key for column in form.columns), 0)
    return {row.key: blank.copy() for row in form.rows}


def empty_section4(form: Form) -> dict[str, int]:
    """Section four with every column of the form at zero."""
    return {column.key: 0 for column in form.section4}
