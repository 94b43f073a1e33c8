"""Serials of a year, gap-free: of cases and of papers, one count for each agency, series and year.

A serial is taken in the transaction that uses it and in no other: what is rolled back leaves no gap, and writers of one
count wait for each other.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from .tables.kernel import serial as table

CASES, PAPERS = "case", "paper"
"""What is numbered."""


class Count(NamedTuple):
    """What is counted: the kind of number (``CASES``, ``PAPERS``), for which agency, in which series and year."""

    kind: str
    agency: str
    series: str
    year: int


_WHERE = tuple(table.c[name] == bindparam(f"b_{name}") for name in Count._fields)
_NEXT = update(table).where(*_WHERE).values(last=table.c.last + 1)
_SET = update(table).where(*_WHERE).values(last=bindparam("b_last"))
_LAST = select(table.c.last).where(*_WHERE)


def _none_before() -> int:
    return 0


def _as_it_is(serial: int) -> int:
    return serial


def take(
    connection: Connection,
    count: Count,
    *,
    before: Callable[[], int] = _none_before,
    free: Callable[[int], int] = _as_it_is,
) -> int:
    """The next serial of a count; who else wants one waits until the transaction ends.

    ``before`` tells the last serial that was used before anything was counted, ``free`` the first one from a serial on
    that nobody has.
    Raises:
        IntegrityError: another writer has just begun the count; the unit of work is to be tried again.
    """
    if connection.execute(_NEXT, _key(count)).rowcount == 0:
        found = free(before() + 1)
        connection.execute(insert(table), count._asdict() | {"last": found})
        return found
    last = last_of(connection, count) or 1
    found = free(last)
    if found != last:
        connection.execute(_SET, _key(count) | {"b_last": found})
    return found


def last_of(connection: Connection, count: Count) -> int | None:
    """The last serial that was taken; None where nothing has been counted."""
    found: int | None = connection.execute(_LAST, _key(count)).scalar()
    return found


def begun(connection: Connection, kind: str) -> list[Count]:
    """Every count of a kind from which a number has been taken."""
    counted = select(*(table.c[name] for name in Count._fields)).where(table.c.kind == kind, table.c.last != 0)
    return [Count(*row) for row in connection.execute(counted.order_by(*table.primary_key.columns))]


def set_last(connection: Connection, count: Count, last: int) -> None:
    """Lets a count go on after a serial.

    Raises:
        IntegrityError: another writer has just begun the count; the unit of work is to be tried again.
    """
    if connection.execute(_SET, _key(count) | {"b_last": last}).rowcount == 0:
        connection.execute(insert(table), count._asdict() | {"last": last})


def _key(count: Count) -> dict[str, object]:
    return {f"b_{name}": value for name, value in count._asdict().items()}
