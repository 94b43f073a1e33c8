"""The law as dated data: every period and rule with its unit, article, source and confidence.

A rule is looked up by its key and by the day that the law keys it to. A new law adds a version to the
data; no date of law stands in Python.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from ..errors import BadData, Fault, LawUnknown


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


_OF_INSTRUMENT = frozenset({"title", "document", "since", "until"})
_OF_RULE = frozenset({"id", "section", "name", "bound", "keyed_to", "versions"})
_OF_VERSION = frozenset({"since", "until", "length", "unit", "instrument", "article", "confidence", "remark"})


def read_instruments(text: str) -> dict[str, Instrument]:
    """Instruments from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem.
    """
    faults: list[Fault] = []
    items = _tables(text, faults)
    for code, item in items.items():
        _check_names(code, item, _OF_INSTRUMENT, faults)
        _check_texts(code, item, ("title", "document"), faults)
        _check_days(code, item, faults)
    if faults:
        raise BadData(*faults)
    return {
        code: Instrument(code, item["title"], item["document"], item["since"], item.get("until"))
        for code, item in items.items()
    }


def _tables(text: str, faults: list[Fault]) -> dict[str, dict[str, Any]]:
    found = tomllib.loads(text)
    faults += [{"field": key, "problem": "not_an_object"} for key, item in found.items() if not isinstance(item, dict)]
    return {key: item for key, item in found.items() if isinstance(item, dict)}


def _check_names(where: str, item: dict[str, Any], known: frozenset[str], faults: list[Fault]) -> None:
    for name in item.keys() - known:
        near = get_close_matches(name, sorted(known), n=1, cutoff=0)
        faults.append({"field": f"{where}.{name}", "problem": "unknown_field", "nearest": near[0]})


def _check_texts(where: str, item: dict[str, Any], names: Iterable[str], faults: list[Fault]) -> None:
    for name in names:
        if not item.get(name):
            faults.append({"field": f"{where}.{name}", "problem": "missing"})
        elif not isinstance(item[name], str):
            faults.append({"field": f"{where}.{name}", "problem": "not_a_text"})


def _check_days(where: str, item: dict[str, Any], faults: list[Fault]) -> None:
    if "since" not in item:
        faults.append({"field": f"{where}.since", "problem": "missing"})
    before = len(faults)
    for name in ("since", "until"):
        if name in item and type(item[name]) is not date:
            faults.append({"field": f"{where}.{name}", "problem": "not_a_date"})
    if len(faults) == before and {"since", "until"} <= item.keys() and item["until"] <= item["since"]:
        faults.append({"field": f"{where}.until", "problem": "ends_before_it_begins"})


def read_rules(text: str, instruments: dict[str, Instrument]) -> tuple[Rule, ...]:
    """Rules from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem.
    """
    faults: list[Fault] = []
    found: list[Rule] = []
    for key, item in _tables(text, faults).items():
        _check_names(key, item, _OF_RULE, faults)
        versions = item.get("versions", [])
        if not isinstance(versions, list) or not all(isinstance(version, dict) for version in versions):
            faults.append({"field": f"{key}.versions", "problem": "not_a_list"})
            continue
        if not versions:
            faults.append({"field": key, "problem": "no_version"})
        for index, version in enumerate(versions):
            where = f"{key}.versions[{index}]"
            before = len(faults)
            _check_names(where, version, _OF_VERSION, faults)
            _check(where, item | version, instruments, faults)
            if len(faults) == before:
                following = versions[index + 1].get("since") if index + 1 < len(versions) else None
                found.append(_rule(key, item | version, following, instruments))
        _check_order(key, versions, faults)
    if faults:
        raise BadData(*faults)
    return tuple(found)


def _check(where: str, item: dict[str, Any], instruments: dict[str, Instrument], faults: list[Fault]) -> None:
    before = len(faults)
    texts = ("id", "section", "name", "bound", "keyed_to", "instrument", "article", "confidence")
    _check_texts(where, item, texts, faults)
    _check_days(where, item, faults)
    for name, known in (
        ("bound", BOUND),
        ("keyed_to", KEYED_TO),
        ("instrument", instruments),
        ("confidence", set(Confidence)),
        ("unit", set(Unit)),
    ):
        value = item.get(name)
        if value and not (isinstance(value, str) and value in known):
            faults.append({"field": f"{where}.{name}", "problem": "not_one_of", "choices": "、".join(sorted(known))})
    if ("length" in item) != ("unit" in item):
        faults.append({"field": f"{where}.length", "problem": "length_needs_unit"})
    elif "length" in item and (type(item["length"]) is not int or item["length"] < 1):
        faults.append({"field": f"{where}.length", "problem": "out_of_range"})
    if len(faults) == before:
        _check_in_force(where, item, instruments[item["instrument"]], faults)


def _check_in_force(where: str, item: dict[str, Any], basis: Instrument, faults: list[Fault]) -> None:
    """A version may not begin before its text does, nor after it was repealed."""
    if item["since"] < basis.since or (basis.until is not None and item["since"] >= basis.until):
        faults.append({"field": f"{where}.since", "problem": "not_in_force", "value": basis.code})


def _check_order(key: str, versions: list[dict[str, Any]], faults: list[Fault]) -> None:
    dated = [version for version in versions if type(version.get("since")) is date]
    if any(
        later["since"] <= earlier["since"] or (type(earlier.get("until")) is date and later["since"] < earlier["until"])
        for earlier, later in pairwise(dated)
    ):
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
