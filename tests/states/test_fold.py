"""A case is its history folded: whatever way it is come by, the same history gives the same case."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from histories import LAW, histories
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.case import FINISHED, Case, dump, load
from disclosure.states.counting import OPEN, counted, remedy_places
from disclosure.states.errors import MoveRefused
from disclosure.states.fold import Event, apply, fold
from disclosure.states.options import NO_PERIOD, is_open, options, what_if
from disclosure.states.periods import days_left, ledger, merged, status


def folded(events: list[Event]) -> Case:
    return fold("一件", events, LAW)[0]


@given(histories())
def test_folding_gives_what_step_by_step_gives(events):
    case = Case("一件")
    for event in events:
        apply(case, event, LAW)
    assert folded(events) == case


@given(histories())
def test_a_case_survives_being_written_and_read(events):
    assert load(dump(folded(events))) == folded(events)


@given(histories(), st.data())
def test_a_step_recorded_late_counts_as_if_it_had_come_in_order(events, data):
    days = Counter(event.on for event in events)
    single = [n for n, event in enumerate(events) if days[event.on] == 1 and n > 0]
    if not single:
        return
    late = data.draw(st.sampled_from(single))
    order = [*events[:late], *events[late + 1 :], events[late]]
    assert folded(order) == folded(events)


@given(histories(), st.data())
def test_an_amendment_that_changes_nothing_changes_nothing(events, data):
    seq = data.draw(st.sampled_from([event.seq for event in events]))
    amendment = Event(99, "amend", events[-1].on, data={"seq": seq, "reason": "x"})
    before, after = folded(events), folded([*events, amendment])
    after.seq = before.seq
    assert after == before


@given(histories())
def test_an_open_case_has_a_running_period_or_a_declared_reason_for_none(events):
    case = folded(events)
    if is_open(case):
        running = [item for item in case.periods if item.ended_on is None]
        assert running or case.state in NO_PERIOD
    else:
        assert case.state in NO_PERIOD


@given(histories())
def test_only_one_reply_period_runs_and_none_after_the_result(events):
    case = folded(events)
    running = [item for item in case.periods if item.rule == "reply" and item.ended_on is None]
    assert len(running) == (1 if is_open(case) and case.state != "submitted" else 0)


@given(histories())
def test_the_ledger_accounts_for_every_day_and_ends_on_the_last_one(events):
    for period in folded(events).periods:
        if any(span.until is None for span in period.spans):
            continue
        days = list(ledger(period, LAW))
        assert [item.date for item in days] == [
            period.starts_on + timedelta(days=n) for n in range((period.due_on - period.starts_on).days + 1)
        ] or period.due_on < period.starts_on
        assert all(item.source for item in days)
        if period.fixed_on is None and period.length is not None:
            assert sum(item.counted for item in days) == period.length + period.extra == days[-1].n


@given(histories(), st.integers(-40, 60))
def test_status_and_days_left_agree_on_every_day(events, offset):
    case = folded(events)
    for period in case.periods:
        day = period.due_on + timedelta(days=offset)
        left = days_left(period, day, LAW)
        if period.ended_on is not None and period.ended_on <= day:
            assert left is None
        else:
            assert left is not None
            assert (left < 0) == (day > period.due_on)
            if status(period, day) in ("missed", "lapsed"):
                assert day > period.due_on


@given(histories())
def test_excluded_time_never_counts_twice_and_only_lengthens(events):
    for period in folded(events).periods:
        spans = merged(period.spans)
        assert all(first[1] < second[0] for first, second in pairwise(spans))


@given(st.lists(histories(), min_size=1, max_size=6))
def test_every_column_of_every_year_balances_whatever_the_histories(many):
    places = [place for events in many if (place := counted(folded(events), LAW.settings)) is not None]
    for year in range(2019, 2031):
        new = sum(place.received_year == year for place in places)
        carried_in = sum(place.received_year < year <= place.done_year for place in places)
        done = sum(place.done_year == year for place in places)
        carried_out = sum(place.received_year <= year < place.done_year for place in places)
        assert new + carried_in == done + carried_out
    for place in places:
        assert (place.row == "") == (place.done_year == OPEN)


@given(histories())
def test_a_remedy_stands_in_at_most_one_column_of_a_year(events):
    case = folded(events)
    for remedy in case.remedies:
        places = remedy_places(remedy, LAW.settings)
        for year in range(2019, 2031):
            assert sum(place.from_year <= year <= place.to_year for place in places) <= 1
        assert min(place.from_year for place in places) == remedy.filed_on.year


@given(histories(), st.integers(0, 30))
def test_what_is_not_available_is_refused_and_changes_nothing(events, days):
    case = folded(events)
    on = events[-1].on + timedelta(days=days)
    before = dump(case)
    for option in options(case, on, LAW):
        if not option.available:
            with pytest.raises(Exception) as refused:
                what_if(case, [Event(50, option.move, on, data={})], LAW)
            assert refused.type.__module__ == "disclosure.states.errors"
    assert dump(case) == before


@given(histories())
def test_a_finished_case_has_a_result_and_an_open_one_has_none_in_force(events):
    case = folded(events)
    assert (case.state in FINISHED) == (case.outcome is not None)


def test_an_impossible_history_is_told():
    submit = Event(1, "submit", date(2024, 3, 1), data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"})
    with pytest.raises(MoveRefused):
        fold("一件", [submit, Event(2, "pay", date(2024, 3, 2))], LAW)


@pytest.mark.parametrize("moment", ["2024-03-01T00:00:00+08:00", "2024-03-01T08:59:59+08:00", "2024-03-01T23:59:59+08:00",
                                    "2024-02-29T16:00:00+00:00", "2024-03-01T15:59:59Z", "2024-02-29T11:00:00-05:00"])  # fmt: skip
def test_the_hour_of_the_day_does_not_move_the_legal_day(moment):
    from disclosure.states.fold import read_moment

    assert read_moment(moment)[0] == date(2024, 3, 1)


def test_a_suit_appealed_in_two_years_stays_pending_in_both():
    events = [
        Event(1, "submit", date(2024, 3, 1), data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"}),
        Event(2, "withdraw", date(2024, 3, 2), data={"reason": "x"}),
        Event(3, "file_suit", date(2024, 4, 1), data={"id": "s"}),
        Event(4, "appeal", date(2024, 12, 30), data={"id": "s"}),
        Event(5, "appeal", date(2025, 1, 2), data={"id": "s"}),
    ]
    places = remedy_places(folded(events).remedies[0], LAW.settings)
    assert [(place.column, place.from_year, place.to_year) for place in places] == [("suit_direct_pending", 2024, OPEN)]
