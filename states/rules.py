"""The law as dated data: every period and rule with its unit, article, source and confidence.

A rule is looked up by its key and by the day that the law keys it to. A new law adds a version to the
data; no date of law stands in Python.
"""

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from .errors import BadData, LawUnknown


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


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation, interpretation or circular, with the days on which it is in force."""

    code: str
    title: str
    document: str
    since: date
    until: date | None


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


BOUND = frozenset(
    {"agency", "applicant", "third_party", "co_author", "other_organ", "review_organ", "court", "everybody"}
)
KEYED_TO = frozenset(
    {"received_on", "decided_on", "filed_on", "due_on", "charged_on", "reopened_on", "judged_on", "report_year", "day"}
)


def read_instruments(text: str) -> dict[str, Instrument]:
    """Instruments from TOML text."""
    return {
        code: Instrument(code, item["title"], item["document"], item["since"], item.get("until"))
        for code, item in tomllib.loads(text).items()
    }


def read_rules(text: str, instruments: dict[str, Instrument]) -> tuple[Rule, ...]:
    """Rules from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem.
    """
    faults: list[dict[str, Any]] = []
    found: list[Rule] = []
    for key, item in tomllib.loads(text).items():
        versions = item.get("versions", [])
        if not versions:
            faults.append({"field": key, "problem": "no_version"})
        for index, version in enumerate(versions):
            where = f"{key}.versions[{index}]"
            before = len(faults)
            _check(where, item | version, instruments, faults)
            if len(faults) == before:
                following = versions[index + 1].get("since") if index + 1 < len(versions) else None
                found.append(_rule(key, item | version, following, instruments))
        _check_order(key, [version.get("since") for version in versions], faults)
    if faults:
        raise BadData(*faults)
    return tuple(found)


def _check(where: str, item: dict[str, Any], instruments: dict[str, Instrument], faults: list[dict[str, Any]]) -> None:
    for name in ("id", "section", "name", "bound", "keyed_to", "since", "instrument", "article", "confidence"):
        if not item.get(name):
            faults.append({"field": f"{where}.{name}", "problem": "missing"})
    for name, known in (("bound", BOUND), ("keyed_to", KEYED_TO), ("instrument", instruments),
                        ("confidence", set(Confidence))):  # fmt: skip
        if item.get(name) and item[name] not in known:
            faults.append({"field": f"{where}.{name}", "problem": "not_one_of", "choices": "、".join(known)})
    if ("length" in item) != ("unit" in item):
        faults.append({"field": f"{where}.length", "problem": "length_needs_unit"})
    elif "length" in item and (type(item["length"]) is not int or item["length"] < 1):
        faults.append({"field": f"{where}.length", "problem": "out_of_range"})
    if "unit" in item and item["unit"] not in set(Unit):
        faults.append({"field": f"{where}.unit", "problem": "not_one_of", "choices": "、".join(Unit)})
    if "since" in item and type(item["since"]) is not date:
        faults.append({"field": f"{where}.since", "problem": "not_a_date"})
    if item.get("until") and not item["until"] > item["since"]:
        faults.append({"field": f"{where}.until", "problem": "ends_before_it_begins"})


def _check_order(key: str, since: list[Any], faults: list[dict[str, Any]]) -> None:
    days = [day for day in since if type(day) is date]
    if any(later <= earlier for earlier, later in pairwise(days)):
        faults.append({"field": f"{key}.versions", "problem": "versions_overlap"})


def _rule(key: str, item: dict[str, Any], following: date | None, instruments: dict[str, Instrument]) -> Rule:
    until = item.get("until") or following
    return Rule(
        key=key,
        id=item["id"],
        section=item["section"],
        name=item["name"],
        length=item.get("length"),
        unit=Unit(item["unit"]) if "unit" in item else None,
        bound=item["bound"],
        keyed_to=item["keyed_to"],
        since=item["since"],
        until=until,
        instrument=item["instrument"],
        article=item["article"],
        confidence=Confidence(item["confidence"]),
        remark=item.get("remark", ""),
        source=instruments[item["instrument"]].title + item["article"],
    )


def _text(name: str) -> str:
    return resources.files("disclosure.states.law").joinpath(name).read_text("utf-8")


@cache
def instruments() -> dict[str, Instrument]:
    """Every instrument, by its code."""
    return read_instruments(_text("instruments.toml"))


@cache
def rules() -> tuple[Rule, ...]:
    """Every version of every rule, in the order of the law's own steps."""
    known = instruments()
    return read_rules(_text("periods.toml"), known) + read_rules(_text("statements.toml"), known)


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
