"""The catalogue: every message that staff read, in Chinese, kept as data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

_FOLDER = "disclosure.notifications.messages"


@cache
def _catalogue() -> dict[str, str]:
    texts: dict[str, str] = {}
    for entry in resources.files(_FOLDER).iterdir():
        if entry.name.endswith(".toml"):
            for key, text in tomllib.loads(entry.read_text("utf-8")).items():
                if key in texts:
                    raise ValueError(f"message {key!r} stands in two files, the second is {entry.name}")
                texts[key] = text
    return texts


def say(key: str, /, **fields: object) -> str:
    """One message in Chinese, with its fields filled in.

    Raises:
        KeyError: no such message, or a field that the message needs was not given.
    """
    return _catalogue()[key].format_map(fields)


def say_with(key: str, fields: Mapping[str, object]) -> str:
    """The same, with the fields in a mapping, which may answer for a field that is missing."""
    return _catalogue()[key].format_map(fields)


def message_keys() -> frozenset[str]:
    """Every message that the catalogue holds."""
    return frozenset(_catalogue())
