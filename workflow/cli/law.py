"""Commands about the law's own data: whether they are in order, and what other data would change."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ..kernel.files import reading
from .chinese import group
from .options import Found, Options, answer, with_options
from .screen import line, table
from .told import document, sentence

if TYPE_CHECKING:
    from ...states.errors import Fault
    from ..casefile.law_impact import LawImpact

FOLDER = click.Path(path_type=Path)


@group(name="law", help=say("cli_help_law"))
@with_options
def law_(options: Options) -> None:
    """The law's own data."""


@law_.command("check", help=say("cli_help_law_check"))
@click.argument("folder", type=FOLDER, required=False)
@with_options
def check_(options: Options, folder: Path | None) -> None:
    """Every fault of the law's files, with file and line."""
    from ...states.law.files import LawFiles
    from ...states.procedure.law_faults import law_faults

    found = law_faults(LawFiles(_there(folder) if folder is not None else None))
    answer(options, {"faults": found}, lambda _: _print_faults(found))
    if found:
        raise Found


def _print_faults(faults: "list[Fault]") -> None:
    from ...notifications.messages.sentences import describe_fault

    for fault in faults:
        line(describe_fault(fault))
    if not faults:
        line(say("cli_law_in_order"))


def _there(folder: Path) -> Path:
    from ...states.errors import SetupError

    with reading(folder):
        if folder.is_dir():
            return folder
    raise SetupError("file_missing", path=str(folder))


@law_.command("impact", help=say("cli_help_law_impact"))
@click.argument("folder", type=FOLDER)
@with_options
def impact_(options: Options, folder: Path) -> None:
    """The open cases that another law would change; nothing is written."""
    from ..casefile.law_impact import law_impact

    with options.writing_all() as context:
        found = law_impact(context, _there(folder))
    cases = [document(item, error=sentence(item.error) if item.error else None) for item in found]
    answer(options, {"folder": str(folder), "cases": cases}, lambda _: _print_impact(found))


def _print_impact(cases: "list[LawImpact]") -> None:
    from ...notifications.messages.sentences import name

    if not cases:
        line(say("cli_law_unchanged"))
        return
    line(say("cli_law_impact", n=len(cases)))
    rows = []
    for item in cases:
        for period in item.periods:
            day = (str(period.old_due_on or "—"), str(period.new_due_on or "—"))
            source = period.new_source or period.old_source or ""
            rows.append((item.agency, item.case, name("rule", period.rule), *day, source))
        rows += [
            (item.agency, item.case, paper.title, "", "", say("cli_law_reworded", seq=paper.seq))
            for paper in item.papers
        ]
        if item.error is not None:
            rows.append((item.agency, item.case, "", "", "", sentence(item.error)))
    table(("agency", "case", "rule", "old_due", "new_due", "source"), rows)


COMMANDS = {"law": law_}
