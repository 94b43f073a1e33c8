"""The law as dated data: every period and rule with its unit, article, source and confidence.

A rule is looked up by its key and by the day that the law keys it to. A new law adds a version to the
data; no date of law stands in Python.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ..errors import LawUnknown
from ..law import read_entries
from ..law.files import law_text, of_law
from ..law.model import Listed, Table, Words, refusal
from .dated import Confidence, Dated, Instrument, Sure, Version, checked, instruments, source_of


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule of law.

    ``length`` counts ``unit``; it is None for a rule that sets no term of its own, else ``start`` names the
    event from which it is counted. ``confidence`` is that of number and unit, ``start_confidence`` that of the
    event. The version holds from ``since`` up to, not including, ``until``, by the day that ``keyed_to`` names.
    ``by_notice``: the agency's notice may set the last day; ``scope``: whom the rule covers, where it tells them
    apart.
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
    start: str
    start_confidence: Confidence | None
    by_notice: bool
    scope: tuple[str, ...]
    remark: str
    source: str


Bound = Literal["agency", "applicant", "third_party", "co_author", "other_organ", "review_organ", "court", "everybody"]
KeyedTo = Literal[
    "received_on", "decided_on", "filed_on", "due_on", "charged_on", "reopened_on", "judged_on", "report_year", "day"
]


class _Version(Version):
    """One version of a rule as its table gives it."""

    unit: Annotated[Unit | None, Field(strict=False)] = None
    length: Annotated[int | None, Field(ge=1, validate_default=True)] = None
    start: Annotated[str, Field(validate_default=True)] = ""
    start_confidence: Annotated[Sure | None, Field(validate_default=True)] = None
    by_notice: bool = False
    scope: Listed[Words] = ()
    remark: str = ""

    @field_validator("length")
    @classmethod
    def _goes_with_its_unit(cls, length: int | None, info: ValidationInfo) -> int | None:
        if "unit" in info.data and (length is None) != (info.data["unit"] is None):
            raise refusal("length_needs_unit")
        return length

    @field_validator("start", "start_confidence")
    @classmethod
    def _goes_with_its_length(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("length") is not None and not value:
            raise refusal("missing")
        return value


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
    def _in_order(cls, versions: tuple[_Version, ...], info: ValidationInfo) -> tuple[_Version, ...]:
        return checked(versions, info)

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
                start=version.start,
                start_confidence=version.start_confidence,
                by_notice=version.by_notice,
                scope=version.scope,
                remark=version.remark,
                source=source_of(instruments[version.instrument], version.article),
            )


def read_rules(text: str, instruments: Mapping[str, Instrument], name: str = "periods.toml") -> tuple[Rule, ...]:
    """Rules from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem, origin, line.
    """
    found = read_entries(_Versions, text, name, "key", {"instruments": instruments})
    return tuple(version for item in found.values() for version in item.rules(instruments))


@of_law
def rules_by_file() -> dict[str, tuple[Rule, ...]]:
    """Every version of every rule, by the file in which it stands."""
    known = instruments()
    return {name: read_rules(law_text(name), known, name) for name in ("periods.toml", "statements.toml")}


@of_law
def rules() -> tuple[Rule, ...]:
    """Every version of every rule, in the order of the law's own steps."""
    return tuple(rule for found in rules_by_file().values() for rule in found)


def known_rules() -> dict[str, frozenset[str]]:
    """What a table whose parts name rules must know to be read: the rules that there are."""
    return {"rules": frozenset(item.key for item in rules())}


def known_rule(key: str | None, info: ValidationInfo) -> str | None:
    """The key of a rule that there is, or none at all.

    Raises:
        PydanticCustomError: there is no such rule.
    """
    if key is not None and key not in (info.context or {})["rules"]:
        raise refusal("unknown_rule", value=key)
    return key


def rest_on(key: str | None, versions: Sequence[Dated | None]) -> None:
    """Checks that the rule of that key, if it is known, is in force when each version begins; None rests on none.

    Raises:
        PydanticCustomError: the first version of which that is not so.
    """
    for number, version in enumerate(versions):
        try:
            if key is not None and version is not None:
                rule(key, version.since)
        except LawUnknown:
            raise refusal("rule_not_in_force", item=number, value=str(key)) from None


@of_law
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
