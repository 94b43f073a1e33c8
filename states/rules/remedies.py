"""Remedies: which route stands against a decision, before which organ, and how results are counted.

Law: 复议法 arts. 20, 23-28; 行诉法 arts. 44-46; 法释〔2025〕8号 art. 1.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..errors import BadData, LawUnknown, Place
from ..law import law_table
from ..law.files import of_law
from ..law.model import Day, Listed, Table, Words
from .dated import Version, checked, follow_each_other, in_force, instruments
from .outcomes import outcomes_of_row
from .settings import Settings

RemedyKind = Literal["review", "suit"]


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

    ``ruling`` is the article by which the State Council may be asked to rule on its decision; ``also`` another
    government that may review as well; else empty.
    """

    text: str
    confidence: str
    ruling: str = ""
    also: str = ""


_Route = Annotated[Route, Field(strict=False)]
NOT_COUNTED = "not_counted"
"""The reading by which a result counts nowhere."""


class _Routes(Version):
    withheld: _Route
    partial: _Route
    other: _Route
    by_reading: dict[str, Words] = Field(default_factory=dict)
    remark: str


class _Silence(Version):
    route: _Route
    by_reading: Words | None = None
    remark: str


class _Organ(Version):
    text: Words
    ruling: str = ""
    also: str = ""


class _Counted(Table):
    """Where a result counts from a day on."""

    since: Day
    until: Day | None = None
    counted: Literal["upheld", "corrected", "other", "earlier", "pending"]
    by_reading: Words | None = None


class Result(Table):
    """One result of a review or a suit.

    ``from_instance`` is the first instance that can have it. ``ruling``: it is one, with a shorter term to appeal.
    ``no_appeal``: nobody can appeal against it. ``bars_suit``: no term to sue runs from it. ``unheard``: the
    application was not taken up. ``in_appeal`` is what it counts as in an appeal of a record of the past.
    """

    label: Words
    words: Listed[Words] = ()
    from_instance: Annotated[int, Field(ge=1)] = 1
    ruling: bool = False
    no_appeal: bool = False
    bars_suit: bool = False
    unheard: bool = False
    in_appeal: Words | None = None
    versions: Annotated[Listed[_Counted], Field(validate_default=True)] = ()

    @field_validator("versions")
    @classmethod
    def _follow_each_other(cls, versions: tuple[_Counted, ...]) -> tuple[_Counted, ...]:
        follow_each_other(versions)
        return versions


class _Remedies(Table):
    routes: Listed[_Routes]
    silence: Listed[_Silence]
    organs: dict[str, Listed[_Organ]]
    results: dict[RemedyKind, dict[str, Result]]

    @field_validator("routes")
    @classmethod
    def _routes_in_order(cls, versions: tuple[_Routes, ...], info: ValidationInfo) -> tuple[_Routes, ...]:
        return checked(versions, info)

    @field_validator("silence")
    @classmethod
    def _silence_in_order(cls, versions: tuple[_Silence, ...], info: ValidationInfo) -> tuple[_Silence, ...]:
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


def asked_questions() -> list[tuple[Place, str]]:
    """Where else the table leaves something to an open question: the place, and the key of the question."""
    table = _remedies()
    found: list[tuple[Place, str]] = [
        (("silence", number, "by_reading"), version.by_reading)
        for number, version in enumerate(table.silence)
        if version.by_reading is not None
    ]
    for kind, named in table.results.items():
        for key, result in named.items():
            for number, counted in enumerate(result.versions):
                if counted.by_reading is not None:
                    place = ("results", kind, key, "versions", number, "by_reading")
                    found.append((place, counted.by_reading))
    return found


def silence_route(due_on: date, settings: Settings) -> RemedyRoute:
    """The route against silence past the due day; whether review comes first is an open question (Q10).

    Law: 条例 arts. 33, 51; 复议法 art. 11 item 14; 行诉法 art. 47.
    """
    version = in_force(_remedies().silence, due_on, "silence_route")
    key = version.by_reading
    return _route(version, Route(settings.reading(key, due_on)) if key is not None else version.route)


def _route(version: _Routes | _Silence, route: Route) -> RemedyRoute:
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
    return ReviewOrgan(found.text, found.confidence, found.ruling, found.also)


def reviews_itself(agency_kind: str, on: date) -> bool:
    """Whether decisions of that kind of agency are reviewed by itself.

    Law: 复议法 arts. 24 para 2, 25, 26.
    """
    return agency_kind in agency_kinds() and bool(review_organ(agency_kind, on).ruling)


def results(kind: RemedyKind) -> dict[str, Result]:
    """Every result that a review or a suit can have."""
    return _remedies().results[kind]


def result_words(kind: RemedyKind) -> dict[str, tuple[str, ...]]:
    """Each result with its label and the words that can be typed for it."""
    return {key: (item.label, *item.words) for key, item in results(kind).items()}


def meant(kind: RemedyKind, result: str, instance: int) -> str:
    """The result that is meant by one of an instance; ``withdrawn`` in an appeal is the appeal's."""
    known = results(kind).get(result)
    return known.in_appeal if known is not None and known.in_appeal and instance > 1 else result


def in_force_as(kind: RemedyKind, result: str, on: date) -> str:
    """How a result of that day stands: in its column, as the ``earlier`` one, or ``pending`` as if there were none."""
    return in_force(results(kind)[result].versions, on, f"result_{result}").counted


def counts_as(kind: RemedyKind, result: str, settings: Settings, on: date) -> str | None:
    """How a result counts in section four of that day's year; None where it does not.

    ``upheld``, ``corrected``, ``other``: in that column; ``earlier``: as the result before it, which stands;
    ``pending``: no result is in force.
    Raises:
        BadData: no such result.
    """
    table = results(kind)
    if result not in table:
        raise BadData({"field": "result", "problem": "not_one_of", "choices": "、".join(table)})
    found = in_force(table[result].versions, on, f"result_{result}")
    silent = found.by_reading is not None and settings.reading(found.by_reading, on) == NOT_COUNTED
    return None if silent else found.counted
