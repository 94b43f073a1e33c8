"""The statutory form of the annual report's sections three and four, by report year.

Law: 国办公开办函〔2019〕60号 (report years from 2019), 国办公开办函〔2021〕30号 (from 2021).
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..errors import Fault, LawUnknown
from ..law import Origin
from ..law.files import law_text, of_law, refuse
from ..law.model import Listed, Table, Words, refusal
from .dated import dated_entries

NAME = "forms.toml"
YEARS_GAP = "years_gap"


Category = Literal["granted", "partial", "denied", "unable", "noproc", "other"]
"""The parts of the report to which rows of results belong."""


class FormRow(Table):
    """One printed row of section three: ``path`` are the group labels above it.

    A row of kind ``result`` has its part of the report (``category``) and counts the outcomes that name it, or all
    of that part.
    """

    key: Words
    label: Words
    path: Listed[str]
    kind: Literal["received", "carried_in", "result", "total", "carried_out"]
    category: Annotated[Category | None, Field(validate_default=True)] = None

    @field_validator("category")
    @classmethod
    def _of_results(cls, category: Category | None, info: ValidationInfo) -> Category | None:
        if category is None and info.data.get("kind") == "result":
            raise refusal("missing")
        return category


class FormColumn(Table):
    """One printed column of section three."""

    key: Words
    label: Words
    group: str | None = None


class Section4Column(Table):
    """One printed column of section four."""

    key: Words
    label: Words
    group_path: Listed[str]


class Form(Table):
    """One form, with the report years for which it is used."""

    key: Words
    instrument: Words
    document: Words
    years_from: int
    years_to: int | None = None
    title3: str
    title4: str
    corner_note: str
    column_header: str
    rows: Listed[FormRow]
    columns: Listed[FormColumn]
    section4: Listed[Section4Column]

    @field_validator("instrument")
    @classmethod
    def _known(cls, code: str, info: ValidationInfo) -> str:
        known = (info.context or {})["instruments"]
        if code not in known:
            raise refusal("not_one_of", choices="、".join(sorted(known)))
        return code

    @field_validator("years_to")
    @classmethod
    def _ends_later(cls, year: int | None, info: ValidationInfo) -> int | None:
        if year is not None and year < info.data.get("years_from", year):
            raise refusal("ends_before_it_begins")
        return year

    @cached_property
    def result_rows(self) -> tuple[str, ...]:
        """Rows that hold results, in printed order."""
        return tuple(row.key for row in self.rows if row.kind == "result")

    @cached_property
    def _result_rows(self) -> frozenset[str]:
        return frozenset(self.result_rows)

    def counts(self, outcome_row: str) -> bool:
        """Whether the form has a row for an outcome of the newest form."""
        return not self._result_rows.isdisjoint((outcome_row, category_of(outcome_row)))

    def row_of(self, outcome_row: str) -> str:
        """The row of this form in which an outcome of the newest form is counted."""
        for key in (outcome_row, category_of(outcome_row)):
            if key in self._result_rows:
                return str(key)
        raise KeyError(outcome_row)


@of_law
def forms() -> tuple[Form, ...]:
    """Every form, oldest first.

    Raises:
        BadData: every fault of the file; years that two forms claim, or that none does.
    """
    found = dated_entries(Form, NAME, "key").values()
    ordered = tuple(sorted(found, key=lambda form: form.years_from))
    faults = list(_year_faults(ordered))
    if faults:
        refuse(*faults)
    return ordered


def _year_faults(ordered: Sequence[Form]) -> Iterator[Fault]:
    for before, after in pairwise(ordered):
        if before.years_to is None or after.years_from != before.years_to + 1:
            problem = "versions_overlap" if (before.years_to or after.years_from) >= after.years_from else YEARS_GAP
            fault: Fault = {"field": f"{after.key}.years_from", "problem": problem}
            yield Origin(NAME, law_text(NAME)).mark(fault, (after.key, "years_from"))


@of_law
def _categories() -> dict[str, Category]:
    return {row.key: row.category for form in forms() for row in form.rows if row.category is not None}


def category_of(row: str) -> Category | None:
    """The part of the report to which a row of results belongs, by the newest form that has it."""
    return _categories().get(row)


def form_for(year: int) -> Form:
    """The form of a report year.

    Raises:
        LawUnknown: no form was in use for that year.
    """
    for form in forms():
        if form.years_from <= year and (form.years_to is None or year <= form.years_to):
            return form
    raise LawUnknown(rule="report_form", on=str(year))
