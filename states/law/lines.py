"""The line of a TOML text on which something stands, so that a fault can be found by who wrote it."""

import re
from collections.abc import Iterator

from ..errors import Place

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r'^\s*([\w-]+|"[^"]+")\s*=\s*(.*)$')
_ITEM = re.compile(r"^\s*[{\[\"\d]")


def line_of(text: str, place: Place) -> int:
    """The line, counted from 1, that comes nearest to a place: its own, else that of the part that holds it."""
    best, depth = 1, 0
    for number, path in _places(text):
        if len(path) > depth and path == place[: len(path)]:
            best, depth = number, len(path)
    return best


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Every line that begins a table, a field or an item of a list, with its place."""
    table: Place = ()
    counted: dict[Place, int] = {}
    items: tuple[Place, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if items is not None and _ITEM.match(line):
            yield number, (*items[0], items[1])
            items = items[0], items[1] + 1
        elif items is not None and line.lstrip().startswith("]"):
            items = None
        elif header := _HEADER.match(line):
            table = _table(header[2], counted, header[1] == "[[")
            yield number, table
        elif key := _KEY.match(line):
            path = (*table, key[1].strip('"'))
            items = (path, 0) if key[2].strip() == "[" else None
            yield number, path


def _table(name: str, counted: dict[Place, int], listed: bool) -> Place:
    """The place that a header names; of a list of tables, the item that it begins or belongs to."""
    names = [part.strip().strip('"') for part in name.split(".")]
    path: Place = ()
    for index, part in enumerate(names):
        path = (*path, part)
        if listed and index == len(names) - 1:
            counted[path] = counted.get(path, -1) + 1
        if path in counted:
            path = (*path, counted[path])
    return path
