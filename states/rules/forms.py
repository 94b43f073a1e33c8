"""The statutory form of the annual report's sections three and four, by report year.

Law: 国办公开办函〔2019〕60号 (report years from 2019), 国办公开办函〔2021〕30号 (from 2021).
"""

from functools import cache, cached_property

from ..errors import LawUnknown
from ..law import law_text, read_entries
from ..law.model import Listed, Table


class FormRow(Table):
    """One printed row of section three: ``path`` are the group labels above it."""

    key: str
    label: str
    path: Listed[str]
    kind: str
    outcome_codes: Listed[str]


class FormColumn(Table):
    """One printed column of section three."""

    key: str
    label: str
    group: str | None


class Section4Column(Table):
    """One printed column of section four."""

    key: str
    label: str
    group_path: Listed[str]


class Form(Table):
    """One form, with the report years for which it is used."""

    key: str
    document: str
    years_from: int
    years_to: int | None
    title3: str
    title4: str
    corner_note: str
    column_header: str
    rows: Listed[FormRow]
    columns: Listed[FormColumn]
    section4: Listed[Section4Column]

    @cached_property
    def result_rows(self) -> tuple[str, ...]:
        """Rows that hold results, in printed order."""
        return tuple(row.key for row in self.rows if row.outcome_codes)

    @cached_property
    def _result_rows(self) -> frozenset[str]:
        return frozenset(self.result_rows)

    def row_of(self, outcome_row: str) -> str:
        """The row of this form in which an outcome of the newest form is counted."""
        if outcome_row in self._result_rows:
            return outcome_row
        category = outcome_row.split("_", 1)[0]
        if category in self._result_rows:
            return category
        raise KeyError(outcome_row)


@cache
def forms() -> tuple[Form, ...]:
    """Every form, oldest first."""
    found = read_entries(Form, law_text("forms.json"), "forms.json", "key").values()
    return tuple(sorted(found, key=lambda form: form.years_from))


@cache
def form_for(year: int) -> Form:
    """The form of a report year.

    Raises:
        LawUnknown: no form was in use for that year.
    """
    for form in forms():
        if form.years_from <= year and (form.years_to is None or year <= form.years_to):
            return form
    raise LawUnknown(rule="report_form", on=str(year))
