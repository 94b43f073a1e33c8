"""The catalogue of all Chinese messages for staff, kept as data, and the titles and labels from declarations."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

_FOLDER = "disclosure.notifications.messages"
_STATES = "state_"
"""How the names of states begin, which stand with the states themselves."""


@cache
def _files() -> tuple[str, ...]:
    """The files of messages, first those whose messages nearly every command says."""
    names = [entry.name for entry in resources.files(_FOLDER).iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted(names, key=lambda name: (name != "cli.toml", name != "names.toml", name)))


@cache
def _states() -> dict[str, str]:
    from ...states.procedure.names import state_names  # not before one is wanted

    return {f"{_STATES}{key}": text for key, text in state_names().items()}


@cache
def _file(name: str) -> dict[str, str]:
    return tomllib.loads(resources.files(_FOLDER).joinpath(name).read_text("utf-8"))


@cache
def _catalogue() -> dict[str, str]:
    texts = dict(_states())
    for name in _files():
        for key, text in _file(name).items():
            if key in texts:
                raise ValueError(f"message {key!r} stands in two files, the second is {name}")
            texts[key] = text
    return texts


def _written(key: str) -> str | None:
    """The text of a message from the files, of which no more are read than it takes to find it."""
    if key.startswith(_STATES):
        return _states().get(key)
    return next((_file(name)[key] for name in _files() if key in _file(name)), None)


def _declared() -> dict[str, str]:
    """The titles and labels that the moves declare; none while the moves' files have faults."""
    from ...states.errors import BadData
    from ...states.procedure.catalogue import moves  # not before a word of theirs is wanted:

    try:  # they need the validating library
        moves()
    except BadData:
        return {}
    return _words_of_moves()


@cache
def _words_of_moves() -> dict[str, str]:
    """Names of moves and labels of their fields, as the moves declare them.

    A field that several moves have is called what the first of them calls it. What a file says too, the file says.
    """
    from ...states.procedure.catalogue import fields_of, moves

    texts = {f"move_{name}": move.title for name, move in moves().items()}
    fields = [item for move in moves() for item in fields_of(move)]
    for item in sorted(fields, key=lambda item: item.inner):  # what lies inside another field comes after
        texts.setdefault(f"field_{item.key.rpartition('.')[2]}", item.title)
    return texts


Words = Callable[[], Mapping[str, str]]
_words: list[Words] = []


def add_words(words: Words) -> None:
    """Registers a function that gives the titles and labels of other declarations, for keys that no file has."""
    if words not in _words:
        _words.append(words)
        _added.cache_clear()
        _keys.cache_clear()


@cache
def _added() -> dict[str, str]:
    texts: dict[str, str] = {}
    for words in _words:
        found = words()
        doubled = found.keys() & (_catalogue().keys() | _declared().keys() | texts.keys())
        if doubled:
            raise ValueError(f"messages that are declared stand somewhere else too: {sorted(doubled)}")
        texts |= found
    return texts


def say(key: str, /, **fields: object) -> str:
    """One message in Chinese, with its fields filled in.

    Raises:
        KeyError: no such message, or a field that the message needs was not given.
    """
    return _text(key).format_map(fields)


def text_of(key: str) -> str | None:
    """The text of a message without its fields; None where there is none of that key."""
    text = _written(key)
    return text if text is not None else _declared().get(key) or _added().get(key)


def say_with(key: str, fields: Mapping[str, object]) -> str:
    """The message of ``say`` with its fields in a mapping, which may answer for a missing field."""
    return _text(key).format_map(fields)


def _text(key: str) -> str:
    text = text_of(key)
    if text is None:
        raise KeyError(key)
    return text


def message_keys() -> frozenset[str]:
    """Every message: those of the files, and those that moves and others declare."""
    return _keys(bool(_declared()))


@cache
def _keys(with_moves: bool) -> frozenset[str]:  # by what was there: the moves may have had faults before
    return frozenset(_catalogue()) | _declared().keys() | _added().keys()
