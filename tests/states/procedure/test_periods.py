"""The days of a period: its last day, its standing on each day, and the ledger that explains both."""

import calendar as months
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.errors import CalendarUnknown
from disclosure.states.procedure.case import Period, Span
from disclosure.states.procedure.periods import (
    Law,
    add_months,
    days_left,
    due_day,
    ledger,
    merged,
    open_span,
    set_due_day,
    status,
)
from disclosure.states.rules.rules import Unit, rule, rules

LAW = Law.standard()
DAYS = st.dates(date(2019, 5, 15), date(2025, 3, 31))
KEYS = st.sampled_from(["reply", "payment", "review_decision_ordinary", "review_answer_simplified", "suit_answer"])


@st.composite
def spans(draw: st.DrawFn, start: date) -> list[Span]:
    """Days left out, overlapping as they may."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        after = start + timedelta(days=draw(st.integers(0, 60)))
        found.append(Span(after, after + timedelta(days=draw(st.integers(0, 30))), "excluded_time"))
    return found


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period by a rule of law, with days granted and days left out."""
    start, key = draw(DAYS), draw(KEYS)
    on = max(start, date(2024, 1, 1)) if key.startswith(("review", "suit")) else start
    basis = rule(key, max(on, date(2021, 1, 1)))
    left_out = draw(spans(start)) if key in ("reply", "review_decision_ordinary") else []
    return set_due_day(
        Period(key, key, basis.since, start, start, basis.length, draw(st.integers(0, 20)), None, left_out), LAW
    )


def walked(period: Period) -> date:
    """The last day, found by walking day after day."""
    out = {day for span in period.spans for day in days_of(span)}
    unit = rule(period.key, period.law_on).unit
    day, left = period.starts_on, period.length + period.extra
    while left:
        day += timedelta(days=1)
        left -= day not in out and (unit is Unit.CALENDAR_DAY or LAW.calendar.project_working(day))
    while unit is Unit.CALENDAR_DAY and not LAW.calendar.project_working(day):
        day += timedelta(days=1)
    return day


def days_of(span: Span) -> list[date]:
    return [span.after + timedelta(days=n) for n in range(1, (span.until - span.after).days + 1)]


@given(periods())
def test_the_last_day_is_the_one_found_by_walking_day_after_day(period):
    assert period.due_on == walked(period)


@given(periods(), st.integers(0, 60), st.integers(0, 30))
def test_more_days_left_out_never_bring_the_last_day_forward(period, after, length):
    before = period.due_on
    start = period.starts_on + timedelta(days=after)
    period.spans.append(Span(start, start + timedelta(days=length), "excluded_time"))
    assert due_day(period, LAW) >= before


@given(periods(), st.integers(1, 20))
def test_more_days_granted_always_move_the_last_day_on(period, days):
    before = period.due_on
    period.extra += days
    assert due_day(period, LAW) > before or (
        rule(period.key, period.law_on).unit is Unit.CALENDAR_DAY and due_day(period, LAW) == before
    )


@given(periods(), st.randoms())
def test_the_order_in_which_days_were_left_out_does_not_matter(period, random):
    random.shuffle(period.spans)
    assert due_day(period, LAW) == period.due_on


@given(periods())
def test_the_ledger_has_each_day_once_and_its_last_number_is_the_length(period):
    rows = list(ledger(period, LAW))
    assert [row.date for row in rows] == sorted({row.date for row in rows})
    assert (rows[0].date, rows[-1].date) == (period.starts_on, period.due_on)
    assert (rows[0].counted, rows[0].why) == (False, "start")
    assert rows[-1].n == sum(row.counted for row in rows) == period.length + period.extra


@given(periods())
def test_a_day_left_out_is_never_counted_and_its_row_names_the_law(period):
    out = {day for span in period.spans for day in days_of(span)}
    for row in list(ledger(period, LAW))[1:]:
        assert (row.why == "suspended") == (row.date in out)
        assert not (row.counted and row.date in out)
        assert row.source.startswith("《") or row.source.startswith("国")


@given(periods(), st.integers(0, 200))
def test_days_left_are_the_days_that_the_ledger_still_counts(period, offset):
    on = period.starts_on + timedelta(days=offset)
    if on > period.due_on or rule(period.key, period.law_on).unit is not Unit.WORKING_DAY:
        return
    assert days_left(period, on, LAW) == sum(row.counted for row in ledger(period, LAW) if row.date > on)


@pytest.mark.parametrize(
    ("key", "law_on", "start", "due"),
    [
        ("reply", "2024-03-01", "2024-03-01", "2024-03-29"),
        ("reply", "2022-09-30", "2022-09-30", "2022-11-02"),
        ("reply", "2017-06-19", "2017-06-19", "2017-07-10"),  # the mail of a Sunday, received on Monday
        ("correction_notice", "2024-03-01", "2024-03-01", "2024-03-12"),
        ("review_application", "2024-03-01", "2024-03-01", "2024-04-30"),
        ("review_application", "2024-03-06", "2024-03-06", "2024-05-06"),  # 5 May is a holiday
        ("suit", "2024-03-01", "2024-03-01", "2024-09-02"),  # 1 September is a Sunday
        ("suit", "2024-08-31", "2024-08-31", "2025-02-28"),
        ("suit", "2014-11-30", "2014-11-30", "2015-02-28"),  # three months, to a Saturday that is worked
        ("suit_answer", "2024-03-01", "2024-03-01", "2024-03-18"),  # 16 March is a Saturday
        ("review_answer_ordinary", "2023-12-31", "2024-01-02", "2024-01-12"),  # ten calendar days under the old law
        ("review_answer_ordinary", "2024-01-01", "2024-01-02", "2024-01-16"),  # ten working days
    ],
)
def test_known_periods_end_on_their_known_days(key, law_on, start, due):
    on, starts_on = date.fromisoformat(law_on), date.fromisoformat(start)
    period = Period(key, key, on, starts_on, starts_on, rule(key, on).length)
    assert due_day(period, LAW).isoformat() == due


@given(st.dates(date(2008, 1, 1), date(2025, 12, 31)), st.integers(1, 60))
def test_months_end_on_the_matching_day_or_the_month_s_last(start, count):
    found = add_months(start, count)
    years, month = divmod(start.month - 1 + count, 12)
    assert (found.year, found.month) == (start.year + years, month + 1)
    assert found.day == min(start.day, months.monthrange(found.year, found.month)[1])


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2023-12-31", 6, "2024-06-30"),
        ("2024-06-15", 6, "2024-12-15"),
    ],
)
def test_months_across_a_year_s_end_and_a_leap_day(start, count, end):
    assert add_months(date.fromisoformat(start), count).isoformat() == end


def test_a_day_that_a_notice_sets_for_the_applicant_rolls_and_one_set_for_the_agency_does_not():
    sunday = date(2024, 3, 10)
    applicant = Period("correction", "correction", date(2024, 3, 1), date(2024, 3, 1), sunday, None, fixed_on=sunday)
    agency = Period("reply", "reply", date(2024, 3, 1), date(2024, 3, 1), sunday, 20, fixed_on=sunday)
    assert (due_day(applicant, LAW), due_day(agency, LAW)) == (date(2024, 3, 11), sunday)


@pytest.mark.parametrize("key", sorted({item.key for item in rules() if item.length and item.until is None}))
def test_a_period_that_nobody_can_count_is_told_and_never_crashes(key):
    on = date(2025, 7, 1)
    for start in (date(1990, 1, 1), date(2090, 1, 1), date.max):
        with pytest.raises(CalendarUnknown):
            due_day(Period(key, key, on, start, start, rule(key, on).length), LAW)
    for fixed in (date(1990, 1, 1), date(2090, 1, 1), date.max):
        with pytest.raises(CalendarUnknown):
            due_day(Period(key, key, on, on, on, None, fixed_on=fixed), LAW)


def _reply(**more) -> Period:
    on = date(2024, 3, 1)
    return set_due_day(Period("reply", "reply", on, on, on, 20, **more), LAW)


def test_the_last_day_is_still_in_time_and_the_next_is_not():
    period = _reply()
    assert [status(period, date(2024, 3, day)) for day in (28, 29, 30)] == ["running", "running", "missed"]
    assert [days_left(period, date(2024, 3, day), LAW) for day in (28, 29, 30)] == [1, 0, -1]


def test_what_others_let_pass_lapses_and_is_not_the_agency_s_fault():
    on = date(2024, 3, 1)
    for key, word in (
        ("payment", "lapsed"),
        ("consultation_third_party", "lapsed"),
        ("correction_notice", "lapsed"),
        ("suit_answer", "missed"),
    ):
        period = set_due_day(Period(key, key, on, on, on, rule(key, on).length), LAW)
        assert status(period, period.due_on) == "running"
        assert status(period, period.due_on + timedelta(days=1)) == word


def test_a_period_ended_later_still_ran_on_the_days_before():
    period = _reply(ended_on=date(2024, 3, 20), ending="met")
    assert [status(period, date(2024, 3, day)) for day in (19, 20, 30)] == ["running", "met", "met"]
    assert days_left(period, date(2024, 3, 19), LAW) == 8
    assert days_left(period, date(2024, 3, 20), LAW) is None


def test_a_period_stands_still_from_the_day_of_the_letter_and_not_on_the_day_it_ends():
    period = _reply(spans=[Span(date(2024, 3, 5), date(2024, 3, 8), "excluded_time", "c")])
    found = {day: status(period, date(2024, 3, day)) for day in (4, 5, 7, 8)}
    assert found == {4: "running", 5: "suspended", 7: "suspended", 8: "running"}


def test_of_two_overlapping_consultations_the_longer_one_is_told():
    short, long = (
        Span(date(2024, 3, 5), date(2024, 3, 8), "x", "a"),
        Span(date(2024, 3, 6), date(2024, 3, 12), "x", "b"),
    )
    period = _reply(spans=[short, long])
    assert open_span(period, date(2024, 3, 7)) is long
    assert merged(period.spans) == [(date(2024, 3, 5), date(2024, 3, 12))]


@pytest.mark.parametrize(
    ("after", "due"), [("2024-04-29", "2024-05-10"), ("2024-04-30", "2024-04-30"), ("2024-05-06", "2024-04-30")]
)
def test_a_review_suspended_on_its_last_day_or_later_has_run_out(after, due):
    start, stop = date(2024, 3, 1), date.fromisoformat(after)
    period = Period("review_decision", "review_decision_ordinary", start, start, start, 60)
    assert due_day(period, LAW) == date(2024, 4, 30)
    period.spans.append(Span(stop, stop + timedelta(days=10), "review_suspension"))
    assert due_day(period, LAW).isoformat() == due


def test_a_span_that_has_not_ended_or_is_empty_leaves_nothing_out():
    on = date(2024, 3, 5)
    assert merged([Span(on, None, "correction"), Span(on, on, "x"), Span(on, on - timedelta(days=2), "x")]) == []


def test_a_period_that_stands_still_past_its_last_day_stays_as_late_as_it_was():
    period = _reply(spans=[Span(date(2024, 4, 8), date(2024, 4, 15), "excluded_time")])
    assert period.due_on == date(2024, 3, 29)
    assert days_left(period, date(2024, 4, 16), LAW) < days_left(period, date(2024, 4, 1), LAW) < 0


@pytest.mark.parametrize(
    ("start", "text"),
    [("2017-06-19", "通行做法"), ("2017-10-09", "民法总则"), ("2020-12-31", "民法总则"), ("2021-01-04", "民法典")],
)
def test_the_day_that_is_not_counted_is_explained_by_a_text_in_force_on_it(start, text):
    on = date.fromisoformat(start)
    period = set_due_day(Period("reply", "reply", on, on, on, rule("reply", on).length), LAW)
    assert text in next(ledger(period, LAW)).source


def test_days_whose_holidays_nobody_has_announced_say_so():
    last = LAW.announced_until
    on = last - timedelta(days=14)
    period = set_due_day(Period("reply", "reply", on, on, on, 20), LAW)
    assert {row.why for row in ledger(period, LAW) if row.date > last} == {"unannounced"}
    assert "unannounced" not in {row.why for row in ledger(period, LAW) if row.date <= last}


def test_the_days_from_a_dispatch_on_are_left_out_while_no_end_is_in_sight():
    period = _reply(spans=[Span(date(2024, 3, 7), None, "correction")])
    rows = {row.date: row for row in ledger(period, LAW)}
    assert (rows[date(2024, 3, 7)].counted, rows[date(2024, 3, 7)].n) == (True, 4)
    later = [row for day, row in rows.items() if day > date(2024, 3, 7)]
    assert {(row.counted, row.why, row.n) for row in later} == {(False, "suspended", 4)}
    assert max(rows) == period.due_on == date(2024, 3, 29)


def test_a_period_that_has_not_begun_has_no_days():
    period = _reply()
    period.awaits = True
    assert list(ledger(period, LAW)) == []
