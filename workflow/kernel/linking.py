"""The register-wide chain: checkpoints, each of which links what has been written anywhere since the one before.

Each case, sheet and log has a chain of its own, so that writers of different cases never wait for each other. Here
their ends are tied together afterwards, a portion at a time, with the rows that stand by themselves: settings versions,
published figures, appointments, erasures. A move pays nothing for it.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import String

from ...states.errors import Conflict
from .chains import GENESIS, digest_by
from .context import Context, Sessions, stamp
from .database import LINKED
from .owners import IntegrityFault, Verified
from .retries import transaction
from .tables.base import Linked
from .tables.kernel import checkpoint as t_checkpoint
from .tables.kernel import counter, link
from .unit import savepoint, unit
from .versions import latest, text_at

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

HEADS = 10_000
"""A checkpoint holds no more: the first one after a large import must neither fill the memory nor hold up others."""
PORTION = 500
LATE = 1000
"""Rows before the last one that are looked at again where transactions commit in another order than they number."""
_EARLIEST, _SHA256, _SM3 = 1, 2, 3
ALGORITHMS = {_EARLIEST: "sha256", _SHA256: "sha256", _SM3: "sm3"}
"""The hash of each scheme. The first knew chains of cases only; an end is written otherwise since."""
_OF_SETTING = {"sha256": _SHA256, "sm3": _SM3}
_END = "checkpoints"
_ENDING = frozenset(item.kind for item in LINKED if item.ending)
"""Kinds whose rows end later: these are few, and gone over each time."""
_KINDS = frozenset(item.kind for item in LINKED)
_L = link.c
_ENDS = select(_L.kind, _L.ref, _L.seq, _L.hash, _L.state)


class End(NamedTuple):
    """The end of one chain, or one row that stands by itself, as a checkpoint holds it.

    ``state`` is the hash of the rows that change with that chain only.
    """

    kind: str
    ref: int
    seq: int
    hash: str
    state: str | None = None

    def text(self, scheme: int) -> str:
        """As the sum of a checkpoint takes it in."""
        if scheme == _EARLIEST:
            return f"{self.ref}:{self.seq}:{self.hash}"
        return f"{self.kind}:{self.ref}:{self.seq}:{self.hash}:{self.state or ''}"


class Checkpoint(NamedTuple):
    """A checkpoint with the ends that it ties together."""

    id: int
    created_at: str
    scheme: int
    prev_hash: str
    hash: str
    ends: Sequence[End]

    def sum(self) -> str:
        """Its hash, by its own scheme.

        Raises:
            ValueError: this machine does not have the algorithm.
        """
        texts = (end.text(self.scheme) for end in self.ends)
        scheme = () if self.scheme == _EARLIEST else (self.scheme,)
        return digest_by(ALGORITHMS.get(self.scheme, ""), (*scheme, self.prev_hash, self.created_at, *texts))


def checkpoint(context: Context, *, whole: bool = False) -> int:
    """Links whatever is not linked yet, in the host's transaction; returns how many ends.

    ``whole``: goes over all rows, not only over those that came since.

    Raises:
        NotPermitted; Conflict: another checkpoint was taken at the same moment.
    """
    context.require_everywhere("operate")
    return link_all(context, whole=whole)


def link_all(context: Context, *, whole: bool = False) -> int:
    """The same for who has been asked already.

    Raises:
        Conflict.
    """
    total, since = 0, _since(context.connection, whole)
    while True:
        with unit(context) as connection:
            found, since = _write_next(connection, since, stamp(context.clock))
        total += found
        if not since:
            return total


def link_up(sessions: Sessions, at: str, *, whole: bool = False) -> int:
    """The same in transactions of its own, one for each portion; who is linking at the same moment has the rest."""
    total = 0
    with suppress(Conflict):
        since = transaction(sessions, lambda session: _since(session.connection(), whole))
        while since:
            found, since = transaction(sessions, partial(_write_in, since=since, at=at))
            total += found
    return total


Since = dict[str, int]
"""By kind the number of the last row that has been gone over; nothing once all is."""


def _write_in(session: "Session", *, since: Since, at: str) -> tuple[int, Since]:
    return _write_next(session.connection(), since, at)


def _since(connection: Connection, whole: bool) -> Since:
    if whole:
        return {item.kind: 0 for item in LINKED}
    marks = {row.name: row.number for row in connection.execute(select(counter.c.name, counter.c.number))}
    late = 0 if connection.dialect.name == "sqlite" else LATE  # which has one writer at a time
    return {item.kind: max(_reached(connection, item, marks) - late, 0) for item in LINKED}


def _reached(connection: Connection, item: Linked, marks: Mapping[str, int]) -> int:
    """The last row that has been gone over; none where the mark lies behind all of them: nobody of us set it."""
    mark = marks.get(_mark(item.kind), 0)
    last: int | None = connection.execute(select(func.max(item.table.c.id))).scalar() if mark else None
    return mark if last is not None and mark <= last else 0


def _mark(kind: str) -> str:
    return f"linked:{kind}"


def _write_next(connection: Connection, since: Since, at: str) -> tuple[int, Since]:
    """Links the next portion; returns how many ends, and from where to go on."""
    ends: list[End] = []
    reached: Since = {}
    algorithm = text_at(connection, latest(connection), "setting", "hash") or "sha256"
    for item in LINKED:
        if item.kind in since:
            upto = _upto(connection, item, since[item.kind], HEADS - len(ends))
            if upto is not None:
                ends += _unlinked(connection, item, (since[item.kind], upto), algorithm)
                reached[item.kind] = upto
        if len(ends) >= HEADS:
            break
    if ends or reached.keys() - _ENDING:
        with savepoint(connection):
            if ends:
                _write(connection, ends, _OF_SETTING[algorithm], at)
            _note(connection, reached)
    return len(ends), ({**since, **reached} if reached else {})


def _upto(connection: Connection, item: Linked, since: int, most: int) -> int | None:
    """The last of the next rows; None where none is left. Rows that end later are few and gone over each time."""
    key = item.table.c.id
    window = select(key).where(key > since).order_by(key).limit(most).subquery()
    found: int | None = connection.execute(select(func.max(window.c.id))).scalar()
    return found


def _unlinked(connection: Connection, item: Linked, window: tuple[int, int], algorithm: str) -> list[End]:
    if not item.parent:
        return list(_unlinked_rows(connection, item, window, algorithm))
    columns = item.table.c
    parent, key = columns[item.parent], columns.id
    last = (
        select(parent.label("ref"), func.max(columns.seq).label("seq"))
        .where(key > window[0], key <= window[1])
        .group_by(parent)
        .subquery()
    )
    same = and_(_L.kind == item.kind, _L.ref == last.c.ref, _L.seq == last.c.seq)
    rows = connection.execute(
        select(last.c.ref, last.c.seq, columns.hash)
        .join(item.table, and_(parent == last.c.ref, columns.seq == last.c.seq))
        .outerjoin(link, same)
        .where(_L.ref.is_(None))
    ).all()
    states = _states(connection, item, [row.ref for row in rows], algorithm)
    return [End(item.kind, row.ref, row.seq, row.hash, states.get(row.ref)) for row in rows]


def _unlinked_rows(connection: Connection, item: Linked, window: tuple[int, int], algorithm: str) -> Iterator[End]:
    key = item.table.c.id
    rows = connection.execute(_raw(item).where(key > window[0], key <= window[1]).order_by(key)).all()
    known: set[tuple[int, int]] = set()
    for start in range(0, len(rows), PORTION):
        here = _L.ref.in_([row.id for row in rows[start : start + PORTION]])
        links = connection.execute(select(_L.ref, _L.seq).where(_L.kind == item.kind, here))
        known |= {(found.ref, found.seq) for found in links}
    for row in rows:
        seq = _ended(item, row)
        if (row.id, seq) not in known:
            yield End(item.kind, row.id, seq, _row_hash(item, row, seq, algorithm))


def _raw(item: Linked) -> Any:
    """The rows as they are stored: a damaged day is no error, but another text."""
    names = (*item.columns, *item.ending)
    return select(
        *(type_coerce(item.table.c[name], String).label(name) for name in names if name != "id"), item.table.c.id
    )


def _ended(item: Linked, row: Row[Any]) -> int:
    """Which state of the row it is: 1 as it was made, 2 ended."""
    return 2 if any(row._mapping[name] is not None for name in item.ending) else 1


def _row_hash(item: Linked, row: Row[Any], seq: int, algorithm: str) -> str:
    names = item.columns if seq == 1 else (*item.columns, *item.ending)
    return digest_by(algorithm, (row._mapping[name] for name in names))


def _states(connection: Connection, item: Linked, refs: Sequence[int], algorithm: str) -> Mapping[int, str]:
    """The hashes of the rows that change with those chains only, as the room that owns them gives them."""
    if not item.states or not refs:
        return {}
    found: dict[int, str] = {}
    room = importlib.import_module(item.states)
    for start in range(0, len(refs), PORTION):
        texts = room.states(connection, refs[start : start + PORTION])
        found |= {ref: digest_by(algorithm, parts) for ref, parts in texts.items()}
    return found


def _write(connection: Connection, ends: list[End], scheme: int, at: str) -> None:
    """One checkpoint over these ends.

    Raises:
        Conflict: another one has just been taken.
    """
    last = connection.execute(select(counter.c.number, counter.c.hash).where(counter.c.name == _END)).first()
    number, previous = (last.number, last.hash or GENESIS) if last is not None else (0, GENESIS)
    ends.sort(key=lambda end: end[:2])
    made = Checkpoint(0, at, scheme, previous, "", ends)
    row = {"created_at": at, "heads": len(ends), "scheme": scheme, "prev_hash": previous, "hash": made.sum()}
    try:
        key = connection.execute(insert(t_checkpoint), row).inserted_primary_key[0]  # type: ignore[index]
    except IntegrityError:
        raise Conflict("conflict", text="checkpoint_twice") from None
    for start in range(0, len(ends), PORTION):
        portion = [{"checkpoint_id": key} | end._asdict() for end in ends[start : start + PORTION]]
        connection.execute(insert(link), portion)
    _set(connection, _END, number + 1, str(row["hash"]))


def _note(connection: Connection, reached: Since) -> None:
    """Notes up to which rows has been gone over."""
    for kind, number in reached.items():
        if kind not in _ENDING:
            _set(connection, _mark(kind), number)


def _set(connection: Connection, name: str, number: int, sum_: str | None = None) -> None:
    values = {"number": number, "hash": sum_}
    if connection.execute(update(counter).where(counter.c.name == name).values(values)).rowcount != 1:
        connection.execute(insert(counter), {"name": name} | values)


def checkpoints(connection: Connection) -> Iterator[Checkpoint]:
    """Every checkpoint, in order, one at a time."""
    columns = t_checkpoint.c
    ids = connection.execute(select(columns.id).order_by(columns.id)).scalars().all()
    for start in range(0, len(ids), PORTION):
        yield from _read(connection, ids[start : start + PORTION])


def checkpoints_with(connection: Connection, kind: str, ref: int) -> list[Checkpoint]:
    """The checkpoints that hold an end of that chain; of the others in them no more than numbers and hashes."""
    mine = select(_L.checkpoint_id).where(_L.kind == kind, _L.ref == ref).order_by(_L.checkpoint_id)
    return list(_read(connection, connection.execute(mine).scalars().all()))


def _read(connection: Connection, ids: Sequence[int]) -> Iterator[Checkpoint]:
    columns = t_checkpoint.c
    names = (columns.id, columns.created_at, columns.scheme, columns.prev_hash, columns.hash)
    for row in connection.execute(select(*names).where(columns.id.in_(ids)).order_by(columns.id)).all():
        found = connection.execute(select(_L.kind, _L.ref, _L.seq, _L.hash, _L.state).where(_L.checkpoint_id == row.id))
        yield Checkpoint(*row, sorted((End(*item) for item in found), key=lambda end: end[:2]))


def verify_links(connection: Connection) -> Verified:
    """The chain of checkpoints, and whatever they hold against the rows as they are."""
    faults: list[IntegrityFault] = []
    previous, number = GENESIS, 0
    heads = {row.id: row.heads for row in connection.execute(select(t_checkpoint.c.id, t_checkpoint.c.heads))}
    for item in checkpoints(connection):
        number += 1
        whole = item.prev_hash == previous and heads[item.id] == len(item.ends) and _sums_up(item)
        if not whole:
            faults.append(IntegrityFault("checkpoint_altered", str(item.id)))
        previous = item.hash
    if _last(connection) != (number, previous):
        faults.append(IntegrityFault("checkpoints_cut", str(number)))
    for item in LINKED:
        faults += _of_chain(connection, item) if item.parent else _of_rows(connection, item)
    return Verified({"checkpoints": number}, tuple(faults))


def _sums_up(item: Checkpoint) -> bool:
    """Whether a checkpoint has its own hash and no end of a kind that nobody looks at: scheme 1 hashed no kinds."""
    kinds = {"case"} if item.scheme == _EARLIEST else _KINDS
    if not all(end.kind in kinds for end in item.ends):
        return False
    try:
        return item.sum() == item.hash
    except ValueError:  # a scheme that there never was, or that this machine lacks
        return False


def _last(connection: Connection) -> tuple[int, str]:
    """How many checkpoints there are, and the hash of the last, as the counter has them."""
    row = connection.execute(select(counter.c.number, counter.c.hash).where(counter.c.name == _END)).first()
    return (row.number, row.hash or GENESIS) if row is not None else (0, GENESIS)


def _of_chain(connection: Connection, item: Linked) -> Iterator[IntegrityFault]:
    """Every end that its chain no longer has, and every state that is another while the chain has not gone on."""
    columns = item.table.c
    step = and_(columns[item.parent] == _L.ref, columns.seq == _L.seq)
    gone = (
        select(_L.ref, _L.seq)
        .select_from(link)
        .outerjoin(item.table, step)
        .where(_L.kind == item.kind, columns.hash.is_(None) | (columns.hash != _L.hash))
        .order_by(_L.ref, _L.seq)
    )
    for ref, seq in connection.execute(gone):
        yield IntegrityFault(f"gone_{item.kind}", str(ref), seq)
    if item.states:
        yield from _of_states(connection, item)


def _of_states(connection: Connection, item: Linked) -> Iterator[IntegrityFault]:
    columns = item.table.c
    parent = columns[item.parent]
    last = select(func.max(columns.seq)).where(parent == _L.ref).scalar_subquery()
    statement = (
        select(_L.ref, _L.seq, _L.state, t_checkpoint.c.scheme)
        .join(t_checkpoint, t_checkpoint.c.id == _L.checkpoint_id)
        .where(_L.kind == item.kind, _L.state.is_not(None), last == _L.seq)
        .order_by(t_checkpoint.c.scheme, _L.ref)
    )
    rows = connection.execute(statement, execution_options={"yield_per": PORTION})
    for scheme, found in groupby(rows, key=lambda row: row.scheme):
        while portion := list(islice(found, PORTION)):
            now = _states(connection, item, [row.ref for row in portion], ALGORITHMS.get(scheme, "sha256"))
            for row in portion:
                if now.get(row.ref) != row.state:
                    yield IntegrityFault(f"changed_{item.kind}", str(row.ref), row.seq)


def _of_rows(connection: Connection, item: Linked) -> Iterator[IntegrityFault]:
    """Every linked row that is another one now, or gone."""
    found = select(_L.ref, _L.seq, _L.hash, t_checkpoint.c.scheme).join(
        t_checkpoint, t_checkpoint.c.id == _L.checkpoint_id
    )
    ordered = found.where(_L.kind == item.kind).order_by(_L.ref, _L.seq)
    links = iter(connection.execute(ordered, execution_options={"yield_per": PORTION}))
    while portion := list(islice(links, PORTION)):
        here = item.table.c.id.in_([row.ref for row in portion])
        rows = {row.id: row for row in connection.execute(_raw(item).where(here))}
        for end in portion:
            row = rows.get(end.ref)
            algorithm = ALGORITHMS.get(end.scheme, "sha256")
            if row is None or (end.seq == 2 and _ended(item, row) == 1):
                yield IntegrityFault(f"gone_{item.kind}", str(end.ref))
            elif _row_hash(item, row, end.seq, algorithm) != end.hash:
                yield IntegrityFault(f"changed_{item.kind}", str(end.ref))


def place_of(connection: Connection, number: int | None = None) -> tuple[int, str]:
    """The number of a checkpoint in their order (the last one by default) and its hash; 0 where there is none."""
    columns = t_checkpoint.c
    count: int = connection.execute(select(func.count()).select_from(t_checkpoint)).scalar_one()
    wanted = count if number is None else number
    if not 0 < wanted <= count:
        return 0, GENESIS
    statement = select(columns.hash).order_by(columns.id).offset(wanted - 1).limit(1)
    return wanted, str(connection.execute(statement).scalar_one())


def linked_since(connection: Connection, kind: str) -> dict[int, bool]:
    """The rows of a kind that are linked, each with whether it was in the first round over all kinds.

    A round that has more ends than a checkpoint holds goes on in the next one: it ends with one that is not full.
    """
    columns = t_checkpoint.c
    full = select(func.min(columns.id)).where(columns.scheme != _EARLIEST, columns.heads < HEADS)
    end: int | None = connection.execute(full).scalar()
    first = select(_L.ref, func.min(_L.checkpoint_id).label("number")).where(_L.kind == kind).group_by(_L.ref)
    return {row.ref: end is None or row.number <= end for row in connection.execute(first)}


def any_round(connection: Connection) -> bool:
    """Whether a round in which all kinds were linked has come to its end."""
    columns = t_checkpoint.c
    found = select(columns.id).where(columns.scheme != _EARLIEST, columns.heads < HEADS).limit(1)
    return connection.execute(found).first() is not None


def linked_ends(connection: Connection) -> dict[str, int]:
    """How many ends of each kind the checkpoints hold."""
    rows = connection.execute(select(_L.kind, func.count().label("n")).group_by(_L.kind).order_by(_L.kind))
    return {row.kind: row.n for row in rows}
