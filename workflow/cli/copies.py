"""Commands that copy the whole register: out into a file, and back."""

from pathlib import Path

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import Options, answer, tell, with_options
from .screen import line


@command(help=say("cli_help_backup"))
@click.argument("file", type=click.Path(path_type=Path))
@with_options
def backup_(options: Options, file: Path) -> None:
    """A consistent copy of the data while others work."""
    from ..filing.queries import outside
    from ..kernel.backup import back_up
    from ..kernel.context import stamp
    from ..kernel.linking import link_up

    with options.writing_all() as context:
        context.require_everywhere("configure")
        lying = dict(outside(context.connection))
    link_up(options.sessions, stamp(options.clock))
    size = back_up(options.engine, file)
    told = {"file": str(file), "size": size, "outside": lying}
    answer(options, told, lambda _: line(say("cli_backed_up", **told)))
    for store, number in lying.items():
        tell(say("cli_attachments_outside", store=store, n=number))


@command(help=say("cli_help_restore"))
@click.argument("file", type=click.Path(path_type=Path))
@with_options
def restore_(options: Options, file: Path) -> None:
    """Puts a copy in the place of a database that is not there or holds nothing."""
    from ..kernel.backup import restore
    from ..kernel.database import shown_url

    restore(file, options.url)
    told = {"file": str(file), "database": shown_url(options.url)}
    answer(options, told, lambda _: line(say("cli_restored", **told)))


COMMANDS = {"backup": backup_, "restore": restore_}
