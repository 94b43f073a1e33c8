"""Commands that take in what has happened elsewhere: journals and registers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...states.errors import SetupError
from ..kernel.files import reading
from .chinese import command
from .options import Found, Options, answer, progress, tell, with_options
from .screen import line, named, table
from .told import document, leads_on, sentence, sentences, told

if TYPE_CHECKING:
    from ..register.intake import Intake
    from ..register.journal import Refused, ReplayResult

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
                result = replay(context, portion, stop=stop, result=result)
            done(result.lines)
            if stop and result.refused:
                break
    answer(options, _replayed(result), lambda _: _print_replayed(result))
    if result.refused:
        raise Found


def _count_lines(files: tuple[Path, ...]) -> int:
    """How many lines there are, and that every file can be read before the first is applied."""
    total = 0
    for path in files:
        with reading(path), path.open("rb") as file:
            total += sum(1 for _ in file)
    return total


def _replayed(result: "ReplayResult") -> dict[str, object]:
    """The document that the command prints: the counts, what was refused, the warnings."""
    return {
        "lines": result.lines,
        "applied": result.applied,
        "cases": result.cases,
        "refused": list(map(_line, result.refused)),
        "warnings": list(map(_line, result.warnings)),
    }


def _line(item: "Refused") -> dict[str, object]:
    return document(item, "remark", "is_row", file=_file(item)) | told(item.remark)


def _file(item: "Refused") -> str:
    """Where a line stands: its file, or its place in the register."""
    return say("register_where_row", sheet=item.file, row=item.line) if item.is_row else item.file


def _print_replayed(result: "ReplayResult") -> None:
    for item in result.warnings:
        where = say("cli_refused_at", file=item.file, line=item.line)
        tell(f"{where} {item.case or ''}：{say('cli_warning', message=sentence(item.remark))}")
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
        rows = [
            (f"{item.file}:{item.line}", item.case, item.move, item.remark.code, sentence(item.remark))
            for item in result.refused
        ]
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

    with reading(register):
        register.stat()  # told before a database is made for it
    with options.writing(create=True) as context:
        found = take_in(context, register, dry_run=dry_run)
    answer(options, _imported(found), lambda _: _print_imported(found))
    if found.faults or found.refused:
        raise Found


def _imported(found: "Intake") -> dict[str, object]:
    places = ("sheet", "row", "column", "code")
    faults = [
        {name: getattr(item, name) for name in places} | {"message": sentence(item.remark)} for item in found.faults
    ]
    return {
        "rows": found.rows,
        "written": found.written,
        "dry_run": found.dry_run,
        **_replayed(found.replayed),
        "skipped": found.skipped,
        "faults": faults,
        "notes": sentences(found.notes),
    }


def _print_imported(found: "Intake") -> None:
    for note in sentences(found.notes):
        tell(note)
    for warning in found.replayed.warnings:
        tell(f"{_file(warning)}：{say('cli_warning', message=sentence(warning.remark))}")
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
        line(f"- {sentence(fault.remark)}")
    for refused in found.refused:
        line(f"- {_file(refused)}：{refused.case} {named('move', refused.move or '')}：{sentence(refused.remark)}")
        if way := leads_on(refused.remark):
            line(f"  {say('cli_mend', mend=way)}")
    if not found.written and not found.dry_run:
        line(say("cli_import_stopped"))


COMMANDS = {"replay": replay_, "import": import_}
