"""The rooms that own tables: each erases and verifies its own rows, and follows a case whose dates have changed.

A host that keeps rows of its own beside a case registers an owner for them: they are then erased and verified
with the case.
"""

import importlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol, cast

from sqlalchemy import Connection

from .context import Context

_OURS = (
    "disclosure.workflow.cases.owner",
    "disclosure.workflow.approvals.owner",
    "disclosure.workflow.notices.owner",
    "disclosure.workflow.reports.owner",
)
"""The rooms of this package, loaded when they are first asked."""


class CaseRow(NamedTuple):
    """The case that an owner's rows belong to: the id of its row, its agency, its number."""

    id: int
    agency: str
    number: str


class IntegrityFault(NamedTuple):
    """One place where the rows differ from what was written: its code, the case or sheet, the step there.

    ``message`` is the sentence of a host's own code; the codes of this package have theirs.
    """

    code: str
    where: str
    seq: int | None = None
    message: str = ""


class Verified(NamedTuple):
    """How many rows of each kind were verified, and every fault of them."""

    counts: Mapping[str, int]
    faults: tuple[IntegrityFault, ...]


class Owner(Protocol):
    """Who owns tables; a module with these functions is one."""

    def erase(self, context: Context, case: CaseRow) -> None:
        """Erases the personal data in the rows of a case; the context gives who erases and when."""
        ...

    def verify(self, connection: Connection, agency: str | None) -> Verified:
        """Compares the rows with the hashes that were written with them, of one agency or of all."""
        ...

    def follow(self, connection: Connection, case: CaseRow | None) -> None:
        """Takes over the new due day of a case that has moved, or of every case."""
        ...


registered: list[Owner] = []
"""The owners that hosts have added to this process."""
_DUTIES = ("erase", "verify", "follow")


def register_owner(owner: Owner) -> None:
    """Adds a host's owner of tables; registered twice, it is asked once.

    Raises:
        TypeError: the owner lacks one of the three functions.
    """
    lacking = [name for name in _DUTIES if not callable(getattr(owner, name, None))]
    if lacking:
        raise TypeError(f"{owner!r} owns tables and cannot do this with them: {', '.join(lacking)}")
    if owner not in registered:
        registered.append(owner)


def remove_owner(owner: Owner) -> None:
    """Takes a host's owner away again; its rows are no longer erased and verified."""
    if owner in registered:
        registered.remove(owner)


def rooms() -> Iterator[Owner]:
    """The rooms of this package that own tables."""
    for name in _OURS:
        yield cast(Owner, importlib.import_module(name))


def follow(connection: Connection, case: CaseRow | None = None) -> None:
    """Calls every owner after one case, or any case, has moved."""
    for owner in (*rooms(), *registered):
        owner.follow(connection, case)
