"""The processing fee, by items or by pages, tier by tier.

Law: 条例 art. 42; 国办函〔2020〕109号. Amounts are yuan with two places.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from ..errors import BadData, LawUnknown
from .rules import rule

MOST = 1_000_000
"""More than this in one request is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One tier: units ``first`` to ``last`` at ``rate`` each."""

    first: int
    last: int
    units: int
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee with the tiers that make it up."""

    basis: str
    quantity: int
    amount: Decimal
    lines: tuple[FeeLine, ...]
    source: str
    confidence: str


def fee(basis: Literal["items", "pages"], quantity: int, on: date) -> Fee:
    """The fee for a quantity, by the tariff in force on a day.

    Law: 国办函〔2020〕109号 arts. 3, 4: one standard a request, rates rise by tiers.
    Raises:
        BadData: not a whole number from 0 to a million.
        LawUnknown: no tariff was in force.
    """
    if type(quantity) is not int:
        raise BadData({"field": "quantity", "problem": "not_a_number", "value": quantity})
    if not 0 <= quantity <= MOST:
        raise BadData({"field": "quantity", "problem": "out_of_range", "value": quantity})
    version = _version(on)
    lines = tuple(_lines(version[basis], quantity))
    amount = sum((line.amount for line in lines), Decimal(0)).quantize(Decimal("0.01"))
    basis_rule = rule(version[f"rule_{basis}"], on)
    return Fee(basis, quantity, amount, lines, basis_rule.source, basis_rule.confidence)


def _lines(tiers: list[dict[str, Any]], quantity: int) -> Iterator[FeeLine]:
    for index, tier in enumerate(tiers):
        following = tiers[index + 1]["first"] - 1 if index + 1 < len(tiers) else None
        band, rate, first = tier.get("band"), Decimal(tier["rate"]), tier["first"]
        while first <= quantity and (following is None or first <= following):
            end = first + band - 1 if band else following
            last = quantity if end is None else min(end, quantity)
            units = last - first + 1
            yield FeeLine(first, last, units, rate, rate * units)
            first, rate = last + 1, rate + Decimal(tier.get("rise", "0"))


@cache
def _versions() -> list[dict[str, Any]]:
    text = resources.files("disclosure.states.law").joinpath("fees.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["versions"]
    return found


def _version(on: date) -> dict[str, Any]:
    found: dict[str, Any] | None = next((version for version in reversed(_versions()) if version["since"] <= on), None)
    if found is not None:
        return found
    raise LawUnknown(rule="fee", on=on)
