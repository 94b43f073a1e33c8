"""The processing fee, by items or by pages, tier by tier.

Law: 条例 art. 42; 国办函〔2020〕109号. Amounts are yuan with two places.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..errors import BadData
from ..law import law_table
from ..law.files import of_law
from ..law.model import Day, Listed, Table, Words
from .dated import follow_each_other, in_force
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


Yuan = Annotated[Decimal, Field(strict=False)]


class Tier(Table):
    """Units from ``first`` on at ``rate``, which rises by ``rise`` after each ``band`` of units."""

    first: int
    rate: Yuan
    band: int | None = None
    rise: Yuan = Decimal(0)


class Tariff(Table):
    """The tiers of both standards since a day, each with the key of its rule."""

    since: Day
    until: Day | None = None
    rule_items: Words
    rule_pages: Words
    items: Annotated[Listed[Tier], Field(min_length=1)]
    pages: Annotated[Listed[Tier], Field(min_length=1)]

    def standard(self, basis: Literal["items", "pages"]) -> tuple[tuple[Tier, ...], str]:
        """The tiers of one standard and the key of its rule."""
        return (self.items, self.rule_items) if basis == "items" else (self.pages, self.rule_pages)


class _Tariffs(Table):
    versions: Listed[Tariff]

    @field_validator("versions")
    @classmethod
    def _in_order(cls, versions: tuple[Tariff, ...]) -> tuple[Tariff, ...]:
        follow_each_other(versions)
        return versions


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
    tiers, key = _tariff(on).standard(basis)
    lines = tuple(_lines(tiers, quantity))
    amount = sum((line.amount for line in lines), Decimal(0)).quantize(Decimal("0.01"))
    basis_rule = rule(key, on)
    return Fee(basis, quantity, amount, lines, basis_rule.source, basis_rule.confidence)


def _lines(tiers: Sequence[Tier], quantity: int) -> Iterator[FeeLine]:
    for index, tier in enumerate(tiers):
        following = tiers[index + 1].first - 1 if index + 1 < len(tiers) else None
        band, rate, first = tier.band, tier.rate, tier.first
        while first <= quantity and (following is None or first <= following):
            end = first + band - 1 if band else following
            last = quantity if end is None else min(end, quantity)
            units = last - first + 1
            yield FeeLine(first, last, units, rate, rate * units)
            first, rate = last + 1, rate + tier.rise


@of_law
def tariffs() -> tuple[Tariff, ...]:
    """Every tariff, oldest first."""
    return law_table(_Tariffs, "fees.toml").versions


def _tariff(on: date) -> Tariff:
    return in_force(tariffs(), on, "fee")
