"""Commands for an office's own templates: checking, previewing, installing."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from ...notifications.messages.catalogue import message_keys, say
from ...states.admission import file_name
from .chinese import group
from .options import CARRIER, Found, Options, answer, make_folder, tell, with_options, write_out
from .papers import tell_fonts
from .screen import line, table

if TYPE_CHECKING:
    from ...notifications.customization.validation import OwnTemplates
    from ...states.errors import Fault

_FOLDER = click.Path(path_type=Path, file_okay=False)


@group(name="template", help=say("cli_help_template"))
@with_options
def template_(options: Options) -> None:
    """An office's own templates."""


@template_.command("check", help=say("cli_help_template_check"))
@click.argument("folder", type=_FOLDER)
@with_options
def check_(options: Options, folder: Path) -> None:
    """Reports the faults of a folder of templates; installs nothing."""
    from ...notifications.customization.validation import validate_templates
    from ...states.errors import BadData
    from ..notices.templates import files_in

    files = files_in(folder)
    try:
        validate_templates(files)
    except BadData as error:
        _refuse(options, error.faults)
    document = {"files": sorted(files), "faults": []}
    answer(options, document, lambda found: line(say("cli_template_fine", files="、".join(found["files"]))))


@template_.command("install", help=say("cli_help_template_install"))
@click.argument("folder", type=_FOLDER)
@with_options
def install_(options: Options, folder: Path) -> None:
    """Puts a folder of templates in force."""
    from ...states.errors import BadData
    from ..notices.templates import files_in, install_templates

    files = files_in(folder)
    try:
        with options.writing() as context:
            install_templates(context, files)
    except BadData as error:
        _refuse(options, error.faults)
    document = {"files": sorted(files), "faults": []}
    answer(options, document, lambda found: line(say("cli_template_installed", files="、".join(found["files"]))))


def _refuse(options: Options, faults: "list[Fault]") -> NoReturn:
    """Each fault on a line, with file and line."""
    from ...notifications.messages.sentences import describe_fault

    described = [fault | {"message": describe_fault(fault)} for fault in faults]
    for fault in described:
        tell(f"{_place(str(fault['field']))}: {fault['message']}")
    answer(options, {"files": [], "faults": described}, lambda document: None)
    raise Found


def _place(field: str) -> str:
    """File and line, or file and the fact by its Chinese name."""
    file, _, fact = field.partition(" ")
    label = f"fact_{fact}"
    return f"{file} {say(label) if label in message_keys() else fact}".strip()


@template_.command("preview", help=say("cli_help_template_preview"))
@click.argument("kind")
@click.option("--folder", type=_FOLDER, help=say("cli_opt_template_folder"))
@click.option("--outcome", default="", help=say("cli_opt_preview_outcome"))
@click.option("--carrier", type=CARRIER, default="text", help=say("cli_opt_carrier"))
@click.option("--to", "target", metavar="FILE", help=say("cli_opt_output"))
@with_options
def preview_(options: Options, kind: str, folder: Path | None, outcome: str, carrier: str, target: str | None) -> None:
    """A paper of a sample case."""
    from ...notifications.customization.validation import validate_templates
    from ...states.errors import BadData
    from ..cases.documents import check_kind
    from ..kernel.context import PERMISSIONS
    from ..notices.issue import carried
    from ..notices.templates import files_in, own_templates, preview

    check_kind(kind)
    own: OwnTemplates | None = None
    with options.reading() as context:
        context.require(*PERMISSIONS)
        if folder is not None:
            try:
                own = validate_templates(files_in(folder))
            except BadData as error:
                _refuse(options, error.faults)
        own = own or own_templates(context.connection, context.agency)
        notice = preview(context, kind, own, outcome)
    if carrier == "text" and target is None:
        document = {"kind": kind, "title": notice.title, "text": notice.text}
        answer(options, document, lambda found: line(found["text"].rstrip("\n")))
        return
    write_out(carried(carrier, notice, own.letterhead), target)
    if carrier == "pdf":
        tell_fonts()


@template_.command("export", help=say("cli_help_template_export"))
@click.argument("folder", type=_FOLDER)
@click.argument("names", nargs=-1)
@with_options
def export_(options: Options, folder: Path, names: tuple[str, ...]) -> None:
    """The templates in force as files; all of them, or those named. Files that are there are left alone."""
    from ...states.errors import SetupError
    from ..kernel.context import PERMISSIONS
    from ..notices.templates import in_force, own_templates

    with options.reading() as context:
        context.require(*PERMISSIONS)
        files = in_force(own_templates(context.connection, context.agency))
    wanted = {name: files[name] for name in (_file(name, files) for name in names)} if names else files
    make_folder(folder)
    for name in wanted:
        if (folder / file_name(name)).exists():
            raise SetupError("file_exists", path=str(folder / file_name(name)))
    for name, content in wanted.items():
        write_out(content, str(folder / file_name(name)))
    document = {"folder": str(folder), "files": sorted(wanted)}
    answer(
        options,
        document,
        lambda found: line(say("cli_template_exported", folder=found["folder"], files="、".join(found["files"]))),
    )


def _file(name: str, files: dict[str, bytes]) -> str:
    for known in (name, f"{name}.j2", f"{name}.docx"):
        if known in files:
            return known
    raise click.UsageError(say("cli_not_a_choice", value=name, choices="、".join(sorted(files))))


@template_.command("facts", help=say("cli_help_template_facts"))
@click.argument("kind")
@with_options
def facts_(options: Options, kind: str) -> None:
    """The dictionary of facts of a kind of paper."""
    from ...notifications.customization.sample import facts_of
    from ...notifications.documents.kinds import kind as kind_of
    from ..cases.documents import check_kind

    check_kind(kind)
    needed = set(kind_of(kind).needs)
    found = [
        _Fact(name, name in needed, say(label) if (label := f"fact_{name}") in message_keys() else "", value)
        for name, value in sorted(facts_of(kind).items())
    ]
    document = {"kind": kind, "facts": [item._asdict() for item in found]}
    answer(options, document, lambda _: _print_facts(found))


class _Fact(NamedTuple):
    """A fact that a template may use, with its value in a sample."""

    name: str
    needed: bool
    label: str
    example: object


def _print_facts(facts: list[_Fact]) -> None:
    rows = [(item.name, ("*" if item.needed else "") + item.label, str(item.example)[:60]) for item in facts]
    table(("fact", "fact_label", "example"), rows)


@template_.command("reset", help=say("cli_help_template_reset"))
@with_options
def reset_(options: Options) -> None:
    """The product's own templates again."""
    from ..notices.templates import reset_templates

    with options.writing() as context:
        reset_templates(context)
    answer(options, {"reset": True}, lambda found: line(say("cli_template_reset")))


COMMANDS = {"template": template_}
