"""Versions of the law: one for each day, in their order, each with the text on which it rests."""

from dataclasses import dataclass
from datetime import date

import pytest
from pydantic_core import PydanticCustomError

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.rules.dated import (
    UNWRITTEN,
    Instrument,
    follow_each_other,
    in_force,
    instruments,
    read_instruments,
    source_of,
)


@dataclass(frozen=True)
class Span:
    """What holds from one day to another."""

    since: date
    until: date | None = None


FIRST = Span(date(2008, 5, 1), date(2019, 5, 15))
SECOND = Span(date(2019, 5, 15))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[X]\ntitle = "a"\ncopies = "c"\nsince = 2008-05-01', ("X.document", "missing")),
        ('[X]\ntitle = 5\ndocument = "b"\ncopies = "c"\nsince = 2008-05-01', ("X.title", "not_a_text")),
        ('[X]\ntitle = "a"\ndocument = "b"\ncopies = "c"', ("X.since", "missing")),
        ('[X]\ntitle = "a"\ndocument = "b"\nsince = 2008-05-01', ("X.copies", "missing")),
        ('[X]\ntitle = "a"\ndocument = "b"\ncopies = "c"\nsince = "2008"', ("X.since", "not_a_date")),
        (
            '[X]\ntitle = "a"\ndocument = "b"\ncopies = "c"\nsince = 2008-05-01\nuntil = 2008-01-01',
            ("X.until", "ends_before_it_begins"),
        ),
        (
            '[X]\ntitle = "a"\ndocument = "b"\ncopies = "c"\nsince = 2008-05-01\nnumber = 5',
            ("X.number", "unknown_field"),
        ),
        ("X = 5", ("X", "not_an_object")),
    ],
)
def test_an_instrument_without_its_title_number_or_day_is_refused(text, fault):
    with pytest.raises(BadData) as refused:
        read_instruments(text)
    assert [(found["field"], found["problem"]) for found in refused.value.faults] == [fault]


@pytest.mark.parametrize(
    ("day", "found"), [(date(2008, 5, 1), FIRST), (date(2019, 5, 14), FIRST), (date(2019, 5, 15), SECOND)]
)
def test_a_version_holds_from_its_first_day_to_the_day_before_its_end(day, found):
    assert in_force([FIRST, SECOND], day, "reply") is found


@pytest.mark.parametrize("day", [date(2008, 4, 30), date(2019, 5, 15)])
def test_a_day_outside_every_version_is_refused_with_the_part_of_the_law_and_the_day(day):
    with pytest.raises(LawUnknown) as unknown:
        in_force([FIRST], day, "reply")
    assert unknown.value.fields == {"rule": "reply", "on": day}


def test_a_version_without_an_end_holds_until_the_next_begins():
    open_ended = Span(FIRST.since)
    follow_each_other([open_ended, SECOND])
    assert in_force([open_ended, SECOND], date(2019, 5, 14), "reply") is open_ended
    assert in_force([open_ended, SECOND], date(2019, 5, 15), "reply") is SECOND


@pytest.mark.parametrize(
    ("versions", "problem"),
    [
        ([], "no_version"),
        ([FIRST, Span(date(2019, 5, 14))], "versions_overlap"),
        ([SECOND, Span(SECOND.since)], "versions_overlap"),
        ([SECOND, FIRST], "versions_overlap"),
        ([FIRST, Span(date(2019, 5, 16))], "versions_gap"),
    ],
)
def test_versions_one_day_too_early_or_too_late_or_out_of_order_are_refused(versions, problem):
    with pytest.raises(PydanticCustomError) as refused:
        follow_each_other(versions)
    assert refused.value.type == problem


def test_what_no_text_says_is_shown_with_what_is_followed_and_an_article_with_its_text():
    law = Instrument(code="X", title="《某法》", document="某号", since=date(2008, 5, 1), copies="全文一份")
    assert source_of(law, "第一条") == "《某法》第一条"
    assert source_of(instruments()[UNWRITTEN], "甲") == instruments()[UNWRITTEN].title + "：甲"
