"""The chain of what was listed for erasure and what was erased: one for each agency, and its end beside it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ...states.errors import Conflict
from ..kernel.chains import GENESIS, link
from ..kernel.context import Context
from ..kernel.linking import any_round, linked_since
from ..kernel.owners import CaseRow, Holding, IntegrityFault, Verified
from ..kernel.tables import retention as t

LISTED, ERASED, EARLIER = "listed", "erased", "earlier"
"""``earlier``: it was erased before erasures were a chain."""
_LINK = t.erasure.c


class ErasureLink(NamedTuple):
    """One listing or one erasure, as it is stored; ``list`` is what was listed, as JSON text."""

    agency: str
    seq: int
    act: str
    case_no: str
    on_date: date
    recorded_at: str
    user_id: str
    actor: str
    list: str
    list_hash: str
    prev_hash: str
    hash: str

    def sum(self) -> str:
        """The hash over all of it and over the link before."""
        return link(self.prev_hash, *self[: self._fields.index("prev_hash")])


COLUMNS = tuple(_LINK[name] for name in ErasureLink._fields)


def add_link(context: Context, act: str, number: str, listed: str, list_hash: str) -> ErasureLink:
    """One more link of the agency's chain.

    Raises:
        Conflict: somebody else has listed or erased at the same moment.
    """
    connection, agency, head = context.connection, context.agency, t.erasure_head
    end = connection.execute(select(head.c.seq, head.c.hash).where(head.c.agency == agency)).first()
    seq, previous = (end.seq, end.hash) if end is not None else (0, GENESIS)
    made = ErasureLink(
        agency=agency,
        seq=seq + 1,
        act=act,
        case_no=number,
        on_date=context.today,
        recorded_at=context.stamp,
        user_id=context.actor.user_id,
        actor=context.written(context.actor),
        list=listed,
        list_hash=list_hash,
        prev_hash=previous,
        hash="",
    )
    made = made._replace(hash=made.sum())
    try:
        _move_end(connection, made)
        connection.execute(insert(t.erasure), made._asdict())
    except IntegrityError as error:
        raise Conflict("conflict", text="overtaken") from error
    return made


def _move_end(connection: Connection, made: ErasureLink) -> None:
    head = t.erasure_head
    values = {"seq": made.seq, "hash": made.hash}
    if made.seq == 1:
        connection.execute(insert(head), values | {"agency": made.agency})
        return
    mine = (head.c.agency == made.agency, head.c.seq == made.seq - 1)
    if connection.execute(update(head).where(*mine).values(values)).rowcount != 1:
        raise Conflict("conflict", text="overtaken")


def last_link(connection: Connection, agency: str, number: str) -> ErasureLink | None:
    """The last listing or erasure of a case."""
    where = (_LINK.agency == agency, _LINK.case_no == number)
    row = connection.execute(select(*COLUMNS).where(*where).order_by(_LINK.seq.desc()).limit(1)).first()
    return None if row is None else ErasureLink(*row)


def erased_numbers(connection: Connection, agency: str) -> frozenset[str]:
    """The cases of an agency that have been erased."""
    where = (_LINK.agency == agency, _LINK.act == ERASED)
    return frozenset(connection.execute(select(_LINK.case_no).where(*where)).scalars())


def holdings(context: Context, case: CaseRow) -> tuple[Holding, ...]:
    """What was listed and erased names no person but who did it."""
    return ()


def erase(context: Context, case: CaseRow) -> None:
    """The links stay: they prove that erasing was decided."""


def follow(connection: Connection, case: CaseRow | None) -> None:
    """Does nothing: a link keeps the day on which it was made."""


def erased_between(connection: Connection) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """By agency and case when it may say that it was erased: the moments of list and erasure, and who erased it."""
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for row, listing in _with_listings(connection):
        if row.act != LISTED:
            since = listing.recorded_at if listing is not None else ""
            found.setdefault((row.agency, row.case_no), []).append((since, row.recorded_at, row.user_id))
    return found


def _with_listings(connection: Connection) -> Iterator[tuple[Any, Any]]:
    """Every link with the listing of the same case that stands before it and that no erasure has followed."""
    columns = (_LINK.id, *(_LINK[name] for name in ("agency", "seq", "act", "case_no", "recorded_at", "user_id")))
    rows = connection.execute(select(*columns, _LINK.list_hash).order_by(_LINK.agency, _LINK.seq))
    open_ones: dict[tuple[str, str], Any] = {}
    for row in rows:
        key = (row.agency, row.case_no)
        yield row, open_ones.get(key)
        open_ones.pop(key, None)
        if row.act == LISTED:
            open_ones[key] = row


def _unfounded(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """Erasures of what nobody had listed, and such as are said to be from before the chain and came later."""
    first, later = linked_since(connection, "erasure"), any_round(connection)
    for row, listing in _with_listings(connection):
        if agency not in (None, row.agency):
            continue
        if row.act == ERASED and (listing is None or listing.list_hash != row.list_hash):
            yield IntegrityFault("erasure_unlisted", row.case_no, row.seq)
        if row.act == EARLIER and not first.get(row.id, not later):
            yield IntegrityFault("erasure_not_earlier", row.case_no, row.seq)


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every link, and that none is missing between them or at the end."""
    statement, ends = select(*COLUMNS).order_by(_LINK.agency, _LINK.seq), select(t.erasure_head)
    if agency is not None:
        statement = statement.where(_LINK.agency == agency)
        ends = ends.where(t.erasure_head.c.agency == agency)
    wanted = {row.agency: (row.seq, row.hash) for row in connection.execute(ends)}
    faults: list[IntegrityFault] = []
    count = 0
    for office, found in groupby(connection.execute(statement).all(), key=lambda row: row.agency):
        links = [ErasureLink(*row) for row in found]
        count += len(links)
        faults += _chain(office, links, wanted.pop(office, None))
    faults += [IntegrityFault("erasure_missing", office, 1) for office in wanted]
    faults += _unfounded(connection, agency)
    return Verified({"erasures": count}, tuple(faults))


def _chain(office: str, links: list[ErasureLink], end: tuple[int, str] | None) -> Iterator[IntegrityFault]:
    before = GENESIS
    for place, item in enumerate(links, 1):
        if item.seq != place:
            yield IntegrityFault("erasure_missing", office, place)
            return
        if item.prev_hash != before or item.hash != item.sum():
            yield IntegrityFault("erasure_altered", office, place)
            return
        before = item.hash
    if end != (len(links), before):
        yield IntegrityFault("erasure_missing", office, len(links) + 1)
