"""How the verbs are called, read from the text of their files without importing one of them.

The list of commands is there at once so; whoever does a verb imports all of them.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple


class VerbName(NamedTuple):
    """A verb by name and title, and the few words that its declaration has for a list of commands."""

    name: str
    title: str
    description: str = ""
    order: int = 0
    is_signed: bool = True

    @property
    def typed(self) -> str:
        """How it is typed on the command line."""
        return self.name.replace("_", "-")


@cache
def verb_names() -> tuple[VerbName, ...]:
    """Every verb in its order, also those with commands of their own (not ``is_signed``)."""
    files = [item for item in resources.files(f"{__package__}.verbs").iterdir() if item.name.endswith(".py")]
    found = [item for file in files for item in _written(file.read_text("utf-8"))]
    return tuple(sorted(found, key=lambda item: item.order))


def _written(text: str) -> Iterator[VerbName]:
    """The verbs that a file declares in so many words; none of one that is not Python, which loading it tells."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return
    for call in (node.value for node in body if isinstance(node, ast.Assign)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("VerbEntry", "Verb"):
            words = {
                word.arg: word.value.value
                for word in call.keywords
                if word.arg in VerbName._fields and isinstance(word.value, ast.Constant)
            }
            if {"name", "title"} <= words.keys():
                yield VerbName(**words, is_signed=call.func.id == "Verb")  # type: ignore[arg-type]  # as declared
