"""Processing fees: free first, then tier by tier, by one standard only."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.rules.fees import fee, tariffs

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


def rate_by_hand(basis, nth):
    """What the nth item of a month, or the nth page of a request, costs: read off the text of the circular."""
    if basis == "items":
        if nth <= 10:
            return 0
        return 100 if nth <= 30 else 200 + 100 * ((nth - 31) // 10)
    if nth <= 30:
        return 0
    return 10 if nth <= 100 else 20 if nth <= 200 else 40


@given(st.sampled_from(["items", "pages"]), st.integers(0, 300), st.integers(0, 300))
def test_a_fee_is_the_sum_of_what_each_unit_costs_in_its_place(basis, already, quantity):
    found = fee(basis, quantity, ON, already)
    places = range(already + 1, already + quantity + 1)
    assert found.amount == sum(rate_by_hand(basis, nth) for nth in places)
    assert found.amount == fee(basis, already + quantity, ON).amount - fee(basis, already, ON).amount
    assert [nth for line in found.lines for nth in range(line.first, line.last + 1)] == list(places)
    assert sum((line.amount for line in found.lines), Decimal(0)) == found.amount


@given(st.lists(st.integers(1, 40), max_size=12))
def test_however_a_month_is_cut_into_requests_it_costs_the_same(quantities):
    charged = [fee("items", quantity, ON, sum(quantities[:index])).amount for index, quantity in enumerate(quantities)]
    assert sum(charged, Decimal(0)) == fee("items", sum(quantities), ON).amount


@pytest.mark.parametrize("already", [-1, 1_000_001, True, "3", None])
def test_an_impossible_number_of_earlier_items_is_refused(already):
    with pytest.raises(BadData) as refused:
        fee("items", 1, ON, already)
    assert refused.value.faults[0]["field"] == "already"


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


def laid_over(folder, *changes):
    """The tariffs' file with some texts written otherwise, and the files of the law with it."""
    text = law_text("fees.toml")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "fees.toml").write_text(text, "utf-8")
    return text.splitlines(), LawFiles(folder)


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ("first = 1\n", "first = 5\n", "versions[0].items[0]", "tiers_not_from_one"),
        ("first = 1\n", "first = 0\n", "versions[0].items[0]", "tiers_not_from_one"),
        ("first = 11\n", "first = 500\n", "versions[0].items[2]", "tiers_not_rising"),
        ('first = 31\nrate = "200"', 'first = 2\nrate = "200"', "versions[0].items[2]", "tiers_not_rising"),
        ('first = 31\nrate = "200"', 'first = 11\nrate = "200"', "versions[0].items[2]", "tiers_not_rising"),
        ("first = 101\n", "first = 31\n", "versions[0].pages[2]", "tiers_not_rising"),
        ('rate = "100"', 'rate = "-100"', "versions[0].items[1].rate", "not_an_amount"),
        ('rate = "100"', 'rate = "NaN"', "versions[0].items[1].rate", "not_an_amount"),
        ('rate = "100"', "rate = 0.1", "versions[0].items[1].rate", "not_an_amount"),
        ('rise = "100"', 'rise = "-1"', "versions[0].items[2].rise", "not_an_amount"),
        ("band = 10", "band = 0", "versions[0].items[2].band", "out_of_range"),
        ("since = 2021-01-01", "since = 2021-01-01\nuntil = 2020-01-01", "versions[0].until", "ends_before_it_begins"),
        ('"fee_items"', '"fee_hours"', "versions[0].rule_items", "unknown_rule"),
    ],
)
def test_a_tariff_that_leaves_a_unit_without_its_one_tier_is_refused_at_its_line(tmp_path, old, new, field, problem):
    _, files = laid_over(tmp_path, (old, new))
    with using(files), pytest.raises(BadData) as refused:
        tariffs()
    (fault,) = refused.value.faults
    assert (fault["field"], fault["problem"], fault["origin"]) == (field, problem, "fees.toml")
    assert int(str(fault["line"])) > 1


def test_a_tariff_does_not_begin_before_the_rules_on_which_it_rests(tmp_path):
    lines, files = laid_over(tmp_path, ("since = 2021-01-01", "since = 2019-01-01"))
    with using(files), pytest.raises(BadData) as refused:
        tariffs()
    assert [(item["problem"], item["value"]) for item in refused.value.faults] == [
        ("rule_not_in_force", "fee_items"),
        ("rule_not_in_force", "fee_pages"),
    ]
    assert {lines[int(str(item["line"])) - 1] for item in refused.value.faults} == {"since = 2019-01-01"}


def test_a_band_that_reaches_past_its_tier_charges_no_unit_twice(tmp_path):
    added = 'rise = "100"\n[[versions.items]]\nfirst = 35\nrate = "1000"'
    _, files = laid_over(tmp_path, ('rise = "100"', added))
    with using(files):
        lines = fee("items", 40, ON).lines
    assert [(line.first, line.last) for line in lines] == [(1, 10), (11, 30), (31, 34), (35, 40)]
