"""Prints, as constraints for pip, exactly the lowest versions that pyproject.toml allows for use and for tests."""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
NEED = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?>=(?P<version>[\w.]+)(?: *;.*)?")


def lowest() -> dict[str, str]:
    """The lowest version of each package.

    Raises:
        ValueError: a package without a lower bound, or with two.
    """
    extras = (needs for extra, needs in PROJECT["optional-dependencies"].items() if extra != "dev")
    found: dict[str, str] = {}
    for need in (*PROJECT["dependencies"], *(need for needs in extras for need in needs)):
        if need.startswith("disclosure["):
            continue
        bound = NEED.fullmatch(need)
        if bound is None or found.setdefault(bound["name"], bound["version"]) != bound["version"]:
            raise ValueError(f"one lower bound is wanted: {need}")
    return found


if __name__ == "__main__":
    for name, version in lowest().items():
        print(f"{name}=={version}")
