"""Cursors lead on in their own list, and are refused torn, altered or in another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import BadData
from disclosure.workflow.cases.lists.cursors import cursor_of, place_in

NUMBERS = st.integers(-(2**40), 2**40)
KEYS = st.tuples(st.integers(0, 1), NUMBERS, NUMBERS)


@given(KEYS)
def test_a_cursor_leads_back_to_its_place(key):
    assert place_in(cursor_of(key, ("a", "b")), ("a", "b")) == key


@given(KEYS, st.data())
def test_a_torn_or_altered_cursor_is_refused(key, data):
    cursor = cursor_of(key, ("a",))
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("Aa0_-=.中").filter(lambda letter: letter != cursor[at]))
    for torn in (cursor[:at], cursor + "A", cursor[:at] + letter + cursor[at + 1 :]):
        with pytest.raises(BadData, match="not_of_this_list"):
            place_in(torn, ("a",))


@pytest.mark.parametrize("text", ["", "中文", "A" * 5000, "W10", "e30="])
def test_what_never_was_a_cursor_is_refused(text):
    with pytest.raises(BadData, match="not_of_this_list"):
        place_in(text, ())


@given(KEYS)
def test_a_cursor_of_another_question_is_refused(key):
    with pytest.raises(BadData, match="not_of_this_list"):
        place_in(cursor_of(key, ("a", "b")), ("a", "c"))
