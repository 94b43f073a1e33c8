"""A case is its history folded: whatever way it is come by, the same history gives the same case."""

import copy
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from histories import LAW, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure.states.errors import BadData, DisclosureError, MoveRefused, OutOfOrder, UnknownMove
from disclosure.states.procedure.advance import advance, check_order, fold
from disclosure.states.procedure.case import FINISHED, Case, dump, load
from disclosure.states.procedure.catalogue import moves
from disclosure.states.procedure.counting import OPEN, counted, remedy_places
from disclosure.states.procedure.history import Event, read_moment
from disclosure.states.procedure.options import NO_PERIOD, options, what_if
from disclosure.states.procedure.periods import Law, days_left, ledger, merged, status
from disclosure.states.rules.settings import Settings


def folded(events: list[Event]) -> Case:
    return fold("一件", events, LAW)[0]


@given(histories())
def test_folding_gives_what_step_by_step_gives(events):
    case = Case("一件")
    for event in events:
        advance(case, event, LAW)
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
            extra = granted = 0 if ordered else granted
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
def test_a_consultation_sent_and_cancelled_on_one_day_changes_no_day_and_no_state(events):
    case = folded(events)
    if case.state not in ("accepted", "extended"):
        return
    on = events[-1].on
    sent = Event(90, "consult", on, data={"id": "z", "with": "third_party", "name": "某方"})
    called_off = Event(91, "cancel_consultation", on, data={"id": "z", "reason": "误发"})
    after = folded([*events, sent, called_off])
    assert (after.state, after.last_period("reply").due_on) == (case.state, case.last_period("reply").due_on)


@given(histories(), st.data())
def test_an_amendment_is_the_history_as_it_should_have_been(events, data):
    """Wherever the right history is possible, the amended one is, and both are the same case."""
    old = data.draw(st.sampled_from(events))
    days = data.draw(st.integers(-3, 3))
    on = old.on + timedelta(days=days)
    right = sorted((replace(event, on=on) if event is old else event for event in events), key=lambda event: event.on)
    if [event.seq for event in right] != [event.seq for event in events]:
        return
    amendment = Event(99, "amend", events[-1].on, data={"seq": old.seq, "at": on.isoformat(), "reason": "笔误"})
    try:
        expected = fold("一件", right, LAW, strict=True)[0]
    except DisclosureError as error:
        with pytest.raises(type(error)):
            fold("一件", [*events, amendment], LAW, strict=True)
        return
    found = fold("一件", [*events, amendment], LAW, strict=True)[0]
    expected.seq = found.seq
    assert found == expected


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
            assert (left < 0) == (standing in ("missed", "lapsed"))
            assert (day > period.due_on) or standing in ("running", "suspended")


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
    submit = Event(
        1, "submit", date(2024, 3, 1), data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"}
    )
    with pytest.raises(MoveRefused):
        fold("一件", [submit, Event(2, "pay", date(2024, 3, 2))], LAW)


@pytest.mark.parametrize(
    "moment",
    [
        "2024-03-01T00:00:00+08:00",
        "2024-03-01T08:59:59+08:00",
        "2024-03-01T23:59:59+08:00",
        "2024-02-29T16:00:00+00:00",
        "2024-03-01T15:59:59Z",
        "2024-02-29T11:00:00-05:00",
    ],
)
def test_the_hour_of_the_day_does_not_move_the_legal_day(moment):
    assert read_moment(moment)[0] == date(2024, 3, 1)


def test_a_suit_appealed_in_two_years_stays_pending_in_both():
    events = [
        Event(
            1,
            "submit",
            date(2024, 3, 1),
            data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"},
        ),
        Event(2, "withdraw", date(2024, 3, 2), data={"reason": "x"}),
        Event(3, "file_suit", date(2024, 4, 1), data={"id": "s"}),
        Event(4, "appeal", date(2024, 12, 30), data={"id": "s"}),
        Event(5, "appeal", date(2025, 1, 2), data={"id": "s"}),
    ]
    places = remedy_places(folded(events).remedies[0], LAW.settings)
    assert [(place.column, place.from_year, place.to_year) for place in places] == [("suit_direct_pending", 2024, OPEN)]


def history(*moves: tuple[str, str, dict], channel: str = "in_person") -> list[Event]:
    """Events from day, move and data; the first day submits."""
    (start, _, _), *rest = moves
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", date.fromisoformat(start), data=submit)]
    return events + [Event(n, move, date.fromisoformat(on), data=data) for n, (on, move, data) in enumerate(rest, 2)]


def due(case: Case) -> str:
    return case.last_period("reply").due_on.isoformat()


def extend(on: str, days: int) -> tuple[str, str, dict]:
    return on, "extend", {"days": days, "reason": "多", "approved_by": "主任"}


def consult(on: str, counterpart: str, **more) -> tuple[str, str, dict]:
    return on, "consult", {"id": "c", "with": counterpart, "name": "某方"} | more


SUBMIT = ("2024-03-01", "submit", {})
ACCEPT = ("2024-03-01", "accept", {})
MAIL_2017 = (("2017-06-18", "submit", {}), ("2017-06-19", "confirm", {}), ("2017-06-19", "accept", {}))


@pytest.mark.parametrize(("on", "ending"), [("2017-07-10", "met"), ("2017-07-11", "missed")])
def test_a_mail_of_a_sunday_in_2017_is_answered_in_time_on_the_fifteenth_working_day(on, ending):
    case = folded(history(*MAIL_2017, (on, "reply", {"outcome": "granted", "delivery": "post"}), channel="online"))
    assert (due(case), case.last_period("reply").ending) == ("2017-07-10", ending)


def test_the_old_regulations_left_out_a_third_party_s_time_only_and_granted_fifteen_days():
    opinion = ("2017-06-28", "opinion", {"id": "c", "opinion": "agrees"})
    assert (
        due(folded(history(*MAIL_2017, consult("2017-06-21", "third_party"), opinion, channel="online")))
        == "2017-07-17"
    )
    assert (
        due(folded(history(*MAIL_2017, consult("2017-06-21", "co_author"), opinion, channel="online"))) == "2017-07-10"
    )
    assert due(folded(history(*MAIL_2017, extend("2017-06-21", 15), channel="online"))) == "2017-07-31"
    with pytest.raises(BadData) as refused:
        folded(history(*MAIL_2017, extend("2017-06-21", 16), channel="online"))
    assert refused.value.faults[0]["cap"] == 15


def test_an_extension_counts_from_the_last_day_and_may_end_on_a_sunday_that_is_worked():
    assert due(folded(history(SUBMIT, ACCEPT))) == "2024-03-29"
    assert due(folded(history(SUBMIT, ACCEPT, extend("2024-03-15", 20)))) == "2024-04-28"
    assert due(folded(history(SUBMIT, ACCEPT, extend("2024-03-29", 20)))) == "2024-04-28"


def test_days_granted_stay_granted_after_a_restart():
    case = folded(
        history(
            SUBMIT,
            ACCEPT,
            extend("2024-03-04", 5),
            ("2024-03-05", "request_correction", {"items": ["x"], "due_on": "2024-03-15"}),
            ("2024-03-11", "correct", {}),
        )
    )
    assert (case.state, due(case)) == ("extended", LAW.calendar.add(date(2024, 3, 11), 25).isoformat())


def test_days_granted_after_a_deferral_move_the_day_that_it_set():
    deferred = (SUBMIT, ACCEPT, ("2024-03-06", "defer", {"until": "2024-06-03"}))
    assert due(folded(history(*deferred))) == "2024-06-03"
    assert due(folded(history(*deferred, extend("2024-03-07", 5)))) == "2024-06-11"  # 10 June is a holiday


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


@pytest.mark.parametrize("on", ["2090-01-01", "9999-12-31"])
def test_terms_of_a_remedy_that_no_calendar_reaches_are_refused(on):
    reply = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    with pytest.raises(DisclosureError) as refused:
        folded(history(SUBMIT, ACCEPT, reply, (on, "serve", {})))
    assert refused.value.code == "calendar_unknown"


def test_an_amendment_that_makes_a_later_step_impossible_is_refused():
    events = history(
        SUBMIT, ACCEPT, extend("2024-03-15", 20), ("2024-04-15", "reply", {"outcome": "granted", "delivery": "post"})
    )
    assert folded(events).last_period("reply").ending == "met"
    amend = Event(9, "amend", date(2024, 4, 16), data={"seq": 3, "at": "2024-04-20", "reason": "x"})
    with pytest.raises(MoveRefused):
        folded([*events, amend])


def test_a_step_amended_to_the_day_of_the_next_one_still_comes_before_it():
    mailed = history(
        ("2024-03-01", "submit", {}), ("2024-03-04", "confirm", {}), ("2024-03-04", "accept", {}), channel="online"
    )
    amend = Event(9, "amend", date(2024, 3, 5), data={"seq": 1, "at": "2024-03-04", "reason": "日期有误"})
    assert folded([*mailed, amend]).submitted_on == date(2024, 3, 4)
    granted = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    served = history(SUBMIT, ACCEPT, granted, ("2024-03-08", "serve", {}))
    amend = Event(9, "amend", date(2024, 3, 9), data={"seq": 3, "at": "2024-03-08", "reason": "日期有误"})
    assert folded([*served, amend]).decided_on == date(2024, 3, 8)


def test_a_step_amended_to_the_day_of_the_one_before_still_comes_after_it():
    served = history(
        SUBMIT, ACCEPT, ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"}), ("2024-03-08", "serve", {})
    )
    amend = Event(9, "amend", date(2024, 3, 9), data={"seq": 4, "at": "2024-03-06", "reason": "日期有误"})
    assert folded([*served, amend]).served_on == date(2024, 3, 6)


@pytest.mark.parametrize("later", ["2024-03-26", "2024-06-03"])
def test_an_opinion_after_its_last_day_gives_the_agency_no_more_time(later):
    silent = folded(history(SUBMIT, ACCEPT, consult("2024-03-04", "third_party")))
    late = folded(
        history(
            SUBMIT, ACCEPT, consult("2024-03-04", "third_party"), (later, "opinion", {"id": "c", "opinion": "agrees"})
        )
    )
    assert silent.last_period("consultation").due_on == date(2024, 3, 25)
    assert due(late) == due(silent) == "2024-04-22"


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
    chosen = Law(LAW.calendar, Settings(**reading))
    assert due(folded(history(*moves))) == default
    assert due(fold("一件", history(*moves), chosen)[0]) == other


def test_a_confirmation_on_a_rest_day_is_that_day_or_the_next_working_one_by_the_reading_chosen():
    saturday = history(("2024-03-01", "submit", {}), ("2024-03-02", "confirm", {}), channel="online")
    moved = fold("一件", saturday, Law(LAW.calendar, Settings(rest_day_arrival="next_working_day")))[0]
    assert (folded(saturday).received_on, due(folded(saturday))) == (date(2024, 3, 2), "2024-03-29")
    assert (moved.received_on, due(moved)) == (date(2024, 3, 4), "2024-04-01")


@pytest.mark.parametrize("seq", [9, 77])
def test_an_amendment_of_nothing_is_refused(seq):
    events = history(SUBMIT, ACCEPT)
    with pytest.raises(BadData) as refused:
        folded([*events, Event(9, "amend", date(2024, 3, 2), data={"seq": seq, "reason": "x"})])
    assert refused.value.faults[0]["problem"] == "unknown_seq"


def test_a_null_in_an_amendment_takes_the_field_away():
    events = history(
        SUBMIT, ACCEPT, ("2024-03-04", "charge", {"basis": "items", "quantity": 20, "served_on": "2024-03-11"})
    )
    assert folded(events).last_period("payment").starts_on == date(2024, 3, 11)
    amend = Event(9, "amend", date(2024, 3, 5), data={"seq": 3, "data": {"served_on": None}, "reason": "x"})
    assert folded([*events, amend]).last_period("payment").starts_on == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2024-03-01T09:00:00", "offset_missing"),
        ("2024-13-01", "not_a_moment"),
        ("2024-W09-5", "not_a_moment"),
        ("", "not_a_moment"),
        (None, "not_a_moment"),
        (20240301, "not_a_moment"),
        ("gestern", "not_a_moment"),
        ("20240301", "offset_missing"),
    ],
)
def test_a_moment_that_is_none_is_refused(value, problem):
    with pytest.raises(BadData) as refused:
        read_moment(value)
    assert (refused.value.faults[0]["field"], refused.value.faults[0]["problem"]) == ("at", problem)


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
    """Else the properties above would claim more than they try."""
    made: Counter[str] = Counter()

    @settings(
        max_examples=1500, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(histories())
    def collect(events: list[Event]) -> None:
        made.update({event.move for event in events})

    collect()
    assert {move: made[move] for move in moves() if not made[move]} == {"amend": 0}
