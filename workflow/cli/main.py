"""The command line's entry: finds the command, tells errors in one line, sets the exit status.

Exit status: 0 done, 1 the command worked and found faults, 2 it could not run.
"""

import gc
import importlib
import io
import itertools
import os
import sys
from collections.abc import Mapping
from typing import NoReturn

import click

from ...notifications.messages.catalogue import say
from ...states.admission import visible
from ...states.errors import CalendarUnknown, DisclosureError, SetupError
from ..approvals.names import verb_names
from .chinese import ChineseGroup
from .hosts import VARIABLE, load_hosts
from .options import Found, Options, with_options
from .words import verb_help

FOUND_FAULTS = 1
COULD_NOT_RUN = 2
SELDOM = 100_000
"""New objects between two looks for garbage: at a start nearly all of them stay (a tenth of it went into looking)."""

_COMMANDS: dict[str, str] = {
    "replay": "records",
    "import": "records",
    "submit": "cases",
    "move": "cases",
    "why": "cases",
    "show": "cases",
    "explain": "cases",
    "due": "due",
    "cases": "due",
    "annulled": "due",
    "notice": "cases",
    "issue": "papers",
    "serve-proof": "papers",
    "papers": "papers",
    "bundle": "papers",
    "attach": "attachments",
    "attachments": "attachments",
    "propose": "approvals",
    "edit": "approvals",
    "sheet": "approvals",
    "todo": "approvals",
    "stuck": "approvals",
    "directory": "people",
    "procedure": "people",
    "substitute": "people",
    "acting": "people",
    "handover": "people",
    "report": "reports",
    "check": "reports",
    "freeze": "reports",
    "calendar": "calendar",
    "law": "law",
    "fee": "calendar",
    "numbering": "papers",
    "template": "templates",
    "settings": "office",
    "agency": "office",
    "agencies": "office",
    "erase": "office",
    "db": "maintenance",
    "tick": "maintenance",
    "relay": "maintenance",
    "channels": "sending",
    "audit": "auditing",
    "serve": "serve",
    "backup": "copies",
    "restore": "copies",
}
"""Each command and the module that holds it, without the verbs of approval, which declare themselves."""


def commands() -> Mapping[str, str]:
    """Each command, in the order of the work, and the module that holds it: only the one that runs is imported."""
    verbs = {item.typed: "approvals" for item in verb_names() if item.is_signed}
    first = list(_COMMANDS).index("edit") + 1
    return dict(itertools.islice(_COMMANDS.items(), first)) | verbs | _COMMANDS


class LazyGroup(ChineseGroup):
    """Commands that are imported when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command in the order of the work."""
        return list(commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        module = _COMMANDS.get(cmd_name) or commands().get(cmd_name)
        if module is None:
            return None
        found = importlib.import_module(f".{module}", __package__)
        command: click.Command = found.COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            verbs = {item.typed: verb_help(item) for item in verb_names()}
            formatter.write_dl([(name, verbs.get(name) or say(f"cli_help_{name}")) for name in commands()])


@click.command(cls=LazyGroup, help=say("cli_help"), no_args_is_help=True)
@click.version_option(package_name="disclosure", message="%(version)s")
@with_options
def disclosure(options: Options) -> None:
    """The group; its options may stand before or after the command."""


def main() -> NoReturn:
    """The program: sets up its process, runs its command line with the host's modules and exits with the status."""
    gc.set_threshold(SELDOM)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = sys.argv[1:]
    try:
        load_hosts(os.environ.get(VARIABLE, ""))
        status = _run(arguments)
    except SetupError as error:
        status = _tell_error(arguments, error)
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Runs a command line and returns the exit status; a host may call it: it changes nothing of the process."""
    streams = sys.stdout, sys.stderr
    try:
        return _run(arguments)
    except BrokenPipeError:
        return 0
    except SystemExit as stop:  # how click ends where nobody reads what it writes
        return stop.code if isinstance(stop.code, int) else COULD_NOT_RUN
    finally:
        sys.stdout, sys.stderr = streams  # which click wraps then


def _run(arguments: list[str]) -> int:
    try:
        disclosure.main(args=arguments, prog_name="disclosure", standalone_mode=False)
    except Found:
        return FOUND_FAULTS
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return _tell(arguments, "aborted", say("cli_aborted"), COULD_NOT_RUN)
    except click.ClickException as error:
        return _tell(arguments, "usage", usage_text(error), COULD_NOT_RUN)
    except DisclosureError as error:
        return _tell_error(arguments, error)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("disclosure"):
            raise
        return _tell(arguments, "missing_extra", say("missing_extra", module=error.name), COULD_NOT_RUN)
    return 0


def _tell_error(arguments: list[str], error: DisclosureError) -> int:
    from ...notifications.messages.sentences import describe

    status = FOUND_FAULTS if isinstance(error, CalendarUnknown) else COULD_NOT_RUN
    return _tell(arguments, error.code, describe(error), status)


def _tell(arguments: list[str], code: str, message: str, status: int) -> int:
    message = visible(message)
    click.echo(f"{code}: {message}", err=True)
    if _wants_json(arguments):
        import json

        click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
    return status


def _wants_json(arguments: list[str]) -> bool:
    return "--format=json" in arguments or any(
        first == "--format" and second == "json" for first, second in itertools.pairwise(arguments)
    )


def usage_text(error: click.ClickException) -> str:
    """A fault of the command line in Chinese, with what would mend it."""
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "disclosure"
    if isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        text = say("cli_no_option", option=error.option_name) + (say("cli_nearest", near=near) if near else "")
    elif isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param is not None and error.ctx is not None else ""
        text = say("cli_missing", name=name)
    elif isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param is not None else ""
        text = say("cli_bad_value", name=name, reason=error.message)
    elif "No such command" in error.message:
        text = say("cli_no_command", name=error.message.split("'")[1], known="、".join(commands()))
    elif isinstance(error, click.FileError):
        text = say("file_unreadable", path=error.ui_filename, reason=error.message)
    else:
        text = say("cli_bad_usage", reason=error.message)
    return text + say("cli_see_help", help=f"{path} --help")
