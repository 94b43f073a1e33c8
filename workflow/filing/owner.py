"""Verifies and erases attachments: the chain of entries, what stands apart from them, and the contents themselves."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from ...states.errors import SetupError
from ..cases.queries import names_of
from ..kernel.chains import GENESIS
from ..kernel.context import Context
from ..kernel.owners import UNREADABLE, CaseRow, Erasure, Holding, IntegrityFault, Verified
from ..kernel.tables import attachments as t
from .entries import APART, BOTH, RAW, Apart, Entry, Kept
from .port import find_store
from .settle import note_erased
from .types import TYPES

_ENTRY, _APART = t.attachment.c, t.attached.c
PORTION = 500


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """The attachments of a case whose names and contents are still there."""
    mine = (_APART.case_id == case.id, _APART.erased_at.is_(None))
    rows = context.connection.scalar(select(func.count()).select_from(t.attached).where(*mine))
    return (Holding(t.attached.name, rows or 0),)


def erase(context: Context, case: CaseRow) -> None:
    """Erases names, hashes and contents; of each attachment its number, role, type, size and day stay.

    Raises:
        SetupError: ``store_missing``: a content lies in a store that this process does not have.
    """
    connection = context.connection
    mine = (_APART.case_id == case.id, _APART.erased_at.is_(None))
    kept = connection.execute(select(_APART.store, _APART.store_key).where(*mine)).all()
    stores = {name: find_store(name) for name in sorted({row.store for row in kept})}
    gone = {"salt": None, "name": None, "sha256": None, "store_key": None, "erased_at": context.stamp}
    connection.execute(update(t.attached).where(*mine).values(gone))
    for row in kept:
        if row.store_key is not None:
            note_erased(connection, stores[row.store], row.store_key)


def erasures(connection: Connection) -> Iterator[Erasure]:
    """The attachments that say of themselves that they were erased."""
    erased = select(_APART.case_id, _APART.erased_at).where(_APART.erased_at.is_not(None)).distinct()
    for row in connection.execute(erased.order_by(_APART.case_id)):
        yield Erasure(*row)


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Does nothing: what is filed keeps the day on which it was filed."""


class Annex(NamedTuple):
    """What a reply gives: the name of its file and the key of its type."""

    name: str
    type: str


def annexes(connection: Connection, case_id: int) -> list[Annex]:
    """What is filed with a case as given with its reply, in order."""
    statement = select(_APART.name, _ENTRY.type).join(t.attachment, BOTH).order_by(_ENTRY.seq)
    mine = (_ENTRY.case_id == case_id, _ENTRY.role == "annex", _APART.name.is_not(None))
    return [Annex(*row) for row in connection.execute(statement.where(*mine))]


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every chain of entries, and each content against its hash, a portion at a time."""
    faults: list[IntegrityFault] = []
    count = 0
    for case_id, kept in _cases(connection):
        office, number = names_of(connection, [case_id]).get(case_id, ("", str(case_id)))
        if agency in (None, office):
            count += len(kept)
            faults += _chain(connection, office, number, kept)
    faults += _without_entry(connection, agency)
    if agency is None:
        faults += _strays(connection)
    return Verified({"attachments": count}, tuple(faults))


def _cases(connection: Connection) -> Iterator[tuple[int, list[Kept]]]:
    """The attachments of each case, as they are stored."""
    width = len(RAW)
    columns = (_ENTRY.case_id, *RAW, *APART)
    statement = select(*columns).outerjoin(t.attached, BOTH).order_by(_ENTRY.case_id, _ENTRY.seq)
    found = connection.execute(statement, execution_options={"yield_per": PORTION})
    for case_id, rows in groupby(found, key=lambda row: row[0]):
        yield case_id, [Kept(Entry(*row[1 : width + 1]), Apart(*row[width + 1 :])) for row in rows]


def _chain(connection: Connection, office: str, number: str, kept: Sequence[Kept]) -> Iterator[IntegrityFault]:
    before = GENESIS
    for place, item in enumerate(kept, 1):
        entry = item.entry
        if entry.seq != place or entry.prev_hash != before:
            yield IntegrityFault("attachments_cut", number, entry.seq)
        elif entry.hash != entry.sum(office, number) or entry.type not in TYPES:
            yield IntegrityFault("attachment_entry_altered", number, entry.seq)
        elif (code := _apart_fault(connection, item)) is not None:
            yield IntegrityFault(code, number, entry.seq)
        before = entry.hash


def _apart_fault(connection: Connection, kept: Kept) -> str | None:
    """What is wrong with what stands apart from an entry, by its code; nothing where it is whole or erased."""
    apart = kept.apart
    if apart.store is None:
        return "attachment_lost"
    if apart.erased_at is not None:
        left = (apart.salt, apart.name, apart.sha256, apart.store_key)
        return None if left == (None,) * len(left) else "attachment_changed"
    if apart.seal != kept.entry.seal or apart.store_key is None:
        return "attachment_changed"
    try:
        found = _sum(connection, apart.store, apart.store_key)
    except LookupError:
        return "attachment_lost"
    except SetupError as error:
        return "attachment_store_missing" if error.code == "store_missing" else "attachment_lost"
    except UNREADABLE:
        return "row_unreadable"
    return None if found == _Sum(apart.sha256 or "", kept.entry.size) else "attachment_changed"


class _Sum(NamedTuple):
    """The hash and the size of a content."""

    sha256: str
    size: int


def _sum(connection: Connection, store: str, key: str) -> _Sum:
    sum_, size = sha256(), 0
    for portion in find_store(store).get(connection, key):
        sum_.update(portion)
        size += len(portion)
    return _Sum(sum_.hexdigest(), size)


def _without_entry(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """What stands apart from an entry that is not there."""
    statement = select(_APART.case_id, _APART.seq).outerjoin(t.attachment, BOTH).where(_ENTRY.id.is_(None))
    rows = connection.execute(statement.order_by(_APART.case_id, _APART.seq)).all()
    known = names_of(connection, [row.case_id for row in rows])
    for row in rows:
        office, number = known.get(row.case_id, ("", str(row.case_id)))
        if agency in (None, office):
            yield IntegrityFault("attachments_cut", number, row.seq)


def _strays(connection: Connection) -> Iterator[IntegrityFault]:
    """Contents that no row names, of each store that is in use and that this process has."""
    used = {"database", *connection.execute(select(_APART.store).distinct()).scalars()}
    for name in sorted(used):
        try:
            keys = list(find_store(name).keys(connection))
        except SetupError:
            continue  # told of each of its attachments
        for start in range(0, len(keys), PORTION):
            portion = keys[start : start + PORTION]
            mine = select(_APART.store_key).where(_APART.store == name, _APART.store_key.in_(portion))
            known = set(connection.execute(mine).scalars())
            yield from (IntegrityFault("attachment_stray", f"{name}/{key}") for key in portion if key not in known)
