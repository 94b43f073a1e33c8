"""The data of a move as people read them: each field by its title, each choice by its label."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .catalogue import say, text_of
from .sentences import name


class Told(NamedTuple):
    """One field of a move's data: its title and its value in words."""

    title: str
    value: str


def told_data(move: str, data: Mapping[str, object], amends: str = "") -> list[Told]:
    """The data of a move, field by field; what has no title is told by its key, and no value is left out.

    ``amends`` is the move of the step that an amendment changes: what it is to say is told as a field of that move.
    """
    found = []
    for key, value in data.items():
        if amends and key == "seq":
            found.append(Told(_title(move, key), say("told_step", seq=value, move=name("move", amends))))
        elif amends and key == "data" and isinstance(value, Mapping):
            found += [Told(say("told_amended", title=title), said) for title, said in _members(amends, "", value)]
        else:
            found += _field(move, key, value)
    return found


def _members(move: str, path: str, data: Mapping[str, object]) -> Iterator[Told]:
    for key, value in data.items():
        yield from _field(move, f"{path}.{key}" if path else str(key), value)


def _field(move: str, path: str, value: object) -> Iterator[Told]:
    title = _title(move, path)
    if isinstance(value, Mapping):
        yield from (Told(f"{title}·{inner}", said) for inner, said in _members(move, path, value))
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
        for place, item in enumerate(value, 1):
            yield from (Told(f"{place}. {inner}", said) for inner, said in _field(move, path, item))
    elif isinstance(value, list | tuple):
        yield Told(title, "、".join(_said(move, path, item) for item in value) or say("word_none"))
    else:
        yield Told(title, _said(move, path, value))


def _title(move: str, path: str) -> str:
    from ...states.procedure.description import label_of  # every declaration: only where data are told

    key = path.rpartition(".")[2]
    named = label_of(path, move) or label_of(key, move) or text_of(f"field_{key}")
    return named or say("told_unnamed", key=key)


def _said(move: str, path: str, value: object) -> str:
    """A value in words; a choice with its code, and for nothing that nothing is to stand there."""
    from ...states.procedure.description import labels_of

    if value is None:
        return say("told_cleared")
    if isinstance(value, bool):
        return say("word_yes" if value else "word_no")
    label = labels_of(path, move).get(str(value)) or labels_of(path.rpartition(".")[2], move).get(str(value))
    return f"{label}（{value}）" if label and label != value else str(value)
