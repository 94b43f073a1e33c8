"""The other tables of the law: fees, outcomes, remedies, forms, readings, the data of moves."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.fees import fee
from disclosure.states.fold import MOVES
from disclosure.states.forms import form_for, forms
from disclosure.states.moves import parse
from disclosure.states.outcomes import outcome_rows, outcomes
from disclosure.states.remedies import REVIEW_RESULTS, SUIT_RESULTS, section4_column
from disclosure.states.settings import Settings, questions, settings_from

ON = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("basis", "quantity", "amount"),
    [("items", 10, "0.00"), ("items", 30, "2000.00"), ("items", 31, "2200.00"), ("items", 40, "4000.00"), ("items", 41, "4300.00"),
     ("pages", 72, "420.00"), ("pages", 109, "880.00"), ("pages", 754, "24860.00"), ("pages", 1500, "54700.00"),
     ("pages", 2219, "83460.00")],
)  # fmt: skip
def test_fees_are_what_bills_in_the_press_were(basis, quantity, amount):
    assert str(fee(basis, quantity, ON).amount) == amount


@given(st.sampled_from(["items", "pages"]), st.integers(1, 5000))
def test_a_fee_grows_with_each_unit_and_its_tiers_add_up(basis, quantity):
    found, before = fee(basis, quantity, ON), fee(basis, quantity - 1, ON)
    assert found.amount - before.amount == found.lines[-1].rate
    assert sum((line.amount for line in found.lines), Decimal(0)) == found.amount
    assert sum(line.units for line in found.lines) == quantity


@pytest.mark.parametrize("quantity", [-1, 1_000_001, 2.5, True, "3"])
def test_an_impossible_quantity_is_refused(quantity):
    with pytest.raises(BadData):
        fee("items", quantity, ON)


def test_before_the_tariff_there_is_no_fee():
    assert fee("items", 20, date(2021, 1, 1)).amount == 1000
    with pytest.raises(LawUnknown):
        fee("items", 20, date(2020, 12, 31))


def test_the_outcomes_are_numbered_and_each_has_a_row_and_a_source():
    assert [item.code for item in outcomes()] == [f"O{n:02d}" for n in range(1, 24)]
    assert all(item.article and item.label for item in outcomes())
    assert len(outcome_rows()) == 21


def test_the_forms_have_the_official_rows():
    assert [(form.years_from, form.years_to, len(form.rows), len(form.columns), len(form.section4)) for form in forms()] == [
        (2019, 2020, 23, 7, 15), (2021, None, 25, 7, 15),
    ]  # fmt: skip
    assert [form_for(year).years_from for year in (2019, 2020, 2021, 2030)] == [2019, 2019, 2021, 2021]
    with pytest.raises(LawUnknown):
        form_for(2018)


def test_every_result_of_a_remedy_has_one_column():
    for kind, results in (("review", REVIEW_RESULTS), ("suit", SUIT_RESULTS)):
        assert {section4_column(kind, result, Settings()) for result in results} == {"upheld", "corrected", "other"}
        with pytest.raises(BadData):
            section4_column(kind, "nonsense", Settings())


def test_every_adjustable_question_is_a_setting_with_the_recommended_default():
    keys = {item.key for item in questions() if item.key}
    assert keys == set(Settings.model_fields) - {"red_days", "yellow_days"}
    for item in questions():
        assert item.default in dict(item.readings)
        assert item.adjustable or item.why_fixed


def test_unknown_settings_are_refused_all_at_once_with_the_nearest_name():
    with pytest.raises(BadData) as refused:
        settings_from({"extension": "one", "withdrawal": "maybe"})
    problems = {fault["field"]: fault for fault in refused.value.faults}
    assert problems["extension"]["nearest"] == "extensions"
    assert "other_misc" in problems["withdrawal"]["choices"]


def test_red_lamps_come_after_yellow_ones():
    with pytest.raises(BadData):
        settings_from({"red_days": "7", "yellow_days": "7"})


@pytest.mark.parametrize("move", MOVES)
def test_the_data_of_a_move_are_refused_with_every_fault(move):
    model, _ = MOVES[move]
    required = {item.alias or name for name, item in model.model_fields.items() if item.is_required()}
    if required:
        with pytest.raises(BadData) as refused:
            parse(model, {}, move=move)
        assert {fault["field"] for fault in refused.value.faults} == required
        assert {fault["problem"] for fault in refused.value.faults} == {"missing"}


@pytest.mark.parametrize("value", ["2024-02-30", "2024-3-1", "20240301", "2024-03-01T00:00:00", 20240301, None, "二〇二四年"])
def test_a_day_that_is_none_is_refused(value):
    model, _ = MOVES["defer"]
    with pytest.raises(BadData) as refused:
        parse(model, {"until": value}, move="defer")
    assert refused.value.faults[0]["field"] == "until"
