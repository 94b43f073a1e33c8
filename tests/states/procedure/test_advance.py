"""A case is its history folded, one move after the other: whatever way it is come by, the same history gives the same case."""

import copy
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from histories import LAW, NO_PERIOD, histories
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from lives import ACCEPT, SUBMIT, consult, due, folded, history

from disclosure.states.errors import BadData, DisclosureError, DuplicateCase, MoveRefused, OutOfOrder, UnknownMove
from disclosure.states.procedure.advance import advance, check_order, fold
from disclosure.states.procedure.case import FINISHED, Case, dump, load
from disclosure.states.procedure.catalogue import moves
from disclosure.states.procedure.counting import OPEN, counted, remedy_places
from disclosure.states.procedure.history import Event, read_moment
from disclosure.states.procedure.options import options, preview_events
from disclosure.states.procedure.periods import Law, days_left, ledger, merged, status
from disclosure.states.rules.settings import settings_from


@given(histories())
def test_folding_gives_what_step_by_step_gives(events):
    case = Case("一件")
    for place, event in enumerate(events):
        case = advance(case, event, LAW, lambda: events[:place]).case  # noqa: B023 - asked for before the next turn
    assert folded(events) == case


@given(histories())
def test_folding_twice_gives_the_same_and_leaves_the_history_alone(events):
    before = copy.deepcopy(events)
    assert folded(events) == folded(events)
    assert events == before


@given(histories())
def test_what_every_command_accepted_the_fold_accepts_in_either_way(events):
    assert fold("一件", events, LAW, strict=True)[0] == folded(events)


@given(histories(), st.data())
def test_a_case_on_an_earlier_day_is_its_history_up_to_that_day(events, data):
    day = data.draw(st.sampled_from(events)).on
    past = fold("一件", events, LAW, until=day)[0]
    expected = folded([event for event in events if event.on <= day])
    expected.seq = past.seq
    assert past == expected


def reply_due(events: list[Event]) -> date | None:
    """The last day of the last reply period, found without the machine, the acts or the periods."""
    start: date | None = None
    fixed: date | None = None
    granted = extra = 0
    out: dict[str, tuple[date, date]] = {}
    ordered = False
    for event in events:
        on, data = event.on, event.data
        if event.move in ("confirm", "correct", "pay", "reopen") or (
            event.move == "submit" and data["channel"] in ("in_person", "oral", "signed_mail")
        ):
            start, fixed, out = on, None, {}
            ordered = event.move == "reopen"
            extra = granted = 0
            if ordered:
                fixed = date.fromisoformat(data["due_on"])
        elif event.move == "consult":
            end = date.fromisoformat(data["due_on"])
            out[data["id"]] = (on, end if data["with"] == "other_organ" else LAW.calendar.project(on, 15))
        elif event.move in ("opinion", "cancel_consultation"):
            after, end = out[data["id"]]
            out[data["id"]] = (after, min(end, on))
        elif event.move == "extend":
            granted += data["days"]
            extra = granted
            if fixed is not None and not ordered:
                fixed = LAW.calendar.project(fixed, data["days"])
        elif event.move == "defer":
            fixed = date.fromisoformat(data["until"])
    if start is None or fixed is not None:
        return fixed
    left_out = {after + timedelta(days=n) for after, end in out.values() for n in range(1, (end - after).days + 1)}
    day, left = start, 20 + extra
    while left:
        day += timedelta(days=1)
        left -= day not in left_out and LAW.calendar.project_working(day)
    return day


@given(histories())
def test_the_last_day_of_the_reply_is_what_a_clerk_would_count_on_a_wall_calendar(events):
    period = folded(events).last_period("reply")
    assert (period and period.due_on) == reply_due(events)


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


@given(histories())
def test_an_open_case_has_a_running_period_or_a_declared_reason_for_none(events):
    case = folded(events)
    if case.is_open:
        running = [item for item in case.periods if item.ended_on is None]
        assert running or case.state in NO_PERIOD
    else:
        assert case.state in NO_PERIOD


@given(histories())
def test_only_one_reply_period_runs_and_none_after_the_result(events):
    case = folded(events)
    running = [item for item in case.periods if item.rule == "reply" and item.ended_on is None]
    assert len(running) == (1 if case.is_open and case.state != "submitted" else 0)


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
            standing = status(period, day)
            stays_missed = period.missed_due is not None and day > period.missed_due
            assert (left < 0 or stays_missed) == (standing in ("missed", "lapsed"))
            assert stays_missed or day > period.due_on or standing in ("running", "suspended")


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
                preview_events(case, [Event(50, option.move, on, data={})], LAW)
            assert refused.type.__module__ == "disclosure.states.errors"
    assert dump(case) == before


@given(histories())
def test_a_finished_case_has_a_result_and_an_open_one_has_none_in_force(events):
    case = folded(events)
    assert case.state == "annulled" or (case.state in (*FINISHED, "decided")) == (case.outcome is not None)
    waits = case.outcome is not None and case.decided_on is None
    assert case.state == "annulled" or (case.state == "decided") == waits


def test_an_impossible_history_is_told():
    submit = Event(
        1, "submit", date(2024, 3, 1), data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"}
    )
    with pytest.raises(MoveRefused):
        fold("一件", [submit, Event(2, "pay", date(2024, 3, 2))], LAW)


@pytest.mark.parametrize(
    ("move", "data"),
    [
        ("defer", {"until": "9999-12-31"}),
        ("consult", {"id": "c", "with": "other_organ", "name": "x", "due_on": "9999-12-31"}),
        ("request_correction", {"items": ["x"], "due_on": "9999-12-31"}),
        ("demand_reasons", {"due_on": "9999-12-31"}),
        ("charge", {"basis": "items", "quantity": 20, "served_on": "9999-12-31"}),
    ],
)
def test_a_last_day_that_no_calendar_reaches_is_refused_and_not_stored(move, data):
    with pytest.raises(DisclosureError) as refused:
        folded(history(SUBMIT, ACCEPT, ("2024-03-06", move, data)))
    assert refused.value.code == "calendar_unknown"


@pytest.mark.parametrize(
    "move",
    [
        ("consult", {"id": "c", "with": "third_party", "name": "x"}),
        ("request_correction", {"items": ["x"], "due_on": "2024-05-20"}),
        ("charge", {"basis": "items", "quantity": 20}),
    ],
)
def test_what_is_overdue_stays_overdue_whatever_is_done_then(move):
    name, data = move
    case = folded(history(SUBMIT, ACCEPT, ("2024-04-01", name, data)))
    period = case.last_period("reply")
    assert period.due_on == date(2024, 3, 29)
    found = [(status(period, day), days_left(period, day, LAW)) for day in (date(2024, 4, 1), date(2024, 4, 3))]
    assert found == [("missed", -1), ("missed", -3)]


def test_days_left_stand_still_while_nobody_knows_for_how_long():
    case = folded(
        history(SUBMIT, ACCEPT, ("2024-03-04", "request_correction", {"items": ["x"], "due_on": "2024-05-20"}))
    )
    period = case.last_period("reply")
    for day in (date(2024, 3, 4), date(2024, 3, 29), date(2024, 5, 20)):
        assert (status(period, day), days_left(period, day, LAW)) == ("suspended", 19)


READINGS = [  # a reading, a history, and the reply's last day by the default and by that reading
    (
        {"consultation_starts": "served"},
        (
            SUBMIT,
            ACCEPT,
            consult("2024-03-04", "third_party", served_on="2024-03-08"),
            ("2024-03-12", "opinion", {"id": "c", "opinion": "agrees"}),
        ),
        "2024-04-09",
        "2024-04-02",
    ),
    (
        {"consultation_scope": "co_author_only"},
        (SUBMIT, ACCEPT, consult("2024-03-04", "other_organ", due_on="2024-03-08")),
        "2024-04-07",
        "2024-03-29",
    ),  # a Sunday that is worked
    (
        {"reasons_stop_clock": "yes"},
        (
            SUBMIT,
            ACCEPT,
            ("2024-03-04", "demand_reasons", {"due_on": "2024-03-15"}),
            ("2024-03-11", "give_reasons", {"accepted": True}),
        ),
        "2024-03-29",
        "2024-04-08",
    ),
    (
        {"late_correction": "does_not_restart"},
        (
            SUBMIT,
            ACCEPT,
            ("2024-03-13", "request_correction", {"items": ["x"], "due_on": "2024-03-20"}),
            ("2024-03-15", "correct", {}),
        ),
        "2024-04-15",
        "2024-03-29",
    ),
    (
        {"late_correction": "does_not_restart"},
        (
            SUBMIT,
            ACCEPT,
            ("2024-03-12", "request_correction", {"items": ["x"], "due_on": "2024-03-20"}),
            ("2024-03-15", "correct", {}),
        ),
        "2024-04-15",
        "2024-04-15",
    ),
]


@pytest.mark.parametrize(("reading", "moves", "default", "other"), READINGS)
def test_an_open_question_moves_the_day_by_the_reading_chosen(reading, moves, default, other):
    chosen = Law(LAW.calendar, settings_from(reading))
    assert due(folded(history(*moves))) == default
    assert due(fold("一件", history(*moves), chosen)[0]) == other


def test_within_a_case_the_day_never_goes_back_and_a_bare_day_equals_all_its_moments():
    case = Case("x", last_on=date(2024, 3, 4), last_at=read_moment("2024-03-04T10:00:00+08:00")[1])
    check_order(case, Event(2, "accept", date(2024, 3, 4)))
    check_order(case, Event(2, "accept", *read_moment("2024-03-04T10:00:00+08:00")))
    for on, at in ((date(2024, 3, 3), None), read_moment("2024-03-04T09:59:59+08:00")):
        with pytest.raises(OutOfOrder):
            check_order(case, Event(2, "accept", on, at))


def test_an_unknown_move_is_told():
    with pytest.raises(UnknownMove):
        folded([*history(SUBMIT), Event(2, "dance", date(2024, 3, 2))])


def test_random_histories_make_every_move():
    """Else the properties above would claim more than they try. A record of the past has no breach to lift."""
    made: Counter[str] = Counter()

    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def collect(events: list[Event]) -> None:
        made.update({event.move for event in events})

    for number in range(12):  # which moves are drawn seldom depends on the library's version
        seed(number)(collect)()
        if {move for move in moves() if not made[move]} == {"amend", "lift_breach"}:
            break
    assert {move for move in moves() if not made[move]} == {"amend", "lift_breach"}


GRANTED = {"outcome": "granted", "delivery": "post"}
SHARED = {"outcome": "unable_not_held", "delivery": "post"}
"""A row that several answers share: live work has to say which, a record of the past need not."""


def test_each_step_is_judged_as_it_was_made_whenever_the_case_is_folded():
    live = replace(history(SUBMIT, ("2024-03-20", "reply", SHARED))[-1], live=True)
    past = replace(live, live=False)
    assert folded([*history(SUBMIT), past]).outcome == "unable_not_held"
    with pytest.raises(BadData):
        folded([*history(SUBMIT), live])


@pytest.mark.parametrize(
    ("was", "is_now", "data", "refused"),
    [
        (False, True, None, False),
        (False, True, {"ground": "x"}, True),
        (True, False, {"answer": None}, False),
        (True, True, {"answer": None}, True),
    ],
)
def test_a_step_is_judged_as_its_data_were_recorded_last(was, is_now, data, refused):
    body = SHARED | ({"answer": "O13"} if was else {})
    events = [*history(SUBMIT), replace(history(SUBMIT, ("2024-03-20", "reply", body))[-1], live=was)]
    told = {"seq": 2, "reason": "笔误", "at": "2024-03-20", "data": data}
    amend = Event(3, "amend", date(2024, 3, 21), data=told, live=is_now)
    if refused:
        with pytest.raises(BadData):
            advance(folded(events), amend, LAW, lambda: events)
    else:
        case = advance(folded(events), amend, LAW, lambda: events).case
        assert case == folded([*events, amend])


def test_what_was_recorded_late_is_judged_as_it_was_recorded():
    events = history(SUBMIT, ("2024-03-22", "amend", {"seq": 1, "reason": "x"}))
    late = Event(3, "reply", date(2024, 3, 20), data=SHARED | {"late_reason": "漏登"})
    assert advance(folded(events), late, LAW, lambda: events).case.state == "replied"
    with pytest.raises(BadData):
        advance(folded(events), replace(late, live=True), LAW, lambda: events)


def test_a_plain_move_changes_the_case_given_and_asks_for_no_history():
    def nobody() -> list[Event]:
        raise AssertionError("the history was read")

    case = folded(history(SUBMIT, ACCEPT))
    made = advance(case, Event(3, "reply", date(2024, 4, 1), data=GRANTED), LAW, nobody)
    assert made.case is case
    assert [item.unmet.code for item in made.warnings] == ["reply_late"]


def test_a_late_move_is_put_in_its_place_and_gives_a_new_case():
    events = history(SUBMIT, ("2024-03-20", "reply", GRANTED))
    case = folded(events)
    late = Event(3, "accept", date(2024, 3, 5), data={"handler": "u1", "late_reason": "漏登"})
    made = advance(case, late, LAW, lambda: events)
    assert (made.case.handler, made.case.state, case.handler) == ("u1", "replied", "")
    assert made.case == folded([*events, late])


def test_a_late_move_that_makes_a_later_one_impossible_is_refused():
    events = history(SUBMIT, ACCEPT, ("2024-03-20", "reply", GRANTED))
    case = folded(events)
    data = {"id": "c", "with": "third_party", "name": "某方", "late_reason": "漏登"}
    with pytest.raises(MoveRefused) as refused:
        advance(case, Event(4, "consult", date(2024, 3, 5), data=data), LAW, lambda: events)
    assert refused.value.fields["move"] == "reply"
    assert case == folded(events)


def test_a_move_of_an_earlier_day_is_out_of_order_unless_it_says_why():
    events = history(SUBMIT, ("2024-03-08", "accept", {}))
    case = folded(events)
    early = Event(3, "extend", date(2024, 3, 7), data={"days": 1, "reason": "x", "approved_by": "主任"})
    with pytest.raises(OutOfOrder):
        advance(case, early, LAW, lambda: events)
    said = replace(early, on=date(2024, 3, 8), data=early.data | {"late_reason": "漏登"})
    assert advance(case, said, LAW, lambda: events).case.state == "extended"


def test_a_case_is_opened_once():
    case = folded(history(SUBMIT))
    with pytest.raises(DuplicateCase):
        advance(case, Event(2, "submit", date(2024, 3, 4), data=history(SUBMIT)[0].data), LAW)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"seq": 7, "reason": "x"}, "unknown_seq"),
        ({"seq": 0, "reason": "x"}, "out_of_range"),
        ({"seq": 2, "reason": "x", "at": "2024-03-09"}, "in_the_future"),
        ({"seq": 2, "reason": "x", "at": "gestern"}, "not_a_moment"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(data, problem):
    events = history(SUBMIT, ACCEPT)
    with pytest.raises(BadData) as refused:
        advance(folded(events), Event(3, "amend", date(2024, 3, 8), data=data), LAW, lambda: events)
    assert refused.value.faults[0]["problem"] == problem


def test_an_amendment_gives_the_case_as_it_should_have_been():
    events = history(SUBMIT, ACCEPT)
    amend = Event(3, "amend", date(2024, 3, 8), data={"seq": 1, "at": "2024-02-29", "reason": "笔误"})
    assert advance(folded(events), amend, LAW, lambda: events).case.received_on == date(2024, 2, 29)


@pytest.mark.parametrize(("on", "late"), [("2024-03-29", []), ("2024-03-30", ["reply_late"])])
def test_a_dispatch_that_makes_the_reply_too_late_says_so_with_the_last_day(on, late):
    decide = ("2024-03-20", "decide", {"answer": "O02", "delivery": "post"})
    events = history(SUBMIT, ACCEPT, decide, (on, "dispatch", {"of": "reply", "method": "post"}))
    _, warnings = fold("一件", [replace(event, live=True, recorded_on=event.on) for event in events], LAW)
    assert [(item.unmet.code, item.unmet.fields["due_on"]) for item in warnings] == [
        (code, date(2024, 3, 29)) for code in late
    ]


def amended(event):
    case = folded(HISTORY_OF_FACTS)
    return advance(case, event, LAW, lambda: HISTORY_OF_FACTS)


HISTORY_OF_FACTS = [
    replace(event, live=True, recorded_on=event.on)
    for event in history(
        SUBMIT,
        ACCEPT,
        ("2024-03-06", "request_correction", {"items": ["某处"], "due_on": "2024-04-12"}),
        ("2024-04-01", "dispatch", {"of": "correction", "method": "post"}),
    )
]


@pytest.mark.parametrize("data", [{}, {"data": {}}])
def test_an_amendment_that_says_nothing_else_is_refused(data):
    with pytest.raises(BadData) as refused:
        amended(Event(5, "amend", date(2024, 4, 2), data={"seq": 4, "reason": "误"} | data, live=True))
    assert refused.value.faults[0]["text"] == "amends_nothing"


def test_an_amendment_lies_not_before_the_step_was_written_down():
    told = {"seq": 4, "reason": "误", "data": {"carrier": "ems"}}
    with pytest.raises(BadData) as refused:
        amended(Event(5, "amend", date(2024, 3, 30), data=told, live=True))
    assert refused.value.faults[0]["problem"] == "before_step"


def test_a_fact_is_taken_on_the_day_of_an_amendment_that_gave_a_later_step_an_earlier_day():
    moved = Event(5, "amend", date(2024, 3, 30), data={"seq": 4, "at": "2024-03-29", "reason": "误"}, live=True)
    case = amended(moved).case
    served = Event(6, "serve", date(2024, 3, 29), data={"of": "correction"}, live=True, recorded_on=date(2024, 4, 2))
    case = advance(case, served, LAW, lambda: [*HISTORY_OF_FACTS, moved]).case
    assert case.letter("correction").served_on == date(2024, 3, 29)
