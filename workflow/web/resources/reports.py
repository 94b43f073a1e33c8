"""The annual report: its figures, the cases behind each, documents, what was published and what has changed since."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import BaseModel, Field, RootModel

from ....notifications.files import write_portions
from ....states.admission import file_name
from ....states.errors import BadData
from ...kernel.given import Given
from ...reports.annual import (
    CaseBehind,
    Frozen,
    RemedyBehind,
    Restatement,
    annual_report,
    cell,
    freeze,
    previous_report,
    report_checks,
    restatement,
)
from ...reports.check import check
from ...reports.footing import Check, Finding
from ...reports.render import document, render
from ..bodies import whole_number
from ..operations import Call, File, Items, Nothing, Operation

PORTION = 1 << 16
"""How much of an upload is read at once."""
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}


class Report(BaseModel):
    """Sections three and four of a year, figures by row and column, with their cross-footing."""

    agency: str
    year: int
    form: str
    scope: str
    section3: Mapping[str, Mapping[str, int]]
    section4: Mapping[str, int]
    checks: tuple[Check, ...]


def _year(call: Call[Nothing, Nothing]) -> int:
    return whole_number(call.path["year"])


def show_report(call: Call[Nothing, Nothing]) -> object:
    """Sections three and four of a year."""
    year = _year(call)
    tables = annual_report(call.context, year)
    return document(tables, report_checks(tables, previous_report(call.context, year)))


def download_report(call: Call[Nothing, Nothing], kind: str) -> object:
    """The same as a document."""
    year = _year(call)
    tables = annual_report(call.context, year)
    return File(file_name(f"{year}.{kind}"), _TYPES[kind], render(tables, kind, ()))


class CellCases(BaseModel):
    """The cases or remedies behind one figure."""

    agency: str
    year: int
    row: str
    column: str
    count: int
    items: tuple[CaseBehind | RemedyBehind, ...]


def open_cell(call: Call[Nothing, Nothing]) -> object:
    """The cases behind one figure."""
    year, row, column = _year(call), call.path["row"], call.path["column"]
    found = cell(call.context, year, row, column)
    return CellCases(
        agency=call.context.agency, year=year, row=row, column=column, count=len(found), items=tuple(found)
    )


def freeze_report(call: Call[Nothing, Nothing]) -> object:
    """Keeps the year's figures as they are published."""
    return freeze(call.context, _year(call), idempotency_key=call.key)


class Changes(RootModel[Restatement]):
    """What has changed since a year was frozen."""


def show_changes(call: Call[Nothing, Nothing]) -> object:
    """What has changed since the year was frozen."""
    return restatement(call.context, _year(call))


class CheckQuery(Given):
    """The year of the report, where it does not tell it itself."""

    year: Annotated[int, Field(ge=1, le=9998)] | None = None


def check_report(call: Call[CheckQuery, Nothing]) -> object:
    """Cross-foots somebody's published tables: the file is read and not kept."""
    if call.upload is None:
        raise BadData({"field": "file", "problem": "missing"})
    content = call.upload.content
    with TemporaryDirectory() as folder:
        path = Path(folder, "report" + Path(file_name(call.upload.name)).suffix)
        write_portions(path, iter(lambda: content.read(PORTION), b""))
        return {"items": check(path, None, call.query.year)}


OPERATIONS = (
    Operation(name="showReport", method="GET", path="reports/{year}", work=show_report, gives=Report),
    *(
        Operation(
            name=f"downloadReport{kind.title()}",
            method="GET",
            path=f"reports/{{year}}.{kind}",
            work=partial(download_report, kind=kind),
            documents=(media_type,),
        )
        for kind, media_type in _TYPES.items()
    ),
    Operation(
        name="openCell", method="GET", path="reports/{year}/cells/{row}/{column}", work=open_cell, gives=CellCases
    ),
    Operation(
        name="freezeReport", method="POST", path="reports/{year}/freeze", work=freeze_report, gives=Frozen, status=201
    ),
    Operation(name="showReportChanges", method="GET", path="reports/{year}/changes", work=show_changes, gives=Changes),
    Operation(
        name="checkReport",
        method="POST",
        path="check",
        work=check_report,
        query=CheckQuery,
        uploads="must",
        gives=Items[Finding],
    ),
)
