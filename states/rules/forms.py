"""The statutory form of the annual report's sections three and four, by report year.

Law: 国办公开办函〔2019〕60号 (report years from 2019), 国办公开办函〔2021〕30号 (from 2021).
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from ..errors import LawUnknown


@dataclass(frozen=True, slots=True)
class FormRow:
    """One printed row of section three: ``path`` are the group labels above it."""

    key: str
    label: str
    path: tuple[str, ...]
    kind: str
    outcome_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One printed column of section three."""

    key: str
    label: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Section4Column:
    """One printed column of section four."""

    key: str
    label: str
    group_path: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One form, with the report years for which it is used."""

    key: str
    document: str
    years_from: int
    years_to: int | None
    title3: str
    title4: str
    corner_note: str
    column_header: str
    rows: tuple[FormRow, ...]
    columns: tuple[FormColumn, ...]
    section4: tuple[Section4Column, ...]

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
    text = resources.files("disclosure.states.law").joinpath("forms.json").read_text("utf-8")
    found = [_form(key, item) for key, item in json.loads(text).items()]
    return tuple(sorted(found, key=lambda form: form.years_from))


def _form(key: str, item: dict[str, object]) -> Form:
    data: dict[str, object] = dict(item)
    rows = tuple(
        FormRow(row["key"], row["label"], tuple(row["path"]), row["kind"], tuple(row["outcome_codes"]))
        for row in data.pop("rows")  # type: ignore[attr-defined]  # JSON, checked by the tests of the forms
    )
    columns = tuple(FormColumn(**column) for column in data.pop("columns"))  # type: ignore[attr-defined]  # likewise
    section4 = tuple(
        Section4Column(column["key"], column["label"], tuple(column["group_path"]))
        for column in data.pop("section4")  # type: ignore[attr-defined]  # likewise
    )
    return Form(key=key, rows=rows, columns=columns, section4=section4, **data)  # type: ignore[arg-type]  # likewise


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
