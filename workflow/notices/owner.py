"""Whether issued papers are whole: the chain of acts, the frozen bytes, the proofs, the gap-free numbers."""

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from ..cases.queries import names_of
from ..kernel.chains import GENESIS, digest
from ..kernel.context import Context
from ..kernel.owners import Fault, Verified
from ..kernel.tables import notices as t
from .store import act_hash

PORTION = 500


def verify(connection: Connection, agency: str | None) -> Verified:
    """Every issued paper, the chain of its acts, the proofs and the numbers."""
    faults = [*_chains(connection, agency), *_numbers(connection, agency)]
    statement = select(t.notice).order_by(t.notice.c.id)
    if agency is not None:
        statement = statement.where(t.notice.c.agency == agency)
    rows = connection.execute(statement).all()
    names = names_of(connection, [row.case_id for row in rows])
    for row in rows:
        faults += _paper(connection, row, names[row.case_id][1])
    return Verified({"papers": len(rows)}, tuple(faults))


def _chains(connection: Connection, agency: str | None) -> Iterator[Fault]:
    statement = select(t.paper_act).order_by(t.paper_act.c.case_id, t.paper_act.c.seq)
    rows = connection.execute(statement).mappings().all()
    names = names_of(connection, [row["case_id"] for row in rows])
    for case_id, acts in groupby(rows, key=lambda row: row["case_id"]):
        office, number = names[case_id]
        if agency in (None, office):
            yield from _chain(connection, office, number, list(acts))


def _chain(connection: Connection, agency: str, number: str, acts: list[RowMapping]) -> Iterator[Fault]:
    before, expected = GENESIS, 1
    for act in acts:
        if act["seq"] != expected or act["prev_hash"] != before:
            yield Fault("paper_acts_cut", number, act["seq"])
        elif act_hash(agency, number, dict(act)) != act["hash"]:
            yield Fault("paper_act_altered", number, act["seq"])
        else:
            yield from _proof(connection, act, number)
        before, expected = act["hash"], act["seq"] + 1


def _proof(connection: Connection, act: RowMapping, number: str) -> Iterator[Fault]:
    data = json.loads(act["data"])
    if "proof" not in data:
        return
    where = (t.proof.c.case_id == act["case_id"], t.proof.c.seq == act["seq"])
    row = connection.execute(select(t.proof).where(*where)).first()
    if row is None:
        yield Fault("proof_missing", number, act["seq"])
    elif row.erased_at is None:
        told = row.payload is not None and digest(row.salt, row.payload) == data["proof"]
        file = row.file_content is None or sha256(row.file_content).hexdigest() == data["file"]
        if not told or not file or (data["file"] is not None and row.file_content is None):
            yield Fault("proof_altered", number, act["seq"])


def _paper(connection: Connection, row: Any, number: str) -> Iterator[Fault]:
    """The bytes against what was recorded when the paper was issued."""
    columns = t.paper_act.c
    where = (columns.case_id == row.case_id, columns.notice_no == row.notice_no, columns.act == "issued")
    acts = connection.execute(select(columns.data).where(*where)).all()
    if len(acts) != 1:
        yield Fault("paper_without_issue", number, row.notice_no)
        return
    issued = json.loads(acts[0].data)
    bytes_of = {
        item.carrier: item for item in connection.execute(select(t.carrier).where(t.carrier.c.notice_id == row.id))
    }
    for name, wanted in issued["hashes"].items():
        found = bytes_of.get(name)
        if found is None or not _whole(found.content, wanted, row.erased_at is not None):
            yield Fault("paper_altered", number, row.notice_no)
    facts = row.facts is None or digest(row.salt, row.facts) == row.facts_hash == issued["facts_hash"]
    if not facts or issued["number"] != row.number:
        yield Fault("paper_altered", number, row.notice_no)


def _whole(content: Any, wanted: str, erased: bool) -> bool:
    if content is None:
        return erased
    return isinstance(content, bytes) and sha256(content).hexdigest() == wanted


def _numbers(connection: Connection, agency: str | None) -> Iterator[Fault]:
    """Law: each number of a series and year is there once, and none is left out."""
    columns = t.notice.c
    statement = select(columns.agency, columns.series, columns.year, columns.serial).where(columns.serial.is_not(None))
    if agency is not None:
        statement = statement.where(columns.agency == agency)
    rows = connection.execute(statement.order_by(columns.agency, columns.series, columns.year, columns.serial)).all()
    for key, found in groupby(rows, key=lambda row: (row.agency, row.series, row.year)):
        serials = [row.serial for row in found]
        where = (t.series.c.agency == key[0], t.series.c.series == key[1], t.series.c.year == key[2])
        last = connection.execute(select(t.series.c.last).where(*where)).scalar()
        if serials != list(range(1, len(serials) + 1)) or last != len(serials):
            yield Fault("numbers_with_gaps", f"{key[1]} {key[2]}", None)


def erase(connection: Connection, case_id: int, context: Context) -> None:
    """Erases issued papers and proofs, which name the applicant: their bytes go, their hashes and numbers stay."""
    at = context.stamp
    mine = select(t.notice.c.id).where(t.notice.c.case_id == case_id)
    connection.execute(update(t.carrier).where(t.carrier.c.notice_id.in_(mine)).values(content=None))
    papers = update(t.notice).where(t.notice.c.case_id == case_id)
    connection.execute(papers.values(facts=None, salt=None, erased_at=at))
    gone = {"payload": None, "salt": None, "file_name": None, "file_content": None, "erased_at": at}
    connection.execute(update(t.proof).where(t.proof.c.case_id == case_id, t.proof.c.erased_at.is_(None)).values(gone))


def follow(connection: Connection, case_id: int | None) -> None:
    """A paper bears the days that it was issued with."""
