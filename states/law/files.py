"""The files that hold the law: the package's own, or others laid over them for as long as a question is asked.

Whether a new law is in order, and what it would move, must be known before it is put in force. So every
table is made of the files in use, and kept with them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module, resources
from inspect import unwrap
from pathlib import Path
from typing import Any, TypeVar, cast

from ..errors import BadData, Fault

T = TypeVar("T")
_JUDGE = "disclosure.states.procedure.law_faults"
"""What tells every fault of every file; it reads all tables, and is loaded where one of them has a fault."""


@dataclass(frozen=True, eq=False)
class LawFiles:
    """The law's files: those of a folder where it has them, the package's own for all others."""

    folder: Path | None = None
    made: dict[Callable[[], object], Any] = field(default_factory=dict, repr=False)
    """What has been made of the files."""
    gathered: list[Fault] | None = None
    """Where a list: the faults of the files are put here, and whatever can be read of a file is used."""
    refused: list[Fault] = field(default_factory=list, repr=False)
    """Every fault of every file, once a table could not be made: none of them is used from then on."""

    def text(self, name: str) -> str:
        """The text of one file."""
        path = self.folder / name if self.folder is not None else None
        if path is not None and path.exists():
            try:
                return path.read_text("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise BadData(
                    {"field": name, "problem": "file_unreadable", "reason": str(error), "origin": name}
                ) from None
        return resources.files(__package__).joinpath(name).read_text("utf-8")


OWN = LawFiles()
"""The product's own files."""
_IN_USE: ContextVar[LawFiles] = ContextVar("disclosure_law", default=OWN)


def law_text(name: str) -> str:
    """The text of one of the law's files; empty where faults are gathered and it can't be read."""
    try:
        return _IN_USE.get().text(name)
    except BadData as error:
        refuse(*error.faults)
        return ""


def refuse(*faults: Fault) -> None:
    """Tells faults of the law's files: raised, or gathered where all of them are asked for.

    Raises:
        BadData: with the faults, where they are not gathered.
    """
    gathered = _IN_USE.get().gathered
    if gathered is None:
        raise BadData(*faults)
    gathered += [fault for fault in faults if fault not in gathered]


def law_names() -> tuple[str, ...]:
    """The names of the law's files."""
    names = (item.name for item in resources.files(__package__).iterdir())
    return tuple(sorted(name for name in names if name.endswith(".toml")))


@contextmanager
def using(files: LawFiles) -> Iterator[None]:
    """Within the block, and in this thread or task alone, the law is read from other files."""
    mark = _IN_USE.set(files)
    try:
        yield
    finally:
        _IN_USE.reset(mark)


def of_law(make: Callable[[], T]) -> Callable[[], T]:
    """Makes a table once for the law's files in use, and keeps it with them.

    Where a table has a fault, the faults of all files are told with it.
    """

    @wraps(make)
    def made() -> T:
        files = _IN_USE.get()
        if files.refused:
            raise BadData(*files.refused)
        if make not in files.made:
            try:
                files.made[make] = make()
            except BadData as first:
                raise BadData(*_every_fault(files, first)) from None
        return cast("T", files.made[make])

    return made


def _every_fault(files: LawFiles, first: BadData) -> list[Fault]:
    """The faults of all files, when one was met; that one alone where they are gathered already."""
    if files.gathered is not None:
        return first.faults
    if not files.refused:
        found: list[Fault] = import_module(_JUDGE).law_faults(files)
        files.refused.extend(found or first.faults)
    return files.refused


def stand_in(table: Callable[[], T], value: T) -> None:
    """Lets something else be a table of the files in use."""
    _IN_USE.get().made[unwrap(table)] = value
