"""Two thousand random lives counted twice: by the product, and day by day by a count that shares nothing with it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from by_days import Count, counted
from histories import LAW
from hypothesis import given
from hypothesis import strategies as st
from random_lives import drawn_life, folded_life, random_life

from disclosure.states.errors import DisclosureError
from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.case import NEVER, Case
from disclosure.states.procedure.history import Event

LIVES = 2000
LEAST = 15
"""Of so many lives at least each kind of event has been reached, live and past."""
REACHED = {
    *("submit", "confirm", "accept", "request_correction", "cancel_correction", "correct", "abandon"),
    *("consult third_party", "consult co_author", "consult other_organ", "opinion", "lapse_consultation"),
    *("cancel_consultation", "extend", "demand_reasons", "give_reasons", "defer", "charge", "pay", "decide"),
    *("withdraw_decision", "reply", "withdraw", "discontinue", "annul", "close", "reopen"),
    *(f"dispatch {of}" for of in ("consultation", "correction", "fee", "extension", "reply")),
    *(f"serve {of}" for of in ("consultation", "correction", "fee", "extension", "reply")),
    *("renew_term correction", "renew_term fee", "renew_term consultation"),
    *("fail_service consultation", "fail_service correction", "fail_service reply"),
}
IN_LIVE = {
    "dispatch deferral",
    "lift_breach",
    "recorded late",
    "extension told",
    "extension untold",
    "awaits service",
    "breached",
}
RARE = {"dispatch deferral": 5, "cancel_charge": 5, "fail_service fee": 3, "abandon": 10}
"""What few lives come to."""


def kinds(events: list[Event], found: Count) -> set[str]:
    """What a life has reached."""
    told = {f"{event.move} {event.data.get('of') or event.data.get('with') or ''}".strip() for event in events}
    told |= {"recorded late" for event in events if event.recorded_on is not None and event.on < event.recorded_on}
    told |= {"extension untold"} if found.untold else set()
    told |= {"extension told"} if found.state == "extended" else set()
    told |= {"breached"} if found.breached is not None else set()
    terms = (*found.consultations.values(), found.correction, found.payment)
    asked = "consult" in " ".join(told) or "request_correction" in told or "charge" in told
    return told | ({"awaits service"} if asked and None in terms else set())


def by_product(events: list[Event], on: date) -> Count:
    """The same, as the product folds it."""
    case = folded_life(events)
    return Count(
        case.state,
        _due(case, "reply"),
        case.breached_on(on),
        _due(case, "correction"),
        _due(case, "payment"),
        {item.id: _due(case, "consultation", item.id) for item in case.consultations},
        case.pending is not None,
    )


def _due(case: Case, rule: str, ref: str | None = None) -> date | None:
    """The last day; None where there is none, and of a term that nothing awaits any more."""
    period = case.last_period(rule, ref)
    if period is None or period.due_on == NEVER:
        return None
    return None if period.ending == "cancelled" and rule in ("correction", "payment") else period.due_on


def looked_at(events: list[Event], number: int) -> date:
    """A day after everything has been recorded."""
    return max(event.recorded_on or event.on for event in events) + timedelta(days=number % 50)


@pytest.mark.parametrize("live", [True, False], ids=["live", "past"])
def test_the_days_of_two_thousand_lives_are_those_that_a_second_count_finds(live):
    """Law: 条例 arts. 30-35; 国办函〔2020〕109号 art. 6; 国办公开办函〔2016〕235号 points 2, 4."""
    reached: Counter[str] = Counter()
    for number in range(LIVES // 2):
        events = random_life(number + (0 if live else LIVES), live)
        on = looked_at(events, number)
        found = counted(events, on)
        assert by_product(events, on) == found, (number, [(one.seq, one.move, one.on, one.data) for one in events])
        reached.update(kinds(events, found))
    wanted = REACHED | (IN_LIVE if live else {"breached"})
    seldom = {kind: reached[kind] for kind in wanted if reached[kind] < RARE.get(kind, LEAST)}
    assert seldom == {}


SEEDS = st.integers(0, 10**6)


@given(SEEDS, st.booleans())
def test_a_life_folded_again_gives_the_same_case(seed, live):
    events = random_life(seed, live)
    assert folded_life(events) == folded_life([replace(event, data=dict(event.data)) for event in events])


@pytest.mark.parametrize("live", [True, False], ids=["live", "past"])
def test_a_life_made_step_by_step_is_the_one_that_its_history_makes(live):
    """Also where a step written down late waits to be confirmed, has been, or has been undone."""
    claimed = 0
    for number in range(300):
        life = drawn_life(number, live)
        assert folded_life(life.events) == life.case, number
        claimed += life.case.has_claims or any(event.move == "lift_breach" for event in life.events)
    assert claimed >= 8 if live else claimed == 0


@given(SEEDS, SEEDS, st.booleans())
def test_nothing_dated_after_the_last_day_makes_a_missed_reply_period_met(seed, more, live):
    """Law: 条例 art. 33."""
    events = random_life(seed, live)
    missed = folded_life(events).breached_on(looked_at(events, 0))
    if missed is None:
        return
    later = random_life(more, live)[1:]
    shift = looked_at(events, 1) - later[0].on if later else timedelta()
    case = folded_life(events)
    for event in later:
        on = event.on + max(shift, timedelta(days=1))
        if on <= (case.last_on or on):
            on = (case.last_on or on) + timedelta(days=1)
        next_one = replace(event, seq=len(events) + 1, on=on, recorded_on=on if live else None)
        try:
            case = advance(case, next_one, LAW, lambda: events).case
        except DisclosureError:
            case = folded_life(events)
            continue
        if event.move == "lift_breach":
            case = folded_life(events)
            continue
        events.append(next_one)
        assert case.breached_on(on) == missed, (seed, more, next_one)
    assert fold("一件", events, LAW)[0].breached_on(looked_at(events, 0)) == missed
