"""Sections three and four from the cases themselves: every figure is a set of cases and opens into it.

Law: 条例 arts. 49, 50; 国办公开办函〔2019〕60号, 〔2021〕30号.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, insert, select

from ...states import admission
from ...states.errors import Conflict, SetupError
from ...states.rules.forms import Form, form_for
from ...states.rules.outcomes import outcome_rows
from ..cases.figures import (
    CaseGroup,
    Placed,
    RemedyGroup,
    case_groups,
    placed_cases,
    placed_remedies,
    remedy_groups,
)
from ..kernel.agencies import agency_name, agency_names
from ..kernel.chains import canonical, digest
from ..kernel.context import OVERVIEW, Context
from ..kernel.linking import link_all
from ..kernel.tables import reports as t
from ..kernel.unit import Key, once
from .footing import Check
from .footing import checks as footing_checks
from .tables import ReportTables, empty_section3, empty_section4, report_form

Rows = dict[str, tuple[str, ...]]


def annual_report(context: Context, year: int) -> ReportTables:
    """Sections three and four of one agency's report year, in the form of that year.

    Raises:
        NotPermitted; SetupError: no form for that year; the agency is not known.
    """
    context.require(*OVERVIEW)
    form = report_form(year)
    section3, section4 = empty_section3(form), empty_section4(form)
    _fill3(section3, year, _rows_of(form), case_groups(context.connection, year, context.agency))
    _fill4(section4, remedy_groups(context.connection, year, context.agency))
    _total4(section4)
    return ReportTables(
        context.agency, agency_name(context.connection, context.agency), year, form.key, "agency", section3, section4
    )


def _fill3(section3: dict[str, dict[str, int]], year: int, rows_of: Rows, groups: Iterable[CaseGroup]) -> None:
    for group in groups:
        arrived = "new" if group.received_year == year else "carry_in"
        result = group.row_key if group.done_year == year else None
        for row in (arrived, *rows_of[result or ""]):
            cells = section3[row]
            cells[group.kind] += group.n
            cells["total"] += group.n


def _rows_of(form: Form) -> Rows:
    """The rows in which a case counts at the year's end, by its result of the year."""
    counted = [key for key in outcome_rows() if form.counts(key)]
    return {"": ("carry_out",)} | {key: (form.row_of(key), "results_total") for key in counted}


def _fill4(section4: dict[str, int], groups: Iterable[RemedyGroup]) -> None:
    for group in groups:
        section4[group.column] += group.n


def _total4(section4: dict[str, int]) -> None:
    for group in ("review", "suit_direct", "suit_after_review"):
        section4[f"{group}_total"] = sum(
            section4[f"{group}_{part}"] for part in ("upheld", "corrected", "other", "pending")
        )


def all_reports(context: Context, year: int) -> dict[str, ReportTables]:
    """The same for every agency that has a profile or figures of that year, in one statement for each section.

    Raises:
        NotPermitted; SetupError: no form for that year.
    """
    context.require_everywhere(*OVERVIEW)
    form = report_form(year)
    names, rows_of = agency_names(context.connection), _rows_of(form)
    found: dict[str, ReportTables] = {}

    def tables(agency: str) -> ReportTables:
        if agency not in found:
            name = names.get(agency, agency)
            found[agency] = ReportTables(
                agency, name, year, form.key, "agency", empty_section3(form), empty_section4(form)
            )
        return found[agency]

    for agency in names:
        tables(agency)
    for agency, cases in groupby(case_groups(context.connection, year), key=attrgetter("agency")):
        _fill3(tables(agency).section3, year, rows_of, cases)
    for agency, remedies in groupby(remedy_groups(context.connection, year), key=attrgetter("agency")):
        _fill4(tables(agency).section4, remedies)
    for item in found.values():
        _total4(item.section4)
    return found


def previous_report(context: Context, year: int) -> ReportTables | None:
    """Last year's figures as they were published; None where they have not been frozen.

    Raises:
        NotPermitted.
    """
    context.require(*OVERVIEW)
    row = context.connection.execute(
        select(t.frozen.c.figures)
        .where(t.frozen.c.agency == context.agency, t.frozen.c.year == year - 1)
        .order_by(t.frozen.c.revision.desc())
    ).first()
    if row is None:
        return None
    figures = json.loads(row.figures)
    form = report_form(year - 1)
    return ReportTables(
        context.agency, context.agency, year - 1, form.key, "agency", figures["section3"], figures["section4"]
    )


def report_checks(tables: ReportTables, previous: ReportTables | None = None) -> list[Check]:
    """The cross-footing of a report, as its ``checks``."""
    form = form_for(tables.year)
    return footing_checks(form, tables, previous.section3 if previous else None)


def parse_cell(form: Form, text: str) -> tuple[str, str]:
    """Row and column from ``ROW:COLUMN``; section four is ``section4:COLUMN``.

    Raises:
        SetupError: ``bad_cell``, with the rows and columns that there are.
    """
    row, _, column = text.partition(":")
    rows = {item.key for item in form.rows}
    columns = {item.key for item in form.columns}
    fourth = {item.key for item in form.section4}
    if (row in rows and column in columns) or (row in ("section4", "count") and column in fourth):
        return row, column
    known = sorted(fourth if row in ("section4", "count") else columns)
    raise SetupError("bad_cell", cell=text, rows="、".join([*sorted(rows), "section4"]), columns="、".join(known))


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case behind a figure of section three; ``kind`` is that of its applicant."""

    case: str
    kind: str
    received_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class RemedyBehind:
    """A remedy behind a figure of section four, with the column in which it counts."""

    case: str
    remedy: str
    column: str


def cell(context: Context, year: int, row: str, column: str) -> list[CaseBehind] | list[RemedyBehind]:
    """The cases behind one figure; remedies with their own number for section four.

    Raises:
        NotPermitted; SetupError: ``bad_cell``, with the rows and columns that there are.
    """
    context.require(*OVERVIEW)
    form = report_form(year)
    parse_cell(form, f"{admission.text('row', row)}:{admission.text('column', column)}")
    if row in ("section4", "count"):
        return _remedies_behind(context.connection, context.agency, year, column)
    return [
        CaseBehind(item.case, item.kind, item.received_on, item.state)
        for item in placed_cases(context.connection, year, context.agency)
        if column in ("total", item.kind) and row in _rows_for(item, year, form)
    ]


def _rows_for(item: Placed, year: int, form: Form) -> tuple[str, ...]:
    """Every row of the year's table in which a case counts."""
    arrived = "new" if item.received_year == year else "carry_in"
    if item.done_year != year or item.row_key is None:
        return (arrived, "carry_out")
    return (arrived, "results_total", form.row_of(item.row_key))


def _remedies_behind(connection: Connection, agency: str, year: int, column: str) -> list[RemedyBehind]:
    group, _, part = column.rpartition("_")
    parts = ("upheld", "corrected", "other", "pending") if part == "total" else (part,)
    wanted = [f"{group}_{name}" for name in parts]
    return [RemedyBehind(*item) for item in placed_remedies(connection, year, agency, wanted)]


class Frozen(BaseModel):
    """Figures as they were published: by whom, when, and their hash."""

    model_config = ConfigDict(frozen=True)
    agency: str
    year: int
    revision: int
    hash: str
    by: str
    at: str
    repeated: bool = False


def freeze(context: Context, year: int, *, idempotency_key: str | None = None) -> Frozen:
    """Keeps the year's figures as published, with the place of every case; frozen again, a new revision.

    What was published is linked into the register-wide chain at once.

    Raises:
        NotPermitted, SetupError; Conflict.
    """
    context.require("freeze")

    def work() -> Frozen:
        return _freeze(context, year)

    done = once(context, Key.of(context, idempotency_key, "freeze", year), Frozen, work)
    with suppress(Conflict):  # somebody else is linking: the next checkpoint holds the figures
        link_all(context)
    return done


def _freeze(context: Context, year: int) -> Frozen:
    connection = context.connection
    tables = annual_report(context, year)
    figures = canonical({"section3": tables.section3, "section4": tables.section4})
    places = canonical(_places(connection, context.agency, year))
    last = connection.execute(
        select(func.max(t.frozen.c.revision)).where(t.frozen.c.agency == context.agency, t.frozen.c.year == year)
    ).scalar()
    row = {
        "agency": context.agency,
        "year": year,
        "revision": (last or 0) + 1,
        "figures": figures,
        "places": places,
        "hash": digest(context.agency, str(year), figures, places),
        "actor": context.written(context.actor),
        "created_at": context.stamp,
    }
    connection.execute(insert(t.frozen), row)
    return Frozen(
        agency=context.agency,
        year=year,
        revision=row["revision"],
        hash=row["hash"],
        by=context.actor.user_id,
        at=row["created_at"],
    )


def _places(connection: Connection, agency: str, year: int) -> dict[str, list[str]]:
    """Every case's cells in the year's report: ``kind`` with rows, and section four's columns."""
    form = report_form(year)
    found: dict[str, list[str]] = {}
    for item in placed_cases(connection, year, agency):
        rows = ["new" if item.received_year == year else "carry_in"]
        rows.append(form.row_of(item.row_key or "") if item.done_year == year else "carry_out")
        found[item.case] = [f"{row}:{item.kind}" for row in rows]
    for remedy in placed_remedies(connection, year, agency):
        found.setdefault(remedy.case, []).append(f"section4:{remedy.column}#{remedy.remedy}")
    return {number: sorted(cells) for number, cells in found.items()}


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that is another one now; ``row`` is ``section4`` for those of section four."""

    row: str
    column: str
    published: int
    now: int


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that counts elsewhere now: its cells as published, and as they are."""

    case: str
    published: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restatement:
    """What has changed since a year was frozen; not ``intact`` where the kept figures were altered since."""

    agency: str
    year: int
    revision: int
    hash: str
    intact: bool
    by: str
    at: str
    figures: tuple[FigureChange, ...]
    cases: tuple[CaseChange, ...]


def restatement(context: Context, year: int) -> Restatement:
    """What has changed since the year was frozen: figures, and the cases behind each change.

    Raises:
        NotPermitted; SetupError: ``not_frozen``.
    """
    context.require(*OVERVIEW)
    row = context.connection.execute(
        select(t.frozen)
        .where(t.frozen.c.agency == context.agency, t.frozen.c.year == year)
        .order_by(t.frozen.c.revision.desc())
    ).first()
    if row is None:
        raise SetupError("not_frozen", year=year)
    before, after = json.loads(row.places), _places(context.connection, context.agency, year)
    published = json.loads(row.figures)
    return Restatement(
        agency=context.agency,
        year=year,
        revision=row.revision,
        hash=row.hash,
        intact=row.hash == digest(context.agency, str(year), row.figures, row.places),
        by=json.loads(row.actor)["user_id"],
        at=row.created_at,
        figures=tuple(
            _changed_figures(published["section3"] | {"section4": published["section4"]}, annual_report(context, year))
        ),
        cases=tuple(
            CaseChange(number, tuple(before.get(number, ())), tuple(after.get(number, ())))
            for number in sorted({*before, *after})
            if before.get(number) != after.get(number)
        ),
    )


def _changed_figures(before: Mapping[str, Mapping[str, int]], now: ReportTables) -> Iterator[FigureChange]:
    after = now.section3 | {"section4": now.section4}
    for row, cells in before.items():
        for column, value in cells.items():
            if after[row][column] != value:
                yield FigureChange(row, column, value, after[row][column])
