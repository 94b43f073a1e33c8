"""The law as dated data: every period and rule with its unit, article, source and confidence.

A rule is looked up by its key and by the day that the law keys it to. A new law adds a version to the
data; no date of law stands in Python.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..errors import LawUnknown
from ..law import law_text, read_entries
from ..law.model import Day, Listed, OneOfTexts, Table, Words, refusal


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


class Confidence(StrEnum):
    """How well a rule is confirmed: two copies, one source, memory, or custom and inference."""

    VERIFIED = "V"
    SINGLE_SOURCE = "S"
    MEMORY = "M"
    CUSTOM = "C"


def _ends_after_it_begins(until: date | None, info: ValidationInfo) -> date | None:
    since = info.data.get("since")
    if until is not None and since is not None and until <= since:
        raise refusal("ends_before_it_begins")
    return until


class Instrument(Table):
    """A law, regulation, interpretation or circular, with the days on which it is in force."""

    code: Words
    title: Words
    document: Words
    since: Day
    until: Day | None = None

    _ends_later = field_validator("until")(_ends_after_it_begins)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule of law.

    ``length`` counts ``unit``; it is None for a rule that sets no term of its own. The version holds
    from ``since`` up to, not including, ``until``, by the day that ``keyed_to`` names.
    """

    key: str
    id: str
    section: str
    name: str
    length: int | None
    unit: Unit | None
    bound: str
    keyed_to: str
    since: date
    until: date | None
    instrument: str
    article: str
    confidence: Confidence
    remark: str
    source: str


Bound = Literal["agency", "applicant", "third_party", "co_author", "other_organ", "review_organ", "court", "everybody"]
KeyedTo = Literal[
    "received_on", "decided_on", "filed_on", "due_on", "charged_on", "reopened_on", "judged_on", "report_year", "day"
]


class _Version(Table):
    """One version of a rule as its table gives it; the instruments known are the context."""

    since: Day
    until: Day | None = None
    unit: Annotated[Unit | None, Field(strict=False)] = None
    length: Annotated[int | None, Field(ge=1, validate_default=True)] = None
    instrument: Words
    article: Words
    confidence: Annotated[Confidence, Field(strict=False), OneOfTexts]
    remark: str = ""

    _ends_later = field_validator("until")(_ends_after_it_begins)

    @field_validator("length")
    @classmethod
    def _goes_with_its_unit(cls, length: int | None, info: ValidationInfo) -> int | None:
        if "unit" in info.data and (length is None) != (info.data["unit"] is None):
            raise refusal("length_needs_unit")
        return length

    @field_validator("instrument")
    @classmethod
    def _in_force(cls, code: str, info: ValidationInfo) -> str:
        """A version may not begin before its text does, nor after it was repealed."""
        known: Mapping[str, Instrument] = (info.context or {})["instruments"]
        if code not in known:
            raise refusal("not_one_of", choices="、".join(sorted(known)))
        since, basis = info.data.get("since"), known[code]
        if since and (since < basis.since or (basis.until is not None and since >= basis.until)):
            raise refusal("not_in_force", field="since", value=code)
        return code


class _Versions(Table):
    """A rule as its table gives it."""

    key: Words
    id: Words
    section: Words
    name: Words
    bound: Bound
    keyed_to: KeyedTo
    versions: Annotated[Listed[_Version], Field(validate_default=True)] = ()

    @field_validator("versions", mode="before")
    @classmethod
    def _are_tables(cls, versions: object) -> object:
        if isinstance(versions, list) and not all(isinstance(version, dict) for version in versions):
            raise refusal("not_a_list")
        return versions

    @field_validator("versions")
    @classmethod
    def _follow_each_other(cls, versions: tuple[_Version, ...]) -> tuple[_Version, ...]:
        if not versions:
            raise refusal("no_version", field="")
        if any(
            later.since < (earlier.until or later.since) or later.since <= earlier.since
            for earlier, later in pairwise(versions)
        ):
            raise refusal("versions_overlap")
        return versions

    def rules(self, instruments: Mapping[str, Instrument]) -> Iterator[Rule]:
        """Every version as a rule; it holds until the next one does."""
        ends = [*(version.since for version in self.versions[1:]), None]
        for version, end in zip(self.versions, ends, strict=True):
            yield Rule(
                key=self.key,
                id=self.id,
                section=self.section,
                name=self.name,
                length=version.length,
                unit=version.unit,
                bound=self.bound,
                keyed_to=self.keyed_to,
                since=version.since,
                until=version.until or end,
                instrument=version.instrument,
                article=version.article,
                confidence=version.confidence,
                remark=version.remark,
                source=instruments[version.instrument].title + version.article,
            )


def read_instruments(text: str, name: str = "instruments.toml") -> dict[str, Instrument]:
    """Instruments from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem, origin.
    """
    return read_entries(Instrument, text, name, "code")


def read_rules(text: str, instruments: Mapping[str, Instrument], name: str = "periods.toml") -> tuple[Rule, ...]:
    """Rules from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem, origin.
    """
    found = read_entries(_Versions, text, name, "key", {"instruments": instruments})
    return tuple(version for item in found.values() for version in item.rules(instruments))


@cache
def instruments() -> dict[str, Instrument]:
    """Every instrument, by its code."""
    return read_instruments(law_text("instruments.toml"))


@cache
def rules() -> tuple[Rule, ...]:
    """Every version of every rule, in the order of the law's own steps."""
    known = instruments()
    return tuple(
        rule for name in ("periods.toml", "statements.toml") for rule in read_rules(law_text(name), known, name)
    )


@cache
def _by_key() -> dict[str, tuple[list[date], list[Rule]]]:
    table: dict[str, tuple[list[date], list[Rule]]] = {}
    for item in rules():
        days, versions = table.setdefault(item.key, ([], []))
        days.append(item.since)
        versions.append(item)
    return table


def rule(key: str, on: date) -> Rule:
    """The version of a rule that holds on a day.

    Raises:
        LawUnknown: no version holds on that day.
        KeyError: there is no such rule.
    """
    days, versions = _by_key()[key]
    index = bisect_right(days, on) - 1
    found = versions[index] if index >= 0 else None
    if found is None or (found.until is not None and on >= found.until):
        raise LawUnknown(rule=key, on=on)
    return found
