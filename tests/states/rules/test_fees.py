"""Processing fees: free first, then tier by tier, by one standard only."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.rules.fees import fee

ON = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("basis", "quantity", "amount"),
    [
        ("items", 0, "0.00"),
        ("items", 10, "0.00"),
        ("items", 11, "100.00"),
        ("items", 30, "2000.00"),
        ("items", 31, "2200.00"),
        ("items", 40, "4000.00"),
        ("items", 41, "4300.00"),
        ("items", 50, "7000.00"),
        ("items", 51, "7400.00"),
        ("pages", 0, "0.00"),
        ("pages", 30, "0.00"),
        ("pages", 31, "10.00"),
        ("pages", 72, "420.00"),
        ("pages", 100, "700.00"),
        ("pages", 101, "720.00"),
        ("pages", 109, "880.00"),
        ("pages", 119, "1080.00"),
        ("pages", 200, "2700.00"),
        ("pages", 201, "2740.00"),
        ("pages", 754, "24860.00"),
        ("pages", 1500, "54700.00"),
        ("pages", 2219, "83460.00"),
    ],
)
def test_fees_are_what_the_tariff_and_bills_in_the_press_say(basis, quantity, amount):
    assert str(fee(basis, quantity, ON).amount) == amount


@given(st.sampled_from(["items", "pages"]), st.integers(1, 5000))
def test_a_fee_grows_with_each_unit_and_its_tiers_add_up(basis, quantity):
    found, before = fee(basis, quantity, ON), fee(basis, quantity - 1, ON)
    assert found.amount - before.amount == found.lines[-1].rate
    assert sum((line.amount for line in found.lines), Decimal(0)) == found.amount
    assert sum(line.units for line in found.lines) == quantity


@given(st.sampled_from(["items", "pages"]), st.integers(1, 5000))
def test_the_tiers_join_without_gap_or_overlap_and_their_rates_only_rise(basis, quantity):
    lines = fee(basis, quantity, ON).lines
    assert [line.first for line in lines] == [1, *(line.last + 1 for line in lines[:-1])]
    assert lines[-1].last == quantity
    assert [line.rate for line in lines] == sorted({line.rate for line in lines})


@pytest.mark.parametrize("quantity", [-1, 1_000_001, 2.5, True, "3", None])
def test_an_impossible_quantity_is_refused(quantity):
    with pytest.raises(BadData) as refused:
        fee("items", quantity, ON)
    assert refused.value.faults[0]["field"] == "quantity"


def test_the_largest_quantity_is_still_computed():
    assert fee("pages", 1_000_000, ON).amount == 700 + 2000 + 999_800 * 40


def test_before_the_tariff_there_is_no_fee():
    assert fee("items", 20, date(2021, 1, 1)).amount == 1000
    with pytest.raises(LawUnknown):
        fee("items", 20, date(2020, 12, 31))


@pytest.mark.parametrize(("basis", "article"), [("items", "第四条"), ("pages", "第五条")])
def test_a_fee_names_its_text_and_how_well_that_is_confirmed(basis, article):
    found = fee(basis, 40, ON)
    assert (found.source, str(found.confidence)) == (f"《政府信息公开信息处理费管理办法》{article}", "V")
