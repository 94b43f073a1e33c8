"""Outcomes of a request, each with its one row in the annual report, and its article by the law of its day.

Law: 条例 arts. 14-16, 30, 35-39, 42.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..law.files import of_law
from ..law.model import Listed, Table, Words
from .dated import Confidence, Sure, Version, checked, dated_entries, in_force, instruments, source_of
from .forms import Category, category_of, forms


@dataclass(frozen=True, slots=True)
class Basis:
    """The article on which an outcome rests on a day; ``cited`` is False where no text says it."""

    source: str
    article: str
    confidence: Confidence
    cited: bool


class OutcomeVersion(Version):
    """What an outcome rests on from a day on; ``asked`` is its article where a third party was asked, if another."""

    asked: str = ""


Evidence = Literal["search", "earlier", "endangers", "consulted", "corrected", "reasons"]


class Outcome(Table):
    """One way to end a request; ``withheld`` marks refusals under arts. 14 to 16, ``refuses`` others.

    ``divides``: it gives one part and withholds another.

    ``confidence`` is that of its row in the report. ``article_elsewhere``: its ground names an article of another
    law. ``tells_where``: its ground tells where the information is public. ``rectifies``: it can answer a request to
    rectify records. ``needs``: the evidence that must be
    there; ``shows``: evidence that is printed where it is told. ``step``: the move that gives it, in place of a reply.
    """

    code: Words
    label: Words
    words: Listed[Words] = ()
    row: Words
    confidence: Sure
    withheld: bool = False
    divides: bool = False
    refuses: bool = False
    article_elsewhere: bool = False
    tells_where: bool = False
    rectifies: bool = False
    needs: Listed[Evidence] = ()
    shows: Listed[Evidence] = ()
    step: str = ""
    versions: Annotated[Listed[OutcomeVersion], Field(validate_default=True)] = ()

    @field_validator("versions")
    @classmethod
    def _in_order(cls, versions: tuple[OutcomeVersion, ...], info: ValidationInfo) -> tuple[OutcomeVersion, ...]:
        return checked(versions, info)

    @property
    def category(self) -> Category | None:
        """The part of the report to which its row belongs."""
        return category_of(self.row)

    @property
    def gives(self) -> bool:
        """Whether it gives information out, and not only tells where it is public."""
        return self.category == "granted" and not self.tells_where

    def prints(self, evidence: Evidence) -> bool:
        """Whether its paper tells that evidence, where there is any."""
        return evidence in self.needs or evidence in self.shows

    def holds(self, on: date) -> bool:
        """Whether the law of that day knows it."""
        first, last = self.versions[0], self.versions[-1]
        return first.since <= on and (last.until is None or on < last.until)

    def basis(self, on: date, *, asked: bool = False) -> Basis:
        """The article on which it rests by the law of a day; another one where a third party was asked.

        Raises:
            LawUnknown: the law of that day does not know it.
        """
        found = in_force(self.versions, on, self.code)
        article = found.asked if asked and found.asked else found.article
        source = source_of(instruments()[found.instrument], article)
        return Basis(source, article, found.confidence, found.cited)


@of_law
def _by_code() -> dict[str, Outcome]:
    return dated_entries(Outcome, "outcomes.toml", "code")


@of_law
def _by_row() -> dict[str, tuple[Outcome, ...]]:
    printed = forms()[-1].result_rows
    named = dict.fromkeys(item.row for item in outcomes())
    rows = [row for row in printed if row in named] + [row for row in named if row not in printed]
    return {row: tuple(item for item in outcomes() if item.row == row) for row in rows}


def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in the order of the report."""
    return tuple(_by_code().values())


def outcome(code: str) -> Outcome | None:
    """The outcome of that code."""
    return _by_code().get(code)


def outcome_named(word: str) -> Outcome | None:
    """The outcome of that code, label or word."""
    text = word.strip()
    found = outcome(text.upper())
    return found or next((item for item in outcomes() if text in (item.label, *item.words)), None)


def outcomes_of_row(row: str, on: date | None = None) -> tuple[Outcome, ...]:
    """The outcomes that are counted in a row of the newest form; with a day, those that its law knows."""
    return tuple(item for item in _by_row().get(row, ()) if on is None or item.holds(on))


def outcome_rows(on: date | None = None) -> tuple[str, ...]:
    """The rows that hold results, in the order of the newest form; with a day, those that its law knows."""
    return tuple(_rows(on))


def _rows(on: date | None) -> Iterator[str]:
    for row, found in _by_row().items():
        if on is None or any(item.holds(on) for item in found):
            yield row


def row_of(reply: Mapping[str, object]) -> str:
    """The row in which the data of a reply are counted: that of its answer, else the row that it names."""
    found = outcome(str(reply.get("answer") or ""))
    return found.row if found is not None else str(reply.get("outcome") or "")


def answer_of(row: str, answer: str, ground: str, on: date) -> Outcome | None:
    """The outcome that a reply has given: the one that it named, else the only one of its row; None where both fail.

    In the older way of writing a reply had a row only, and its ground began with the outcome's code.
    """
    named = answer or answer_told(row, ground, on)
    if named:
        return outcome(named)
    found = outcomes_of_row(row, on)
    return found[0] if len(found) == 1 else None


def answer_told(row: str, ground: str, on: date) -> str:
    """The code of an outcome of the row with which a ground in the older way of writing begins; empty without one."""
    told = ground.strip().upper()
    return next((item.code for item in outcomes_of_row(row, on) if told.startswith(item.code)), "") if told else ""


def without_code(ground: str) -> str:
    """A ground in the older way of writing, without the outcome's code at its beginning."""
    return _CODE.sub("", ground)


_CODE = re.compile(r"^\s*O\d\d\s*")


def row_label(row: str) -> str:
    """A row's outcome in a few Chinese words."""
    return "；".join(item.label for item in outcomes_of_row(row))


def refuses(row: str) -> bool:
    """Whether a result, by its row, withholds information that exists, wholly or in part.

    Law: 条例 arts. 14-16, 37.
    """
    return any(item.withheld or item.refuses for item in outcomes_of_row(row))


def row_named(word: str) -> str:
    """The row that a part's answer names: by the outcome's code, label or word, or itself; empty for no known row."""
    text = word.strip()
    found = outcome_named(text)
    return found.row if found is not None else text if text in _by_row() else ""


def withholds(row: str) -> bool:
    """Whether a row refuses information under arts. 14 to 16, wholly or in part.

    Law: 条例 arts. 14-16, 37.
    """
    return any(item.withheld or item.divides for item in outcomes_of_row(row))


def divides(row: str) -> bool:
    """Whether a result, by its row, gives one part of the information and withholds another.

    Law: 条例 art. 37.
    """
    return any(item.divides for item in outcomes_of_row(row))


def reply_gives(reply: Mapping[str, object], on: date) -> bool:
    """Whether a reply gives information out, as a whole or in one of its parts, by the law of a day.

    A row of what is granted whose answer is not known counts as given out.
    Law: 条例 arts. 36 items 1, 2, 37.
    """
    row, items = row_of(reply), reply.get("items")
    parts = items if isinstance(items, list) else []
    told = [str(item.get("answer") or item.get("outcome") or "") for item in parts if isinstance(item, Mapping)]
    named = [outcome_named(code) or answer_of(code, "", "", on) for code in told if code]
    if named and (divides(row) or len(named) == len(parts)):
        return any(item is not None and item.gives for item in named)
    whole = answer_of(row, str(reply.get("answer") or ""), str(reply.get("ground") or ""), on)
    given = whole.gives if whole is not None else category_of(row) == "granted"
    return given or any(item is not None and item.gives for item in named)


def reply_refuses(reply: Mapping[str, object]) -> bool:
    """Whether a reply refuses information as a whole or in one of its parts, whatever its own row.

    Law: 条例 arts. 14-16, 37.
    """
    items = reply.get("items")
    parts = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    named = [word for part in parts for key in ("answer", "outcome") for word in _words(part.get(key))]
    return refuses(row_of(reply)) or any(refuses(row_named(word)) for word in named)


def _words(given: object) -> list[str]:
    return [str(word) for word in given] if isinstance(given, list) else [str(given or "")]
