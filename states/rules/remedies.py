"""Remedies: which route stands against a decision, before which organ, and how results are counted.

Law: 复议法 arts. 20, 23-28; 行诉法 arts. 44-46; 法释〔2025〕8号 arts. 1, 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import Field

from ..errors import BadData, LawUnknown
from ..law import law_table
from ..law.model import Day, Listed, Table, Words
from .outcomes import outcomes_of_row
from .rules import instruments
from .settings import Settings

REVIEW_RESULTS = (
    "upheld",
    "claim_rejected",
    "changed",
    "revoked",
    "unlawful",
    "ordered",
    "void",
    "application_rejected",
    "not_accepted",
    "terminated",
    "withdrawn",
    "mediated",
)
SUIT_RESULTS = (
    "claim_dismissed",
    "revoked",
    "ordered",
    "paid",
    "unlawful",
    "void",
    "changed",
    "suit_rejected",
    "not_docketed",
    "withdrawn",
)


class Route(StrEnum):
    """Review first, the applicant's choice, or each part of a decision by its own."""

    REVIEW_FIRST = "review_first"
    CHOICE = "choice"
    BY_PART = "by_part"


@dataclass(frozen=True, slots=True)
class RemedyRoute:
    """The route against one decision, with the text behind it."""

    route: Route
    source: str
    confidence: str
    remark: str


@dataclass(frozen=True, slots=True)
class ReviewOrgan:
    """The organ to which a review application goes, as the law describes it.

    ``ruling`` is the article by which the State Council may be asked to rule on its decision; else empty.
    """

    text: str
    confidence: str
    ruling: str = ""


_Route = Annotated[Route, Field(strict=False)]
_Column = Literal["upheld", "corrected", "other"]


class _Routes(Table):
    since: Day
    withheld: _Route
    partial: _Route
    other: _Route
    instrument: Words
    article: Words
    confidence: Words
    remark: str


class _Organ(Table):
    kind: Words
    since: Day
    text: Words
    confidence: Words
    ruling: str = ""


class _Remedies(Table):
    routes: Listed[_Routes]
    organs: Listed[_Organ]
    results: dict[Literal["review", "suit"], dict[str, _Column]]


@cache
def _remedies() -> _Remedies:
    return law_table(_Remedies, "remedies.toml")


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


D = TypeVar("D", bound=_Dated)


def _in_force(versions: Iterable[D], on: date, what: str) -> D:
    found = [item for item in versions if item.since <= on]
    if not found:
        raise LawUnknown(rule=what, on=on)
    return found[-1]


def remedy_route(outcome: str, decided_on: date, settings: Settings) -> RemedyRoute:
    """The route against a decision of that outcome (report row), dated that day.

    Law: 复议法 art. 23 para 1 item 4; the report row does not drive it: a reference to another
    inquiry procedure is counted as a refusal but is none under arts. 14 to 16.
    """
    version = _in_force(_remedies().routes, decided_on, "remedy_route")
    if outcome == "partial":
        route = version.partial
    elif any(item.withheld for item in outcomes_of_row(outcome)) or (
        outcome == "denied_admin_query" and settings.admin_query_route == "review_first"
    ):
        route = version.withheld
    else:
        route = version.other
    return _route(version, route)


def silence_route(due_on: date, settings: Settings) -> RemedyRoute:
    """The route against silence past the due day.

    Law: 法释〔2025〕8号 art. 2; whether review comes first is an open question (Q10).
    """
    version = _in_force(_remedies().routes, due_on, "remedy_route")
    first = settings.silence_route == "review_first"
    return _route(version, version.withheld if first else version.other)


def _route(version: _Routes, route: Route) -> RemedyRoute:
    source = instruments()[version.instrument].title + version.article
    return RemedyRoute(route, source, version.confidence, version.remark)


@cache
def agency_kinds() -> tuple[str, ...]:
    """The kinds of agencies that the law tells apart for review."""
    return tuple(dict.fromkeys(item.kind for item in _remedies().organs))


def review_organ(agency_kind: str, on: date) -> ReviewOrgan:
    """The organ that reviews decisions of that kind of agency.

    Law: 复议法 arts. 24-28.
    Raises:
        LawUnknown: no such kind of agency.
    """
    versions = [item for item in _remedies().organs if item.kind == agency_kind]
    found = _in_force(versions, on, f"review_organ_{agency_kind}")
    return ReviewOrgan(found.text, found.confidence, found.ruling)


def section4_column(kind: Literal["review", "suit"], result: str, settings: Settings) -> str | None:
    """upheld, corrected or other: where section four counts a result; None where it is not counted.

    Raises:
        BadData: no such result.
    """
    table = _remedies().results[kind]
    if result not in table:
        raise BadData({"field": "result", "problem": "not_one_of", "choices": "、".join(table)})
    if kind == "review" and result == "not_accepted" and settings.review_not_accepted == "not_counted":
        return None
    return table[result]
