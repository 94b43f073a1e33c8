"""The rooms that own tables: each erases and verifies its own rows, and follows a case whose days have moved.

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


class Fault(NamedTuple):
    """One place where the rows are not what was written: its code, the case or sheet, the step there."""

    code: str
    where: str
    seq: int | None = None


class Verified(NamedTuple):
    """How many rows of each kind were verified, and every fault of them."""

    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


class Owner(Protocol):
    """Who owns tables; a module with these functions is one."""

    def erase(self, connection: Connection, case_id: int, context: Context) -> None:
        """Erases what the rows of a case tell of people; the context tells who erases and when."""
        ...

    def verify(self, connection: Connection, agency: str | None) -> Verified:
        """Compares the rows with the hashes that were written with them, of one agency or of all."""
        ...

    def follow(self, connection: Connection, case_id: int | None) -> None:
        """Takes over the due day of a case that has moved, or of every case."""
        ...


_registered: list[Owner] = []


def register_owner(owner: Owner) -> None:
    """Adds a host's owner of tables; registered twice, it is asked once."""
    if owner not in _registered:
        _registered.append(owner)


def owners() -> Iterator[Owner]:
    """Every owner: the rooms of this package, then the host's."""
    for name in _OURS:
        yield cast(Owner, importlib.import_module(name))
    yield from _registered


def follow(connection: Connection, case_id: int | None = None) -> None:
    """Tells every owner that the due day of a case, or of any case, has moved."""
    for owner in owners():
        owner.follow(connection, case_id)
