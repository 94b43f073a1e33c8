"""The page that lists the licences of what the package needs, from the metadata of what is installed here.

``python tests/support/third_party_page.py`` writes ``THIRD-PARTY.md`` afresh.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).parents[2] / "THIRD-PARTY.md"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
EXTRAS = ("cli", "office", "chat", "documents", "migrations", "postgresql", "web")
"""What an installation may add; ``all`` is these together, ``test`` and ``dev`` are for those who work on the package."""
_SPDX = {
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Zope Public License": "ZPL-2.1",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
}
"""SPDX names of the older ways in which metadata tell a licence."""
_HEAD = """# Third-party licences

The package ships no code of others. `pip` installs these beside it, each under its own licence; what only tests and builds
need is left out. Made from the metadata of the newest versions by `python tests/support/third_party_page.py`; a test
compares.

MIT, BSD, Apache, ISC, PSF, ZPL and MPL licences ask that their notices stay. `psycopg` and `docxtpl` are under the LGPL: they are
used as they are, as separate packages, which it allows to software of any licence; who passes on a changed copy of one passes
on its source. Neither is part of the core: `psycopg` comes with the extra `postgresql`, `docxtpl` with `documents`. `pyphen`
may be taken under the MPL. What wheels bundle (libpq, libxml2, image libraries) is named in those wheels; Pango and the
typefaces belong to the operating system.
"""


def page() -> str:
    """The page as Markdown: what the package names, then what that brings along."""
    lines = [_HEAD, "## What the package names", "", "| package | for | licence |", "|---|---|---|"]
    lines += [f"| {name} | {', '.join(where)} | {licence_of(name)} |" for name, where in named().items()]
    lines += ["", "## What these bring along", "", "| package | licence |", "|---|---|"]
    lines += [f"| {name} | {licence_of(name)} |" for name in sorted(brought())]
    return "\n".join(lines) + "\n"


def rows(text: str) -> dict[str, str]:
    """The licence that a page gives for each package."""
    found = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {cells[0]: cells[-1] for cells in found if cells[0] != "package"}


def named() -> dict[str, list[str]]:
    """The packages that ``pyproject.toml`` names for use, each with where."""
    found: dict[str, list[str]] = {}
    for need, where in _needs():
        found.setdefault(canonicalize_name(need.name), []).append(where)
    return dict(sorted(found.items()))


def brought() -> set[str]:
    """The packages that those named bring along, as far as they are installed here."""
    waiting = [need for need, _ in _needs()]
    direct = {canonicalize_name(need.name) for need in waiting}
    found: set[str] = set()
    while waiting:
        need = waiting.pop()
        for text in metadata.requires(need.name) or ():
            further = Requirement(text)
            name = canonicalize_name(further.name)
            if name not in found and any(_holds(further, extra) for extra in ("", *need.extras)):
                found.add(name)
                waiting.append(further)
    return found - direct


def licence_of(name: str) -> str:
    """The licence that a package's metadata tell, as an SPDX expression.

    Raises:
        LookupError: they tell none, or one that is not known here.
    """
    told = metadata.metadata(name)
    given = told.get("License-Expression") or told.get("License") or ""
    if re.fullmatch(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*", given):
        return given
    kinds = [text.rpartition(" :: ")[2] for text in told.get_all("Classifier") or () if text.startswith("License :: ")]
    names = [given] if given in _SPDX else [kind for kind in kinds if kind != "OSI Approved"]
    if not names or any(kind not in _SPDX for kind in names):
        raise LookupError(f"{name} tells its licence as {given!r}, {kinds}")
    return " OR ".join(_SPDX[kind] for kind in names)


def _needs() -> Iterator[tuple[Requirement, str]]:
    """What the package needs on this machine, and whether the core or an extra needs it."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    lists = {"core": project["dependencies"]} | {extra: project["optional-dependencies"][extra] for extra in EXTRAS}
    needs = ((Requirement(text), where) for where, texts in lists.items() for text in texts)
    return ((need, where) for need, where in needs if _holds(need))


def _holds(need: Requirement, extra: str = "") -> bool:
    """Whether a requirement holds on this machine, with an extra of who asks for it."""
    return need.marker is None or need.marker.evaluate({"extra": extra})


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
