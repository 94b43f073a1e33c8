"""One due day by itself, for whoever has no case and no database."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states import BadData, Calendar, CalendarUnknown, Law, LawUnknown, Settings, deadline, read_overlay
from disclosure.states.rules.rules import rules

GOLDEN = [
    ("reply", "2017-06-19", "2017-07-10", "第二十四条"),  # fifteen working days, and the posting day counts
    ("reply", "2019-05-14", "2019-06-04", "第二十四条"),  # the last day of the old Regulations
    ("reply", "2019-05-15", "2019-06-13", "第三十三条"),  # the first of the new ones
    ("reply", "2020-01-23", "2020-02-28", "第三十三条"),  # the Spring Festival that was lengthened
    ("reply", "2022-09-30", "2022-11-02", "第三十三条"),  # the day that a court found
    ("reply", "2024-03-01", "2024-03-29", "第三十三条"),
    ("suit", "2024-03-01", "2024-09-02", "第四十六条"),
    ("review_application", "2024-03-06", "2024-05-06", "第二十条"),
    ("suit_silence", "2024-03-29", "2024-09-29", "第四十七条"),  # a Sunday that is worked
    ("review_answer_ordinary", "2023-12-31", "2024-01-10", "第二十三条"),  # calendar days
    ("review_answer_ordinary", "2024-01-01", "2024-01-15", "第四十八条"),  # working days
]


@pytest.mark.parametrize(("key", "start", "due", "article"), GOLDEN)
def test_known_days(key, start, due, article):
    found = deadline(key, start)
    assert found.due_on.isoformat() == due
    assert article in found.source
    assert found == deadline(key, date.fromisoformat(start))


def test_the_first_and_the_last_day_are_told_with_the_rule_and_every_day_between():
    found = deadline("reply", "2024-03-01")
    days = list(found.days())
    assert (found.rule.id, found.rule.length, str(found.rule.confidence)) == ("T10", 20, "V")
    assert (days[0].date, days[0].why, days[-1].date, days[-1].n) == (found.starts_on, "start", found.due_on, 20)


@given(
    st.sampled_from(sorted({item.key for item in rules() if item.length and item.until is None})),
    st.dates(date(2025, 6, 1), date(2026, 12, 31)),
)
def test_every_rule_with_a_term_has_a_last_day_after_its_first_and_a_ledger_that_ends_on_it(key, start):
    found = deadline(key, start)
    assert found.due_on > start
    assert [day.date for day in found.days()][-1] == found.due_on
    assert found.source


def test_the_law_of_another_day_can_be_chosen():
    assert deadline("reply", "2019-06-03", law_on="2019-05-14").due_on == date(2019, 6, 25)
    assert deadline("reply", "2019-06-03").due_on == date(2019, 7, 2)


def test_an_office_that_was_closed_counts_by_its_own_calendar():
    closure = '[closure]\nplace = "某市"\nreason = "停电"\ndecided_by = "某市政府"\n[[closure.day]]\nfirst = 2024-03-12\nlast = 2024-03-12\n'
    own = Law(Calendar.official().with_overlays(read_overlay(closure, "closure.toml")), Settings())
    assert deadline("reply", "2024-03-01", law=own).due_on == date(2024, 4, 1)
    assert deadline("reply", "2024-03-01").due_on == date(2024, 3, 29)


@pytest.mark.parametrize(
    "start",
    [
        "20240301",
        20240301,
        "2024-W09-5",
        "2024-3-1",
        "2024-02-30",
        "",
        None,
        "2024-03-01T00:00:00",
        datetime(2024, 3, 1, tzinfo=UTC),
        "二〇二四年三月一日",
        "２０２４-03-01",
        True,
        ["2024-03-01"],
    ],
)
def test_what_is_no_plain_day_is_refused(start):
    with pytest.raises(BadData) as refused:
        deadline("reply", start)
    assert [(fault["field"], fault["problem"]) for fault in refused.value.faults] == [("starts_on", "not_a_date")]


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("replay", "reply"),
        (" reply ", "reply"),
        ("review_aplication", "review_application"),
        (None, None),
        (5, None),
        ("", None),
    ],
)
def test_an_unknown_rule_is_refused_with_the_nearest(key, nearest):
    with pytest.raises(BadData) as refused:
        deadline(key, "2024-03-01")
    (fault,) = refused.value.faults
    assert (fault["field"], fault["problem"]) == ("key", "unknown_field")
    assert nearest in (None, fault["nearest"])


def test_a_rule_that_set_no_term_on_that_day_has_no_last_day():
    assert deadline("correction_notice", "2019-05-15").rule.length == 7
    with pytest.raises(BadData) as refused:
        deadline("correction_notice", "2019-05-14")
    assert refused.value.faults[0]["problem"] == "no_term"


def test_before_the_first_regulations_there_is_no_law():
    assert deadline("reply", "2008-05-01").due_on == date(2008, 5, 22)
    with pytest.raises(LawUnknown):
        deadline("reply", "2008-04-30")


@pytest.mark.parametrize("start", ["2090-01-01", "9999-12-31"])
@pytest.mark.parametrize("key", ["reply", "suit", "review_application"])
def test_beyond_what_can_be_projected_no_day_is_made_up(key, start):
    with pytest.raises(CalendarUnknown):
        deadline(key, start)


def test_a_day_is_provisional_from_the_first_one_that_nobody_has_announced():
    last = Law.standard().announced_until
    start = last - timedelta(days=60)
    found = {deadline("reply", start + timedelta(days=n)) for n in range(60)}
    assert {item.provisional for item in found} == {True, False}
    assert all(item.provisional == (item.due_on > last) for item in found)


@pytest.mark.parametrize(
    ("language", "zone"),
    [
        ("C", "America/New_York"),
        ("zh_CN.UTF-8", "Asia/Shanghai"),
        ("POSIX", "Pacific/Kiritimati"),
        ("tr_TR.UTF-8", "UTC"),
    ],
)
def test_language_and_time_zone_of_the_machine_change_no_day(language, zone):
    code = (
        "import sys\nfrom disclosure.states import deadline\n"
        "for line in sys.stdin:\n    found = deadline(*line.split())\n    print(found.due_on, ascii(found.source))\n"
    )
    asked = "".join(f"{key} {start}\n" for key, start, _, _ in GOLDEN)
    told = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LANG": language, "LC_ALL": language, "TZ": zone},
    ).stdout.splitlines()
    assert told == [f"{due} {deadline(key, start).source!a}" for key, start, due, _ in GOLDEN]
