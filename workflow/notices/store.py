"""Issued papers in the database: frozen bytes, and the chained record of what was done with them."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ...states.errors import BadData
from ..kernel.chains import GENESIS, canonical, digest
from ..kernel.context import Actor
from ..kernel.tables import notices as t

_NOTICE = t.notice.c
_ACT = t.paper_act.c


def notices_of(connection: Connection, case_id: int) -> Sequence[Any]:
    """Every paper issued in a case, in order."""
    return connection.execute(select(t.notice).where(_NOTICE.case_id == case_id).order_by(_NOTICE.notice_no)).all()


def acts_of(connection: Connection, case_id: int, notice_no: int | None = None) -> Sequence[Any]:
    """What was done with the papers of a case, or with one of them, in order."""
    where = [_ACT.case_id == case_id]
    if notice_no is not None:
        where.append(_ACT.notice_no == notice_no)
    return connection.execute(select(t.paper_act).where(*where).order_by(_ACT.seq)).all()


def find_notice(connection: Connection, case_id: int, name: str) -> Any:
    """An issued paper by its place in the case, or by its number.

    Raises:
        BadData: no such paper.
    """
    found = notices_of(connection, case_id)
    for row in found:
        if name in (str(row.notice_no), row.number):
            return row
    choices = "、".join(f"{row.notice_no}（{row.number or row.title}）" for row in found)
    raise BadData({"field": "notice", "problem": "unknown_notice", "value": name, "choices": choices})


def add_act(
    connection: Connection,
    agency: str,
    number: str,
    case_id: int,
    act: str,
    notice_no: int | None,
    on: date,
    at: str,
    actor: Actor,
    data: dict[str, Any],
) -> int:
    """One more link in the record of a case's papers; returns its number.

    Raises:
        IntegrityError: another act was recorded at the same moment; the unit of work is to be tried again.
    """
    last = connection.execute(
        select(_ACT.seq, _ACT.hash).where(_ACT.case_id == case_id).order_by(_ACT.seq.desc()).limit(1)
    ).first()
    row: dict[str, Any] = {
        "case_id": case_id,
        "seq": last.seq + 1 if last else 1,
        "act": act,
        "notice_no": notice_no,
        "on_date": on,
        "recorded_at": at,
        "actor": actor.model_dump_json(exclude_defaults=True),
        "data": canonical(data),
        "prev_hash": last.hash if last else GENESIS,
    }
    row["hash"] = act_hash(agency, number, row)
    connection.execute(insert(t.paper_act), row)
    return int(row["seq"])


def act_hash(agency: str, number: str, row: dict[str, Any]) -> str:
    """The link of one act to the one before, over its own texts as they are stored."""
    return digest(
        row["prev_hash"],
        agency,
        number,
        str(row["seq"]),
        row["act"],
        str(row["notice_no"] or ""),
        row["on_date"].isoformat(),
        row["recorded_at"],
        row["actor"],
        row["data"],
    )


def next_no(connection: Connection, case_id: int) -> int:
    """The place of the next paper in a case."""
    last = select(func.coalesce(func.max(_NOTICE.notice_no), 0)).where(_NOTICE.case_id == case_id)
    return int(connection.execute(last).scalar_one()) + 1


def carriers_of(connection: Connection, notice_id: int) -> dict[str, Any]:
    """The frozen bytes of a paper with their hashes, by carrier."""
    rows = connection.execute(select(t.carrier).where(t.carrier.c.notice_id == notice_id))
    return {row.carrier: row for row in rows}


def proofs_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The proofs of a case's acts as they are stored."""
    return connection.execute(select(t.proof).where(t.proof.c.case_id == case_id).order_by(t.proof.c.seq)).all()


def mark_void(connection: Connection, notice_id: int, at: str) -> None:
    """The paper is void; its number and bytes stay."""
    connection.execute(update(t.notice).where(_NOTICE.id == notice_id).values(voided_at=at))


def act_data(row: Any) -> dict[str, Any]:
    """What an act holds."""
    found: dict[str, Any] = json.loads(row.data)
    return found
