"""Chinese wording of every message that staff read, kept as data beside the templates."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

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


def say(key: str, /, **fields: Any) -> str:
    """One message in Chinese, with its fields filled in.

    Raises:
        KeyError: no such message, or a field that the message needs was not given.
    """
    return _catalogue()[key].format_map(fields)


def say_with(key: str, fields: Mapping[str, Any]) -> str:
    """The same with the fields in one mapping, which may know what to do for a field that is missing."""
    return _catalogue()[key].format_map(fields)


def message_keys() -> frozenset[str]:
    """Every message that the catalogue holds."""
    return frozenset(_catalogue())
