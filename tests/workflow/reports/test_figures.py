"""What counts as a number in a published table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.workflow.reports.figures import figure, is_struck

FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")


@given(st.integers(-(10**9), 10**12))
def test_a_number_is_read_however_it_is_printed(number: int) -> None:
    ways = [str(number), f"{number:,}", f"{number}.0", f"{number:,}.00", f"\u3000{number}\xa0", f"{number}件"]
    ways += [way.translate(FULL_WIDTH) for way in ways]
    assert {figure(way) for way in [number, float(number), *ways]} == {number}


@pytest.mark.parametrize(
    "text",
    ["", " ", "/", "—", "无", "五", "约5", "1、2", "1,2", "12,34", "3-4", "1.5", "12①", "3²", "=SUM(A1:A3)", "1e3"],
)
def test_what_is_no_whole_number_is_not_guessed(text: str) -> None:
    assert figure(text) is None


@pytest.mark.parametrize("value", [None, True, False, [3], {"a": 3}, float("inf"), 2.5])
def test_a_value_that_is_no_number_is_none(value: object) -> None:
    assert figure(value) is None


@pytest.mark.parametrize("text", ["/", "／", "\\", "-", "—", "——", "–", "*", "、", "无", "N/A", "n/a", " / "])
def test_a_mark_for_nothing_is_known(text: str) -> None:
    assert is_struck(text)


@pytest.mark.parametrize("text", ["五", "约5", "1,2", "#REF!", "见附件", "=SUM(A1:A3)"])
def test_a_text_that_may_hide_a_number_is_no_such_mark(text: str) -> None:
    assert not is_struck(text)
