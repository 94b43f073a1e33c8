"""The hashes that bind a history: of the texts as stored, apart from one another, in their order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.admission import LONGEST_NAME
from disclosure.workflow.kernel.chains import GENESIS, canonical, digest, event_hash, is_plain, link

STEP = {
    "seq": 1,
    "move": "submit",
    "on_date": date(2024, 3, 1),
    "at_text": None,
    "recorded_at": "2024-03-01T04:00:00.000+00:00",
    "actor": "{}",
    "data": "{}",
    "live": 0,
}


def test_a_value_has_one_text_whatever_the_order_of_its_keys():
    assert canonical({"b": "滨河路", "a": [1, None]}) == canonical({"a": [1, None], "b": "滨河路"})
    assert canonical({"b": "滨河路", "a": [1, None]}) == '{"a":[1,null],"b":"滨河路"}'


@given(st.lists(st.text("甲b1", max_size=3), max_size=4), st.lists(st.text("甲b1", max_size=3), max_size=4))
def test_texts_cut_elsewhere_have_another_hash(one, other):
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_day_counts_as_its_text_and_nothing_as_empty_text():
    assert link(GENESIS, date(2024, 3, 1), None, 7) == digest(GENESIS, "2024-03-01", "", "7")


@pytest.mark.parametrize("column", STEP)
def test_every_column_of_a_step_counts(column):
    whole = event_hash(GENESIS, "default", "A-1", STEP)
    assert event_hash(GENESIS, "default", "A-1", STEP | {column: "x"}) != whole


def test_a_step_of_the_past_is_linked_as_before_the_mark_was_kept():
    texts = [str(value or "") for name, value in STEP.items() if name != "live"]
    assert event_hash(GENESIS, "default", "A-1", STEP) == digest(GENESIS, "default", "A-1", *texts)


def test_a_step_is_bound_to_its_agency_its_case_and_the_step_before():
    whole = event_hash(GENESIS, "default", "A-1", STEP)
    others = {
        event_hash(GENESIS, "county", "A-1", STEP),
        event_hash(GENESIS, "default", "A-2", STEP),
        event_hash(whole, "default", "A-1", STEP),
    }
    assert len(others | {whole}) == 4
    assert event_hash(GENESIS, "default", "A-1", STEP | {"hash": "not a column of the step"}) == whole


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("字" * LONGEST_NAME, True),
        ("字" * (LONGEST_NAME + 1), False),
        ({"ground": None, "paper": True}, True),
        ({"ground": "a\x00b"}, False),
        ({"a\x00b": "x"}, False),
        ({1: "x"}, False),
        ({"ground": ["x"]}, False),
    ],
)
def test_what_is_not_plain_at_once_is_looked_at_more_closely(value, plain):
    assert is_plain(value) is plain
