"""Tables and lines for a terminal, in Chinese. What is stored and would hide or turn text is shown as its code."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...states.admission import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PLAIN_WIDTH = 120
COLOURS = {
    "overdue": "bold red",
    "today": "red",
    "red": "red",
    "yellow": "yellow",
    "green": "green",
    "missed": "red",
    "suspended": "cyan",
    "error": "red",
    "warning": "yellow",
    "doubt": "cyan",
}


@cache
def console() -> "Console":
    """Standard output; as wide as the terminal, or wide enough for a file."""
    import sys

    from rich.console import Console

    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table; column names are keys of the catalogue, None is printed blank."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, title=visible(title) or None, title_justify="left", pad_edge=False, show_edge=False)
    for column in columns:
        name = column.removesuffix(">")
        shown.add_column(say(f"col_{name}"), justify="right" if column.endswith(">") else "left", overflow="fold")
    for row in rows:
        shown.add_row(
            *(item if isinstance(item, Text) else Text("" if item is None else visible(str(item))) for item in row)
        )
    console().print(shown)


def coloured(text: str, key: str) -> "Text":
    """The text in the colour of its bucket or status."""
    from rich.text import Text

    return Text(visible(text), style=COLOURS.get(key, ""))


def line(text: str = "") -> None:
    """One line, never cut or wrapped."""
    click.echo(visible(text))


def heading(key: str, **fields: object) -> None:
    """A heading over what follows."""
    click.echo("")
    line(say(key, **fields))


def bytes_text(size: int) -> str:
    """A number of bytes as people write it."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(size / 1024, 0.1):.1f} KB"


def days(left: int | None) -> str:
    """Working days left, or over."""
    if left is None:
        return ""
    if left == 0:
        return say("word_today")
    return say("word_days_left", days=left) if left > 0 else say("word_days_over", days=-left)


def weekday(on: date) -> str:
    """The day of the week, one character."""
    return say("weekdays")[on.weekday()]


def yes_no(value: bool) -> str:
    """Yes or no."""
    return say("word_yes" if value else "word_no")


def named(kind: str, key: str | None) -> str:
    """The Chinese name of a key; blank where there is none."""
    from ...notifications.messages.sentences import name

    return name(kind, key) if key else ""
