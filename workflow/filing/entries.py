"""Attachments in the database: the chained entries of a case, and what is personal of each, apart from it."""

import secrets
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, String, and_, func, insert, select, type_coerce

from ..cases.store import Loaded
from ..kernel.chains import GENESIS, digest, link
from ..kernel.context import Context
from ..kernel.tables import attachments as t

_ENTRY, _APART = t.attachment.c, t.attached.c
ROLES = ("application", "identity", "evidence", "opinion", "annex", "judgment", "receipt")
"""What an attachment is to its case."""


class Entry(NamedTuple):
    """A link of the chain, as it is stored; ``seal`` is the salted hash of the name and the content."""

    seq: int
    role: str
    type: str
    size: int
    seal: str
    on_date: date
    recorded_at: str
    actor: str
    prev_hash: str
    hash: str

    def sum(self, agency: str, number: str) -> str:
        """The hash over all of it, the case, and the link before."""
        return link(self.prev_hash, agency, number, *self[: self._fields.index("prev_hash")])


class Apart(NamedTuple):
    """What is personal of an attachment, and where its content lies; after erasing no more than the store."""

    salt: str | None
    name: str | None
    sha256: str | None
    store: str | None
    store_key: str | None
    erased_at: str | None

    @property
    def seal(self) -> str:
        """The salted hash of the name and the content."""
        return digest(self.salt or "", self.name or "", self.sha256 or "")


class Kept(NamedTuple):
    """An attachment: its entry, and what stands apart."""

    entry: Entry
    apart: Apart


ENTRY = tuple(_ENTRY[name] for name in Entry._fields)
RAW = tuple(type_coerce(item, String) if item is _ENTRY.on_date else item for item in ENTRY)
"""The same as they are stored: a damaged day is no error, but another text."""
APART = tuple(_APART[name] for name in Apart._fields)
BOTH = and_(_APART.case_id == _ENTRY.case_id, _APART.seq == _ENTRY.seq)


class NewFile(NamedTuple):
    """A file that is to be attached: what it is, and in which store under which key its content lies."""

    name: str
    role: str
    type: str
    size: int
    sha256: str
    store: str
    store_key: str


def entries(connection: Connection, case_id: int, *where: ColumnElement[bool]) -> list[Kept]:
    """The attachments of a case, in their order."""
    statement = select(*ENTRY, *APART).outerjoin(t.attached, BOTH).where(_ENTRY.case_id == case_id, *where)
    width = len(ENTRY)
    rows = connection.execute(statement.order_by(_ENTRY.seq))
    return [Kept(Entry(*row[:width]), Apart(*row[width:])) for row in rows]


def find_entry(connection: Connection, case_id: int, seq: int) -> Kept | None:
    """The attachment of a number; None where there is none."""
    return next(iter(entries(connection, case_id, _ENTRY.seq == seq)), None)


def size_of(connection: Connection, case_id: int) -> int:
    """Bytes of a case's attachments that have not been erased."""
    joined = select(func.coalesce(func.sum(_ENTRY.size), 0)).join(t.attached, BOTH)
    found: int = connection.execute(joined.where(_ENTRY.case_id == case_id, _APART.erased_at.is_(None))).scalar_one()
    return int(found)


def add_entry(context: Context, loaded: Loaded, new: NewFile) -> int:
    """One more link; returns its number. The case's row is held, so that numbers follow each other."""
    connection, mine = context.connection, _ENTRY.case_id == loaded.id
    last = connection.execute(select(_ENTRY.seq, _ENTRY.hash).where(mine).order_by(_ENTRY.seq.desc()).limit(1)).first()
    apart = Apart(secrets.token_hex(16), new.name, new.sha256, new.store, new.store_key, None)
    made = Entry(
        seq=last.seq + 1 if last else 1,
        role=new.role,
        type=new.type,
        size=new.size,
        seal=apart.seal,
        on_date=context.today,
        recorded_at=context.stamp,
        actor=context.written(context.actor),
        prev_hash=last.hash if last else GENESIS,
        hash="",
    )
    made = made._replace(hash=made.sum(context.agency, loaded.case.case))
    connection.execute(insert(t.attachment), {"case_id": loaded.id} | made._asdict())
    connection.execute(insert(t.attached), {"case_id": loaded.id, "seq": made.seq} | apart._asdict())
    return made.seq
