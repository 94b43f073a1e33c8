"""From every state of live work an office that acts lawfully reaches a closed case by what the options offer."""

from collections import Counter

import pytest
from random_lives import folded_life, random_life
from ways_on import CALLING_OFF, MOST, TO_THE_END, close

STATES = {
    *("submitted", "received", "accepted", "extended", "awaiting_correction", "awaiting_payment", "awaiting_reasons"),
    *("consulting", "decided", "replied", "discontinued"),
}


@pytest.mark.parametrize("ways", [CALLING_OFF, TO_THE_END], ids=["what was begun is called off", "and runs to its end"])
def test_from_the_end_of_any_life_a_closed_case_is_within_reach(ways):
    """Each move that is offered is taken with lawful data, and each refusal leaves another way."""
    begun: Counter[str] = Counter()
    for number in range(250):
        events = random_life(number, live=True, steps=number % 20 + 2)
        case = folded_life(events)
        begun[case.state] += 1
        on = max(event.recorded_on for event in events)
        case, made = close(events, on, ways)
        assert len(made) <= MOST
    assert {state for state in STATES if begun[state] < 3} == set()
