"""Whether sheets are whole: each chain of actions, each signature, and who may not have signed.

Law: 条例 art. 33 para 2; separation of duties is judged from the actions alone, not from what the rows say.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ..kernel import tables as t
from ..kernel.sealing import GENESIS, digest
from .store import action_hash, content_hash

PORTION = 1000


class SheetFault(NamedTuple):
    """One fault: its code, the sheet, the action (None for the whole sheet)."""

    code: str
    sheet: str
    seq: int | None


_ROWS = (
    select(
        t.sheet.c.id,
        t.sheet.c.agency,
        t.sheet.c.case_no,
        t.sheet.c.sheet_no,
        t.sheet.c.status,
        t.sheet.c.move,
        t.sheet.c.head_hash,
        t.sheet.c.content_hash.label("text_now"),
        t.sheet.c.sealed_hash,
        t.sheet.c.event_seq,
        t.sheet.c.case_id,
        t.action.c.seq,
        t.action.c.verb,
        t.action.c.on_date,
        t.action.c.recorded_at,
        t.action.c.user_id,
        t.action.c.on_behalf_of,
        t.action.c.actor,
        t.action.c.content_hash,
        t.action.c.data,
        t.action.c.prev_hash,
        t.action.c.hash,
        t.event.c.move.label("made"),
    )
    .join_from(t.sheet, t.action, t.action.c.sheet_id == t.sheet.c.id, isouter=True)
    .outerjoin(t.event, (t.event.c.case_id == t.sheet.c.case_id) & (t.event.c.seq == t.sheet.c.event_seq))
    .order_by(t.sheet.c.id, t.action.c.seq)
)


def verify_sheets(connection: Connection, agency: str | None = None) -> tuple[int, list[SheetFault]]:
    """How many sheets there are, and every fault of them; a sheet is read with all of its actions."""
    statement = _ROWS if agency is None else _ROWS.where(t.sheet.c.agency == agency)
    rows = connection.execute(statement, execution_options={"yield_per": PORTION})
    sheets = 0
    faults: list[SheetFault] = []
    for _, found in groupby(rows, key=lambda row: row.id):
        sheets += 1
        faults += _sheet(list(found))
    return sheets, [*faults, *_asides(connection, agency)]


def _sheet(rows: list[Any]) -> Iterator[SheetFault]:
    first = rows[0]
    ref = f"{first.case_no}#{first.sheet_no}"
    if first.seq is None:
        yield SheetFault("sheet_without_actions", ref, None)
        return
    yield from _chain(rows, ref)
    yield from _duties(rows, ref)
    if first.status == "done" and first.made != first.move:
        yield SheetFault("sheet_and_history_differ", ref, None)
    if first.status != "done" and first.event_seq is not None:
        yield SheetFault("sheet_and_history_differ", ref, None)
    if first.sealed_hash is not None and first.sealed_hash != first.text_now:
        yield SheetFault("sealed_another_text", ref, None)


def _chain(rows: list[Any], ref: str) -> Iterator[SheetFault]:
    head = GENESIS
    sheet = _Named(rows[0].agency, rows[0].case_no, rows[0].sheet_no)
    for place, row in enumerate(rows, 1):
        if row.seq != place or row.prev_hash != head or row.hash != action_hash(sheet, row._mapping):
            yield SheetFault("sheet_action_altered", ref, row.seq)
            return
        head = row.hash
    if head != rows[0].head_hash:
        yield SheetFault("sheet_actions_cut", ref, None)


class _Named(NamedTuple):
    agency: str
    case: str
    no: int


def _duties(rows: list[Any], ref: str) -> Iterator[SheetFault]:
    """Who wrote may not have signed, whichever came first; a sheet that is done bears signatures of its text."""
    authors: set[str] = set()
    signed: dict[int, Any] = {}
    for row in rows:
        data = json.loads(row.data)
        authors.update(_writers(row, data))
        for number in data.get("voided", ()):
            signed.pop(number, None)
        if row.verb == "approve":
            signed[data["task"]] = row
    for row in signed.values():
        if authors & {row.user_id, row.on_behalf_of}:
            yield SheetFault("drafter_approved", ref, row.seq)
        if row.content_hash != rows[0].text_now:
            yield SheetFault("signature_of_another_text", ref, row.seq)
    if rows[0].status == "done" and not signed:
        yield SheetFault("done_without_signature", ref, None)


def _writers(row: Any, data: dict[str, Any]) -> list[str]:
    if row.verb in ("propose", "edit"):
        return [row.user_id]
    return [data["drafter"]] if "drafter" in data else []


def _asides(connection: Connection, agency: str | None) -> Iterator[SheetFault]:
    """What was put aside is what was signed: opinions by the action that tells their hash, contents by their own."""
    columns = t.aside.c
    statement = (
        select(
            columns.kind,
            columns.no,
            columns.hash,
            columns.salt,
            columns.payload,
            t.sheet.c.case_no,
            t.sheet.c.sheet_no,
            t.sheet.c.move,
            t.sheet.c.revision,
            t.sheet.c.content_hash,
            t.action.c.data,
        )
        .join_from(t.aside, t.sheet, t.sheet.c.id == columns.sheet_id)
        .outerjoin(t.action, (t.action.c.sheet_id == columns.sheet_id) & (t.action.c.seq == columns.no))
    )
    if agency is not None:
        statement = statement.where(t.sheet.c.agency == agency)
    for row in connection.execute(statement, execution_options={"yield_per": PORTION}):
        ref = f"{row.case_no}#{row.sheet_no}"
        if row.payload is not None and _sum(row) != row.hash:
            yield SheetFault("sheet_text_altered", ref, row.no)
        if row.kind == "opinion" and json.loads(row.data or "{}").get("opinion") != row.hash:
            yield SheetFault("sheet_text_altered", ref, row.no)
        if row.kind == "content" and row.no == row.revision and row.hash != row.content_hash:
            yield SheetFault("sheet_text_altered", ref, None)


def _sum(row: Any) -> str:
    found = json.loads(row.payload)
    if row.kind == "opinion":
        return digest(row.salt or "", found)
    return content_hash(row.salt or "", row.move, found["data"], found["draft"])
