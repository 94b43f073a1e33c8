"""The processing fee, by items or by pages, tier by tier.

Law: 条例 art. 42; 国办函〔2020〕109号. Amounts are yuan with two places.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from ..errors import BadData, LawUnknown
from ..law import law_table
from ..law.files import of_law
from ..law.model import Day, Listed, Table, Words, refusal
from .dated import ends_after_it_begins, follow_each_other, in_force
from .rules import known_rule, known_rules, rule

Basis: TypeAlias = Literal["items", "pages"]
"""What is counted: the things asked for, or the pages given."""
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
    """A fee for the units after those ``already`` counted, with the tiers that make it up."""

    basis: str
    quantity: int
    already: int
    amount: Decimal
    lines: tuple[FeeLine, ...]
    source: str
    confidence: str


_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def _amount(value: object) -> Decimal:
    text = str(value) if type(value) in (str, int) else ""
    if not _AMOUNT.fullmatch(text):
        raise refusal("not_an_amount")
    return Decimal(text)


Yuan = Annotated[Decimal, BeforeValidator(_amount)]
"""An amount, a text or a whole number so that nothing of it is rounded; never below nothing."""


class Tier(Table):
    """Units from ``first`` on at ``rate``, which rises by ``rise`` after each ``band`` of units."""

    first: int
    rate: Yuan
    band: Annotated[int | None, Field(ge=1)] = None
    rise: Yuan = Decimal(0)


class Tariff(Table):
    """The tiers of both standards since a day, each with the key of its rule."""

    since: Day
    until: Day | None = None
    rule_items: Words
    rule_pages: Words
    items: Annotated[Listed[Tier], Field(min_length=1)]
    pages: Annotated[Listed[Tier], Field(min_length=1)]

    _ends_later = field_validator("until")(ends_after_it_begins)

    @field_validator("rule_items", "rule_pages")
    @classmethod
    def _in_force(cls, key: str, info: ValidationInfo) -> str:
        """A tariff may not begin before the rule on which it rests does, nor after it ended."""
        known_rule(key, info)
        if "since" in info.data:
            try:
                rule(key, info.data["since"])
            except LawUnknown:
                raise refusal("rule_not_in_force", field="since", value=key) from None
        return key

    @field_validator("items", "pages")
    @classmethod
    def _from_the_first_unit_on(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        """Every unit lies in one tier: the first begins at the first unit, each other one after the one before."""
        if tiers and tiers[0].first != 1:
            raise refusal("tiers_not_from_one", item=0)
        for number, (before, tier) in enumerate(pairwise(tiers), 1):
            if tier.first <= before.first:
                raise refusal("tiers_not_rising", item=number)
        return tiers

    def standard(self, basis: Basis) -> tuple[tuple[Tier, ...], str]:
        """The tiers of one standard and the key of its rule."""
        return (self.items, self.rule_items) if basis == "items" else (self.pages, self.rule_pages)


class _Tariffs(Table):
    versions: Listed[Tariff]

    @field_validator("versions")
    @classmethod
    def _in_order(cls, versions: tuple[Tariff, ...]) -> tuple[Tariff, ...]:
        follow_each_other(versions)
        return versions


def fee(basis: Basis, quantity: int, on: date, already: int = 0) -> Fee:
    """The fee for a quantity, by the tariff in force on a day.

    ``already`` are the units that the tariff has counted before: the fee is what these ``quantity`` units add.
    Law: 国办函〔2020〕109号 arts. 3-5: one standard a request, rates rise by tiers; items are added up over a calendar
    month of one applicant, pages are counted for each request.
    Raises:
        BadData: not a whole number from 0 to a million.
        LawUnknown: no tariff was in force.
    """
    for field, number in (("quantity", quantity), ("already", already)):
        if type(number) is not int:
            raise BadData({"field": field, "problem": "not_a_number", "value": number})
        if not 0 <= number <= MOST:
            raise BadData({"field": field, "problem": "out_of_range", "value": number})
    tiers, key = _tariff(on).standard(basis)
    lines = tuple(_after(already, _lines(tiers, already + quantity)))
    amount = sum((line.amount for line in lines), Decimal(0)).quantize(Decimal("0.01"))
    basis_rule = rule(key, on)
    return Fee(basis, quantity, already, amount, lines, basis_rule.source, basis_rule.confidence)


def standard(basis: Basis, on: date) -> tuple[Tier, ...]:
    """The tiers by which that basis is charged on a day.

    Raises:
        LawUnknown: no tariff was in force.
    """
    return _tariff(on).standard(basis)[0]


def _after(already: int, lines: Iterable[FeeLine]) -> Iterator[FeeLine]:
    """The lines without the units that were counted before."""
    for line in lines:
        first = max(line.first, already + 1)
        if first <= line.last:
            units = line.last - first + 1
            yield FeeLine(first, line.last, units, line.rate, line.rate * units)


def _lines(tiers: Sequence[Tier], quantity: int) -> Iterator[FeeLine]:
    for index, tier in enumerate(tiers):
        following = tiers[index + 1].first - 1 if index + 1 < len(tiers) else None
        band, rate, first = tier.band, tier.rate, tier.first
        end = quantity if following is None else min(following, quantity)
        while first <= end:
            last = min(first + band - 1, end) if band else end
            units = last - first + 1
            yield FeeLine(first, last, units, rate, rate * units)
            first, rate = last + 1, rate + tier.rise


@of_law
def tariffs() -> tuple[Tariff, ...]:
    """Every tariff, oldest first."""
    return law_table(_Tariffs, "fees.toml", known_rules()).versions


def _tariff(on: date) -> Tariff:
    return in_force(tariffs(), on, "fee")
