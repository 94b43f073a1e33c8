"""What states and papers are called: the names that the moves' declarations share."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text("utf-8"))


def state_names() -> Mapping[str, str]:
    """The states of cases, reviews and suits, each with its Chinese name."""
    return _names()["states"]


def paper_names() -> Mapping[str, str]:
    """The papers that moves give rise to, each with its Chinese name."""
    return _names()["papers"]
