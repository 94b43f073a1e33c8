"""Tables as one web page that needs nothing beside it and prints on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jinja2 import Template

Scope = Literal["row", "rowgroup", "col", "colgroup"]


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell: a heading for what its ``scope`` names, a plain cell without one; ``style`` is a class of the page."""

    text: str
    scope: Scope | None = None
    style: Literal["", "note", "group"] = ""
    row_span: int = 1
    column_span: int = 1


TableRow = Sequence[TableCell]
"""The cells that begin in a row, from left to right."""


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table under its title; the head is repeated on each printed page.

    A table of style ``rows`` has labels at its left, a ``flat`` one has none.
    """

    title: str
    style: Literal["rows", "flat"]
    head: Sequence[TableRow]
    body: Sequence[TableRow]


def tables_page(title: str, tables: Sequence[PageTable]) -> str:
    """The whole page under its title, every text escaped."""
    return _template().render(title=title, tables=tables)


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # only a page needs it, and a command starts sooner

    source = resources.files(__package__).joinpath("tables.j2").read_text("utf-8")
    rules = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return rules.from_string(source)
