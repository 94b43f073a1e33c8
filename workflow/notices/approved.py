"""Whether a paper says what was approved: its lines against the draft that the signatures are bound to.

Its number, and the days that follow from the day of approval, come with issue and approval; everything else must stand
in the draft, and what stands there must be in the paper.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...notifications.documents.facts import day
from ...notifications.documents.kinds import kind, raised
from ...notifications.documents.paragraphs import Mark
from ...notifications.documents.plain_text import to_text
from ..approvals.queries import approved_draft
from ..cases.documents import DECIDED_BY, refs_of
from .writing import Writing

_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


class Difference(NamedTuple):
    """The sheet by which the step was approved, the lines that its draft does not hold, and those left out of it."""

    sheet: str
    lines: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every line in which paper and draft differ."""
        return self.lines + self.left_out


def difference(writing: Writing, given: Mapping[str, object]) -> Difference | None:
    """How a paper with these facts differs from the approved draft; None where there was no sheet or it is erased.

    A paper that tells of no decision is not compared: its step is only the last of the case.
    """
    key = writing.kind.key
    if writing.kind.to == "file" or (key not in raised() and key not in DECIDED_BY):
        return None
    approved = approved_draft(writing.connection, writing.loaded.id, writing.ref.seq)
    if approved is None:
        return None
    paper = writing.notice({name: value for name, value in given.items() if name != "document_number"})
    days = _days_of_step(writing)
    draft = lines_of(approved.draft)
    said = lines_of(to_text([item for item in paper.paragraphs if item.mark not in (Mark.NUMBER, Mark.DATE)]))
    new = tuple(own for own in said if not any(_same(own, line, days) for line in draft))
    left_out = [line for line in draft if not any(_same(own, line, days) for own in lines_of(paper.text))]
    if left_out:
        others = [own for text in _others(writing) for own in lines_of(text)]
        left_out = [line for line in left_out if not any(_same(own, line, days) for own in others)]
    return Difference(approved.sheet, new, tuple(left_out))


def _others(writing: Writing) -> Iterator[str]:
    """The other papers of the step: they stand in the same draft."""
    for ref in refs_of(writing.loaded, writing.events, writing.ref.on):
        if ref.seq == writing.ref.seq and ref != writing.ref:
            other = writing._replace(kind=kind(ref.kind), ref=ref)
            yield other.notice(other.recorded(ref.on)).text


def _days_of_step(writing: Writing) -> frozenset[str]:
    """The day of the step, and the last days that are counted from it: the draft was written for another day."""
    on = writing.step.on
    counted = (item.due_on for item in writing.loaded.case.periods if item.starts_on == on and item.fixed_on is None)
    return frozenset(map(day, (writing.ref.on, on, *counted)))


def _same(own: str, approved: str, days: frozenset[str]) -> bool:
    """Whether a line of the paper, its days of the step left open, is a line of the draft."""
    return own == approved or (bool(_DAY.search(own)) and bool(_like(own, days).fullmatch(approved)))


def _like(line: str, days: frozenset[str]) -> re.Pattern[str]:
    pattern, end = "", 0
    for found in _DAY.finditer(line):
        pattern += re.escape(line[end : found.start()]) + (_DAY.pattern if found[0] in days else re.escape(found[0]))
        end = found.end()
    return re.compile(pattern + re.escape(line[end:]))


def lines_of(text: str) -> list[str]:
    """The lines of a text without their spaces; one that is only a day is the day of the paper."""
    lines = (re.sub(r"\s+", "", line) for line in text.splitlines())
    return [line for line in lines if line and not _DAY.fullmatch(line)]
