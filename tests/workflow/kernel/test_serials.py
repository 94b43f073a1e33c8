"""Serials of a year: gap-free, each count for itself."""

import pytest

from disclosure.workflow.kernel.serials import Count, last_of, set_last, take

CASES = Count("case", "default", "main", 2026)


def taken(sessions, count=CASES, **more):
    with sessions() as session, session.begin():
        return take(session.connection(), count, **more)


@pytest.mark.parametrize(
    "other",
    [
        CASES._replace(kind="paper"),
        CASES._replace(agency="county"),
        CASES._replace(series="ext"),
        CASES._replace(year=2027),
    ],
    ids=["kind", "agency", "series", "year"],
)
def test_each_kind_agency_series_and_year_counts_for_itself(sessions, other):
    assert [taken(sessions), taken(sessions), taken(sessions, other), taken(sessions)] == [1, 2, 1, 3]


def test_what_is_rolled_back_leaves_no_gap(sessions):
    taken(sessions)
    with sessions() as session:
        assert take(session.connection(), CASES) == 2
        session.rollback()
    assert taken(sessions) == 2


def test_a_count_begins_behind_what_was_used_before_it_and_asks_only_then(sessions):
    assert taken(sessions, before=lambda: 57) == 58
    assert taken(sessions, before=lambda: 1000) == 59


def test_what_is_in_use_already_is_passed_over_and_not_counted_twice(sessions):
    used = {1, 2, 4, 5}

    def free(serial):
        return next(number for number in range(serial, 10) if number not in used)

    assert [taken(sessions, free=free) for _ in range(2)] == [3, 6]


def test_a_count_can_be_set_and_goes_on_from_there(sessions):
    with sessions() as session, session.begin():
        assert last_of(session.connection(), CASES) is None
        set_last(session.connection(), CASES, 9)
    assert taken(sessions) == 10
    with sessions() as session, session.begin():
        set_last(session.connection(), CASES, 3)
        assert last_of(session.connection(), CASES) == 3
    assert taken(sessions) == 4
