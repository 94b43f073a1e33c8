"""Sections three and four from the cases themselves: every figure is a set of cases and opens into it.

Law: 条例 arts. 49, 50; 国办公开办函〔2019〕60号, 〔2021〕30号.
"""

import json
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BindParameter, ColumnElement, Connection, Integer, and_, bindparam, func, insert, select
from sqlalchemy.orm import Session

from ...states.errors import SetupError
from ...states.rules.forms import Form, form_for
from ...states.rules.outcomes import outcome_rows
from ..kernel import tables as t
from ..kernel.agencies import agency_name, agency_names
from ..kernel.clock import Clock, SystemClock, stamp
from ..kernel.database import unit
from ..kernel.identity import Actor, Authorizer, RoleAuthorizer, require
from ..kernel.sealing import canonical, digest
from .footing import Check
from .footing import checks as footing_checks
from .tables import ReportTables, empty_section3, empty_section4, report_form

_C = t.case.c
_YEAR: BindParameter[int] = bindparam("year", type_=Integer)
_RELEVANT = and_(_C.done_year >= _YEAR, _C.received_year <= _YEAR)
_GROUP = (_C.done_year, _C.received_year, _C.kind, _C.row_key)
"""In the order of the index, so that no database has to sort."""
_SECTION3 = (
    select(*_GROUP, func.count().label("n")).where(_C.agency == bindparam("agency"), _RELEVANT).group_by(*_GROUP)
)
_SECTION3_ALL = (
    select(*_GROUP, func.count().label("n"), _C.agency)
    .where(_RELEVANT)
    .group_by(_C.agency, *_GROUP)
    .order_by(_C.agency)
)
_R = t.remedy.c
_PENDING_OR_DONE = and_(_R.to_year >= _YEAR, _R.from_year <= _YEAR)
_SECTION4 = (
    select(_R.column_key, func.count().label("n"))
    .where(_R.agency == bindparam("agency"), _PENDING_OR_DONE)
    .group_by(_R.column_key)
)
_SECTION4_ALL = (
    select(_R.column_key, func.count().label("n"), _R.agency)
    .where(_PENDING_OR_DONE)
    .group_by(_R.agency, _R.column_key)
    .order_by(_R.agency)
)
_CLOCK = SystemClock()
Rows = dict[str, tuple[str, ...]]
_AUTHORIZER = RoleAuthorizer()


def annual_report(connection: Connection, agency: str, year: int) -> ReportTables:
    """Sections three and four of one agency's report year, in the form of that year."""
    form = report_form(year)
    section3, section4 = empty_section3(form), empty_section4(form)
    _fill3(section3, year, _rows_of(form), connection.execute(_SECTION3, {"agency": agency, "year": year}))
    _fill4(section4, connection.execute(_SECTION4, {"agency": agency, "year": year}))
    _total4(section4)
    return ReportTables(agency, agency_name(connection, agency), year, form.key, "agency", section3, section4)


def _fill3(section3: dict[str, dict[str, int]], year: int, rows_of: Rows, rows: Iterable[Any]) -> None:
    for done, received, kind, result, n, *_ in rows:
        arrived = "new" if received == year else "carry_in"
        for row in (arrived, *rows_of[result if done == year else ""]):
            cells = section3[row]
            cells[kind] += n
            cells["total"] += n


def _rows_of(form: Form) -> Rows:
    """The rows in which a case counts at the year's end, by its result of the year."""
    return {"": ("carry_out",)} | {key: (form.row_of(key), "results_total") for key in outcome_rows()}


def _fill4(section4: dict[str, int], rows: Iterable[Any]) -> None:
    for column, n, *_ in rows:
        section4[column] += n


def _total4(section4: dict[str, int]) -> None:
    for group in ("review", "suit_direct", "suit_after_review"):
        section4[f"{group}_total"] = sum(
            section4[f"{group}_{part}"] for part in ("upheld", "corrected", "other", "pending")
        )


def all_reports(connection: Connection, year: int) -> dict[str, ReportTables]:
    """The same for every agency that has a profile or figures of that year, in one statement for each section."""
    form = report_form(year)
    names, rows_of = agency_names(connection), _rows_of(form)
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
    for agency, rows in groupby(connection.execute(_SECTION3_ALL, {"year": year}), key=itemgetter(-1)):
        _fill3(tables(agency).section3, year, rows_of, rows)
    for agency, rows in groupby(connection.execute(_SECTION4_ALL, {"year": year}), key=itemgetter(-1)):
        _fill4(tables(agency).section4, rows)
    for item in found.values():
        _total4(item.section4)
    return found


def previous_report(connection: Connection, agency: str, year: int) -> ReportTables | None:
    """Last year's figures as they were published; None where they have not been frozen."""
    row = connection.execute(
        select(t.frozen.c.figures)
        .where(t.frozen.c.agency == agency, t.frozen.c.year == year - 1)
        .order_by(t.frozen.c.revision.desc())
    ).first()
    if row is None:
        return None
    figures = json.loads(row.figures)
    form = report_form(year - 1)
    return ReportTables(agency, agency, year - 1, form.key, "agency", figures["section3"], figures["section4"])


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


def cell(connection: Connection, agency: str, year: int, row: str, column: str) -> list[dict[str, Any]]:
    """The cases behind one figure; remedies with their own number for section four."""
    if row in ("section4", "count"):
        return _remedies_behind(connection, agency, year, column)
    statement = (
        select(_C.case_no, _C.kind, _C.received_on, _C.state)
        .where(_C.agency == agency, _C.done_year >= year, _C.received_year <= year, _in_row(report_form(year), row))
        .order_by(_C.received_on, _C.case_no)
    )
    if column != "total":
        statement = statement.where(_C.kind == column)
    return [
        {"case": item.case_no, "kind": item.kind, "received_on": _iso(item.received_on), "state": item.state}
        for item in connection.execute(statement, {"year": year})
    ]


def _in_row(form: Form, row: str) -> ColumnElement[bool]:
    """What makes a case of the year one of that row's."""
    fixed = {
        "new": _C.received_year == _YEAR,
        "carry_in": _C.received_year < _YEAR,
        "carry_out": _C.done_year > _YEAR,
        "results_total": _C.done_year == _YEAR,
    }
    if row in fixed:
        return fixed[row]
    return and_(_C.done_year == _YEAR, _C.row_key.in_([key for key in outcome_rows() if form.row_of(key) == row]))


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _remedies_behind(connection: Connection, agency: str, year: int, column: str) -> list[dict[str, Any]]:
    group, _, part = column.rpartition("_")
    parts = ("upheld", "corrected", "other", "pending") if part == "total" else (part,)
    wanted = [f"{group}_{name}" for name in parts]
    statement = (
        select(_C.case_no, _R.remedy_no, _R.column_key)
        .join(t.remedy, _R.case_id == _C.id)
        .where(_R.agency == agency, _R.column_key.in_(wanted), _R.from_year <= year, _R.to_year >= year)
        .order_by(_C.case_no, _R.remedy_no)
    )
    return [
        {"case": item.case_no, "remedy": item.remedy_no, "column": item.column_key}
        for item in connection.execute(statement)
    ]


class Frozen(BaseModel):
    """Figures as they were published: by whom, when, and their hash."""

    model_config = ConfigDict(frozen=True)
    agency: str
    year: int
    revision: int
    hash: str
    by: str
    at: str


def freeze(
    session: Session,
    actor: Actor,
    year: int,
    *,
    agency: str = "default",
    clock: Clock = _CLOCK,
    authorizer: Authorizer = _AUTHORIZER,
) -> Frozen:
    """Keeps the year's figures as published, with the place of every case; frozen again, a new revision.

    Raises:
        NotPermitted, SetupError.
    """
    require(authorizer, actor, "freeze", agency)
    with unit(session) as connection:
        tables = annual_report(connection, agency, year)
        figures = canonical({"section3": tables.section3, "section4": tables.section4})
        places = canonical(_places(connection, agency, year))
        last = connection.execute(
            select(func.max(t.frozen.c.revision)).where(t.frozen.c.agency == agency, t.frozen.c.year == year)
        ).scalar()
        row = {
            "agency": agency,
            "year": year,
            "revision": (last or 0) + 1,
            "figures": figures,
            "places": places,
            "hash": digest(agency, str(year), figures, places),
            "actor": canonical(actor.model_dump(mode="json", exclude_defaults=True)),
            "created_at": stamp(clock),
        }
        connection.execute(insert(t.frozen), row)
    return Frozen(
        agency=agency, year=year, revision=row["revision"], hash=row["hash"], by=actor.user_id, at=row["created_at"]
    )


def _places(connection: Connection, agency: str, year: int) -> dict[str, list[str]]:
    """Every case's cells in the year's report: ``kind`` with rows, and section four's columns."""
    form = report_form(year)
    found: dict[str, list[str]] = {}
    statement = select(_C.case_no, _C.kind, _C.received_year, _C.done_year, _C.row_key).where(
        _C.agency == agency, _C.done_year >= year, _C.received_year <= year
    )
    for item in connection.execute(statement):
        rows = ["new" if item.received_year == year else "carry_in"]
        rows.append(form.row_of(item.row_key) if item.done_year == year else "carry_out")
        found[item.case_no] = [f"{row}:{item.kind}" for row in rows]
    behind = (
        select(_C.case_no, _R.remedy_no, _R.column_key)
        .join(t.remedy, _R.case_id == _C.id)
        .where(_R.agency == agency, _R.from_year <= year, _R.to_year >= year)
    )
    for remedy in connection.execute(behind):
        found.setdefault(remedy.case_no, []).append(f"section4:{remedy.column_key}#{remedy.remedy_no}")
    return {number: sorted(cells) for number, cells in found.items()}


def restatement(connection: Connection, agency: str, year: int) -> dict[str, Any]:
    """What has changed since the year was frozen: figures, and the cases behind each change.

    Raises:
        SetupError: ``not_frozen``.
    """
    row = connection.execute(
        select(t.frozen)
        .where(t.frozen.c.agency == agency, t.frozen.c.year == year)
        .order_by(t.frozen.c.revision.desc())
    ).first()
    if row is None:
        raise SetupError("not_frozen", year=year)
    before, after = json.loads(row.places), _places(connection, agency, year)
    return {
        "agency": agency,
        "year": year,
        "revision": row.revision,
        "hash": row.hash,
        "intact": row.hash == digest(agency, str(year), row.figures, row.places),
        "by": json.loads(row.actor)["user_id"],
        "at": row.created_at,
        "figures": _differences(json.loads(row.figures), annual_report(connection, agency, year)),
        "cases": [
            {"case": number, "published": before.get(number, []), "now": after.get(number, [])}
            for number in sorted({*before, *after})
            if before.get(number) != after.get(number)
        ],
    }


def _differences(published: dict[str, Any], now: ReportTables) -> list[dict[str, Any]]:
    """Each figure that is another one now."""
    before = published["section3"] | {"section4": published["section4"]}
    after = now.section3 | {"section4": now.section4}
    return [
        {"row": row, "column": column, "published": value, "now": after[row][column]}
        for row, cells in before.items()
        for column, value in cells.items()
        if after[row][column] != value
    ]
