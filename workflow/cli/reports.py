"""Commands about the annual report: sections three and four, checks, published figures."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import CountType, Found, Options, answer, tell, with_formats, with_options, write_out
from .screen import coloured, line, table

if TYPE_CHECKING:
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

    with options.reading() as (connection, agency):
        options.all_departments(connection, agency)
        tables = annual_report(options.reader(connection, agency), year)
        checks = report_checks(tables, previous_report(options.reader(connection, agency), year))
    write_out(render(tables, options.format or "text", checks), output)
    if any(check.status == "failed" for check in checks):
        raise Found


def _cell(options: Options, year: int, text: str) -> None:
    from ..reports.annual import cell, parse_cell
    from ..reports.tables import report_form

    row, column = parse_cell(report_form(year), text)
    with options.reading() as (connection, agency):
        options.all_departments(connection, agency)
        found = cell(options.reader(connection, agency), year, row, column)
    document = {"agency": agency, "year": year, "row": row, "column": column, "count": len(found), "cases": found}
    answer(options, document, _print_cell)


def _print_cell(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    line(say("cli_cell_count", n=document["count"]))
    if not document["cases"]:
        return
    if "remedy" in document["cases"][0]:
        rows = [(item["case"], item["remedy"], name("column", item["column"])) for item in document["cases"]]
        table(("case", "where", "counted_as"), rows)
        return
    table(
        ("case", "kind", "received_on", "state"),
        [
            (item["case"], name("applicant", item["kind"]), item["received_on"], name("state", item["state"]))
            for item in document["cases"]
        ],
    )


def _every(options: Options, year: int) -> None:
    from ..reports.annual import all_reports, report_checks
    from ..reports.render import document

    with options.reading_all() as connection:
        found = [tables for _, tables in sorted(all_reports(options.reader(connection), year).items())]
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
    document = {"findings": [asdict(finding) for finding in found]}
    answer(options, document, lambda _: _print_findings(found))
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
        with options.reading() as (connection, agency):
            options.all_departments(connection, agency)
            document = restatement(options.reader(connection, agency), year)
        answer(options, document, _print_restatement)
        if document["figures"] or not document["intact"]:
            raise Found
        return
    with options.session() as session:
        agency, actor = options.acting(session)
        done = freeze(options.context(session, actor, agency), year)
    text = say("cli_frozen", year=done.year, revision=done.revision, hash=done.hash)
    answer(options, done.model_dump(mode="json"), lambda document: line(text))


def _print_restatement(document: dict[str, Any]) -> None:
    if not document["intact"]:
        tell(say("cli_frozen_altered"))
    key = "cli_changed" if document["figures"] or document["cases"] else "cli_unchanged"
    line(say(key, **{name: document[name] for name in ("year", "revision", "by", "at")}))
    if document["figures"]:
        rows = [(item["row"], item["column"], item["published"], item["now"]) for item in document["figures"]]
        table(("row", "column", "published>", "now>"), rows)
    if document["cases"]:
        places = [(item["case"], " ".join(item["published"]), " ".join(item["now"])) for item in document["cases"]]
        table(("case", "published", "now"), places)


COMMANDS = {"report": report_, "check": check_, "freeze": freeze_}
