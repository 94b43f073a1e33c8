"""Remedies: which route stands against a decision, before which organ, and how results are counted.

Law: 复议法 arts. 20, 23-28; 行诉法 arts. 44-46; 法释〔2025〕8号 arts. 1, 2.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..errors import BadData, LawUnknown
from ..law import law_table
from ..law.files import of_law
from ..law.model import Listed, Table, Words
from .dated import Version, checked, in_force, instruments
from .outcomes import outcomes_of_row
from .settings import Settings


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


class _Routes(Version):
    withheld: _Route
    partial: _Route
    other: _Route
    by_reading: dict[str, Words] = Field(default_factory=dict)
    remark: str


class _Organ(Version):
    text: Words
    ruling: str = ""


class _Remedies(Table):
    routes: Listed[_Routes]
    organs: dict[str, Listed[_Organ]]
    results: dict[Literal["review", "suit"], dict[str, _Column]]

    @field_validator("routes")
    @classmethod
    def _routes_in_order(cls, versions: tuple[_Routes, ...], info: ValidationInfo) -> tuple[_Routes, ...]:
        return checked(versions, info)

    @field_validator("organs")
    @classmethod
    def _organs_in_order(
        cls, organs: dict[str, tuple[_Organ, ...]], info: ValidationInfo
    ) -> dict[str, tuple[_Organ, ...]]:
        return {kind: checked(versions, info) for kind, versions in organs.items()}


@of_law
def _remedies() -> _Remedies:
    return law_table(_Remedies, "remedies.toml", {"instruments": instruments()})


def remedy_route(outcome: str, decided_on: date, settings: Settings) -> RemedyRoute:
    """The route against a decision of that outcome (report row), dated that day.

    Law: 复议法 art. 23 para 1 item 4; the report row does not drive it: a reference to another
    inquiry procedure is counted as a refusal but is none under arts. 14 to 16.
    """
    version = in_force(_remedies().routes, decided_on, "remedy_route")
    found = outcomes_of_row(outcome)
    open_questions = (version.by_reading[item.code] for item in found if item.code in version.by_reading)
    if any(item.divides for item in found):
        route = version.partial
    elif any(item.withheld for item in found) or any(
        settings.reading(question, decided_on) == Route.REVIEW_FIRST for question in open_questions
    ):
        route = version.withheld
    else:
        route = version.other
    return _route(version, route)


def route_questions() -> list[tuple[int, str, str]]:
    """Outcomes whose route is an open question: the number of the version, the code, the key of the question."""
    versions = enumerate(_remedies().routes)
    return [(number, code, key) for number, version in versions for code, key in version.by_reading.items()]


def silence_route(due_on: date, settings: Settings) -> RemedyRoute:
    """The route against silence past the due day.

    Law: 法释〔2025〕8号 art. 2; whether review comes first is an open question (Q10).
    """
    version = in_force(_remedies().routes, due_on, "remedy_route")
    first = settings.reading("silence_route", due_on) == "review_first"
    return _route(version, version.withheld if first else version.other)


def _route(version: _Routes, route: Route) -> RemedyRoute:
    return RemedyRoute(route, version.source, version.confidence, version.remark)


def agency_kinds() -> tuple[str, ...]:
    """The kinds of agencies that the law tells apart for review."""
    return tuple(_remedies().organs)


def review_organ(agency_kind: str, on: date) -> ReviewOrgan:
    """The organ that reviews decisions of that kind of agency.

    Law: 复议法 arts. 24-28.
    Raises:
        LawUnknown: no such kind of agency.
    """
    what = f"review_organ_{agency_kind}"
    if agency_kind not in _remedies().organs:
        raise LawUnknown(rule=what, on=on)
    found = in_force(_remedies().organs[agency_kind], on, what)
    return ReviewOrgan(found.text, found.confidence, found.ruling)


def reviews_itself(agency_kind: str, on: date) -> bool:
    """Whether decisions of that kind of agency are reviewed by itself.

    Law: 复议法 arts. 24 para 2, 25, 26.
    """
    return agency_kind in agency_kinds() and bool(review_organ(agency_kind, on).ruling)


def section4_column(kind: Literal["review", "suit"], result: str, settings: Settings, on: date) -> str | None:
    """upheld, corrected or other: where section four of that day's year counts a result; None where it does not.

    Raises:
        BadData: no such result.
    """
    table = _remedies().results[kind]
    if result not in table:
        raise BadData({"field": "result", "problem": "not_one_of", "choices": "、".join(table)})
    if kind == "review" and result == "not_accepted" and settings.reading("review_not_accepted", on) == "not_counted":
        return None
    return table[result]
