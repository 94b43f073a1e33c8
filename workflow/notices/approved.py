"""Whether a paper says what was approved: its paragraphs against the draft that the signatures are bound to.

Number and dates come with issue and approval; everything else must stand in the draft.
"""

import json
import re
from typing import NamedTuple

from sqlalchemy import Connection, select

from ...notifications.documents.kinds import NoticeKind, NoticeRef
from ...notifications.documents.paragraphs import Mark
from ...notifications.documents.plain_text import to_text
from ...notifications.documents.render import Notice
from ..cases.store import Loaded
from ..kernel import tables as t

_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


class Difference(NamedTuple):
    """The sheet by which the step was approved, and the lines of the paper that its draft does not hold."""

    sheet: str
    lines: tuple[str, ...]


def difference(
    connection: Connection, agency: str, loaded: Loaded, kind: NoticeKind, ref: NoticeRef, notice: Notice
) -> Difference | None:
    """How a paper differs from what was approved; None where its step had no sheet or the draft has been erased."""
    if kind.to == "file":
        return None
    columns = t.sheet.c
    where = (columns.agency == agency, columns.case_id == loaded.id, columns.event_seq == ref.seq)
    sheet = connection.execute(
        select(columns.id, columns.sheet_no, columns.revision).where(*where, columns.status == "done")
    ).first()
    if sheet is None:
        return None
    payload = connection.execute(
        select(t.aside.c.payload).where(
            t.aside.c.sheet_id == sheet.id, t.aside.c.kind == "content", t.aside.c.no == sheet.revision
        )
    ).scalar()
    draft = json.loads(payload)["draft"] if payload else ""
    if not draft:
        return None
    approved = set(_lines(draft))
    kept = [item for item in notice.paragraphs if item.mark not in (Mark.NUMBER, Mark.DATE)]
    lines = tuple(line for line in _lines(to_text(kept)) if line not in approved)
    return Difference(f"{loaded.case.case}#{sheet.sheet_no}", lines)


def _lines(text: str) -> list[str]:
    return [found for line in text.splitlines() if (found := re.sub(r"\s+", "", _DAY.sub("", line)))]
