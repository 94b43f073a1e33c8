"""Commands of attachments: filing one, listing them, taking one out."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ..kernel.files import reading
from .chinese import command
from .options import CountType, Options, answer, with_options
from .screen import bytes_text, line, named, table
from .told import document

if TYPE_CHECKING:
    from ..filing.commands import Attachment

ROLES = ("application", "identity", "evidence", "opinion", "annex", "judgment", "receipt")


def typed_role(word: str) -> str:
    """The key of a role from its key or one of its words; another word is left for the command to refuse."""
    called = {say(f"attachment_role_{key}"): key for key in ROLES}
    called |= {text: key for key in ROLES for text in say(f"attachment_words_{key}").split("、")}
    return called.get(word, word)


@command(help=say("cli_help_attach"))
@click.argument("case")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--role", default="application", metavar="ROLE", help=say("cli_opt_role"))
@click.option("--name", metavar="NAME", help=say("cli_opt_file_name"))
@with_options
def attach_(options: Options, case: str, file: Path, role: str, name: str | None) -> None:
    """Files something with a case."""
    from ..filing.commands import attach

    with reading(file):
        content = file.open("rb")
    with content, options.writing() as context:
        found = attach(context, case, file.name if name is None else name, content, role=typed_role(role))
    answer(options, document(found, "repeated", "erased", case=case), lambda _: _print_attached(found))


def _print_attached(found: "Attachment") -> None:
    told = found.model_dump() | {"role": named("attachment_role", found.role), "size": bytes_text(found.size)}
    line(say("cli_attached", **told))


@command(help=say("cli_help_attachments"))
@click.argument("case")
@click.argument("number", required=False, type=CountType(1, 999_999))
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_attachment_to"))
@click.option("--unmask", is_flag=True, help=say("cli_opt_unmask_names"))
@click.option("--why", default="", metavar="TEXT", help=say("cli_opt_why_read"))
@with_options
def attachments_(options: Options, case: str, number: int | None, target: Path | None, unmask: bool, why: str) -> None:
    """What is filed with a case, or one of it."""
    from ..filing.commands import attachments

    if number is not None:
        _take_out(options, case, number, target, why)
        return
    with options.writing() if unmask else options.reading() as context:
        found = attachments(context, case, unmasked=unmask, why=why)
    answer(options, {"case": case, "attachments": found}, lambda _: _print_list(found))


def _take_out(options: Options, case: str, number: int, target: Path | None, why: str) -> None:
    """Writes one attachment to a file, whole or not at all, or to standard output."""
    from ..filing.commands import attachment

    with options.writing() as context:
        found = attachment(context, case, number, why=why)
        if target is None or str(target) == "-":
            _to_output(found.content)
            return
        _to_file(target, found.content)
    told = document(found.attachment, "repeated", "erased", case=case, file=str(target))
    answer(options, told, lambda _: line(say("cli_attachment_written", number=number, path=target)))


def _to_file(target: Path, content: Iterator[bytes]) -> None:
    """Writes it.

    Raises:
        SetupError: ``file_unwritable``; what the content raises.
    """
    from ...notifications.files import write_portions
    from ...states.errors import SetupError

    try:
        write_portions(target, content)
    except OSError as error:
        raise SetupError("file_unwritable", path=str(target), reason=error.strerror or str(error)) from None


def _to_output(content: Iterator[bytes]) -> None:
    """Writes it to standard output, which must lead to a file or another program.

    Raises:
        SetupError: ``output_needed``.
    """
    from ...states.errors import SetupError

    stream = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        raise SetupError("output_needed")
    sys.stdout.flush()
    stream.writelines(content)
    stream.flush()


def _print_list(found: "tuple[Attachment, ...]") -> None:
    if found:
        print_attachments(found)
    else:
        line(say("cli_no_attachments"))


def print_attachments(found: "Iterable[Attachment]") -> None:
    """Attachments as a table."""
    rows = [
        (
            item.number,
            item.name,
            named("attachment_role", item.role),
            item.type,
            bytes_text(item.size),
            item.on,
            item.by,
        )
        for item in found
    ]
    table(("seq>", "file", "role", "type", "size>", "date", "by"), rows)


COMMANDS = {"attach": attach_, "attachments": attachments_}
