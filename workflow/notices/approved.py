"""Whether a paper says what was approved: its paragraphs against the draft that the signatures are bound to.

Number and dates come with issue and approval; everything else must stand in the draft.
"""

import re
from typing import NamedTuple

from ...notifications.documents.paragraphs import Mark
from ...notifications.documents.plain_text import to_text
from ...notifications.documents.render import Notice
from ..approvals.queries import approved_draft
from .writing import Writing

_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


class Difference(NamedTuple):
    """The sheet by which the step was approved, and the lines of the paper that its draft does not hold."""

    sheet: str
    lines: tuple[str, ...]


def difference(writing: Writing, notice: Notice) -> Difference | None:
    """How a paper differs from the approved draft; None where there was no sheet or the draft has been erased."""
    if writing.kind.to == "file":
        return None
    approved = approved_draft(writing.connection, writing.loaded.id, writing.ref.seq)
    if approved is None:
        return None
    said = set(_lines(approved.draft))
    kept = [item for item in notice.paragraphs if item.mark not in (Mark.NUMBER, Mark.DATE)]
    return Difference(approved.sheet, tuple(line for line in _lines(to_text(kept)) if line not in said))


def _lines(text: str) -> list[str]:
    return [found for line in text.splitlines() if (found := re.sub(r"\s+", "", _DAY.sub("", line)))]
