"""Whether issued papers are whole: the chain of acts, the frozen bytes, the proofs, the gap-free numbers."""

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ..kernel import tables as t
from ..kernel.sealing import GENESIS, digest
from .store import act_hash

PORTION = 500


class PaperFault(NamedTuple):
    """One fault: its code, the case, the act or paper (None for the whole)."""

    code: str
    case: str
    seq: int | None


def verify_papers(connection: Connection, agency: str | None = None) -> tuple[int, list[PaperFault]]:
    """How many papers have been issued, and every fault of them."""
    faults = [*_chains(connection, agency), *_numbers(connection, agency)]
    statement = (
        select(t.notice, t.case.c.case_no)
        .join_from(t.notice, t.case, t.case.c.id == t.notice.c.case_id)
        .order_by(t.notice.c.id)
    )
    if agency is not None:
        statement = statement.where(t.notice.c.agency == agency)
    papers = 0
    for row in connection.execute(statement).all():
        papers += 1
        faults += _paper(connection, row)
    return papers, faults


def _chains(connection: Connection, agency: str | None) -> Iterator[PaperFault]:
    statement = (
        select(t.paper_act, t.case.c.agency, t.case.c.case_no)
        .join_from(t.paper_act, t.case, t.case.c.id == t.paper_act.c.case_id)
        .order_by(t.paper_act.c.case_id, t.paper_act.c.seq)
    )
    if agency is not None:
        statement = statement.where(t.case.c.agency == agency)
    rows = connection.execute(statement).mappings().all()
    for _, acts in groupby(rows, key=lambda row: row["case_id"]):
        before, expected = GENESIS, 1
        for act in acts:
            if act["seq"] != expected or act["prev_hash"] != before:
                yield PaperFault("paper_acts_cut", act["case_no"], act["seq"])
            elif act_hash(act["agency"], act["case_no"], dict(act)) != act["hash"]:
                yield PaperFault("paper_act_altered", act["case_no"], act["seq"])
            else:
                yield from _proof(connection, act)
            before, expected = act["hash"], act["seq"] + 1


def _proof(connection: Connection, act: Any) -> Iterator[PaperFault]:
    data = json.loads(act["data"])
    if "proof" not in data:
        return
    where = (t.proof.c.case_id == act["case_id"], t.proof.c.seq == act["seq"])
    row = connection.execute(select(t.proof).where(*where)).first()
    if row is None:
        yield PaperFault("proof_missing", act["case_no"], act["seq"])
    elif row.erased_at is None:
        told = row.payload is not None and digest(row.salt, row.payload) == data["proof"]
        file = row.file_content is None or sha256(row.file_content).hexdigest() == data["file"]
        if not told or not file or (data["file"] is not None and row.file_content is None):
            yield PaperFault("proof_altered", act["case_no"], act["seq"])


def _paper(connection: Connection, row: Any) -> Iterator[PaperFault]:
    """The bytes against what was recorded when the paper was issued."""
    columns = t.paper_act.c
    where = (columns.case_id == row.case_id, columns.notice_no == row.notice_no, columns.act == "issued")
    acts = connection.execute(select(columns.data).where(*where)).all()
    if len(acts) != 1:
        yield PaperFault("paper_without_issue", row.case_no, row.notice_no)
        return
    issued = json.loads(acts[0].data)
    bytes_of = {
        item.carrier: item for item in connection.execute(select(t.carrier).where(t.carrier.c.notice_id == row.id))
    }
    for name, wanted in issued["hashes"].items():
        found = bytes_of.get(name)
        if found is None or not _whole(found.content, wanted, row.erased_at is not None):
            yield PaperFault("paper_altered", row.case_no, row.notice_no)
    facts = row.facts is None or digest(row.salt, row.facts) == row.facts_hash == issued["facts_hash"]
    if not facts or issued["number"] != row.number:
        yield PaperFault("paper_altered", row.case_no, row.notice_no)


def _whole(content: Any, wanted: str, erased: bool) -> bool:
    if content is None:
        return erased
    return isinstance(content, bytes) and sha256(content).hexdigest() == wanted


def _numbers(connection: Connection, agency: str | None) -> Iterator[PaperFault]:
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
            yield PaperFault("numbers_with_gaps", f"{key[1]} {key[2]}", None)
