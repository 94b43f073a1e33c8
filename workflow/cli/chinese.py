"""Commands whose help is Chinese. They are classes of our own: click's stay as they are for the host."""

from collections.abc import Callable
from contextlib import _GeneratorContextManager

import click

from ...notifications.messages.catalogue import say


class ChineseFormatter(click.HelpFormatter):
    """Help with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, say("cli_usage"))

    def section(self, name: str) -> "_GeneratorContextManager[None]":
        """A heading."""
        return super().section({"Options": say("cli_options"), "Commands": say("cli_commands")}.get(name, name))


class ChineseContext(click.Context):
    """A context whose help is Chinese."""

    formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    """A command whose help is Chinese."""

    context_class = ChineseContext


class ChineseGroup(click.Group):
    """A group whose help is Chinese, and that of the commands in it."""

    context_class = ChineseContext
    command_class = ChineseCommand


def command(name: str | None = None, *, help: str) -> Callable[[Callable[..., object]], ChineseCommand]:
    """Makes a command of a function, as ``click.command`` does."""
    return click.command(name, cls=ChineseCommand, help=help)


def group(name: str | None = None, *, help: str) -> Callable[[Callable[..., object]], ChineseGroup]:
    """Makes a group of a function, as ``click.group`` does."""
    return click.group(name, cls=ChineseGroup, help=help)
