"""The log of reads: who looked at a case's personal data or took them out, when by the real clock, and why.

One chain a case, beside the case's own. A read is noted before anything is shown, in the host's transaction: on a
connection that cannot write, personal data are not shown. Erasing a case takes the reasons; the log itself stays.
"""

import secrets
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, and_, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ...states import admission
from ...states.errors import Conflict, SetupError
from ..kernel.chains import GENESIS, digest, link
from ..kernel.context import Actor, Context, SystemClock, day_of, stamp
from ..kernel.owners import CaseRow, Erasure, IntegrityFault, Verified
from ..kernel.tables import cases as t
from ..kernel.unit import savepoint
from .store import load_seen

_READ, _WHY = t.read.c, t.read_why.c
_CLOCK = SystemClock()
_ATTEMPTS = 5
PORTION = 1000
_CANNOT_WRITE = {"25006", "42501", 8}
"""A read-only transaction and an account that may not write, on PostgreSQL and SQLite."""


class CaseRead(BaseModel):
    """One read: what was seen (``about``: which paper or sheet), by whom, when; an erased reason is None."""

    model_config = ConfigDict(frozen=True)
    seq: int
    what: str
    about: str
    by: str
    name: str
    on: date
    at: str
    why: str | None


class _Link(NamedTuple):
    """A row of the log without its hash."""

    seq: int
    what: str
    about: str
    recorded_at: str
    actor: str
    why_hash: str


def note_read(context: Context, case: CaseRow, what: str, about: str = "", why: str = "") -> None:
    """Notes that the person is about to see personal data of a case.

    Raises:
        BadData: a reason that may not enter; SetupError: ``read_only``, what is shown could not be noted;
        Conflict: others are reading the case at every attempt.
    """
    admission.text("why", why)
    for _ in range(_ATTEMPTS):
        try:
            with savepoint(context.connection) as connection:
                _write(connection, context.actor, case, (what, about), why)
            return
        except IntegrityError:  # somebody has just noted a read of the same case
            continue
        except DBAPIError as error:
            if cannot_write(error):
                raise SetupError("read_only", case=case.number) from None
            raise
    raise Conflict("conflict", text="overtaken")


def cannot_write(error: DBAPIError) -> bool:
    """Whether a statement failed because the connection, or its account, may only read."""
    origin = error.orig
    sqlite = getattr(origin, "sqlite_errorcode", None)
    first = origin.args[0] if origin is not None and origin.args else None
    found = (getattr(origin, "sqlstate", None), None if sqlite is None else sqlite & 0xFF, first)
    return not _CANNOT_WRITE.isdisjoint(found)


def _write(connection: Connection, actor: Actor, case: CaseRow, read: tuple[str, str], why: str) -> None:
    statement = select(_READ.seq, _READ.hash).where(_READ.case_id == case.id).order_by(_READ.seq.desc()).limit(1)
    last = connection.execute(statement).first()
    salt = secrets.token_hex(16) if why else ""
    row = _Link(
        last.seq + 1 if last else 1,
        *read,
        stamp(_CLOCK),
        actor.model_dump_json(exclude_defaults=True),
        digest(salt, why) if why else "",
    )
    before = last.hash if last else GENESIS
    chained = {"case_id": case.id, "prev_hash": before, "hash": link(before, case.agency, case.number, *row)}
    connection.execute(insert(t.read), row._asdict() | chained)
    if why:
        connection.execute(insert(t.read_why), {"case_id": case.id, "seq": row.seq, "salt": salt, "payload": why})


def read_log(context: Context, number: str) -> tuple[CaseRead, ...]:
    """Who has seen the personal data of a case, in order.

    Raises:
        UnknownCase, NotPermitted.
    """
    context.require("administer")
    loaded = load_seen(context, number)
    rows = context.connection.execute(_ROWS.where(_READ.case_id == loaded.id).order_by(_READ.seq))
    return tuple(_entry(row) for row in rows)


_ROWS = select(t.read, _WHY.seq.label("why_seq"), _WHY.salt, _WHY.payload, _WHY.erased_at).outerjoin(
    t.read_why, and_(_WHY.case_id == _READ.case_id, _WHY.seq == _READ.seq)
)


def _entry(row: Row[Any]) -> CaseRead:
    actor, moment = Actor.model_validate_json(row.actor), row.recorded_at
    return CaseRead(
        seq=row.seq,
        what=row.what,
        about=row.about,
        by=actor.user_id,
        name=actor.name or actor.user_id,
        on=day_of(moment),
        at=moment,
        why=row.payload if row.why_hash else "",
    )


def verify(connection: Connection, agency: str | None) -> Verified:
    """Recomputes the chain of each case's reads; memory does not grow with the log."""
    statement = _ROWS.add_columns(t.case.c.agency, t.case.c.case_no).join(t.case, t.case.c.id == _READ.case_id)
    if agency is not None:
        statement = statement.where(t.case.c.agency == agency)
    ordered = statement.order_by(_READ.case_id, _READ.seq)
    found = connection.execute(ordered, execution_options={"yield_per": PORTION})
    faults: list[IntegrityFault] = []
    total = 0
    for _, rows in groupby(found, key=lambda row: row.case_id):
        before, expected = GENESIS, 1
        for row in rows:
            faults += _faults(row, before, expected)
            before, expected, total = row.hash, row.seq + 1, total + 1
    strays = _OF_NO_READ if agency is None else _OF_NO_READ.where(t.case.c.agency == agency)
    faults += [IntegrityFault("read_why_altered", number, seq) for number, seq in connection.execute(strays)]
    return Verified({"reads": total}, tuple(faults))


_OF_NO_READ = (
    select(t.case.c.case_no, _WHY.seq)
    .join(t.case, t.case.c.id == _WHY.case_id)
    .outerjoin(t.read, and_(_READ.case_id == _WHY.case_id, _READ.seq == _WHY.seq))
    .where(_READ.id.is_(None))
    .order_by(_WHY.case_id, _WHY.seq)
)


def _faults(row: Row[Any], before: str, expected: int) -> Iterator[IntegrityFault]:
    """What is wrong with one row of a log."""
    if row.seq != expected or row.prev_hash != before:
        yield IntegrityFault("reads_cut", row.case_no, row.seq)
    elif row.hash != link(before, row.agency, row.case_no, *(getattr(row, name) for name in _Link._fields)):
        yield IntegrityFault("read_altered", row.case_no, row.seq)
    erased = row.erased_at is not None and row.payload is None and row.salt is None
    whole = row.payload is not None and digest(row.salt or "", row.payload) == row.why_hash
    if row.why_hash and not (erased or whole):
        yield IntegrityFault("read_why_altered", row.case_no, row.seq)


def erasures(connection: Connection) -> Iterator[Erasure]:
    """The reasons that say of themselves that they were erased."""
    erased = select(_WHY.case_id, _WHY.erased_at).where(_WHY.erased_at.is_not(None)).distinct()
    for row in connection.execute(erased.order_by(_WHY.case_id)):
        yield Erasure(*row)


def erase(context: Context, case: CaseRow) -> None:
    """Erases the reasons, which may name people; who has read what stays."""
    gone = {"payload": None, "salt": None, "erased_at": context.stamp}
    context.connection.execute(update(t.read_why).where(_WHY.case_id == case.id).values(gone))
