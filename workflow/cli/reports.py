"""Commands about the annual report: sections three and four, checks, published figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import CountType, Found, Options, answer, tell, with_formats, with_options, write_out
from .screen import coloured, line, table

if TYPE_CHECKING:
    from ..reports.annual import CaseBehind, RemedyBehind, Restatement
    from ..reports.footing import Finding
    from ..reports.tables import ReportTables

REPORT_FORMATS = ("text", "json", "html", "xlsx", "docx")
YEAR = CountType(1, 9998)


@command(help=say("cli_help_report"))
@click.argument("year", type=YEAR)
@click.option("--cell", metavar="ROW:COLUMN", help=say("cli_opt_cell"))
@click.option("--all", "every", is_flag=True, help=say("cli_opt_all"))
@click.option("--output", "-o", metavar="FILE", help=say("cli_opt_output"))
@with_formats(*REPORT_FORMATS)
def report_(options: Options, year: int, cell: str | None, every: bool, output: str | None) -> None:
    """Sections three and four of a year."""
    if cell is not None:
        _cell(options, year, cell)
    elif every:
        _every(options, year)
    else:
        _one(options, year, output)


def _one(options: Options, year: int, output: str | None) -> None:
    from ..reports.annual import annual_report, previous_report, report_checks
    from ..reports.render import render

    with options.reading() as context:
        tables = annual_report(context, year)
        checks = report_checks(tables, previous_report(context, year))
    write_out(render(tables, options.format or "text", checks), output)
    if any(check.status == "failed" for check in checks):
        raise Found


def _cell(options: Options, year: int, text: str) -> None:
    from ..reports.annual import cell, parse_cell
    from ..reports.tables import report_form

    row, column = parse_cell(report_form(year), text)
    with options.reading() as context:
        found = cell(context, year, row, column)
    place = {"agency": context.agency, "year": year, "row": row, "column": column}
    answer(options, {**place, "count": len(found), "cases": found}, lambda _: _print_cell(found))


def _print_cell(found: "Sequence[CaseBehind | RemedyBehind]") -> None:
    from ...notifications.messages.sentences import name
    from ..reports.annual import CaseBehind, RemedyBehind

    line(say("cli_cell_count", n=len(found)))
    if cases := [item for item in found if isinstance(item, CaseBehind)]:
        rows = [
            (item.case, name("applicant", item.kind), item.received_on, name("state", item.state)) for item in cases
        ]
        table(("case", "kind", "received_on", "state"), rows)
    if remedies := [item for item in found if isinstance(item, RemedyBehind)]:
        places = [(item.case, item.remedy, name("column", item.column)) for item in remedies]
        table(("case", "where", "counted_as"), places)


def _every(options: Options, year: int) -> None:
    from ..reports.annual import all_reports, report_checks
    from ..reports.render import document

    with options.writing_all() as context:
        found = [tables for _, tables in sorted(all_reports(context, year).items())]
    documents = [document(tables, report_checks(tables)) for tables in found]
    answer(options, {"year": year, "agencies": documents}, lambda _: _print_every(found))


def _print_every(found: Sequence["ReportTables"]) -> None:
    rows = []
    for item in found:
        figures = [item.section3[key]["total"] for key in ("new", "carry_in", "results_total", "carry_out")]
        rows.append((item.agency, *figures, item.section4["review_total"]))
    table(("agency", "new>", "carry_in>", "results_total>", "carry_out>", "reviews>"), rows)


@command(help=say("cli_help_check"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--previous", type=click.Path(path_type=Path), help=say("cli_opt_previous"))
@click.option("--year", type=YEAR, help=say("cli_opt_year"))
@with_options
def check_(options: Options, file: Path, previous: Path | None, year: int | None) -> None:
    """Cross-foots somebody's published tables."""
    from ..reports.check import check

    found = check(file, previous, year)
    answer(options, {"findings": found}, lambda _: _print_findings(found))
    if any(finding.severity == "error" for finding in found):
        raise Found


def _print_findings(found: Sequence["Finding"]) -> None:
    from ...notifications.messages.sentences import name

    if not found:
        line(say("cli_no_findings"))
        return
    rows = [(coloured(name("severity", item.severity), item.severity), item.id, item.message) for item in found]
    table(("severity", "code", "message"), rows)


@command(help=say("cli_help_freeze"))
@click.argument("year", type=YEAR)
@click.option("--diff", is_flag=True, help=say("cli_opt_diff"))
@with_options
def freeze_(options: Options, year: int, diff: bool) -> None:
    """Keeps a year's figures as published, or tells what has changed since."""
    from ..reports.annual import freeze, restatement

    if diff:
        with options.reading() as read:
            found = restatement(read, year)
        answer(options, found, _print_restatement)
        if found.figures or not found.intact:
            raise Found
        return
    with options.writing() as context:
        done = freeze(context, year)
    text = say("cli_frozen", year=done.year, revision=done.revision, hash=done.hash)
    answer(options, done, lambda _: line(text))


def _print_restatement(found: "Restatement") -> None:
    if not found.intact:
        tell(say("cli_frozen_altered"))
    key = "cli_changed" if found.figures or found.cases else "cli_unchanged"
    line(say(key, year=found.year, revision=found.revision, by=found.by, at=found.at))
    if found.figures:
        rows = [(item.row, item.column, item.published, item.now) for item in found.figures]
        table(("row", "column", "published>", "now>"), rows)
    if found.cases:
        places = [(item.case, " ".join(item.published), " ".join(item.now)) for item in found.cases]
        table(("case", "published", "now"), places)


COMMANDS = {"report": report_, "check": check_, "freeze": freeze_}
