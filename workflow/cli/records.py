"""Commands that take in what has happened elsewhere: journals and registers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...states.errors import SetupError
from .chinese import command
from .options import Found, Options, answer, progress, tell, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ..register.intake import Intake
    from ..register.journal import ReplayResult

PORTION = 500
"""Lines in one transaction."""


@command(help=say("cli_help_replay"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--stop", is_flag=True, help=say("cli_opt_stop"))
@with_options
def replay_(options: Options, files: tuple[Path, ...], stop: bool) -> None:
    """Applies journals."""
    from itertools import chain, islice

    from ..register.journal import ReplayResult, read_journal, replay

    total = _count_lines(files)
    lines = chain.from_iterable(read_journal(path) for path in files)
    result = ReplayResult()
    with progress(total, say("cli_help_replay")) as done:
        while portion := list(islice(lines, PORTION)):
            with options.writing(create=True) as context:
                replay(context, portion, stop=stop, result=result)
            done(result.lines)
            if stop and result.refused:
                break
    answer(options, result.as_json(), lambda _: _print_replayed(result))
    if result.refused:
        raise Found


def _count_lines(files: tuple[Path, ...]) -> int:
    """How many lines there are, and that every file can be read before the first is applied."""
    total = 0
    for path in files:
        try:
            with path.open("rb") as file:
                total += sum(1 for _ in file)
        except FileNotFoundError:
            raise SetupError("file_missing", path=str(path)) from None
        except OSError as error:
            raise SetupError("file_unreadable", path=str(path), reason=error.strerror or str(error)) from None
    return total


def _print_replayed(result: "ReplayResult") -> None:
    for item in result.warnings:
        where = say("cli_refused_at", file=item.file, line=item.line)
        tell(f"{where} {item.case or ''}：{say('cli_warning', message=item.message)}")
    line(
        say(
            "cli_replayed",
            lines=result.lines,
            applied=result.applied,
            cases=result.cases,
            refused=len(result.refused),
            warnings=len(result.warnings),
        )
    )
    if result.refused:
        rows = [(f"{item.file}:{item.line}", item.case, item.move, item.code, item.message) for item in result.refused]
        table(("where", "case", "move", "code", "message"), rows)


@command(help=say("cli_help_import"))
@click.argument("register", required=False, type=click.Path(path_type=Path))
@click.option("--template", type=click.Path(path_type=Path), help=say("cli_opt_template"))
@click.option("--dry-run", is_flag=True, help=say("cli_opt_dry_run"))
@with_options
def import_(options: Options, register: Path | None, template: Path | None, dry_run: bool) -> None:
    """Turns a register into cases: all of it, or nothing while it has faults."""
    if template is not None:
        from ..register.template import write_template

        write_template(template)
        answer(options, {"template": str(template)}, lambda document: line(document["template"]))
        return
    if register is None:
        raise SetupError("nothing_to_import")
    from ..register.intake import take_in

    with options.writing(create=True) as context:
        found = take_in(context, register, dry_run=dry_run)
    answer(options, found.as_json(), lambda _: _print_imported(found))
    if found.faults or found.refused:
        raise Found


def _print_imported(found: "Intake") -> None:
    for note in found.notes:
        tell(note)
    for warning in found.replayed.warnings:
        tell(f"{warning.file}：{say('cli_warning', message=warning.message)}")
    line(
        say(
            "cli_imported",
            rows=found.rows,
            cases=found.replayed.cases,
            applied=found.replayed.applied,
            skipped=len(found.skipped),
            faults=len(found.faults) + len(found.refused),
        )
        + (say("cli_dry_run") if found.dry_run else "")
    )
    for fault in found.faults:
        line(f"- {fault.message}")
    for refused in found.refused:
        line(f"- {refused.file}：{refused.case} {refused.message}")
    if not found.written and not found.dry_run:
        line(say("cli_import_stopped"))


COMMANDS = {"replay": replay_, "import": import_}
