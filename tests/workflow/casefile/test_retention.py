"""Retention: set by the office alone, counted from the end of the last remedy term, and never while one is open."""

from datetime import date, timedelta

import pytest
from erasing import set_retention
from office import ADMIN, CLERK, HEAD, SUBMIT

from disclosure.states.errors import BadData, NotPermitted, SetupError
from disclosure.workflow import Actor, Context, FixedClock, change_settings, erasable, list_erasure, move
from disclosure.workflow.kernel.context import StatedDay, SystemClock, today

ON = date(2024, 3, 1)
REPLIED = (("submit", ON), ("accept", ON), ("reply", date(2024, 3, 20), {"answer": "O02", "delivery": "post"}))
SERVED = (*REPLIED, ("serve", date(2024, 3, 22), {"proof": "回执"}))
CLOSE = ("close", date(2024, 12, 2))
SUIT_ENDS = date(2024, 9, 23)
"""Six months from service: a Sunday, so the Monday after."""


def refused(sessions, on, number="A-1"):
    """The code and fields of the refusal to list a case on a day; nothing where it is listed."""
    with sessions() as session:
        try:
            list_erasure(Context(session, ADMIN, clock=FixedClock(on)), number)
        except SetupError as error:
            return error.code, error.fields
    return None


def test_without_a_retention_nothing_is_erased_however_old(sessions, work):
    work("A-1", *SERVED, CLOSE)
    assert refused(sessions, date(2099, 1, 1))[0] == "retention_not_set"


def test_it_is_counted_from_the_end_of_the_last_remedy_term(sessions, work):
    work("A-1", *SERVED, CLOSE)
    set_retention(sessions)
    last = SUIT_ENDS.replace(year=2025)
    code, fields = refused(sessions, last)
    assert (code, fields["until"], fields["ended"]) == ("retention_running", last, SUIT_ENDS)
    assert refused(sessions, last + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("moves", "last"),
    [
        ((*REPLIED, CLOSE), date(2025, 9, 20)),
        ((("submit", ON), ("withdraw", date(2024, 3, 20), {"reason": "不要了"}), CLOSE), date(2025, 9, 20)),
    ],
)
def test_without_a_service_the_terms_count_from_the_result(sessions, work, moves, last):
    work("A-1", *moves)
    set_retention(sessions)
    assert refused(sessions, last)[0] == "retention_running"
    assert refused(sessions, last + timedelta(days=1)) is None


def test_a_kind_of_outcome_has_its_own_years_and_may_be_kept_for_good(sessions, work):
    work("A-1", *SERVED, CLOSE)
    set_retention(sessions)
    set_retention(sessions, granted=30)
    assert refused(sessions, date(2054, 9, 23))[1]["years"] == "30"
    assert refused(sessions, date(2054, 9, 24)) is None
    set_retention(sessions, granted="permanent")
    assert refused(sessions, date(2099, 1, 1))[0] == "kept_permanently"
    with sessions() as session:
        assert erasable(Context(session, ADMIN, clock=FixedClock(date(2099, 1, 1)))) == ()


@pytest.mark.parametrize(
    "wanted", [{"retention_years": "0"}, {"retention_years": "十"}, {"retention_years.nonsense": "3"}]
)
def test_a_retention_that_is_no_number_of_years_or_of_no_kind_is_refused(sessions, wanted):
    with sessions() as session, pytest.raises(BadData):
        change_settings(Context(session, ADMIN), wanted)


FAR = date(2060, 1, 5)
REVIEW = ("file_review", date(2024, 4, 10), {"id": "r"})
SUIT = ("file_suit", date(2024, 6, 3), {"id": "s"})


def test_an_open_review_or_suit_protects_a_case(sessions, work):
    set_retention(sessions)
    work("A-1", *SERVED, REVIEW, CLOSE)
    assert refused(sessions, FAR)[0] == "remedy_open"
    work("A-1", ("decide_review", date(2024, 12, 3), {"id": "r", "result": "upheld"}))
    assert refused(sessions, date(2025, 12, 18))[1]["ended"] == date(2024, 12, 18)  # fifteen days to sue
    assert refused(sessions, date(2025, 12, 19)) is None


def test_a_judgment_is_final_once_nobody_has_appealed_in_time(sessions, work):
    set_retention(sessions)
    judged = ("judge", date(2024, 12, 3), {"id": "s", "instance": 1, "result": "claim_dismissed"})
    work("A-1", *SERVED, SUIT, CLOSE, judged)
    assert refused(sessions, date(2024, 12, 10))[0] == "remedy_open"
    assert refused(sessions, date(2025, 12, 18))[1]["ended"] == date(2024, 12, 18)
    assert refused(sessions, date(2025, 12, 19)) is None


def test_an_order_to_answer_anew_protects_a_case_until_it_is_answered(sessions, work):
    set_retention(sessions)
    work("A-1", *SERVED, REVIEW, ("decide_review", date(2024, 6, 3), {"id": "r", "result": "ordered"}), CLOSE)
    assert refused(sessions, FAR)[0] == "order_open"
    again = ("reply", date(2024, 12, 10), {"answer": "O01", "delivery": "post"})
    work("A-1", ("reopen", date(2024, 12, 3), {"ordered_by": "决定"}), again, ("close", date(2024, 12, 11)))
    assert refused(sessions, FAR) is None


def test_the_cases_whose_time_has_passed_are_listed_for_who_may_erase(sessions, work):
    set_retention(sessions)
    work("A-1", *SERVED, CLOSE)
    work("A-2", ("submit", ON))
    with sessions() as session:
        found = erasable(Context(session, ADMIN, clock=FixedClock(FAR)))
        with pytest.raises(NotPermitted):
            erasable(Context(session, CLERK, clock=FixedClock(FAR)))
    assert [(item.case, item.remedies_ended_on, item.kept_until) for item in found] == [
        ("A-1", SUIT_ENDS, date(2025, 9, 23))
    ]


RECORDER = Actor(user_id="u018", name="补录员", department="办公室", roles=("recorder", "disclosure_head"))
OLD = (
    ("submit", "2010-01-04", SUBMIT),
    ("withdraw", "2010-01-05", {"reason": "不要了"}),
    ("close", "2010-01-06", {}),
)
BACK = [("amend", None, {"seq": seq, "at": "2010-01-04", "reason": "误"}) for seq in (1, 2, 3)]
CLOSED_EARLIER = ("amend", None, {"seq": 3, "at": "2010-01-05", "reason": "误"})
WORKED = date(2024, 3, 15)
YEAR_OVER = WORKED.replace(year=2025)


def recorded(sessions, *moves, actor=HEAD, on=WORKED, clock=None, past=False):
    clock = clock or FixedClock(on)
    for name, at, data in moves:
        with sessions() as session, session.begin():
            move(Context(session, actor, clock=clock, past=past), "A-1", name, data, at=at)


def listed(sessions, on):
    with sessions() as session:
        return [item.case for item in erasable(Context(session, ADMIN, clock=FixedClock(on)))]


LIVE_TODAY = [(name, None, data) for name, _, data in OLD]
WAYS = {
    "steps dated back": (OLD, ()),
    "amended back": ((*LIVE_TODAY, *BACK), ()),
    "amended back as the past": (LIVE_TODAY, BACK),
    "its end recorded as the past": (OLD[:1], OLD[1:]),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_day_that_is_told_lets_the_retention_of_live_work_count_from_before_it_was_done(sessions, way):
    set_retention(sessions)
    live, past = WAYS[way]
    recorded(sessions, *live)
    recorded(sessions, *past, actor=RECORDER, past=True)
    assert refused(sessions, WORKED)[0] == "retention_running"
    code, fields = refused(sessions, YEAR_OVER)
    assert (code, fields["ended"], fields["until"]) == ("retention_running", WORKED, YEAR_OVER)
    assert listed(sessions, YEAR_OVER) == []
    assert refused(sessions, YEAR_OVER + timedelta(days=1)) is None
    assert listed(sessions, YEAR_OVER + timedelta(days=1)) == ["A-1"]


def test_an_amendment_of_live_work_as_the_past_begins_the_years_anew(sessions):
    set_retention(sessions)
    recorded(sessions, *OLD)
    later = date(2024, 9, 2)
    recorded(sessions, CLOSED_EARLIER, actor=RECORDER, on=later, past=True)
    assert refused(sessions, YEAR_OVER + timedelta(days=1))[1]["ended"] == later


def test_on_a_stated_day_the_real_moment_counts(sessions):
    set_retention(sessions)
    recorded(sessions, *LIVE_TODAY, clock=StatedDay(date(2010, 1, 4)))
    assert refused(sessions, date(2012, 1, 4))[1]["ended"] == today(SystemClock())


def test_a_case_of_the_past_counts_by_its_own_days_also_when_it_is_amended_as_the_past(sessions):
    set_retention(sessions)
    recorded(sessions, *OLD, CLOSED_EARLIER, actor=RECORDER, past=True)
    assert refused(sessions, WORKED) is None
    assert listed(sessions, WORKED) == ["A-1"]
